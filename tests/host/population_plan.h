/* population_plan.h -- a plan of five assets for the tests of the simulated
 * market: WETH, USDC (6 decimals), WBTC (8), DAI, stETH (a claim on WETH). */
#ifndef TESTS_HOST_POPULATION_PLAN_H
#define TESTS_HOST_POPULATION_PLAN_H

#include <string.h>

#include "backtest/population.h"

#define PLAN_FROM_S 1600002000 /* a whole hour */

enum { WETH, USDC, WBTC, DAI, STETH, PLAN_ASSETS };

struct plan_fixture {
	struct policy policy;
	struct backtest_plan plan;
	double prices[PLAN_ASSETS];
};

static inline void plan_fixture_init(struct plan_fixture *out,
				     uint32_t borrowers)
{
	static const char *const symbols[] = { "WETH", "USDC", "WBTC", "DAI",
					       "stETH" };
	static const uint8_t decimals[] = { 18, 6, 8, 18, 18 };
	static const double prices[] = { 2000.0, 1.0, 30000.0, 1.0, 1990.0 };
	static const double supplies[] = { 1e9, 8e8, 6e8, 3e8, 5e8 };

	memset(out, 0, sizeof(*out));
	out->policy.asset_count = out->plan.asset_count = PLAN_ASSETS;
	out->plan.policy = &out->policy;
	for (size_t i = 0; i < PLAN_ASSETS; i++) {
		struct plan_asset *asset = &out->plan.assets[i];
		bool stable = i == USDC || i == DAI;

		memcpy(asset->symbol, symbols[i], strlen(symbols[i]) + 1);
		asset->decimals = decimals[i];
		asset->stable = stable;
		asset->parent = (uint8_t)(i == STETH ? WETH : i);
		asset->start = (struct parameters){
			stable ? 7500 : 7200, stable ? 8000 : 8300, 10500, 0, 0,
			stable ? 9000 : 8000, 0, stable ? 550 : 300,
			stable ? 6000 : 8000 };
		asset->reserve_factor_bps = 1500;
		asset->protocol_fee_bps = 1000;
		asset->supply_usd = supplies[i];
		out->policy.assets[i].borrowable = true;
		out->prices[i] = prices[i];
	}
	out->plan.from_s = PLAN_FROM_S;
	out->plan.population = (struct plan_population){
		borrowers, 100000, 50000, 500000, 0 };
	memset(out->plan.seed, 7, sizeof(out->plan.seed));
}

/* The engine's view of the market, for accounts that market_settle filled. */
static inline void plan_engine(struct engine_market *out,
			       const struct market *market)
{
	memset(out, 0, sizeof(*out));
	out->rule = ENGINE_AAVE_V3;
	out->reserve_count = market->asset_count;
	for (size_t i = 0; i < market->asset_count; i++) {
		const struct market_asset *asset = &market->assets[i];

		out->reserves[i] = (struct engine_reserve){
			.price_e8 = (uint64_t)(asset->price_usd * 1e8 + 0.5),
			.unit = (u128)asset->unit,
			.lt_bps = asset->values.lt_bps,
			.lb_bps = asset->values.lb_bps,
			.protocol_fee_bps =
				market->plan->assets[i].protocol_fee_bps };
	}
}

#endif
