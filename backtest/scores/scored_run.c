/* scored_run.c -- see scored_run.h. */
#include "backtest/scores/scored_run.h"

#include <math.h>

#define TIME_MOST (INT64_C(1) << 53)

static bool is_amount(double x)
{
	return x >= 0.0 && x < 1e100;
}

static bool is_asset(const struct run_asset *a)
{
	return a->price > 0.0 && a->price < 1e100 && is_amount(a->supplied) &&
	       is_amount(a->borrowed) && is_amount(a->debt_usd) &&
	       a->values[RUN_FROZEN] <= 1;
}

static bool is_liquidation(const struct scored_run *run, size_t i)
{
	const struct run_liquidation *l = &run->liquidations[i];

	return l->time_s >= run->first_s &&
	       l->time_s < run_time(run, run->steps) &&
	       (!i || l->time_s >= run->liquidations[i - 1].time_s) &&
	       l->collateral < run->assets &&
	       (l->debt < run->assets || l->debt == RUN_NUMERAIRE) &&
	       l->price > 0.0 && l->price < 1e100 && l->health > 0.0 &&
	       l->health <= 1.0 && is_amount(l->value_usd);
}

enum status run_check(const struct scored_run *run)
{
	if (run->steps < 2 || run->steps > RUN_STEPS_MAX || !run->assets ||
	    run->assets > RUN_ASSETS_MAX || run->step_s < 1 ||
	    run->step_s > RUN_DAY_S || run->first_s > TIME_MOST ||
	    run->first_s < -TIME_MOST ||
	    run->liquidation_count > RUN_LIQUIDATIONS_MAX)
		return E_INPUT;
	for (size_t i = 0; i < run->steps; i++)
		if (!(fabs(run->bad_debt_usd[i]) < 1e100) ||
		    !(fabs(run->revenue_usd[i]) < 1e100))
			return E_INPUT;
	for (size_t i = 0; i < run->steps * run->assets; i++)
		if (!is_asset(&run->states[i]))
			return E_INPUT;
	for (size_t i = 0; i < run->liquidation_count; i++)
		if (!is_liquidation(run, i))
			return E_INPUT;
	return OK;
}

const char *run_value_name(enum run_value value)
{
	static const char *const names[RUN_VALUES] = {
		[RUN_LTV] = "ltv",
		[RUN_LT] = "lt",
		[RUN_LB] = "lb",
		[RUN_SUPPLY_CAP] = "supply-cap",
		[RUN_BORROW_CAP] = "borrow-cap",
		[RUN_OPTIMAL] = "optimal",
		[RUN_BASE] = "base",
		[RUN_SLOPE1] = "slope1",
		[RUN_SLOPE2] = "slope2",
		[RUN_RESERVE_FACTOR] = "reserve-factor",
		[RUN_FROZEN] = "frozen",
	};

	return (unsigned)value < RUN_VALUES ? names[value] : NULL;
}

static bool cap_falls(uint64_t before, uint64_t now)
{
	return now && (!before || now < before);
}

bool run_tightens(const struct run_asset *before, const struct run_asset *now)
{
	const uint64_t *b = before->values, *n = now->values;

	return n[RUN_LTV] < b[RUN_LTV] || n[RUN_LT] < b[RUN_LT] ||
	       n[RUN_FROZEN] > b[RUN_FROZEN] ||
	       cap_falls(b[RUN_SUPPLY_CAP], n[RUN_SUPPLY_CAP]) ||
	       cap_falls(b[RUN_BORROW_CAP], n[RUN_BORROW_CAP]);
}
