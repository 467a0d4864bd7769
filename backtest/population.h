/* population.h -- what lenders and borrowers of a simulated market do, hour by
 * hour, and what they were calibrated on.
 *
 * Nobody here knows the future, the models or the decisions to come: a borrower
 * sees the oracle's price, the parameters in force and his own position.
 *
 *   Each hour a borrower pays attention with his own chance.  Then he compares
 *   his debt with what he wants: a share of what LTV lets be borrowed (he
 *   follows the parameters), or a health of his own at the LT of when he came,
 *   times e^(elasticity (usual rate - rate)).  Below it by a band he mostly
 *   borrows more, above it he less often repays, as far as the market lets
 *   him.  A lower LTV alone makes nobody repay, a lower LT does; nobody repays
 *   a debt that is worth more than the collateral.  Who was liquidated or left
 *   comes back after an exponential time from when he noticed, with collateral
 *   of his size_usd again, where the supply cap has room.
 *   Lenders come where utilisation is above the kink and leave where it is
 *   below what it was at the start (or the kink, if lower), within cap and
 *   liquidity; in between they stay.
 *   Some hold a claim (stETH) against its parent (ETH): loop_ppm of what its
 *   borrowers hold.  Who holds a stable asset is short: volatile debt;
 *   short_ppm of its supply.  All others borrow a stable asset.
 *
 * What it cannot say: new people and new money do not come, so that tokens
 * supplied grow by interest and lenders above the kink only; nobody withdraws
 * in fear; repayments come from elsewhere, not from selling the collateral.
 *
 * Source: sizes, use of LTV, attention and reactions were calibrated on real
 *   accounts by `make check-models` (section population), which prints them
 *   beside the constants. */
#ifndef BACKTEST_POPULATION_H
#define BACKTEST_POPULATION_H

#include "backtest/market.h"

#define POPULATION_LEVELS 9

/** Who they are; figures and their sources in population_draw.c. */
struct population_traits {
	double size_log_sd;       /* of log collateral */
	double size_z_max;        /* no size is further out */
	double attention_days;    /* until he looks again, of the median one */
	double attention_log_sd;  /* of its logarithm among borrowers */
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
	double band;              /* share that debt is off before he acts */
	double repays, borrows;   /* chance to act, given attention, with debt
				   * above and below what he wants */
	double elasticity;        /* log debt wanted, for a rate lower by 1 */
	double leaves;            /* share still wanted at which he goes */
	double most;              /* times what he wants, at low rates */
	double returns_days;      /* mean, until who is out comes back */
	double resizes_at;        /* times his size, or one part of it in so
				   * many, at which he comes back to it */
	double lenders_a_day;     /* of the way to the use they want */
	double lenders_a_day_max; /* of supply */
};
extern const struct population_conduct population_conduct;

/** population_use - quantile p of debt over collateral * LTV, linear between
 *  the stated ones, at most appetite_max. */
double population_use(bool loops, double p);

/**
 * population_draw - the borrowers of a plan at its start, without holdings.
 *
 * Out:     borrowers  [population_count(plan)]; sizes of a volatile collateral
 *                     add up to borrowed_against of its supply_usd, those of
 *                     a stable one to short_ppm; less where debt would begin
 *                     above utilisation_share of its kink.  Groups in order of
 *                     collateral, sizes ascending in each
 * Cost:    O(count); numbers are f(seed, borrower) */
void population_draw(struct borrower *borrowers,
		     const struct backtest_plan *plan);
size_t population_count(const struct backtest_plan *plan);

/** population_begin - holdings at the start: each at what he wants. */
void population_begin(struct market *market);

/** population_act - one hour of everybody; time_s is the hour's start.  Numbers
 *  are f(seed, borrower, time): the same whatever was done before.
 *  Cost: a few ns a borrower who pays no attention, about 100 ns of others. */
void population_act(struct market *market, int64_t time_s);

#endif
