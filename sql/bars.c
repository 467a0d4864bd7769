/* bars.c -- see bars.h. */
#include "sql/bars.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define END_OF_TIME 7258118400 /* 2200-01-01 */
#define ALL_IMPORTS INT64_MAX

static void copy(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
}

static int64_t query_end(const struct bars_query *query)
{
	return query->to_s ? query->to_s : END_OF_TIME;
}

static const char *any(const char *name)
{
	return name ? name : "any";
}

/* Fills feed and names; *newest_s is the open time of its newest bar. */
static enum status find_series(struct stored_bars *out, int64_t *newest_s,
			       struct database *database,
			       const struct bars_query *query,
			       struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "bars_find");
	bind_text(&statement, query->asset);
	bind_text(&statement, query->quote);
	bind_text(&statement, query->source);
	bind_integer(&statement, query->interval_s);
	status = database_query(&rows, database, &statement, error);
	if (status)
		return status;
	if (rows_count(rows)) {
		out->feed_id = rows_integer(rows, 0, 0);
		copy(out->asset, sizeof(out->asset), rows_text(rows, 0, 1));
		copy(out->quote, sizeof(out->quote), rows_text(rows, 0, 2));
		copy(out->source, sizeof(out->source), rows_text(rows, 0, 3));
		out->synthetic = rows_bool(rows, 0, 4);
		*newest_s = rows_integer(rows, 0, 5);
	} else {
		status = error_set(error, E_MISSING, "the store has no bars of "
				   "%" PRIu32 " s for asset %s, quote %s, "
				   "source %s", query->interval_s,
				   any(query->asset), any(query->quote),
				   any(query->source));
		error_hint(error, "`plimsoll import FILE --asset A --quote Q "
			   "--source S` brings price history in; `plimsoll db "
			   "status` lists the series there are.");
	}
	rows_free(rows);
	return status;
}

static enum status newest_import(int64_t *out, struct database *database,
				 struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "imports_newest");
	status = database_query(&rows, database, &statement, error);
	if (!status)
		*out = rows_integer(rows, 0, 0);
	rows_free(rows);
	return status;
}

static enum status read_bar(struct bar *out, const struct rows *rows, int row,
			    struct error *error)
{
	struct decimal *prices[4] = { &out->open, &out->high, &out->low,
				      &out->close };

	out->open_time_s = rows_integer(rows, row, 0);
	for (int i = 0; i < 4; i++)
		if (rows_decimal(prices[i], rows, row, 1 + i))
			return error_set(error, E_RANGE, "the bar at %" PRId64
					 " has a price of more than %d digits: "
					 "%s", out->open_time_s,
					 DECIMAL_DIGITS_MAX,
					 rows_text(rows, row, 1 + i));
	return OK;
}

static enum status read_bars(struct stored_bars *out, const struct rows *rows,
			     struct error *error)
{
	enum status status = OK;

	out->count = (size_t)rows_count(rows);
	out->bars = memory_allocate(out->count, sizeof(*out->bars));
	for (size_t i = 0; i < out->count && !status; i++)
		status = read_bar(&out->bars[i], rows, (int)i, error);
	return status;
}

enum status bars_load(struct stored_bars *out, struct database *database,
		      const struct bars_query *query, struct error *error)
{
	struct stored_bars loaded = { .snapshot = query->snapshot };
	struct statement statement;
	struct rows *rows;
	int64_t newest_s;
	enum status status = find_series(&loaded, &newest_s, database, query,
					 error);

	if (!status && !query->snapshot)
		status = newest_import(&loaded.snapshot, database, error);
	if (status)
		return status;
	statement_init(&statement, "bars_load");
	bind_integer(&statement, loaded.feed_id);
	bind_integer(&statement, query->interval_s);
	bind_integer(&statement, query->from_s);
	bind_integer(&statement, query_end(query));
	bind_integer(&statement,
		     (int64_t)(query->limit ? query->limit : BARS_MAX));
	bind_integer(&statement, loaded.snapshot);
	status = database_query(&rows, database, &statement, error);
	if (!status)
		status = read_bars(&loaded, rows, error);
	rows_free(rows);
	if (status)
		stored_bars_free(&loaded);
	else
		*out = loaded;
	return status;
}

void stored_bars_free(struct stored_bars *bars)
{
	memory_free(bars->bars);
	bars->bars = NULL;
	bars->count = 0;
}

enum status bars_newest(int64_t *open_time_s, struct database *database,
			const struct bars_query *query, struct error *error)
{
	struct stored_bars ignored;

	return find_series(&ignored, open_time_s, database, query, error);
}

enum status bars_mark_used(struct database *database, int64_t feed_id,
			   const struct bars_query *query, struct error *error)
{
	struct statement statement;

	statement_init(&statement, "bars_mark_used");
	bind_integer(&statement, feed_id);
	bind_integer(&statement, query->interval_s);
	bind_integer(&statement, query->from_s);
	bind_integer(&statement, query_end(query));
	bind_integer(&statement,
		     query->snapshot ? query->snapshot : ALL_IMPORTS);
	return database_run(database, &statement, error);
}

static enum status read_summary(void *item, const struct rows *rows, int row,
				struct error *error)
{
	struct series_summary *out = item;

	(void)error;
	out->feed_id = rows_integer(rows, row, 0);
	copy(out->asset, sizeof(out->asset), rows_text(rows, row, 1));
	copy(out->quote, sizeof(out->quote), rows_text(rows, row, 2));
	copy(out->source, sizeof(out->source), rows_text(rows, row, 3));
	copy(out->kind, sizeof(out->kind), rows_text(rows, row, 4));
	out->interval_s = (uint32_t)rows_integer(rows, row, 5);
	out->synthetic = rows_bool(rows, row, 6);
	out->count = rows_integer(rows, row, 7);
	out->first_s = rows_integer(rows, row, 8);
	out->last_s = rows_integer(rows, row, 9);
	return OK;
}

enum status series_list(struct series_summary **out, size_t *count,
			struct database *database, struct error *error)
{
	static const struct row_reader reader = {
		sizeof(struct series_summary), read_summary };
	struct statement statement;
	struct row_list list;
	enum status status;

	statement_init(&statement, "series_list");
	status = database_list(&list, database, &statement, &reader, error);
	if (status)
		return status;
	*out = list.items;
	*count = list.count;
	return OK;
}

enum status bars_check(struct altered_bar *out, size_t *count,
		       struct database *database,
		       const struct bars_check_order *order,
		       struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "bars_check");
	bind_integer(&statement, order->feed_id);
	bind_integer(&statement, order->interval_s);
	bind_integer(&statement, order->from_s);
	bind_integer(&statement, order->to_s);
	bind_integer(&statement,
		     order->snapshot ? order->snapshot : ALL_IMPORTS);
	bind_integer(&statement, (int64_t)order->capacity);
	status = database_query(&rows, database, &statement, error);
	if (status)
		return status;
	*count = (size_t)rows_count(rows);
	for (size_t i = 0; i < *count; i++) {
		struct altered_bar *at = &out[i];
		int row = (int)i;

		at->open_time_s = rows_integer(rows, row, 0);
		at->version = (int32_t)rows_integer(rows, row, 1);
		copy(at->field, sizeof(at->field), rows_text(rows, row, 2));
		copy(at->bar_value, sizeof(at->bar_value),
		     rows_text(rows, row, 3));
		copy(at->observed_value, sizeof(at->observed_value),
		     rows_text(rows, row, 4));
		at->observation_s = rows_integer(rows, row, 5);
	}
	rows_free(rows);
	return OK;
}
