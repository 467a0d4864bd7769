/* report_html_assets.c -- of each asset: its price with the liquidations, the
 * parameters that each rule had in force, and what bound the decisions.  Part
 * of report_html.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backtest/html.h"
#include "backtest/report_html.h"
#include "backtest/run_lines.h"

#define LINE_POINTS 400u
#define MARKS_MAX 150u   /* liquidations drawn of a run: one a stretch */
#define BINDINGS_MAX 24u /* words told apart */
#define COMPONENTS 4     /* LTV, LT, supply cap, borrow cap */

static const char *const component_names[COMPONENTS] = {
	"LTV", "liquidation threshold", "supply cap", "borrow cap" };

static double price(const struct hour_record *hour, size_t asset)
{
	return (double)hour->price_usd[asset];
}

static double ltv(const struct hour_record *hour, size_t asset)
{
	return 100.0 * (double)hour->ltv[asset];
}

static double threshold(const struct parameters *p)
{
	return (double)p->lt_bps / 100.0;
}

static double supply_cap(const struct parameters *p)
{
	return (double)p->supply_cap;
}

static double borrow_cap(const struct parameters *p)
{
	return (double)p->borrow_cap;
}

/* Hour of a run in which a time lies; hours follow each other. */
static size_t hour_of(const struct run_record *run, int64_t time_s)
{
	size_t h;

	if (time_s < run->hours[0].time_s)
		return 0;
	h = (size_t)((time_s - run->hours[0].time_s) / 3600);
	return h < run->hour_count ? h : run->hour_count - 1;
}

/* A mark where collateral of this asset was liquidated: at most one in each
 * of MARKS_MAX stretches of time. */
static size_t liquidation_marks(double *x, double *y,
				const struct run_record *run, size_t asset)
{
	size_t count = 0, last = SIZE_MAX;

	for (size_t i = 0; i < run->liquidation_count; i++) {
		const struct liquidation_record *l = run_liquidation(run, i);
		size_t h = hour_of(run, l->time_s);
		size_t stretch = h * MARKS_MAX / run->hour_count;
		double at = price(run_hour(run, h), asset);

		if (l->collateral != asset || stretch == last || at != at)
			continue;
		last = stretch;
		x[count] = (double)run_hour(run, h)->time_s;
		y[count++] = at;
	}
	return count;
}

/* Marks of every run that liquidated such collateral. */
struct liquidated {
	size_t count;
	struct svg_marks marks[SETTERS_COUNT];
	char names[SETTERS_COUNT][64];
	double x[SETTERS_COUNT][MARKS_MAX + 1], y[SETTERS_COUNT][MARKS_MAX + 1];
};

static void mark_liquidations(struct liquidated *out,
			      const struct backtest_record *record,
			      size_t asset)
{
	out->count = 0;
	for (size_t r = 0; r < record->run_count; r++) {
		const struct run_record *run = &record->runs[r];
		size_t i = out->count;
		size_t n = liquidation_marks(out->x[i], out->y[i], run, asset);

		run_rest(run);
		if (!n)
			continue;
		snprintf(out->names[i], sizeof(out->names[i]),
			 "collateral liquidated under %s",
			 setter_name(run->setter));
		out->marks[out->count++] = (struct svg_marks){
			.name = out->names[i], .x = out->x[i], .y = out->y[i],
			.count = n, .style = (uint8_t)run->setter };
	}
}

static void chart_price(struct text *out, const struct backtest_summary *s,
			size_t asset, const char *symbol)
{
	struct liquidated *sold = memory_allocate(1, sizeof(*sold));
	struct run_lines lines;
	char id[48], title[96];

	run_lines_hours(&lines, s->record, price, asset, false);
	lines.lines[0].name = "price"; /* the same in all runs */
	lines.lines[0].style = 0;
	mark_liquidations(sold, s->record, asset);
	snprintf(id, sizeof(id), "price%zu", asset);
	snprintf(title, sizeof(title), "%s: price and liquidations", symbol);
	svg_chart(out, &(struct svg_chart){
		.id = id, .title = title,
		.description = "The price of each hour's close, and a shape for "
			"each rule where collateral in this asset was "
			"liquidated under it.",
		.y_name = "USD", .lines = lines.lines, .line_count = 1,
		.marks = sold->marks, .marks_count = sold->count });
	run_lines_free(&lines);
	memory_free(sold);
}

/* What the parameter charts differ in. */
struct parameter_chart {
	const char *id, *what, *unit;
	parameter_figure *figure; /* NULL: usable LTV, of the hours */
};

static void chart_parameter(struct text *out, const struct backtest_summary *s,
			    size_t asset, const struct parameter_chart *which)
{
	const char *symbol = s->record->plan->assets[asset].symbol;
	struct run_lines lines;
	char id[48], title[96];

	if (which->figure)
		run_lines_parameters(&lines, s->record, which->figure, asset);
	else
		run_lines_hours(&lines, s->record, ltv, asset, true);
	snprintf(id, sizeof(id), "%s%zu", which->id, asset);
	snprintf(title, sizeof(title), "%s: %s", symbol, which->what);
	svg_chart(out, &(struct svg_chart){
		.id = id, .title = title,
		.description = "One step line a rule: the value in force.",
		.y_name = which->unit, .lines = lines.lines,
		.line_count = lines.count, .points_max = LINE_POINTS });
	run_lines_free(&lines);
}

/* What bound a component, word by word. */
struct binding {
	const char *word;
	uint32_t count[COMPONENTS];
};

struct bindings {
	size_t count;
	struct binding all[BINDINGS_MAX];
};

/* The row of a word; the last one is for all that find no room. */
static struct binding *binding_of(struct bindings *in, const char *word)
{
	for (size_t i = 0; i < in->count; i++)
		if (strcmp(in->all[i].word, word) == 0)
			return &in->all[i];
	if (in->count == BINDINGS_MAX)
		return &in->all[BINDINGS_MAX - 1];
	in->all[in->count].word = in->count == BINDINGS_MAX - 1 ? "others"
								: word;
	return &in->all[in->count++];
}

static void count_bindings(struct bindings *out, const struct run_record *run,
			   size_t asset)
{
	for (size_t i = 0; i < run->decision_count; i++)
		for (size_t k = 0; k < COMPONENTS; k++) {
			const char *word =
				run->decisions[i].assets[asset].binding[k];

			if (*word)
				binding_of(out, word)->count[k]++;
		}
}

static void table_bindings(struct text *out, const struct bindings *bindings,
			   const char *symbol)
{
	static const char *const heads[] = { "bound by", "LTV",
		"liquidation threshold", "supply cap", "borrow cap", NULL };
	char caption[96];

	snprintf(caption, sizeof(caption), "%s: decisions by what bound each "
		 "parameter", symbol);
	html_table(out, caption, heads);
	for (size_t i = 0; i < bindings->count; i++) {
		html_row(out, bindings->all[i].word);
		for (size_t k = 0; k < COMPONENTS; k++)
			html_cell_format(out, "%u",
					 bindings->all[i].count[k]);
		html_row_close(out);
	}
	html_table_close(out);
}

/* When each word bound a component: a row of points a word. */
static void chart_binding(struct text *out, const struct run_record *run,
			  size_t asset, size_t component,
			  struct bindings *bindings)
{
	const char *rows[BINDINGS_MAX];
	struct svg_line line = { .name = component_names[component],
				 .steps = true };
	double *x = memory_allocate(run->decision_count, sizeof(*x));
	double *y = memory_allocate(run->decision_count, sizeof(*y));
	char id[48], title[96];

	for (size_t i = 0; i < bindings->count; i++)
		rows[i] = bindings->all[i].word;
	for (size_t i = 0; i < run->decision_count; i++) {
		const char *word =
			run->decisions[i].assets[asset].binding[component];

		x[i] = (double)run->decisions[i].time_s;
		y[i] = *word ? (double)(binding_of(bindings, word) -
					bindings->all)
			     : (double)NAN;
	}
	line.x = x;
	line.y = y;
	line.count = run->decision_count;
	snprintf(id, sizeof(id), "bind%zu-%zu", asset, component);
	snprintf(title, sizeof(title), "What bound the %s, decision by decision",
		 component_names[component]);
	svg_chart(out, &(struct svg_chart){
		.id = id, .title = title,
		.description = "A step line over rows of constraints; the table "
			"has the counts.",
		.lines = &line, .line_count = 1, .rows = rows,
		.row_count = bindings->count, .points_max = LINE_POINTS });
	memory_free(x);
	memory_free(y);
}

static bool is_bound(const struct bindings *bindings, size_t component)
{
	for (size_t i = 0; i < bindings->count; i++)
		if (bindings->all[i].count[component])
			return true;
	return false;
}

static void put_bindings(struct text *out, const struct backtest_summary *s,
			 size_t asset)
{
	const struct run_record *run = &s->record->runs[0];
	struct bindings bindings;

	memset(&bindings, 0, sizeof(bindings));
	count_bindings(&bindings, run, asset);
	if (run->setter != SETTER_PLIMSOLL || !bindings.count)
		return;
	table_bindings(out, &bindings, s->record->plan->assets[asset].symbol);
	html_details(out, "What bound each decision, over time", false);
	for (size_t k = 0; k < COMPONENTS; k++)
		if (is_bound(&bindings, k))
			chart_binding(out, run, asset, k, &bindings);
	html_details_close(out);
}

void report_html_assets(struct text *out, const struct backtest_summary *s)
{
	static const struct parameter_chart charts[] = {
		{ "ltv", "usable LTV (0 while frozen)", "%", NULL },
		{ "lt", "liquidation threshold", "%", threshold },
		{ "scap", "supply cap", "tokens", supply_cap },
		{ "bcap", "borrow cap", "tokens", borrow_cap },
	};

	html_heading(out, 2, "assets", "Assets");
	for (size_t a = 0; a < s->record->plan->asset_count; a++) {
		const struct plan_asset *asset = &s->record->plan->assets[a];

		html_heading(out, 3, NULL, asset->symbol);
		html_format(out, "Prices: %s%s.", asset->series,
			    asset->synthetic ? ", generated" : "");
		chart_price(out, s, a, asset->symbol);
		for (size_t i = 0; i < sizeof(charts) / sizeof(charts[0]); i++)
			chart_parameter(out, s, a, &charts[i]);
		put_bindings(out, s, a);
	}
}
