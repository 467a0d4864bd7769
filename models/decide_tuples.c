/* decide_tuples.c -- from targets to tuples: what all kinds share, the order of
 * an asset's tuples, and the effects of what was chosen. */
#include <string.h>

#include "models/decide_plan.h"

bool plan_restricted(const struct reserve *reserve)
{
	return !(reserve->flags & RESERVE_ACTIVE) ||
	       (reserve->flags & (RESERVE_FROZEN | RESERVE_PAUSED |
				  RESERVE_LTV_ZERO)) != 0;
}

bool plan_fully_proven(const struct plan *plan)
{
	return plan->work->policy.development ||
	       plan->work->in.evidence == EVIDENCE_A;
}

/* Rule 8: humans come first. */
static bool humans_forbid(const struct plan *plan)
{
	uint64_t changed = plan->asset->reserve->outside_change_s;
	uint64_t now = plan->work->in.anchor_time_s;

	return changed && now >= changed &&
	       now - changed < plan->work->policy.outside_hold_s;
}

bool plan_may_loosen(struct plan *plan)
{
	const struct reserve *reserve = plan->asset->reserve;

	if (plan_restricted(reserve) ||
	    reserve->flags & (RESERVE_ISOLATED | RESERVE_SILOED))
		plan->asset->reasons |= 1u << REASON_RESERVE_RESTRICTED;
	else if (humans_forbid(plan))
		plan->asset->reasons |= 1u << REASON_HUMANS_FIRST;
	else if (!plan_fully_proven(plan))
		plan->asset->reasons |= 1u << REASON_EVIDENCE_WEAK;
	else
		return true;
	return false;
}

uint64_t plan_recent(struct plan *plan, enum component component, uint64_t now,
		     uint64_t target)
{
	const struct asset_state *state = plan->asset->state;
	uint32_t epochs = plan->work->policy.history_epochs;
	uint64_t least = target;

	/* Today's target is the newest of the state already. */
	for (uint32_t i = 0; i < epochs && i < state->target_count; i++)
		if (state->targets[i][component] < least)
			least = state->targets[i][component];
	if (least < now)
		least = now;
	if (least < target) {
		plan_limit(plan, component, "recent-epochs");
		plan->asset->reasons |= 1u << REASON_RECENTLY_TIGHTER;
	}
	return least;
}

void plan_limit(struct plan *plan, enum component component, const char *limit)
{
	/* The first reason is the nearest to the target. */
	if (component < COMPONENTS_COUNT &&
	    !*plan->report->components[component].limit)
		strncpy(plan->report->components[component].limit, limit,
			BINDING_MAX - 1);
}

bool plan_conflict(struct plan *plan, enum component component,
		   const struct target *target)
{
	if (!target->conflict)
		return false;
	plan->asset->reasons |= 1u << REASON_NO_FEASIBLE_VALUE;
	plan_limit(plan, component, target->conflict);
	return true;
}

static void add_tuple(struct plan *plan, const struct tuple *tuple)
{
	struct decision *decision = &plan->work->decision;

	decision->tuples[decision->tuple_count++] = *tuple;
}

void plan_take(struct plan *plan, const struct reach *reach,
	       enum component first)
{
	for (uint8_t i = 0; i < reach->tuple.count; i++) {
		enum component at = (enum component)(first + i);

		if (at >= COMPONENTS_COUNT)
			break;
		if (reach->moves)
			plan->report->components[at].chosen =
				(uint64_t)reach->tuple.new_values[i];
		if (!reach->moves)
			plan_limit(plan, at,
				   limiter_verdict_name(reach->verdict));
		else if (!reach->whole)
			plan_limit(plan, at, "h-limiter");
	}
	if (reach->moves)
		add_tuple(plan, &reach->tuple);
	else
		plan->asset->reasons |= reach->reasons;
}

void plan_ask(struct reach *reach, const struct plan *plan,
	      const struct wish *wish)
{
	struct reach_query query = { .reserve = plan->asset->reserve,
				     .steward = &plan->work->in.steward,
				     .kind = wish->kind,
				     .evidence = plan->work->in.evidence,
				     .now_s = plan->work->in.anchor_time_s };

	memcpy(query.current, wish->now, sizeof(query.current));
	memcpy(query.target, wish->target, sizeof(query.target));
	reach_tuple(reach, &query);
}

void plan_parameters_chosen(struct decide_parameters *out,
			    const struct decide_work *work, size_t count)
{
	decide_parameters_now(out, work);
	for (size_t i = 0; i < count; i++) {
		const struct component_report *components =
			work->report.assets[i].components;

		if (!work->assets[i].reserve->lt_bps)
			continue;
		out->lt_bps[i] = (uint32_t)components[COMPONENT_LT].chosen;
		out->lb_bps[i] = (uint32_t)components[COMPONENT_LB].chosen;
	}
}

static void start_component(struct component_report *out, uint64_t current,
			    const struct target *target)
{
	out->current = current;
	out->chosen = current;
	out->target = target->value;
	out->unconstrained = target->unconstrained;
	if (target->binding)
		strncpy(out->binding, target->binding, BINDING_MAX - 1);
}

static void start_report(struct plan *plan)
{
	const struct reserve *r = plan->asset->reserve;
	const uint64_t current[COMPONENTS_COUNT] = {
		r->ltv_bps, r->lt_bps, r->lb_bps, r->supply_cap,
		r->borrow_cap, r->optimal_bps, r->base_bps, r->slope1_bps,
		r->slope2_bps };
	double capacity = plan->asset->targets.capacity_usd;

	for (int i = 0; i < COMPONENTS_COUNT; i++) {
		struct target kept = { current[i], current[i], "", NULL };
		const struct target *target =
			i < COMPONENT_OPTIMAL
				? &plan->asset->targets.components[i]
			: plan->asset->has_rates
				? &plan->asset->rates[i - COMPONENT_OPTIMAL]
				: &kept;

		start_component(&plan->report->components[i], current[i],
				target);
	}
	plan->report->capacity_usd =
		capacity < 1e15 ? (uint64_t)capacity : 1000000000000000u;
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
	return plan_caps_tighten(plan);
}

/* Tuples of an asset come in the order of their kinds. */
static enum status plan_asset(struct plan *plan)
{
	enum status status;

	start_report(plan);
	plan->tighten_only = wants_tightening(plan);
	status = plan_collateral(plan);
	if (status)
		return status;
	plan_caps(plan);
	plan_rate_curve(plan);
	plan_price_cap(plan);
	return OK;
}

static enum status report_effects(struct decide_work *work)
{
	struct decide_loss_summary losses = work->paths.now;
	struct decide_parameters at, now;
	struct cut_effect effect = { 0, 0 };
	enum status status = OK;

	plan_parameters_chosen(&at, work, work->asset_count);
	decide_parameters_now(&now, work);
	if (memcmp(&at, &now, sizeof(at)))
		status = decide_losses(&losses, work, &at, 0.0);
	if (!status)
		status = decide_cut_effect(&effect, work, &at);
	if (!status)
		status = decide_affected(work, &at);
	if (status)
		return status;
	work->report.after = losses.figures;
	for (size_t s = 0; s < work->paths.scenarios.path_count; s++)
		work->report.scenarios[s].after_usd =
			(uint64_t)losses.scenario_usd[s];
	work->report.cut_liquidates_usd = effect.debt_usd;
	work->report.cut_liquidates_accounts = effect.accounts;
	return OK;
}

/* Today's targets in front of the epochs before. */
static void remember_targets(struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++) {
		struct asset_work *asset = &work->assets[i];
		struct asset_state *state = asset->state;

		if (work->in.trigger || !asset->policy)
			continue;
		memmove(&state->targets[1], &state->targets[0],
			sizeof(state->targets) - sizeof(state->targets[0]));
		for (size_t k = 0; k < TARGET_VALUES; k++)
			state->targets[0][k] =
				asset->targets.components[k].value;
		if (state->target_count < RECENT_TARGETS)
			state->target_count++;
	}
}

static bool any_emergency(const struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++)
		if (decide_is_emergency(&work->assets[i]))
			return true;
	return false;
}

enum status decide_tuples(struct decide_work *work)
{
	bool emergency = any_emergency(work);

	remember_targets(work);
	for (size_t i = 0; i < work->asset_count; i++) {
		struct plan plan = { work, i, &work->assets[i],
				     &work->report.assets[i], false };
		enum status status = OK;

		if (emergency)
			start_report(&plan);
		else
			status = plan_asset(&plan);
		if (status)
			return status;
	}
	if (emergency)
		decide_freeze(work);
	return report_effects(work);
}
