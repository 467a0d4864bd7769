/* backtest_checks.h -- a market of population_plan.h opened, found its way
 * about in, and held against its own sums. */
#ifndef TESTS_HOST_BACKTEST_CHECKS_H
#define TESTS_HOST_BACKTEST_CHECKS_H

#include <math.h>

#include "tests/host/population_plan.h"

#define HOUR_S 3600

static inline void open_with(struct market *out, struct plan_fixture *fixture)
{
	struct error error;

	assert_int_equal(market_open(out, &fixture->plan, fixture->prices,
				     &error), OK);
}

static inline void open_market(struct market *out, struct plan_fixture *fixture,
			       uint32_t borrowers)
{
	plan_fixture_init(fixture, borrowers);
	open_with(out, fixture);
}

/* The market's price, and the oracle's with it. */
static inline void move_price(struct market *market, size_t asset,
			      double factor)
{
	market->assets[asset].price_usd *= factor;
	market->assets[asset].market_usd *= factor;
}

/* Hours `from` to `from + count` of everybody. */
static inline void hours(struct market *market, int from, int count)
{
	for (int h = from; h < from + count; h++) {
		market_accrue(market, HOUR_S);
		population_act(market, PLAN_FROM_S + (int64_t)h * HOUR_S);
		market_totals(market);
	}
}

static inline bool near(double a, double b, double relative)
{
	return fabs(a - b) <= relative * fmax(fabs(a), fabs(b));
}

/* Supplied and borrowed as the moves kept them, against the sums. */
static inline void assert_conserved(struct market *market)
{
	double supplied[ASSETS_MAX], borrowed[ASSETS_MAX];

	for (size_t i = 0; i < market->asset_count; i++) {
		supplied[i] = market->assets[i].supplied;
		borrowed[i] = market->assets[i].borrowed;
	}
	market_totals(market);
	for (size_t i = 0; i < market->asset_count; i++) {
		struct market_asset *asset = &market->assets[i];
		double collateral = 0.0, debt = 0.0;

		for (size_t k = 0; k < market->borrower_count; k++) {
			struct borrower *who = &market->borrowers[k];

			assert_true(who->supplied_scaled >= 0.0);
			assert_true(who->borrowed_scaled >= 0.0);
			if (who->collateral == i)
				collateral += market_collateral(market, who);
			if (who->debt == i)
				debt += market_debt(market, who);
		}
		assert_true(near(asset->supplied, supplied[i], 1e-11));
		assert_true(near(asset->borrowed, borrowed[i], 1e-11) ||
			    fabs(asset->borrowed - borrowed[i]) <
				    1e-12 * asset->supplied);
		assert_true(near(asset->supplied, asset->lent +
				 asset->treasury + collateral, 1e-12));
		assert_true(near(asset->borrowed, debt, 1e-12));
		assert_true(asset->lent >= 0.0 && asset->treasury >= 0.0);
	}
}

/* The first account with this collateral and some debt. */
static inline struct borrower *account(struct market *market,
				       uint8_t collateral)
{
	for (size_t i = market->borrower_count; i-- > 0;)
		if (market->borrowers[i].collateral == collateral &&
		    market_debt_usd(market, &market->borrowers[i]) > 10000.0)
			return &market->borrowers[i];
	fail_msg("nobody holds %u", collateral);
	return NULL;
}

#endif
