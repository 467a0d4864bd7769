/* liquidity_file.c -- see liquidity_file.h. */
#include "agent/liquidity_file.h"

#include <stdio.h>
#include <string.h>

#include "agent/csv.h"
#include "base/host/memory.h"

#define FILE_MAX (1u << 20)
#define HEADER "symbol,size_usd,impact_bps"

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

/* Digits and nothing else: no sign, no more than fits. */
static bool read_whole(uint64_t *out, struct bytes cell)
{
	uint64_t value = 0;

	if (!cell.size || cell.size > 19)
		return false;
	for (size_t i = 0; i < cell.size; i++) {
		if (cell.data[i] < '0' || cell.data[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(cell.data[i] - '0');
	}
	*out = value;
	return true;
}

static bool read_symbol(char out[SYMBOL_MAX], struct bytes cell)
{
	if (!cell.size || cell.size >= SYMBOL_MAX || cell.data[0] == '#')
		return false;
	for (size_t i = 0; i < cell.size; i++)
		if (cell.data[i] < ' ' || cell.data[i] > '~')
			return false;
	memcpy(out, cell.data, cell.size);
	out[cell.size] = 0;
	return true;
}

static const char *add_row(struct liquidity_file *out,
			   const struct csv_record *row)
{
	char symbol[SYMBOL_MAX];
	uint64_t size, impact;
	struct liquidity_curve *curve;

	if (row->count != 3 || !read_symbol(symbol, row->cells[0]) ||
	    !read_whole(&size, row->cells[1]) ||
	    !read_whole(&impact, row->cells[2]))
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
	curve->points[curve->count++] =
		(struct curve_point){ size, (uint32_t)impact };
	return NULL;
}

/* Returns what is wrong at the reader's line, or NULL. */
static const char *read_rows(struct liquidity_file *out,
			     struct csv_reader *reader)
{
	struct csv_record record;
	enum status status = csv_next(&record, reader);

	if (status || !bytes_equal(record.line, bytes_of_string(HEADER)))
		return "header is not " HEADER;
	while ((status = csv_next(&record, reader)) != E_MISSING) {
		const char *wrong = "not plain CSV";

		if (record.line.data[0] == '#')
			continue;
		if (!status)
			wrong = add_row(out, &record);
		if (wrong)
			return wrong;
	}
	return NULL;
}

enum status liquidity_file_read(struct liquidity_file *out, const char *path,
				struct error *error)
{
	uint8_t *data;
	size_t size;
	struct liquidity_file read;
	struct csv_reader reader;
	const char *wrong;
	enum status status = file_read(&data, &size, path, FILE_MAX, error);

	if (status)
		return status;
	memset(&read, 0, sizeof(read));
	csv_init(&reader, bytes_of(data, size));
	wrong = read_rows(&read, &reader);
	memory_free(data);
	if (wrong)
		return error_set(error, E_MALFORMED, "%s: line %llu: %s", path,
				 (unsigned long long)reader.line, wrong);
	if (!read.count)
		return error_set(error, E_MISSING, "%s: no rows", path);
	*out = read;
	return OK;
}
