/* test_wide.c -- a * b / c with a product of 256 bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/wide.h"

static const u128 top = ~(u128)0;

static u128 divide(u128 a, u128 b, u128 c, enum rounding rounding)
{
	u128 out = 0;

	assert_int_equal(multiply_divide(&out, a, b, c, rounding), OK);
	return out;
}

static void test_rounding(void **state)
{
	(void)state;
	assert_true(divide(7, 1, 2, ROUND_DOWN) == 3);
	assert_true(divide(7, 1, 2, ROUND_UP) == 4);
	assert_true(divide(7, 1, 2, ROUND_HALF_UP) == 4);
	assert_true(divide(7, 1, 3, ROUND_HALF_UP) == 2);
	assert_true(divide(8, 1, 3, ROUND_HALF_UP) == 3);
	assert_true(divide(9, 1, 3, ROUND_UP) == 3);
	assert_true(divide(0, top, 5, ROUND_UP) == 0);
}

static void test_products_beyond_128_bits(void **state)
{
	(void)state;
	assert_true(divide(top, top, top, ROUND_DOWN) == top);
	assert_true(divide(top, 2, 4, ROUND_DOWN) == top >> 1);
	assert_true(divide(top, 2, 4, ROUND_UP) == (top >> 1) + 1);
	/* (2^127 + 1)^2 / 2^127 = 2^127 + 2 and a rest of 1 */
	assert_true(divide(((u128)1 << 127) + 1, ((u128)1 << 127) + 1,
			   (u128)1 << 127, ROUND_DOWN) == ((u128)1 << 127) + 2);
	assert_true(divide(((u128)1 << 127) + 1, ((u128)1 << 127) + 1,
			   (u128)1 << 127, ROUND_UP) == ((u128)1 << 127) + 3);
}

/* q * c + rest = a * b, found again by multiplying back modulo 2^128. */
static void test_random_products(void **state)
{
	u128 x = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		u128 a, b, c, q, rest;

		x = x * 6364136223846793005u + 1442695040888963407u;
		a = x >> (i % 100);
		x = x * 6364136223846793005u + 1442695040888963407u;
		b = x >> (i % 61);
		x = x * 6364136223846793005u + 1442695040888963407u;
		c = (x | (u128)1 << 127) >> (i % 7 ? 0 : i % 127);
		if (i % 3 == 0) /* digits of ones and of noughts */
			c = (c >> 64 << 64) | (i % 2 ? UINT64_MAX : 0);
		if (i % 5 == 0)
			b |= (u128)UINT64_MAX << 60;
		if (multiply_divide(&q, a, b, c, ROUND_DOWN))
			continue;
		rest = a * b - q * c;
		assert_true(rest < c);
		if (rest)
			assert_true(divide(a, b, c, ROUND_UP) == q + 1);
	}
}

/* Divisors of 64 bits, quotients of more and of less than 64. */
static void test_short_divisors(void **state)
{
	u128 x = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		u128 a, c;

		x = x * 6364136223846793005u + 1442695040888963407u;
		a = x >> (i % 127);
		x = x * 6364136223846793005u + 1442695040888963407u;
		c = (x >> 64 | 1) >> (i % 63);
		c = c ? c : 1;
		assert_true(divide(a, 1, c, ROUND_DOWN) == a / c);
		assert_true(divide(1, a, c, ROUND_UP) == a / c + (a % c != 0));
	}
}

/* Products of 128 bits and of a few more: the short way and the long one. */
static void test_where_the_short_way_ends(void **state)
{
	(void)state;
	for (unsigned bits = 1; bits <= 64; bits++) {
		u128 b = ((u128)1 << bits) - 1;
		u128 a = (u128)1 << (128 - bits);

		for (unsigned more = 0; more < 2; more++, a <<= 1) {
			if (!a)
				continue;
			/* a b / a is b, and a rest of 1 makes it b + 1 */
			assert_true(divide(a, b, a, ROUND_UP) == b);
			assert_true(divide(a + 1, b, a, ROUND_DOWN) ==
				    b + (b >= a ? b / a : 0));
			assert_true(divide(b, a + 1, a + 1, ROUND_UP) == b);
		}
	}
}

static void test_refusals_leave_the_output(void **state)
{
	u128 out = 42;

	(void)state;
	assert_int_equal(multiply_divide(&out, 1, 1, 0, ROUND_DOWN), E_RANGE);
	assert_int_equal(multiply_divide(&out, top, 2, 1, ROUND_DOWN), E_RANGE);
	assert_int_equal(multiply_divide(&out, top, top, top - 1, ROUND_DOWN),
			 E_RANGE);
	/* 2^128 - 1 and a rest: down fits, up does not */
	assert_int_equal(multiply_divide(&out, top, 4, 4, ROUND_UP), OK);
	assert_true(out == top);
	out = 42;
	assert_int_equal(multiply_divide(&out, top, top - 1, top - 1, ROUND_UP),
			 OK);
	assert_true(out == top);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_products_beyond_128_bits),
		cmocka_unit_test(test_random_products),
		cmocka_unit_test(test_short_divisors),
		cmocka_unit_test(test_where_the_short_way_ends),
		cmocka_unit_test(test_refusals_leave_the_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
