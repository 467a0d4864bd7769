/* test_backtest_market.c -- the simulated protocol: nothing is lost, nothing
 * comes from nowhere, and its bounds hold. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/host/backtest_checks.h"

#define YEAR (365.0 * 24.0 * HOUR_S)

static struct plan_fixture fixture;

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
	open_market(&market, &fixture, 100);
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
		open_with(&market, &fixture);
		for (int h = 0; h < 100; h++) {
			market_accrue(&market, HOUR_S);
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
	open_market(&market, &fixture, 100);
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

static void test_caps(void **state)
{
	struct market market;
	struct market_asset *weth, *dollar;
	struct borrower *who;
	double room, got;

	(void)state;
	open_market(&market, &fixture, 50);
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
	open_market(&market, &fixture, 100);
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
	open_market(&market, &fixture, 50);
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
	open_market(&market, &fixture, 50);
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
	open_market(&market, &fixture, 50);
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
		market_accrue(&market, HOUR_S);
		assert_conserved(&market);
		assert_true(market_utilisation(dollar) <= 1.0 + 1e-9);
	}
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
