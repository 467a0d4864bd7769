/* cases.c -- see cases.h. */
#include "sql/cases.h"

#include <stdio.h>
#include <string.h>

#include "sql/bars.h"

void series_digest(uint8_t out32[HASH_SIZE], const struct series *series)
{
	memcpy(out32, series->prefix, HASH_SIZE);
	for (uint32_t i = 0; i < series->count; i++)
		bar_chain(out32, &series->bars[i]);
}

/* *fresh: the case was not there before. */
static enum status insert_case(bool *fresh, struct database *database,
			       const struct case_record *record,
			       const uint8_t digest[HASH_SIZE],
			       struct error *error)
{
	const struct case_input *in = record->in;
	struct statement statement;
	uint8_t policy[HASH_SIZE];
	struct rows *rows;
	enum status status;

	policy_hash(policy, in->policy);
	statement_init(&statement, "cases_insert");
	bind_bytes(&statement, digest, HASH_SIZE);
	bind_integer(&statement, (int64_t)in->domain.chain_id);
	bind_bytes(&statement, in->market, HASH_SIZE);
	bind_integer(&statement, (int64_t)in->epoch);
	bind_integer(&statement, (int64_t)in->anchor_block);
	bind_bytes(&statement, policy, HASH_SIZE);
	bind_bytes(&statement, record->bytes.data, record->bytes.size);
	status = database_query(&rows, database, &statement, error);
	if (!status)
		*fresh = rows_count(rows) > 0;
	rows_free(rows);
	return status;
}

static enum status insert_input(struct database *database,
				const struct case_record *record, uint8_t index,
				const uint8_t digest[HASH_SIZE],
				struct error *error)
{
	const struct series *series = &record->in->series[index];
	const struct case_origin *origin = &record->origins[index];
	struct bars_query used = { .interval_s = record->interval_s,
				   .snapshot = origin->snapshot };
	struct statement statement;
	uint8_t chain[HASH_SIZE];
	enum status status;

	series_digest(chain, series);
	used.from_s = series->bars[0].open_time_s;
	used.to_s = series->bars[series->count - 1].open_time_s + 1;
	statement_init(&statement, "case_inputs_insert");
	bind_bytes(&statement, digest, HASH_SIZE);
	bind_integer(&statement, index);
	bind_integer(&statement, origin->feed_id);
	bind_integer(&statement, record->interval_s);
	bind_integer(&statement, used.from_s);
	bind_integer(&statement, used.to_s - 1);
	bind_integer(&statement, series->count);
	bind_bytes(&statement, chain, HASH_SIZE);
	bind_integer(&statement, origin->snapshot);
	status = database_run(database, &statement, error);
	if (status)
		return status;
	return bars_mark_used(database, origin->feed_id, &used, error);
}

static enum status store_all(struct database *database,
			     const struct case_record *record,
			     struct error *error)
{
	uint8_t digest[HASH_SIZE];
	bool fresh = false;
	enum status status;

	case_digest(digest, record->bytes);
	status = insert_case(&fresh, database, record, digest, error);
	if (!fresh)
		return status;
	for (uint8_t i = 0; i < record->in->series_count && !status; i++)
		if (record->origins[i].feed_id && record->in->series[i].count)
			status = insert_input(database, record, i, digest,
					      error);
	return status;
}

enum status case_store(struct database *database,
		       const struct case_record *record, struct error *error)
{
	enum status status = database_begin(database, error);

	if (status)
		return status;
	status = store_all(database, record, error);
	if (!status)
		status = database_commit(database, error);
	if (status)
		database_rollback(database);
	return status;
}

static enum status read_case(uint8_t **bytes, size_t *size,
			     const struct rows *rows,
			     const uint8_t digest32[HASH_SIZE],
			     struct error *error)
{
	uint8_t digest[HASH_SIZE];
	struct bytes found;

	if (!rows_count(rows))
		return error_set(error, E_MISSING, "the store has no such "
				 "case");
	found = rows_bytes(rows, 0, 0);
	case_digest(digest, found);
	if (memcmp(digest, digest32, HASH_SIZE)) {
		memory_free((void *)(uintptr_t)found.data);
		return error_set(error, E_AUTHENTIC, "the stored case was "
				 "altered: its bytes have another digest");
	}
	*bytes = (uint8_t *)(uintptr_t)found.data;
	*size = found.size;
	return OK;
}

static enum status query_digest(struct rows **rows, struct database *database,
				const char *name,
				const uint8_t digest32[HASH_SIZE],
				struct error *error)
{
	struct statement statement;

	statement_init(&statement, name);
	bind_bytes(&statement, digest32, HASH_SIZE);
	return database_query(rows, database, &statement, error);
}

enum status case_load(uint8_t **bytes, size_t *size, struct database *database,
		      const uint8_t digest32[HASH_SIZE], struct error *error)
{
	struct rows *rows;
	enum status status = query_digest(&rows, database, "cases_load",
					  digest32, error);

	if (!status)
		status = read_case(bytes, size, rows, digest32, error);
	rows_free(rows);
	return status;
}

static enum status read_input(struct stored_input *out, const struct rows *rows,
			      int row)
{
	out->ordinal = (uint8_t)rows_integer(rows, row, 0);
	out->feed_id = rows_integer(rows, row, 1);
	snprintf(out->asset, sizeof(out->asset), "%s", rows_text(rows, row, 2));
	snprintf(out->quote, sizeof(out->quote), "%s", rows_text(rows, row, 3));
	snprintf(out->source, sizeof(out->source), "%s",
		 rows_text(rows, row, 4));
	out->synthetic = rows_bool(rows, row, 5);
	out->interval_s = (uint32_t)rows_integer(rows, row, 6);
	out->first_open_s = rows_integer(rows, row, 7);
	out->last_open_s = rows_integer(rows, row, 8);
	out->count = (uint64_t)rows_integer(rows, row, 9);
	out->snapshot = rows_integer(rows, row, 11);
	return rows_fixed(out->digest, HASH_SIZE, rows, row, 10);
}

enum status case_inputs_load(struct stored_input **out, size_t *count,
			     struct database *database,
			     const uint8_t digest32[HASH_SIZE],
			     struct error *error)
{
	struct stored_input *list;
	struct rows *rows;
	enum status status = query_digest(&rows, database, "case_inputs_load",
					  digest32, error);
	size_t n;

	if (status)
		return status;
	n = (size_t)rows_count(rows);
	list = memory_allocate(n + 1, sizeof(*list));
	for (size_t i = 0; i < n && !status; i++)
		if (read_input(&list[i], rows, (int)i))
			status = error_set(error, E_PEER, "the store's rows "
					   "of the case do not parse");
	rows_free(rows);
	if (status) {
		memory_free(list);
		return status;
	}
	*out = list;
	*count = n;
	return OK;
}
