/* disturbance.c -- see disturbance.h. */
#include "backtest/disturbance.h"

#include "backtest/prices.h"

#define YEAR_S 31536000.0

const struct plan_disturbance *
disturbance_find(const struct backtest_plan *plan, enum disturbance_kind kind,
		 size_t asset, int64_t time_s)
{
	for (size_t i = 0; i < plan->disturbance_count; i++) {
		const struct plan_disturbance *d = &plan->disturbances[i];

		if (d->kind == kind && d->asset == asset &&
		    d->from_s <= time_s && time_s < d->to_s)
			return d;
	}
	return NULL;
}

/* The most that a capped ratio lets a claim be worth.
 * Source: bgd-labs aave-capo, PriceCapAdapterBase.getMaxRatio */
static double capped(const struct plan_disturbance *cap, double parent_usd,
		     int64_t time_s)
{
	double age = (double)(time_s - cap->since_s);

	return parent_usd * cap->value * (1.0 + cap->rate * age / YEAR_S);
}

/* What one oracle says; 0: it answers the market. */
static double says(const struct backtest_plan *plan, size_t a,
		   const double *prices, int64_t time_s)
{
	const struct plan_disturbance *d;
	double usd = prices[a];

	if (disturbance_find(plan, DISTURBANCE_ORACLE_SILENT, a, time_s))
		return -1.0;
	d = disturbance_find(plan, DISTURBANCE_ORACLE_HELD, a, time_s);
	if (d)
		return d->value;
	d = disturbance_find(plan, DISTURBANCE_ORACLE_SCALED, a, time_s);
	if (d)
		return usd * d->value;
	d = disturbance_find(plan, DISTURBANCE_ORACLE_LEAST, a, time_s);
	if (d && usd < d->value)
		return d->value;
	d = disturbance_find(plan, DISTURBANCE_CAP, a, time_s);
	if (d) {
		double most = capped(d, prices[plan->assets[a].parent], time_s);

		return usd > most ? most : 0.0;
	}
	return 0.0;
}

bool disturbance_oracle(double *said, const struct backtest_plan *plan,
			const double *prices, int64_t time_s)
{
	size_t n = plan->asset_count;
	bool any = false;

	if (!plan->disturbance_count)
		return false;
	for (size_t s = 0; s < PRICES_STEPS; s++)
		for (size_t a = 0; a < n; a++) {
			double usd = says(plan, a, prices + s * n, time_s);

			said[s * n + a] = usd;
			any |= usd != 0.0;
		}
	return any;
}

void disturbance_curve(struct liquidity_curve *out,
		       const struct backtest_plan *plan, size_t asset,
		       int64_t time_s)
{
	const struct plan_disturbance *d =
		disturbance_find(plan, DISTURBANCE_DEPTH, asset, time_s);

	*out = plan->assets[asset].curve;
	for (uint8_t i = 0; d && i < out->count; i++) {
		struct curve_point *point = &out->points[i];
		uint64_t least = i ? out->points[i - 1].size_usd + 1 : 1;

		point->size_usd = (uint64_t)((double)point->size_usd *
					     d->value);
		if (point->size_usd < least)
			point->size_usd = least;
	}
}

double disturbance_quote(const struct backtest_plan *plan, size_t asset,
			 uint8_t family, int64_t time_s)
{
	for (size_t i = 0; i < plan->disturbance_count; i++) {
		const struct plan_disturbance *d = &plan->disturbances[i];

		if (d->kind == DISTURBANCE_QUOTE && d->asset == asset &&
		    d->family == family && d->from_s < time_s &&
		    time_s <= d->to_s)
			return d->value;
	}
	return 1.0;
}

static u128 ratio_e18(double ratio)
{
	return (u128)(uint64_t)(ratio * 1e9 + 0.5) * 1000000000u;
}

void disturbance_reserve(struct reserve *out, const struct backtest_plan *plan,
			 size_t asset, int64_t time_s)
{
	const struct plan_disturbance *d;

	time_s--;
	d = disturbance_find(plan, DISTURBANCE_BOUND, asset, time_s);
	if (d)
		out->oracle_low_e8 = (uint64_t)(d->value * 1e8 + 0.5);
	d = disturbance_find(plan, DISTURBANCE_BACKING, asset, time_s);
	if (d)
		out->backing_ppm = (uint32_t)(d->value * 1e6 + 0.5);
	d = disturbance_find(plan, DISTURBANCE_CAP, asset, time_s);
	if (d) {
		out->cap_ratio_e18 = ratio_e18(d->value);
		out->cap_time_s = (uint64_t)d->since_s;
		out->cap_growth_bps = (uint32_t)(d->rate * 10000.0 + 0.5);
	}
	d = disturbance_find(plan, DISTURBANCE_CAP_TARGET, asset, time_s);
	if (d) {
		out->cap_target_ratio_e18 = ratio_e18(d->value);
		out->cap_target_time_s = (uint64_t)d->since_s;
	}
}
