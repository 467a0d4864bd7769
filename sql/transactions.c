/* transactions.c -- see transactions.h. */
#include "sql/transactions.h"

#include <stdio.h>

enum status submission_open(int64_t *id, struct database *database,
			    const uint8_t decision32[HASH_SIZE],
			    const char *via, struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "submissions_open");
	bind_bytes(&statement, decision32, HASH_SIZE);
	bind_text(&statement, via);
	status = database_query(&rows, database, &statement, error);
	if (!status)
		*id = rows_integer(rows, 0, 0);
	rows_free(rows);
	return status;
}

enum status submission_update(struct database *database, int64_t id,
			      const char *state, const char *detail,
			      struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "submissions_update");
	bind_integer(&statement, id);
	bind_text(&statement, state);
	bind_text(&statement, detail);
	status = database_query(&rows, database, &statement, error);
	if (!status && !rows_count(rows))
		status = error_set(error, E_MISSING,
				   "the store has no submission %lld",
				   (long long)id);
	rows_free(rows);
	return status;
}

enum status transaction_store(struct database *database,
			      const struct transaction_row *row,
			      struct error *error)
{
	struct statement statement;

	statement_init(&statement, "transactions_upsert");
	bind_bytes(&statement, row->hash, HASH_SIZE);
	bind_integer(&statement, row->submission_id);
	bind_integer(&statement, (int64_t)row->chain_id);
	bind_bytes(&statement, row->sender, ADDRESS_SIZE);
	bind_bytes(&statement, row->recipient, ADDRESS_SIZE);
	bind_integer(&statement, (int64_t)row->nonce);
	bind_text(&statement, row->state);
	bind_integer(&statement, (int64_t)row->gas_limit);
	bind_u128(&statement, row->max_fee);
	bind_u128(&statement, row->priority_fee);
	bind_integer(&statement, (int64_t)row->block);
	bind_bytes(&statement, row->block_hash, HASH_SIZE);
	bind_integer(&statement, (int64_t)row->gas_used);
	bind_text(&statement, row->reason);
	return database_run(database, &statement, error);
}

static enum status read_summary(void *item, const struct rows *rows, int row,
				struct error *error)
{
	struct transaction_summary *out = item;

	if (rows_fixed(out->hash, HASH_SIZE, rows, row, 0) ||
	    rows_fixed(out->sender, ADDRESS_SIZE, rows, row, 1))
		return error_set(error, E_PEER, "transactions: a row is not "
				 "what was stored");
	out->submission_id = rows_integer(rows, row, 2);
	out->chain_id = (uint64_t)rows_integer(rows, row, 3);
	out->nonce = (uint64_t)rows_integer(rows, row, 4);
	out->block = (uint64_t)rows_integer(rows, row, 5);
	out->gas_used = (uint64_t)rows_integer(rows, row, 6);
	snprintf(out->state, sizeof(out->state), "%s", rows_text(rows, row, 7));
	snprintf(out->reason, sizeof(out->reason), "%s",
		 rows_text(rows, row, 8));
	snprintf(out->via, sizeof(out->via), "%s", rows_text(rows, row, 9));
	out->updated_s = rows_integer(rows, row, 10);
	return OK;
}

enum status transaction_list(struct transaction_summary **out, size_t *count,
			     struct database *database, bool open_only,
			     struct error *error)
{
	static const struct row_reader reader = {
		sizeof(struct transaction_summary), read_summary };
	struct row_list list;
	struct statement statement;
	enum status status;

	statement_init(&statement, "transactions_list");
	bind_bool(&statement, open_only);
	status = database_list(&list, database, &statement, &reader, error);
	if (status)
		return status;
	*out = list.items;
	*count = list.count;
	return OK;
}

enum status parameter_change_store(struct database *database,
				   const struct parameter_change *change,
				   struct error *error)
{
	struct statement statement;

	statement_init(&statement, "parameter_changes_insert");
	bind_integer(&statement, (int64_t)change->chain_id);
	bind_bytes(&statement, change->transaction, HASH_SIZE);
	bind_integer(&statement, change->log_index);
	bind_text(&statement, change->component);
	bind_bytes(&statement, change->market, HASH_SIZE);
	bind_bytes(&statement, change->asset, ADDRESS_SIZE);
	bind_text(&statement, change->symbol);
	bind_text(&statement, change->kind);
	if (change->has_old)
		bind_u128(&statement, change->old_value);
	else
		bind_text(&statement, NULL);
	bind_u128(&statement, change->new_value);
	bind_integer(&statement, (int64_t)change->block);
	bind_integer(&statement, (int64_t)change->time_s);
	bind_bytes_or_null(&statement, change->author, ADDRESS_SIZE);
	bind_bytes_or_null(&statement, change->decision, HASH_SIZE);
	return database_run(database, &statement, error);
}
