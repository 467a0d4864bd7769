/* cluster_process.c -- see cluster_process.h. */
#include "agent/cluster_process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_NOT_STARTED 127

static void program_path(char *out, size_t size, const char *name)
{
	snprintf(out, size, "%s/%s", POSTGRES_BIN, name);
}

enum status program_find(const char *name, struct error *error)
{
	char path[256];

	program_path(path, sizeof(path), name);
	if (!access(path, X_OK))
		return OK;
	error_set(error, E_MISSING, "PostgreSQL 15 is not installed: %s is not "
		  "there", path);
	return error_hint(error, "`apt-get install --no-install-recommends "
			  "postgresql-15` brings it; its own cluster is not "
			  "used.");
}

static bool become(uid_t uid, gid_t gid)
{
	if (uid == geteuid())
		return true;
	return !setgroups(1, &gid) && !setgid(gid) && !setuid(uid);
}

static void run_child(const struct program *program)
{
	static char path_entry[] = "PATH=" POSTGRES_BIN ":/usr/bin:/bin";
	static char locale_entry[] = "LC_ALL=C", zone_entry[] = "TZ=UTC";
	static char *const small[] = { path_entry, locale_entry, zone_entry,
				       NULL };
	struct sigaction preset = { .sa_handler = SIG_DFL };
	char path[256];
	int null = open("/dev/null", O_RDONLY);

	if (program->detached)
		setsid();
	for (int s = 1; s < 32; s++)
		sigaction(s, &preset, NULL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(program->log, 1) < 0 ||
	    dup2(program->log, 2) < 0)
		_exit(EXIT_NOT_STARTED);
	close_range(3, ~0U, 0);
	umask(077);
	program_path(path, sizeof(path), program->name);
	if (!become(program->uid, program->gid) ||
	    (program->directory && chdir(program->directory)))
		_exit(EXIT_NOT_STARTED);
	execve(path, program->arguments,
	       program->our_environment ? environ : small);
	_exit(EXIT_NOT_STARTED);
}

pid_t program_spawn(const struct program *program)
{
	pid_t pid = fork();

	if (!pid)
		run_child(program);
	return pid;
}

int program_wait(pid_t pid)
{
	int code;

	while (waitpid(pid, &code, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code);
}

/* The letter after the name in /proc/PID/stat. */
static char process_state(pid_t pid)
{
	char path[64], line[512];
	const char *end;
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	size = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	line[size] = 0;
	end = strrchr(line, ')');
	return end && end[1] ? end[2] : 0;
}

bool process_alive(pid_t pid)
{
	char state;

	if (pid <= 0)
		return false;
	waitpid(pid, NULL, WNOHANG);
	if (kill(pid, 0) && errno != EPERM)
		return false;
	state = process_state(pid);
	return state && state != 'Z' && state != 'X';
}

bool user_can_use(const char *directory, uid_t uid, gid_t gid)
{
	pid_t pid = fork();

	if (!pid)
		_exit(become(uid, gid) && !access(directory, R_OK | W_OK | X_OK)
			      ? 0
			      : 1);
	return pid > 0 && program_wait(pid) == 0;
}
