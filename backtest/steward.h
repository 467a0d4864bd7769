/* steward.h -- the simulated RiskSteward: the limiter of governance/limiter on
 * a simulated market, with its delays, queues and allowances.
 *
 * Host, but asks no clock.  What the contract checks of a decision as a whole
 * (signature, anchor) is not here: a backtest has neither. */
#ifndef BACKTEST_STEWARD_H
#define BACKTEST_STEWARD_H

#include "backtest/market.h"
#include "case/limits.h"

struct steward {
	struct steward_state state;
	struct {
		uint8_t count;
		struct tuple_state kinds[KINDS_COUNT]; /* ascending by kind */
		uint64_t last_class_c_s;
		uint64_t frozen_s;  /* when it was frozen; 0: it is not */
		struct parameters before_freeze;
	} assets[ASSETS_MAX];
};

void steward_open(struct steward *out, const struct backtest_plan *plan);

/** What became of a decision's tuples. */
struct steward_outcome {
	uint32_t applied, queued, confirmed, refused;
};

/** A decision as it arrives. */
struct steward_order {
	const struct tuple *tuples; /* ascending by (asset, kind) */
	size_t count;
	uint8_t evidence;
	int64_t now_s;
};

/** steward_apply - group by group (an asset), each whole or not at all; what is
 *  applied is in force in the market at once. */
void steward_apply(struct steward_outcome *out, struct steward *steward,
		   struct market *market, const struct steward_order *order);

/** steward_thaw - reserves that were frozen longer ago than `after_s` go back
 *  to the values before: what guardian and timelock would do. */
void steward_thaw(struct steward *steward, struct market *market,
		  int64_t now_s, int64_t after_s);

/** steward_reserve - values in force and the kinds' states, as a case has
 *  them. */
void steward_reserve(struct reserve *out, struct steward *steward,
		     const struct market *market, size_t asset);

#endif
