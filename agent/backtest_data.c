/* backtest_data.c -- see backtest_file.h: bars from the store, and the DAO's
 * own changes from a CSV. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/backtest_file.h"
#include "agent/csv.h"
#include "base/host/log.h"
#include "base/host/spool.h"
#include "base/time.h"
#include "case/report.h"

#define CAP_TOKENS_MAX UINT64_C(68719476735) /* Aave's */
#define FILE_MAX ((size_t)64 << 20)

static enum status load_asset(struct backtest_document *document, size_t a,
			      struct database *database, struct error *error)
{
	struct plan_asset *asset = &document->plan.assets[a];
	const struct history_range range = {
		.end_s = document->plan.to_s,
		.interval_s = document->plan.policy->bar_interval_s };
	struct history_bars bars;
	enum status status = history_load(
		&bars, database,
		history_source_of(&document->sources, asset->symbol), &range,
		error);

	if (status == E_MISSING)
		return error_hint(error, "`plimsoll db status` lists what is "
				  "stored: `plimsoll import` what is missing, "
				  "or name another in `series` of [asset %s] "
				  "(generated ones are called as "
				  "WETH/USD@SYNTHETIC).", asset->symbol);
	if (status)
		return status;
	document->bars[a] = spool_allocate(bars.count, sizeof(*bars.bars));
	memcpy(document->bars[a], bars.bars, bars.count * sizeof(*bars.bars));
	memory_free(bars.bars);
	asset->bars = document->bars[a];
	asset->bar_count = bars.count;
	asset->spooled = true;
	bars_rest(asset, bars.count);
	asset->synthetic = bars.synthetic;
	return OK;
}

enum status backtest_load_bars(struct backtest_document *document,
			       struct database *database, struct error *error)
{
	enum status status = OK;

	for (size_t a = 0; a < document->plan.asset_count && !status; a++) {
		progress_show("bars", a, document->plan.asset_count);
		status = load_asset(document, a, database, error);
	}
	progress_clear();
	return status;
}

static double first_price(const struct backtest_plan *plan, size_t a)
{
	const struct plan_asset *asset = &plan->assets[a];
	size_t i = 0;

	while (i + 1 < asset->bar_count &&
	       asset->bars[i + 1].open_time_s <= plan->from_s)
		i++;
	return asset->bar_count ? decimal_to_double(asset->bars[i].open) : 0.0;
}

static void cap_in_tokens(uint64_t *out, uint64_t usd, double price_usd)
{
	double tokens = usd && price_usd > 0.0 ? (double)usd / price_usd : 0.0;

	if (tokens > 0.0)
		*out = tokens < 1.0 ? 1
		       : tokens < (double)CAP_TOKENS_MAX ? (uint64_t)tokens
							 : CAP_TOKENS_MAX;
}

void backtest_caps_in_tokens(struct backtest_document *document)
{
	for (size_t a = 0; a < document->plan.asset_count; a++) {
		struct parameters *start = &document->plan.assets[a].start;
		double price = first_price(&document->plan, a);

		cap_in_tokens(&start->supply_cap, document->caps[a].supply,
			      price);
		cap_in_tokens(&start->borrow_cap, document->caps[a].borrow,
			      price);
	}
}

/* A parameter's name in the DAO's reports, and what its value may be: as of a
 * market's start (backtest_file.c). */
struct parameter_name {
	const char *name;
	enum component component;
	uint64_t minimum, maximum;
};

static const struct parameter_name parameter_names[] = {
	{ "ltv", COMPONENT_LTV, 0, 10000 },
	{ "liquidationThreshold", COMPONENT_LT, 0, 10000 },
	{ "liquidationBonus", COMPONENT_LB, 10000, 20000 },
	{ "supplyCap", COMPONENT_SUPPLY_CAP, 0, CAP_TOKENS_MAX },
	{ "borrowCap", COMPONENT_BORROW_CAP, 0, CAP_TOKENS_MAX },
	{ "optimalUsageRatio", COMPONENT_OPTIMAL, 100, 9900 },
	{ "baseVariableBorrowRate", COMPONENT_BASE, 0, 100000 },
	{ "variableRateSlope1", COMPONENT_SLOPE1, 0, 100000 },
	{ "variableRateSlope2", COMPONENT_SLOPE2, 0, 100000 },
};

#define PARAMETERS (sizeof(parameter_names) / sizeof(parameter_names[0]))

struct change_columns {
	int time, symbol, parameter, value, chain;
};

static bool cell_is(const struct csv_record *row, int column, const char *text)
{
	const struct bytes *cell = &row->cells[column];

	return cell->size == strlen(text) &&
	       !memcmp(cell->data, text, cell->size);
}

/* An asset's name in --history. */
static const char *name_there(const struct backtest_document *document,
			      size_t asset)
{
	const char *symbol = document->history_symbol[asset];

	return *symbol ? symbol : document->plan.assets[asset].symbol;
}

static size_t asset_named(const struct backtest_document *document,
			  const struct csv_record *row, int column)
{
	size_t a = 0;

	while (a < document->plan.asset_count &&
	       !cell_is(row, column, name_there(document, a)))
		a++;
	return a;
}

static const struct parameter_name *
parameter_named(const struct csv_record *row, int column)
{
	for (size_t i = 0; i < PARAMETERS; i++)
		if (cell_is(row, column, parameter_names[i].name))
			return &parameter_names[i];
	return NULL;
}

static bool cell_integer(int64_t *out, const struct csv_record *row, int column)
{
	struct decimal value;

	return !decimal_parse(&value, row->cells[column]) &&
	       !decimal_scale(out, value, 0) && *out >= 0 &&
	       !decimal_compare(decimal_from_scaled(*out, 0), value);
}

static bool other_chain(const struct csv_record *row, int column, int64_t chain)
{
	int64_t value;

	return chain && column >= 0 &&
	       (!cell_integer(&value, row, column) || value != chain);
}

static enum status find_columns(struct change_columns *out,
				struct csv_reader *reader, const char *path,
				struct error *error)
{
	struct csv_record header;

	if (csv_next(&header, reader))
		return error_set(error, E_MALFORMED, "%s: no header", path);
	*out = (struct change_columns){
		csv_column(&header, "time"), csv_column(&header, "symbol"),
		csv_column(&header, "parameter"),
		csv_column(&header, "value_to"),
		csv_column(&header, "chain_id") };
	if (out->time < 0 || out->symbol < 0 || out->parameter < 0 ||
	    out->value < 0)
		return error_set(error, E_MALFORMED, "%s: the header needs "
				 "time, symbol, parameter and value_to", path);
	return OK;
}

static bool is_short(const struct csv_record *row,
		     const struct change_columns *c)
{
	const int columns[] = { c->time, c->symbol, c->parameter, c->value,
				c->chain };

	for (size_t i = 0; i < 5; i++)
		if (columns[i] >= (int)row->count)
			return true;
	return false;
}

static int by_time(const void *a, const void *b)
{
	const struct plan_change *x = a, *y = b;

	if (x->time_s != y->time_s)
		return x->time_s < y->time_s ? -1 : 1;
	if (x->asset != y->asset)
		return x->asset < y->asset ? -1 : 1;
	return (x->component > y->component) - (x->component < y->component);
}

/* A file on its way into a document. */
struct change_reading {
	struct backtest_document *document;
	const char *path;
	int64_t chain;
	struct csv_reader reader;
	struct change_columns columns;
	size_t rows, unknown; /* of the chain; of them not this market's */
	size_t elsewhere;     /* of other chains */
};

static enum status bad_row(const struct change_reading *reading,
			   const char *problem, struct error *error)
{
	return error_set(error, E_MALFORMED, "%s, line %" PRIu64 ": %s",
			 reading->path, reading->reader.line, problem);
}

/* A row of this market's parameters into a change; its asset is there. */
static enum status read_change(struct plan_change *out,
			       const struct change_reading *reading,
			       const struct csv_record *row,
			       const struct parameter_name *name,
			       struct error *error)
{
	int64_t value;

	if (time_parse(&out->time_s, row->cells[reading->columns.time]))
		return bad_row(reading, "a time that is none", error);
	if (!cell_integer(&value, row, reading->columns.value))
		return bad_row(reading, "a value that is no whole number",
			       error);
	if ((uint64_t)value < name->minimum ||
	    (uint64_t)value > name->maximum) {
		error_set(error, E_INPUT, "%s, line %" PRIu64 ": %s %" PRId64
			  " is outside %" PRIu64 " .. %" PRIu64, reading->path,
			  reading->reader.line, name->name, value,
			  name->minimum, name->maximum);
		return error_hint(error, "Values are in contract units: ratios "
				  "and rates in bps, a bonus of 5 %% is 10500, "
				  "caps in whole tokens.");
	}
	out->component = (uint8_t)name->component;
	out->value = (uint64_t)value;
	return OK;
}

static enum status read_row(struct change_reading *reading,
			    const struct csv_record *row, struct error *error)
{
	struct backtest_document *document = reading->document;
	const struct change_columns *c = &reading->columns;
	size_t *count = &document->plan.change_count;
	const struct parameter_name *name;
	size_t asset;
	enum status status;

	if (is_short(row, c))
		return bad_row(reading, "too few cells", error);
	if (other_chain(row, c->chain, reading->chain)) {
		reading->elsewhere++;
		return OK;
	}
	reading->rows++;
	name = parameter_named(row, c->parameter);
	asset = asset_named(document, row, c->symbol);
	if (!name || asset == document->plan.asset_count) {
		reading->unknown++;
		return OK;
	}
	if (*count == PLAN_EVENTS_MAX)
		return bad_row(reading, "more changes than are taken", error);
	document->changes[*count].asset = (uint8_t)asset;
	status = read_change(&document->changes[*count], reading, row, name,
			     error);
	*count += !status;
	return status;
}

/* Rows that count for nothing are said: a misspelt symbol looks just so. */
static void warn_unused(const struct change_reading *reading)
{
	const struct backtest_document *document = reading->document;
	struct text known = { 0 };

	if (!reading->rows && reading->elsewhere)
		log_line(LOG_WARNING, "warning: none of the %zu rows of %s is "
			 "of chain %" PRId64 " (--history-chain)",
			 reading->elsewhere, reading->path, reading->chain);
	if (!reading->unknown)
		return;
	for (size_t a = 0; a < document->plan.asset_count; a++)
		text_add_format(&known, "%s%s", a ? ", " : "",
				name_there(document, a));
	for (size_t i = 0; i < PARAMETERS; i++)
		text_add_format(&known, "%s%s", i ? ", " : "; ",
				parameter_names[i].name);
	log_line(LOG_WARNING, "warning: %zu of %zu rows of %s are of other "
		 "assets or parameters: known are %s", reading->unknown,
		 reading->rows, reading->path, known.data);
	text_free(&known);
}

static enum status read_changes(struct change_reading *reading,
				struct bytes text, struct error *error)
{
	struct backtest_document *document = reading->document;
	struct csv_record row;
	enum status status, ended = OK;

	csv_init(&reading->reader, text);
	status = find_columns(&reading->columns, &reading->reader,
			      reading->path, error);
	if (status)
		return status;
	document->changes = memory_allocate(PLAN_EVENTS_MAX,
					    sizeof(*document->changes));
	while (!status && !(ended = csv_next(&row, &reading->reader)))
		status = read_row(reading, &row, error);
	if (status)
		return status;
	if (ended != E_MISSING)
		return bad_row(reading, "not a CSV line", error);
	qsort(document->changes, document->plan.change_count,
	      sizeof(*document->changes), by_time);
	document->plan.changes = document->changes;
	warn_unused(reading);
	return OK;
}

enum status backtest_load_history(struct backtest_document *document,
				  const char *path, int64_t chain,
				  struct error *error)
{
	struct change_reading reading = { .document = document, .path = path,
					  .chain = chain };
	uint8_t *data;
	size_t size;
	enum status status = file_read(&data, &size, path, FILE_MAX, error);

	if (status)
		return status;
	status = read_changes(&reading, bytes_of(data, size), error);
	memory_free(data);
	return status;
}
