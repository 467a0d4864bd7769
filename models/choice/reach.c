/* reach.c -- see reach.h. */
#include "models/choice/reach.h"

#include <string.h>

struct fraction {
	u128 up, down; /* up / down in [0, 1] */
};

static u128 distance(u128 a, u128 b)
{
	return a > b ? a - b : b - a;
}

static const struct tuple_state *find_state(const struct reach_query *query)
{
	for (uint8_t i = 0; i < query->reserve->kind_count; i++)
		if (query->reserve->kinds[i].kind == query->kind)
			return &query->reserve->kinds[i];
	return NULL;
}

/* Share of the way to its target that component `i` can go now. */
static struct fraction reachable_share(const struct reach_query *query,
				       const struct tuple_state *state,
				       uint8_t i)
{
	u128 current = query->current[i], target = query->target[i];
	struct limiter_range range;
	u128 end = target;

	limiter_reachable_range(&range, state, i, current, query->now_s);
	if (target > current && end > range.highest)
		end = range.highest > current ? range.highest : current;
	if (target < current && end < range.lowest)
		end = range.lowest < current ? range.lowest : current;
	return (struct fraction){ distance(end, current),
				  distance(target, current) };
}

/* An infinite cap (0) has no straight line: jump to the nearest finite. */
static bool leaves_infinity(const struct reach_query *query)
{
	return (query->kind == KIND_SUPPLY_CAP ||
		query->kind == KIND_BORROW_CAP) &&
	       !query->current[0];
}

static void jump_from_infinity(struct tuple *tuple,
			       const struct reach_query *query,
			       const struct tuple_state *state)
{
	struct limiter_range range;

	limiter_reachable_range(&range, state, 0, 0, query->now_s);
	tuple->new_values[0] = query->target[0] > range.lowest
				       ? query->target[0]
				       : range.lowest;
}

static void move_straight(struct tuple *tuple, const struct reach_query *query,
			  const struct tuple_state *state)
{
	struct fraction least = { 1, 1 };

	for (uint8_t i = 0; i < tuple->count; i++) {
		struct fraction share;

		if (query->target[i] == query->current[i])
			continue;
		share = reachable_share(query, state, i);
		if (share.up * least.down < least.up * share.down)
			least = share;
	}
	for (uint8_t i = 0; i < tuple->count; i++) {
		u128 current = query->current[i], target = query->target[i];
		u128 step = distance(target, current) * least.up / least.down;

		tuple->new_values[i] = target > current ? current + step
							: current - step;
	}
}

bool collateral_coherent(const u128 values[TUPLE_VALUES_MAX])
{
	return values[1] > 0 && values[0] <= values[1] &&
	       (values[1] * values[2] + 5000) / 10000 <= 10000;
}

static uint64_t reason_of(enum limiter_verdict verdict)
{
	switch (verdict) {
	case LIMITER_EVIDENCE_TOO_WEAK: return 1u << REASON_EVIDENCE_WEAK;
	case LIMITER_LOOSEN_PAUSED: return 1u << REASON_PAUSED;
	case LIMITER_PENDING: return 1u << REASON_PENDING;
	case LIMITER_NO_CHANGE:
	case LIMITER_APPLY:
	case LIMITER_QUEUE:
	case LIMITER_CONFIRM:
	case LIMITER_NO_LIMITS:
	case LIMITER_VALUE_COUNT:
	case LIMITER_VALUE_RANGE:
	case LIMITER_OLD_VALUE_MISMATCH:
	case LIMITER_ZERO_CAP:
	case LIMITER_ID_CHANGED:
	case LIMITER_OUT_OF_BAND:
	case LIMITER_STEP_TOO_LARGE:
	case LIMITER_TOO_SOON:
	case LIMITER_ALLOWANCE_EXCEEDED:
	case LIMITER_VERDICTS_COUNT: return 1u << REASON_NOT_REACHABLE;
	}
	return 1u << REASON_NOT_REACHABLE;
}

static void judge(struct reach *reach, const struct reach_query *query,
		  const struct tuple_state *state)
{
	struct limiter_query asked;
	struct limiter_answer answer;

	limiter_query_of(&asked, &reach->tuple, state, query->steward,
			 query->now_s);
	asked.evidence = query->evidence;
	reach->verdict = limiter_check(&asked, &answer);
	reach->moves = limiter_accepts(reach->verdict);
	if (reach->moves && query->kind == KIND_COLLATERAL &&
	    (!collateral_coherent(reach->tuple.new_values) ||
	     !collateral_coherent(answer.values)))
		reach->moves = false;
	if (!reach->moves)
		reach->reasons = reason_of(reach->verdict);
}

void reach_tuple(struct reach *reach, const struct reach_query *query)
{
	const struct tuple_state *state = find_state(query);
	struct tuple *tuple = &reach->tuple;

	memset(reach, 0, sizeof(*reach));
	memcpy(tuple->asset, query->reserve->asset, ADDRESS_SIZE);
	tuple->kind = query->kind;
	tuple->count = kind_value_count(query->kind);
	memcpy(tuple->old_values, query->current, sizeof(query->current));
	memcpy(tuple->new_values, query->current, sizeof(query->current));
	if (!state || !state->limit.set) {
		reach->verdict = LIMITER_NO_LIMITS;
		reach->reasons = 1u << REASON_NOT_REACHABLE;
		return;
	}
	if (leaves_infinity(query))
		jump_from_infinity(tuple, query, state);
	else
		move_straight(tuple, query, state);
	reach->whole = !memcmp(tuple->new_values, query->target,
			       tuple->count * sizeof(u128));
	judge(reach, query, state);
}
