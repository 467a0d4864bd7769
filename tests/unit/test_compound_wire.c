/* test_compound_wire.c -- answers of Compound III, word by word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/wire/compound.h"

#define WORD 32

static uint8_t words[9 * WORD];

static struct bytes answer(size_t count)
{
	return bytes_of(words, count * WORD);
}

static int clear(void **state)
{
	(void)state;
	memset(words, 0, sizeof(words));
	return 0;
}

static void assets(void **state)
{
	struct compound_asset asset = { .offset = 77 };

	(void)state;
	store_be256(words, 3);
	memset(words + WORD + 12, 0xaa, 20);
	memset(words + 2 * WORD + 12, 0xbb, 20);
	store_be256(words + 3 * WORD, 1000000000000000000u);
	store_be256(words + 4 * WORD, 825000000000000000u);
	store_be256(words + 5 * WORD, 895000000000000000u);
	store_be256(words + 6 * WORD, 950000000000000000u);
	store_be256(words + 7 * WORD, (u128)1 << 100);
	assert_int_equal(compound_decode_asset(&asset, answer(7)), E_MALFORMED);
	assert_int_equal(asset.offset, 77);
	assert_int_equal(compound_decode_asset(&asset, answer(8)), OK);
	assert_int_equal(asset.offset, 3);
	assert_int_equal(asset.asset[0], 0xaa);
	assert_int_equal(asset.price_feed[19], 0xbb);
	assert_true(asset.scale == 1000000000000000000u &&
		    asset.borrow_factor_e18 == 825000000000000000u &&
		    asset.liquidate_factor_e18 == 895000000000000000u &&
		    asset.liquidation_factor_e18 == 950000000000000000u &&
		    asset.supply_cap == (u128)1 << 100);
	words[WORD + 11] = 1; /* no address */
	assert_int_equal(compound_decode_asset(&asset, answer(8)), E_MALFORMED);
	words[WORD + 11] = 0;
	words[4 * WORD + 23] = 1; /* beyond 64 bits */
	assert_int_equal(compound_decode_asset(&asset, answer(8)), E_RANGE);
}

static void totals(void **state)
{
	struct compound_totals t = { .pause_flags = 77 };

	(void)state;
	store_be256(words, 1050000000000000u);
	store_be256(words + WORD, 1080000000000000u);
	store_be256(words + 4 * WORD, ((u128)1 << 104) - 1);
	store_be256(words + 5 * WORD, 5);
	store_be256(words + 6 * WORD, 1750000000);
	store_be256(words + 7 * WORD, 31);
	assert_int_equal(compound_decode_totals(&t, answer(8)), OK);
	assert_true(t.supply_index_e15 == 1050000000000000u &&
		    t.borrow_index_e15 == 1080000000000000u &&
		    t.supply_principal == ((u128)1 << 104) - 1 &&
		    t.borrow_principal == 5 && t.accrued_s == 1750000000 &&
		    t.pause_flags == 31);
	store_be256(words + 4 * WORD, (u128)1 << 104);
	assert_int_equal(compound_decode_totals(&t, answer(8)), E_RANGE);
	assert_int_equal(compound_decode_totals(&t, answer(9)), E_MALFORMED);
}

static void users(void **state)
{
	struct compound_user user = { .assets_in = 77 };
	struct compound_user_collateral held;
	struct compound_collateral_totals all;

	(void)state;
	memset(words, 0xff, WORD); /* owes 1 */
	store_be256(words + 3 * WORD, 5);
	assert_int_equal(compound_decode_user(&user, answer(5)), OK);
	assert_true(user.principal == -1 && user.assets_in == 5);
	words[16] = 0x7f; /* beyond 104 bits */
	assert_int_equal(compound_decode_user(&user, answer(5)), E_RANGE);
	assert_true(user.principal == -1);
	memset(words, 0, WORD);
	store_be256(words, 9);
	assert_int_equal(compound_decode_user_collateral(&held, answer(2)), OK);
	assert_int_equal(compound_decode_collateral_totals(&all, answer(2)),
			 OK);
	assert_true(held.balance == 9 && all.supplied == 9);
	assert_int_equal(compound_decode_user_collateral(&held, answer(1)),
			 E_MALFORMED);
	assert_int_equal(compound_decode_collateral_totals(&all, answer(3)),
			 E_MALFORMED);
}

static void single_words(void **state)
{
	u128 amount = 77;
	i128 reserves = 77;

	(void)state;
	memset(words, 0xff, WORD);
	assert_int_equal(compound_decode_reserves(&reserves, answer(1)), OK);
	assert_true(reserves == -1);
	assert_int_equal(compound_decode_amount(&amount, answer(1)), E_RANGE);
	assert_true(amount == 77);
	words[0] = 0;
	assert_int_equal(compound_decode_reserves(&reserves, answer(1)),
			 E_RANGE);
	assert_int_equal(compound_decode_amount(&amount, answer(2)),
			 E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(assets, clear),
		cmocka_unit_test_setup(totals, clear),
		cmocka_unit_test_setup(users, clear),
		cmocka_unit_test_setup(single_words, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
