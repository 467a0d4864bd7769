/* decide_plan.h -- one asset on its way from targets to tuples.  Private to
 * decide_collateral.c, decide_caps.c and decide_tuples.c. */
#ifndef MODELS_DECIDE_PLAN_H
#define MODELS_DECIDE_PLAN_H

#include "models/decide_work.h"

struct plan {
	struct decide_work *work;
	size_t index;
	struct asset_work *asset;
	struct asset_report *report;
	bool tighten_only; /* one direction an asset: tighten first */
};

/** A tuple that is wanted: where from, where to. */
struct wish {
	uint8_t kind;
	enum component first; /* of its values in the report */
	u128 now[TUPLE_VALUES_MAX], target[TUPLE_VALUES_MAX];
};

/** plan_may_loosen - rule 8, restricted reserves, weak evidence; says why not
 *  in the asset's reasons. */
bool plan_may_loosen(struct plan *plan);
/** plan_fully_proven - threshold, bonus, rates and loosening are open: class A,
 *  or a development policy. */
bool plan_fully_proven(const struct plan *plan);
/** plan_restricted - the reserve is frozen, paused, inactive or ltv-zero. */
bool plan_restricted(const struct reserve *reserve);
/** plan_recent - the tightest of today's target and those of the epochs before
 *  (policy's history_epochs), never below what is in force. */
uint64_t plan_recent(struct plan *plan, enum component component, uint64_t now,
		     uint64_t target);
/** plan_ask - how far the limiter lets a wish go now. */
void plan_ask(struct reach *reach, const struct plan *plan,
	      const struct wish *wish);
/** plan_take - the answer into decision and report. */
void plan_take(struct plan *plan, const struct reach *reach,
	       enum component first);
/** plan_limit - what kept the chosen value from the target. */
void plan_limit(struct plan *plan, enum component component, const char *limit);
/** plan_conflict - no value meets the policy: named, and nothing moves. */
bool plan_conflict(struct plan *plan, enum component component,
		   const struct target *target);

/** plan_collateral - (ltv, lt, lb); plan_caps - both caps; plan_rate_curve;
 *  plan_price_cap - (ratio, timestamp, growth), whole or not at all. */
MUST_CHECK enum status plan_collateral(struct plan *plan);
void plan_caps(struct plan *plan);
void plan_rate_curve(struct plan *plan);
void plan_price_cap(struct plan *plan);
/** plan_caps_tighten - does a cap want to be lower? */
bool plan_caps_tighten(const struct plan *plan);

/** plan_parameters_chosen - those that would stand if every tuple of the first
 *  `count` assets took effect. */
void plan_parameters_chosen(struct decide_parameters *out,
			    const struct decide_work *work, size_t count);

#endif
