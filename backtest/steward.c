/* steward.c -- see steward.h. */
#include "backtest/steward.h"

#include <string.h>

#include "governance/limiter/limiter.h"

void steward_open(struct steward *out, const struct backtest_plan *plan)
{
	const struct plan_steward *s = &plan->steward;

	memset(out, 0, sizeof(*out));
	out->state.confirm_delay_s = s->confirm_delay_s;
	out->state.timelock_delay_s = s->timelock_delay_s;
	out->state.pending_life_s = s->pending_life_s;
	out->state.max_age_s = plan->policy->valid_for_s;
	out->state.max_validity_s = plan->policy->valid_for_s;
	out->state.development = plan->policy->development;
	policy_hash(out->state.policy_hash, plan->policy_bytes);
	for (size_t a = 0; a < plan->asset_count; a++)
		for (uint8_t kind = 1; kind <= KINDS_COUNT; kind++) {
			struct tuple_state *state = &out->assets[a].kinds
				[out->assets[a].count];

			if (!s->limits[kind].set)
				continue;
			state->kind = kind;
			state->limit = s->limits[kind];
			out->assets[a].count++;
		}
}

/* The values of a kind in the parameters; false: not one of a parameter set. */
static bool get_values(u128 out[TUPLE_VALUES_MAX], const struct parameters *p,
		       uint8_t kind)
{
	const u128 collateral[] = { p->ltv_bps, p->lt_bps, p->lb_bps };
	const u128 rates[] = { p->optimal_bps, p->base_bps, p->slope1_bps,
			       p->slope2_bps };

	memset(out, 0, TUPLE_VALUES_MAX * sizeof(*out));
	if (kind == KIND_COLLATERAL)
		memcpy(out, collateral, sizeof(collateral));
	else if (kind == KIND_RATES)
		memcpy(out, rates, sizeof(rates));
	else if (kind == KIND_SUPPLY_CAP)
		out[0] = p->supply_cap;
	else if (kind == KIND_BORROW_CAP)
		out[0] = p->borrow_cap;
	else
		return false;
	return true;
}

static void set_values(struct parameters *p, uint8_t kind,
		       const u128 values[TUPLE_VALUES_MAX])
{
	if (kind == KIND_COLLATERAL) {
		p->ltv_bps = (uint32_t)values[0];
		p->lt_bps = (uint32_t)values[1];
		p->lb_bps = (uint32_t)values[2];
	} else if (kind == KIND_RATES) {
		p->optimal_bps = (uint32_t)values[0];
		p->base_bps = (uint32_t)values[1];
		p->slope1_bps = (uint32_t)values[2];
		p->slope2_bps = (uint32_t)values[3];
	} else if (kind == KIND_SUPPLY_CAP) {
		p->supply_cap = (uint64_t)values[0];
	} else if (kind == KIND_BORROW_CAP) {
		p->borrow_cap = (uint64_t)values[0];
	}
}

static struct tuple_state *state_of(struct steward *steward, size_t asset,
				    uint8_t kind)
{
	for (uint8_t i = 0; i < steward->assets[asset].count; i++)
		if (steward->assets[asset].kinds[i].kind == kind)
			return &steward->assets[asset].kinds[i];
	return NULL;
}

/* One tuple on its way. */
struct move {
	struct tuple_state *state;
	const struct tuple *tuple;
	enum limiter_verdict verdict;
	struct limiter_answer answer;
};

static void ask(struct move *move, struct steward *steward, size_t asset,
		const struct market *market, const struct steward_order *order)
{
	static const struct tuple_state none;
	struct limiter_query query;

	move->state = state_of(steward, asset, move->tuple->kind);
	limiter_query_of(&query, move->tuple, move->state ? move->state : &none,
			 &steward->state, (uint64_t)order->now_s);
	get_values(query.current, &market->assets[asset].values,
		   move->tuple->kind);
	query.evidence = order->evidence;
	query.last_class_c_s = steward->assets[asset].last_class_c_s;
	move->verdict = limiter_check(&query, &move->answer);
}

static void charge(struct bucket *bucket, u128 level, int64_t now_s)
{
	bucket->level_e18 = level;
	bucket->updated_s = (uint64_t)now_s;
}

static void take_effect(struct move *move, struct market *market, size_t asset,
			int64_t now_s)
{
	struct tuple_state *state = move->state;

	set_values(&market->assets[asset].values, move->tuple->kind,
		   move->answer.values);
	for (uint8_t i = 0; i < move->tuple->count; i++) {
		if (move->answer.tighten_charged[i])
			charge(&state->tighten[i],
			       move->answer.tighten_level_e18[i], now_s);
		if (move->answer.loosen_charged[i])
			charge(&state->loosen[i],
			       move->answer.loosen_level_e18[i], now_s);
	}
	state->last_change_s = (uint64_t)now_s;
	state->pending.present = false;
}

static void wait_for_it(struct move *move)
{
	struct pending_item *pending = &move->state->pending;

	pending->present = true;
	pending->ready_s = move->answer.ready_s;
	pending->expires_s = move->answer.expires_s;
	memcpy(pending->old_values, move->tuple->old_values,
	       sizeof(pending->old_values));
	memcpy(pending->new_values, move->answer.values,
	       sizeof(pending->new_values));
}

/* FREEZE sets caps, LTV and the flag whatever the limits. */
static void freeze(struct steward *steward, struct market *market,
		   size_t asset, const struct steward_order *group)
{
	struct market_asset *at = &market->assets[asset];

	if (steward->assets[asset].frozen_s)
		return;
	steward->assets[asset].before_freeze = at->values;
	steward->assets[asset].frozen_s = (uint64_t)group->now_s;
	at->frozen = true;
	for (size_t i = 0; i < group->count; i++)
		set_values(&at->values, group->tuples[i].kind,
			   group->tuples[i].new_values);
}

static void apply_group(struct steward_outcome *out, struct steward *steward,
			struct market *market, size_t asset,
			const struct steward_order *group)
{
	struct move moves[KINDS_COUNT];
	uint32_t refused = 0;

	for (size_t i = 0; i < group->count; i++)
		if (group->tuples[i].kind == KIND_FREEZE) {
			freeze(steward, market, asset, group);
			out->applied += (uint32_t)group->count;
			return;
		}
	for (size_t i = 0; i < group->count; i++) {
		moves[i].tuple = &group->tuples[i];
		ask(&moves[i], steward, asset, market, group);
		refused += !limiter_accepts(moves[i].verdict);
	}
	if (refused) {
		out->refused += (uint32_t)group->count;
		return;
	}
	if (group->evidence == EVIDENCE_C)
		steward->assets[asset].last_class_c_s =
			(uint64_t)group->now_s;
	for (size_t i = 0; i < group->count; i++) {
		bool waits = moves[i].verdict == LIMITER_QUEUE;

		if (waits)
			wait_for_it(&moves[i]);
		else
			take_effect(&moves[i], market, asset, group->now_s);
		out->queued += waits;
		out->applied += moves[i].verdict == LIMITER_APPLY;
		out->confirmed += moves[i].verdict == LIMITER_CONFIRM;
	}
}

static size_t asset_of(const struct backtest_plan *plan,
		       const uint8_t address[ADDRESS_SIZE])
{
	size_t a = 0;

	while (a < plan->asset_count &&
	       memcmp(plan->policy->assets[a].asset, address, ADDRESS_SIZE))
		a++;
	return a;
}

void steward_apply(struct steward_outcome *out, struct steward *steward,
		   struct market *market, const struct steward_order *order)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < order->count;) {
		struct steward_order group = *order;
		size_t asset = asset_of(market->plan, order->tuples[i].asset);

		group.tuples = &order->tuples[i];
		group.count = 1;
		while (i + group.count < order->count &&
		       !memcmp(group.tuples[group.count].asset,
			       group.tuples[0].asset, ADDRESS_SIZE))
			group.count++;
		i += group.count;
		if (asset < market->asset_count)
			apply_group(out, steward, market, asset, &group);
		else
			out->refused += (uint32_t)group.count;
	}
}

void steward_thaw(struct steward *steward, struct market *market,
		  int64_t now_s, int64_t after_s)
{
	for (size_t a = 0; a < market->asset_count; a++) {
		uint64_t frozen_s = steward->assets[a].frozen_s;

		if (!frozen_s || now_s - (int64_t)frozen_s < after_s)
			continue;
		market->assets[a].frozen = false;
		market->assets[a].values = steward->assets[a].before_freeze;
		steward->assets[a].frozen_s = 0;
	}
}

void steward_reserve(struct reserve *out, struct steward *steward,
		     const struct market *market, size_t asset)
{
	const struct market_asset *at = &market->assets[asset];
	const struct parameters *p = &at->values;

	out->flags = RESERVE_ACTIVE | RESERVE_BORROWING |
		     (at->frozen ? RESERVE_FROZEN : 0u);
	out->ltv_bps = p->ltv_bps;
	out->lt_bps = p->lt_bps;
	out->lb_bps = p->lb_bps;
	out->supply_cap = p->supply_cap;
	out->borrow_cap = p->borrow_cap;
	out->optimal_bps = p->optimal_bps;
	out->base_bps = p->base_bps;
	out->slope1_bps = p->slope1_bps;
	out->slope2_bps = p->slope2_bps;
	out->kind_count = steward->assets[asset].count;
	memcpy(out->kinds, steward->assets[asset].kinds,
	       out->kind_count * sizeof(out->kinds[0]));
}
