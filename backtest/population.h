/* population.h -- what lenders and borrowers of a simulated market do, hour by
 * hour, and what they were calibrated on.
 *
 * Nobody here knows the future, the models or the decisions to come: a borrower
 * sees the oracle's price, the parameters in force and his own position.
 *
 *   Each hour a borrower pays attention with his own chance.  Then he compares
 *   his debt with what he wants: a share of what LTV lets be borrowed (he
 *   follows the parameters), or a health of his own.  Below it by a band he
 *   borrows more, above it he repays, as far as the market lets him.  Who was
 *   liquidated or left comes back later, with fresh collateral, where the
 *   supply cap has room.
 *   Lenders come where utilisation is above the kink and leave where it is
 *   low, within cap and liquidity.
 *   Some hold a claim (stETH) against its parent (ETH); some are short: stable
 *   collateral, volatile debt.
 *
 * Source: sizes, healths and attention were calibrated on real accounts by
 *   `make check-models` (section population), which prints what population.c
 *   states. */
#ifndef BACKTEST_POPULATION_H
#define BACKTEST_POPULATION_H

#include "backtest/market.h"

#define POPULATION_LEVELS 9

/** Who they are; figures and their sources in population_draw.c. */
struct population_traits {
	double size_log_sd;       /* of log collateral */
	double size_z_max;        /* no size is further out */
	double change_days;       /* between changes of a position, mean */
	double change_log_sd;     /* of its logarithm among borrowers */
	double use_levels[POPULATION_LEVELS]; /* probabilities */
	double use_loop[POPULATION_LEVELS], use_other[POPULATION_LEVELS];
				  /* quantiles of debt over collateral * LTV */
	double borrowed_against;  /* share of a volatile asset's supply */
	double utilisation_share; /* of the kink: no debt asset starts above */
	double appetite_max;
};
extern const struct population_traits population_traits;

/** How they act; figures and their sources in population.c. */
struct population_conduct {
	double band, repays, borrows;
	double elasticity, leaves, most;
	double returns_days;
	double lenders_a_day, lenders_a_day_max;
};
extern const struct population_conduct population_conduct;

/** population_use - quantile p of debt over collateral * LTV, linear between
 *  the stated ones, at most appetite_max. */
double population_use(bool loops, double p);

/**
 * population_draw - the borrowers of a plan at its start, without holdings.
 *
 * Out:     borrowers  [population_count(plan)]; sizes add up to the share of
 *                     each collateral's supply_usd that is borrowed against
 * Cost:    O(count); numbers are f(seed, borrower) */
void population_draw(struct borrower *borrowers,
		     const struct backtest_plan *plan);
size_t population_count(const struct backtest_plan *plan);

/** population_begin - holdings at the start: each at what he wants. */
void population_begin(struct market *market);

/** population_act - one hour of everybody; time_s is the hour's start.  Numbers
 *  are f(seed, borrower, time): the same whatever was done before. */
void population_act(struct market *market, int64_t time_s);

#endif
