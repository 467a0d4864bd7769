/* baselines.c -- see baselines.h. */
#include "models/choice/baselines.h"

#include <math.h>

#include "models/elementary.h"

#define BPS 10000.0
#define CONFIDENCE 1.0               /* c of SmartLTV */
#define EXPONENT_MAX 10.4621863982718417
#define EXCURSION_ROOM_BPS 300u      /* LTV below LT */
#define FULL_PER_CENT 75u            /* of a cap: raise it */
#define IDLE_PER_CENT 33u            /* of a cap: lower it */

static struct baseline in_force(const struct baseline_request *r,
				const char *name)
{
	return (struct baseline){ name, r->ltv_bps, r->lt_bps, r->lb_bps,
				  r->supply_cap, r->borrow_cap };
}

static double cap_usd(const struct baseline_request *r)
{
	uint64_t tokens = r->supply_cap ? r->supply_cap : r->supply_use;

	return (double)tokens * r->price_usd;
}

/* sqrt(l / d); 0 without liquidity. */
static double depth_ratio(const struct baseline_request *r)
{
	double cap = cap_usd(r);

	return cap > 0.0 && r->liquidity_usd > 0.0
		       ? sqrt(r->liquidity_usd / cap)
		       : 0.0;
}

static double bonus(const struct baseline_request *r)
{
	return (double)r->lb_bps / BPS - 1.0;
}

double smart_ltv_confidence(const struct baseline_request *r, double ltv)
{
	return -elementary_log(ltv + bonus(r)) * depth_ratio(r) / r->volatility;
}

static uint32_t smart_ltv_bps(const struct baseline_request *r)
{
	double ratio = depth_ratio(r), exponent, ltv;

	if (!(ratio > 0.0))
		return 0;
	exponent = CONFIDENCE * r->volatility / ratio;
	if (exponent > EXPONENT_MAX)
		return 0;
	ltv = elementary_exp(-exponent) - bonus(r);
	return ltv > 0.0 ? (uint32_t)(ltv * BPS) : 0;
}

static void set_excursion(struct baseline *out,
			  const struct baseline_request *r)
{
	double lt = (1.0 - r->excursion) * BPS * BPS / (double)r->lb_bps;

	if (r->excursion < 0.0 || !(lt > 0.0))
		return;
	out->lt_bps = (uint32_t)lt;
	out->ltv_bps = out->lt_bps > EXCURSION_ROOM_BPS
			       ? out->lt_bps - EXCURSION_ROOM_BPS
			       : 0;
}

/* 0, no cap, stays. */
static uint64_t cap_by_use(uint64_t cap, uint64_t use, uint64_t most)
{
	uint64_t next = cap;

	if (!cap)
		return 0;
	if (use >= cap / 100 * FULL_PER_CENT)
		next = cap + cap / 2;
	else if (use < cap / 100 * IDLE_PER_CENT)
		next = 2 * use;
	if (next > cap && next > most)
		next = most > cap ? most : cap;
	return next ? next : 1;
}

static void set_caps(struct baseline *out, const struct baseline_request *r)
{
	uint64_t most = r->circulating_tokens ? r->circulating_tokens / 2
					      : UINT64_MAX;
	double kink;

	out->supply_cap = cap_by_use(r->supply_cap, r->supply_use, most);
	out->borrow_cap = cap_by_use(r->borrow_cap, r->borrow_use, most);
	kink = (double)out->supply_cap * (double)r->optimal_bps / BPS;
	if (out->supply_cap && out->borrow_cap &&
	    (double)out->borrow_cap > kink)
		out->borrow_cap = kink > (double)r->borrow_use
					  ? (uint64_t)kink
					  : r->borrow_use;
}

void baselines_compute(struct baseline out[BASELINES_COUNT],
		       const struct baseline_request *r)
{
	out[BASELINE_NO_CHANGE] = in_force(r, "no-change");
	out[BASELINE_SMART_LTV] = in_force(r, "smart-ltv");
	out[BASELINE_EXCURSION] = in_force(r, "one-hour-99.9");
	out[BASELINE_GAUNTLET_CAPS] = in_force(r, "caps-by-use");
	out[BASELINE_SMART_LTV].ltv_bps = smart_ltv_bps(r);
	set_excursion(&out[BASELINE_EXCURSION], r);
	set_caps(&out[BASELINE_GAUNTLET_CAPS], r);
}
