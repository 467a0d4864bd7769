/* liquidations_history.c -- see liquidations_history.h. */
#include "tests/models/liquidations_history.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv.h"
#include "base/host/memory.h"
#include "tests/models/liquidations_events.h"

#define COLUMNS_MAX 64
#define YEAR_2022_S 1640995200

static const char *const users[HISTORIES] = {
	"0x09f1b4C0", "0x4cBA0E53", "0x5e932E41", "0x801611b0", "0xCcec96A0",
};

enum column_kind { COLUMN_OTHER, COLUMN_SUPPLIED, COLUMN_BORROWED, COLUMN_USD };

struct column {
	enum column_kind kind;
	int asset;
};

/* The files have up to 41 columns, more than the product's reader takes. */
static size_t split(struct bytes cells[COLUMNS_MAX], struct bytes line)
{
	size_t count = 0, start = 0;

	for (size_t i = 0; i <= line.size && count < COLUMNS_MAX; i++)
		if (i == line.size || line.data[i] == ',') {
			cells[count++] = bytes_of(line.data + start, i - start);
			start = i + 1;
		}
	return count;
}

static bool next_cells(struct bytes cells[COLUMNS_MAX], size_t *count,
		       struct csv_reader *reader)
{
	struct csv_record row;
	enum status status = csv_next(&row, reader);

	if (status && status != E_LIMIT)
		return false;
	*count = split(cells, row.line);
	return true;
}

static bool ends_with(struct bytes *stem, struct bytes cell, const char *tail)
{
	size_t size = strlen(tail);

	if (cell.size <= size ||
	    memcmp(cell.data + cell.size - size, tail, size))
		return false;
	*stem = bytes_of(cell.data, cell.size - size);
	return true;
}

static struct column column_of(struct bytes cell)
{
	struct column out = { COLUMN_OTHER, -1 };
	struct bytes stem = cell;

	if (ends_with(&stem, cell, "_collateral"))
		out.kind = COLUMN_SUPPLIED;
	else if (ends_with(&stem, cell, "_debt"))
		out.kind = COLUMN_BORROWED;
	else if (ends_with(&stem, cell, "_USD_price"))
		out.kind = COLUMN_USD;
	out.asset = v2_asset_find(stem);
	if (out.asset < 0)
		out.kind = COLUMN_OTHER;
	return out;
}

/* USDC's threshold had been raised when the fifth user came. */
static int as_of(int asset, int64_t time_s)
{
	if (time_s >= YEAR_2022_S &&
	    !strcmp(v2_assets[asset].symbol, "USDC"))
		return v2_asset_find(bytes_of_string("USDC-2022"));
	return asset;
}

static double power_of_ten(int exponent)
{
	double out = 1.0;

	while (exponent-- > 0)
		out *= 10.0;
	return out;
}

static void read_row(struct history_row *out, const struct bytes *cells,
		     const struct column *columns, size_t count)
{
	memset(out, 0, sizeof(*out));
	out->time_s = (int64_t)cell_number(cells[1]);
	out->collateral_eth = cell_number(cells[3]) * 1e-18;
	out->debt_eth = cell_number(cells[4]) * 1e-18;
	out->health = cell_number(cells[5]);
	for (size_t i = 0; i < count; i++) {
		double number = cell_number(cells[i]);
		bool debt = columns[i].kind == COLUMN_BORROWED;
		int asset = columns[i].asset;

		if (columns[i].kind == COLUMN_OTHER || number <= 0.0)
			continue;
		asset = as_of(asset, out->time_s);
		if (columns[i].kind == COLUMN_USD)
			out->usd[asset] = number;
		else if (out->account.count < ASSETS_MAX)
			out->account.parts[out->account.count++] =
				(struct v2_part){ asset, debt, number /
					power_of_ten(v2_assets[asset].decimals) };
	}
}

void history_read(struct history *out, const char *folder, size_t which)
{
	struct bytes cells[COLUMNS_MAX], text;
	struct column columns[COLUMNS_MAX];
	struct csv_reader reader;
	char path[96];
	size_t count, header;

	snprintf(path, sizeof(path), "positions/aave-v2-user-%s.csv.gz",
		 users[which]);
	text = data_text(folder, path);
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; users[which][i]; i++)
		out->user[i] = (char)tolower((unsigned char)users[which][i]);
	csv_init(&reader, text);
	if (!next_cells(cells, &header, &reader)) {
		fprintf(stderr, "%s: is empty\n", path);
		exit(2);
	}
	for (size_t i = 0; i < header; i++)
		columns[i] = column_of(cells[i]);
	while (next_cells(cells, &count, &reader))
		if (count == header && out->count < HISTORY_ROWS_MAX)
			read_row(&out->rows[out->count++], cells, columns,
				 count);
	memory_free((void *)(uintptr_t)text.data);
}
