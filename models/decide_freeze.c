/* decide_freeze.c -- the emergency brake: when it is asked for, and its tuples
 * (contracts.md: caps to use, LTV nought with LT and LB unchanged, frozen). */
#include "models/decide_work.h"

#include <string.h>

#define EMERGENCIES \
	(1u << REASON_ORACLE_BOUND | 1u << REASON_BACKING_LOST | \
	 1u << REASON_LOSS_EMERGENCY | 1u << REASON_ORACLE_APART)

bool decide_is_emergency(const struct asset_work *asset)
{
	return (asset->reasons & EMERGENCIES) != 0;
}

/* A feed cannot answer beyond its bounds: a price at one is no price. */
static bool at_bound(const struct reserve *r, uint32_t near_bps)
{
	u128 price = (u128)r->price_e8 * 10000;

	if (!r->price_e8)
		return false;
	if (r->oracle_low_e8 &&
	    price <= (u128)r->oracle_low_e8 * (10000 + near_bps))
		return true;
	return r->oracle_high_e8 &&
	       price >= (u128)r->oracle_high_e8 * (10000 - near_bps);
}

/* Lowest and highest that the market is known at. */
struct span {
	double low, high;
	uint32_t families;
};

static void widen(struct span *span, double price)
{
	span->low = price < span->low ? price : span->low;
	span->high = price > span->high ? price : span->high;
}

/* The newest bar, from low to high: what an hour's move may have been. */
static bool span_of_bar(struct span *out, const struct decide_work *work,
			const struct asset_work *asset)
{
	const struct series *series = asset->series;
	const struct bar *bar;
	uint64_t closed;

	if (!series || !series->count)
		return false;
	bar = &series->bars[series->count - 1];
	closed = (uint64_t)bar->open_time_s + work->policy.bar_interval_s;
	*out = (struct span){ decimal_to_double(bar->low),
			      decimal_to_double(bar->high), 0 };
	return closed <= work->in.anchor_time_s &&
	       work->in.anchor_time_s - closed <= work->policy.max_bar_age_s;
}

/* Fresh quotes of two families at least that agree with one another; the span
 * is widened by them. */
static bool families_agree(struct span *span, const struct decide_work *work,
			   size_t index)
{
	struct span quotes = { 1e300, 0.0, 0 };
	uint64_t now = work->in.anchor_time_s;

	for (uint8_t i = 0; i < work->in.quote_count; i++) {
		const struct quote *quote = &work->in.quotes[i];

		if (quote->reserve != index || quote->time_s > now ||
		    now - quote->time_s > work->policy.max_bar_age_s)
			continue;
		widen(&quotes, decimal_to_double(quote->price_usd));
		quotes.families++;
	}
	widen(span, quotes.low);
	widen(span, quotes.high);
	return quotes.families >= 2 &&
	       quotes.high - quotes.low <=
		       quotes.low * (double)work->policy.disagreement_bps /
			       10000.0;
}

/* The most that is lent on any other collateral, share of its value. */
static double best_ltv(const struct decide_work *work, size_t but)
{
	uint32_t best = 0;

	for (size_t i = 0; i < work->asset_count; i++) {
		const struct reserve *r = work->assets[i].reserve;

		if (i != but && !(r->flags & RESERVE_FROZEN) &&
		    r->ltv_bps > best)
			best = r->ltv_bps;
	}
	return (double)best / 10000.0;
}

/* An oracle that stands alone against the market, so far off that whoever
 * supplies at its price and borrows, or borrows at it, need never come back: a
 * hard-coded price, a wrong unit, a bound that nobody told of.  Proven bars
 * must say so and two families agree: unproven quotes alone freeze nothing. */
static bool oracle_apart(const struct decide_work *work, size_t i)
{
	const struct asset_work *asset = &work->assets[i];
	const struct reserve *r = asset->reserve;
	double oracle = (double)r->price_e8 * 1e-8;
	bool proven = work->policy.development ||
		      (work->proven && work->proven->bars[i]);
	struct span market;

	if (!proven || !r->price_e8 || !span_of_bar(&market, work, asset) ||
	    !families_agree(&market, work, i))
		return false;
	return oracle * (double)r->ltv_bps / 10000.0 > market.high ||
	       (r->flags & RESERVE_BORROWING &&
		oracle < market.low * best_ltv(work, i));
}

static void judge_losses(struct decide_work *work,
			 const struct decide_loss_summary *losses)
{
	double left = losses->es_upper_usd;
	double budget = (double)work->policy.emergency_budget_usd;
	double shares[ASSETS_MAX];

	memcpy(shares, losses->asset_es_usd, sizeof(shares));
	while (left > budget) {
		size_t worst = 0;

		for (size_t i = 1; i < work->asset_count; i++)
			if (shares[i] > shares[worst])
				worst = i;
		if (!(shares[worst] > 0.0))
			return;
		work->assets[worst].reasons |= 1u << REASON_LOSS_EMERGENCY;
		left -= shares[worst];
		shares[worst] = 0.0;
	}
}

void decide_emergency(struct decide_work *work,
		      const struct decide_loss_summary *losses)
{
	for (size_t i = 0; i < work->asset_count && !losses; i++) {
		struct asset_work *asset = &work->assets[i];
		const struct reserve *r = asset->reserve;

		if (at_bound(r, work->policy.oracle_bound_bps))
			asset->reasons |= 1u << REASON_ORACLE_BOUND;
		if (r->backing_ppm &&
		    r->backing_ppm < work->policy.backing_floor_ppm)
			asset->reasons |= 1u << REASON_BACKING_LOST;
		if (oracle_apart(work, i))
			asset->reasons |= 1u << REASON_ORACLE_APART;
	}
	if (losses)
		judge_losses(work, losses);
}

static void add(struct decide_work *work, const struct asset_work *asset,
		uint8_t kind, u128 values[2][TUPLE_VALUES_MAX])
{
	struct tuple *tuple =
		&work->decision.tuples[work->decision.tuple_count];
	uint8_t count = kind_value_count(kind);

	if (!memcmp(values[0], values[1], count * sizeof(u128)))
		return;
	memset(tuple, 0, sizeof(*tuple));
	memcpy(tuple->asset, asset->reserve->asset, ADDRESS_SIZE);
	tuple->kind = kind;
	tuple->count = count;
	memcpy(tuple->old_values, values[0], count * sizeof(u128));
	memcpy(tuple->new_values, values[1], count * sizeof(u128));
	work->decision.tuple_count++;
}

static uint64_t cap_at_use(uint64_t cap, uint64_t use)
{
	return cap && cap < use ? cap : use;
}

static void freeze_asset(struct decide_work *work, size_t i)
{
	const struct asset_work *asset = &work->assets[i];
	const struct reserve *r = asset->reserve;
	struct component_report *c = work->report.assets[i].components;
	u128 collateral[2][TUPLE_VALUES_MAX] = {
		{ r->ltv_bps, r->lt_bps, r->lb_bps },
		{ 0, r->lt_bps, r->lb_bps } };
	u128 supply[2][TUPLE_VALUES_MAX] = {
		{ r->supply_cap },
		{ cap_at_use(r->supply_cap, asset->risk.supply_use) } };
	u128 borrow[2][TUPLE_VALUES_MAX] = {
		{ r->borrow_cap },
		{ cap_at_use(r->borrow_cap, asset->risk.borrow_use) } };
	u128 freeze[2][TUPLE_VALUES_MAX] = { { 0 }, { 1 } };

	if (r->lt_bps)
		add(work, asset, KIND_COLLATERAL, collateral);
	add(work, asset, KIND_SUPPLY_CAP, supply);
	add(work, asset, KIND_BORROW_CAP, borrow);
	add(work, asset, KIND_FREEZE, freeze);
	c[COMPONENT_LTV].chosen = 0;
	c[COMPONENT_SUPPLY_CAP].chosen = (uint64_t)supply[1][0];
	c[COMPONENT_BORROW_CAP].chosen = (uint64_t)borrow[1][0];
}

void decide_freeze(struct decide_work *work)
{
	bool admitted = work->in.evidence == EVIDENCE_A ||
			work->policy.development;

	for (size_t i = 0; i < work->asset_count; i++) {
		struct asset_work *asset = &work->assets[i];

		if (!decide_is_emergency(asset) ||
		    asset->reserve->flags & RESERVE_FROZEN)
			continue;
		if (admitted)
			freeze_asset(work, i);
		else
			asset->reasons |= 1u << REASON_EVIDENCE_WEAK;
	}
}
