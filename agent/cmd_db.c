/* cmd_db.c -- plimsoll db up|down|status|migrate|backup|restore.
 *
 * JSON: up {"started","migrations","views","directory","socket"}; down
 * {"stopped"}; status {"external","running","pid","directory","data","socket",
 * "migration","series":[{"asset","quote","source","kind","interval",
 * "synthetic","bars","first","last"}]}; migrate {"applied","already","views",
 * "newest"}; backup {"file"}; restore {"file"}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/cluster.h"
#include "agent/command.h"
#include "agent/json_writer.h"
#include "base/host/clock.h"
#include "base/host/log.h"
#include "base/time.h"
#include "sql/bars.h"
#include "sql/conninfo.h"

static const char *external_server(void)
{
	return getenv("PLIMSOLL_DB");
}

static void print_json(struct text *text)
{
	puts(text->data);
	text_free(text);
}

static enum status migrate(struct migration_report *out, const char *where,
			   struct error *error)
{
	struct database *database;
	enum status status = database_open_owner(&database, where, error);

	if (status)
		return status;
	status = database_migrate(out, database, error);
	database_close(database);
	return status;
}

static void print_up(const struct invocation *invocation,
		     const struct cluster *cluster, bool started,
		     const struct migration_report *report)
{
	struct text text = { 0 };
	struct json_writer w;

	if (want_json(invocation)) {
		json_writer_init(&w, &text);
		json_open_object(&w, NULL);
		json_put_bool(&w, "started", started);
		json_put_integer(&w, "migrations", report->applied);
		json_put_bool(&w, "views", report->views_renewed);
		json_put_string(&w, "directory", cluster->directory);
		json_put_string(&w, "socket", cluster->socket);
		json_close_object(&w);
		print_json(&text);
		return;
	}
	if (external_server())
		puts("PLIMSOLL_DB names a server: nothing to start");
	else
		printf("PostgreSQL %s in %s, socket %s\n",
		       started ? "started" : "runs already",
		       cluster->directory, cluster->socket);
	printf("%d migrations applied, %d were; newest %s\n", report->applied,
	       report->already, report->newest);
}

static enum status run_up(const struct invocation *invocation,
			  struct error *error)
{
	struct migration_report report;
	struct cluster cluster = { 0 };
	bool started = false;
	enum status status = OK;

	if (!external_server()) {
		status = cluster_locate(&cluster, home(invocation), error);
		if (!status)
			status = cluster_start(&cluster, &started, error);
	}
	if (!status)
		status = migrate(&report, home(invocation), error);
	if (!status)
		print_up(invocation, &cluster, started, &report);
	return status;
}

static enum status refuse_external(const char *what, struct error *error)
{
	if (!external_server())
		return OK;
	error_set(error, E_USAGE, "PLIMSOLL_DB names a server: %s is its "
		  "operator's", what);
	return error_hint(error, "Unset PLIMSOLL_DB to mean the private "
			  "cluster.");
}

static enum status run_down(const struct invocation *invocation,
			    struct error *error)
{
	struct cluster cluster;
	bool stopped = false;
	enum status status = refuse_external("stopping it", error);

	if (!status)
		status = cluster_locate(&cluster, home(invocation), error);
	if (!status)
		status = cluster_stop(&cluster, &stopped, error);
	if (status)
		return status;
	if (want_json(invocation))
		printf("{\"stopped\":%s}\n", stopped ? "true" : "false");
	else
		puts(stopped ? "PostgreSQL stopped" : "nothing was running");
	return OK;
}

static enum status run_migrate(const struct invocation *invocation,
			       struct error *error)
{
	struct migration_report report;
	struct text text = { 0 };
	struct json_writer w;
	enum status status = migrate(&report, home(invocation), error);

	if (status)
		return status;
	if (!want_json(invocation)) {
		printf("%d migrations applied, %d were; views %s; newest %s\n",
		       report.applied, report.already,
		       report.views_renewed ? "renewed" : "unchanged",
		       report.newest);
		return OK;
	}
	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_integer(&w, "applied", report.applied);
	json_put_integer(&w, "already", report.already);
	json_put_bool(&w, "views", report.views_renewed);
	json_put_string(&w, "newest", report.newest);
	json_close_object(&w);
	print_json(&text);
	return OK;
}

struct series_table {
	struct series_summary *rows;
	size_t count;
};

static void put_series(struct json_writer *w, const struct series_summary *s)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	time_format(first, s->first_s);
	time_format(last, s->last_s);
	json_open_object(w, NULL);
	json_put_string(w, "asset", s->asset);
	json_put_string(w, "quote", s->quote);
	json_put_string(w, "source", s->source);
	json_put_string(w, "kind", s->kind);
	json_put_integer(w, "interval", s->interval_s);
	json_put_bool(w, "synthetic", s->synthetic);
	json_put_integer(w, "bars", s->count);
	json_put_string(w, "first", first);
	json_put_string(w, "last", last);
	json_close_object(w);
}

static void print_series(const struct series_table *table)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	if (table->count)
		printf("%-8s %-6s %-24s %8s %8s  %-20s  %-20s\n", "asset",
		       "quote", "source", "interval", "bars", "first", "last");
	for (size_t i = 0; i < table->count; i++) {
		const struct series_summary *s = &table->rows[i];

		time_format(first, s->first_s);
		time_format(last, s->last_s);
		printf("%-8s %-6s %-24s %6u s %8lld  %-20s  %-20s%s\n",
		       s->asset, s->quote, s->source, s->interval_s,
		       (long long)s->count, first, last,
		       s->synthetic ? "  generated" : "");
	}
}

static void print_status_json(const struct cluster *cluster,
			      const struct cluster_status *now,
			      const struct series_table *table)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_bool(&w, "external", now->external);
	json_put_bool(&w, "running", now->running);
	json_put_integer(&w, "pid", now->pid);
	json_put_string(&w, "directory", cluster->directory);
	json_put_string(&w, "data", cluster->data);
	json_put_string(&w, "socket", cluster->socket);
	json_open_array(&w, "series");
	for (size_t i = 0; i < table->count; i++)
		put_series(&w, &table->rows[i]);
	json_close_array(&w);
	json_close_object(&w);
	print_json(&text);
}

static void print_status(const struct cluster *cluster,
			 const struct cluster_status *now,
			 const struct series_table *table)
{
	if (now->external)
		puts("PLIMSOLL_DB names a server, and it answers");
	else if (now->running)
		printf("running: process %ld as %s, data %s, socket %s\n",
		       (long)now->pid, cluster->owner_name, cluster->data,
		       cluster->socket);
	else
		printf("not running: %s\n", now->exists ? cluster->data
							: "never started here");
	print_series(table);
}

/* Also when nothing runs, that is an answer and no failure; an external server
 * that does not answer is one. */
static enum status run_status(const struct invocation *invocation,
			      struct error *error)
{
	struct cluster cluster;
	struct cluster_status now;
	struct series_table table = { 0 };
	struct database *database = NULL;
	enum status status = cluster_locate(&cluster, home(invocation), error);

	if (status)
		return status;
	cluster_status_read(&now, &cluster);
	if (now.running || now.external)
		status = database_open_home(&database, home(invocation),
					    error);
	if (!status && database) {
		now.running = true;
		status = series_list(&table.rows, &table.count, database,
				     error);
	}
	database_close(database);
	if (!status && want_json(invocation))
		print_status_json(&cluster, &now, &table);
	else if (!status)
		print_status(&cluster, &now, &table);
	memory_free(table.rows);
	return status;
}

/* The password goes by the environment: arguments are everybody's to read. */
static enum status external_conninfo(char out[CLUSTER_CONNINFO_MAX],
				     struct error *error)
{
	struct text shown = { 0 }, password = { 0 };
	enum status status = conninfo_split(&shown, &password,
					    external_server(), error);

	if (!status && shown.size >= CLUSTER_CONNINFO_MAX)
		status = error_set(error, E_USAGE, "PLIMSOLL_DB is too long");
	if (!status) {
		snprintf(out, CLUSTER_CONNINFO_MAX, "%s",
			 shown.size ? shown.data : "");
		if (password.size)
			setenv("PGPASSWORD", password.data, 1);
	}
	text_free(&shown);
	text_free(&password);
	return status;
}

/* The connection that pg_dump and pg_restore use. */
static enum status tool_conninfo(char out[CLUSTER_CONNINFO_MAX],
				 const struct invocation *invocation,
				 const char *database, struct error *error)
{
	struct cluster cluster;
	enum status status;

	if (external_server())
		return external_conninfo(out, error);
	status = cluster_locate(&cluster, home(invocation), error);
	if (!status)
		cluster_conninfo(out, &cluster, database);
	return status;
}

static void print_file(const struct invocation *invocation, const char *verb,
		       const char *file)
{
	struct text text = { 0 };
	struct json_writer w;

	if (!want_json(invocation)) {
		printf("%s %s\n", verb, file);
		return;
	}
	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "file", file);
	json_close_object(&w);
	print_json(&text);
}

static enum status check_answers(const struct invocation *invocation,
				 struct error *error)
{
	struct database *database;
	enum status status = database_open_owner(&database, home(invocation),
						 error);

	if (!status)
		database_close(database);
	return status;
}

static enum status run_backup(const struct invocation *invocation,
			      struct error *error)
{
	char conninfo[CLUSTER_CONNINFO_MAX], part[4200];
	const char *file = invocation_argument(invocation, 0);
	char *arguments[] = { (char[]){ "pg_dump" },
			      (char[]){ "--format=custom" },
			      (char[]){ "--dbname" }, conninfo,
			      (char[]){ "--file" }, part, NULL };
	enum status status = check_answers(invocation, error);

	if (!status)
		status = tool_conninfo(conninfo, invocation, "plimsoll",
				       error);
	if (status)
		return status;
	if (snprintf(part, sizeof(part), "%s.part", file) >= (int)sizeof(part))
		return error_set(error, E_USAGE, "the file name is too long");
	status = cluster_run_tool("pg_dump", arguments, error);
	if (!status && rename(part, file))
		status = error_set(error, E_SYSTEM, "cannot write %s", file);
	if (status)
		unlink(part);
	else
		print_file(invocation, "written", file);
	return status;
}

static enum status postgres_script(const struct invocation *invocation,
				   const char *sql, struct error *error)
{
	char conninfo[CLUSTER_CONNINFO_MAX];
	struct database *database;
	enum status status = tool_conninfo(conninfo, invocation, "postgres",
					   error);

	if (!status)
		status = database_open(&database, conninfo, error);
	if (status)
		return status;
	status = database_script(database, sql, error);
	database_close(database);
	return status;
}

/* Into a database beside the old one, which goes only when all is in. */
static enum status restore_beside(const struct invocation *invocation,
				  struct error *error)
{
	char conninfo[CLUSTER_CONNINFO_MAX];
	char file[4200];
	char *arguments[] = { (char[]){ "pg_restore" },
			      (char[]){ "--exit-on-error" },
			      (char[]){ "--single-transaction" },
			      (char[]){ "--no-owner" },
			      (char[]){ "--dbname" }, conninfo, file, NULL };
	enum status status = tool_conninfo(conninfo, invocation,
					   "plimsoll_restoring", error);

	snprintf(file, sizeof(file), "%s", invocation_argument(invocation, 0));
	if (!status)
		status = postgres_script(invocation, "DROP DATABASE IF EXISTS "
					 "plimsoll_restoring", error);
	if (!status)
		status = postgres_script(invocation, "CREATE DATABASE "
					 "plimsoll_restoring", error);
	if (!status)
		status = cluster_run_tool("pg_restore", arguments, error);
	if (!status)
		status = postgres_script(invocation, "DROP DATABASE plimsoll "
					 "WITH (FORCE)", error);
	return status ? status
		      : postgres_script(invocation, "ALTER DATABASE "
					"plimsoll_restoring RENAME TO plimsoll",
					error);
}

static enum status check_empty(const struct invocation *invocation,
			       struct error *error)
{
	struct series_summary *series = NULL;
	struct database *database;
	size_t count = 0;
	enum status status = database_open_home(&database, home(invocation),
						error);

	if (status)
		return status;
	status = series_list(&series, &count, database, error);
	memory_free(series);
	database_close(database);
	if (status || !count || option_flag(invocation, "force"))
		return status;
	error_set(error, E_USAGE, "the store holds %zu series: restoring "
		  "replaces all of it", count);
	return error_hint(error, "--force does it; `plimsoll db backup FILE` "
			  "keeps what is there.");
}

static enum status run_restore(const struct invocation *invocation,
			       struct error *error)
{
	const char *file = invocation_argument(invocation, 0);
	struct migration_report report;
	enum status status = refuse_external("restoring it", error);

	if (!status && access(file, R_OK))
		status = error_set(error, E_MISSING, "%s cannot be read",
				   file);
	if (!status)
		status = check_empty(invocation, error);
	if (!status)
		status = restore_beside(invocation, error);
	if (!status)
		status = migrate(&report, home(invocation), error);
	if (!status)
		print_file(invocation, "restored from", file);
	return status;
}

static const struct option_spec restore_options[] = {
	{ "force", NULL, "replace a store that holds series" }, { 0 } };

static const struct command verbs[] = {
	{ "up", "", "start the private cluster and migrate it",
	  "plimsoll db up\nplimsoll db up --home /srv/plimsoll\n", NULL, 0, 0,
	  run_up },
	{ "down", "", "stop the private cluster", "plimsoll db down\n", NULL, 0,
	  0, run_down },
	{ "status", "", "what runs where, and the series in the store",
	  "plimsoll db status --json\n", NULL, 0, 0, run_status },
	{ "migrate", "", "bring the schema up to this program",
	  "PLIMSOLL_DB=postgresql://host/plimsoll plimsoll db migrate\n", NULL,
	  0, 0, run_migrate },
	{ "backup", "FILE", "write the whole store to one file",
	  "plimsoll db backup store.dump\n", NULL, 1, 1, run_backup },
	{ "restore", "FILE", "replace the store by a backup",
	  "plimsoll db restore store.dump --force\n", restore_options, 1, 1,
	  run_restore },
	{ 0 } };

const struct command_group commands_db = {
	"db", "the store: a private PostgreSQL cluster", verbs };
