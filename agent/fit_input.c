/* fit_input.c -- see fit_input.h. */
#include "agent/fit_input.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/cluster.h"
#include "agent/csv.h"
#include "agent/gunzip.h"
#include "base/time.h"
#include "models/elementary.h"
#include "models/volatility/range.h"
#include "models/volatility/returns.h"

#define FILE_BYTES_MAX (256u << 20)
#define INTERVAL_MAX_S 604800
#define BARS_DEFAULT 8760

enum status fit_input_file(struct bytes *out, const char *path,
			   struct error *error)
{
	uint8_t *data = NULL;
	size_t size = 0;
	enum status status = file_read(&data, &size, path, FILE_BYTES_MAX,
				       error);

	if (status)
		return status;
	*out = bytes_of(data, size);
	if (!gunzip_recognise(*out))
		return OK;
	status = gunzip(out, bytes_of(data, size), FILE_BYTES_MAX, error);
	memory_free(data);
	return status;
}

/* The cell as shown in a message, cut to 40 bytes. */
static const char *shown(char out[48], struct bytes cell)
{
	snprintf(out, 48, "%.*s", cell.size > 40 ? 40 : (int)cell.size,
		 (const char *)cell.data);
	return out;
}

static enum status read_cell(double *out, const struct csv_record *record,
			     int column, uint64_t line, struct error *error)
{
	struct decimal value;
	char text[48];
	enum status status;

	if ((size_t)column >= record->count)
		return error_set(error, E_MALFORMED,
				 "row %" PRIu64 ": only %zu cells", line,
				 record->count);
	status = decimal_parse(&value, record->cells[column]);
	if (status == E_RANGE)
		return error_set(error, E_RANGE,
				 "row %" PRIu64 ": \"%s\" has more than %d "
				 "digits or too large an exponent", line,
				 shown(text, record->cells[column]),
				 DECIMAL_DIGITS_MAX);
	if (status)
		return error_set(error, E_MALFORMED,
				 "row %" PRIu64 ": \"%s\" is not a number",
				 line, shown(text, record->cells[column]));
	*out = decimal_to_double(value);
	return OK;
}

/* Where a row's prices stand; open < 0: there are none but the close. */
struct price_columns {
	int value, open, high, low, time;
};

static enum status read_header(struct price_columns *out,
			       struct csv_reader *reader, const char *name,
			       struct error *error)
{
	struct csv_record header;
	enum status status = csv_next(&header, reader);

	if (status == E_MISSING)
		return error_set(error, E_MISSING, "the file is empty");
	if (status)
		return error_set(error, status, "row 1: not a CSV header");
	out->value = csv_column(&header, name);
	out->time = csv_column(&header, "time");
	out->open = csv_column(&header, "open");
	out->high = csv_column(&header, "high");
	out->low = csv_column(&header, "low");
	if (out->high < 0 || out->low < 0)
		out->open = -1;
	if (out->value >= 0)
		return OK;
	error_set(error, E_MISSING, "no column \"%s\"", name);
	return error_hint(error, "The header is: %.*s",
			  header.line.size > 300 ? 300 : (int)header.line.size,
			  (const char *)header.line.data);
}

/* The bar of a row, its close in the column that was named. */
static enum status read_ranges(struct bar *out, const struct csv_record *row,
			       const struct price_columns *c)
{
	const int at[4] = { c->open, c->high, c->low, c->value };
	struct decimal *to[4] = { &out->open, &out->high, &out->low,
				  &out->close };

	for (int i = 0; i < 4; i++)
		if ((size_t)at[i] >= row->count ||
		    decimal_parse(to[i], row->cells[at[i]]))
			return E_MALFORMED;
	return OK;
}

/* The row's candle, beside its close; 0: no range, the squared return takes its
 * place. */
static enum status add_candle(struct fit_input *out,
			      const struct csv_record *row,
			      const struct price_columns *c)
{
	struct bar *bar = &out->candles[out->n];
	enum status status = read_ranges(bar, row, c);

	if (!status && c->time >= 0)
		status = (size_t)c->time < row->count
				 ? time_parse(&bar->open_time_s,
					      row->cells[c->time])
				 : E_MALFORMED;
	else
		bar->open_time_s = (int64_t)out->n * (int64_t)out->interval_s;
	if (!status && bar->close.mantissa > 0 && out->n &&
	    bar[-1].close.mantissa > 0)
		out->variances[out->n] = range_bar_variance(bar, &bar[-1]);
	return status;
}

static void grow(struct fit_input *out, size_t capacity, bool candles)
{
	out->returns = memory_resize(out->returns, capacity, sizeof(double));
	out->variances = memory_resize(out->variances, capacity,
				       sizeof(double));
	if (candles)
		out->candles = memory_resize(out->candles, capacity,
					     sizeof(*out->candles));
}

static enum status read_rows(struct fit_input *out, struct csv_reader *reader,
			     const struct price_columns *columns,
			     struct error *error)
{
	size_t capacity = 0;

	for (;;) {
		struct csv_record record;
		enum status status = csv_next(&record, reader);

		if (status == E_MISSING)
			return OK;
		if (status)
			return error_set(error, status,
					 "row %" PRIu64 ": not plain CSV",
					 reader->line);
		if (out->n == capacity) {
			capacity = capacity ? 2 * capacity : 4096;
			grow(out, capacity, columns->open >= 0);
		}
		status = read_cell(&out->returns[out->n], &record,
				   columns->value, reader->line, error);
		if (status)
			return status;
		out->variances[out->n] = 0.0;
		if (columns->open >= 0 &&
		    add_candle(out, &record, columns))
			return error_set(error, E_MALFORMED, "row %" PRIu64
					 ": time, open, high or low is no time "
					 "or number", reader->line);
		out->n++;
	}
}

/* Prices to log returns, in place. */
static enum status difference(struct fit_input *input, struct error *error)
{
	for (size_t i = 0; i < input->n; i++)
		if (!(input->returns[i] > 0.0))
			return error_set(error, E_MALFORMED,
					 "price %zu is not above 0", i + 1);
	if (input->n)
		input->log_first = elementary_log(input->returns[0]);
	for (size_t i = 1; i < input->n; i++) {
		input->returns[i - 1] = elementary_log(input->returns[i] /
						       input->returns[i - 1]);
		input->variances[i - 1] = input->variances[i];
	}
	if (input->n)
		input->n--;
	return OK;
}

static enum status read_csv(struct fit_input *out,
			    const struct invocation *invocation,
			    struct error *error)
{
	const char *name = option(invocation, "column");
	struct bytes text = { NULL, 0 };
	struct csv_reader reader;
	struct price_columns columns = { -1, -1, -1, -1, -1 };
	enum status status;

	if (!name)
		return error_set(error, E_USAGE, "--csv needs --column NAME");
	status = fit_input_file(&text, option_at(invocation, "csv", 0), error);
	if (status)
		return status;
	csv_init(&reader, text);
	status = read_header(&columns, &reader, name, error);
	if (!option_flag(invocation, "prices"))
		columns.open = -1;
	out->ranges = columns.open >= 0;
	out->has_clock = out->ranges && columns.time >= 0;
	if (!status)
		status = read_rows(out, &reader, &columns, error);
	out->bars = out->n;
	if (!status && option_flag(invocation, "prices"))
		status = difference(out, error);
	memory_free((void *)(uintptr_t)text.data);
	return status;
}

static enum status read_query(struct bars_query *out,
			      const struct invocation *invocation,
			      struct error *error)
{
	long long interval = 0, bars = 0;
	enum status status = option_integer(&interval, invocation, "interval",
					    3600, error);

	if (!status)
		status = option_integer(&bars, invocation, "bars", BARS_DEFAULT,
					error);
	if (status)
		return status;
	if (interval < 1 || interval > INTERVAL_MAX_S)
		return error_set(error, E_USAGE,
				 "--interval takes 1 to %d seconds",
				 INTERVAL_MAX_S);
	if (bars < 2 || bars > BARS_MAX)
		return error_set(error, E_USAGE, "--bars takes 2 to %u",
				 BARS_MAX);
	*out = (struct bars_query){ .asset = option_at(invocation, "asset", 0),
				    .quote = option(invocation, "quote"),
				    .source = option(invocation, "source"),
				    .interval_s = (uint32_t)interval,
				    .limit = (size_t)bars };
	return OK;
}

static void read_stored(struct fit_input *out, const struct stored_bars *bars,
			uint32_t interval_s)
{
	out->ranges = true;
	if (bars->count && bars->bars[0].close.mantissa > 0)
		out->log_first = elementary_log(
			decimal_to_double(bars->bars[0].close));
	for (size_t i = 1; i < bars->count; i++) {
		const struct bar *bar = &bars->bars[i];

		if (!bar_return(&out->returns[out->n], bar, bar[-1].open_time_s,
				bar[-1].close, interval_s))
			continue;
		out->variances[out->n++] = range_bar_variance(bar, &bar[-1]);
	}
}

/* Where a range is missing the squared return says what is known. */
static void complete_variances(struct fit_input *input)
{
	for (size_t i = 0; i < input->n; i++)
		if (!(input->variances[i] > 0.0))
			input->variances[i] = input->returns[i] *
					      input->returns[i];
}

static enum status read_bars(struct fit_input *out,
			     const struct invocation *invocation,
			     struct error *error)
{
	struct database *database = NULL;
	struct stored_bars bars = { 0 };
	struct bars_query query;
	enum status status = read_query(&query, invocation, error);

	if (!status)
		status = database_open_home(&database, home(invocation), error);
	if (!status)
		status = bars_load(&bars, database, &query, error);
	if (!status) {
		out->returns = memory_allocate(bars.count + 1, sizeof(double));
		out->variances = memory_allocate(bars.count + 1,
						 sizeof(double));
		read_stored(out, &bars, query.interval_s);
		out->bars = bars.count;
		out->synthetic = bars.synthetic;
		snprintf(out->source, sizeof(out->source), "%s", bars.source);
		stored_bars_free(&bars);
	}
	if (database)
		database_close(database);
	return status;
}

enum status fit_input_read(struct fit_input *out,
			   const struct invocation *invocation,
			   struct error *error)
{
	bool file = option_at(invocation, "csv", 0) != NULL;
	bool stored = option_at(invocation, "asset", 0) != NULL;
	long long interval = 3600;
	enum status status;

	*out = (struct fit_input){ 0 };
	if (file == stored) {
		error_set(error, E_USAGE, "give %s --csv FILE %s --asset A",
			  file ? "one of" : "either", file ? "and" : "or");
		return error_hint(error, "`plimsoll fit --help` has examples.");
	}
	status = option_integer(&interval, invocation, "interval", 3600, error);
	if (!status && (interval < 1 || interval > INTERVAL_MAX_S))
		status = error_set(error, E_USAGE,
				   "--interval takes 1 to %d seconds",
				   INTERVAL_MAX_S);
	out->interval_s = (uint32_t)interval;
	if (!status)
		status = file ? read_csv(out, invocation, error)
			      : read_bars(out, invocation, error);
	if (!status)
		complete_variances(out);
	return status;
}

void fit_input_free(struct fit_input *input)
{
	memory_free(input->returns);
	memory_free(input->variances);
	memory_free(input->candles);
	*input = (struct fit_input){ 0 };
}
