/* disturbance.h -- what a plan's disturbances make of the oracle, the books and
 * the case at a time.
 *
 * Host, but pure: functions of the plan and a time, so that nothing is carried
 * from hour to hour and nothing looks ahead.  Without a disturbance each leaves
 * what it is given. */
#ifndef BACKTEST_DISTURBANCE_H
#define BACKTEST_DISTURBANCE_H

#include "backtest/plan.h"

/** disturbance_find - the first of a kind for an asset at a time, or NULL. */
const struct plan_disturbance *
disturbance_find(const struct backtest_plan *plan, enum disturbance_kind kind,
		 size_t asset, int64_t time_s);

/** disturbance_oracle - what oracles say during an hour whatever the market:
 *  said [step][asset] as loss_stretch has it, from prices [step][asset] of the
 *  market; false: all answer the market, said is untouched. */
bool disturbance_oracle(double *said, const struct backtest_plan *plan,
			const double *prices, int64_t time_s);

/** disturbance_curve - the depth of an asset in usual times, as far as it is
 *  there: sizes ascending, at least 1 USD. */
void disturbance_curve(struct liquidity_curve *out,
		       const struct backtest_plan *plan, size_t asset,
		       int64_t time_s);

/** disturbance_quote - what a family's quote is of the market's price, as it
 *  was known just before a time. */
double disturbance_quote(const struct backtest_plan *plan, size_t asset,
			 uint8_t family, int64_t time_s);

/** disturbance_reserve - bounds of the feed, backing and price cap as they were
 *  known just before a time, into a reserve. */
void disturbance_reserve(struct reserve *out, const struct backtest_plan *plan,
			 size_t asset, int64_t time_s);

#endif
