/* ingest.c -- see ingest.h: flushes and bars.  What is read back is in
 * ingest_read.c.
 *
 * All of a flush happens under the lock of imports: a name that is not stored
 * stays new until the flush ends, and its row goes where it stays at once. */
#include "sql/ingest.h"

#include <inttypes.h>
#include <stdio.h>

#include "sql/ingest_stage.h"

static enum status run_plain(struct database *database, const char *name,
			     struct error *error)
{
	struct statement statement;

	statement_init(&statement, name);
	return database_run(database, &statement, error);
}

static enum status find_feed(int64_t *feed_id, struct database *database,
			     const struct ingest_feed *feed,
			     struct error *error)
{
	struct statement statement;
	enum status status = run_plain(database, "ingest_lock", error);

	if (status)
		return status;
	statement_init(&statement, "feeds_upsert");
	bind_text(&statement, feed->asset);
	bind_text(&statement, feed->quote);
	bind_text(&statement, feed->source);
	bind_text(&statement, feed_kind_name(feed->kind));
	bind_integer(&statement, feed->interval_s);
	bind_bool(&statement, feed->synthetic);
	return database_number(feed_id, database, &statement, error);
}

enum status ingest_feed_find(int64_t *feed_id, struct database *database,
			     const struct ingest_feed *feed,
			     struct error *error)
{
	int64_t found = 0;
	enum status status = database_begin(database, error);

	if (!status)
		status = find_feed(&found, database, feed, error);
	if (!status)
		status = database_commit(database, error);
	if (status)
		database_rollback(database);
	else
		*feed_id = found;
	return status;
}

/* One flush on its way. */
struct flush {
	struct database *database;
	const struct ingest_batch *batch;
	struct ingest_stage stage;
	struct ingest_result result;
	int64_t recorded; /* disagreements not recorded before */
};

static enum status check_batch(const struct ingest_batch *batch,
			       struct error *error)
{
	if (batch->count > INGEST_ROWS_MAX)
		return error_set(error, E_INPUT, "%zu rows in one flush, at "
				 "most %u", batch->count, INGEST_ROWS_MAX);
	if (batch->bar_interval_s > INT32_MAX)
		return error_set(error, E_INPUT, "bars of %" PRIu32 " s",
				 batch->bar_interval_s);
	for (size_t i = 0; i < batch->count; i++) {
		struct error why;

		if (!ingest_row_check(&batch->rows[i], &why))
			continue;
		error_set(error, E_INPUT, "row %zu, feed %" PRId64 ": %.400s",
			  i, batch->rows[i].feed_id, why.message);
		return error_hint(error, "Nothing of this batch was written.");
	}
	return OK;
}

static enum status make_months(const struct flush *flush, struct error *error)
{
	struct statement statement;

	statement_init(&statement, "ingest_partitions");
	bind_text(&statement, flush->stage.days.data);
	return database_run(flush->database, &statement, error);
}

static enum status begin_import(struct flush *flush, struct error *error)
{
	struct statement statement;

	statement_init(&statement, "ingest_import");
	bind_text(&statement, flush->batch->origin);
	bind_integer(&statement, (int64_t)flush->batch->count);
	return database_number(&flush->result.import_id, flush->database,
			       &statement, error);
}

/* The bars that fresh rows touch. */
static enum status queue_bars(struct flush *flush, struct error *error)
{
	const struct ingest_stage *stage = &flush->stage;
	struct statement statement;

	if (!stage->pending_feeds.size)
		return OK;
	statement_init(&statement, "ingest_pending");
	bind_integer(&statement, stage->bar_interval_s);
	bind_text(&statement, stage->pending_feeds.data);
	bind_text(&statement, stage->pending_opens.data);
	return database_run(flush->database, &statement, error);
}

static enum status record_disagreements(struct flush *flush,
					struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "ingest_disagree");
	bind_integer(&statement, flush->result.import_id);
	bind_integer(&statement, flush->stage.first_ms);
	bind_integer(&statement, flush->stage.last_ms);
	status = database_query(&rows, flush->database, &statement, error);
	if (!status) {
		flush->result.disagreements = rows_integer(rows, 0, 0);
		flush->recorded = rows_integer(rows, 0, 1);
	}
	rows_free(rows);
	return status;
}

/* What may be there already: what is not new has said so before, or says
 * otherwise. */
static enum status merge_others(struct flush *flush, int64_t *merged,
				struct error *error)
{
	const struct ingest_stage *stage = &flush->stage;
	int64_t others = (int64_t)(stage->count - stage->fresh_count);
	struct statement statement;
	enum status status;

	statement_init(&statement, "ingest_merge");
	bind_integer(&statement, flush->batch->bar_interval_s);
	status = database_number(merged, flush->database, &statement, error);
	if (status || *merged == others)
		return status;
	return record_disagreements(flush, error);
}

static enum status merge(struct flush *flush, struct error *error)
{
	const struct ingest_stage *stage = &flush->stage;
	struct ingest_result *result = &flush->result;
	int64_t merged = 0;
	enum status status = queue_bars(flush, error);

	if (!status && stage->fresh_count < stage->count)
		status = merge_others(flush, &merged, error);
	result->added = (int64_t)stage->fresh_count + merged;
	result->duplicates = (int64_t)flush->batch->count - result->added -
			     result->disagreements;
	return status;
}

static enum status finish_import(struct flush *flush, struct error *error)
{
	const struct ingest_result *result = &flush->result;
	struct statement statement;

	statement_init(&statement, "ingest_finish");
	bind_integer(&statement, result->import_id);
	bind_integer(&statement, result->added);
	bind_integer(&statement, result->duplicates);
	bind_integer(&statement, result->disagreements);
	return database_run(flush->database, &statement, error);
}

static enum status write_all(struct flush *flush, struct error *error)
{
	struct database *database = flush->database;
	enum status status = run_plain(database, "ingest_lock", error);

	if (!status)
		status = make_months(flush, error);
	if (!status)
		status = ingest_stage_ask(&flush->stage, database, error);
	if (!status)
		status = begin_import(flush, error);
	if (!status)
		status = ingest_stage_send(&flush->stage, database,
					   flush->result.import_id, error);
	if (!status)
		status = merge(flush, error);
	return status ? status : finish_import(flush, error);
}

static bool has_news(const struct flush *flush)
{
	return flush->result.added || flush->recorded;
}

static enum status run_flush(struct flush *flush, struct error *error)
{
	struct database *database = flush->database;
	enum status status = run_plain(database, "ingest_staging", error);

	if (status)
		return status;
	status = database_begin(database, error);
	if (!status)
		status = write_all(flush, error);
	if (!status && has_news(flush))
		status = database_commit(database, error);
	if (status || !has_news(flush)) {
		database_rollback(database);
		flush->result.import_id = 0;
	}
	return status;
}

enum status ingest_flush(struct ingest_result *out, struct database *database,
			 const struct ingest_batch *batch, struct error *error)
{
	struct flush flush = { .database = database, .batch = batch };
	enum status status = check_batch(batch, error);

	if (!status && batch->count) {
		ingest_stage_init(&flush.stage, batch);
		status = run_flush(&flush, error);
		ingest_stage_free(&flush.stage);
	}
	if (!status)
		*out = flush.result;
	return status;
}

static void bars_statement(struct statement *statement, const char *name,
			   int64_t now_s, uint32_t bar_interval_s)
{
	statement_init(statement, name);
	bind_integer(statement, bar_interval_s);
	bind_integer(statement, now_s);
}

static enum status build_bars(struct ingest_bars_result *out,
			      struct database *database, int64_t now_s,
			      uint32_t bar_interval_s, struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status = run_plain(database, "ingest_lock", error);

	if (status)
		return status;
	bars_statement(&statement, "ingest_bars_partitions", now_s,
		       bar_interval_s);
	status = database_run(database, &statement, error);
	if (status)
		return status;
	bars_statement(&statement, "ingest_bars_build", now_s, bar_interval_s);
	status = database_query(&rows, database, &statement, error);
	if (!status)
		*out = (struct ingest_bars_result){
			.intervals = rows_integer(rows, 0, 0),
			.added = rows_integer(rows, 0, 1),
			.versions = rows_integer(rows, 0, 2) };
	rows_free(rows);
	return status;
}

enum status ingest_bars(struct ingest_bars_result *out,
			struct database *database, int64_t now_s,
			uint32_t bar_interval_s, struct error *error)
{
	struct ingest_bars_result result = { 0 };
	struct statement statement;
	int64_t due = 0;
	enum status status;

	if (!bar_interval_s || bar_interval_s > INT32_MAX)
		return error_set(error, E_INPUT, "bars of %" PRIu32 " s",
				 bar_interval_s);
	bars_statement(&statement, "ingest_bars_due", now_s, bar_interval_s);
	status = database_number(&due, database, &statement, error);
	if (!status && due) {
		status = database_begin(database, error);
		if (!status)
			status = build_bars(&result, database, now_s,
					    bar_interval_s, error);
		if (!status)
			status = database_commit(database, error);
		if (status)
			database_rollback(database);
	}
	if (!status)
		*out = result;
	return status;
}
