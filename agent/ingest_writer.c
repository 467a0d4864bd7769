/* ingest_writer.c -- see ingest_writer.h. */
#include "agent/ingest_writer.h"

#include <stdio.h>
#include <string.h>

#include "agent/cluster.h"
#include "base/host/clock.h"

enum status ingest_writer_open(struct ingest_writer *writer, const char *home,
			       uint32_t bar_interval_s, struct error *error)
{
	*writer = (struct ingest_writer){ .home = home,
					  .bar_interval_s = bar_interval_s };
	return database_open_home(&writer->database, home, error);
}

void ingest_writer_close(struct ingest_writer *writer)
{
	if (writer->database)
		database_close(writer->database);
	memory_free(writer->rows);
	writer->rows = NULL;
	writer->database = NULL;
}

void ingest_writer_add(struct ingest_writer *writer,
		       const struct ingest_row *row)
{
	if (writer->count == writer->capacity) {
		writer->capacity = writer->capacity * 2 + 64;
		writer->rows = memory_resize(writer->rows, writer->capacity,
					     sizeof(*writer->rows));
	}
	writer->rows[writer->count++] = *row;
}

bool ingest_writer_full(const struct ingest_writer *writer)
{
	return writer->count >= WRITER_ROWS_MAX;
}

bool ingest_writer_due(const struct ingest_writer *writer, int64_t now_ms)
{
	if (!writer->database)
		return now_ms >= writer->retry_ms;
	return writer->count >= WRITER_CHUNK ||
	       now_ms >= writer->flushed_ms + WRITER_FLUSH_MS;
}

void ingest_writer_lost(struct ingest_writer *writer, int64_t now_ms,
			const struct error *why)
{
	int64_t wait_ms = WRITER_RETRY_LONGEST_MS;

	if (writer->database)
		database_close(writer->database);
	if (writer->database || !writer->lost_ms)
		writer->lost_ms = now_ms;
	writer->database = NULL;
	if (writer->retries < 5)
		wait_ms = (int64_t)WRITER_RETRY_FIRST_MS << writer->retries;
	writer->retries++;
	writer->retry_ms = now_ms + wait_ms;
	snprintf(writer->message, sizeof(writer->message), "%.255s",
		 why->message);
}

/* E_PEER is waited for; nothing else mends itself. */
static enum status judge(struct ingest_writer *writer, enum status status,
			 int64_t now_ms, const struct error *error)
{
	if (status != E_PEER)
		return status;
	ingest_writer_lost(writer, now_ms, error);
	return OK;
}

static enum status reconnect(struct ingest_writer *writer, int64_t now_ms,
			     struct error *error)
{
	enum status status = database_open_home(&writer->database,
						writer->home, error);

	if (status) {
		writer->database = NULL;
		return judge(writer, status, now_ms, error);
	}
	writer->lost_ms = 0;
	return OK;
}

static void drop_first(struct ingest_writer *writer, size_t count)
{
	writer->count -= count;
	memmove(writer->rows, writer->rows + count,
		writer->count * sizeof(*writer->rows));
	if (writer->count || writer->capacity <= WRITER_CHUNK)
		return;
	memory_free(writer->rows); /* what an outage filled is given back */
	writer->rows = NULL;
	writer->capacity = 0;
}

static enum status flush_chunk(struct ingest_writer *writer,
			       struct error *error)
{
	struct ingest_batch batch = {
		.rows = writer->rows,
		.count = writer->count < WRITER_CHUNK ? writer->count
						      : WRITER_CHUNK,
		.bar_interval_s = writer->bar_interval_s,
		.origin = "ingest" };
	struct ingest_result result;
	enum status status = ingest_flush(&result, writer->database, &batch,
					  error);

	if (status)
		return status;
	writer->totals.added += result.added;
	writer->totals.duplicates += result.duplicates;
	writer->totals.disagreements += result.disagreements;
	writer->retries = 0;
	drop_first(writer, batch.count);
	return OK;
}

static enum status build_bars(struct ingest_writer *writer, int64_t unix_s,
			      struct error *error)
{
	struct ingest_bars_result bars = { 0 };
	enum status status = ingest_bars(&bars, writer->database, unix_s,
					 writer->bar_interval_s, error);

	writer->bars_added += bars.added;
	return status;
}

static enum status write_due(struct ingest_writer *writer, int64_t now_ms,
			     int64_t unix_s, struct error *error)
{
	enum status status = OK;

	while (writer->count && !status)
		status = flush_chunk(writer, error);
	writer->flushed_ms = now_ms;
	if (status || now_ms < writer->bars_ms + WRITER_BARS_MS)
		return status;
	writer->bars_ms = now_ms;
	return build_bars(writer, unix_s - WRITER_SETTLE_S, error);
}

enum status ingest_writer_step(struct ingest_writer *writer, int64_t now_ms,
			       int64_t unix_s, struct error *error)
{
	enum status status = OK;

	if (!ingest_writer_due(writer, now_ms))
		return OK;
	if (!writer->database)
		status = reconnect(writer, now_ms, error);
	if (status || !writer->database)
		return status;
	status = write_due(writer, now_ms, unix_s, error);
	return judge(writer, status, now_ms, error);
}

static enum status finish_once(struct ingest_writer *writer, int64_t now_ms,
			       struct error *error)
{
	enum status status = OK;

	if (!writer->database)
		status = reconnect(writer, now_ms, error);
	while (!status && writer->database && writer->count)
		status = flush_chunk(writer, error);
	if (!status && writer->database)
		status = build_bars(writer, clock_unix_s(), error);
	return judge(writer, status, now_ms, error);
}

enum status ingest_writer_finish(struct ingest_writer *writer,
				 int64_t patience_ms, struct error *error)
{
	int64_t end_ms = clock_monotonic_ms() + patience_ms;
	enum status status = OK;

	for (;;) {
		int64_t now_ms = clock_monotonic_ms();

		status = finish_once(writer, now_ms, error);
		if (status || writer->database)
			return status;
		if (now_ms >= end_ms)
			break;
		clock_sleep_ms(WRITER_RETRY_FIRST_MS);
	}
	error_set(error, E_PEER, "the database is away: %.200s; %zu "
		  "observations were not stored", writer->message,
		  writer->count);
	return error_hint(error, "They are read again by the next ingest, as "
			  "far as sources keep history.");
}
