/* decisions.c -- see decisions.h. */
#include "sql/decisions.h"

#include <stdio.h>
#include <string.h>

enum status decision_store(struct database *database,
			   const struct decision_record *record,
			   struct error *error)
{
	const struct decision *decision = record->decision;
	char evidence[2] = { evidence_letter(decision->evidence), 0 };
	struct statement statement;

	statement_init(&statement, "decisions_insert");
	bind_bytes(&statement, record->digest, HASH_SIZE);
	bind_bytes(&statement, decision->case_digest, HASH_SIZE);
	bind_integer(&statement, (int64_t)record->domain->chain_id);
	bind_bytes(&statement, decision->market, HASH_SIZE);
	bind_integer(&statement, (int64_t)decision->epoch);
	bind_integer(&statement, decision->mode);
	bind_text(&statement, outcome_name(decision->outcome));
	bind_text(&statement, evidence);
	bind_integer(&statement, (int64_t)decision->as_of);
	bind_integer(&statement, (int64_t)decision->valid_until);
	bind_integer(&statement, (int64_t)decision->anchor_block);
	bind_u128(&statement, decision->reasons);
	bind_bytes(&statement, record->bytes.data, record->bytes.size);
	bind_bytes_or_null(&statement, record->signature, 65);
	bind_bytes_or_null(&statement, record->signer, ADDRESS_SIZE);
	bind_text(&statement, record->json);
	return database_run(database, &statement, error);
}

static enum status read_decision(void *item, const struct rows *rows, int row,
				 struct error *error)
{
	struct stored_decision *out = item;

	memset(out, 0, sizeof(*out));
	out->epoch = (uint64_t)rows_integer(rows, row, 2);
	snprintf(out->outcome, sizeof(out->outcome), "%s",
		 rows_text(rows, row, 3));
	snprintf(out->evidence, sizeof(out->evidence), "%s",
		 rows_text(rows, row, 4));
	out->as_of_s = rows_integer(rows, row, 5);
	out->valid_until_s = rows_integer(rows, row, 6);
	out->stored_s = rows_integer(rows, row, 7);
	out->anchor_block = (uint64_t)rows_integer(rows, row, 8);
	out->has_signature = !rows_null(rows, row, 9);
	if (rows_fixed(out->digest, HASH_SIZE, rows, row, 0) ||
	    rows_fixed(out->case_digest, HASH_SIZE, rows, row, 1) ||
	    (out->has_signature &&
	     (rows_fixed(out->signature, 65, rows, row, 9) ||
	      rows_fixed(out->signer, ADDRESS_SIZE, rows, row, 10))))
		return error_set(error, E_PEER, "decisions: a row is not what "
				 "was stored");
	return OK;
}

enum status decision_load(struct stored_decision *out,
			  struct database *database,
			  const uint8_t digest32[HASH_SIZE],
			  struct error *error)
{
	struct stored_decision loaded;
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "decisions_load");
	bind_bytes(&statement, digest32, HASH_SIZE);
	status = database_query(&rows, database, &statement, error);
	if (!status && !rows_count(rows))
		status = error_set(error, E_MISSING,
				   "the store has no decision of this digest");
	if (!status)
		status = read_decision(&loaded, rows, 0, error);
	if (!status) {
		loaded.bytes = rows_bytes(rows, 0, 11);
		loaded.json = memory_copy_string(rows_text(rows, 0, 12));
		*out = loaded;
	}
	rows_free(rows);
	return status;
}

void stored_decision_free(struct stored_decision *decision)
{
	memory_free((void *)(uintptr_t)decision->bytes.data);
	memory_free(decision->json);
	decision->bytes = bytes_of(NULL, 0);
	decision->json = NULL;
}

enum status decision_list(struct stored_decision **out, size_t *count,
			  struct database *database,
			  const struct decision_filter *filter,
			  struct error *error)
{
	static const struct row_reader reader = {
		sizeof(struct stored_decision), read_decision };
	struct row_list list;
	struct statement statement;
	enum status status;

	statement_init(&statement, "decisions_list");
	bind_integer(&statement, (int64_t)filter->chain_id);
	bind_bytes_or_null(&statement, filter->market, HASH_SIZE);
	bind_integer(&statement, (int64_t)filter->limit);
	status = database_list(&list, database, &statement, &reader, error);
	if (status)
		return status;
	*out = list.items;
	*count = list.count;
	return OK;
}
