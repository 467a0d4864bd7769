/* fit_input.c -- see fit_input.h. */
#include "agent/fit_input.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/cluster.h"
#include "agent/csv.h"
#include "agent/gunzip.h"
#include "models/elementary.h"
#include "models/volatility/returns.h"

#define FILE_BYTES_MAX (256u << 20)
#define INTERVAL_MAX_S 604800
#define BARS_DEFAULT 8760

static enum status read_file(struct bytes *out, const char *path,
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

static enum status read_header(int *column, struct csv_reader *reader,
			       const char *name, struct error *error)
{
	struct csv_record header;
	enum status status = csv_next(&header, reader);

	if (status == E_MISSING)
		return error_set(error, E_MISSING, "the file is empty");
	if (status)
		return error_set(error, status, "row 1: not a CSV header");
	*column = csv_column(&header, name);
	if (*column >= 0)
		return OK;
	error_set(error, E_MISSING, "no column \"%s\"", name);
	return error_hint(error, "The header is: %.*s",
			  header.line.size > 300 ? 300 : (int)header.line.size,
			  (const char *)header.line.data);
}

static enum status read_rows(struct fit_input *out, struct csv_reader *reader,
			     int column, struct error *error)
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
			out->returns = memory_resize(out->returns, capacity,
						     sizeof(double));
		}
		status = read_cell(&out->returns[out->n], &record, column,
				   reader->line, error);
		if (status)
			return status;
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
	for (size_t i = 1; i < input->n; i++)
		input->returns[i - 1] = elementary_log(input->returns[i] /
						       input->returns[i - 1]);
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
	int column = -1;
	enum status status;

	if (!name)
		return error_set(error, E_USAGE, "--csv needs --column NAME");
	status = read_file(&text, option_at(invocation, "csv", 0), error);
	if (status)
		return status;
	csv_init(&reader, text);
	status = read_header(&column, &reader, name, error);
	if (!status)
		status = read_rows(out, &reader, column, error);
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
		out->n = series_returns(out->returns, bars.bars, bars.count,
					query.interval_s);
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

	*out = (struct fit_input){ 0 };
	if (file == stored) {
		error_set(error, E_USAGE, "give %s --csv FILE %s --asset A",
			  file ? "one of" : "either", file ? "and" : "or");
		return error_hint(error, "`plimsoll fit --help` has examples.");
	}
	return file ? read_csv(out, invocation, error)
		    : read_bars(out, invocation, error);
}

void fit_input_free(struct fit_input *input)
{
	memory_free(input->returns);
	*input = (struct fit_input){ 0 };
}
