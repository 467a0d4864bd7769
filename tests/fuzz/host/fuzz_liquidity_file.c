/* fuzz_liquidity_file.c -- depth as CSV: refused, or curves that ascend and
 * that read the same when their rows are written again. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/liquidity_file.h"
#include "base/host/memory.h"
#include "tests/fuzz/host/input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_curve(const struct named_curve *named)
{
	const struct liquidity_curve *curve = &named->curve;

	if (!*named->symbol || !memchr(named->symbol, 0, SYMBOL_MAX) ||
	    !curve->count || curve->count > CURVE_POINTS_MAX)
		abort();
	for (size_t i = 0; i < curve->count; i++)
		if (!curve->points[i].size_usd ||
		    curve->points[i].impact_bps > 10000 ||
		    (i && curve->points[i].size_usd <=
				  curve->points[i - 1].size_usd))
			abort();
}

static size_t write_again(struct text *out, const struct liquidity_file *file)
{
	size_t rows = 0;

	text_add_string(out, "symbol,size_usd,impact_bps\n");
	for (size_t i = 0; i < file->count; i++)
		for (size_t j = 0; j < file->curves[i].curve.count; j++) {
			const struct curve_point *point =
				&file->curves[i].curve.points[j];

			text_add_format(out, "%s,%" PRIu64 ",%" PRIu32 "\n",
					file->curves[i].symbol,
					point->size_usd, point->impact_bps);
			rows++;
		}
	return rows;
}

/* Lines with something but blanks in them that are no comment, without the
 * header. */
static size_t count_rows(const uint8_t *data, size_t size)
{
	bool marked = size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3);
	size_t rows = 0, at = marked ? 3 : 0;

	while (at < size) {
		size_t end = at, first;

		while (end < size && data[end] != '\n')
			end++;
		first = at;
		while (first < end && (data[first] == ' ' ||
				       data[first] == '\t'))
			first++;
		if (first < end && !(data[first] == '\r' && first + 1 == end))
			rows += data[at] != '#';
		at = end + 1;
	}
	return rows ? rows - 1 : 0;
}

static void check(const struct liquidity_file *file, size_t rows)
{
	static struct liquidity_file again;
	struct error error = { 0 };
	struct text text = { 0 };

	if (!file->count || file->count > ASSETS_MAX)
		abort();
	for (size_t i = 0; i < file->count; i++)
		check_curve(&file->curves[i]);
	if (write_again(&text, file) != rows)
		abort(); /* a row was lost or made up */
	if (liquidity_file_read(&again, input_file((uint8_t *)text.data,
						   text.size), &error) ||
	    memcmp(file, &again, sizeof(again)))
		abort();
	text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct liquidity_file file, untouched;
	struct error error = { 0 };
	enum status status;

	memset(&file, 0x5a, sizeof(file));
	memset(&untouched, 0x5a, sizeof(untouched));
	status = liquidity_file_read(&file, input_file(data, size), &error);
	if (!status) {
		check(&file, count_rows(data, size));
		return 0;
	}
	if ((status != E_MALFORMED && status != E_MISSING) ||
	    error.status != status || memcmp(&file, &untouched, sizeof(file)))
		abort();
	return 0;
}
