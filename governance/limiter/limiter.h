/* limiter.h -- the rules that bound a signed decision, in C.
 *
 * Pure.  The same rules on the same integers as RiskLimits.sol, in the order of
 * README.md here; tests/chain/test_limiter.mjs holds both together.  decide()
 * asks before it proposes; backtest asks instead of a chain.  Not here: the
 * checks of the decision as a whole (signature, epoch, anchor), which only the
 * contract can make. */
#ifndef GOVERNANCE_LIMITER_LIMITER_H
#define GOVERNANCE_LIMITER_LIMITER_H

#include "case/limits.h"

/** Whole units of size in a bucket's level. */
#define LIMITER_UNIT_E18 ((u128)1000000000000000000u)
#define LIMITER_BPS 10000u
#define LIMITER_CLASS_C_PERIOD_S 86400u

/** What a tuple may do now, or the first rule it breaks (the contract's custom
 *  errors, same names). */
enum limiter_verdict {
	LIMITER_APPLY,   /* a tightening: takes effect at once */
	LIMITER_QUEUE,   /* a loosening: waits from now */
	LIMITER_CONFIRM, /* a loosening that waited: takes effect */
	LIMITER_NO_LIMITS,
	LIMITER_VALUE_COUNT,
	LIMITER_VALUE_RANGE,
	LIMITER_OLD_VALUE_MISMATCH,
	LIMITER_ZERO_CAP,
	LIMITER_ID_CHANGED,
	LIMITER_NO_CHANGE,
	LIMITER_EVIDENCE_TOO_WEAK,
	LIMITER_OUT_OF_BAND,
	LIMITER_STEP_TOO_LARGE,
	LIMITER_TOO_SOON,
	LIMITER_ALLOWANCE_EXCEEDED,
	LIMITER_LOOSEN_PAUSED,
	LIMITER_PENDING,
	LIMITER_VERDICTS_COUNT,
};

/** Which way a move of a component goes. */
enum limiter_direction {
	LIMITER_TIGHTER,
	LIMITER_LOOSER,
	LIMITER_UNDIRECTED, /* neither way is tighter: the stricter limit binds */
};

/** One question: may this tuple be applied now?  Times in unix seconds below
 *  2^62; a wide value is one that needed more than 128 bits. */
struct limiter_query {
	const struct tuple_state *state;
	const struct steward_state *steward;
	const struct tuple *tuple;
	/* Values in force; kind_value_count() of them. */
	u128 current[TUPLE_VALUES_MAX];
	uint8_t old_count, new_count; /* as signed; tuple->count when built here */
	bool wide_value;
	uint8_t evidence;             /* enum evidence */
	uint64_t now_s;
	uint64_t last_class_c_s;      /* of the asset; 0: never */
};

/** What happens if the verdict is APPLY, QUEUE or CONFIRM. */
struct limiter_answer {
	bool loosening;
	u128 values[TUPLE_VALUES_MAX];  /* to write, or to keep while queued */
	uint64_t ready_s, expires_s;    /* QUEUE only, else 0 */
	bool tighten_charged[TUPLE_VALUES_MAX];
	bool loosen_charged[TUPLE_VALUES_MAX];
	u128 tighten_level_e18[TUPLE_VALUES_MAX]; /* after the move */
	u128 loosen_level_e18[TUPLE_VALUES_MAX];
};

/** limiter_query_of - a query about `tuple` as built here, from its own counts.
 *  Outputs: query with current = old values, evidence A, last class C never. */
void limiter_query_of(struct limiter_query *query, const struct tuple *tuple,
		      const struct tuple_state *state,
		      const struct steward_state *steward, uint64_t now_s);

/** limiter_check - the verdict of README.md, "Order of checks".
 *  Outputs: answer, meaningful for APPLY, QUEUE and CONFIRM, else zeros.
 *  Cost: O(components), no allocation.  Source: README.md. */
enum limiter_verdict limiter_check(const struct limiter_query *query,
				   struct limiter_answer *answer);

/** limiter_verdict_name - the contract's word ("APPLY", "TooSoon"). */
const char *limiter_verdict_name(enum limiter_verdict verdict);
/** limiter_accepts - whether the verdict is APPLY, QUEUE or CONFIRM. */
bool limiter_accepts(enum limiter_verdict verdict);

/** limiter_move - direction of component `index` of `kind` from -> to. */
enum limiter_direction limiter_move(uint8_t kind, uint8_t index, u128 from,
				    u128 to);
/** limiter_tuple_loosens - any loosening component, or changes of which none
 *  has a direction. */
bool limiter_tuple_loosens(const struct tuple *tuple);

/** A move whose size is asked for. */
struct limiter_step {
	uint8_t kind;
	bool relative;
	u128 from, to;
};
/** limiter_size - size of a move: |to - from|, or bps of the larger value
 *  rounded up; to or from an infinite cap 10000 (absolute: UINT128_MAX). */
u128 limiter_size(const struct limiter_step *step);

/** limiter_level - level of a bucket at now_s, in 1e18 units of size.
 *  capacity in whole units; window_s 0 never recharges. */
u128 limiter_level(const struct bucket *bucket, uint64_t capacity,
		   uint32_t window_s, uint64_t now_s);

/** Lowest and highest value a component can take in one move now. */
struct limiter_range {
	u128 lowest, highest; /* both equal the value in force: no move */
};

/**
 * limiter_reachable_range - where component `index` may go now, the others
 * unchanged: band, step and allowance together, not delays, evidence, pauses
 * or pending items (limiter_check() answers those).
 *
 * Inputs: state, current in the component's unit, now_s.
 * Outputs: out, inclusive; every value between the value in force and either
 *          end passes checks 8 and 10.  A cap in force of 0 (infinite) yields
 *          the smallest finite cap reachable and highest = 0; an e-mode's id
 *          does not move.
 * Cost: O(128) size evaluations.
 */
void limiter_reachable_range(struct limiter_range *out,
			     const struct tuple_state *state, uint8_t index,
			     u128 current, uint64_t now_s);

#endif
