/* test_compound_engine.c -- Compound III's rules: answers worked out by hand,
 * equality to the last unit with an independent model on random accounts (many
 * at the very edge of liquidation), and what must hold of every call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/positions/compound_engine.h"
#include "tests/support/compound_model.h"
#include "tests/support/points.h"

#define ETHER ((u128)1000000000000000000u)
#define DOLLAR ((i128)1000000)
#define MARKETS 1200 /* four accounts each */

/* USDC against WETH at 2,000 USD and WBTC at 60,000; indices 1.02 and 1.05. */
static const struct compound_market market = {
	.base_price_e8 = 100000000u,
	.base_scale = 1000000u,
	.supply_index_e15 = 1020000000000000u,
	.borrow_index_e15 = 1050000000000000u,
	.storefront_factor_e18 = 600000000000000000u,
	.target_reserves = 5000000000000u,
	.asset_count = 2,
	.assets = { { 200000000000u, 1000000000000000000u, 825000000000000000u,
		      895000000000000000u, 950000000000000000u },
		    { 6000000000000u, 100000000u, 700000000000000000u,
		      770000000000000000u, 900000000000000000u } },
};

/* 1,000 USDC of principal, so 1,050 of debt. */
static struct compound_account owes(u128 ether)
{
	return (struct compound_account){ -1000 * DOLLAR, { ether } };
}

static struct compound_totals totals_with(u128 ether)
{
	return (struct compound_totals){
		.supply_principal = 9000000000000u,
		.borrow_principal = 8000000000000u,
		.base_held = 1000000000000u,
		.collateral = { ether, 0 },
		.collateral_held = { ether + 3 * ETHER, 100000000u },
	};
}

static bool liquidatable(const struct compound_account *account)
{
	bool out = false;

	assert_int_equal(compound_is_liquidatable(&out, account, &market), OK);
	return out;
}

static bool collateralized(const struct compound_account *account)
{
	bool out = false;

	assert_int_equal(
		compound_is_borrow_collateralized(&out, account, &market), OK);
	return out;
}

static void values_round_against_the_account(void **state)
{
	i128 value = 7;

	(void)state;
	assert_int_equal(compound_present_value(&value, 1000 * DOLLAR, &market),
			 OK);
	assert_true(value == 1020 * DOLLAR);
	assert_int_equal(compound_present_value(&value, -1, &market), OK);
	assert_true(value == -1); /* 1.05 truncated */
	assert_int_equal(compound_principal_value(&value, -1, &market), OK);
	assert_true(value == -1); /* 0.952 up */
	assert_int_equal(compound_principal_value(&value, 1, &market), OK);
	assert_true(value == 0); /* 0.980 down */
	assert_int_equal(compound_principal_value(&value, -1050 * DOLLAR,
						  &market), OK);
	assert_true(value == -1000 * DOLLAR);
	assert_int_equal(compound_principal_value(&value, -1050 * DOLLAR - 1,
						  &market), OK);
	assert_true(value == -1000 * DOLLAR - 1);
	assert_int_equal(compound_present_value(&value, (i128)1 << 103,
						&market), E_RANGE);
	assert_int_equal(compound_principal_value(&value, (i128)1 << 120,
						  &market), E_RANGE);
	assert_true(value == -1000 * DOLLAR - 1);
}

/* 1,050 / 0.825 = 1,272.72727273 USD of ether: 0.636363636365 of it, for less
 * is worth 1e-8 less.  1,050 / 0.895 = 1,173.184357541...: 0.586592178775. */
static void thresholds_by_hand(void **state)
{
	struct compound_account a = owes(636363636365000000u);

	(void)state;
	assert_true(collateralized(&a));
	a.collateral[0]--;
	assert_false(collateralized(&a));
	assert_false(liquidatable(&a));
	a = owes(586592178775000000u); /* 1,173.18435755 * 0.895 = 1,050.00...07 */
	assert_false(liquidatable(&a));
	a.collateral[0]--; /* 1,173.18435754 * 0.895 = 1,049.999999998 */
	assert_true(liquidatable(&a));
	a.collateral[1] = 1; /* one satoshi, 0.0006 USD */
	assert_false(liquidatable(&a));
	a = (struct compound_account){ 0, { 0 } };
	assert_true(collateralized(&a));
	assert_false(liquidatable(&a));
}

/* 0.58 ether, 1,160 USD: credited 1,102 USDC, of which 52 are left; at the
 * supply index 50.980392 of principal. */
static void what_is_left_becomes_a_balance(void **state)
{
	struct compound_account a = owes(ETHER * 58 / 100);
	struct compound_totals totals = totals_with(ETHER);
	struct compound_absorption out;

	(void)state;
	assert_int_equal(compound_absorb(&out, &a, &totals, &market), OK);
	assert_true(out.seized[0] == ETHER * 58 / 100 && !out.seized[1]);
	assert_true(out.debt == 1050000000u);
	assert_true(out.credited == 1102000000u);
	assert_true(out.balance == 52000000u);
	assert_true(out.paid_out == 1102000000u);
	assert_true(out.paid_out_e8 == 110200000000u);
	assert_true(out.bad_debt == 0);
	assert_true(a.principal == 50980392);
	assert_true(a.collateral[0] == 0);
	assert_true(totals.borrow_principal == 8000000000000u - 1000000000u);
	assert_true(totals.supply_principal == 9000000000000u + 50980392u);
	assert_true(totals.collateral[0] == ETHER * 42 / 100);
	assert_true(totals.collateral_held[0] == 4 * ETHER);
}

/* Half an ether is credited with 950 USDC: 100 of 1,050 are lost. */
static void what_is_missing_is_the_reserves(void **state)
{
	struct compound_account a = owes(ETHER / 2);
	struct compound_totals totals = totals_with(ETHER);
	struct compound_absorption out;
	i128 before = 0, after = 0;

	(void)state;
	assert_int_equal(compound_reserves(&before, &totals, &market), OK);
	/* 1,000,000 - 9,180,000 + 8,400,000 */
	assert_true(before == 220000 * DOLLAR);
	assert_int_equal(compound_absorb(&out, &a, &totals, &market), OK);
	assert_true(out.credited == 950000000u && out.bad_debt == 100000000u);
	assert_true(out.balance == 0 && out.paid_out == 1050000000u);
	assert_true(a.principal == 0);
	assert_int_equal(compound_reserves(&after, &totals, &market), OK);
	assert_true(before - after == 1050 * DOLLAR);
	assert_int_equal(compound_absorb(&out, &a, &totals, &market), E_REFUSED);
}

/* 0.6 of the penalty of 5 % is the buyer's: 1,940 USD an ether. */
static void the_storefront_by_hand(void **state)
{
	struct compound_totals totals = totals_with(ETHER), before;
	struct compound_order order = { 0, 1000000000u, 515463917525773195u };
	u128 bought = 0;

	(void)state;
	assert_int_equal(compound_quote(&bought, &market, 0, 1000000000u), OK);
	assert_true(bought == 515463917525773195u);
	assert_int_equal(compound_buy(&bought, &totals, &market, &order), OK);
	assert_true(bought == 515463917525773195u);
	assert_true(totals.base_held == 1001000000000u);
	assert_true(totals.collateral_held[0] == 4 * ETHER - bought);
	assert_true(totals.collateral[0] == ETHER);
	before = totals;
	order.least++; /* the buyer wants more than that buys */
	assert_int_equal(compound_buy(&bought, &totals, &market, &order),
			 E_REFUSED);
	/* 2.484536082474226805 ether are for sale, 4,820 USDC and a little */
	order = (struct compound_order){ 0, 4820000001u, 0 };
	assert_int_equal(compound_buy(&bought, &totals, &market, &order),
			 E_REFUSED);
	assert_memory_equal(&totals, &before, sizeof(totals));
	order.base_amount--;
	assert_int_equal(compound_buy(&bought, &totals, &market, &order), OK);
}

/* Reserves of 220,000 USDC: a target of so much closes the shop, one unit more
 * opens it; negative reserves open it always. */
static void nothing_is_sold_from_the_target_on(void **state)
{
	struct compound_market other = market;
	struct compound_totals totals = totals_with(ETHER);
	struct compound_order order = { 0, 1000000u, 0 };
	u128 bought = 0;

	(void)state;
	other.target_reserves = 220000000000u;
	assert_int_equal(compound_buy(&bought, &totals, &other, &order),
			 E_REFUSED);
	other.target_reserves++;
	assert_int_equal(compound_buy(&bought, &totals, &other, &order), OK);
	other.target_reserves = 0;
	totals.base_held = 0;
	assert_int_equal(compound_buy(&bought, &totals, &other, &order), OK);
}

static void wrong_input_changes_nothing(void **state)
{
	struct compound_account a = owes(ETHER / 2), kept = a;
	struct compound_totals totals = totals_with(ETHER / 4), same = totals;
	struct compound_absorption out, none;
	struct compound_market bad = market;
	u128 bought = 5;

	(void)state;
	memset(&out, 0x5a, sizeof(out));
	none = out;
	/* more collateral than the totals know */
	assert_int_equal(compound_absorb(&out, &a, &totals, &market), E_INPUT);
	bad.assets[0].price_e8 = 0;
	assert_int_equal(compound_absorb(&out, &a, &totals, &bad), E_INPUT);
	assert_int_equal(compound_quote(&bought, &bad, 0, 1), E_INPUT);
	assert_int_equal(compound_quote(&bought, &market, 2, 1), E_INPUT);
	assert_int_equal(compound_quote(&bought, &market, 0, ~(u128)0), E_RANGE);
	bad = market;
	bad.asset_count = COMPOUND_ASSETS_MAX + 1;
	assert_int_equal(compound_absorb(&out, &a, &totals, &bad), E_INPUT);
	bad = market;
	bad.borrow_index_e15 = 0;
	assert_int_equal(compound_absorb(&out, &a, &totals, &bad), E_INPUT);
	a = kept = owes(ETHER);
	assert_int_equal(compound_absorb(&out, &a, &totals, &market),
			 E_REFUSED);
	assert_memory_equal(&a, &kept, sizeof(a));
	assert_memory_equal(&totals, &same, sizeof(totals));
	assert_memory_equal(&out, &none, sizeof(out));
	assert_true(bought == 5);
}

static uint64_t power_of_ten(uint64_t power)
{
	uint64_t value = 1;

	while (power-- > 0)
		value *= 10;
	return value;
}

/* Bases of 6 to 18 decimals, 1 to 24 collaterals of 0 to 18. */
static void draw_market(struct compound_market *out)
{
	memset(out, 0, sizeof(*out));
	out->base_price_e8 = whole_between(0, 2) ? whole_between(80000000, 120000000)
						 : whole_between(1, 500000000000);
	out->base_scale = power_of_ten(whole_between(6, 18));
	out->supply_index_e15 = whole_between(1000000000000000u,
					      2000000000000000u);
	out->borrow_index_e15 = whole_between(1000000000000000u,
					      3000000000000000u);
	out->storefront_factor_e18 = whole_between(0, 10000) * 100000000000000u;
	out->target_reserves = whole_between(0, UINT64_MAX - 1);
	out->asset_count = whole_between(1, COMPOUND_ASSETS_MAX);
	for (size_t i = 0; i < out->asset_count; i++) {
		uint64_t borrow = whole_between(0, 9000);
		uint64_t liquidate = whole_between(borrow + 1, 9900);

		out->assets[i] = (struct compound_asset){
			whole_between(1, power_of_ten(whole_between(1, 13))),
			power_of_ten(whole_between(0, 18)),
			borrow * 100000000000000u, liquidate * 100000000000000u,
			whole_between(0, 3)
				? whole_between(liquidate, 10000) * 100000000000000u
				: whole_between(1, 1000000000000000000u) };
	}
}

static void draw_account(struct compound_account *a,
			 const struct compound_market *at)
{
	memset(a, 0, sizeof(*a));
	for (size_t i = 0; i < at->asset_count; i++)
		if (whole_between(0, 2))
			a->collateral[i] =
				(u128)whole_between(0, 100000) *
					at->assets[i].scale / 100 +
				next_random() % at->assets[i].scale;
}

/* The largest debt that is not liquidatable, as a principal; by bisection. */
static i128 edge_of(const struct compound_account *account,
		    const struct compound_market *at)
{
	struct compound_account a = *account;
	i128 safe = 0, unsafe = (i128)1 << 102;

	while (unsafe - safe > 1) {
		i128 middle = safe + (unsafe - safe) / 2;
		bool out = true;
		enum status status;

		a.principal = -middle;
		status = compound_is_liquidatable(&out, &a, at);
		assert_true(status == OK || status == E_RANGE);
		if (status == OK && !out)
			safe = middle;
		else
			unsafe = middle;
	}
	return safe;
}

static void check_absorption(const struct compound_absorption *out,
			     const struct compound_account *before,
			     const struct compound_account *after)
{
	assert_true(out->credited + out->bad_debt == out->debt + out->balance);
	assert_true(out->paid_out == out->debt + out->balance);
	assert_true(!out->bad_debt || !out->balance);
	assert_true(after->principal >= 0);
	for (size_t i = 0; i < COMPOUND_ASSETS_MAX; i++)
		assert_true(out->seized[i] == before->collateral[i] &&
			    after->collateral[i] == 0);
}

/* One absorption against the model; true when there was one. */
static bool compare_absorption(const struct compound_account *account,
			       const struct compound_market *at)
{
	struct compound_account a = *account;
	struct compound_totals totals = {
		.supply_principal = whole_between(0, UINT64_MAX - 1),
		.borrow_principal = (u128)-account->principal +
				    whole_between(0, 1000000000000u),
		.base_held = whole_between(0, UINT64_MAX - 1) };
	struct compound_model_absorbed model;
	struct compound_absorption out;
	i128 reserves = 0, then = 0, error;

	for (size_t i = 0; i < at->asset_count; i++)
		totals.collateral[i] = totals.collateral_held[i] =
			a.collateral[i] + whole_between(0, 1000);
	if (!compound_model_liquidatable(account, at)) {
		assert_int_equal(compound_absorb(&out, &a, &totals, at),
				 E_REFUSED);
		return false;
	}
	model = compound_model_absorb(account, &totals, at);
	assert_int_equal(compound_reserves(&reserves, &totals, at), OK);
	assert_int_equal(compound_absorb(&out, &a, &totals, at), OK);
	assert_int_equal(compound_reserves(&then, &totals, at), OK);
	assert_true(a.principal == model.principal);
	assert_true(out.paid_out == model.paid_out);
	assert_true(out.paid_out_e8 == model.paid_out_e8);
	assert_true(totals.supply_principal == model.supply_principal);
	assert_true(totals.borrow_principal == model.borrow_principal);
	assert_true(then == model.reserves);
	check_absorption(&out, account, &a);
	error = reserves - then - (i128)out.paid_out; /* roundings only */
	assert_true(error <= 4 && error >= -4);
	return true;
}

static void compare_judgements(const struct compound_account *account,
			       const struct compound_market *at)
{
	bool out = false;

	assert_int_equal(compound_is_liquidatable(&out, account, at), OK);
	assert_int_equal(out, compound_model_liquidatable(account, at));
	assert_int_equal(compound_is_borrow_collateralized(&out, account, at),
			 OK);
	assert_int_equal(out, compound_model_collateralized(account, at));
}

/* Debts one unit below, at and above the edge, and far beyond it. */
static void equal_to_the_model_to_the_last_unit(void **state)
{
	size_t absorbed = 0, compared = 0;

	(void)state;
	for (int m = 0; m < MARKETS; m++) {
		struct compound_market at;
		struct compound_account a;
		i128 edge;

		draw_market(&at);
		draw_account(&a, &at);
		edge = edge_of(&a, &at);
		for (int k = 0; k < 4; k++) {
			a.principal = k == 3 ? -edge - edge / 100 *
						      (i128)whole_between(0, 60)
					     : 1 - edge - k;
			compare_judgements(&a, &at);
			if (a.principal < 0)
				absorbed += compare_absorption(&a, &at);
			compared++;
		}
	}
	print_message("%zu accounts compared, %zu absorbed\n", compared,
		      absorbed);
	assert_true(compared == 4 * MARKETS && absorbed > MARKETS);
}

/* Where the discount leaves nothing of a price there is no quote. */
static void quotes_equal_the_model(void **state)
{
	size_t sold = 0;

	(void)state;
	for (int m = 0; m < MARKETS * 3; m++) {
		struct compound_market at;
		u128 base = 0, out = 0;
		size_t asset;
		enum status status;

		draw_market(&at);
		asset = whole_between(0, at.asset_count - 1);
		base = (u128)whole_between(0, 1000000) * at.base_scale +
		       next_random() % at.base_scale;
		status = compound_quote(&out, &at, asset, base);
		if (!compound_model_price_e8(&at, asset)) {
			assert_int_equal(status, E_RANGE);
			continue;
		}
		assert_int_equal(status, OK);
		assert_true(out == compound_model_quote(&at, asset, base));
		sold++;
	}
	assert_true(sold > MARKETS * 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_round_against_the_account),
		cmocka_unit_test(thresholds_by_hand),
		cmocka_unit_test(what_is_left_becomes_a_balance),
		cmocka_unit_test(what_is_missing_is_the_reserves),
		cmocka_unit_test(the_storefront_by_hand),
		cmocka_unit_test(nothing_is_sold_from_the_target_on),
		cmocka_unit_test(wrong_input_changes_nothing),
		cmocka_unit_test(equal_to_the_model_to_the_last_unit),
		cmocka_unit_test(quotes_equal_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
