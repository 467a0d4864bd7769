/* observations.c -- see observations.h. */
#include "sql/observations.h"

#include "base/time.h"
#include "sql/copy_text.h"

#define COPY_BLOCK 65536u

const char *feed_kind_name(enum feed_kind kind)
{
	switch (kind) {
	case FEED_CANDLES: return "candles";
	case FEED_TICKS: return "ticks";
	case FEED_ROUNDS: return "rounds";
	}
	return "";
}

static void add_decimal(struct text *line, struct decimal value, bool present)
{
	char digits[DECIMAL_TEXT_MAX];

	text_add_string(line, "\t");
	if (present)
		decimal_format(digits, value);
	text_add_string(line, present ? digits : "\\N");
}

static void add_row(struct text *lines, const struct observation *row,
		    bool candle)
{
	char time[TIME_TEXT_MAX];

	time_format(time, row->source_time_s);
	copy_start(lines, (int64_t)row->line);
	text_add_format(lines, "\t%s", time);
	copy_u128(lines, row->round);
	add_decimal(lines, row->value, true);
	add_decimal(lines, row->open, candle);
	add_decimal(lines, row->high, candle);
	add_decimal(lines, row->low, candle);
	add_decimal(lines, row->volume, row->has_volume);
	text_add_string(lines, "\n");
}

static enum status send_rows(struct database *database,
			     const struct observation_batch *batch,
			     struct error *error)
{
	struct text lines = { 0 };
	enum status status = OK;

	for (size_t i = 0; i < batch->count && !status; i++) {
		add_row(&lines, &batch->rows[i], batch->kind == FEED_CANDLES);
		if (lines.size < COPY_BLOCK && i + 1 < batch->count)
			continue;
		status = database_copy_write(database,
					     bytes_of(lines.data, lines.size),
					     error);
		lines.size = 0;
		if (batch->progress)
			batch->progress(batch->origin, i + 1, batch->count);
		if (!status && batch->interrupted && batch->interrupted())
			status = error_set(error, E_INTERRUPTED,
					   "interrupted: nothing of %s was "
					   "written", batch->origin);
	}
	text_free(&lines);
	return status;
}

static enum status run_plain(struct database *database, const char *name,
			     struct error *error)
{
	struct statement statement;

	statement_init(&statement, name);
	return database_run(database, &statement, error);
}

static enum status stage(struct database *database,
			 const struct observation_batch *batch,
			 struct error *error)
{
	enum status status = run_plain(database, "staging_create", error);

	if (!status)
		status = database_copy_begin(database, "staging_copy", error);
	if (status)
		return status;
	status = send_rows(database, batch, error);
	if (status) {
		database_copy_abandon(database);
		return status;
	}
	status = database_copy_end(database, error);
	return status ? status
		      : run_plain(database, "staging_analyze", error);
}

static enum status find_feed(struct observation_result *out,
			     struct database *database,
			     const struct observation_batch *batch,
			     struct error *error)
{
	struct statement statement;

	statement_init(&statement, "feeds_upsert");
	bind_text(&statement, batch->asset);
	bind_text(&statement, batch->quote);
	bind_text(&statement, batch->source);
	bind_text(&statement, feed_kind_name(batch->kind));
	bind_integer(&statement, batch->interval_s);
	bind_bool(&statement, batch->synthetic);
	return database_number(&out->feed_id, database, &statement, error);
}

static int64_t first_time(const struct observation_batch *batch)
{
	return batch->rows[0].source_time_s;
}

static int64_t last_time(const struct observation_batch *batch)
{
	return batch->rows[batch->count - 1].source_time_s;
}

static int64_t first_open(const struct observation_batch *batch)
{
	return first_time(batch) - first_time(batch) % batch->bar_interval_s;
}

static enum status refuse_disagreement(struct database *database,
				       const struct observation_batch *batch,
				       int64_t feed_id, struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "observations_disagree");
	bind_integer(&statement, feed_id);
	bind_integer(&statement, first_time(batch));
	bind_integer(&statement, last_time(batch));
	status = database_query(&rows, database, &statement, error);
	if (!status && rows_count(rows)) {
		status = error_set(error, E_MALFORMED, "%s: line %s: at %s the "
				   "%s is %s, but the store has %s",
				   batch->origin, rows_text(rows, 0, 0),
				   rows_text(rows, 0, 1), rows_text(rows, 0, 2),
				   rows_text(rows, 0, 3),
				   rows_text(rows, 0, 4));
		error_hint(error, "Nothing of this file was written.  Another "
			   "--source name keeps two sources apart.");
	}
	rows_free(rows);
	return status;
}

static enum status begin_import(struct observation_result *out,
				struct database *database,
				const struct observation_batch *batch,
				struct error *error)
{
	struct statement statement;
	enum status status;

	statement_init(&statement, "partitions_ensure");
	bind_integer(&statement, first_time(batch));
	bind_integer(&statement, last_time(batch));
	bind_integer(&statement, first_open(batch));
	status = database_run(database, &statement, error);
	if (status)
		return status;
	statement_init(&statement, "imports_begin");
	bind_integer(&statement, out->feed_id);
	bind_text(&statement, batch->origin);
	bind_bytes(&statement, batch->digest, HASH_SIZE);
	bind_integer(&statement, (int64_t)batch->rows_read);
	bind_integer(&statement, (int64_t)batch->rejection_count);
	return database_number(&out->import_id, database, &statement, error);
}

static enum status build_bars(struct observation_result *out,
			      struct database *database,
			      const struct observation_batch *batch,
			      struct error *error)
{
	struct statement statement;

	statement_init(&statement, "bars_build");
	bind_integer(&statement, out->feed_id);
	bind_integer(&statement, batch->bar_interval_s);
	bind_integer(&statement, first_open(batch));
	bind_integer(&statement, last_time(batch) -
					 last_time(batch) %
						 batch->bar_interval_s +
					 batch->bar_interval_s);
	bind_integer(&statement, out->import_id);
	return database_number(&out->bars_added, database, &statement, error);
}

static enum status record_rejections(const struct observation_result *out,
				     struct database *database,
				     const struct observation_batch *batch,
				     struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < batch->rejection_count && !status; i++) {
		const struct rejection *rejection = &batch->rejections[i];
		struct statement statement;

		statement_init(&statement, "import_rejections_insert");
		bind_integer(&statement, out->import_id);
		bind_integer(&statement, (int64_t)rejection->line);
		bind_text(&statement, rejection->reason);
		bind_text(&statement, rejection->content);
		status = database_run(database, &statement, error);
	}
	return status;
}

static enum status finish_import(struct observation_result *out,
				 struct database *database,
				 const struct observation_batch *batch,
				 struct error *error)
{
	struct statement statement;
	enum status status = record_rejections(out, database, batch, error);

	if (status)
		return status;
	statement_init(&statement, "imports_finish");
	bind_integer(&statement, out->import_id);
	bind_integer(&statement, out->added);
	bind_integer(&statement,
		     out->duplicates + (int64_t)batch->duplicates);
	return database_run(database, &statement, error);
}

static enum status merge(struct observation_result *out,
			 struct database *database,
			 const struct observation_batch *batch,
			 struct error *error)
{
	struct statement statement;
	enum status status = run_plain(database, "ingest_lock", error);

	if (!status)
		status = find_feed(out, database, batch, error);
	if (!status)
		status = stage(database, batch, error);
	if (!status)
		status = refuse_disagreement(database, batch, out->feed_id,
					     error);
	if (!status)
		status = begin_import(out, database, batch, error);
	if (status)
		return status;
	statement_init(&statement, "observations_insert");
	bind_integer(&statement, out->feed_id);
	bind_integer(&statement, out->import_id);
	status = database_number(&out->added, database, &statement, error);
	if (status)
		return status;
	out->duplicates = (int64_t)batch->count - out->added;
	if (out->added)
		status = build_bars(out, database, batch, error);
	return status ? status : finish_import(out, database, batch, error);
}

enum status observations_merge(struct observation_result *out,
			       struct database *database,
			       const struct observation_batch *batch,
			       struct error *error)
{
	struct observation_result result = { 0 };
	enum status status;

	if (!batch->count) {
		*out = result;
		return OK;
	}
	status = database_begin(database, error);
	if (!status)
		status = merge(&result, database, batch, error);
	if (!status && result.added)
		status = database_commit(database, error);
	if (status || !result.added)
		database_rollback(database);
	if (!status && !result.added)
		result.feed_id = result.import_id = 0;
	if (!status)
		*out = result;
	return status;
}
