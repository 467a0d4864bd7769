/* cluster.c -- see cluster.h: where things are, what runs, opening the store.
 * Starting and stopping is cluster_start.c. */
#include "agent/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/cluster_process.h"

#define SOCKET_PORT "5432" /* part of the socket's file name only */

/* Whom a server started by us runs as; a data directory that is there already
 * says it by its owner. */
static enum status find_owner(struct cluster *out, struct error *error)
{
	struct stat info;
	struct passwd *user;

	out->owner = geteuid();
	out->group = getegid();
	snprintf(out->owner_name, sizeof(out->owner_name), "uid %ld",
		 (long)out->owner);
	if (*out->data && !stat(out->data, &info)) {
		out->owner = info.st_uid;
		out->group = info.st_gid;
		user = getpwuid(info.st_uid);
	} else if (geteuid()) {
		user = getpwuid(geteuid());
	} else {
		user = getpwnam("postgres");
		if (!user)
			user = getpwnam("nobody");
		if (!user)
			return error_set(error, E_SYSTEM, "root may not run "
					 "PostgreSQL and there is neither a "
					 "user postgres nor nobody");
		out->owner = user->pw_uid;
		out->group = user->pw_gid;
	}
	if (user)
		snprintf(out->owner_name, sizeof(out->owner_name), "%s",
			 user->pw_name);
	return OK;
}

/* One line of HOME/db/NAME; "" when there is none. */
static void read_record(char *out, size_t size, const struct cluster *cluster,
			const char *name)
{
	char path[CLUSTER_PATH_MAX + 16];
	FILE *file;

	*out = 0;
	snprintf(path, sizeof(path), "%s/%s", cluster->directory, name);
	file = fopen(path, "re");
	if (!file)
		return;
	if (!fgets(out, (int)size, file))
		*out = 0;
	fclose(file);
	out[strcspn(out, "\n")] = 0;
}

enum status cluster_locate(struct cluster *out, const char *home,
			   struct error *error)
{
	char here[PATH_MAX] = "";
	int size;

	memset(out, 0, sizeof(*out));
	if (strchr(home, '\n') || !*home)
		return error_set(error, E_USAGE, "--home is not usable as a "
				 "directory name");
	if (*home != '/' && !getcwd(here, sizeof(here)))
		return error_set(error, E_SYSTEM, "the current directory is "
				 "gone: %s", strerror(errno));
	size = snprintf(out->directory, sizeof(out->directory), "%s%s%s/db",
			here, *here ? "/" : "", home);
	if (size < 0 || size > CLUSTER_PATH_MAX - 32)
		return error_set(error, E_USAGE, "--home is longer than %d "
				 "characters", CLUSTER_PATH_MAX - 32);
	read_record(out->data, sizeof(out->data), out, "location");
	read_record(out->socket, sizeof(out->socket), out, "socket");
	return find_owner(out, error);
}

/* Is the process one of PostgreSQL's, working in our data directory? */
static bool serves_us(pid_t pid, const struct cluster *cluster)
{
	char link[64], target[PATH_MAX], real[PATH_MAX];
	ssize_t size;

	snprintf(link, sizeof(link), "/proc/%ld/cwd", (long)pid);
	size = readlink(link, target, sizeof(target) - 1);
	if (size < 0)
		return errno == EACCES;
	target[size] = 0;
	return realpath(cluster->data, real) && !strcmp(real, target);
}

void cluster_status_read(struct cluster_status *out,
			 const struct cluster *cluster)
{
	char path[CLUSTER_PATH_MAX + 32], line[32] = "";
	FILE *file;

	memset(out, 0, sizeof(*out));
	out->external = getenv("PLIMSOLL_DB") != NULL;
	snprintf(path, sizeof(path), "%s/PG_VERSION", cluster->data);
	out->exists = *cluster->data && !access(path, F_OK);
	snprintf(path, sizeof(path), "%s/postmaster.pid", cluster->data);
	file = out->exists ? fopen(path, "re") : NULL;
	if (!file)
		return;
	if (fgets(line, sizeof(line), file)) {
		pid_t pid = (pid_t)strtol(line, NULL, 10);

		out->running = process_alive(pid) && serves_us(pid, cluster);
		out->pid = out->running ? pid : 0;
	}
	fclose(file);
}

void cluster_conninfo(char out[CLUSTER_CONNINFO_MAX],
		      const struct cluster *cluster, const char *database)
{
	snprintf(out, CLUSTER_CONNINFO_MAX,
		 "host='%s' port=" SOCKET_PORT " user=plimsoll dbname='%s' "
		 "application_name=plimsoll connect_timeout=10",
		 cluster->socket, database);
}

static enum status not_running(const struct cluster *cluster,
			       struct error *error)
{
	error_set(error, E_PEER, "the store of %s is not running",
		  cluster->directory);
	return error_hint(error, "`plimsoll db up` starts it; PLIMSOLL_DB names "
			  "another server.");
}

enum status database_open_owner(struct database **out, const char *home,
				struct error *error)
{
	const char *external = getenv("PLIMSOLL_DB");
	char conninfo[CLUSTER_CONNINFO_MAX];
	struct cluster cluster;
	enum status status;

	if (external)
		return database_open(out, external, error);
	status = cluster_locate(&cluster, home, error);
	if (status)
		return status;
	if (!*cluster.socket)
		return not_running(&cluster, error);
	cluster_conninfo(conninfo, &cluster, "plimsoll");
	status = database_open(out, conninfo, error);
	if (status == E_PEER && !database_answers(conninfo))
		return not_running(&cluster, error);
	return status;
}

enum status database_open_home(struct database **out, const char *home,
			       struct error *error)
{
	struct database *database;
	enum status status = database_open_owner(&database, home, error);

	if (status)
		return status;
	status = database_as_agent(database, error);
	if (status)
		database_close(database);
	else
		*out = database;
	return status;
}
