/* cases.c -- see cases.h. */
#include "sql/cases.h"

#include <stdio.h>
#include <string.h>

#include "sql/bars.h"

static enum status insert_case(bool *made, struct database *database,
			       const struct case_record *record,
			       struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "cases_insert");
	bind_bytes(&statement, record->digest, HASH_SIZE);
	bind_integer(&statement, (int64_t)record->chain_id);
	bind_bytes(&statement, record->market, HASH_SIZE);
	bind_integer(&statement, (int64_t)record->epoch);
	bind_integer(&statement, (int64_t)record->anchor_block);
	bind_bytes(&statement, record->policy_hash, HASH_SIZE);
	bind_bytes(&statement, record->bytes.data, record->bytes.size);
	status = database_query(&rows, database, &statement, error);
	*made = !status && rows_count(rows);
	rows_free(rows);
	return status;
}

static enum status insert_input(struct database *database,
				const struct case_record *record,
				size_t ordinal, struct error *error)
{
	const struct case_input_record *input = &record->inputs[ordinal];
	const struct bars_query range = {
		.interval_s = input->interval_s, .from_s = input->first_open_s,
		.to_s = input->last_open_s + 1, .snapshot = input->snapshot };
	struct statement statement;
	enum status status;

	statement_init(&statement, "case_inputs_insert");
	bind_bytes(&statement, record->digest, HASH_SIZE);
	bind_integer(&statement, (int64_t)ordinal);
	bind_integer(&statement, input->feed_id);
	bind_integer(&statement, input->interval_s);
	bind_integer(&statement, input->first_open_s);
	bind_integer(&statement, input->last_open_s);
	bind_integer(&statement, (int64_t)input->count);
	bind_bytes(&statement, input->digest, HASH_SIZE);
	bind_integer(&statement, input->snapshot);
	status = database_run(database, &statement, error);
	return status ? status
		      : bars_mark_used(database, input->feed_id, &range, error);
}

enum status case_store(struct database *database,
		       const struct case_record *record, struct error *error)
{
	bool made = false;
	enum status status = database_begin(database, error);

	if (!status)
		status = insert_case(&made, database, record, error);
	for (size_t i = 0; made && i < record->input_count && !status; i++)
		status = insert_input(database, record, i, error);
	if (!status)
		status = database_commit(database, error);
	if (status)
		database_rollback(database);
	return status;
}

enum status case_load(struct bytes *out, struct database *database,
		      const uint8_t digest32[HASH_SIZE], struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "cases_load");
	bind_bytes(&statement, digest32, HASH_SIZE);
	status = database_query(&rows, database, &statement, error);
	if (!status && !rows_count(rows))
		status = error_set(error, E_MISSING,
				   "the store has no case of this digest");
	else if (!status)
		*out = rows_bytes(rows, 0, 0);
	rows_free(rows);
	return status;
}

static enum status read_input(void *item, const struct rows *rows, int row,
			      struct error *error)
{
	struct case_input_record *out = item;

	out->feed_id = rows_integer(rows, row, 0);
	snprintf(out->asset, sizeof(out->asset), "%s", rows_text(rows, row, 1));
	snprintf(out->quote, sizeof(out->quote), "%s", rows_text(rows, row, 2));
	snprintf(out->source, sizeof(out->source), "%s",
		 rows_text(rows, row, 3));
	out->interval_s = (uint32_t)rows_integer(rows, row, 4);
	out->first_open_s = rows_integer(rows, row, 5);
	out->last_open_s = rows_integer(rows, row, 6);
	out->count = (uint64_t)rows_integer(rows, row, 7);
	out->snapshot = rows_integer(rows, row, 9);
	if (rows_fixed(out->digest, HASH_SIZE, rows, row, 8))
		return error_set(error, E_PEER, "case_inputs: bad digest");
	return OK;
}

enum status case_inputs_load(struct case_input_record **out, size_t *count,
			     struct database *database,
			     const uint8_t digest32[HASH_SIZE],
			     struct error *error)
{
	static const struct row_reader reader = {
		sizeof(struct case_input_record), read_input };
	struct row_list list;
	struct statement statement;
	enum status status;

	statement_init(&statement, "case_inputs_load");
	bind_bytes(&statement, digest32, HASH_SIZE);
	status = database_list(&list, database, &statement, &reader, error);
	if (status)
		return status;
	*out = list.items;
	*count = list.count;
	return OK;
}

void bars_digest(uint8_t out32[HASH_SIZE], const struct bar *bars,
		 size_t count)
{
	memset(out32, 0, HASH_SIZE);
	for (size_t i = 0; i < count; i++)
		bar_chain(out32, &bars[i]);
}
