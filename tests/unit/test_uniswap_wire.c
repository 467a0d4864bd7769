/* test_uniswap_wire.c -- ticks, their prices, and a pool's answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/wire/uniswap.h"

#define WORD 32

static uint8_t words[8 * WORD];

static void put_signed(size_t word, int64_t value)
{
	memset(words + word * WORD, value < 0 ? 0xff : 0, WORD);
	store_be64(words + word * WORD + 24, (uint64_t)value);
}

static struct bytes observation_of(int64_t first, int64_t second)
{
	memset(words, 0, sizeof(words));
	store_be256(words, 2 * WORD);
	store_be256(words + WORD, 5 * WORD);
	store_be256(words + 2 * WORD, 2);
	put_signed(3, first);
	put_signed(4, second);
	store_be256(words + 5 * WORD, 2);
	words[6 * WORD + 12] = 0x80; /* the highest bit of 160 */
	return bytes_of(words, 8 * WORD);
}

/* Of 80 decimal digits, worked out elsewhere and rounded. */
static void prices_of_ticks(void **state)
{
	const struct {
		int32_t tick;
		uint8_t decimals0, decimals1;
		uint64_t price_e8;
	} cases[] = {
		{ 0, 18, 18, 100000000 },
		{ 1, 18, 18, 100010000 },
		{ -1, 18, 18, 99990001 },
		{ 201240, 6, 18, 54866 },
		{ -201240, 18, 6, 182261442920 },
		{ 74959, 8, 18, 18 },
		{ 276324, 6, 18, 99999736 },
		{ -276324, 18, 6, 100000264 },
		{ -887272, 18, 0, 0 },
		{ -887272, 36, 0, 293896 },
		{ 100000, 18, 18, 2201545604855 },
		{ -100000, 18, 18, 4542 },
		{ 443636, 0, 18, 1844605071 },
		{ 50000, 0, 0, 14837606292 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t price = 77;

		assert_int_equal(uniswap_price_e8(&price, cases[i].tick,
						  cases[i].decimals0,
						  cases[i].decimals1), OK);
		assert_true(price == cases[i].price_e8);
	}
}

static void prices_rise_with_the_tick(void **state)
{
	uint64_t last = 0, price = 0;

	(void)state;
	for (int32_t tick = -200000; tick <= 200000; tick += 37) {
		assert_int_equal(uniswap_price_e8(&price, tick, 18, 18), OK);
		assert_true(price >= last);
		last = price;
	}
	price = 77;
	assert_int_equal(uniswap_price_e8(&price, 887272, 0, 0), E_RANGE);
	assert_int_equal(uniswap_price_e8(&price, 887273, 18, 18), E_INPUT);
	assert_int_equal(uniswap_price_e8(&price, -887273, 18, 18), E_INPUT);
	assert_int_equal(uniswap_price_e8(&price, 0, 37, 0), E_INPUT);
	assert_int_equal(uniswap_price_e8(&price, 0, 0, 37), E_INPUT);
	assert_true(price == 77);
}

static int32_t mean_of(int64_t first, int64_t second, uint32_t window_s)
{
	struct uniswap_observation o;
	int32_t mean = 77;

	assert_int_equal(uniswap_decode_observation(
				 &o, observation_of(first, second)), OK);
	assert_int_equal(uniswap_mean_tick(&mean, &o, window_s), OK);
	return mean;
}

static void means_round_down(void **state)
{
	const int64_t most = ((int64_t)1 << 55) - 1;
	struct uniswap_observation o = { { 0, 1 }, { { 0 } } };
	int32_t mean = 77;

	(void)state;
	assert_int_equal(mean_of(1000, 1000 + 600 * 3, 600), 3);
	assert_int_equal(mean_of(0, 599, 600), 0);
	assert_int_equal(mean_of(0, -1, 600), -1);
	assert_int_equal(mean_of(0, -600, 600), -1);
	assert_int_equal(mean_of(-5, -606, 600), -2);
	/* cumulatives wrap at 56 bits */
	assert_int_equal(mean_of(most - 599, -most - 1, 600), 1);
	assert_int_equal(mean_of(-most - 1, most - 599, 600), -1);
	assert_int_equal(uniswap_mean_tick(&mean, &o, 0), E_INPUT);
	o.ticks[1] = 887273;
	assert_int_equal(uniswap_mean_tick(&mean, &o, 1), E_RANGE);
	assert_int_equal(mean, 77);
}

static void answers_have_their_layout(void **state)
{
	struct uniswap_observation o;
	struct uniswap_slot slot = { .tick = 5 };
	struct bytes in = observation_of(7, 8);

	(void)state;
	assert_int_equal(uniswap_decode_observation(&o, in), OK);
	assert_true(o.ticks[0] == 7 && o.ticks[1] == 8);
	assert_int_equal(o.seconds_per_liquidity[0][0], 0x80);
	for (size_t word = 0; word < 6; word++) {
		if (word == 3 || word == 4)
			continue;
		words[word * WORD + 31] ^= 1;
		assert_int_equal(uniswap_decode_observation(&o, in),
				 E_MALFORMED);
		words[word * WORD + 31] ^= 1;
	}
	put_signed(3, (int64_t)1 << 55);
	assert_int_equal(uniswap_decode_observation(&o, in), E_RANGE);
	assert_int_equal(uniswap_decode_observation(
				 &o, bytes_of(words, 7 * WORD)), E_MALFORMED);
	memset(words, 0, sizeof(words));
	put_signed(1, -201240);
	store_be256(words + 3 * WORD, 720);
	store_be256(words + 6 * WORD, 1);
	assert_int_equal(uniswap_decode_slot(&slot, bytes_of(words, 7 * WORD)),
			 OK);
	assert_true(slot.tick == -201240 && slot.cardinality == 720 &&
		    slot.unlocked);
	put_signed(1, -((int64_t)1 << 23) - 1);
	assert_int_equal(uniswap_decode_slot(&slot, bytes_of(words, 7 * WORD)),
			 E_RANGE);
	assert_int_equal(slot.tick, -201240);
	assert_int_equal(uniswap_decode_slot(&slot, bytes_of(words, 8 * WORD)),
			 E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_of_ticks),
		cmocka_unit_test(prices_rise_with_the_tick),
		cmocka_unit_test(means_round_down),
		cmocka_unit_test(answers_have_their_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
