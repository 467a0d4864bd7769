/* decide_collateral.c -- (ltv, lt, lb) of one asset: direction, evidence, the
 * rule that no cut alone liquidates, and the limiter, as one tuple. */
#include <string.h>

#include "models/decide_plan.h"

enum { LTV, LT, LB };

/* Rule 2: the lowest threshold not below `wanted` that, with the cuts of the
 * assets before, liquidates no more than policy allows at today's prices.  The
 * effect never grows with the threshold, so that halving finds it. */
static enum status safe_threshold(u128 *wanted, const struct plan *plan)
{
	const struct policy *policy = &plan->work->policy;
	uint32_t low = (uint32_t)*wanted;
	uint32_t high = plan->asset->reserve->lt_bps;
	struct decide_parameters at;

	plan_parameters_chosen(&at, plan->work, plan->index);
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct cut_effect effect;
		enum status status;

		at.lt_bps[plan->index] = middle;
		status = decide_cut_effect(&effect, plan->work, &at);
		if (status)
			return status;
		if (effect.debt_usd <= policy->cut_liquidates_usd_max &&
		    effect.accounts <= policy->cut_liquidates_accounts_max)
			high = middle;
		else
			low = middle + 1;
	}
	*wanted = low;
	return OK;
}

static uint64_t distance(u128 a, u128 b)
{
	return (uint64_t)(a > b ? a - b : b - a);
}

static void apply_bands(struct wish *wish, const struct policy *policy)
{
	const uint64_t bands[3] = { policy->dead_band_ltv_bps,
				    policy->dead_band_lt_bps,
				    policy->dead_band_lb_bps };

	for (size_t i = 0; i < 3; i++)
		if (distance(wish->now[i], wish->target[i]) <= bands[i])
			wish->target[i] = wish->now[i];
}

static void keep(struct plan *plan, struct wish *wish, size_t i,
		 const char *limit)
{
	if (wish->target[i] != wish->now[i])
		plan_limit(plan, (enum component)i, limit);
	wish->target[i] = wish->now[i];
}

/* What weak evidence and unproven positions leave of the wish. */
static void apply_evidence(struct plan *plan, struct wish *wish)
{
	const struct decide_work *work = plan->work;
	bool covered = work->report.coverage_ppm +
			       work->policy.coverage_tolerance_ppm >=
		       1000000;

	if (!plan_fully_proven(plan)) {
		keep(plan, wish, LT, "evidence");
		keep(plan, wish, LB, "evidence");
	} else if (!covered && wish->target[LT] < wish->now[LT]) {
		plan->asset->reasons |= 1u << REASON_COVERAGE_LOW;
		keep(plan, wish, LT, "coverage");
		keep(plan, wish, LB, "coverage");
	}
	if (wish->target[LTV] > wish->target[LT])
		wish->target[LTV] = wish->target[LT];
}

/* What is wanted in one direction; false: nothing. */
static bool choose_direction(struct plan *plan, struct wish *wish)
{
	bool lower = false, higher = false;

	for (size_t i = 0; i < 2; i++) {
		lower |= wish->target[i] < wish->now[i];
		higher |= wish->target[i] > wish->now[i];
	}
	if (!lower && !higher && wish->target[LB] == wish->now[LB]) {
		plan->asset->reasons |= 1u << REASON_INSIDE_DEAD_BAND;
		return false;
	}
	if (!lower)
		return !plan->tighten_only && plan_may_loosen(plan);
	for (size_t i = 0; i < 2; i++)
		if (wish->target[i] > wish->now[i])
			wish->target[i] = wish->now[i]; /* loosen later */
	return true;
}

/* Loosening goes no farther than recent epochs wanted. */
static bool apply_history(struct plan *plan, struct wish *wish)
{
	for (size_t i = 0; i < 2; i++)
		if (wish->target[i] > wish->now[i])
			wish->target[i] = plan_recent(
				plan, (enum component)i,
				(uint64_t)wish->now[i],
				(uint64_t)wish->target[i]);
	return memcmp(wish->now, wish->target, sizeof(wish->now)) != 0;
}

/* Asks again with a threshold that liquidates nobody. */
static enum status make_safe(struct reach *reach, struct plan *plan,
			     struct wish *wish)
{
	u128 safe = reach->tuple.new_values[LT];
	enum status status;

	if (!reach->moves || safe >= wish->now[LT])
		return OK;
	status = safe_threshold(&safe, plan);
	if (status || safe == reach->tuple.new_values[LT])
		return status;
	plan->asset->reasons |= 1u << REASON_WOULD_LIQUIDATE;
	plan_limit(plan, COMPONENT_LT, "rule-2");
	wish->target[LT] = safe;
	plan_ask(reach, plan, wish);
	return OK;
}

/* Where no value meets the policy the nearest bound, or what loses least, is
 * only ever tightened toward. */
static void resolve_conflict(struct plan *plan)
{
	const struct target *t = plan->asset->targets.components;

	for (int i = LTV; i <= LB; i++)
		if (plan_conflict(plan, (enum component)i, &t[i]))
			plan->tighten_only = true;
}

static bool wish_of(struct wish *wish, struct plan *plan)
{
	const struct reserve *r = plan->asset->reserve;
	const struct target *t = plan->asset->targets.components;

	*wish = (struct wish){
		KIND_COLLATERAL, COMPONENT_LTV,
		{ r->ltv_bps, r->lt_bps, r->lb_bps },
		{ t[COMPONENT_LTV].value, t[COMPONENT_LT].value,
		  t[COMPONENT_LB].value } };
	if (!plan->asset->policy->collateral || !r->lt_bps)
		return false;
	if (plan_restricted(r)) {
		plan->asset->reasons |= 1u << REASON_RESERVE_RESTRICTED;
		return false;
	}
	resolve_conflict(plan);
	return true;
}

enum status plan_collateral(struct plan *plan)
{
	struct wish wish;
	struct reach reach;
	enum status status;

	if (!wish_of(&wish, plan))
		return OK;
	apply_bands(&wish, &plan->work->policy);
	apply_evidence(plan, &wish);
	if (!choose_direction(plan, &wish) || !apply_history(plan, &wish))
		return OK;
	plan_ask(&reach, plan, &wish);
	status = make_safe(&reach, plan, &wish);
	if (status)
		return status;
	if (!reach.moves || reach.verdict == LIMITER_APPLY ||
	    plan_may_loosen(plan))
		plan_take(plan, &reach, COMPONENT_LTV);
	return OK;
}
