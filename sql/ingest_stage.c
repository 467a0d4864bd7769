/* ingest_stage.c -- see ingest_stage.h. */
#include "sql/ingest_stage.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sql/copy_binary.h"
#include "sql/ingest_rows.h"

#define COPY_BLOCK 65536u
#define DAY_MS 86400000
#define KNOWN_MAX 262144 /* names read of all feeds: some 25 MB */
#define KNOWN_SPARE 64   /* and a feed */

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
	memory_free(stage->fresh);
	text_free(&stage->days);
	text_free(&stage->pending_feeds);
	text_free(&stage->pending_opens);
}

static bool next_feed(const struct ingest_stage *stage, size_t i)
{
	return !i || stage->rows[i]->feed_id != stage->rows[i - 1]->feed_id;
}

/** The rows of one feed. */
struct run {
	size_t first, end;
	int64_t most; /* names that are read of it */
};

static struct run next_run(const struct ingest_stage *stage, size_t first)
{
	struct run run = { first, first + 1, 0 };
	int64_t share;

	while (run.end < stage->count && !next_feed(stage, run.end))
		run.end++;
	share = KNOWN_MAX * (int64_t)(run.end - first) / (int64_t)stage->count;
	run.most = 2 * (int64_t)(run.end - first);
	run.most = (run.most < share ? run.most : share) + KNOWN_SPARE;
	return run;
}

static enum status query_known(struct rows **out,
			       const struct ingest_stage *stage,
			       struct database *database, struct error *error)
{
	struct text arrays[4] = { { 0 } };
	struct statement statement;
	struct run run;
	enum status status;

	for (size_t i = 0; i < stage->count; i = run.end) {
		run = next_run(stage, i);
		add_number(&arrays[0], stage->rows[i]->feed_id);
		add_number(&arrays[1], stage->rows[i]->source_time_ms);
		add_number(&arrays[2],
			   stage->rows[run.end - 1]->source_time_ms);
		add_number(&arrays[3], run.most);
	}
	statement_init(&statement, "ingest_known");
	for (int i = 0; i < 4; i++) {
		text_add_string(&arrays[i], "}");
		bind_text(&statement, arrays[i].data);
	}
	bind_integer(&statement, stage->first_ms);
	bind_integer(&statement, stage->last_ms);
	status = database_query(out, database, &statement, error);
	for (int i = 0; i < 4; i++)
		text_free(&arrays[i]);
	return status;
}

/** The names read, one after the other. */
struct known {
	const struct rows *rows;
	int at, end; /* of the feed's */
};

/* A stored name beside a row's: below, at or above 0.  A stored round beyond
 * 128 bits is no row's and comes after all of its time. */
static int compare_known(const struct known *known,
			 const struct ingest_row *row)
{
	int64_t at_us = rows_integer(known->rows, known->at, 1);
	int64_t row_us = row->source_time_ms * 1000;
	u128 round;

	if (at_us != row_us)
		return at_us < row_us ? -1 : 1;
	if (rows_u128(&round, known->rows, known->at, 2))
		return 1;
	return (round > row->round) - (round < row->round);
}

/* Both ascend by name. */
static void mark_run(struct ingest_stage *stage, struct known *known,
		     const struct run *run, bool all_read)
{
	for (size_t i = run->first; i < run->end; i++) {
		int order = 1;

		while (known->at < known->end &&
		       (order = compare_known(known, stage->rows[i])) < 0)
			known->at++;
		if (known->at == known->end && !all_read)
			return;
		stage->fresh[i] =
			(known->at == known->end || order) &&
			(i == run->first ||
			 ingest_compare_names(stage->rows[i - 1],
					      stage->rows[i]));
		stage->fresh_count += stage->fresh[i];
	}
}

enum status ingest_stage_ask(struct ingest_stage *stage,
			     struct database *database, struct error *error)
{
	struct rows *rows = NULL;
	struct known known = { 0 };
	struct run run;
	int64_t ordinal = 0;
	enum status status = query_known(&rows, stage, database, error);

	if (status)
		return status;
	known.rows = rows;
	stage->fresh = memory_allocate(stage->count, sizeof(*stage->fresh));
	for (size_t i = 0; i < stage->count; i = run.end, ordinal++) {
		run = next_run(stage, i);
		known.at = known.end;
		while (known.end < rows_count(rows) &&
		       rows_integer(rows, known.end, 0) == ordinal)
			known.end++;
		mark_run(stage, &known, &run,
			 known.end - known.at < run.most);
	}
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

/* Those that are fresh, or the others. */
static enum status send_rows(struct ingest_stage *stage,
			     struct database *database, bool fresh,
			     int64_t import_id, struct error *error)
{
	struct text block = { 0 };
	int64_t last_open_s = -1;
	enum status status = OK;

	copy_binary_start(&block);
	for (size_t i = 0; i < stage->count && !status; i++) {
		if (next_feed(stage, i))
			last_open_s = -1;
		if (stage->fresh[i] != fresh)
			continue;
		ingest_encode(&block, stage->rows[i], import_id);
		if (fresh)
			add_pending(stage, &last_open_s, stage->rows[i]);
		if (block.size < COPY_BLOCK)
			continue;
		status = database_copy_write(database,
					     bytes_of(block.data, block.size),
					     error);
		block.size = 0;
	}
	copy_binary_end(&block);
	if (!status)
		status = database_copy_write(database,
					     bytes_of(block.data, block.size),
					     error);
	text_free(&block);
	return status;
}

static enum status copy_rows(struct ingest_stage *stage,
			     struct database *database, bool fresh,
			     int64_t import_id, struct error *error)
{
	enum status status = database_copy_begin(
		database, fresh ? "ingest_append" : "ingest_copy", error);

	if (status)
		return status;
	status = send_rows(stage, database, fresh, import_id, error);
	if (!status)
		return database_copy_end(database, error);
	database_copy_abandon(database);
	return status;
}

enum status ingest_stage_send(struct ingest_stage *stage,
			      struct database *database, int64_t import_id,
			      struct error *error)
{
	enum status status = OK;

	if (stage->fresh_count)
		status = copy_rows(stage, database, true, import_id, error);
	if (!status && stage->fresh_count < stage->count)
		status = copy_rows(stage, database, false, import_id, error);
	if (stage->pending_feeds.size) {
		text_add_string(&stage->pending_feeds, "}");
		text_add_string(&stage->pending_opens, "}");
	}
	return status;
}
