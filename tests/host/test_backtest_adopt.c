/* test_backtest_adopt.c -- liquidations of the real engine on accounts of the
 * simulated market: what they leave is taken over, to the last unit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/host/backtest_checks.h"

static struct plan_fixture fixture;

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
	open_market(&market, &fixture, 50);
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
	open_market(&market, &fixture, 50);
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
	open_market(&market, &fixture, 50);
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
	open_market(&market, &fixture, 100);
	for (int h = 0; h < 500; h++)
		market_accrue(&market, HOUR_S);
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
		cmocka_unit_test(test_liquidation_is_adopted),
		cmocka_unit_test(test_bad_debt_is_deficit),
		cmocka_unit_test(test_seized_without_liquidity_is_supplied),
		cmocka_unit_test(test_health_is_the_engines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
