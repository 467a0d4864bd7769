/* cluster_process.h -- starting PostgreSQL's programs, as whom and where.
 *
 * Host only.  No shell is involved, so a path may hold any character; the
 * server's programs see a small environment of their own, none of the caller's
 * PG*. */
#ifndef AGENT_CLUSTER_PROCESS_H
#define AGENT_CLUSTER_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/host/error.h"

#define POSTGRES_BIN "/usr/lib/postgresql/15/bin"

struct program {
	const char *name;        /* "initdb"; found in POSTGRES_BIN */
	char *const *arguments;  /* argv, ended by NULL */
	const char *directory;   /* working directory; NULL: unchanged */
	int log;                 /* descriptor for stdout and stderr */
	uid_t uid;               /* run as; ours: unchanged */
	gid_t gid;
	bool detached;           /* a session of its own */
	bool our_environment;    /* clients: PGPASSFILE and the like */
};

/** program_find - E_MISSING with the Debian package in the hint. */
MUST_CHECK enum status program_find(const char *name, struct error *error);
/** program_spawn - the pid, or -1 with errno. */
pid_t program_spawn(const struct program *program);
/** program_wait - exit code, 128 + signal, or -1. */
int program_wait(pid_t pid);
/** process_alive - neither gone nor a zombie; reaps our own children. */
bool process_alive(pid_t pid);
/** user_can_use - could that user read, write and enter the directory? */
bool user_can_use(const char *directory, uid_t uid, gid_t gid);

#endif
