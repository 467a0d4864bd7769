/* report_html.c -- see report_html.h; the page's frame and its overview: who
 * kept the market solvent, at what leverage. */
#include "backtest/report_html.h"

#include <stdio.h>
#include <string.h>

#include "backtest/html.h"
#include "backtest/run_lines.h"
#include "backtest/verdict.h"
#include "base/time.h"

#define LINE_POINTS 400u /* of each of several lines in one chart */

static void put_title(struct text *out, const struct backtest_summary *s)
{
	const struct backtest_plan *plan = s->record->plan;
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];

	time_format(from, plan->from_s);
	time_format(to, plan->to_s);
	html_open(out, "Backtest");
	html_heading(out, 1, NULL, "Would it have kept the market solvent, and "
				   "at what cost?");
	html_format(out, "History from %s to %s, replayed hour by hour through "
		    "%zu rules on the same simulated market: the same prices, "
		    "borrowers and random numbers.", from, to, s->run_count);
	if (s->synthetic)
		html_warning(out, "Some prices are generated, not recorded: "
				  "what follows says nothing about history.");
	html_format(out, "Evidence class %c is supposed of all input; borrowers "
		    "and liquidators are simulated.",
		    evidence_letter(plan->evidence));
}

static void put_navigation(struct text *out)
{
	text_add_string(out, "<nav aria-label=\"Sections\"><p>"
			"<a href=\"#overview\">Overview</a> | "
			"<a href=\"#assets\">Assets</a> | "
			"<a href=\"#forecasts\">Forecasts</a> | "
			"<a href=\"#crises\">Crises</a> | "
			"<a href=\"#plan\">Plan and how to repeat it</a>"
			"</p></nav>\n<main>\n");
}

static void put_figure(struct text *out, const struct run_summary *run,
		       enum decision_score score)
{
	const struct decision_figure *figure = &run->scores.figures[score];
	bool share = decision_score_unit(score)[0] == 'r'; /* relative, ratio */
	double by = share ? 100.0 : 1.0;
	char value[32], low[32], high[32];

	if (!figure->exists) {
		html_cell(out, "none");
		return;
	}
	svg_number(value, by * figure->result.value);
	svg_number(low, by * figure->result.low);
	svg_number(high, by * figure->result.high);
	html_cell_format(out, "%s%s (%s to %s)", value, share ? " %" : "", low,
			 high);
}

static void put_reaction(struct text *out, const struct run_summary *run)
{
	if (!run->has_reaction) {
		html_cell(out, "fewer than two crises");
		return;
	}
	html_cell_format(out, "%.1f h (%.1f to %.1f), never in %zu of %zu",
			 run->reaction.mean.value / 3600.0,
			 run->reaction.mean.low / 3600.0,
			 run->reaction.mean.high / 3600.0, run->reaction.never,
			 run->reaction.crises);
}

static void put_runs(struct text *out, const struct backtest_summary *s)
{
	static const char *const heads[] = {
		"rule", "bad debt arisen, USD", "liquidated, USD",
		"of which wrongful", "mean usable LTV",
		"the same, by debt backed", "revenue, USD", "values changed",
		"churn", "time at a cap", "hours until tightened", NULL };
	static const enum decision_score shown[] = {
		SCORE_BAD_DEBT, SCORE_LIQUIDATED, SCORE_WRONGFUL_SHARE,
		SCORE_USABLE_LTV, SCORE_USABLE_LTV_BY_DEBT, SCORE_REVENUE,
		SCORE_CHANGES, SCORE_CHURN, SCORE_AT_CAPS };

	html_table(out, "Each rule over the whole time, with 95 % intervals",
		   heads);
	for (size_t r = 0; r < s->run_count; r++) {
		html_row(out, setter_name(s->runs[r].setter));
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			put_figure(out, &s->runs[r], shown[i]);
		put_reaction(out, &s->runs[r]);
		html_row_close(out);
	}
	html_table_close(out);
	html_note(out, "Intervals: block bootstrap of the hours. Wrongful: the "
		       "collateral's price came back within 24 hours to where "
		       "the position would have been healthy. Churn: relative "
		       "changes added up, in per cent. foresight knows the days "
		       "to come: a bound, no rule.");
}

/* Bad debt against leverage: the one picture of the whole. */
static void chart_solvency(struct text *out, const struct backtest_summary *s)
{
	double x[3][SETTERS_COUNT], y[3][SETTERS_COUNT];
	struct svg_marks marks[SETTERS_COUNT];
	struct svg_chart chart = {
		.id = "solvency",
		.title = "Bad debt against leverage, with 95 % intervals",
		.description = "One point a rule: mean usable LTV to the right, "
			"bad debt that arose upward. Lower and further right is "
			"better. The table above has the numbers.",
		.x_name = "mean usable LTV, %", .y_name = "bad debt, USD",
		.marks = marks, .from_zero = true };

	for (size_t r = 0; r < s->run_count; r++) {
		const struct decision_figure *ltv =
			&s->runs[r].scores.figures[SCORE_USABLE_LTV];
		const struct decision_figure *debt =
			&s->runs[r].scores.figures[SCORE_BAD_DEBT];

		x[0][r] = 100.0 * ltv->result.value;
		x[1][r] = 100.0 * ltv->result.low;
		x[2][r] = 100.0 * ltv->result.high;
		y[0][r] = debt->result.value;
		y[1][r] = debt->result.low;
		y[2][r] = debt->result.high;
		marks[r] = (struct svg_marks){
			setter_name(s->runs[r].setter), &x[0][r], &y[0][r],
			NULL, &x[1][r], &x[2][r], &y[1][r], &y[2][r], 1,
			(uint8_t)s->runs[r].setter };
		chart.marks_count += ltv->exists && debt->exists;
	}
	if (chart.marks_count == s->run_count)
		svg_chart(out, &chart);
}

static double bad_debt(const struct hour_record *hour, size_t asset)
{
	(void)asset;
	return hour->bad_debt_usd;
}

static double borrowed(const struct hour_record *hour, size_t asset)
{
	(void)asset;
	return hour->borrowed_usd;
}

static void chart_hours(struct text *out, const struct backtest_record *record,
			struct svg_chart chart, hour_figure *figure)
{
	struct run_lines lines;

	run_lines_hours(&lines, record, figure, 0, false);
	chart.lines = lines.lines;
	chart.line_count = lines.count;
	chart.points_max = LINE_POINTS;
	chart.from_zero = true;
	svg_chart(out, &chart);
	run_lines_free(&lines);
}

static void put_verdict(struct text *out, const struct backtest_summary *s)
{
	struct verdict verdict;

	verdict_of(&verdict, s);
	if (!verdict.tested) {
		html_paragraph(out, "No forecast of plimsoll's could be "
				    "tested.");
		return;
	}
	html_format(out, "Traffic light of plimsoll's forecasts: %s.",
		    traffic_zone_name(verdict.worst));
	text_add_string(out, "<ul>\n");
	for (size_t i = 0; i < verdict.count; i++) {
		text_add_string(out, "<li>");
		svg_text(out, verdict.assets[i].reason);
		text_add_string(out, "</li>\n");
	}
	text_add_string(out, "</ul>\n");
}

static void put_overview(struct text *out, const struct backtest_summary *s)
{
	html_heading(out, 2, "overview", "Overview");
	put_runs(out, s);
	chart_solvency(out, s);
	chart_hours(out, s->record, (struct svg_chart){
		.id = "baddebt", .title = "Bad debt over time",
		.description = "One line a rule: recorded deficit and open "
			"shortfall in USD at each hour.",
		.y_name = "USD" }, bad_debt);
	chart_hours(out, s->record, (struct svg_chart){
		.id = "borrowed", .title = "Borrowed over time",
		.description = "One line a rule: what borrowers owe in USD at "
			"each hour.",
		.y_name = "USD" }, borrowed);
	put_verdict(out, s);
}

void report_html(struct text *out, const struct report_input *input)
{
	put_title(out, input->summary);
	put_navigation(out);
	put_overview(out, input->summary);
	report_html_assets(out, input->summary);
	report_html_forecasts(out, input->summary);
	report_html_crises(out, input->summary);
	report_html_plan(out, input);
	text_add_string(out, "</main>\n");
	html_close(out);
}
