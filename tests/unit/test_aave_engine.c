/* test_aave_engine.c -- Aave's liquidation rule: answers worked out by hand,
 * and what must hold of every call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/positions/aave_engine.h"
#include "tests/support/points.h"

#define ETHER ((u128)1000000000000000000u)
#define DOLLAR ((u128)1000000u) /* of a token with 6 decimals */
#define ALL (~(u128)0 >> 32)    /* more debt than any account has */

/* 0: 2,000 USD, LT 80 %, bonus 5 %, fee 10 % of it; 1: 1 USD, LT 75 %. */
static const struct engine_market market = {
	.rule = ENGINE_AAVE_V3,
	.reserve_count = 2,
	.reserves = { { 200000000000u, 1000000000000000000u, 8000, 10500,
			1000 },
		      { 100000000u, 1000000u, 7500, 10450, 0 } },
};

struct account {
	struct engine_holding holdings[2];
	struct engine_account account;
};

/* ETH as collateral, dollars as debt. */
static struct engine_account *holds(struct account *out, u128 supplied,
				    u128 borrowed)
{
	memset(out, 0, sizeof(*out));
	out->holdings[0] = (struct engine_holding){ 0, true, supplied, 0 };
	out->holdings[1] = (struct engine_holding){ 1, false, 0, borrowed };
	out->account = (struct engine_account){ 0, 2, out->holdings };
	return &out->account;
}

static enum status liquidate(struct engine_liquidation *out,
			     struct engine_account *account, u128 cover)
{
	return engine_liquidate(out, account, &market,
				&(struct engine_call){ 0, 1, cover });
}

/* 10 ETH at 2,000 and LT 80 % carry 16,000: 16,000 of debt is health 1. */
static void health_is_weighted_collateral_over_debt(void **state)
{
	struct account a;
	struct engine_totals totals;

	(void)state;
	assert_int_equal(engine_totals(&totals,
				       holds(&a, 10 * ETHER, 16000 * DOLLAR),
				       &market),
			 OK);
	assert_true(totals.collateral_e8 == 2000000000000u);
	assert_true(totals.debt_e8 == 1600000000000u);
	assert_true(totals.health_e18 == ENGINE_HEALTH_ONE);
	assert_int_equal(engine_totals(&totals, holds(&a, ETHER, 0), &market),
			 OK);
	assert_true(totals.health_e18 == ENGINE_HEALTH_NO_DEBT);
	assert_int_equal(engine_totals(&totals, holds(&a, 0, DOLLAR), &market),
			 OK);
	assert_true(totals.health_e18 == 0);
}

static void the_healthy_are_left_alone(void **state)
{
	struct account a;
	struct engine_liquidation out;

	(void)state;
	assert_int_equal(liquidate(&out,
				   holds(&a, 10 * ETHER, 16000 * DOLLAR), ALL),
			 E_REFUSED);
	assert_int_equal(liquidate(&out,
				   holds(&a, 10 * ETHER, 16000 * DOLLAR + 1),
				   ALL),
			 OK);
}

/* Health 0.97: half of 16,500 USD, that is 8,250; 8,250 / 2,000 * 1.05 =
 * 4.33125 ETH are seized, a tenth of the bonus (0.20625) is the treasury's. */
static void half_may_be_closed(void **state)
{
	struct account a;
	struct engine_liquidation out;

	(void)state;
	assert_int_equal(liquidate(&out,
				   holds(&a, 10 * ETHER, 16500 * DOLLAR), ALL),
			 OK);
	assert_true(out.debt_repaid == 8250 * DOLLAR);
	assert_true(out.protocol_fee == 20625000000000000u);
	assert_true(out.collateral_seized ==
		    4331250000000000000u - 20625000000000000u);
	assert_true(out.deficit == 0);
	assert_true(a.holdings[1].borrowed == 8250 * DOLLAR);
	assert_true(a.holdings[0].supplied == 10 * ETHER - 4331250000000000000u);
}

/* Health 16,000 / 17,000 = 0.941: everything. */
static void deeply_unhealthy_accounts_may_be_closed_whole(void **state)
{
	struct account a;
	struct engine_liquidation out;

	(void)state;
	assert_int_equal(liquidate(&out,
				   holds(&a, 10 * ETHER, 17000 * DOLLAR), ALL),
			 OK);
	assert_true(out.debt_repaid == 17000 * DOLLAR);
	assert_true(a.holdings[1].borrowed == 0);
	assert_true(a.holdings[0].supplied == 10 * ETHER - 8925000000000000000u);
}

/* Debt below 2,000 USD may be repaid whole though health is above 0.95. */
static void small_debts_may_be_closed_whole(void **state)
{
	struct account a;
	struct engine_liquidation out;

	(void)state;
	assert_int_equal(liquidate(&out, holds(&a, ETHER, 1650 * DOLLAR), ALL),
			 OK);
	assert_true(out.debt_repaid == 1650 * DOLLAR);
}

/* Repaying 7,500 of 8,250 leaves 750 USD, below 1,000. */
static void no_dust_may_stay(void **state)
{
	struct account a;
	struct engine_liquidation out;
	struct engine_holding before[2];

	(void)state;
	holds(&a, 5 * ETHER, 9000 * DOLLAR);
	memcpy(before, a.holdings, sizeof(before));
	assert_int_equal(liquidate(&out, &a.account, 8250 * DOLLAR), E_REFUSED);
	assert_memory_equal(before, a.holdings, sizeof(before));
	assert_int_equal(liquidate(&out, &a.account, 7999 * DOLLAR), OK);
}

/* 1 ETH (2,000 USD) against 3,000 of debt: 2,000 / 1.05 rounded up is repaid,
 * the rest is deficit. */
static void what_collateral_does_not_cover_is_deficit(void **state)
{
	struct account a;
	struct engine_liquidation out;

	(void)state;
	assert_int_equal(liquidate(&out, holds(&a, ETHER, 3000 * DOLLAR), ALL),
			 OK);
	assert_true(out.debt_repaid == 1904761905u);
	assert_true(out.collateral_seized + out.protocol_fee == ETHER);
	assert_true(out.deficit == ((u128)3000000000u - 1904761905u) * 100);
	assert_true(a.holdings[0].supplied == 0 && a.holdings[1].borrowed == 0);
}

/* A balance without value does not keep a debt alive: its last units stay. */
static void collateral_of_no_value_does_not_count(void **state)
{
	struct account a;
	struct engine_liquidation out;
	struct engine_holding three[3];
	struct engine_account account = { 0, 3, three };

	(void)state;
	holds(&a, ETHER, 3000 * DOLLAR);
	memcpy(three, a.holdings, sizeof(a.holdings));
	three[2] = (struct engine_holding){ 0, true, 4999999, 0 };
	assert_int_equal(liquidate(&out, &account, ALL), OK);
	assert_true(out.cleared && three[1].borrowed == 0);
	assert_true(three[2].supplied == 4999999);
	three[0].supplied = ETHER;
	three[1].borrowed = 3000 * DOLLAR;
	three[2].supplied = 5000000; /* 1e-8 USD */
	assert_int_equal(liquidate(&out, &account, ALL), OK);
	assert_true(!out.cleared && out.deficit == 0 && three[1].borrowed > 0);
}

/* Shares of 1.1 units: 7 taken are 7 shares of 10 (rounded up), 7 repaid are 6
 * (rounded down). */
static void scaled_balances_round_for_the_protocol(void **state)
{
	const u128 index = (u128)1100000000u * ENGINE_HEALTH_ONE;
	struct engine_market scaled = {
		.rule = ENGINE_AAVE_V3, .reserve_count = 2,
		.reserves = { { 10000000000000u, 1, 8000, 10000, 0, index, 0 },
			      { 10000000000000u, 1, 7500, 10000, 0, 0, index } },
	};
	struct account a;
	struct engine_liquidation out;

	(void)state;
	holds(&a, 11, 11);
	assert_int_equal(engine_liquidate(&out, &a.account, &scaled,
					  &(struct engine_call){ 0, 1, 7 }),
			 OK);
	assert_true(out.debt_repaid == 7 && out.collateral_seized == 7);
	assert_true(a.holdings[0].supplied == 3); /* 3 shares */
	assert_true(a.holdings[1].borrowed == 5); /* 4 shares */
	holds(&a, 11, 11);
	assert_int_equal(engine_liquidate(&out, &a.account, &scaled,
					  &(struct engine_call){ 0, 1, 1 }),
			 E_REFUSED); /* less than a share of debt */
}

static void wrong_calls_are_refused(void **state)
{
	struct account a;
	struct engine_liquidation out;
	const struct engine_call calls[] = {
		{ 1, 1, ALL }, { 0, 0, ALL }, { 2, 1, ALL },
		{ 0, 2, ALL }, { 0, 1, 0 },
	};

	(void)state;
	holds(&a, ETHER, 3000 * DOLLAR);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		assert_int_equal(engine_liquidate(&out, &a.account, &market,
						  &calls[i]),
				 E_INPUT);
	a.holdings[0].collateral = false;
	assert_int_equal(liquidate(&out, &a.account, ALL), E_INPUT);
}

static void amounts_beyond_the_integers_are_a_range_error(void **state)
{
	struct account a;
	struct engine_totals totals;
	struct engine_liquidation out;

	(void)state;
	holds(&a, ~(u128)0, ~(u128)0);
	assert_int_equal(engine_totals(&totals, &a.account, &market), E_RANGE);
	assert_int_equal(liquidate(&out, &a.account, ALL), E_RANGE);
}

static u128 times_price(u128 amount, size_t reserve)
{
	return amount * market.reserves[reserve].price_e8 / market.reserves[reserve].unit;
}

/* 20,000 random accounts and calls: nothing is made or lost; the liquidator
 * gets no more than the bonus; failure changes nothing; deficit is left only
 * where no collateral is. */
static void conservation(void **state)
{
	size_t done = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct account a;
		struct engine_holding before[2];
		struct engine_liquidation out;
		u128 supplied = whole_between(1, 1000000) * (ETHER / 10000);
		u128 value = times_price(supplied, 0);
		u128 borrowed = value / 100 * whole_between(70, 140) / 100;
		u128 cover = whole_between(1, 400000) * DOLLAR;

		holds(&a, supplied, borrowed);
		memcpy(before, a.holdings, sizeof(before));
		if (liquidate(&out, &a.account, cover) != OK) {
			assert_memory_equal(before, a.holdings, sizeof(before));
			continue;
		}
		done++;
		assert_true(out.debt_repaid <= cover);
		assert_true(a.holdings[0].supplied + out.collateral_seized +
				    out.protocol_fee ==
			    supplied);
		assert_true(a.holdings[1].borrowed + out.debt_repaid +
				    out.deficit / 100 ==
			    borrowed);
		assert_true(times_price(out.collateral_seized, 0) * 10000 <=
			    (out.debt_repaid * 100 + 100) * 10500 + 10500);
		if (out.deficit)
			assert_true(a.holdings[0].supplied == 0);
	}
	assert_true(done > 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(health_is_weighted_collateral_over_debt),
		cmocka_unit_test(the_healthy_are_left_alone),
		cmocka_unit_test(half_may_be_closed),
		cmocka_unit_test(deeply_unhealthy_accounts_may_be_closed_whole),
		cmocka_unit_test(small_debts_may_be_closed_whole),
		cmocka_unit_test(no_dust_may_stay),
		cmocka_unit_test(what_collateral_does_not_cover_is_deficit),
		cmocka_unit_test(collateral_of_no_value_does_not_count),
		cmocka_unit_test(scaled_balances_round_for_the_protocol),
		cmocka_unit_test(wrong_calls_are_refused),
		cmocka_unit_test(amounts_beyond_the_integers_are_a_range_error),
		cmocka_unit_test(conservation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
