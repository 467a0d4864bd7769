/* market.h -- the simulated protocol: reserves, lenders, borrowers, and what
 * they may do under the parameters in force.
 *
 * Host, but asks no clock and no source.  Amounts are raw token units, as the
 * protocol has them; prices are the oracle's.  Who does what, and why, is
 * population.h; liquidations are models/loss/realised.h; who changes parameters
 * is steward.h. */
#ifndef BACKTEST_MARKET_H
#define BACKTEST_MARKET_H

#include "backtest/plan.h"
#include "base/host/error.h"
#include "models/positions/aave_engine.h"

#define BORROWER_HOLDINGS 2 /* collateral first, then debt */

/** An account with debt, or one that waits to come back.
 *
 *  His balances are the scaled ones, in doubles; holdings is the engine's view
 *  of them, right after market_settle and until the next market_accrue or
 *  move.  What reads holdings settles first; what changes them adopts after. */
struct borrower {
	double supplied_scaled, borrowed_scaled; /* raw, over the index */
	uint64_t attends;         /* bit h: hour h of the block (population.c) */
	int64_t block;            /* that attends is of; -1: none yet */
	double idle_log;          /* log(1 - attention) */
	uint8_t collateral, debt; /* reserves */
	bool follows;             /* the LTV, else a health of his own */
	bool liquidated;          /* and has not noticed yet */
	uint32_t lt_bps;          /* in force when he came */
	double appetite;          /* follows: debt as a share of what LTV lets
				   * be borrowed, (0, 1) */
	double health;            /* else: collateral * LT over debt, > 1 */
	double size_usd;          /* collateral he comes with */
	double attention;         /* chance to act within an hour */
	int64_t returns_s;        /* liquidated or out: not before this; 0: is
				   * not waiting */
	struct engine_holding holdings[BORROWER_HOLDINGS];
};

struct market_asset {
	struct parameters values;  /* in force */
	bool frozen;
	double unit;               /* raw units a token */
	double price_usd;          /* oracle */
	double market_usd;         /* what the market pays */
	double supply_index, borrow_index; /* 1 at from_s */
	double lent;               /* raw, of lenders who borrow nothing */
	double treasury;           /* raw, the protocol's own supply */
	double supplied, borrowed; /* raw, of all */
	double deficit;            /* raw: supplied, but nobody owes it */
	double borrow_rate;        /* annual, of the last market_totals */
	double rest;               /* utilisation lenders are content with */
	double deficit_usd;        /* bad debt recorded so far, at its time */
	double revenue_usd;        /* of the protocol so far: interest and fees */
};

struct market {
	const struct backtest_plan *plan;
	size_t asset_count;
	struct market_asset assets[ASSETS_MAX];
	size_t borrower_count;
	struct borrower *borrowers; /* market_free */
};

/** market_open - the market at from_s: lenders and borrowers as the plan's
 *  population, drawn with its seed, at these oracle prices.
 *  E_INPUT a plan that cannot be (named). */
MUST_CHECK enum status market_open(struct market *out,
				   const struct backtest_plan *plan,
				   const double *prices_usd, /* [asset] */
				   struct error *error);
void market_free(struct market *market);

/** market_totals - supplied, borrowed and rates from lenders and accounts,
 *  summed in the order of accounts.  Between two calls the moves below keep
 *  supplied and borrowed by differences (within 1e-12 of the sum), not rates.
 *  Cost: about 2 ns an account. */
void market_totals(struct market *market);

/** market_utilisation - borrowed over what is supplied less the deficit (as
 *  Aave's strategy has it), >= 0; 0 where nothing is. */
double market_utilisation(const struct market_asset *asset);
/** market_liquidity - raw units that can leave now. */
double market_liquidity(const struct market_asset *asset);
/** market_rate - annual borrow rate of the curve in force at a utilisation. */
double market_rate(const struct parameters *values, double utilisation);

/** market_accrue - interest of so many seconds at the last rates: debts grow,
 *  lenders', collateral's and the treasury's balances grow by it less the
 *  reserve factor, which is revenue and the treasury's.  Moves indices and
 *  totals only.  Cost: O(assets).
 *  Source: Aave v3, MathUtils.calculateCompoundedInterest (three terms) */
void market_accrue(struct market *market, double seconds);

/** What a borrower has and owes now: raw units, and USD by the oracle. */
double market_collateral(const struct market *market,
			 const struct borrower *who);
double market_debt(const struct market *market, const struct borrower *who);
double market_collateral_usd(const struct market *market,
			     const struct borrower *who);
double market_debt_usd(const struct market *market,
		       const struct borrower *who);

/** market_is_under_water - does he owe at least what his collateral is worth, at
 *  what the market pays?  An oracle may say otherwise. */
bool market_is_under_water(const struct market *market,
			   const struct borrower *who);
/** market_health - collateral * LT over debt: to find whom to look at.  The
 *  engine's differs by its rounding to raw units and to 1e-8 USD.
 *  1e300 without debt.  Cost: a few ns. */
double market_health(const struct market *market, const struct borrower *who);

/** market_settle - holdings as of now, floored to raw units. */
void market_settle(const struct market *market, struct borrower *who);
/** market_adopt - takes holdings as liquidations left them since market_settle;
 *  of *done, one call or the sum of several, debt_repaid, protocol_fee and
 *  whether there was a deficit count.  Seized collateral leaves, or where
 *  liquidity is short becomes the liquidator's supply; the fee is the
 *  treasury's; debt that nobody repaid becomes deficit. */
void market_adopt(struct market *market, struct borrower *who,
		  const struct engine_liquidation *done);

/** What a borrower gets of what he asks for, raw units; caps, liquidity,
 *  freeze, LTV (for borrowing) and health (for withdrawing) bound it. */
double market_supply(struct market *market, struct borrower *who, double raw);
double market_borrow(struct market *market, struct borrower *who, double raw);
double market_repay(struct market *market, struct borrower *who, double raw);
double market_withdraw(struct market *market, struct borrower *who, double raw);

/** market_lend - lenders bring (> 0) or take (< 0) raw units, within cap,
 *  freeze, liquidity and what is theirs; returns what moved, signed. */
double market_lend(struct market_asset *asset, double raw);

#endif
