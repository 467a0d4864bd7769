/* liquidity_file.c -- see liquidity_file.h. */
#include "agent/liquidity_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/host/memory.h"

#define FILE_MAX (1u << 20)
#define HEADER "symbol,size_usd,impact_bps"

static enum status bad(struct error *error, const char *path, int line,
		       const char *what)
{
	return error_set(error, E_MALFORMED, "%s: line %d: %s", path, line,
			 what);
}

static struct liquidity_curve *curve_of(struct liquidity_file *out,
					const char *symbol)
{
	for (size_t i = 0; i < out->count; i++)
		if (!strcmp(out->curves[i].symbol, symbol))
			return &out->curves[i].curve;
	if (out->count == ASSETS_MAX)
		return NULL;
	snprintf(out->curves[out->count].symbol, SYMBOL_MAX, "%s", symbol);
	return &out->curves[out->count++].curve;
}

static const char *add_row(struct liquidity_file *out, const char *row)
{
	char symbol[SYMBOL_MAX], rest[2];
	uint64_t size;
	uint32_t impact;
	struct liquidity_curve *curve;

	if (sscanf(row, "%15[^,],%" SCNu64 ",%" SCNu32 "%1s", symbol, &size,
		   &impact, rest) != 3)
		return "not symbol,size_usd,impact_bps";
	curve = curve_of(out, symbol);
	if (!curve)
		return "too many symbols";
	if (curve->count == CURVE_POINTS_MAX)
		return "too many points of one symbol";
	if (!size || impact > 10000)
		return "size 0, or impact above 10000 bps";
	if (curve->count && curve->points[curve->count - 1].size_usd >= size)
		return "sizes of a symbol must ascend";
	curve->points[curve->count++] = (struct curve_point){ size, impact };
	return NULL;
}

enum status liquidity_file_read(struct liquidity_file *out, const char *path,
				struct error *error)
{
	uint8_t *data;
	size_t size;
	struct text text = { 0 };
	int line = 0;
	enum status status = file_read(&data, &size, path, FILE_MAX, error);

	if (status)
		return status;
	memset(out, 0, sizeof(*out));
	text_add(&text, (const char *)data, size);
	memory_free(data);
	for (char *save = NULL, *row = strtok_r(text.data, "\r\n", &save);
	     row && !status; row = strtok_r(NULL, "\r\n", &save)) {
		const char *what;

		if (++line == 1)
			what = strcmp(row, HEADER) ? "header is not " HEADER
						   : NULL;
		else
			what = *row == '#' ? NULL : add_row(out, row);
		if (what)
			status = bad(error, path, line, what);
	}
	text_free(&text);
	if (!status && !out->count)
		status = error_set(error, E_MISSING, "%s: no rows", path);
	return status;
}
