/* migrate.c -- see migrate.h. */
#include "sql/migrate.h"

#include <stdio.h>
#include <string.h>

#include "crypto/keccak.h"

#define MIGRATE_LOCK "SELECT pg_advisory_lock(hashtext('plimsoll migrate'))"
#define MIGRATE_UNLOCK "SELECT pg_advisory_unlock(hashtext('plimsoll migrate'))"

static bool in_folder(const struct sql_file *file, const char *folder)
{
	return !strncmp(file->name, folder, strlen(folder));
}

static const char *text_of(const char *name)
{
	for (const struct sql_file *f = sql_files; f->name; f++)
		if (!strcmp(f->name, name))
			return f->text;
	return "";
}

static enum status record(struct database *database, const char *name,
			  const uint8_t digest[HASH_SIZE], struct error *error)
{
	struct statement statement;

	statement_init(&statement, "migrations_record");
	bind_text(&statement, name);
	bind_bytes(&statement, digest, HASH_SIZE);
	return database_run(database, &statement, error);
}

/* Row of `name` in the record, -1 when it is not there. */
static int find_row(const struct rows *rows, const char *name)
{
	for (int i = 0; i < rows_count(rows); i++)
		if (!strcmp(rows_text(rows, i, 0), name))
			return i;
	return -1;
}

static bool same_digest(const struct rows *rows, int row,
			const uint8_t digest[HASH_SIZE])
{
	uint8_t recorded[HASH_SIZE];

	return !rows_fixed(recorded, HASH_SIZE, rows, row, 1) &&
	       !memcmp(recorded, digest, HASH_SIZE);
}

/* Runs `parts` in order and records `name`, all in one transaction. */
static enum status run_recorded(struct database *database,
				const struct sql_file *parts, const char *name,
				const uint8_t digest[HASH_SIZE],
				struct error *error)
{
	enum status status = database_begin(database, error);

	for (; !status && parts->name; parts++) {
		status = database_script(database, parts->text, error);
		if (status) {
			char reason[400];

			snprintf(reason, sizeof(reason), "%.399s",
				 error->message);
			error_set(error, status, "%s: %s", parts->name,
				  reason);
		}
	}
	if (!status)
		status = record(database, name, digest, error);
	if (!status)
		status = database_commit(database, error);
	if (status)
		database_rollback(database);
	return status;
}

static enum status run_migration(struct migration_report *out,
				 struct database *database,
				 const struct rows *rows,
				 const struct sql_file *file,
				 struct error *error)
{
	const struct sql_file parts[2] = { *file, { NULL, NULL } };
	uint8_t digest[HASH_SIZE];
	int row = find_row(rows, file->name);
	enum status status;

	keccak256(digest, file->text, strlen(file->text));
	snprintf(out->newest, sizeof(out->newest), "%s",
		 file->name + strlen("migrations/"));
	if (row >= 0 && same_digest(rows, row, digest)) {
		out->already++;
		return OK;
	}
	if (row >= 0) {
		error_set(error, E_AUTHENTIC, "%s ran here with another text: "
			  "it was altered since", file->name);
		return error_hint(error, "Old migrations are never edited; add "
				  "a new one, or use the release that made "
				  "this store.");
	}
	status = run_recorded(database, parts, file->name, digest, error);
	if (!status)
		out->applied++;
	return status;
}

static enum status check_unknown(const struct rows *rows,
				 const struct sql_file *files,
				 struct error *error)
{
	for (int i = 0; i < rows_count(rows); i++) {
		const char *name = rows_text(rows, i, 0);
		const struct sql_file *f = files;

		while (f->name && strcmp(f->name, name))
			f++;
		if (f->name || !strcmp(name, "views"))
			continue;
		error_set(error, E_AUTHENTIC, "the store knows %s, this "
			  "program does not", name);
		return error_hint(error, "The store was made by a newer "
				  "release; use that one.");
	}
	return OK;
}

static enum status renew_views(struct migration_report *out,
			       struct database *database,
			       const struct rows *rows,
			       const struct sql_file *files,
			       struct error *error)
{
	struct sql_file parts[64] = {
		{ "queries/views_reset", text_of("queries/views_reset") } };
	struct keccak keccak;
	uint8_t digest[HASH_SIZE];
	size_t count = 1;
	int row = find_row(rows, "views");
	enum status status;

	for (; files->name; files++)
		if (in_folder(files, "views/") && count < 62)
			parts[count++] = *files;
	parts[count++] = (struct sql_file){ "queries/views_grant",
					    text_of("queries/views_grant") };
	keccak_init(&keccak);
	for (size_t i = 0; i < count; i++)
		keccak_update(&keccak, parts[i].text,
			      strlen(parts[i].text) + 1);
	keccak_final(&keccak, digest);
	if (!out->applied && row >= 0 && same_digest(rows, row, digest))
		return OK;
	status = run_recorded(database, parts, "views", digest, error);
	if (!status)
		out->views_renewed = true;
	return status;
}

static enum status migrate_locked(struct migration_report *out,
				  struct database *database,
				  const struct sql_file *files,
				  struct error *error)
{
	struct statement statement;
	struct rows *rows = NULL;
	enum status status = database_script(
		database, text_of("queries/migrations_table"), error);

	statement_init(&statement, "migrations_list");
	if (!status)
		status = database_query(&rows, database, &statement, error);
	if (!status)
		status = check_unknown(rows, files, error);
	for (const struct sql_file *f = files; !status && f->name; f++)
		if (in_folder(f, "migrations/"))
			status = run_migration(out, database, rows, f, error);
	if (!status)
		status = renew_views(out, database, rows, files, error);
	rows_free(rows);
	return status;
}

enum status migrate_files(struct migration_report *out,
			  struct database *database,
			  const struct sql_file *files, struct error *error)
{
	struct migration_report report = { 0 };
	enum status status = database_script(database, MIGRATE_LOCK, error);
	struct error ignored;

	if (status)
		return status;
	status = migrate_locked(&report, database, files, error);
	if (database_script(database, MIGRATE_UNLOCK, &ignored) && !status)
		return error_set(error, E_PEER, "%s", ignored.message);
	if (!status)
		*out = report;
	return status;
}

enum status database_migrate(struct migration_report *out,
			     struct database *database, struct error *error)
{
	return migrate_files(out, database, sql_files, error);
}
