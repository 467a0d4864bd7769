/* cluster.h -- the private PostgreSQL cluster under HOME/db.
 *
 * Host only.  No TCP, socket in a short private directory, fsync on.  Started
 * as root, the server runs as an unprivileged user; where that user cannot
 * reach HOME, the data lives in a private directory under /var/tmp, named by
 * HOME/db/location.  Never looks at any other cluster.  PLIMSOLL_DB (a libpq
 * connection string) replaces it by a real server. */
#ifndef AGENT_CLUSTER_H
#define AGENT_CLUSTER_H

#include <sys/types.h>

#include "sql/database.h"
#include "sql/migrate.h"

#define CLUSTER_PATH_MAX 4096
#define CLUSTER_CONNINFO_MAX 4400

struct cluster {
	char directory[CLUSTER_PATH_MAX]; /* HOME/db, absolute */
	char data[CLUSTER_PATH_MAX];      /* "" before the first start */
	char socket[256];                 /* "" before the first start */
	uid_t owner;                      /* whom the server runs as */
	gid_t group;
	char owner_name[64];
};

struct cluster_status {
	bool external;   /* PLIMSOLL_DB names a server */
	bool exists, running;
	pid_t pid;       /* 0: not running, or not ours */
};

/** cluster_locate - reads what HOME/db records; touches nothing.  E_USAGE when
 *  HOME is not usable as a path. */
MUST_CHECK enum status cluster_locate(struct cluster *out, const char *home,
				      struct error *error);

/** cluster_start - makes the cluster if needed, starts it if needed, waits
 *  until it answers, makes the database.  *started: false when it ran before.
 *  Returns: E_MISSING PostgreSQL 15 is not installed (hint: the package);
 *           E_SYSTEM directories, users, disk; E_PEER it did not come up (the
 *           last line of its log is in the message) */
MUST_CHECK enum status cluster_start(struct cluster *cluster, bool *started,
				     struct error *error);
/** cluster_stop - fast shutdown, waits; *stopped false when nothing ran. */
MUST_CHECK enum status cluster_stop(const struct cluster *cluster,
				    bool *stopped, struct error *error);
/** cluster_status_read - pid of the server of our data directory, if any. */
void cluster_status_read(struct cluster_status *out,
			 const struct cluster *cluster);
/** cluster_conninfo - connection string to `database` as the owner. */
void cluster_conninfo(char out[CLUSTER_CONNINFO_MAX],
		      const struct cluster *cluster, const char *database);

/** database_open_owner - with the rights to migrate: PLIMSOLL_DB, or the
 *  private cluster of `home`. */
MUST_CHECK enum status database_open_owner(struct database **out,
					   const char *home,
					   struct error *error);
/** database_open_home - what every command but `db` calls: the same with the
 *  rights of plimsoll_agent only.  E_PEER when nothing answers, with the hint
 *  to run `plimsoll db up`. */
MUST_CHECK enum status database_open_home(struct database **out,
					  const char *home,
					  struct error *error);

/** cluster_run_tool - runs a client program of PostgreSQL's ("pg_dump") and
 *  waits; its last line of stderr goes into the message.  E_MISSING when it is
 *  not installed, E_PEER when it failed. */
MUST_CHECK enum status cluster_run_tool(const char *name, char *const argv[],
					struct error *error);

#endif
