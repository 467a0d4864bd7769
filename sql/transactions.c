/* transactions.c -- see transactions.h. */
#include "sql/transactions.h"

#include <stdio.h>
#include <string.h>

enum status submission_store(int64_t *id, struct database *database,
			     const struct submission_record *record,
			     struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "submissions_insert");
	bind_bytes(&statement, record->decision32, HASH_SIZE);
	bind_text(&statement, record->via);
	bind_text(&statement, record->state);
	bind_text(&statement, record->detail);
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
		status = error_set(error, E_MISSING, "the store has no "
				   "submission %lld", (long long)id);
	rows_free(rows);
	return status;
}

static void bind_unless_zero(struct statement *statement, uint64_t value)
{
	if (value)
		bind_integer(statement, (int64_t)value);
	else
		bind_text(statement, NULL);
}

static void bind_block(struct statement *statement,
		       const struct stored_transaction *t)
{
	bind_unless_zero(statement, t->block);
	if (t->block)
		bind_bytes(statement, t->block_hash, HASH_SIZE);
	else
		bind_text(statement, NULL);
	bind_unless_zero(statement, t->gas_used);
}

enum status transaction_store(struct database *database,
			      const struct stored_transaction *t,
			      struct error *error)
{
	struct statement statement;

	statement_init(&statement, "transactions_store");
	bind_bytes(&statement, t->hash, HASH_SIZE);
	bind_unless_zero(&statement, (uint64_t)t->submission_id);
	bind_integer(&statement, (int64_t)t->chain_id);
	bind_bytes(&statement, t->sender, ADDRESS_SIZE);
	bind_bytes(&statement, t->recipient, ADDRESS_SIZE);
	bind_integer(&statement, (int64_t)t->nonce);
	bind_text(&statement, t->state);
	bind_integer(&statement, (int64_t)t->gas_limit);
	bind_u128(&statement, t->max_fee);
	bind_u128(&statement, t->priority_fee);
	bind_block(&statement, t);
	bind_text(&statement, t->reason);
	return database_run(database, &statement, error);
}

static enum status read_identity(struct stored_transaction *out,
				 const struct rows *rows, int row)
{
	if (rows_fixed(out->hash, HASH_SIZE, rows, row, 0) ||
	    rows_fixed(out->sender, ADDRESS_SIZE, rows, row, 3) ||
	    rows_fixed(out->recipient, ADDRESS_SIZE, rows, row, 4) ||
	    rows_u128(&out->max_fee, rows, row, 8) ||
	    rows_u128(&out->priority_fee, rows, row, 9))
		return E_MALFORMED;
	if (!rows_null(rows, row, 11) &&
	    rows_fixed(out->block_hash, HASH_SIZE, rows, row, 11))
		return E_MALFORMED;
	if (!rows_null(rows, row, 15) &&
	    rows_fixed(out->decision, HASH_SIZE, rows, row, 15))
		return E_MALFORMED;
	return OK;
}

static enum status read_transaction(struct stored_transaction *out,
				    const struct rows *rows, int row)
{
	out->submission_id = rows_integer(rows, row, 1);
	out->chain_id = (uint64_t)rows_integer(rows, row, 2);
	out->nonce = (uint64_t)rows_integer(rows, row, 5);
	snprintf(out->state, sizeof(out->state), "%s", rows_text(rows, row, 6));
	out->gas_limit = (uint64_t)rows_integer(rows, row, 7);
	out->block = (uint64_t)rows_integer(rows, row, 10);
	out->gas_used = (uint64_t)rows_integer(rows, row, 12);
	snprintf(out->reason, sizeof(out->reason), "%s",
		 rows_text(rows, row, 13));
	snprintf(out->via, sizeof(out->via), "%s", rows_text(rows, row, 14));
	return read_identity(out, rows, row);
}

enum status transactions_list(struct stored_transaction **out, size_t *count,
			      struct database *database,
			      const struct transactions_query *query,
			      struct error *error)
{
	struct stored_transaction *list;
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "transactions_list");
	bind_unless_zero(&statement, query->chain_id);
	bind_bool(&statement, query->under_way);
	bind_integer(&statement, (int64_t)query->limit);
	status = database_query(&rows, database, &statement, error);
	if (status)
		return status;
	*count = (size_t)rows_count(rows);
	list = memory_allocate(*count + 1, sizeof(*list));
	for (size_t i = 0; i < *count && !status; i++)
		if (read_transaction(&list[i], rows, (int)i))
			status = error_set(error, E_PEER, "the store's rows "
					   "of transactions do not parse");
	rows_free(rows);
	if (status)
		memory_free(list);
	else
		*out = list;
	return status;
}
