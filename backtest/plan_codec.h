/* plan_codec.h -- a plan as canonical CBOR, its bars included: what an input
 * digest is taken of and what makes a record file stand by itself.  Host only. */
#ifndef BACKTEST_PLAN_CODEC_H
#define BACKTEST_PLAN_CODEC_H

#include "backtest/plan.h"
#include "base/host/memory.h"

#define PLAN_BARS_MAX 2000000u /* of one asset */

/** plan_encode - appends one CBOR item.  Cost: O(bars) */
void plan_encode(struct text *out, const struct backtest_plan *plan);
/** plan_digest - keccak of it: every number that a backtest depends on. */
void plan_digest(uint8_t out32[HASH_SIZE], const struct backtest_plan *plan);

/** A plan with all that it points to. */
struct plan_store {
	struct backtest_plan plan;
	struct policy policy;
	uint8_t *policy_bytes;
	struct bar *bars[ASSETS_MAX];
	struct plan_change *changes;
	struct plan_disturbance *disturbances;
};

/**
 * plan_decode - one item, strictly.
 *
 * Out:     out  zero before; the caller frees it with plan_store_free, also
 *               after a failure.  Pointers in the plan go into it: it may not
 *               be moved.
 * Returns: E_MALFORMED  other bytes than plan_encode writes, bars or changes
 *                       out of order, indices out of range, another number of
 *                       assets than the policy's, sizes not finite
 *          E_INPUT      a policy outside its bounds
 *          E_LIMIT      more bars, changes or disturbances than the bounds */
MUST_CHECK enum status plan_decode(struct plan_store *out,
				   struct cbor_reader *reader);
void plan_store_free(struct plan_store *store);

#endif
