/* private_store.h -- a private cluster for one test program: started, migrated,
 * opened as owner and as agent, removed again. */
#ifndef TESTS_HOST_PRIVATE_STORE_H
#define TESTS_HOST_PRIVATE_STORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/cluster.h"

static char home[] = "/tmp/plimsoll-test-XXXXXX";
static struct cluster cluster;
static struct database *owner, *agent; /* may all; may what commands may */
static struct error error;

#define ASSERT_OK(call)                                          \
	do {                                                     \
		if (call)                                        \
			fail_msg("%s: %s", #call, error.message); \
	} while (0)

static int start_store(void **state)
{
	struct migration_report report;
	bool started;

	(void)state;
	unsetenv("PLIMSOLL_DB");
	if (!mkdtemp(home) || chmod(home, 0755) ||
	    cluster_locate(&cluster, home, &error) ||
	    cluster_start(&cluster, &started, &error) ||
	    database_open_owner(&owner, home, &error) ||
	    database_migrate(&report, owner, &error) ||
	    database_open_home(&agent, home, &error)) {
		fprintf(stderr, "%s\n", error.message);
		return -1;
	}
	return 0;
}

static int stop_store(void **state)
{
	char command[128];
	bool stopped;

	(void)state;
	database_close(agent);
	database_close(owner);
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return cluster_stop(&cluster, &stopped, &error) || system(command);
}

/* True when the condition holds, as `database` sees it. */
static inline bool holds_for(struct database *database, const char *sql)
{
	char script[2048]; /* raises unless the condition holds */

	snprintf(script, sizeof(script), "DO $$ BEGIN IF NOT coalesce((%s), "
		 "false) THEN RAISE EXCEPTION 'no'; END IF; END $$", sql);
	return database_script(database, script, &error) == OK;
}

#endif
