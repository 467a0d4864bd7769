/* reach.h -- from a target to a whole tuple that the limiter admits now.
 *
 * Pure.  A tuple moves along the straight line from the values in force to its
 * target, as far as every component can follow, or not at all: never one half
 * of a tuple clipped (architecture.md, decision rule 1). */
#ifndef MODELS_CHOICE_REACH_H
#define MODELS_CHOICE_REACH_H

#include "case/case.h"
#include "governance/limiter/limiter.h"

struct reach {
	bool moves;                /* tuple may be proposed */
	struct tuple tuple;        /* old and new values */
	bool whole;                /* new equals the target */
	enum limiter_verdict verdict;
	uint64_t reasons;          /* bits of enum reason when !moves */
};

struct reach_query {
	const struct reserve *reserve;
	const struct steward_state *steward;
	uint8_t kind;
	uint8_t evidence;
	uint64_t now_s;
	u128 current[TUPLE_VALUES_MAX];
	u128 target[TUPLE_VALUES_MAX];
};

/**
 * reach_tuple - the farthest point toward the target.
 *
 * Out:  reach; tuple.new_values between current and target, componentwise
 * Cost: a limiter_check and a range per component */
void reach_tuple(struct reach *reach, const struct reach_query *query);

/** collateral_coherent - ltv <= lt, lt > 0 and Aave's own
 *  (lt * lb + 5000) / 10000 <= 10000. */
bool collateral_coherent(const u128 values[TUPLE_VALUES_MAX]);

#endif
