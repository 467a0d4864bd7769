/* ingest_read.c -- see ingest.h: where feeds stand, their newest observations,
 * and how they do. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sql/ingest_rows.h"

static enum status out_of_range(const struct rows *rows, int row, int column,
				struct error *error)
{
	return error_set(error, E_RANGE, "the store has an observation with "
			 "the number %.80s, which does not fit here",
			 rows_text(rows, row, column));
}

static enum status read_position(void *item, const struct rows *rows, int row,
				 struct error *error)
{
	struct ingest_position *position = item;

	*position = (struct ingest_position){
		.feed_id = rows_integer(rows, row, 0),
		.found = !rows_null(rows, row, 1),
		.source_time_ms = rows_integer(rows, row, 1),
		.block = (uint64_t)rows_integer(rows, row, 3) };
	if (position->found && rows_u128(&position->round, rows, row, 2))
		return out_of_range(rows, row, 2, error);
	return OK;
}

static char *array_of(const struct ingest_feed_ids *feeds)
{
	struct text text = { 0 };

	for (size_t i = 0; i < feeds->count; i++)
		text_add_format(&text, "%c%" PRId64, i ? ',' : '{',
				feeds->ids[i]);
	text_add_string(&text, "}");
	return text.data;
}

enum status ingest_resume(struct ingest_position *out,
			  struct database *database,
			  const struct ingest_feed_ids *feeds,
			  struct error *error)
{
	static const struct row_reader reader = {
		sizeof(struct ingest_position), read_position };
	struct statement statement;
	struct row_list list;
	enum status status;
	char *array;

	if (!feeds->count || feeds->count > INGEST_FEEDS_MAX)
		return error_set(error, E_INPUT, "%zu feeds, 1 to %d",
				 feeds->count, INGEST_FEEDS_MAX);
	array = array_of(feeds);
	statement_init(&statement, "ingest_resume");
	bind_text(&statement, array);
	status = database_list(&list, database, &statement, &reader, error);
	memory_free(array);
	if (status)
		return status;
	memcpy(out, list.items, list.count * sizeof(*out));
	memory_free(list.items);
	return OK;
}

/* value, open, high, low, volume, confidence: columns 3 to 8. */
static enum status read_prices(struct ingest_row *out, const struct rows *rows,
			       int row, struct error *error)
{
	struct decimal *const prices[] = { &out->value, &out->open, &out->high,
					   &out->low, &out->volume,
					   &out->confidence };

	for (int i = 0; i < 6; i++)
		if (!rows_null(rows, row, 3 + i) &&
		    rows_decimal(prices[i], rows, row, 3 + i))
			return out_of_range(rows, row, 3 + i, error);
	out->has_candle = !rows_null(rows, row, 4);
	out->has_volume = !rows_null(rows, row, 7);
	out->has_confidence = !rows_null(rows, row, 8);
	return OK;
}

static enum ingest_signature signature_of(const char *name)
{
	if (!strcmp(name, "verified"))
		return INGEST_SIGNATURE_VERIFIED;
	return strcmp(name, "failed") ? INGEST_SIGNATURE_NONE
				      : INGEST_SIGNATURE_FAILED;
}

static enum ingest_verdict verdict_of(const char *name)
{
	if (!strcmp(name, "accepted"))
		return INGEST_ACCEPTED;
	return strcmp(name, "marked") ? INGEST_REJECTED : INGEST_MARKED;
}

static enum status read_row(void *item, const struct rows *rows, int row,
			    struct error *error)
{
	struct ingest_row *out = item;

	out->feed_id = rows_integer(rows, row, 0);
	out->source_time_ms = rows_integer(rows, row, 1);
	if (rows_u128(&out->round, rows, row, 2))
		return out_of_range(rows, row, 2, error);
	out->block = (uint64_t)rows_integer(rows, row, 9);
	out->has_raw_digest = !rows_null(rows, row, 10);
	if (out->has_raw_digest &&
	    rows_fixed(out->raw_digest, HASH_SIZE, rows, row, 10))
		return out_of_range(rows, row, 10, error);
	out->signature = signature_of(rows_text(rows, row, 11));
	out->verdict = verdict_of(rows_text(rows, row, 12));
	snprintf(out->reason, sizeof(out->reason), "%.*s",
		 INGEST_REASON_MAX - 1, rows_text(rows, row, 13));
	out->observed_ms = rows_integer(rows, row, 14);
	return read_prices(out, rows, row, error);
}

enum status ingest_recent(struct ingest_row **rows, size_t *count,
			  struct database *database,
			  const struct ingest_recent_query *query,
			  struct error *error)
{
	static const struct row_reader reader = { sizeof(struct ingest_row),
						  read_row };
	struct statement statement;
	struct row_list list;
	enum status status;

	if (!query->limit || query->limit > INGEST_ROWS_MAX)
		return error_set(error, E_INPUT, "%zu observations, 1 to %u",
				 query->limit, INGEST_ROWS_MAX);
	statement_init(&statement, "ingest_recent");
	bind_integer(&statement, query->feed_id);
	if (query->before_ms)
		bind_integer(&statement, query->before_ms);
	else
		bind_text(&statement, NULL);
	bind_integer(&statement, (int64_t)query->limit);
	bind_bool(&statement, query->with_rejected);
	status = database_list(&list, database, &statement, &reader, error);
	if (status)
		return status;
	*rows = list.items;
	*count = list.count;
	return OK;
}

static struct ingest_counts read_counts(const struct rows *rows, int row,
					int column)
{
	return (struct ingest_counts){ rows_integer(rows, row, column),
				       rows_integer(rows, row, column + 1),
				       rows_integer(rows, row, column + 2) };
}

static enum status read_status(void *item, const struct rows *rows, int row,
			       struct error *error)
{
	struct ingest_feed_status *out = item;

	(void)error;
	out->feed_id = rows_integer(rows, row, 0);
	snprintf(out->asset, sizeof(out->asset), "%s", rows_text(rows, row, 1));
	snprintf(out->quote, sizeof(out->quote), "%s", rows_text(rows, row, 2));
	snprintf(out->source, sizeof(out->source), "%s",
		 rows_text(rows, row, 3));
	snprintf(out->kind, sizeof(out->kind), "%s", rows_text(rows, row, 4));
	out->interval_s = (uint32_t)rows_integer(rows, row, 5);
	out->synthetic = rows_bool(rows, row, 6);
	out->found = !rows_null(rows, row, 7);
	out->source_time_ms = rows_integer(rows, row, 7);
	out->observed_ms = rows_integer(rows, row, 8);
	out->hour = read_counts(rows, row, 9);
	out->day = read_counts(rows, row, 12);
	out->disagreements_day = rows_integer(rows, row, 15);
	return OK;
}

enum status ingest_status(struct ingest_feed_status **out, size_t *count,
			  struct database *database, int64_t now_s,
			  struct error *error)
{
	static const struct row_reader reader = {
		sizeof(struct ingest_feed_status), read_status };
	struct statement statement;
	struct row_list list;
	enum status status;

	statement_init(&statement, "ingest_status");
	bind_integer(&statement, now_s);
	status = database_list(&list, database, &statement, &reader, error);
	if (status)
		return status;
	*out = list.items;
	*count = list.count;
	return OK;
}
