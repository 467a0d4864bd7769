/* report_html_crises.c -- what each rule did in each crisis, and what should
 * have been done.  Part of report_html.h. */
#include <stdio.h>

#include "backtest/html.h"
#include "backtest/report_html.h"
#include "backtest/run_lines.h"
#include "base/time.h"

#define LTV_LINES 120u /* points a line: a window is some hundred hours */

static void put_reaction(struct text *out, const struct reaction *reaction)
{
	double hours = (double)reaction->after_s / 3600.0;

	switch (reaction->kind) {
	case REACTION_NO_CRISIS:
		html_cell(out, "no such fall");
		return;
	case REACTION_NEVER:
		html_cell(out, reaction->ahead
				       ? "only in the day before the fall"
				       : "never within the window");
		return;
	case REACTION_MADE:
		html_cell_format(out, "after %.0f h%s", hours,
				 reaction->ahead ? ", and the day before" : "");
		return;
	}
}

static void put_row(struct text *out, const struct run_summary *run,
		    const struct crisis_run *did)
{
	char debt[32], sold[32];

	svg_number(debt, did->bad_debt_usd);
	svg_number(sold, did->liquidated_usd);
	html_row(out, setter_name(run->setter));
	html_cell_format(out, "%s", debt);
	html_cell_format(out, "%s", sold);
	html_cell_format(out, "%.1f %%", 100.0 * did->ltv_before);
	html_cell_format(out, "%.1f %%", 100.0 * did->ltv_low);
	html_cell_format(out, "%.1f %%", 100.0 * did->ltv_end);
	html_cell_format(out, "%u", did->freezes);
	put_reaction(out, &did->reaction);
	html_row_close(out);
}

static double deepest_ltv(const struct hour_record *hour, size_t asset)
{
	return 100.0 * (double)hour->ltv[asset];
}

/* The window's part of every run's line. */
static void chart_window(struct text *out, const struct backtest_summary *s,
			 const struct crisis_summary *crisis, size_t index)
{
	struct run_lines lines;
	char id[48], title[128];

	run_lines_hours(&lines, s->record, deepest_ltv, crisis->deepest, true);
	for (size_t r = 0; r < lines.count; r++) {
		lines.lines[r].x += crisis->first;
		lines.lines[r].y += crisis->first;
		lines.lines[r].count = crisis->end - crisis->first;
	}
	snprintf(id, sizeof(id), "crisis%zu", index);
	snprintf(title, sizeof(title), "%s: usable LTV of %s",
		 crisis->window->name,
		 s->record->plan->assets[crisis->deepest].symbol);
	svg_chart(out, &(struct svg_chart){
		.id = id, .title = title,
		.description = "One step line a rule over the window, of the "
			"asset that fell deepest.",
		.y_name = "%", .lines = lines.lines, .line_count = lines.count,
		.points_max = LTV_LINES, .from_zero = true });
	run_lines_free(&lines);
}

static void put_falls(struct text *out, const struct backtest_summary *s,
		      const struct crisis_summary *crisis)
{
	struct text words = { 0 };

	text_add_string(&words, "Deepest falls within it:");
	for (size_t a = 0; a < s->record->plan->asset_count; a++)
		if (crisis->falls[a] >= 0.0)
			text_add_format(&words, " %s %.1f %%;",
					s->record->plan->assets[a].symbol,
					100.0 * crisis->falls[a]);
	words.data[words.size - 1] = '.';
	html_paragraph(out, words.data);
	text_free(&words);
}

static void put_crisis(struct text *out, const struct backtest_summary *s,
		       size_t index)
{
	static const char *const heads[] = {
		"rule", "bad debt arisen, USD", "liquidated, USD",
		"LTV before", "lowest LTV", "LTV at the end",
		"decisions to freeze", "first tightened", NULL };
	const struct crisis_summary *crisis = &s->crises[index];
	char caption[128];

	html_heading(out, 3, NULL, crisis->window->name);
	html_format(out, "%s to %s. %s", crisis->window->from,
		    crisis->window->to, crisis->window->happened);
	html_format(out, "What should have been done: %s",
		    crisis->window->should);
	put_falls(out, s, crisis);
	snprintf(caption, sizeof(caption), "%s: what each rule did",
		 crisis->window->name);
	html_table(out, caption, heads);
	for (size_t r = 0; r < s->run_count; r++)
		put_row(out, &s->runs[r], &crisis->runs[r]);
	html_table_close(out);
	chart_window(out, s, crisis, index);
}

void report_html_crises(struct text *out, const struct backtest_summary *s)
{
	html_heading(out, 2, "crises", "Crises");
	if (!s->crisis_count)
		html_paragraph(out, "None of the known crises lies in this "
				    "history and concerns its assets.");
	else
		html_note(out, "LTV is the mean usable one of the assets "
			       "concerned. First tightened: from the first "
			       "hour 10 % below the day's high (2 % where no "
			       "asset fell so far) until an LTV, threshold or "
			       "cap of the asset that fell deepest went down, "
			       "or it was frozen.");
	for (size_t c = 0; c < s->crisis_count; c++)
		put_crisis(out, s, c);
}
