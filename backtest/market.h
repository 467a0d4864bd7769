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

/** An account with debt, or one that waits to come back. */
struct borrower {
	struct engine_holding holdings[BORROWER_HOLDINGS];
	uint8_t collateral, debt; /* reserves */
	bool follows;             /* the LTV, else a health of his own */
	double appetite;          /* follows: debt as a share of what LTV lets
				   * be borrowed, (0, 1) */
	double health;            /* else: collateral * LT over debt, > 1 */
	double size_usd;          /* collateral he comes with */
	double attention;         /* chance to act within an hour */
	int64_t returns_s;        /* liquidated or out: not before this */
};

struct market_asset {
	struct parameters values;  /* in force */
	bool frozen;
	double unit;               /* raw units a token */
	double price_usd;          /* oracle */
	double lent;               /* raw, of lenders who borrow nothing */
	double supplied, borrowed; /* raw, of all */
	double borrow_rate;        /* annual, now */
	double deficit_usd;        /* bad debt recorded so far */
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
 *  summed in the order of accounts. */
void market_totals(struct market *market);

/** market_utilisation - borrowed over supplied, >= 0; 0 where nothing is. */
double market_utilisation(const struct market_asset *asset);
/** market_rate - annual borrow rate of the curve in force at a utilisation. */
double market_rate(const struct parameters *values, double utilisation);

/** market_accrue - interest of so many seconds: debts grow, lenders' and
 *  collateral's balances grow by it less the reserve factor, which is revenue. */
void market_accrue(struct market *market, double seconds);

/** What a borrower gets of what he asks for, raw units; caps, liquidity,
 *  freeze, LTV (for borrowing) and health (for withdrawing) bound it. */
double market_supply(struct market *market, struct borrower *who, double raw);
double market_borrow(struct market *market, struct borrower *who, double raw);
double market_repay(struct market *market, struct borrower *who, double raw);
double market_withdraw(struct market *market, struct borrower *who, double raw);

#endif
