/* policies.c -- see policies.h. */
#include "sql/policies.h"

#include <string.h>

enum status policy_store(struct database *database, struct bytes canonical,
			 const char *source, struct error *error)
{
	struct statement statement;
	uint8_t hash[HASH_SIZE];

	policy_hash(hash, canonical);
	statement_init(&statement, "policies_insert");
	bind_bytes(&statement, hash, HASH_SIZE);
	bind_bytes(&statement, canonical.data, canonical.size);
	bind_text(&statement, source);
	return database_run(database, &statement, error);
}

static enum status read_policy(struct stored_policy *out,
			       const struct rows *rows,
			       const uint8_t hash32[HASH_SIZE],
			       struct error *error)
{
	uint8_t hash[HASH_SIZE];
	struct bytes bytes;

	if (!rows_count(rows))
		return error_set(error, E_MISSING, "the store has no such "
				 "policy");
	bytes = rows_bytes(rows, 0, 0);
	policy_hash(hash, bytes);
	if (memcmp(hash, hash32, HASH_SIZE)) {
		memory_free((void *)(uintptr_t)bytes.data);
		return error_set(error, E_AUTHENTIC, "the stored policy was "
				 "altered: its bytes have another hash");
	}
	out->bytes = (uint8_t *)(uintptr_t)bytes.data;
	out->size = bytes.size;
	out->source = memory_copy_string(rows_text(rows, 0, 1));
	return OK;
}

enum status policy_load(struct stored_policy *out, struct database *database,
			const uint8_t hash32[HASH_SIZE], struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "policies_load");
	bind_bytes(&statement, hash32, HASH_SIZE);
	status = database_query(&rows, database, &statement, error);
	if (!status)
		status = read_policy(out, rows, hash32, error);
	rows_free(rows);
	return status;
}

void stored_policy_free(struct stored_policy *policy)
{
	memory_free(policy->bytes);
	memory_free(policy->source);
	memset(policy, 0, sizeof(*policy));
}
