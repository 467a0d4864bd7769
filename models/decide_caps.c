/* decide_caps.c -- caps, rate curve and price cap of one asset: the tuples
 * beside (ltv, lt, lb). */
#include <string.h>

#include "models/decide_plan.h"

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static bool inside_band(const struct plan *plan, uint64_t now, uint64_t target)
{
	uint64_t larger = now > target ? now : target;

	return now && (u128)distance(now, target) * 10000 <=
			      (u128)larger *
				      plan->work->policy.dead_band_cap_bps;
}

static void plan_cap(struct plan *plan, uint8_t kind, enum component component,
		     uint64_t cap)
{
	const struct target *target =
		&plan->asset->targets.components[component];
	struct wish wish = { kind, component, { cap }, { target->value } };
	struct reach reach;

	if (plan_conflict(plan, component, target))
		return;
	if (inside_band(plan, cap, target->value)) {
		plan->asset->reasons |= 1u << REASON_INSIDE_DEAD_BAND;
		return;
	}
	if (cap && target->value > cap) {
		if (plan->tighten_only || !plan_may_loosen(plan))
			return;
		wish.target[0] = plan_recent(plan, component, cap,
					     target->value);
		if (wish.target[0] == cap)
			return;
	}
	plan_ask(&reach, plan, &wish);
	plan_take(plan, &reach, component);
}

void plan_caps(struct plan *plan)
{
	const struct reserve *r = plan->asset->reserve;

	plan_cap(plan, KIND_SUPPLY_CAP, COMPONENT_SUPPLY_CAP, r->supply_cap);
	if (plan->asset->policy->borrowable)
		plan_cap(plan, KIND_BORROW_CAP, COMPONENT_BORROW_CAP,
			 r->borrow_cap);
}

static bool cap_tightens(const struct plan *plan, enum component component,
			 uint64_t cap)
{
	const struct target *target =
		&plan->asset->targets.components[component];

	return !target->conflict && (!cap || target->value < cap) &&
	       !inside_band(plan, cap, target->value);
}

bool plan_caps_tighten(const struct plan *plan)
{
	const struct reserve *r = plan->asset->reserve;

	return cap_tightens(plan, COMPONENT_SUPPLY_CAP, r->supply_cap) ||
	       (plan->asset->policy->borrowable &&
		cap_tightens(plan, COMPONENT_BORROW_CAP, r->borrow_cap));
}

/* Members within the dead band stay; true when any is left. */
static bool outside_bands(struct wish *wish, uint32_t band)
{
	bool any = false;

	for (size_t i = 0; i < 4; i++) {
		if (distance((uint64_t)wish->now[i],
			     (uint64_t)wish->target[i]) <= band)
			wish->target[i] = wish->now[i];
		any |= wish->target[i] != wish->now[i];
	}
	return any;
}

/* Aave's own rules of a curve. */
static bool curve_is_valid(const u128 v[TUPLE_VALUES_MAX])
{
	return v[0] >= 100 && v[0] <= 9900 && v[2] <= v[3] &&
	       v[1] + v[2] + v[3] <= 100000;
}

/* Rates and price caps need the whole evidence, and loosening its own leave. */
static bool is_permitted(struct plan *plan, const struct wish *wish)
{
	struct tuple tuple = { .kind = wish->kind,
			       .count = kind_value_count(wish->kind) };

	if (!plan_fully_proven(plan)) {
		plan->asset->reasons |= 1u << REASON_EVIDENCE_WEAK;
		return false;
	}
	memcpy(tuple.old_values, wish->now, sizeof(wish->now));
	memcpy(tuple.new_values, wish->target, sizeof(wish->target));
	return !limiter_tuple_loosens(&tuple) ||
	       (!plan->tighten_only && plan_may_loosen(plan));
}

void plan_rate_curve(struct plan *plan)
{
	const struct reserve *r = plan->asset->reserve;
	const struct target *t = plan->asset->rates;
	struct wish wish = { KIND_RATES, COMPONENT_OPTIMAL,
			     { r->optimal_bps, r->base_bps, r->slope1_bps,
			       r->slope2_bps },
			     { t[0].value, t[1].value, t[2].value,
			       t[3].value } };
	struct reach reach;

	if (!plan->asset->has_rates || plan_restricted(r) ||
	    !outside_bands(&wish, plan->work->policy.dead_band_rate_bps))
		return;
	if (!is_permitted(plan, &wish))
		return;
	plan_ask(&reach, plan, &wish);
	if (reach.moves && !curve_is_valid(reach.tuple.new_values)) {
		reach.moves = false;
		reach.reasons = 1u << REASON_NOT_REACHABLE;
	}
	plan_take(plan, &reach, COMPONENT_OPTIMAL);
}

/* Ratio and timestamp belong together: a clamp on the one alone put a cap under
 * the market in March 2026.  The whole tuple or nothing. */
void plan_price_cap(struct plan *plan)
{
	const struct reserve *r = plan->asset->reserve;
	struct wish wish = { KIND_PRICE_CAP, COMPONENTS_COUNT,
			     { r->cap_ratio_e18, r->cap_time_s,
			       r->cap_growth_bps },
			     { r->cap_target_ratio_e18, r->cap_target_time_s,
			       r->cap_growth_bps } };
	struct reach reach;

	if (!r->cap_ratio_e18 || !r->cap_target_ratio_e18 ||
	    plan_restricted(r) ||
	    !memcmp(wish.now, wish.target, sizeof(wish.now)))
		return;
	if (!is_permitted(plan, &wish))
		return;
	plan_ask(&reach, plan, &wish);
	if (!reach.whole || !reach.moves) {
		plan->asset->reasons |= 1u << REASON_NOT_REACHABLE;
		return;
	}
	plan_take(plan, &reach, COMPONENTS_COUNT);
}
