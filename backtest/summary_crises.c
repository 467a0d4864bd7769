/* summary_crises.c -- which crises lie in a record, and what each run did in
 * them.  Part of summary.h. */
#include <assert.h>
#include <string.h>

#include "backtest/score_input.h"
#include "backtest/summary.h"

/* First hour of a run that starts at or after a time. */
static size_t hour_at(const struct run_record *run, int64_t time_s)
{
	size_t low = 0, high = run->hour_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (run->hours[middle].time_s < time_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Deepest fall from a high before it, within the window. */
static double deepest_fall(const struct run_record *run, size_t asset,
			   const struct crisis_summary *crisis)
{
	double high = 0.0, deepest = 0.0;

	for (size_t h = crisis->first; h < crisis->end; h++) {
		double price = (double)run_hour(run, h)->price_usd[asset];

		if (!(price > 0.0))
			continue;
		high = price > high ? price : high;
		if (1.0 - price / high > deepest)
			deepest = 1.0 - price / high;
	}
	return deepest;
}

/* False where no asset of the plan is concerned. */
static bool look_at_assets(struct crisis_summary *crisis,
			   const struct backtest_record *record)
{
	bool any = false;

	for (size_t a = 0; a < record->plan->asset_count; a++) {
		const struct plan_asset *asset = &record->plan->assets[a];

		crisis->falls[a] = -1.0;
		if (!crisis_concerns(crisis->window, asset->symbol,
				     asset->stable))
			continue;
		crisis->falls[a] = deepest_fall(&record->runs[0], a, crisis);
		if (!any || crisis->falls[a] > crisis->falls[crisis->deepest])
			crisis->deepest = (uint8_t)a;
		any = true;
	}
	return any;
}

void summary_crises(struct backtest_summary *summary)
{
	const struct run_record *run = &summary->record->runs[0];

	for (size_t i = 0; i < crisis_windows_count; i++) {
		struct crisis_summary *crisis =
			&summary->crises[summary->crisis_count];

		assert(summary->crisis_count < SUMMARY_CRISES_MAX);
		*crisis = (struct crisis_summary){
			.window = &crisis_windows[i],
			.first = hour_at(run, crisis_from(&crisis_windows[i])),
			.end = hour_at(run, crisis_to(&crisis_windows[i])) };
		if (crisis->first < crisis->end &&
		    look_at_assets(crisis, summary->record))
			summary->crisis_count++;
	}
}

/* Mean usable LTV of the assets concerned, in one hour. */
static double ltv_of(const struct crisis_summary *crisis,
		     const struct hour_record *hour, size_t asset_count)
{
	double sum = 0.0;
	size_t count = 0;

	for (size_t a = 0; a < asset_count; a++)
		if (crisis->falls[a] >= 0.0) {
			sum += (double)hour->ltv[a];
			count++;
		}
	return count ? sum / (double)count : 0.0;
}

static void look_at_hours(struct crisis_run *out,
			  const struct crisis_summary *crisis,
			  const struct run_record *run,
			  const struct score_input *input)
{
	size_t assets = input->run.assets;

	out->ltv_before = ltv_of(crisis,
				 &run->hours[crisis->first ? crisis->first - 1
							   : 0],
				 assets);
	out->ltv_low = out->ltv_before;
	for (size_t h = crisis->first; h < crisis->end; h++) {
		out->ltv_end = ltv_of(crisis, run_hour(run, h), assets);
		if (out->ltv_end < out->ltv_low)
			out->ltv_low = out->ltv_end;
		out->bad_debt_usd += input->bad_debt_usd[h];
	}
}

static bool within(const struct crisis_window *window, int64_t time_s)
{
	return time_s >= crisis_from(window) && time_s < crisis_to(window);
}

void summary_crisis_run(struct crisis_run *out,
			const struct crisis_summary *crisis,
			const struct run_record *run,
			const struct score_input *input)
{
	const struct crisis_window *window = crisis->window;
	const struct crisis asked = {
		.name = window->id, .asset = crisis->deepest,
		.from_s = crisis_from(window), .until_s = crisis_to(window),
		.fall = crisis->falls[crisis->deepest] < CRISIS_FALL
				? CRISIS_FALL_MILD : CRISIS_FALL };

	memset(out, 0, sizeof(*out));
	look_at_hours(out, crisis, run, input);
	for (size_t i = 0; i < run->liquidation_count; i++) {
		const struct liquidation_record *l = run_liquidation(run, i);

		if (within(window, l->time_s))
			out->liquidated_usd += l->seized_usd;
	}
	for (size_t i = 0; i < run->decision_count; i++)
		out->freezes += run->decisions[i].outcome == OUTCOME_FREEZE &&
				within(window, run->decisions[i].time_s);
	if (reaction_times(&out->reaction, &input->run, &asked, 1))
		out->reaction = (struct reaction){ .kind = REACTION_NO_CRISIS };
}
