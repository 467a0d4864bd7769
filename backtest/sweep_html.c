/* sweep_html.c -- the page of sweep_report.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backtest/html.h"
#include "backtest/sweep_report.h"
#include "base/time.h"

#define GROUPS (3 + SETTERS_COUNT - 1) /* front, near, off, then rules */
#define LABELS_MAX 40              /* more would cover each other */

_Static_assert(GROUPS <= SVG_STYLES, "each group has a shape of its own");

/* Points of one place, ascending by usable LTV. */
struct group {
	double *x, *y, *x_low, *x_high, *y_low, *y_high;
	char (*numbers)[24];
	const char **labels;
	size_t count;
};

static void group_open(struct group *out, size_t count)
{
	double *room = memory_allocate(6 * count + 1, sizeof(*room));

	*out = (struct group){
		room, room + count, room + 2 * count, room + 3 * count,
		room + 4 * count, room + 5 * count,
		memory_allocate(count + 1, sizeof(*out->numbers)),
		memory_allocate(count + 1, sizeof(*out->labels)), 0 };
}

static void group_free(struct group *group)
{
	memory_free(group->x);
	memory_free(group->numbers);
	memory_free(group->labels);
}

static void group_add(struct group *group, const struct sweep_outcome *outcome,
		      size_t number)
{
	const struct bootstrap_result *ltv =
		&outcome->scores.figures[SCORE_USABLE_LTV].result;
	const struct bootstrap_result *debt =
		&outcome->scores.figures[SCORE_BAD_DEBT].result;
	size_t i = group->count++;

	group->x[i] = 100.0 * ltv->value;
	group->x_low[i] = 100.0 * ltv->low;
	group->x_high[i] = 100.0 * ltv->high;
	group->y[i] = debt->value;
	group->y_low[i] = debt->low;
	group->y_high[i] = debt->high;
	snprintf(group->numbers[i], sizeof(group->numbers[i]), "%zu", number);
	group->labels[i] = group->numbers[i];
}

static double ltv_of(const struct sweep_outcome *outcome)
{
	return outcome->scores.figures[SCORE_USABLE_LTV].result.value;
}

static int by_ltv(const void *a, const void *b)
{
	const struct sweep_outcome *x = *(const struct sweep_outcome *const *)a;
	const struct sweep_outcome *y = *(const struct sweep_outcome *const *)b;

	if (ltv_of(x) != ltv_of(y))
		return ltv_of(x) < ltv_of(y) ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void group_fill(struct group *out, const struct sweep_summary *s,
		       enum pareto_place place)
{
	const struct sweep_outcome **sorted =
		memory_allocate(s->point_count, sizeof(struct sweep_outcome *));
	size_t count = 0;

	for (size_t p = 0; p < s->point_count; p++)
		if (s->points[p].pareto.place == place)
			sorted[count++] = &s->points[p];
	qsort(sorted, count, sizeof(struct sweep_outcome *), by_ltv);
	group_open(out, count);
	for (size_t i = 0; i < count; i++)
		group_add(out, sorted[i], (size_t)(sorted[i] - s->points));
	memory_free(sorted);
}

static struct svg_marks marks_of(const struct group *group, const char *name,
				 uint8_t style, bool intervals)
{
	struct svg_marks out = { .name = name, .x = group->x, .y = group->y,
				 .count = group->count, .style = style };

	if (group->count <= LABELS_MAX && style == 0)
		out.labels = group->labels;
	if (intervals) {
		out.x_low = group->x_low;
		out.x_high = group->x_high;
		out.y_low = group->y_low;
		out.y_high = group->y_high;
	}
	return out;
}

static void put_chart(struct text *out, struct group *groups,
		      const struct sweep_summary *s)
{
	static const struct { const char *name; enum pareto_place place; }
		places[3] = { { "front", PARETO_FRONT },
			      { "near it", PARETO_NEAR },
			      { "off it", PARETO_OFF } };
	struct svg_marks marks[GROUPS];
	struct svg_line line;
	struct svg_chart chart = {
		.id = "front",
		.title = "Bad debt against leverage, point by point",
		.description = "Mean usable LTV to the right, bad debt that "
			"arose upward; lower and further right is better. The "
			"line joins the points of the front, which have their "
			"numbers and 95 % intervals; other rules have marks of "
			"their own. The table below has the numbers.",
		.x_name = "mean usable LTV, %", .y_name = "bad debt, USD",
		.marks = marks, .lines = &line, .line_count = 1,
		.from_zero = true };

	for (size_t g = 0; g < 3; g++) {
		group_fill(&groups[g], s, places[g].place);
		if (groups[g].count)
			marks[chart.marks_count++] =
				marks_of(&groups[g], places[g].name,
					 (uint8_t)g, g == 0);
	}
	for (size_t r = 0; r < s->rule_count; r++) {
		struct group *group = &groups[3 + r];

		group_open(group, 1);
		if (s->rules[r].pareto.place == PARETO_NONE)
			continue;
		group_add(group, &s->rules[r], 0);
		marks[chart.marks_count++] = marks_of(
			group, setter_name(s->rules[r].setter),
			(uint8_t)(3 + r), true);
	}
	line = (struct svg_line){ .name = "along the front", .x = groups[0].x,
				  .y = groups[0].y, .count = groups[0].count };
	if (chart.marks_count)
		svg_chart(out, &chart);
}

static void put_figure(struct text *out, const struct sweep_outcome *outcome,
		       enum decision_score score, double by)
{
	const struct decision_figure *figure = &outcome->scores.figures[score];
	char value[32], low[32], high[32];

	if (!figure->exists) {
		html_cell(out, "none");
		return;
	}
	svg_number(value, by * figure->result.value);
	svg_number(low, by * figure->result.low);
	svg_number(high, by * figure->result.high);
	html_cell_format(out, "%s (%s to %s)", value, low, high);
}

static void put_usd(struct text *out, double usd)
{
	char words[32];

	svg_number(words, usd);
	html_cell_format(out, "%s", words);
}

static void put_outcome(struct text *out, const struct sweep_outcome *outcome)
{
	put_figure(out, outcome, SCORE_USABLE_LTV, 100.0);
	put_figure(out, outcome, SCORE_BAD_DEBT, 1.0);
	put_usd(out, outcome->bad_debt_usd);
	put_usd(out, outcome->bad_debt_peak_usd);
	put_figure(out, outcome, SCORE_LIQUIDATED, 1.0);
	put_figure(out, outcome, SCORE_WRONGFUL_SHARE, 100.0);
	put_figure(out, outcome, SCORE_REVENUE, 1.0);
	put_figure(out, outcome, SCORE_CHURN, 1.0);
	html_cell(out, outcome->verdict.tested
			       ? traffic_zone_name(outcome->verdict.worst)
			       : "none");
	html_cell_format(out, "%zu of %zu", outcome->without_solution,
			 outcome->decisions);
	if (outcome->pareto.ties)
		html_cell_format(out, "%s, ties with %zu",
				 pareto_place_name(outcome->pareto.place),
				 outcome->pareto.ties);
	else
		html_cell(out, pareto_place_name(outcome->pareto.place));
}

static void put_table(struct text *out, const struct sweep_summary *s)
{
	static const char *const figures[] = {
		"mean usable LTV, %", "bad debt arisen, USD", "at the end",
		"at most", "liquidated, USD", "of which wrongful, %",
		"revenue, USD", "churn", "forecasts", "without solution",
		"front", NULL };
	const char *heads[1 + SWEEP_AXES_MAX + 12] = { "point" };
	size_t axes = s->sweep->axis_count;

	for (size_t a = 0; a < axes; a++)
		heads[1 + a] = s->sweep->axes[a].key;
	memcpy(&heads[1 + axes], figures, sizeof(figures));
	html_table(out, "Every point, then the other rules; 95 % intervals in "
			"parentheses", heads);
	for (size_t p = 0; p < s->point_count; p++) {
		char number[24];

		snprintf(number, sizeof(number), "%zu", p);
		html_row(out, number);
		for (size_t a = 0; a < axes; a++)
			html_cell_format(out, "%s",
					 sweep_value(s->sweep, p, a));
		put_outcome(out, &s->points[p]);
		html_row_close(out);
	}
	for (size_t r = 0; r < s->rule_count; r++) {
		html_row(out, setter_name(s->rules[r].setter));
		for (size_t a = 0; a < axes; a++)
			html_cell(out, "");
		put_outcome(out, &s->rules[r]);
		html_row_close(out);
	}
	html_table_close(out);
}

static void put_title(struct text *out, const struct sweep_summary *s)
{
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];

	time_format(from, s->sweep->base->from_s);
	time_format(to, s->sweep->base->to_s);
	html_open(out, "Sweep");
	html_heading(out, 1, NULL, "Which policy buys how much leverage at what "
				   "risk?");
	html_format(out, "History from %s to %s under %zu policies: the same "
		    "prices, borrowers and random numbers. The other rules ran "
		    "beside the first point.", from, to, s->point_count);
	if (s->synthetic)
		html_warning(out, "Some prices are generated, not recorded: "
				  "what follows says nothing about history.");
}

void sweep_html(struct text *out, const struct sweep_report_input *input)
{
	const struct sweep_summary *s = input->summary;
	struct group groups[GROUPS] = { { 0 } };

	put_title(out, s);
	text_add_string(out, "<main>\n");
	put_chart(out, groups, s);
	put_table(out, s);
	html_note(out, "Front: no other point has as little bad debt and as "
		       "much usable LTV, and one of the two better; points "
		       "with equal figures are there together. Near: such a "
		       "point exists, but within the intervals. Off: beyond "
		       "both. The intervals are each point's own (block "
		       "bootstrap of the hours); `compare` tells two points "
		       "apart more sharply, hour by hour. Rules are placed as "
		       "one more point each; foresight is a bound, no rule. "
		       "Without solution: decisions in which no value met all "
		       "of the policy's constraints. Forecasts: the worst "
		       "asset's traffic light.");
	html_heading(out, 2, NULL, "The same again");
	html_code(out, input->command);
	text_add_string(out, "</main>\n");
	html_close(out);
	for (size_t g = 0; g < GROUPS; g++)
		group_free(&groups[g]);
}
