/* backtest_data.c -- see backtest_file.h: bars from the store, and the DAO's
 * own changes from a CSV. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/backtest_file.h"
#include "agent/csv.h"
#include "base/host/log.h"
#include "base/time.h"
#include "case/report.h"

#define CAP_TOKENS_MAX 68719476735.0 /* Aave's */
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

	if (status)
		return status;
	document->bars[a] = bars.bars;
	asset->bars = bars.bars;
	asset->bar_count = bars.count;
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
		       : tokens < CAP_TOKENS_MAX ? (uint64_t)tokens
						 : (uint64_t)CAP_TOKENS_MAX;
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

/* A parameter's name in the DAO's reports. */
struct parameter_name {
	const char *name;
	enum component component;
};

static const struct parameter_name parameter_names[] = {
	{ "ltv", COMPONENT_LTV },
	{ "liquidationThreshold", COMPONENT_LT },
	{ "liquidationBonus", COMPONENT_LB },
	{ "supplyCap", COMPONENT_SUPPLY_CAP },
	{ "borrowCap", COMPONENT_BORROW_CAP },
	{ "optimalUsageRatio", COMPONENT_OPTIMAL },
	{ "baseVariableBorrowRate", COMPONENT_BASE },
	{ "variableRateSlope1", COMPONENT_SLOPE1 },
	{ "variableRateSlope2", COMPONENT_SLOPE2 },
};

struct change_columns {
	int time, symbol, parameter, value, chain;
};

static bool cell_is(const struct csv_record *row, int column, const char *text)
{
	const struct bytes *cell = &row->cells[column];

	return cell->size == strlen(text) &&
	       !memcmp(cell->data, text, cell->size);
}

static size_t asset_named(const struct backtest_document *document,
			  const struct csv_record *row, int column)
{
	size_t a = 0;

	for (; a < document->plan.asset_count; a++) {
		const char *symbol = document->history_symbol[a];

		if (!*symbol)
			symbol = document->plan.assets[a].symbol;
		if (cell_is(row, column, symbol))
			break;
	}
	return a;
}

static const struct parameter_name *
parameter_named(const struct csv_record *row, int column)
{
	for (size_t i = 0;
	     i < sizeof(parameter_names) / sizeof(parameter_names[0]); i++)
		if (cell_is(row, column, parameter_names[i].name))
			return &parameter_names[i];
	return NULL;
}

static bool cell_integer(int64_t *out, const struct csv_record *row, int column)
{
	struct decimal value;

	return !decimal_parse(&value, row->cells[column]) &&
	       !decimal_scale(out, value, 0) && *out >= 0;
}

static bool other_chain(const struct csv_record *row, int column, int64_t chain)
{
	int64_t value;

	return chain && column >= 0 &&
	       (!cell_integer(&value, row, column) || value != chain);
}

/* A row into a change; false: it is not one of this market's parameters. */
static bool read_change(struct plan_change *out,
			const struct backtest_document *document,
			const struct csv_record *row,
			const struct change_columns *c, const char **problem)
{
	const struct parameter_name *name = parameter_named(row, c->parameter);
	size_t asset = asset_named(document, row, c->symbol);
	int64_t value;

	if (!name || asset == document->plan.asset_count)
		return false;
	*problem = "a time that is none";
	if (time_parse(&out->time_s, row->cells[c->time]))
		return false;
	*problem = "a value that is no whole number";
	if (!cell_integer(&value, row, c->value))
		return false;
	*problem = NULL;
	out->asset = (uint8_t)asset;
	out->component = (uint8_t)name->component;
	out->value = (uint64_t)value;
	return true;
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

struct change_reading {
	struct backtest_document *document;
	const char *path;
	int64_t chain;
};

static enum status read_changes(const struct change_reading *reading,
				struct bytes text, struct error *error)
{
	struct backtest_document *document = reading->document;
	struct csv_reader reader;
	struct change_columns c = { 0 };
	struct csv_record row;
	enum status status;

	csv_init(&reader, text);
	status = find_columns(&c, &reader, reading->path, error);
	if (status)
		return status;
	document->changes = memory_allocate(PLAN_EVENTS_MAX,
					    sizeof(*document->changes));
	while (!(status = csv_next(&row, &reader))) {
		size_t *count = &document->plan.change_count;
		const char *problem = NULL;

		if (is_short(&row, &c))
			problem = "too few cells";
		else if (other_chain(&row, c.chain, reading->chain))
			continue;
		else if (*count == PLAN_EVENTS_MAX)
			problem = "more changes than are taken";
		else if (read_change(&document->changes[*count], document,
				     &row, &c, &problem))
			++*count;
		if (problem)
			return error_set(error, E_MALFORMED, "%s, line %"
					 PRIu64 ": %s", reading->path,
					 reader.line, problem);
	}
	qsort(document->changes, document->plan.change_count,
	      sizeof(*document->changes), by_time);
	document->plan.changes = document->changes;
	return status == E_MISSING
		       ? OK
		       : error_set(error, E_MALFORMED, "%s, line %" PRIu64
				   ": not a CSV line", reading->path,
				   reader.line);
}

enum status backtest_load_history(struct backtest_document *document,
				  const char *path, int64_t chain,
				  struct error *error)
{
	const struct change_reading reading = { document, path, chain };
	uint8_t *data;
	size_t size;
	enum status status = file_read(&data, &size, path, FILE_MAX, error);

	if (status)
		return status;
	status = read_changes(&reading, bytes_of(data, size), error);
	memory_free(data);
	return status;
}
