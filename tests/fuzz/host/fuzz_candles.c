/* fuzz_candles.c -- a page of an exchange's candles: refused, or CSV that
 * `plimsoll import` reads row for row.  First byte: venue and interval. */
#include <stdlib.h>
#include <string.h>

#include "agent/import_rows.h"
#include "feeds/net/candles.c" /* for its writer of rows */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_csv(const struct text *csv, size_t rows,
		      const struct candle_query *query)
{
	struct import_format format = { "candles",
					(uint32_t)query->interval_s };
	struct import_rows read;
	struct error error = { 0 };

	if (!rows || import_rows_parse(&read, bytes_of(csv->data, csv->size),
				       &format, &error))
		abort();
	if (read.rows_read != rows || read.duplicates)
		abort();
	for (size_t i = 0; i < read.count; i++)
		if (read.rows[i].source_time_s < query->from_s ||
		    read.rows[i].source_time_s >= query->to_s)
			abort();
	import_rows_free(&read);
}

static void take(struct fetch *fetch, const struct json *root)
{
	struct text csv = { 0 };
	struct error error = { 0 };
	size_t rows = 0;
	enum status status = candle_page_read(&fetch->rows, fetch->query,
					      root, &error);

	if (!status)
		status = write_rows(&csv, &rows, fetch, &error);
	if (!status)
		check_csv(&csv, rows, fetch->query);
	else if ((status != E_PEER && status != E_MISSING) ||
		 error.status != status || !*error.message)
		abort();
	text_free(&csv);
	memory_free(fetch->rows.rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const venues[] = { "coinbase", "kraken", "binance" };
	struct candle_query query = {
		.product = "ETHUSD", .from_s = 1700000000,
		.to_s = 1800000000, .now_s = 1790000000 };
	struct fetch fetch = { .query = &query };
	struct json *root = NULL;
	struct error error = { 0 };

	if (size < 1)
		return 0;
	query.interval_s = data[0] & 4 ? 86400 : 60;
	query.venue = venues[(data[0] & 3) % 3];
	if (json_parse(&root, bytes_of(data + 1, size - 1), &error))
		return 0;
	take(&fetch, root);
	json_free(root);
	return 0;
}
