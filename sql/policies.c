/* policies.c -- see policies.h. */
#include "sql/policies.h"

enum status policy_store(struct database *database,
			 const uint8_t hash32[HASH_SIZE], struct bytes bytes,
			 const char *source, struct error *error)
{
	struct statement statement;

	statement_init(&statement, "policies_insert");
	bind_bytes(&statement, hash32, HASH_SIZE);
	bind_bytes(&statement, bytes.data, bytes.size);
	bind_text(&statement, source);
	return database_run(database, &statement, error);
}

enum status policy_load(struct bytes *out, struct database *database,
			const uint8_t hash32[HASH_SIZE], struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "policies_load");
	bind_bytes(&statement, hash32, HASH_SIZE);
	status = database_query(&rows, database, &statement, error);
	if (!status && !rows_count(rows))
		status = error_set(error, E_MISSING,
				   "the store has no policy of this hash");
	else if (!status)
		*out = rows_bytes(rows, 0, 0);
	rows_free(rows);
	return status;
}
