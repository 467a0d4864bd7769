/* cluster_start.c -- making, starting and stopping the private cluster. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/cluster.h"
#include "agent/cluster_process.h"
#include "base/host/clock.h"
#include "base/host/log.h"

#define START_TIMEOUT_MS 60000
#define STOP_TIMEOUT_MS 60000
#define POLL_MS 50
/* initdb composes paths of its own below this one; PostgreSQL's MAXPGPATH is
 * 1024. */
#define DATA_PATH_MAX 900
#define ORPHAN_RETRIES 40

static enum status system_error(struct error *error, const char *what,
				const char *path)
{
	return error_set(error, E_SYSTEM, "%s %s: %s", what, path,
			 strerror(errno));
}

static enum status make_directories(const char *path, struct error *error)
{
	char part[CLUSTER_PATH_MAX];

	snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1,
								  '/')) {
		if (slash)
			*slash = 0;
		if (mkdir(part, 0755) && errno != EEXIST)
			return system_error(error, "cannot make directory",
					    part);
		if (!slash)
			return OK;
		*slash = '/';
	}
}

static int remove_entry(const char *path, const struct stat *info, int kind,
			struct FTW *walk)
{
	(void)info;
	(void)kind;
	(void)walk;
	return remove(path);
}

static enum status write_record(const struct cluster *cluster, const char *name,
				const char *value, struct error *error)
{
	char path[CLUSTER_PATH_MAX + 16], line[CLUSTER_PATH_MAX + 2];

	snprintf(path, sizeof(path), "%s/%s", cluster->directory, name);
	snprintf(line, sizeof(line), "%s\n", value);
	return file_write(path, bytes_of_string(line), error);
}

/* A fresh private directory below `pattern`'s parent, owned by the server. */
static enum status make_private(char *pattern, const struct cluster *cluster,
				struct error *error)
{
	if (!mkdtemp(pattern))
		return system_error(error, "cannot make directory", pattern);
	if (geteuid() != cluster->owner &&
	    chown(pattern, cluster->owner, cluster->group))
		return system_error(error, "cannot give away", pattern);
	return OK;
}

/* Where initdb is to work: an empty directory that the server's user can use;
 * its name is cluster->data with ".new" behind. */
static enum status choose_data(struct cluster *cluster, struct error *error)
{
	char fresh[CLUSTER_PATH_MAX + 16];
	char elsewhere[] = "/var/tmp/plimsoll-db-XXXXXX";
	enum status status;

	if (strlen(cluster->directory) < DATA_PATH_MAX) {
		snprintf(fresh, sizeof(fresh), "%s/data.new",
			 cluster->directory);
		nftw(fresh, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
		if (mkdir(fresh, 0700))
			return system_error(error, "cannot make", fresh);
		if (!chown(fresh, cluster->owner, cluster->group) &&
		    user_can_use(fresh, cluster->owner, cluster->group)) {
			snprintf(cluster->data, sizeof(cluster->data),
				 "%.4000s/data", cluster->directory);
			return OK;
		}
		rmdir(fresh);
	}
	status = make_private(elsewhere, cluster, error);
	if (status)
		return status;
	snprintf(cluster->data, sizeof(cluster->data), "%s/data", elsewhere);
	snprintf(fresh, sizeof(fresh), "%s/data.new", elsewhere);
	if (mkdir(fresh, 0700) ||
	    chown(fresh, cluster->owner, cluster->group))
		return system_error(error, "cannot make", fresh);
	log_line(LOG_INFO, "user %s cannot use %s: the data directory is %s",
		 cluster->owner_name, cluster->directory, cluster->data);
	return OK;
}

/* The last line that says what went wrong, after byte `from` of the log. */
static void log_tail(char *out, size_t size, int log, off_t from)
{
	char block[4096];
	ssize_t got = pread(log, block, sizeof(block) - 1, from);
	char *line, *rest = block;

	snprintf(out, size, "its log says nothing");
	if (got <= 0)
		return;
	block[got] = 0;
	while ((line = strsep(&rest, "\n")))
		if (strstr(line, "FATAL") || strstr(line, "error:") ||
		    strstr(line, "could not"))
			snprintf(out, size, "%s", line);
}

static enum status open_log(int *out, const struct cluster *cluster,
			    struct error *error)
{
	char path[CLUSTER_PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/log", cluster->directory);
	*out = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	return *out < 0 ? system_error(error, "cannot open", path) : OK;
}

static enum status run_initdb(const struct cluster *cluster, int log,
			      struct error *error)
{
	char fresh[CLUSTER_PATH_MAX + 16], tail[300];
	off_t from = lseek(log, 0, SEEK_END);
	char *arguments[] = { (char[]){ "initdb" }, (char[]){ "-D" }, fresh,
			      (char[]){ "-U" }, (char[]){ "plimsoll" },
			      (char[]){ "-A" }, (char[]){ "trust" },
			      (char[]){ "-E" }, (char[]){ "UTF8" },
			      (char[]){ "--locale=C" },
			      (char[]){ "--data-checksums" },
			      (char[]){ "--no-instructions" }, NULL };
	struct program program = { .name = "initdb", .arguments = arguments,
				   .directory = "/", .log = log,
				   .uid = cluster->owner,
				   .gid = cluster->group };
	int code;

	snprintf(fresh, sizeof(fresh), "%s.new", cluster->data);
	code = program_wait(program_spawn(&program));
	if (code) {
		log_tail(tail, sizeof(tail), log, from);
		return error_set(error, E_SYSTEM, "initdb failed with code %d "
				 "(%s)", code, tail);
	}
	return rename(fresh, cluster->data)
		       ? system_error(error, "cannot rename", fresh)
		       : OK;
}

static enum status make_cluster(struct cluster *cluster, int log,
				struct error *error)
{
	enum status status = program_find("initdb", error);

	if (!status)
		status = choose_data(cluster, error);
	if (!status)
		status = write_record(cluster, "location", cluster->data,
				      error);
	return status ? status : run_initdb(cluster, log, error);
}

static bool socket_usable(const struct cluster *cluster)
{
	struct stat info;

	return *cluster->socket && !lstat(cluster->socket, &info) &&
	       S_ISDIR(info.st_mode) && info.st_uid == cluster->owner &&
	       !(info.st_mode & 077);
}

/* A recorded directory in /tmp is believed only if it is still private. */
static enum status make_socket(struct cluster *cluster, struct error *error)
{
	char pattern[] = "/tmp/plimsoll-XXXXXX";
	enum status status;

	if (socket_usable(cluster))
		return OK;
	status = make_private(pattern, cluster, error);
	if (status)
		return status;
	snprintf(cluster->socket, sizeof(cluster->socket), "%s", pattern);
	return write_record(cluster, "socket", cluster->socket, error);
}

/* A pid file whose number now belongs to some other program would stop the
 * server; one of a dead process the server judges by itself. */
static void drop_foreign_pid(const struct cluster *cluster)
{
	char path[CLUSTER_PATH_MAX + 32], line[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/postmaster.pid", cluster->data);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(line, sizeof(line), file) &&
	    process_alive((pid_t)strtol(line, NULL, 10))) {
		log_line(LOG_WARNING, "removing %s: its process is not "
			 "PostgreSQL any more", path);
		unlink(path);
	}
	fclose(file);
}

static pid_t spawn_server(const struct cluster *cluster, int log)
{
	char sockets[320];
	char *arguments[] = {
		(char[]){ "postgres" }, (char[]){ "-D" },
		(char *)(uintptr_t)cluster->data, (char[]){ "-c" },
		(char[]){ "listen_addresses=" }, (char[]){ "-c" }, sockets,
		(char[]){ "-c" }, (char[]){ "unix_socket_permissions=0700" },
		(char[]){ "-c" }, (char[]){ "port=5432" },
		(char[]){ "-c" }, (char[]){ "fsync=on" },
		(char[]){ "-c" }, (char[]){ "logging_collector=off" },
		(char[]){ "-c" }, (char[]){ "max_locks_per_transaction=256" },
		(char[]){ "-c" }, (char[]){ "max_wal_size=1GB" }, NULL };
	struct program program = { .name = "postgres", .arguments = arguments,
				   .directory = "/", .log = log,
				   .uid = cluster->owner,
				   .gid = cluster->group, .detached = true };

	snprintf(sockets, sizeof(sockets), "unix_socket_directories=%s",
		 cluster->socket);
	return program_spawn(&program);
}

/* *again: an orphan of a killed server still holds the shared memory. */
static enum status start_once(const struct cluster *cluster, int log,
			      bool *again, struct error *error)
{
	int64_t until = clock_monotonic_ms() + START_TIMEOUT_MS;
	off_t from = lseek(log, 0, SEEK_END);
	char conninfo[CLUSTER_CONNINFO_MAX], tail[300];
	pid_t pid = spawn_server(cluster, log);

	cluster_conninfo(conninfo, cluster, "postgres");
	while (process_alive(pid) && clock_monotonic_ms() < until) {
		if (database_answers(conninfo))
			return OK;
		clock_sleep_ms(POLL_MS);
	}
	if (process_alive(pid))
		kill(pid, SIGINT);
	log_tail(tail, sizeof(tail), log, from);
	*again = strstr(tail, "shared memory") != NULL;
	error_set(error, E_PEER, "PostgreSQL did not start: %s", tail);
	return error_hint(error, "Its log is %s/log.", cluster->directory);
}

static enum status start_server(struct cluster *cluster, int log,
				struct error *error)
{
	bool again = false;
	enum status status = program_find("postgres", error);

	if (!status)
		status = make_socket(cluster, error);
	if (status)
		return status;
	drop_foreign_pid(cluster);
	for (int i = 0; i < ORPHAN_RETRIES; i++) {
		again = false;
		status = start_once(cluster, log, &again, error);
		if (!again)
			break;
		clock_sleep_ms(4 * POLL_MS);
	}
	return status;
}

static enum status make_database(const struct cluster *cluster,
				 struct error *error)
{
	char conninfo[CLUSTER_CONNINFO_MAX];
	struct database *database;
	struct statement statement;
	struct rows *rows;
	enum status status;

	cluster_conninfo(conninfo, cluster, "postgres");
	status = database_open(&database, conninfo, error);
	if (status)
		return status;
	statement_init(&statement, "database_exists");
	bind_text(&statement, "plimsoll");
	status = database_query(&rows, database, &statement, error);
	if (!status && !rows_bool(rows, 0, 0))
		status = database_script(database, "CREATE DATABASE plimsoll",
					 error);
	rows_free(rows);
	database_close(database);
	return status;
}

static enum status check_owner(const struct cluster *cluster,
			       struct error *error)
{
	if (!geteuid() || geteuid() == cluster->owner)
		return OK;
	error_set(error, E_SYSTEM, "%s belongs to %s", cluster->data,
		  cluster->owner_name);
	return error_hint(error, "Run as that user or as root, or give another "
			  "--home.");
}

static enum status start_locked(struct cluster *cluster, bool *started,
				int log, struct error *error)
{
	struct cluster_status now;
	char conninfo[CLUSTER_CONNINFO_MAX];
	enum status status = check_owner(cluster, error);

	cluster_status_read(&now, cluster);
	cluster_conninfo(conninfo, cluster, "postgres");
	*started = !now.running || !database_answers(conninfo);
	if (!status && !now.exists)
		status = make_cluster(cluster, log, error);
	if (!status && *started)
		status = start_server(cluster, log, error);
	return status ? status : make_database(cluster, error);
}

enum status cluster_start(struct cluster *cluster, bool *started,
			  struct error *error)
{
	char path[CLUSTER_PATH_MAX + 16];
	int lock, log = -1;
	enum status status = make_directories(cluster->directory, error);

	if (status)
		return status;
	snprintf(path, sizeof(path), "%s/lock", cluster->directory);
	lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX))
		status = system_error(error, "cannot lock", path);
	if (!status)
		status = open_log(&log, cluster, error);
	if (!status)
		status = start_locked(cluster, started, log, error);
	if (log >= 0)
		close(log);
	if (lock >= 0)
		close(lock);
	return status;
}

enum status cluster_stop(const struct cluster *cluster, bool *stopped,
			 struct error *error)
{
	int64_t until = clock_monotonic_ms() + STOP_TIMEOUT_MS;
	struct cluster_status now;

	cluster_status_read(&now, cluster);
	*stopped = now.running;
	if (!now.running)
		return OK;
	if (kill(now.pid, SIGINT))
		return error_set(error, E_SYSTEM, "cannot stop process %ld: %s",
				 (long)now.pid, strerror(errno));
	while (process_alive(now.pid)) {
		if (clock_monotonic_ms() > until)
			return error_set(error, E_PEER, "process %ld is still "
					 "stopping after %d s", (long)now.pid,
					 STOP_TIMEOUT_MS / 1000);
		clock_sleep_ms(POLL_MS);
	}
	if (*cluster->socket)
		rmdir(cluster->socket);
	return OK;
}

enum status cluster_run_tool(const char *name, char *const argv[],
			     struct error *error)
{
	struct program program = { .name = name, .arguments = argv,
				   .uid = geteuid(), .gid = getegid(),
				   .our_environment = true };
	char tail[300];
	enum status status = program_find(name, error);
	int code;

	if (status)
		return status;
	program.log = open("/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (program.log < 0)
		return system_error(error, "cannot make a file in", "/tmp");
	code = program_wait(program_spawn(&program));
	if (code) {
		log_tail(tail, sizeof(tail), program.log, 0);
		status = error_set(error, E_PEER, "%s failed: %s", name, tail);
	}
	close(program.log);
	return status;
}
