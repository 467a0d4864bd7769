/* pools.h -- impact of a sale by the formulas of automated market makers.
 *
 * Pure.  Two-coin pools: constant product, and Curve's StableSwap.  Balances
 * are whole coins valued at one common price, so a balanced pool trades one
 * for one.  A sale is routed over several pools so that it moves all of them to
 * the same marginal price.
 * Source: Adams, Zinsmeister and Robinson (2020), "Uniswap v2 core"; Egorov
 *   (2019), "StableSwap" */
#ifndef MODELS_LIQUIDITY_POOLS_H
#define MODELS_LIQUIDITY_POOLS_H

#include "case/case.h"

enum pool_kind { POOL_CONSTANT_PRODUCT, POOL_STABLE };

struct pool {
	enum pool_kind kind;
	double in, out;       /* balances of what is sold and of what is got */
	double amplification; /* of a stable pool, A of its contract */
	double fee;           /* share of what comes out, [0, 1) */
};

/** pool_is_sane - balances above 0, amplification in [1, 1e6], fee in [0, 1). */
bool pool_is_sane(const struct pool *pool);

/** pool_output - coins got for `amount` coins, fee taken.
 *  Error: 1e-12 of the balances.  Cost: 64 Newton steps for a stable pool. */
double pool_output(const struct pool *pool, double amount);

/** pool_impact - share of value lost against selling at the marginal price
 *  before the sale, fee included; in [0, 1]. */
double pool_impact(const struct pool *pool, double amount);

/** pools_impact - the same for a sale split over pools for the best price;
 *  at most POOLS_MAX. */
#define POOLS_MAX 8
double pools_impact(const struct pool *pools, size_t count, double amount);

/** pools_curve - impacts of selling a thousandth of the pools, twice as much, and
 *  so on, at price_usd, until half of the value is lost or the points are full. */
void pools_curve(struct liquidity_curve *out, const struct pool *pools,
		 size_t count, double price_usd);

#endif
