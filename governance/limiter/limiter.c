/* limiter.c -- the limiter's verdict: README.md's checks in their order.
 * Not here: sizes and buckets (limiter_size.c), ranges (limiter_range.c). */
#include "governance/limiter/limiter.h"

#include <assert.h>
#include <string.h>

#include "governance/limiter/internal.h"

static const char *const names[LIMITER_VERDICTS_COUNT] = {
	[LIMITER_APPLY] = "APPLY",
	[LIMITER_QUEUE] = "QUEUE",
	[LIMITER_CONFIRM] = "CONFIRM",
	[LIMITER_NO_LIMITS] = "NoLimits",
	[LIMITER_VALUE_COUNT] = "ValueCount",
	[LIMITER_VALUE_RANGE] = "ValueRange",
	[LIMITER_OLD_VALUE_MISMATCH] = "OldValueMismatch",
	[LIMITER_ZERO_CAP] = "ZeroCap",
	[LIMITER_ID_CHANGED] = "IdChanged",
	[LIMITER_NO_CHANGE] = "NoChange",
	[LIMITER_EVIDENCE_TOO_WEAK] = "EvidenceTooWeak",
	[LIMITER_OUT_OF_BAND] = "OutOfBand",
	[LIMITER_STEP_TOO_LARGE] = "StepTooLarge",
	[LIMITER_TOO_SOON] = "TooSoon",
	[LIMITER_ALLOWANCE_EXCEEDED] = "AllowanceExceeded",
	[LIMITER_LOOSEN_PAUSED] = "LoosenPaused",
	[LIMITER_PENDING] = "Pending",
};

const char *limiter_verdict_name(enum limiter_verdict verdict)
{
	assert((unsigned)verdict < LIMITER_VERDICTS_COUNT);
	return names[verdict];
}

bool limiter_accepts(enum limiter_verdict verdict)
{
	return verdict == LIMITER_APPLY || verdict == LIMITER_QUEUE ||
	       verdict == LIMITER_CONFIRM;
}

void limiter_query_of(struct limiter_query *query, const struct tuple *tuple,
		      const struct tuple_state *state,
		      const struct steward_state *steward, uint64_t now_s)
{
	*query = (struct limiter_query){
		.state = state,
		.steward = steward,
		.tuple = tuple,
		.old_count = tuple->count,
		.new_count = tuple->count,
		.evidence = EVIDENCE_A,
		.now_s = now_s,
	};
	memcpy(query->current, tuple->old_values, sizeof query->current);
}

static bool same(const u128 *a, const u128 *b, uint8_t count)
{
	for (uint8_t i = 0; i < count; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* Checks 1 to 6.  APPLY here means that nothing was wrong. */
static enum limiter_verdict check_shape(const struct limiter_query *query)
{
	const struct kind_limit *limit = &query->state->limit;
	const struct tuple *tuple = query->tuple;
	uint8_t count = kind_value_count(tuple->kind);

	if (!limit->set || limit->count != count)
		return LIMITER_NO_LIMITS;
	if (count == 0 || query->old_count != count ||
	    query->new_count != count)
		return LIMITER_VALUE_COUNT;
	if (query->wide_value)
		return LIMITER_VALUE_RANGE;
	if (!same(query->current, tuple->old_values, count))
		return LIMITER_OLD_VALUE_MISMATCH;
	if (limiter_is_cap(tuple->kind) && tuple->new_values[0] == 0)
		return LIMITER_ZERO_CAP;
	if (tuple->kind == KIND_EMODE &&
	    tuple->new_values[0] != tuple->old_values[0])
		return LIMITER_ID_CHANGED;
	if (same(tuple->old_values, tuple->new_values, count))
		return LIMITER_NO_CHANGE;
	return LIMITER_APPLY;
}

/* Only the loan-to-value of COLLATERAL or EMODE, or a cap, changes. */
static bool touches_only_ltv_and_caps(const struct tuple *tuple)
{
	if (limiter_is_cap(tuple->kind))
		return true;
	if (tuple->kind != KIND_COLLATERAL && tuple->kind != KIND_EMODE)
		return false;
	uint8_t ltv = tuple->kind == KIND_COLLATERAL ? 0 : 1;
	uint8_t count = kind_value_count(tuple->kind);

	for (uint8_t i = 0; i < count; i++)
		if (i != ltv && tuple->old_values[i] != tuple->new_values[i])
			return false;
	return true;
}

/* Check 7: what weaker evidence may touch. */
static enum limiter_verdict check_evidence(const struct limiter_query *query,
					   bool loosening)
{
	if (query->evidence == EVIDENCE_A || query->steward->development)
		return LIMITER_APPLY;
	if (loosening || !touches_only_ltv_and_caps(query->tuple))
		return LIMITER_EVIDENCE_TOO_WEAK;
	bool young = query->last_class_c_s != 0 &&
		     query->now_s < query->last_class_c_s +
				    LIMITER_CLASS_C_PERIOD_S;
	return query->evidence == EVIDENCE_C && young ?
	       LIMITER_EVIDENCE_TOO_WEAK : LIMITER_APPLY;
}

static enum limiter_verdict check_move(const struct limiter_query *query,
				       uint8_t i, u128 to)
{
	const struct kind_limit *limit = &query->state->limit;
	struct limiter_step step = { query->tuple->kind, limit->relative,
				     query->tuple->old_values[i], to };
	const struct component_limit *component = &limit->components[i];
	enum limiter_direction way =
		limiter_move(step.kind, i, step.from, step.to);

	if (!limiter_band_admits(component, &step))
		return LIMITER_OUT_OF_BAND;
	if (limiter_size(&step) > limiter_step_limit(component, way))
		return LIMITER_STEP_TOO_LARGE;
	return LIMITER_APPLY;
}

/* Check 8: band and step of every component that changes. */
static enum limiter_verdict check_moves(const struct limiter_query *query,
					const u128 *values)
{
	uint8_t count = kind_value_count(query->tuple->kind);

	for (uint8_t i = 0; i < count; i++) {
		if (values[i] == query->tuple->old_values[i])
			continue;
		enum limiter_verdict verdict = check_move(query, i, values[i]);
		if (verdict != LIMITER_APPLY)
			return verdict;
	}
	return LIMITER_APPLY;
}

/* Check 9: minimum delay since the last applied change. */
static enum limiter_verdict check_delay(const struct limiter_query *query,
					bool loosening)
{
	const struct tuple_state *state = query->state;
	uint32_t wait_s = loosening ? state->limit.min_delay_loosen_s :
				      state->limit.min_delay_tighten_s;

	return state->last_change_s != 0 &&
	       query->now_s < state->last_change_s + wait_s ?
	       LIMITER_TOO_SOON : LIMITER_APPLY;
}

static bool charge_component(struct limiter_answer *answer,
			     const struct limiter_query *query, uint8_t i)
{
	const struct kind_limit *limit = &query->state->limit;
	struct limiter_step step = { query->tuple->kind, limit->relative,
				     query->tuple->old_values[i],
				     answer->values[i] };
	enum limiter_direction way =
		limiter_move(step.kind, i, step.from, step.to);
	u128 size = limiter_size_e18(&step);

	answer->tighten_charged[i] = way != LIMITER_LOOSER;
	answer->loosen_charged[i] = way != LIMITER_TIGHTER;
	answer->tighten_level_e18[i] = limiter_level(
		&query->state->tighten[i],
		limit->components[i].allowance_tighten, limit->window_s,
		query->now_s);
	answer->loosen_level_e18[i] = limiter_level(
		&query->state->loosen[i], limit->components[i].allowance_loosen,
		limit->window_s, query->now_s);
	if ((answer->tighten_charged[i] &&
	     size > answer->tighten_level_e18[i]) ||
	    (answer->loosen_charged[i] && size > answer->loosen_level_e18[i]))
		return false;
	answer->tighten_level_e18[i] -= answer->tighten_charged[i] ? size : 0;
	answer->loosen_level_e18[i] -= answer->loosen_charged[i] ? size : 0;
	return true;
}

/* Check 10 on answer->values. */
static enum limiter_verdict charge(struct limiter_answer *answer,
				   const struct limiter_query *query)
{
	uint8_t count = kind_value_count(query->tuple->kind);

	for (uint8_t i = 0; i < count; i++) {
		answer->tighten_charged[i] = answer->loosen_charged[i] = false;
		if (answer->values[i] != query->tuple->old_values[i] &&
		    !charge_component(answer, query, i))
			return LIMITER_ALLOWANCE_EXCEEDED;
	}
	return LIMITER_APPLY;
}

/* Whether every component that does not tighten stays within fast_loosen. */
static bool is_fast(const struct limiter_query *query)
{
	const struct kind_limit *limit = &query->state->limit;
	const struct tuple *tuple = query->tuple;
	uint8_t count = kind_value_count(tuple->kind);

	for (uint8_t i = 0; i < count; i++) {
		struct limiter_step step = { tuple->kind, limit->relative,
					     tuple->old_values[i],
					     tuple->new_values[i] };

		if (step.from == step.to ||
		    limiter_move(step.kind, i, step.from, step.to) ==
			    LIMITER_TIGHTER)
			continue;
		if (limiter_size(&step) > limit->components[i].fast_loosen)
			return false;
	}
	return true;
}

static enum limiter_verdict queue(struct limiter_answer *answer,
				  const struct limiter_query *query)
{
	const struct steward_state *steward = query->steward;

	answer->ready_s = query->now_s + (is_fast(query) ?
					  steward->confirm_delay_s :
					  steward->timelock_delay_s);
	answer->expires_s = answer->ready_s + steward->pending_life_s;
	return LIMITER_QUEUE;
}

/* Of a pending and a fresh value the tighter; without direction the one nearer
 * the old, the pending one when both are as near. */
static u128 tighter_of(const struct limiter_query *query, uint8_t i)
{
	u128 old = query->tuple->old_values[i];
	u128 fresh = query->tuple->new_values[i];
	u128 queued = query->state->pending.new_values[i];

	if (fresh == queued)
		return queued;
	switch (limiter_move(query->tuple->kind, i, queued, fresh)) {
	case LIMITER_TIGHTER:
		return fresh;
	case LIMITER_LOOSER:
		return queued;
	case LIMITER_UNDIRECTED:
		break;
	}
	return limiter_distance(old, fresh) < limiter_distance(old, queued) ?
	       fresh : queued;
}

/* A mixed tuple may take its parts from both decisions: checked again. */
static enum limiter_verdict confirm(struct limiter_answer *answer,
				    const struct limiter_query *query)
{
	uint8_t count = kind_value_count(query->tuple->kind);

	for (uint8_t i = 0; i < count; i++)
		answer->values[i] = tighter_of(query, i);
	if (same(answer->values, query->tuple->old_values, count))
		return LIMITER_NO_CHANGE;
	enum limiter_verdict verdict = check_moves(query, answer->values);
	if (verdict == LIMITER_APPLY)
		verdict = charge(answer, query);
	return verdict == LIMITER_APPLY ? LIMITER_CONFIRM : verdict;
}

/* Check 11: queued, waiting, or confirmed. */
static enum limiter_verdict loosen(struct limiter_answer *answer,
				   const struct limiter_query *query)
{
	const struct pending_item *pending = &query->state->pending;
	uint8_t count = kind_value_count(query->tuple->kind);

	if (query->steward->loosen_paused || query->steward->silent)
		return LIMITER_LOOSEN_PAUSED;
	if (!pending->present || query->now_s > pending->expires_s ||
	    !same(pending->old_values, query->tuple->old_values, count))
		return queue(answer, query);
	if (query->now_s < pending->ready_s)
		return LIMITER_PENDING;
	return confirm(answer, query);
}

static enum limiter_verdict check(const struct limiter_query *query,
				  struct limiter_answer *answer)
{
	enum limiter_verdict verdict = check_shape(query);

	if (verdict != LIMITER_APPLY)
		return verdict;
	answer->loosening = limiter_tuple_loosens(query->tuple);
	memcpy(answer->values, query->tuple->new_values, sizeof answer->values);
	verdict = check_evidence(query, answer->loosening);
	if (verdict == LIMITER_APPLY)
		verdict = check_moves(query, answer->values);
	if (verdict == LIMITER_APPLY)
		verdict = check_delay(query, answer->loosening);
	if (verdict == LIMITER_APPLY)
		verdict = charge(answer, query);
	if (verdict == LIMITER_APPLY && answer->loosening)
		verdict = loosen(answer, query);
	return verdict;
}

enum limiter_verdict limiter_check(const struct limiter_query *query,
				   struct limiter_answer *answer)
{
	*answer = (struct limiter_answer){ 0 };
	enum limiter_verdict verdict = check(query, answer);

	if (!limiter_accepts(verdict))
		*answer = (struct limiter_answer){ 0 };
	return verdict;
}
