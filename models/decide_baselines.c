/* decide_baselines.c -- other rules' values for the same case, into the
 * report. */
#include "models/decide_work.h"

#include <string.h>

#include "models/choice/baselines.h"
#include "models/tails/excursions.h"

#define EXCURSION_LEVEL 0.999
#define HOUR_S 3600u
#define FULL_DEPTH_BPS 10000u

/* Worst fall within an hour of every start; below 0: history too short. */
static double worst_hour(const struct asset_work *asset,
			 const struct policy *policy, struct arena *arena)
{
	const struct excursion_design design = {
		asset->series->bars, asset->series->count,
		policy->bar_interval_s,
		policy->bar_interval_s < HOUR_S ? HOUR_S /
							  policy->bar_interval_s
						: 1 };
	struct excursion out;

	return excursion_quantile(&out, &design, EXCURSION_LEVEL, arena)
		       ? -1.0
		       : out.fall;
}

/* Sold at once for a slippage of the bonus, by the quotes as they are. */
static double liquidity_usd(const struct asset_work *asset)
{
	struct impact_curve curve;
	double bonus = (double)asset->reserve->lb_bps / 10000.0 - 1.0;

	if (impact_prepare(&curve, asset->quotes, FULL_DEPTH_BPS,
			   asset->policy->depth_ceiling_usd, 1))
		return 0.0;
	return impact_capacity(&curve, bonus);
}

static void fill(struct baseline_report *out, const struct baseline *baseline)
{
	const uint64_t values[COMPONENTS_BASELINE] = {
		baseline->ltv_bps, baseline->lt_bps, baseline->lb_bps,
		baseline->supply_cap, baseline->borrow_cap };

	strncpy(out->name, baseline->name, BINDING_MAX - 1);
	memcpy(out->values, values, sizeof(values));
}

static enum status compare(struct decide_work *work, size_t i,
			   struct arena *scratch)
{
	const struct asset_work *asset = &work->assets[i];
	const struct reserve *r = asset->reserve;
	struct asset_report *report = &work->report.assets[i];
	struct baseline baselines[BASELINES_COUNT];
	struct baseline_request request = {
		.ltv_bps = r->ltv_bps, .lt_bps = r->lt_bps,
		.lb_bps = r->lb_bps ? r->lb_bps : 10000,
		.supply_cap = r->supply_cap, .borrow_cap = r->borrow_cap,
		.supply_use = asset->risk.supply_use,
		.borrow_use = asset->risk.borrow_use,
		.optimal_bps = r->optimal_bps,
		.circulating_tokens = asset->policy->circulating_tokens,
		.price_usd = asset->risk.price_usd,
		.volatility = (double)report->volatility_bps / 10000.0,
		.liquidity_usd = liquidity_usd(asset),
		.excursion = worst_hour(asset, &work->policy, scratch) };

	baselines_compute(baselines, &request);
	for (size_t k = 0; k < BASELINES_COUNT; k++)
		fill(&report->baselines[k], &baselines[k]);
	report->baseline_count = BASELINES_COUNT;
	return OK;
}

enum status decide_baselines(struct decide_work *work)
{
	size_t most = 0;

	for (size_t i = 0; i < work->asset_count; i++)
		if (work->assets[i].series->count > most)
			most = work->assets[i].series->count;
	return decide_each_asset(work, most * 64 + 4096, compare);
}
