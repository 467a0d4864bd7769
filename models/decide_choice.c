/* decide_choice.c -- from targets to tuples: loss constraint, decision rules,
 * dead bands, limiter. */
#include "models/decide_work.h"

#include <string.h>

#define LOSS_ROUNDS 4      /* full simulations while constraint a binds */
#define LOSS_SHRINK_NUM 95 /* a threshold shrinks to 95 % a round */

struct plan {
	struct decide_work *work;
	size_t index;
	struct asset_work *asset;
	struct asset_report *report;
	bool tighten_only; /* one direction an asset: tighten first */
};

static enum status closed_forms(struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++) {
		struct asset_work *asset = &work->assets[i];
		enum status status;

		if (!asset->policy || !asset->has_curve)
			continue;
		status = choose_targets(&asset->targets, &work->policy,
					asset->policy, &asset->curve,
					&asset->risk);
		if (status) {
			work->detail = "an asset's risk figures are not shares";
			return status;
		}
	}
	return OK;
}

static void parameters_now(struct decide_parameters *out,
			   const struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++) {
		out->lt_bps[i] = work->assets[i].reserve->lt_bps;
		out->lb_bps[i] = work->assets[i].reserve->lb_bps;
	}
}

static void parameters_at_targets(struct decide_parameters *out,
				  const struct decide_work *work)
{
	parameters_now(out, work);
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct asset_work *asset = &work->assets[i];
		const struct target *targets = asset->targets.components;

		if (!asset->policy || !asset->policy->collateral ||
		    !asset->reserve->lt_bps)
			continue;
		out->lt_bps[i] = (uint32_t)targets[COMPONENT_LT].value;
		out->lb_bps[i] = (uint32_t)targets[COMPONENT_LB].value;
	}
}

/* Shrinks the thresholds of assets over their own budget, or of the one that
 * loses most when only the market's budget is exceeded.  True if any shrank. */
static bool shrink_losers(struct decide_work *work,
			  const struct decide_loss_summary *losses)
{
	bool market_over = losses->es_upper_usd >
			   (double)work->policy.loss_budget_usd;
	size_t worst = 0;
	bool shrank = false;

	for (size_t i = 1; i < work->asset_count; i++)
		if (losses->asset_es_usd[i] > losses->asset_es_usd[worst])
			worst = i;
	for (size_t i = 0; i < work->asset_count; i++) {
		struct asset_work *asset = &work->assets[i];
		uint64_t target = asset->targets.components[COMPONENT_LT].value;

		if (!asset->policy || !asset->policy->collateral)
			continue;
		if (losses->asset_es_usd[i] <= asset->policy->loss_budget_usd &&
		    !(market_over && i == worst && losses->asset_es_usd[i]))
			continue;
		asset->risk.lt_loss_bps = target * LOSS_SHRINK_NUM / 100;
		shrank = true;
	}
	return shrank;
}

enum status decide_targets(struct decide_work *work)
{
	struct decide_loss_summary losses;
	struct decide_parameters at;
	enum status status = closed_forms(work);

	for (int round = 0; round < LOSS_ROUNDS && !status; round++) {
		parameters_at_targets(&at, work);
		status = decide_losses(&losses, work, &at);
		if (status || !shrink_losers(work, &losses))
			break;
		status = closed_forms(work);
	}
	if (status)
		return status;
	parameters_now(&at, work);
	status = decide_losses(&losses, work, &at);
	work->report.before = losses.figures;
	for (size_t i = 0; i < work->asset_count && !status; i++)
		work->report.assets[i].loss_usd = losses.asset_es_usd[i];
	return status;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* Rule 8: humans come first. */
static bool humans_forbid(const struct plan *plan)
{
	uint64_t changed = plan->asset->reserve->outside_change_s;
	uint64_t now = plan->work->in.anchor_time_s;

	return changed && now >= changed &&
	       now - changed < plan->work->policy.outside_hold_s;
}

static bool restricted(const struct reserve *reserve)
{
	return !(reserve->flags & RESERVE_ACTIVE) ||
	       (reserve->flags & (RESERVE_FROZEN | RESERVE_PAUSED |
				  RESERVE_LTV_ZERO)) != 0;
}

static bool may_loosen(struct plan *plan)
{
	if (restricted(plan->asset->reserve))
		plan->asset->reasons |= 1u << REASON_RESERVE_RESTRICTED;
	else if (humans_forbid(plan))
		plan->asset->reasons |= 1u << REASON_HUMANS_FIRST;
	else
		return true;
	return false;
}

static void set_limit(struct plan *plan, enum component component,
		      const char *limit)
{
	strncpy(plan->report->components[component].limit, limit,
		BINDING_MAX - 1);
}

static void add_tuple(struct plan *plan, const struct tuple *tuple)
{
	struct decision *decision = &plan->work->decision;

	decision->tuples[decision->tuple_count++] = *tuple;
}

static void take(struct plan *plan, const struct reach *reach,
		 enum component first)
{
	for (uint8_t i = 0; i < reach->tuple.count; i++) {
		struct component_report *component =
			&plan->report->components[first + i];

		if (reach->moves)
			component->chosen = (uint64_t)reach->tuple.new_values[i];
		if (!reach->moves)
			set_limit(plan, (enum component)(first + i),
				  limiter_verdict_name(reach->verdict));
		else if (!reach->whole)
			set_limit(plan, (enum component)(first + i),
				  "h-limiter");
	}
	if (reach->moves)
		add_tuple(plan, &reach->tuple);
	else
		plan->asset->reasons |= reach->reasons;
}

static void ask(struct reach *reach, const struct plan *plan, uint8_t kind,
		const u128 current[TUPLE_VALUES_MAX],
		const u128 target[TUPLE_VALUES_MAX])
{
	struct reach_query query = { .reserve = plan->asset->reserve,
				     .steward = &plan->work->in.steward,
				     .kind = kind,
				     .evidence = plan->work->in.evidence,
				     .now_s = plan->work->in.anchor_time_s };

	memcpy(query.current, current, sizeof(query.current));
	memcpy(query.target, target, sizeof(query.target));
	reach_tuple(reach, &query);
}

/* The parameters that would stand if every tuple of the first `count` assets
 * took effect. */
static void parameters_chosen(struct decide_parameters *out,
			      const struct decide_work *work, size_t count)
{
	parameters_now(out, work);
	for (size_t i = 0; i < count; i++) {
		const struct component_report *components =
			work->report.assets[i].components;

		if (!work->assets[i].reserve->lt_bps)
			continue;
		out->lt_bps[i] = (uint32_t)components[COMPONENT_LT].chosen;
		out->lb_bps[i] = (uint32_t)components[COMPONENT_LB].chosen;
	}
}

/* Rule 2: the lowest threshold not below `wanted` that, with the cuts of the
 * assets before, liquidates no more than policy allows at today's prices. */
static enum status safe_threshold(u128 *wanted, const struct plan *plan)
{
	const struct policy *policy = &plan->work->policy;
	uint32_t now = plan->asset->reserve->lt_bps;
	struct decide_parameters at;

	parameters_chosen(&at, plan->work, plan->index);
	for (uint32_t lt = (uint32_t)*wanted; lt < now; lt++) {
		struct cut_effect effect;
		enum status status;

		at.lt_bps[plan->index] = lt;
		status = decide_cut_effect(&effect, plan->work, &at);

		if (status)
			return status;
		if (effect.debt_usd <= policy->cut_liquidates_usd_max &&
		    effect.accounts <= policy->cut_liquidates_accounts_max) {
			*wanted = lt;
			return OK;
		}
	}
	*wanted = now;
	return OK;
}

/* What is wanted of (ltv, lt, lb) in one direction; false: nothing. */
static bool collateral_direction(struct plan *plan, const u128 now[],
				 u128 target[])
{
	const struct policy *policy = &plan->work->policy;
	uint64_t bands[3] = { policy->dead_band_ltv_bps,
			      policy->dead_band_lt_bps,
			      policy->dead_band_lb_bps };
	bool lower = false, higher = false;

	for (size_t i = 0; i < 3; i++)
		if (distance((uint64_t)now[i], (uint64_t)target[i]) <= bands[i])
			target[i] = now[i];
	for (size_t i = 0; i < 2; i++) {
		lower |= target[i] < now[i];
		higher |= target[i] > now[i];
	}
	if (!lower && !higher && target[2] == now[2]) {
		plan->asset->reasons |= 1u << REASON_INSIDE_DEAD_BAND;
		return false;
	}
	if (!lower)
		return !plan->tighten_only && may_loosen(plan);
	for (size_t i = 0; i < 2; i++)
		if (target[i] > now[i])
			target[i] = now[i]; /* tighten first, loosen later */
	return true;
}

static enum status plan_collateral(struct plan *plan)
{
	const struct reserve *reserve = plan->asset->reserve;
	const struct target *targets = plan->asset->targets.components;
	u128 now[TUPLE_VALUES_MAX] = { reserve->ltv_bps, reserve->lt_bps,
				       reserve->lb_bps };
	u128 target[TUPLE_VALUES_MAX] = { targets[COMPONENT_LTV].value,
					  targets[COMPONENT_LT].value,
					  targets[COMPONENT_LB].value };
	struct reach reach;
	enum status status = OK;

	if (!plan->asset->policy->collateral || !reserve->lt_bps)
		return OK;
	if (restricted(reserve)) {
		plan->asset->reasons |= 1u << REASON_RESERVE_RESTRICTED;
		return OK;
	}
	if (!collateral_direction(plan, now, target))
		return OK;
	ask(&reach, plan, KIND_COLLATERAL, now, target);
	if (reach.moves && reach.tuple.new_values[1] < now[1]) {
		u128 safe = reach.tuple.new_values[1];

		status = safe_threshold(&safe, plan);
		if (status)
			return status;
		if (safe != reach.tuple.new_values[1]) {
			plan->asset->reasons |= 1u << REASON_WOULD_LIQUIDATE;
			set_limit(plan, COMPONENT_LT, "rule-2");
			target[1] = safe;
			ask(&reach, plan, KIND_COLLATERAL, now, target);
		}
	}
	if (!reach.moves || reach.verdict == LIMITER_APPLY || may_loosen(plan))
		take(plan, &reach, COMPONENT_LTV);
	return OK;
}

static bool cap_inside_band(const struct plan *plan, uint64_t now,
			    uint64_t target)
{
	uint64_t larger = now > target ? now : target;

	return now && (u128)distance(now, target) * 10000 <=
			      (u128)larger *
				      plan->work->policy.dead_band_cap_bps;
}

static void plan_cap(struct plan *plan, uint8_t kind, enum component component,
		     uint64_t cap)
{
	uint64_t wanted = plan->asset->targets.components[component].value;
	u128 now[TUPLE_VALUES_MAX] = { cap };
	u128 target[TUPLE_VALUES_MAX] = { wanted };
	struct reach reach;

	if (cap_inside_band(plan, cap, wanted)) {
		plan->asset->reasons |= 1u << REASON_INSIDE_DEAD_BAND;
		return;
	}
	if (cap && wanted > cap && (plan->tighten_only || !may_loosen(plan)))
		return;
	ask(&reach, plan, kind, now, target);
	take(plan, &reach, component);
}

static void start_report(struct plan *plan)
{
	const struct reserve *reserve = plan->asset->reserve;
	const uint64_t current[COMPONENTS_COUNT] = {
		reserve->ltv_bps, reserve->lt_bps, reserve->lb_bps,
		reserve->supply_cap, reserve->borrow_cap };

	for (size_t i = 0; i < COMPONENTS_COUNT; i++) {
		struct component_report *out = &plan->report->components[i];
		const struct target *target =
			&plan->asset->targets.components[i];

		out->current = current[i];
		out->chosen = current[i];
		out->target = target->value;
		out->unconstrained = target->unconstrained;
		if (target->binding)
			strncpy(out->binding, target->binding, BINDING_MAX - 1);
	}
	plan->report->capacity_usd =
		plan->asset->targets.capacity_usd < 1e15
			? (uint64_t)plan->asset->targets.capacity_usd
			: 1000000000000000u;
}

static bool cap_tightens(const struct plan *plan, enum component component,
			 uint64_t cap)
{
	uint64_t wanted = plan->asset->targets.components[component].value;

	return (!cap || wanted < cap) && !cap_inside_band(plan, cap, wanted);
}

/* Does anything of the asset want to be tighter?  Then nothing of it loosens
 * in this decision: the contract refuses a group with both directions. */
static bool wants_tightening(const struct plan *plan)
{
	const struct reserve *reserve = plan->asset->reserve;
	const struct target *targets = plan->asset->targets.components;
	const struct policy *policy = &plan->work->policy;

	if (plan->asset->policy->collateral && reserve->lt_bps &&
	    (targets[COMPONENT_LTV].value + policy->dead_band_ltv_bps <
		     reserve->ltv_bps ||
	     targets[COMPONENT_LT].value + policy->dead_band_lt_bps <
		     reserve->lt_bps))
		return true;
	return cap_tightens(plan, COMPONENT_SUPPLY_CAP, reserve->supply_cap) ||
	       (plan->asset->policy->borrowable &&
		cap_tightens(plan, COMPONENT_BORROW_CAP, reserve->borrow_cap));
}

static enum status plan_asset(struct plan *plan)
{
	const struct reserve *reserve = plan->asset->reserve;
	enum status status;

	start_report(plan);
	plan->tighten_only = wants_tightening(plan);
	status = plan_collateral(plan);
	if (status)
		return status;
	plan_cap(plan, KIND_SUPPLY_CAP, COMPONENT_SUPPLY_CAP,
		 reserve->supply_cap);
	if (plan->asset->policy->borrowable)
		plan_cap(plan, KIND_BORROW_CAP, COMPONENT_BORROW_CAP,
			 reserve->borrow_cap);
	return OK;
}

static enum status report_effects(struct decide_work *work)
{
	struct decide_loss_summary losses;
	struct decide_parameters at;
	struct cut_effect effect = { 0, 0 };
	enum status status;

	parameters_chosen(&at, work, work->asset_count);
	status = decide_losses(&losses, work, &at);
	if (!status)
		status = decide_cut_effect(&effect, work, &at);
	work->report.after = losses.figures;
	work->report.cut_liquidates_usd = effect.debt_usd;
	work->report.cut_liquidates_accounts = effect.accounts;
	return status;
}

enum status decide_tuples(struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++) {
		struct plan plan = { work, i, &work->assets[i],
				     &work->report.assets[i], false };
		enum status status = plan_asset(&plan);

		if (status)
			return status;
	}
	return report_effects(work);
}
