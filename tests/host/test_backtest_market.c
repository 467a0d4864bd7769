/* test_backtest_market.c -- the simulated protocol: nothing is lost, nothing
 * comes from nowhere, and its bounds hold. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/host/population_plan.h"

#define HOUR 3600.0
#define YEAR (365.0 * 24.0 * HOUR)

static struct plan_fixture fixture;

static void open_with(struct market *out)
{
	struct error error;

	assert_int_equal(market_open(out, &fixture.plan, fixture.prices,
				     &error), OK);
}

static void open_market(struct market *out, uint32_t borrowers)
{
	plan_fixture_init(&fixture, borrowers);
	open_with(out);
}

static bool near(double a, double b, double relative)
{
	return fabs(a - b) <= relative * fmax(fabs(a), fabs(b));
}

/* Supplied and borrowed as the moves kept them, against the sums. */
static void assert_conserved(struct market *market)
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

static void test_rate_known_answers(void **state)
{
	struct parameters p = { .optimal_bps = 8000, .base_bps = 100,
				.slope1_bps = 400, .slope2_bps = 6000 };

	(void)state;
	assert_true(near(market_rate(&p, 0.0), 0.01, 1e-15));
	assert_true(near(market_rate(&p, 0.4), 0.03, 1e-15));
	assert_true(near(market_rate(&p, 0.8), 0.05, 1e-15));
	assert_true(near(market_rate(&p, 0.9), 0.35, 1e-14));
	assert_true(near(market_rate(&p, 1.0), 0.65, 1e-14));
	assert_true(near(market_rate(&p, 1.7), 0.65, 1e-14));
	p.optimal_bps = 0;
	assert_true(isfinite(market_rate(&p, 0.0)));
}

static void test_open_holds_what_the_plan_says(void **state)
{
	struct market market;

	(void)state;
	open_market(&market, 100);
	for (size_t i = 0; i < PLAN_ASSETS; i++) {
		struct market_asset *asset = &market.assets[i];
		double usd = asset->supplied / asset->unit * asset->price_usd;

		assert_true(near(usd, fixture.plan.assets[i].supply_usd,
				 1e-12));
		assert_true(market_utilisation(asset) <=
			    0.9 * asset->values.optimal_bps / 1e4 + 1e-9);
	}
	assert_true(market.assets[USDC].borrowed > 0.0);
	assert_true(market.assets[WETH].borrowed > 0.0);
	assert_conserved(&market);
	market_free(&market);
}

static void test_any_price_and_decimals(void **state)
{
	static const double prices[] = { 1e-5, 1e5 };
	static const uint8_t decimals[] = { 6, 18 };
	struct market market;

	(void)state;
	for (int k = 0; k < 4; k++) {
		plan_fixture_init(&fixture, 50);
		fixture.prices[WETH] = prices[k & 1];
		fixture.plan.assets[WETH].decimals = decimals[k >> 1];
		open_with(&market);
		for (int h = 0; h < 100; h++) {
			market_accrue(&market, HOUR);
			assert_conserved(&market);
		}
		for (size_t i = 0; i < market.borrower_count; i++) {
			struct borrower *who = &market.borrowers[i];

			market_settle(&market, who);
			assert_true(fabs((double)who->holdings[0].supplied -
					 market_collateral(&market, who)) <=
				    1.0 + 1e-15 *
				    market_collateral(&market, who));
		}
		market_free(&market);
	}
}

static void refuses(const char *part)
{
	struct market market;
	struct error error;

	assert_int_equal(market_open(&market, &fixture.plan, fixture.prices,
				     &error), E_INPUT);
	assert_non_null(strstr(error.message, part));
	plan_fixture_init(&fixture, 10);
}

static void test_refuses_what_cannot_be(void **state)
{
	(void)state;
	plan_fixture_init(&fixture, 10);
	fixture.prices[WBTC] = 0.0;
	refuses("WBTC has no price");
	fixture.prices[WBTC] = (double)NAN;
	refuses("WBTC has no price");
	fixture.plan.asset_count = 0;
	refuses("0 assets");
	fixture.plan.assets[DAI].parent = PLAN_ASSETS;
	refuses("DAI is a claim");
	fixture.plan.assets[DAI].start.ltv_bps = 8001;
	refuses("DAI has an LTV above");
	fixture.plan.assets[DAI].start.optimal_bps = 10000;
	refuses("DAI has no kink");
	fixture.plan.assets[DAI].supply_usd = (double)NAN;
	refuses("DAI has a supply");
	fixture.plan.assets[DAI].start.slope2_bps = 100001;
	refuses("DAI has a rate");
	fixture.plan.assets[DAI].reserve_factor_bps = 10001;
	refuses("DAI has a reserve factor");
	fixture.plan.assets[DAI].decimals = 25;
	refuses("DAI has more decimals");
	fixture.plan.population.borrowers = 100001;
	refuses("100001 borrowers");
	fixture.plan.population.loop_ppm = 1000001;
	refuses("above 1");
}

static void test_interest_goes_somewhere(void **state)
{
	struct market market;
	double lent, collateral, debt, revenue, treasury, rate;
	struct market_asset *asset;

	(void)state;
	open_market(&market, 100);
	asset = &market.assets[USDC];
	lent = asset->lent;
	collateral = asset->supplied - asset->lent;
	debt = asset->borrowed;
	rate = asset->borrow_rate;
	market_accrue(&market, YEAR);
	assert_conserved(&market);
	treasury = asset->treasury;
	revenue = asset->revenue_usd / asset->price_usd * asset->unit;
	assert_true(near(asset->borrowed,
			 debt * (1.0 + rate + rate * rate / 2.0 +
				 rate * rate * rate / 6.0), 1e-12));
	assert_true(near(treasury, revenue, 1e-12));
	assert_true(near(revenue, 0.15 * (asset->borrowed - debt), 1e-9));
	collateral = asset->supplied - asset->lent - treasury - collateral;
	assert_true(near(asset->borrowed - debt,
			 asset->lent - lent + collateral + revenue, 1e-9));
	/* Lenders and collateral earn at the same rate. */
	assert_true(near(asset->lent / lent, asset->supply_index, 1e-12));
	market_free(&market);
}

/* The first account with this collateral and some debt. */
static struct borrower *account(struct market *market, uint8_t collateral)
{
	for (size_t i = market->borrower_count; i-- > 0;)
		if (market->borrowers[i].collateral == collateral &&
		    market_debt_usd(market, &market->borrowers[i]) > 10000.0)
			return &market->borrowers[i];
	fail_msg("nobody holds %u", collateral);
	return NULL;
}

static void test_caps(void **state)
{
	struct market market;
	struct market_asset *weth, *dollar;
	struct borrower *who;
	double room, got;

	(void)state;
	open_market(&market, 50);
	who = account(&market, WETH);
	weth = &market.assets[WETH];
	dollar = &market.assets[who->debt];
	weth->values.supply_cap = (uint64_t)(weth->supplied / weth->unit) + 3;
	room = (double)weth->values.supply_cap * weth->unit - weth->supplied;
	assert_true(near(market_supply(&market, who, 1e9 * weth->unit), room,
			 1e-9));
	assert_true(market_supply(&market, who, weth->unit) <=
		    1e-9 * weth->unit);
	assert_true(market_lend(weth, weth->unit) <= 1e-9 * weth->unit);
	assert_true(weth->supplied <= (double)weth->values.supply_cap *
				      weth->unit * (1.0 + 1e-15));
	market_repay(&market, who, market_debt(&market, who));
	dollar->values.borrow_cap =
		(uint64_t)(dollar->borrowed / dollar->unit) + 5;
	got = market_borrow(&market, who, 100.0 * dollar->unit);
	assert_true(got > 4.0 * dollar->unit && got <= 5.0 * dollar->unit);
	assert_true(market_borrow(&market, who, dollar->unit) <=
		    1e-6 * dollar->unit);
	/* Above the cap already: nothing, and nothing is taken back. */
	dollar->values.borrow_cap = 1;
	assert_true(market_borrow(&market, who, dollar->unit) <= 0.0);
	assert_conserved(&market);
	market_free(&market);
}

static void test_nobody_borrows_beyond_ltv(void **state)
{
	struct market market;

	(void)state;
	open_market(&market, 100);
	for (size_t i = 0; i < market.borrower_count; i++) {
		struct borrower *who = &market.borrowers[i];
		struct market_asset *c = &market.assets[who->collateral];

		market_borrow(&market, who, 1e40);
		assert_true(market_debt_usd(&market, who) <=
			    market_collateral_usd(&market, who) *
			    c->values.ltv_bps / 1e4 * (1.0 + 1e-12));
	}
	assert_conserved(&market);
	market_free(&market);
}

static void test_freeze_and_ltv_zero(void **state)
{
	struct market market;
	struct market_asset *weth, *dollar;
	struct borrower *who;

	(void)state;
	open_market(&market, 50);
	who = account(&market, WETH);
	weth = &market.assets[WETH];
	dollar = &market.assets[who->debt];
	market_repay(&market, who, 0.5 * market_debt(&market, who));
	weth->frozen = true;
	assert_true(market_supply(&market, who, weth->unit) <= 0.0);
	assert_true(market_lend(weth, weth->unit) <= 0.0);
	assert_true(market_borrow(&market, who, dollar->unit) <= 0.0);
	assert_true(market_withdraw(&market, who, 1000.0) > 0.0);
	assert_true(market_repay(&market, who, dollar->unit) > 0.0);
	weth->frozen = false;
	weth->values.ltv_bps = 0;
	assert_true(market_borrow(&market, who, dollar->unit) <= 0.0);
	weth->values.ltv_bps = 7200;
	dollar->frozen = true;
	assert_true(market_borrow(&market, who, dollar->unit) <= 0.0);
	dollar->frozen = false;
	assert_true(near(market_borrow(&market, who, dollar->unit),
			 dollar->unit, 1e-12));
	market_free(&market);
}

static void test_withdrawing_keeps_health(void **state)
{
	struct market market;
	struct borrower *who;

	(void)state;
	open_market(&market, 50);
	who = account(&market, WBTC);
	assert_true(market_withdraw(&market, who, 1e40) > 0.0);
	assert_true(near(market_health(&market, who), 1.0, 1e-9));
	assert_true(market_withdraw(&market, who, 1e40) <=
		    1e-9 * market_collateral(&market, who));
	market_repay(&market, who, 1e40);
	assert_true(market_debt(&market, who) <= 0.0);
	assert_true(market_health(&market, who) > 1e100);
	market_withdraw(&market, who, 1e40);
	assert_true(market_collateral(&market, who) <= 0.0);
	assert_conserved(&market);
	market_free(&market);
}

static void test_all_lent_out(void **state)
{
	struct market market;
	struct market_asset *dollar;
	struct borrower *shorts;

	(void)state;
	open_market(&market, 50);
	dollar = &market.assets[DAI];
	shorts = account(&market, DAI);
	for (size_t i = 0; i < market.borrower_count; i++) {
		struct borrower *who = &market.borrowers[i];

		if (who->debt != DAI)
			continue;
		market_supply(&market, who, 1e6 * market.assets[
			who->collateral].unit);
		market_borrow(&market, who, 1e40);
	}
	market_totals(&market);
	assert_true(near(market_utilisation(dollar), 1.0, 1e-12));
	assert_true(near(dollar->borrow_rate, 0.655, 1e-9));
	assert_true(market_lend(dollar, -1e40) >= -1e-9 * dollar->supplied);
	assert_true(market_withdraw(&market, shorts, 1e40) <=
		    1e-9 * dollar->supplied);
	for (int h = 0; h < 1000; h++) {
		market_accrue(&market, HOUR);
		assert_conserved(&market);
		assert_true(market_utilisation(dollar) <= 1.0 + 1e-9);
	}
	market_free(&market);
}

/* One real liquidation of the engine, adopted. */
static void liquidate(struct market *market, struct borrower *who)
{
	struct engine_account account = { 0, BORROWER_HOLDINGS, who->holdings };
	struct engine_call call = { 0, 1, ~(u128)0 };
	struct engine_liquidation done;
	struct engine_market view;

	plan_engine(&view, market);
	market_settle(market, who);
	assert_int_equal(engine_liquidate(&done, &account, &view, &call), OK);
	market_adopt(market, who, &done);
}

static void test_liquidation_is_adopted(void **state)
{
	struct market market;
	struct borrower *who;
	struct market_asset *weth, *dollar;
	double debt, collateral, supplied, treasury;

	(void)state;
	open_market(&market, 50);
	who = account(&market, WETH);
	weth = &market.assets[WETH];
	dollar = &market.assets[who->debt];
	weth->price_usd *= 0.99 / market_health(&market, who);
	weth->price_usd = (double)(uint64_t)(weth->price_usd * 1e8) * 1e-8;
	debt = market_debt(&market, who);
	collateral = market_collateral(&market, who);
	supplied = weth->supplied;
	treasury = weth->treasury;
	liquidate(&market, who);
	assert_true(who->liquidated);
	assert_true(market_debt(&market, who) < debt);
	assert_true(market_health(&market, who) > 0.0);
	/* 5 % bonus, a tenth of it to the protocol, the rest left */
	collateral -= market_collateral(&market, who);
	debt -= market_debt(&market, who);
	assert_true(near(collateral / weth->unit * weth->price_usd,
			 1.05 * debt / dollar->unit * dollar->price_usd, 1e-6));
	treasury = weth->treasury - treasury;
	assert_true(near(treasury, collateral / 1.05 * 0.005, 1e-5));
	assert_true(near(supplied - weth->supplied, collateral - treasury,
			 1e-9));
	assert_true(dollar->deficit <= 0.0 && dollar->deficit_usd <= 0.0);
	assert_conserved(&market);
	market_free(&market);
}

static void test_bad_debt_is_deficit(void **state)
{
	struct market market;
	struct borrower *who;
	struct market_asset *weth, *dollar;
	double debt, value, borrowed, liquid;

	(void)state;
	open_market(&market, 50);
	who = account(&market, WETH);
	weth = &market.assets[WETH];
	dollar = &market.assets[who->debt];
	weth->price_usd *= 0.5 / market_health(&market, who);
	debt = market_debt_usd(&market, who);
	value = market_collateral_usd(&market, who);
	borrowed = dollar->borrowed;
	liquid = market_liquidity(dollar);
	liquidate(&market, who);
	assert_true(market_debt(&market, who) <= 0.0);
	assert_true(near(dollar->deficit_usd, debt - value / 1.05, 1e-4));
	assert_true(near(dollar->deficit / dollar->unit * dollar->price_usd,
			 dollar->deficit_usd, 1e-12));
	/* What was repaid is there, what was not is not. */
	assert_true(near(market_liquidity(dollar) - liquid,
			 value / 1.05 / dollar->price_usd * dollar->unit,
			 1e-4));
	assert_true(dollar->borrowed < borrowed);
	assert_true(near(market_utilisation(dollar), dollar->borrowed /
			 (dollar->supplied - dollar->deficit), 1e-15));
	assert_conserved(&market);
	market_free(&market);
}

static void test_seized_without_liquidity_is_supplied(void **state)
{
	struct market market;
	struct borrower *who;
	struct market_asset *weth;
	double lent, supplied, collateral, treasury;

	(void)state;
	open_market(&market, 50);
	who = account(&market, WETH);
	weth = &market.assets[WETH];
	weth->price_usd *= 0.99 / market_health(&market, who);
	/* All WETH is out: a deficit as large as what was there. */
	weth->deficit = weth->supplied - weth->borrowed;
	lent = weth->lent;
	supplied = weth->supplied;
	treasury = weth->treasury;
	collateral = market_collateral(&market, who);
	liquidate(&market, who);
	collateral -= market_collateral(&market, who);
	assert_true(near(weth->supplied, supplied, 1e-12));
	assert_true(near(weth->lent + weth->treasury - lent - treasury,
			 collateral, 1e-6));
	assert_conserved(&market);
	market_free(&market);
}

/* Relative: one raw unit and 1e-8 USD of each side. */
static double rounding_of(const struct market *market,
			  const struct borrower *who)
{
	const struct market_asset *c = &market->assets[who->collateral];
	const struct market_asset *d = &market->assets[who->debt];

	return (c->price_usd / c->unit + 1e-8) /
		       market_collateral_usd(market, who) +
	       (d->price_usd / d->unit + 1e-8) / market_debt_usd(market, who);
}

static void test_health_is_the_engines(void **state)
{
	struct market market;
	struct engine_market view;
	size_t seen = 0;

	(void)state;
	open_market(&market, 100);
	for (int h = 0; h < 500; h++)
		market_accrue(&market, HOUR);
	plan_engine(&view, &market);
	for (size_t i = 0; i < market.borrower_count; i++) {
		struct borrower *who = &market.borrowers[i];
		struct engine_account one = { 0, BORROWER_HOLDINGS,
					      who->holdings };
		struct engine_totals totals;

		market_settle(&market, who);
		assert_int_equal(engine_totals(&totals, &one, &view), OK);
		if (totals.debt_e8 < 100000000)
			continue;
		assert_true(near(market_health(&market, who),
				 (double)totals.health_e18 * 1e-18,
				 1e-12 + rounding_of(&market, who)));
		seen++;
	}
	assert_true(seen > 300);
	market_free(&market);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate_known_answers),
		cmocka_unit_test(test_open_holds_what_the_plan_says),
		cmocka_unit_test(test_any_price_and_decimals),
		cmocka_unit_test(test_refuses_what_cannot_be),
		cmocka_unit_test(test_interest_goes_somewhere),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_nobody_borrows_beyond_ltv),
		cmocka_unit_test(test_freeze_and_ltv_zero),
		cmocka_unit_test(test_withdrawing_keeps_health),
		cmocka_unit_test(test_all_lent_out),
		cmocka_unit_test(test_liquidation_is_adopted),
		cmocka_unit_test(test_bad_debt_is_deficit),
		cmocka_unit_test(test_seized_without_liquidity_is_supplied),
		cmocka_unit_test(test_health_is_the_engines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
