/* import_rows.c -- see import_rows.h. */
#include "agent/import_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/csv.h"
#include "base/time.h"

#define PRICE_LIMIT ((struct decimal){ 1, 12 }) /* below this */

enum column { TIME, PRICE, OPEN, HIGH, LOW, VOLUME, ROUND, COLUMNS };

struct layout {
	enum feed_kind kind;
	int column[COLUMNS]; /* -1: absent */
	size_t cells;        /* of the header */
};

static const char *const column_names[COLUMNS][4] = {
	[TIME] = { "time", "timestamp", "open_time", "date" },
	[PRICE] = { "close", "price", "value" },
	[OPEN] = { "open" },
	[HIGH] = { "high" },
	[LOW] = { "low" },
	[VOLUME] = { "volume" },
	[ROUND] = { "round_id", "round", "roundid" },
};

static enum status find_kind(struct layout *out, const char *name,
			     struct error *error)
{
	if (!name) {
		out->kind = out->column[OPEN] >= 0 ? FEED_CANDLES
			  : out->column[ROUND] >= 0 ? FEED_ROUNDS
						    : FEED_TICKS;
		return OK;
	}
	for (int k = FEED_CANDLES; k <= FEED_ROUNDS; k++) {
		out->kind = (enum feed_kind)k;
		if (!strcmp(name, feed_kind_name(out->kind)))
			return OK;
	}
	return error_set(error, E_USAGE, "--format is candles, ticks or "
			 "rounds, not \"%s\"", name);
}

static bool needed(enum feed_kind kind, enum column column)
{
	switch (kind) {
	case FEED_CANDLES: return column <= LOW;
	case FEED_TICKS: return column <= PRICE;
	case FEED_ROUNDS: return column <= PRICE || column == ROUND;
	}
	return false;
}

static enum status read_header(struct layout *out,
			       const struct csv_record *header,
			       const char *format, struct error *error)
{
	enum status status;

	out->cells = header->count;
	for (int c = 0; c < COLUMNS; c++) {
		out->column[c] = -1;
		for (int n = 0; n < 4 && out->column[c] < 0; n++)
			if (column_names[c][n])
				out->column[c] = csv_column(
					header, column_names[c][n]);
	}
	status = find_kind(out, format, error);
	for (int c = 0; c < COLUMNS && !status; c++) {
		if (out->column[c] >= 0 || !needed(out->kind, (enum column)c))
			continue;
		status = error_set(error, E_MALFORMED, "line 1: the header has "
				   "no column %s, which %s need",
				   column_names[c][0],
				   feed_kind_name(out->kind));
		error_hint(error, "Headers: time,open,high,low,close[,volume] "
			   "| time,price | time,round_id,price; times are RFC "
			   "3339 or unix seconds.");
	}
	return status;
}

/* Returns NULL or why the cell is no price. */
static const char *read_price(struct decimal *out, struct bytes cell)
{
	enum status status = decimal_parse(out, cell);

	if (status)
		return status == E_RANGE ? "a price has more digits than 18"
					 : "a price is not a number";
	if (out->mantissa <= 0)
		return "a price is not above zero";
	if (decimal_compare(*out, PRICE_LIMIT) >= 0)
		return "a price is 1e12 or more";
	return NULL;
}

static const char *read_volume(struct observation *out, struct bytes cell)
{
	enum status status;

	if (!cell.size)
		return NULL;
	status = decimal_parse(&out->volume, cell);
	if (status)
		return status == E_RANGE ? "the volume has more digits than 18"
					 : "the volume is not a number";
	if (out->volume.mantissa < 0)
		return "the volume is negative";
	out->has_volume = true;
	return NULL;
}

static const char *read_round(u128 *out, struct bytes cell)
{
	u128 value = 0;

	if (!cell.size || cell.size > 38)
		return "the round is not a whole number";
	for (size_t i = 0; i < cell.size; i++) {
		unsigned digit = (unsigned)cell.data[i] - '0';

		if (digit > 9)
			return "the round is not a whole number";
		value = value * 10 + digit;
	}
	*out = value;
	return NULL;
}

static const char *read_candle(struct observation *out,
			       const struct layout *layout,
			       const struct csv_record *record)
{
	struct decimal *prices[] = { &out->open, &out->high, &out->low };
	const char *reason = NULL;

	for (int i = 0; i < 3 && !reason; i++)
		reason = read_price(prices[i],
				    record->cells[layout->column[OPEN + i]]);
	if (reason)
		return reason;
	if (decimal_compare(out->low, out->open) > 0 ||
	    decimal_compare(out->low, out->value) > 0)
		return "low is above open or close";
	if (decimal_compare(out->open, out->high) > 0 ||
	    decimal_compare(out->value, out->high) > 0)
		return "high is below open or close";
	return NULL;
}

static const char *read_row(struct observation *out,
			    const struct layout *layout,
			    const struct csv_record *record)
{
	const char *reason;

	if (record->count != layout->cells)
		return "the row has another number of cells than the header";
	if (time_parse(&out->source_time_s,
		       record->cells[layout->column[TIME]]))
		return "the time is not RFC 3339 or unix seconds";
	if (out->source_time_s < 0)
		return "the time is before 1970";
	reason = read_price(&out->value,
			    record->cells[layout->column[PRICE]]);
	if (!reason && layout->kind == FEED_CANDLES)
		reason = read_candle(out, layout, record);
	if (!reason && layout->column[VOLUME] >= 0)
		reason = read_volume(out,
				     record->cells[layout->column[VOLUME]]);
	if (!reason && layout->kind == FEED_ROUNDS)
		reason = read_round(&out->round,
				    record->cells[layout->column[ROUND]]);
	return reason;
}

static enum status reject(struct import_rows *out, uint64_t line,
			  const char *reason, struct bytes content,
			  struct error *error)
{
	struct rejection *at;
	size_t size = content.size;

	if (out->rejection_count == IMPORT_REJECTIONS_MAX)
		return error_set(error, E_LIMIT, "more than %u rows are "
				 "rejected", IMPORT_REJECTIONS_MAX);
	if (out->rejection_count == out->rejection_capacity) {
		out->rejection_capacity = out->rejection_capacity * 2 + 16;
		out->rejections = memory_resize(out->rejections,
						out->rejection_capacity,
						sizeof(*out->rejections));
	}
	at = &out->rejections[out->rejection_count++];
	at->line = line;
	snprintf(at->reason, sizeof(at->reason), "%s", reason);
	if (size > sizeof(at->content) - 1)
		size = sizeof(at->content) - 1;
	for (size_t i = 0; i < size; i++) /* the store takes plain ASCII */
		at->content[i] = content.data[i] >= ' ' &&
						 content.data[i] < 127
					 ? (char)content.data[i]
					 : '?';
	at->content[size] = 0;
	return OK;
}

static void append(struct import_rows *out, const struct observation *row)
{
	if (out->count == out->capacity) {
		out->capacity = out->capacity * 2 + 1024;
		out->rows = memory_resize(out->rows, out->capacity,
					  sizeof(*out->rows));
	}
	out->rows[out->count++] = *row;
}

/* The first value in which two rows of one moment differ; NULL when none. */
static const char *difference(struct decimal out[2],
			      const struct observation *a,
			      const struct observation *b)
{
	const struct {
		const char *name;
		struct decimal a, b;
	} values[] = { { "price", a->value, b->value },
		       { "open", a->open, b->open },
		       { "high", a->high, b->high },
		       { "low", a->low, b->low },
		       { "volume", a->volume, b->volume } };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (!decimal_compare(values[i].a, values[i].b))
			continue;
		out[0] = values[i].a;
		out[1] = values[i].b;
		return values[i].name;
	}
	return NULL;
}

static enum status take_duplicate(struct import_rows *out,
				  const struct observation *row,
				  struct error *error)
{
	const struct observation *before = &out->rows[out->count - 1];
	struct decimal values[2];
	char first[DECIMAL_TEXT_MAX], second[DECIMAL_TEXT_MAX];
	const char *name = difference(values, before, row);

	if (!name) {
		out->duplicates++;
		return OK;
	}
	decimal_format(first, values[0]);
	decimal_format(second, values[1]);
	return error_set(error, E_MALFORMED, "line %" PRIu64 " is of the same "
			 "moment as line %" PRIu64 " and disagrees: %s %s "
			 "there, %s here", row->line, before->line, name, first,
			 second);
}

static enum status take_row(struct import_rows *out,
			    const struct layout *layout,
			    const struct csv_record *record, uint64_t line,
			    struct error *error)
{
	struct observation row = { .line = line };
	const struct observation *before =
		out->count ? &out->rows[out->count - 1] : NULL;
	const char *reason = read_row(&row, layout, record);

	out->rows_read++;
	if (!reason && before &&
	    (row.source_time_s < before->source_time_s ||
	     (row.source_time_s == before->source_time_s &&
	      row.round < before->round)))
		reason = "the time goes backwards";
	if (reason)
		return reject(out, line, reason, record->line, error);
	if (before && row.source_time_s == before->source_time_s &&
	    row.round == before->round)
		return take_duplicate(out, &row, error);
	append(out, &row);
	return OK;
}

static enum status read_rows(struct import_rows *out,
			     const struct layout *layout,
			     struct csv_reader *reader, struct error *error)
{
	struct csv_record record;
	enum status status = OK;

	while (!status) {
		enum status read = csv_next(&record, reader);

		if (read == E_MISSING)
			break;
		if (!read) {
			status = take_row(out, layout, &record, reader->line,
					  error);
			continue;
		}
		out->rows_read++;
		status = reject(out, reader->line,
				read == E_LIMIT ? "the line is too long"
						: "the line is not plain CSV",
				record.line, error);
	}
	return status;
}

/* The shortest step between rows, if it is whole minutes that divide a day. */
static uint32_t find_interval(const struct import_rows *rows)
{
	int64_t shortest = 0;

	for (size_t i = 1; i < rows->count; i++) {
		int64_t step = rows->rows[i].source_time_s -
			       rows->rows[i - 1].source_time_s;

		if (!shortest || step < shortest)
			shortest = step;
	}
	return shortest && shortest % 60 == 0 && 86400 % shortest == 0
		       ? (uint32_t)shortest
		       : 0;
}

/* Rejects candles that do not open on a multiple of the interval. */
static enum status align(struct import_rows *rows, struct error *error)
{
	size_t kept = 0;
	enum status status = OK;

	for (size_t i = 0; i < rows->count && !status; i++) {
		if (rows->rows[i].source_time_s % rows->interval_s == 0)
			rows->rows[kept++] = rows->rows[i];
		else
			status = reject(rows, rows->rows[i].line, "the time is "
					"no multiple of the interval",
					bytes_of_string(""), error);
	}
	rows->count = kept;
	return status;
}

static enum status settle_interval(struct import_rows *rows,
				   const struct import_format *format,
				   struct error *error)
{
	if (rows->kind != FEED_CANDLES)
		return OK;
	rows->interval_s = format->interval_s ? format->interval_s
					      : find_interval(rows);
	if (rows->interval_s)
		return align(rows, error);
	if (rows->rejection_count)
		return OK; /* the rejections are the news */
	error_set(error, E_USAGE, "the interval of the candles cannot be told "
		  "from their times");
	return error_hint(error, "--interval 1h says it.");
}

enum status import_rows_parse(struct import_rows *out, struct bytes csv,
			      const struct import_format *format,
			      struct error *error)
{
	struct import_rows rows = { 0 };
	struct layout layout;
	struct csv_reader reader;
	struct csv_record header;
	enum status status;

	csv_init(&reader, csv);
	if (csv_next(&header, &reader))
		return error_set(error, E_MALFORMED,
				 "line 1: there is no header line");
	status = read_header(&layout, &header, format->name, error);
	if (status)
		return status;
	rows.kind = layout.kind;
	status = read_rows(&rows, &layout, &reader, error);
	if (!status && !rows.rows_read)
		status = error_set(error, E_MISSING,
				   "there are no rows below the header");
	if (!status)
		status = settle_interval(&rows, format, error);
	if (status)
		import_rows_free(&rows);
	else
		*out = rows;
	return status;
}

void import_rows_free(struct import_rows *rows)
{
	memory_free(rows->rows);
	memory_free(rows->rejections);
	rows->rows = NULL;
	rows->rejections = NULL;
	rows->count = rows->rejection_count = 0;
}
