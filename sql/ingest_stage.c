/* ingest_stage.c -- see ingest_stage.h. */
#include "sql/ingest_stage.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sql/copy_binary.h"
#include "sql/ingest_rows.h"

#define COPY_BLOCK 65536u
#define DAY_MS 86400000

/* Rows of one array: the address is their order. */
static int compare_rows(const void *left, const void *right)
{
	const struct ingest_row *a = *(const struct ingest_row *const *)left;
	const struct ingest_row *b = *(const struct ingest_row *const *)right;
	int order = ingest_compare_names(a, b);

	return order ? order : (a > b) - (a < b);
}

/* Leaves out what the first row of the same name has said; how many stay. */
static size_t drop_repeated(const struct ingest_row **rows, size_t count)
{
	const struct ingest_row *first = rows[0];
	size_t kept = 1;

	for (size_t i = 1; i < count; i++) {
		if (ingest_compare_names(first, rows[i]))
			first = rows[i];
		else if (ingest_says_the_same(first, rows[i]))
			continue;
		rows[kept++] = rows[i];
	}
	return kept;
}

static void sort(struct ingest_stage *stage, const struct ingest_batch *batch)
{
	const struct ingest_row **rows = memory_allocate(batch->count,
							 sizeof(void *));
	bool sorted = true;

	for (size_t i = 0; i < batch->count; i++) {
		rows[i] = &batch->rows[i];
		sorted = sorted && (!i || ingest_compare_names(rows[i - 1],
							       rows[i]) <= 0);
	}
	if (!sorted)
		qsort(rows, batch->count, sizeof(void *), compare_rows);
	stage->rows = rows;
	stage->count = drop_repeated(rows, batch->count);
}

static void add_number(struct text *array, int64_t value)
{
	text_add_format(array, "%c%" PRId64, array->size ? ',' : '{', value);
}

/* The span of the rows' times, and their days for the months of those. */
static void find_times(struct ingest_stage *stage)
{
	int64_t last = -1;

	stage->first_ms = stage->last_ms = stage->rows[0]->source_time_ms;
	for (size_t i = 0; i < stage->count; i++) {
		int64_t at = stage->rows[i]->source_time_ms, day = at / DAY_MS;

		if (at < stage->first_ms)
			stage->first_ms = at;
		if (at > stage->last_ms)
			stage->last_ms = at;
		if (day != last)
			add_number(&stage->days, day);
		last = day;
	}
	text_add_string(&stage->days, "}");
}

void ingest_stage_init(struct ingest_stage *out,
		       const struct ingest_batch *batch)
{
	*out = (struct ingest_stage){ .bar_interval_s = batch->bar_interval_s };
	sort(out, batch);
	find_times(out);
}

void ingest_stage_free(struct ingest_stage *stage)
{
	memory_free(stage->rows);
	memory_free(stage->newest_ms);
	text_free(&stage->days);
	text_free(&stage->pending_feeds);
	text_free(&stage->pending_opens);
}

static bool next_feed(const struct ingest_stage *stage, size_t i)
{
	return !i || stage->rows[i]->feed_id != stage->rows[i - 1]->feed_id;
}

static enum status ask_newest(struct ingest_stage *stage,
			      struct database *database, struct error *error)
{
	struct statement statement;
	struct text feeds = { 0 };
	struct rows *rows;
	enum status status;

	for (size_t i = 0; i < stage->count; i++)
		if (next_feed(stage, i))
			add_number(&feeds, stage->rows[i]->feed_id);
	text_add_string(&feeds, "}");
	statement_init(&statement, "ingest_newest");
	bind_text(&statement, feeds.data);
	bind_integer(&statement, stage->first_ms);
	status = database_query(&rows, database, &statement, error);
	text_free(&feeds);
	if (status)
		return status;
	stage->newest_ms = memory_allocate((size_t)rows_count(rows),
					   sizeof(*stage->newest_ms));
	for (int i = 0; i < rows_count(rows); i++)
		stage->newest_ms[i] = rows_null(rows, i, 0)
					      ? -1
					      : rows_integer(rows, i, 0);
	rows_free(rows);
	return OK;
}

/* The bar of a fresh row; *last_s is that of the row before, -1 none yet. */
static void add_pending(struct ingest_stage *stage, int64_t *last_s,
			const struct ingest_row *row)
{
	int64_t at_s = row->source_time_ms / 1000;

	if (!stage->bar_interval_s || row->verdict == INGEST_REJECTED)
		return;
	at_s -= at_s % stage->bar_interval_s;
	if (at_s == *last_s)
		return;
	*last_s = at_s;
	add_number(&stage->pending_feeds, row->feed_id);
	add_number(&stage->pending_opens, at_s);
}

static bool is_fresh(const struct ingest_stage *stage, size_t i,
		     int64_t newest_ms)
{
	return stage->rows[i]->source_time_ms > newest_ms &&
	       (!i || ingest_compare_names(stage->rows[i - 1],
					   stage->rows[i]));
}

static enum status send_rows(struct ingest_stage *stage,
			     struct database *database, struct error *error)
{
	struct text block = { 0 };
	int64_t last_open_s = -1;
	size_t feed = 0;
	enum status status = OK;

	copy_binary_start(&block);
	for (size_t i = 0; i < stage->count && !status; i++) {
		bool fresh;

		if (i && next_feed(stage, i)) {
			feed++;
			last_open_s = -1;
		}
		fresh = is_fresh(stage, i, stage->newest_ms[feed]);
		ingest_encode(&block, stage->rows[i], fresh);
		stage->fresh += fresh;
		if (fresh)
			add_pending(stage, &last_open_s, stage->rows[i]);
		if (i + 1 == stage->count)
			copy_binary_end(&block);
		else if (block.size < COPY_BLOCK)
			continue;
		status = database_copy_write(database,
					     bytes_of(block.data, block.size),
					     error);
		block.size = 0;
	}
	text_free(&block);
	return status;
}

enum status ingest_stage_send(struct ingest_stage *stage,
			      struct database *database, struct error *error)
{
	enum status status = ask_newest(stage, database, error);

	if (!status)
		status = database_copy_begin(database, "ingest_copy", error);
	if (status)
		return status;
	status = send_rows(stage, database, error);
	if (stage->pending_feeds.size) {
		text_add_string(&stage->pending_feeds, "}");
		text_add_string(&stage->pending_opens, "}");
	}
	if (!status)
		return database_copy_end(database, error);
	database_copy_abandon(database);
	return status;
}
