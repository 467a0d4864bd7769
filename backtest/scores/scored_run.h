/* scored_run.h -- what decision scores look at: the state of a market along a
 * run, step by step, and its liquidations.
 *
 * Pure.  The run is made elsewhere (history, or decisions against a limiter);
 * nothing here knows how. */
#ifndef BACKTEST_SCORES_SCORED_RUN_H
#define BACKTEST_SCORES_SCORED_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define RUN_ASSETS_MAX 16
#define RUN_STEPS_MAX 1000000u
#define RUN_LIQUIDATIONS_MAX 10000000u
#define RUN_DAY_S 86400
#define RUN_NUMERAIRE UINT32_MAX /* as a debt: whose price is always 1 */

/** Parameters of an asset, as on the chain. */
enum run_value {
	RUN_LTV,        /* bps */
	RUN_LT,         /* bps */
	RUN_LB,         /* bps, 10500 = 5 % */
	RUN_SUPPLY_CAP, /* whole tokens, 0: none */
	RUN_BORROW_CAP, /* whole tokens, 0: none */
	RUN_OPTIMAL,    /* bps, of the rate curve */
	RUN_BASE,
	RUN_SLOPE1,
	RUN_SLOPE2,
	RUN_RESERVE_FACTOR, /* bps */
	RUN_FROZEN,     /* 1 frozen or paused, 0 not */
	RUN_VALUES,
};

/** One asset over one step. */
struct run_asset {
	double price;              /* of the oracle, at the step's start; > 0 */
	double supplied, borrowed; /* whole tokens, >= 0 */
	double debt_usd;           /* debts that it backs; >= 0 */
	uint64_t values[RUN_VALUES]; /* in force during the step */
};

/** Somebody's collateral was sold. */
struct run_liquidation {
	int64_t time_s;            /* within the run */
	uint32_t collateral, debt; /* assets; debt may be RUN_NUMERAIRE */
	double price;  /* of the collateral in units of the debt asset, at which
	                * it was liquidated; > 0 */
	double health; /* of the position just before; in (0, 1] */
	double value_usd;          /* of the collateral that was taken; >= 0 */
};

/** Step i lasts from first_s + i step_s until the next. */
struct scored_run {
	int64_t first_s, step_s;
	size_t steps, assets;
	const double *bad_debt_usd; /* [steps] that arose in each; finite */
	const double *revenue_usd;  /* [steps] of the protocol; finite */
	const struct run_asset *states; /* [steps][assets] */
	const struct run_liquidation *liquidations; /* ascending by time */
	size_t liquidation_count;
};

/** run_check - E_INPUT where anything is out of the ranges above: steps 2 ..
 *  RUN_STEPS_MAX, assets 1 .. RUN_ASSETS_MAX, step_s 1 .. a day, times below
 *  2^53, liquidations outside the run, out of order or of unknown assets. */
MUST_CHECK enum status run_check(const struct scored_run *run);

/** run_state - asset `asset` in step `step`. */
static inline const struct run_asset *run_state(const struct scored_run *run,
						size_t step, size_t asset)
{
	return &run->states[step * run->assets + asset];
}

/** run_step_at - the step that a time of the run lies in. */
static inline size_t run_step_at(const struct scored_run *run, int64_t time_s)
{
	return (size_t)((time_s - run->first_s) / run->step_s);
}

/** run_time - when a step starts, unix s. */
static inline int64_t run_time(const struct scored_run *run, size_t step)
{
	return run->first_s + (int64_t)step * run->step_s;
}

/** run_value_name - "ltv", "supply-cap", ...; NULL out of range. */
const char *run_value_name(enum run_value value);

/** run_tightens - did the asset's LTV, LT or a cap fall between two states, or
 *  was it frozen?  A cap set where there was none tightens. */
bool run_tightens(const struct run_asset *before, const struct run_asset *now);

#endif
