/* fuzz_import_rows.c -- price files: every data line is a row, a duplicate or
 * a rejection; rows ascend, prices are positive, and candles hold together.
 *
 * First byte: format (0 by header, then candles, ticks, rounds) and whether an
 * interval is given. */
#include <stdlib.h>
#include <string.h>

#include "agent/import_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool positive(struct decimal price)
{
	return price.mantissa > 0 &&
	       decimal_compare(price, (struct decimal){ 1, 12 }) < 0;
}

static void check_candle(const struct observation *row, uint32_t interval_s)
{
	if (!positive(row->open) || !positive(row->high) ||
	    !positive(row->low) || decimal_compare(row->low, row->open) > 0 ||
	    decimal_compare(row->low, row->value) > 0 ||
	    decimal_compare(row->high, row->open) < 0 ||
	    decimal_compare(row->high, row->value) < 0)
		abort();
	if (interval_s && row->source_time_s % interval_s)
		abort();
}

static void check_row(const struct import_rows *rows, size_t i)
{
	const struct observation *row = &rows->rows[i];
	const struct observation *before = i ? row - 1 : NULL;

	if (row->source_time_s < 0 || !positive(row->value) ||
	    (row->has_volume && row->volume.mantissa < 0))
		abort();
	if (rows->kind == FEED_CANDLES)
		check_candle(row, rows->interval_s);
	if (!before)
		return;
	if (row->source_time_s < before->source_time_s ||
	    (row->source_time_s == before->source_time_s &&
	     row->round <= before->round) || row->line <= before->line)
		abort();
}

static void check_rejection(const struct rejection *rejection)
{
	size_t length = strnlen(rejection->content, sizeof(rejection->content));

	if (length == sizeof(rejection->content) ||
	    !memchr(rejection->reason, 0, sizeof(rejection->reason)) ||
	    !*rejection->reason || rejection->line < 2)
		abort();
	for (size_t i = 0; i < length; i++)
		if (rejection->content[i] < ' ' || rejection->content[i] > '~')
			abort();
}

static void check(const struct import_rows *rows)
{
	if (rows->count + rows->duplicates + rows->rejection_count !=
	    rows->rows_read)
		abort();
	for (size_t i = 0; i < rows->count; i++)
		check_row(rows, i);
	for (size_t i = 0; i < rows->rejection_count; i++)
		check_rejection(&rows->rejections[i]);
}

static void check_refusal(enum status status, const struct import_rows *rows,
			  const struct error *error)
{
	struct import_rows untouched;

	memset(&untouched, 0x5a, sizeof(untouched));
	if (memcmp(rows, &untouched, sizeof(untouched)) ||
	    error->status != status || !*error->message)
		abort();
	if (status != E_MALFORMED && status != E_USAGE &&
	    status != E_MISSING && status != E_LIMIT)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const formats[] = { NULL, "candles", "ticks",
					       "rounds" };
	struct import_format format = { 0 };
	struct import_rows rows;
	struct error error = { 0 };
	enum status status;

	if (size < 1)
		return 0;
	format.name = formats[data[0] & 3];
	format.interval_s = data[0] & 4 ? 3600 : 0;
	memset(&rows, 0x5a, sizeof(rows));
	status = import_rows_parse(&rows, bytes_of(data + 1, size - 1), &format,
				   &error);
	if (status) {
		check_refusal(status, &rows, &error);
		return 0;
	}
	check(&rows);
	import_rows_free(&rows);
	return 0;
}
