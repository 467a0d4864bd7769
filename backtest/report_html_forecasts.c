/* report_html_forecasts.c -- forecasts against what came: pictures with the
 * exceedances, and the tables of tests.  Part of report_html.h. */
#include <stdio.h>

#include "backtest/html.h"
#include "backtest/report_html.h"

/* Own forecasts of an asset as the charts want them, in per cent. */
struct drawn {
	size_t count, beyond;
	double *x, *came, *var99, *es975;
	double *beyond_x, *beyond_y;
};

static void drawn_open(struct drawn *out, const struct forecast_set *set)
{
	double **const columns[] = { &out->x, &out->came, &out->var99,
				     &out->es975, &out->beyond_x,
				     &out->beyond_y };

	*out = (struct drawn){ .count = set->count };
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		*columns[i] = memory_allocate(set->count, sizeof(double));
	for (size_t i = 0; i < set->count; i++) {
		const struct forecast_point *p = &set->points[i];

		out->x[i] = (double)p->time_s;
		out->came[i] = 100.0 * p->ret;
		out->var99[i] = -100.0 * p->forecast[FORECASTER_OWN].var99;
		out->es975[i] = -100.0 * p->forecast[FORECASTER_OWN].es975;
		if (out->came[i] < out->var99[i]) {
			out->beyond_x[out->beyond] = out->x[i];
			out->beyond_y[out->beyond++] = out->came[i];
		}
	}
}

static void drawn_free(struct drawn *drawn)
{
	memory_free(drawn->x);
	memory_free(drawn->came);
	memory_free(drawn->var99);
	memory_free(drawn->es975);
	memory_free(drawn->beyond_x);
	memory_free(drawn->beyond_y);
}

static void chart_forecasts(struct text *out, const struct backtest_summary *s,
			    size_t asset)
{
	struct forecast_set set;
	struct drawn d;
	char id[48], title[96];

	forecast_set_collect(&set, s->record->plan, &s->record->runs[0], asset);
	drawn_open(&d, &set);
	snprintf(id, sizeof(id), "forecast%zu", asset);
	snprintf(title, sizeof(title), "%s: forecast falls and what came",
		 s->record->plan->assets[asset].symbol);
	svg_chart(out, &(struct svg_chart){
		.id = id, .title = title,
		.description = "Returns over the horizon after each decision, "
			"VaR 99 and ES 97.5 as forecast, per cent; triangles "
			"where the fall went beyond VaR 99.",
		.y_name = "%",
		.lines = (const struct svg_line[]){
			{ "what came", d.x, d.came, d.count, false, 1 },
			{ "VaR 99 %", d.x, d.var99, d.count, true, 0 },
			{ "ES 97.5 %", d.x, d.es975, d.count, true, 4 } },
		.line_count = 3,
		.marks = &(const struct svg_marks){
			.name = "beyond VaR 99 %", .x = d.beyond_x,
			.y = d.beyond_y, .count = d.beyond, .style = 3 },
		.marks_count = d.beyond > 0 });
	drawn_free(&d);
	forecast_set_free(&set);
}

static void put_p(struct text *out, const struct test_result *test)
{
	if (test->p != test->p)
		html_cell(out, "none");
	else
		html_cell_format(out, "%.3f (p %.4f)", test->statistic,
				 test->p);
}

/* A comparison: its p says nothing of who is better, the mark does. */
static void put_dm(struct text *out, const struct test_result *dm)
{
	if (dm->p != dm->p)
		html_cell(out, "none");
	else
		html_cell_format(out, "%.3f (p %.4f%s)", dm->statistic, dm->p,
				 forecast_dm_mark(dm));
}

/* A share of falls, or Z2, by block bootstrap; `by` 100 for per cent. */
static void put_blocks(struct text *out, const struct bootstrap_result *result,
		       double by)
{
	char p[24] = "none";

	if (result->p == result->p)
		snprintf(p, sizeof(p), "%.4f", result->p);
	html_cell_format(out, "%.3f%s (%.3f to %.3f, p %s)", by * result->value,
			 by > 1.0 ? " %" : "", by * result->low,
			 by * result->high, p);
}

static void put_overlap(struct text *out, const struct forecast_tests *t,
			enum forecaster who)
{
	const struct overlap_tests *o = &t->overlap;

	html_row(out, forecaster_name(who));
	put_p(out, &t->pof);
	html_cell_format(out, "%zu of %zu, %.1f expected", o->exceed, o->n,
			 FORECAST_P99 * (double)o->n);
	put_blocks(out, &o->share99, 100.0);
	put_blocks(out, &o->share975, 100.0);
	put_blocks(out, &o->z2, 1.0);
	html_row_close(out);
}

/* Kupiec's test of forecasts apart beside all in blocks, and which counts. */
static void table_overlap(struct text *out, const struct forecast_tests *tests,
			  const char *symbol)
{
	static const char *const heads[] = {
		"forecaster", "Kupiec, forecasts that do not overlap",
		"falls beyond VaR 99, all forecasts",
		"block bootstrap: share beyond VaR 99, expected 1 %",
		"block bootstrap: share beyond VaR 97.5, expected 2.5 %",
		"block bootstrap: Z2 of ES 97.5, expected 0", NULL };
	char caption[96], words[OVERLAP_WORDS_MAX];

	overlap_words(words, &tests[FORECASTER_OWN].overlap,
		      tests[FORECASTER_OWN].n);
	if (tests[FORECASTER_OWN].overlap.n) {
		snprintf(caption, sizeof(caption), "%s: coverage of forecasts "
			 "that overlap, with 95 %% intervals", symbol);
		html_table(out, caption, heads);
		for (int f = 0; f < FORECASTERS_COUNT; f++)
			put_overlap(out, &tests[f], (enum forecaster)f);
		html_table_close(out);
	}
	html_note(out, words);
}

static void put_tests(struct text *out, const struct forecast_tests *tests,
		      enum forecaster who)
{
	const struct forecast_tests *t = &tests[who];

	html_row(out, forecaster_name(who));
	html_cell(out, traffic_zone_name(t->light.zone));
	html_cell_format(out, "%zu of %zu, %.1f expected", t->exceed, t->n,
			 FORECAST_P99 * (double)t->n);
	put_p(out, &t->pof);
	put_p(out, &t->independence);
	put_p(out, &t->conditional);
	put_p(out, &t->quantile);
	put_p(out, &t->z1);
	put_p(out, &t->z2);
	html_cell_format(out, "%.6f", t->pinball);
	html_cell_format(out, "%.4f", t->fz0);
	if (who == FORECASTER_OWN) {
		html_cell(out, "");
		html_cell(out, "");
	} else {
		put_dm(out, &t->dm);
		put_dm(out, &t->dm_fz0);
	}
	html_row_close(out);
}

static void table_tests(struct text *out, const struct run_summary *own,
			size_t asset, const char *symbol)
{
	static const char *const heads[] = {
		"forecaster", "traffic light", "falls beyond VaR 99",
		"Kupiec", "independence", "conditional coverage",
		"dynamic quantile", "Z1 of ES 97.5", "Z2 of ES 97.5",
		"pinball loss", "FZ0 loss", "Diebold-Mariano, pinball",
		"Diebold-Mariano, FZ0", NULL };
	char caption[96];

	snprintf(caption, sizeof(caption), "%s: tests of forecasts over the "
		 "horizon", symbol);
	html_table(out, caption, heads);
	for (int f = 0; f < FORECASTERS_COUNT; f++)
		put_tests(out, own->tests[asset], (enum forecaster)f);
	html_table_close(out);
	html_note(out, "Diebold-Mariano: + plimsoll better, - worse at 5 %.");
	if (own->derived[asset])
		html_note(out, "The record does not tell VaR 97.5: Z1, Z2 and "
			       "FZ0 take that of a Student's t with the same "
			       "VaR 99 and ES 97.5.");
}

void report_html_forecasts(struct text *out, const struct backtest_summary *s)
{
	const struct run_summary *own = summary_run(s, SETTER_PLIMSOLL);

	html_heading(out, 2, "forecasts", "Forecasts against what came");
	if (!own) {
		html_paragraph(out, "There is no run of plimsoll's.");
		return;
	}
	html_format(out, "Horizon %u hours; where decisions come more often "
		    "than that, tests that take forecasts to be independent "
		    "see only such as do not overlap, and a table beside "
		    "them tests all in blocks. p values are of the hypothesis "
		    "that the forecasts are right; of Diebold-Mariano: that "
		    "plimsoll and the baseline are equally good, where a "
		    "statistic below 0 means that plimsoll is better.",
		    s->record->plan->policy->horizon_s / 3600);
	for (size_t a = 0; a < s->record->plan->asset_count; a++) {
		const char *symbol = s->record->plan->assets[a].symbol;

		html_heading(out, 3, NULL, symbol);
		if (!own->tests[a][FORECASTER_OWN].n) {
			html_paragraph(out, "No forecast that came due.");
			continue;
		}
		table_tests(out, own, a, symbol);
		table_overlap(out, own->tests[a], symbol);
		chart_forecasts(out, s, a);
	}
}
