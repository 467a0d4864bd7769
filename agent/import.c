/* import.c -- see import.h. */
#include "agent/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/gunzip.h"
#include "base/host/log.h"
#include "crypto/keccak.h"

static enum status check_name(const char *option, const char *value,
			      size_t limit, struct error *error)
{
	size_t size = strlen(value);

	if (!size || size >= limit)
		return error_set(error, E_USAGE, "--%s has 1 to %zu characters",
				 option, limit - 1);
	for (size_t i = 0; i < size; i++)
		if (value[i] <= ' ' || value[i] > '~')
			return error_set(error, E_USAGE, "--%s is plain ASCII "
					 "without spaces", option);
	return OK;
}

enum status import_names_check(const struct import_order *order,
			       struct error *error)
{
	enum status status = check_name("asset", order->asset, SYMBOL_MAX,
					error);

	if (!status)
		status = check_name("quote", order->quote, SYMBOL_MAX, error);
	if (!status)
		status = check_name("source", order->source, SOURCE_MAX, error);
	if (!status && !strcmp(order->source, GENERATE_SOURCE))
		status = error_set(error, E_USAGE, "the source " GENERATE_SOURCE
				   " is for generated rows only");
	return status;
}

/* Puts the file's name before the message. */
static enum status name_file(const char *path, struct error *error)
{
	char message[sizeof(error->message)];

	snprintf(message, sizeof(message), "%s", error->message);
	if (!strncmp(message, path, strlen(path)))
		return error->status;
	snprintf(error->message, sizeof(error->message), "%.200s: %.300s", path,
		 message);
	return error->status;
}

/* The file's text, unpacked, and the digest of the bytes as they lie there. */
static enum status read_text(struct bytes *out, uint8_t digest[HASH_SIZE],
			     const char *path, struct error *error)
{
	uint8_t *data;
	size_t size;
	struct bytes text;
	enum status status = file_read(&data, &size, path, IMPORT_FILE_MAX,
				       error);

	if (status)
		return status;
	keccak256(digest, data, size);
	text = bytes_of(data, size);
	if (gunzip_recognise(text)) {
		status = gunzip(out, text, IMPORT_FILE_MAX, error);
		memory_free(data);
		return status;
	}
	if (size > 3 && !strcmp(path + strlen(path) - 3, ".gz")) {
		memory_free(data);
		return error_set(error, E_MALFORMED, "the file is not gzip");
	}
	*out = text;
	return OK;
}

/* Moves the rejections to the report and says whether they stop the file. */
static enum status judge(struct import_report *out, struct import_rows *rows,
			 const struct import_order *order, struct error *error)
{
	const struct rejection *first = rows->rejections;

	out->kind = rows->kind;
	out->interval_s = rows->interval_s;
	out->read = rows->rows_read;
	out->rejected = rows->rejection_count;
	out->duplicates = rows->duplicates;
	out->rejections = rows->rejections;
	out->rejection_count = rows->rejection_count;
	rows->rejections = NULL;
	if (rows->count) {
		out->first_s = rows->rows[0].source_time_s;
		out->last_s = rows->rows[rows->count - 1].source_time_s;
	}
	if (!out->rejected || order->skip_rejected)
		return OK;
	error_set(error, E_MALFORMED, "%" PRIu64 " of %" PRIu64 " rows are "
		  "rejected, first line %" PRIu64 ": %s", out->rejected,
		  out->read, first->line, first->reason);
	return error_hint(error, "Nothing of this file was written.  "
			  "--skip-rejected takes the other rows and records "
			  "these.");
}

static enum status store(struct import_report *out, struct database *database,
			 const struct observation_batch *batch,
			 struct error *error)
{
	struct observation_result result;
	enum status status = observations_merge(&result, database, batch,
						error);

	progress_clear();
	if (status == E_PEER)
		return error_hint(error, "Nothing of this file was written.  "
				  "`plimsoll db up` starts the store; then run "
				  "the same command again: what is in already "
				  "counts as duplicate.");
	if (status)
		return status;
	out->added = (uint64_t)result.added;
	out->duplicates += (uint64_t)result.duplicates;
	out->bars = (uint64_t)result.bars_added;
	return OK;
}

/* What the parsed rows say about the batch. */
static void describe_batch(struct observation_batch *batch,
			   const struct import_rows *rows,
			   const struct import_report *report)
{
	batch->kind = rows->kind;
	batch->interval_s = rows->interval_s;
	batch->bar_interval_s = rows->interval_s ? rows->interval_s
						 : IMPORT_BAR_S;
	batch->rows_read = rows->rows_read;
	batch->duplicates = rows->duplicates;
	batch->rows = rows->rows;
	batch->count = rows->count;
	batch->rejections = report->rejections;
	batch->rejection_count = report->rejection_count;
}

enum status import_text(struct import_report *out, struct database *database,
			const struct import_source *source,
			const struct import_order *order, struct error *error)
{
	struct observation_batch batch = {
		.asset = order->asset, .quote = order->quote,
		.source = order->source, .origin = source->origin,
		.progress = progress_show, .interrupted = order->interrupted };
	struct import_rows rows;
	enum status status;

	memset(out, 0, sizeof(*out));
	memcpy(batch.digest, source->digest, HASH_SIZE);
	status = import_rows_parse(&rows, source->text, &order->format, error);
	if (status)
		return status;
	status = judge(out, &rows, order, error);
	describe_batch(&batch, &rows, out);
	if (!status && order->dry_run)
		out->added = rows.count;
	else if (!status)
		status = store(out, database, &batch, error);
	import_rows_free(&rows);
	return status;
}

enum status import_file(struct import_report *out, struct database *database,
			const char *path, const struct import_order *order,
			struct error *error)
{
	struct import_source source = { .origin = path };
	enum status status = read_text(&source.text, source.digest, path,
				       error);

	memset(out, 0, sizeof(*out));
	if (status == E_LIMIT)
		error->status = E_MALFORMED; /* the file is at fault, not us */
	if (status)
		return name_file(path, error);
	status = import_text(out, database, &source, order, error);
	memory_free((void *)(uintptr_t)source.text.data);
	return status ? name_file(path, error) : OK;
}

static void digest_order(uint8_t out[HASH_SIZE],
			 const struct generate_order *order)
{
	char text[160];

	snprintf(text, sizeof(text), "generate %s %" PRIu64 " %" PRIu32
		 " %" PRId64, order->asset, order->seed, order->hours,
		 order->end_s);
	keccak256(out, text, strlen(text));
}

enum status import_generated(struct import_report *out,
			     struct database *database,
			     const struct generate_order *generated,
			     const struct import_order *order,
			     struct error *error)
{
	struct observation *rows = memory_allocate(
		generated->hours <= GENERATE_HOURS_MAX ? generated->hours : 1,
		sizeof(*rows));
	struct observation_batch batch = {
		.asset = generated->asset, .quote = GENERATE_QUOTE,
		.source = GENERATE_SOURCE, .kind = FEED_CANDLES,
		.interval_s = GENERATE_INTERVAL_S,
		.bar_interval_s = GENERATE_INTERVAL_S, .synthetic = true,
		.origin = "generator", .rows_read = generated->hours,
		.rows = rows, .count = generated->hours,
		.progress = progress_show, .interrupted = order->interrupted };
	enum status status = generate_candles(rows, generated, error);

	memset(out, 0, sizeof(*out));
	digest_order(batch.digest, generated);
	if (!status) {
		out->kind = FEED_CANDLES;
		out->interval_s = GENERATE_INTERVAL_S;
		out->read = generated->hours;
		out->first_s = rows[0].source_time_s;
		out->last_s = rows[generated->hours - 1].source_time_s;
		if (order->dry_run)
			out->added = generated->hours;
		else
			status = store(out, database, &batch, error);
	}
	memory_free(rows);
	return status;
}
