/* fit_columns.c -- see fit_columns.h. */
#include "agent/fit_columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/csv.h"
#include "agent/fit_input.h"
#include "base/decimal.h"
#include "models/elementary.h"
#include "models/volatility/garch.h"

#define ROWS_ROOM 4096u
#define BYTES_EACH 192u /* of arena, an observation */

static enum status split_names(struct fit_columns *out, const char *list,
			       struct error *error)
{
	while (*list) {
		size_t length = strcspn(list, ",");

		if (!length || length >= FIT_COLUMN_NAME_MAX ||
		    out->assets == LINALG_ORDER_MAX)
			return error_set(error, E_USAGE, "--columns takes 2 to "
					 "%d names, separated by commas",
					 LINALG_ORDER_MAX);
		memcpy(out->names[out->assets++], list, length);
		list += length + (list[length] == ',');
	}
	return out->assets > 1 ? OK
			       : error_set(error, E_USAGE,
					   "--columns takes at least 2 names");
}

static enum status find_columns(int *at, const struct fit_columns *columns,
				struct csv_reader *reader, struct error *error)
{
	struct csv_record header;

	if (csv_next(&header, reader))
		return error_set(error, E_MISSING, "the file has no header");
	for (size_t i = 0; i < columns->assets; i++) {
		at[i] = csv_column(&header, columns->names[i]);
		if (at[i] < 0)
			return error_set(error, E_MISSING, "no column \"%s\"",
					 columns->names[i]);
	}
	return OK;
}

static void grow(struct fit_columns *c, size_t room)
{
	for (size_t i = 0; i < c->assets; i++) {
		c->values[i] = memory_resize(c->values[i], room,
					     sizeof(double));
		c->present[i] = memory_resize(c->present[i], room, 1);
	}
}

static enum status read_cell(struct fit_columns *c, size_t i,
			     struct bytes cell, struct error *error)
{
	struct decimal value;

	c->values[i][c->rows] = 0.0;
	c->present[i][c->rows] = cell.size != 0;
	if (!cell.size)
		return OK;
	if (decimal_parse(&value, cell))
		return error_set(error, E_MALFORMED, "data row %zu, column %s: "
				 "\"%.*s\" is no number", c->rows + 1,
				 c->names[i],
				 cell.size > 40 ? 40 : (int)cell.size,
				 (const char *)cell.data);
	c->values[i][c->rows] = decimal_to_double(value);
	return OK;
}

static enum status read_rows(struct fit_columns *c, struct csv_reader *reader,
			     const int *at, struct error *error)
{
	size_t room = 0;

	for (;;) {
		struct csv_record row;
		enum status status = csv_next(&row, reader);

		if (status == E_MISSING)
			return OK;
		if (status)
			return error_set(error, status, "row %" PRIu64
					 ": not plain CSV", reader->line);
		if (c->rows == room) {
			room = room ? 2 * room : ROWS_ROOM;
			grow(c, room);
		}
		for (size_t i = 0; i < c->assets && !status; i++)
			status = read_cell(c, i,
					   (size_t)at[i] < row.count
						   ? row.cells[at[i]]
						   : (struct bytes){ NULL, 0 },
					   error);
		if (status)
			return status;
		c->rows++;
	}
}

/* Prices to log returns in place: row t holds the move from t - 1. */
static enum status difference(struct fit_columns *c, struct error *error)
{
	for (size_t i = 0; i < c->assets; i++)
		for (size_t t = c->rows; t-- > 0;) {
			double *value = &c->values[i][t];
			bool both = t && c->present[i][t] &&
				    c->present[i][t - 1];

			if (both && !(value[0] > 0.0 && value[-1] > 0.0))
				return error_set(error, E_MALFORMED,
						 "column %s: a price that is "
						 "not above 0", c->names[i]);
			*value = both ? elementary_log(value[0] / value[-1])
				      : 0.0;
			c->present[i][t] = both;
		}
	return OK;
}

enum status fit_columns_read(struct fit_columns *out,
			     const struct invocation *invocation,
			     struct error *error)
{
	const char *path = option_at(invocation, "csv", 0);
	const char *names = option(invocation, "columns");
	int at[LINALG_ORDER_MAX];
	struct bytes text = { NULL, 0 };
	struct csv_reader reader;
	enum status status;

	memset(out, 0, sizeof(*out));
	if (!path || !names)
		return error_set(error, E_USAGE, "--model %s needs --csv FILE "
				 "and --columns A,B,...",
				 option(invocation, "model"));
	status = split_names(out, names, error);
	if (!status)
		status = fit_input_file(&text, path, error);
	if (status)
		return status;
	csv_init(&reader, text);
	status = find_columns(at, out, &reader, error);
	if (!status)
		status = read_rows(out, &reader, at, error);
	if (!status && option_flag(invocation, "prices"))
		status = difference(out, error);
	memory_free((void *)(uintptr_t)text.data);
	return status;
}

/* The column's values that are there, one after the other; and back. */
static size_t gather(double *out, const struct fit_columns *c, size_t i)
{
	size_t n = 0;

	for (size_t t = 0; t < c->rows; t++)
		if (c->present[i][t])
			out[n++] = c->values[i][t];
	return n;
}

static void scatter(struct fit_columns *c, size_t i, const double *from)
{
	size_t n = 0;

	for (size_t t = 0; t < c->rows; t++)
		if (c->present[i][t])
			c->values[i][t] = from[n++];
}

static enum status standardise(double *series, size_t n, struct arena *arena)
{
	static const struct garch_request request = {
		{ GARCH_GJR, GARCH_STUDENT, GARCH_START_FCP, true }, NULL,
		false };
	struct garch_fit fit;
	struct garch_data data;
	enum status status = garch_fit_series(&fit, &request, series, n, arena);

	if (!status)
		status = garch_prepare(&data, &fit.model, series, n, arena);
	if (!status) {
		(void)garch_likelihood(&data, fit.at);
		garch_residuals(series, &data);
	}
	return status;
}

enum status fit_columns_standardise(struct fit_columns *c, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < c->assets && !status; i++) {
		struct arena *arena = arena_new((c->rows + 64) * BYTES_EACH);
		double *series = memory_allocate(c->rows + 1, sizeof(double));
		size_t n = gather(series, c, i);

		status = standardise(series, n, arena);
		scatter(c, i, series);
		memory_free(series);
		arena_free(arena);
		if (status && n < GARCH_OBSERVATIONS_MIN)
			return error_set(error, E_MISSING, "column %s: %zu "
					 "values; at least %d are needed",
					 c->names[i], n,
					 GARCH_OBSERVATIONS_MIN);
		if (status)
			return error_set(error, E_MALFORMED, "column %s is "
					 "constant, or not finite",
					 c->names[i]);
	}
	return status;
}

void fit_columns_free(struct fit_columns *c)
{
	for (size_t i = 0; i < c->assets; i++) {
		memory_free(c->values[i]);
		memory_free(c->present[i]);
	}
	memset(c, 0, sizeof(*c));
}
