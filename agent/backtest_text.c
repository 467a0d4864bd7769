/* backtest_text.c -- see backtest_text.h. */
#include "agent/backtest_text.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"

#define CELL 64

/* 1,234 as 1.2k, 5,600,000 as 5.6M: a table is read, not computed with. */
static void amount(char out[CELL], double usd)
{
	static const struct {
		double from, unit;
		const char *name;
	} units[] = { { 999.5e6, 1e9, "B" }, { 999.5e3, 1e6, "M" },
		      { 999.5, 1e3, "k" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (usd >= units[i].from) {
			snprintf(out, CELL, "%.2f%s", usd / units[i].unit,
				 units[i].name);
			return;
		}
	snprintf(out, CELL, "%.0f", usd > 0.5 ? usd : 0.0);
}

static void figure(struct text *out, const struct run_summary *run,
		   enum decision_score score, bool share)
{
	const struct decision_figure *f = &run->scores.figures[score];
	char value[CELL];

	if (!f->exists)
		snprintf(value, sizeof(value), "-");
	else if (share)
		snprintf(value, sizeof(value), "%.2f%%",
			 100.0 * f->result.value);
	else
		amount(value, f->result.value);
	text_add_format(out, " %10s", value);
}

static void interval(struct text *out, const struct run_summary *run,
		     enum decision_score score)
{
	const struct decision_figure *f = &run->scores.figures[score];
	char low[CELL], high[CELL], both[2 * CELL + 8];

	if (!f->exists) {
		text_add_format(out, " %-19s", "");
		return;
	}
	amount(low, f->result.low);
	amount(high, f->result.high);
	snprintf(both, sizeof(both), "[%s, %s]", low, high);
	text_add_format(out, " %-19s", both);
}

static void add_run(struct text *out, const struct run_summary *run)
{
	char peak[CELL];

	text_add_format(out, "%-14s", setter_name(run->setter));
	figure(out, run, SCORE_USABLE_LTV, true);
	figure(out, run, SCORE_BAD_DEBT, false);
	interval(out, run, SCORE_BAD_DEBT);
	amount(peak, run->bad_debt_peak_usd);
	text_add_format(out, " %10s", peak);
	figure(out, run, SCORE_LIQUIDATED, false);
	figure(out, run, SCORE_WRONGFUL_SHARE, true);
	figure(out, run, SCORE_REVENUE, false);
	figure(out, run, SCORE_CHANGES, false);
	figure(out, run, SCORE_AT_CAPS, true);
	text_add_string(out, "\n");
}

/* What of each asset's history was used, and what of it is not there. */
static void add_assets(struct text *out, const struct backtest_plan *plan)
{
	for (size_t a = 0; a < plan->asset_count; a++) {
		const struct plan_asset *asset = &plan->assets[a];
		char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];
		size_t holes = backtest_holes(plan, a);
		size_t before = backtest_holes_before(plan, a);

		time_format(first, asset->bars[0].open_time_s);
		time_format(last,
			    asset->bars[asset->bar_count - 1].open_time_s);
		text_add_format(out, "%-8s %s, %zu bars from %s to %s",
				asset->symbol, asset->series, asset->bar_count,
				first, last);
		if (holes)
			text_add_format(out, ", %zu hours of the range have "
					"none", holes);
		if (before)
			text_add_format(out, ", %zu hours of the window before "
					"it have none", before);
		text_add_string(out, "\n");
	}
	text_add_string(out, "\n");
}

static void add_runs(struct text *out, const struct backtest_summary *summary)
{
	text_add_format(out, "%-14s %10s %10s %-19s %10s %10s %10s %10s %10s "
			"%10s\n", "", "usable LTV", "bad debt",
			"95 % interval", "peak", "liquidated", "wrongful",
			"revenue", "changes", "at caps");
	for (size_t r = 0; r < summary->run_count; r++)
		add_run(out, &summary->runs[r]);
}

/* By asset, and how far a rule was moved to lend so much. */
static void add_leverage(struct text *out,
			 const struct backtest_summary *summary)
{
	const struct backtest_plan *plan = summary->record->plan;

	text_add_format(out, "\n%-14s", "usable LTV");
	for (size_t a = 0; a < plan->asset_count; a++)
		text_add_format(out, "  %-14s", plan->assets[a].symbol);
	text_add_string(out, plan->match_ltv ? "shifted by so many bps\n"
					     : "\n");
	for (size_t r = 0; r < summary->run_count; r++) {
		const struct run_summary *run = &summary->runs[r];

		text_add_format(out, "%-14s", setter_name(run->setter));
		for (size_t a = 0; a < plan->asset_count; a++) {
			char shift[CELL] = "";

			if (run->shift.bps[a])
				snprintf(shift, sizeof(shift), "%+d",
					 run->shift.bps[a]);
			text_add_format(out, "  %6.2f%% %-6s",
					100.0 * run->ltv_mean[a], shift);
		}
		text_add_string(out, "\n");
	}
}

static void add_probability(struct text *out, const struct test_result *test)
{
	if (test->p == test->p)
		text_add_format(out, " %8.4f", test->p);
	else
		text_add_format(out, " %8s", "-");
}

/* With who is better behind it. */
static void add_dm(struct text *out, const struct test_result *dm)
{
	if (dm->p == dm->p)
		text_add_format(out, "  %.4f%-1s", dm->p, forecast_dm_mark(dm));
	else
		text_add_format(out, " %8s", "-");
}

static void add_blocks(struct text *out, const struct bootstrap_result *result)
{
	char p[CELL] = "-";

	if (result->p == result->p)
		snprintf(p, sizeof(p), "%.4f", result->p);
	text_add_format(out, " %7.3f%% %8s", 100.0 * result->value, p);
}

static void add_overlapping(struct text *out, const char *symbol,
			    const struct forecast_tests *t)
{
	const struct overlap_tests *o = &t->overlap;

	text_add_format(out, "%-8s %6zu %6zu", symbol, o->n, o->exceed);
	add_probability(out, &t->pof);
	add_blocks(out, &o->share99);
	add_blocks(out, &o->share975);
	text_add_format(out, " %8.3f", o->z2.value);
	add_probability(out, &(struct test_result){ o->z2.value, o->z2.p });
	text_add_string(out, "\n");
}

/* Which test of coverage counts, said once where it is the same of all. */
static void add_which_counts(struct text *out, const struct run_summary *run,
			     const struct backtest_plan *plan)
{
	char said[OVERLAP_WORDS_MAX] = "", words[OVERLAP_WORDS_MAX];

	for (size_t a = 0; a < plan->asset_count; a++) {
		const struct forecast_tests *t = &run->tests[a][0];

		if (!t->n)
			continue;
		overlap_words(words, &t->overlap, t->n);
		if (strcmp(said, words))
			text_add_format(out, "%s%s%s\n",
					*said ? plan->assets[a].symbol : "",
					*said ? ": " : "", words);
		memcpy(said, words, sizeof(said));
	}
}

/* All forecasts in blocks beside Kupiec's test of those apart, where decisions
 * are more frequent than the horizon. */
static void add_overlap(struct text *out, const struct run_summary *run,
			const struct backtest_plan *plan)
{
	bool headed = false;

	for (size_t a = 0; a < plan->asset_count; a++) {
		const struct forecast_tests *t = &run->tests[a][0];

		if (!t->n || !t->overlap.n)
			continue;
		if (!headed)
			text_add_format(out, "\nForecasts that overlap, all of "
					"them (block bootstrap; * Kupiec of "
					"those that do not)\n%-8s %6s %6s %8s "
					"%8s %8s %8s %8s %8s %8s\n", "", "n",
					"hits", "Kupiec*", "beyond99", "p",
					"beyond97", "p", "Z2", "p");
		headed = true;
		add_overlapping(out, plan->assets[a].symbol, t);
	}
	if (headed)
		add_which_counts(out, run, plan);
}

static void add_tests(struct text *out, const struct backtest_summary *summary)
{
	const struct backtest_plan *plan = summary->record->plan;
	const struct run_summary *run = summary_run(summary, SETTER_PLIMSOLL);

	text_add_format(out, "\nForecasts of plimsoll over %u h (p; DM against "
			"historical simulation and EWMA 0.94)\n%-8s %6s %6s "
			"%8s %8s %8s %8s %8s %8s %8s  light\n",
			plan->policy->horizon_s / 3600, "", "n", "hits",
			"Kupiec", "indep.", "DQ", "Z1", "Z2", "DM hist",
			"DM ewma");
	for (size_t a = 0; run && a < plan->asset_count; a++) {
		const struct forecast_tests *t = &run->tests[a][0];

		if (!t->n)
			continue;
		text_add_format(out, "%-8s %6zu %6zu", plan->assets[a].symbol,
				t->n, t->exceed);
		add_probability(out, &t->pof);
		add_probability(out, &t->independence);
		add_probability(out, &t->quantile);
		add_probability(out, &t->z1);
		add_probability(out, &t->z2);
		for (size_t f = 1; f < FORECASTERS_COUNT; f++)
			add_dm(out, &run->tests[a][f].dm);
		text_add_format(out, "  %s\n", traffic_zone_name(t->light.zone));
	}
	text_add_string(out, "DM: + plimsoll better, - worse at 5 %\n");
	if (run)
		add_overlap(out, run, plan);
}

static void add_reaction(struct text *out, const struct crisis_run *run)
{
	const struct reaction *r = &run->reaction;

	switch (r->kind) {
	case REACTION_NO_CRISIS:
		text_add_format(out, "%10s", "-");
		break;
	case REACTION_NEVER:
		text_add_format(out, "%10s", "never");
		break;
	case REACTION_MADE:
		text_add_format(out, "%8.0f h%s", (double)r->after_s / 3600.0,
				r->ahead ? "*" : "");
		break;
	}
}

static void add_crises(struct text *out, const struct backtest_summary *summary)
{
	if (summary->crisis_count)
		text_add_format(out, "\n%-28s %-14s %10s %10s %18s %10s\n",
				"Crisis", "", "bad debt", "liquidated",
				"LTV before..lowest", "reaction");
	for (size_t c = 0; c < summary->crisis_count; c++) {
		const struct crisis_summary *crisis = &summary->crises[c];

		for (size_t r = 0; r < summary->run_count; r++) {
			const struct crisis_run *run = &crisis->runs[r];
			char debt[CELL], liquidated[CELL];

			amount(debt, run->bad_debt_usd);
			amount(liquidated, run->liquidated_usd);
			text_add_format(out, "%-28s %-14s %10s %10s %8.2f%%.."
					"%.2f%%",
					r ? "" : crisis->window->name,
					setter_name(summary->runs[r].setter),
					debt, liquidated,
					100.0 * run->ltv_before,
					100.0 * run->ltv_low);
			add_reaction(out, run);
			text_add_string(out, "\n");
		}
	}
	if (summary->crisis_count)
		text_add_string(out, "reaction: from the fall to the first "
				     "tightening; * something was tightened "
				     "in the day before\n");
}

void backtest_text(struct text *out, const struct backtest_summary *summary)
{
	const struct backtest_plan *plan = summary->record->plan;
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];

	time_format(from, plan->from_s);
	time_format(to, plan->to_s);
	text_add_format(out, "%s to %s, %zu assets, a decision every %u h, "
			"evidence %c supposed, run %s%s\n\n", from, to,
			plan->asset_count,
			plan->policy->epoch_period_s / 3600,
			evidence_letter(plan->evidence), summary->run_id,
			summary->synthetic ? ", SYNTHETIC prices" : "");
	add_assets(out, plan);
	add_runs(out, summary);
	add_leverage(out, summary);
	add_tests(out, summary);
	add_crises(out, summary);
}
