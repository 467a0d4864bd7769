/* test_decimal.c -- exact decimals from text and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/decimal.h"

static struct decimal parsed(const char *text)
{
	struct decimal out = { 0, 0 };

	assert_int_equal(decimal_parse(&out, bytes_of_string(text)), OK);
	return out;
}

static void is(const char *text, int64_t mantissa, int32_t exponent)
{
	struct decimal out = parsed(text);

	assert_true(out.mantissa == mantissa);
	assert_int_equal(out.exponent, exponent);
}

static void refuses(const char *text, enum status expect)
{
	struct decimal out = { 5, 5 };

	assert_int_equal(decimal_parse(&out, bytes_of_string(text)), expect);
	assert_true(out.mantissa == 5 && out.exponent == 5);
}

static void test_one_normal_form(void **state)
{
	(void)state;
	is("-12.50", -125, -1);
	is("12.5", 125, -1);
	is("3e-7", 3, -7);
	is("+0.1", 1, -1);
	is("1000", 1, 3);
	is("1.000", 1, 0);
	is("0", 0, 0);
	is("-0.000", 0, 0);
	is("0e99999999999", 0, 0);
	is(".5", 5, -1);
	is("5.", 5, 0);
	is("1E+30", 1, 30);
	is("999999999999999999", 999999999999999999, 0);
	is("0.000000000000000000000000000001", 1, -30);
	is("100000000000000000000000000000000000000e-10", 1, 28);
}

static void test_what_is_no_number(void **state)
{
	static const char *const bad[] = { "", "-", "+", ".", "e5", "1e", "1e+",
					   "1.2.3", " 1", "1 ", "1,5", "0x10",
					   "nan", "inf", "--1", "1e5.0", "1-" };
	char zero_inside[] = "1\0002";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refuses(bad[i], E_MALFORMED);
	assert_int_equal(decimal_parse(&(struct decimal){ 0, 0 },
				       bytes_of(zero_inside, 3)),
			 E_MALFORMED);
}

static void test_nothing_is_rounded_silently(void **state)
{
	(void)state;
	refuses("1234567890123456789", E_RANGE);
	refuses("0.1234567890123456789", E_RANGE);
	refuses("1e31", E_RANGE);
	refuses("1e-31", E_RANGE);
	refuses("1e99999999999999999999", E_RANGE);
}

static void test_text_and_back(void **state)
{
	static const char *const same[] = {
		"0", "1", "-1", "12.5", "-0.001", "1000", "123456789.123456789",
		"1000000000000000000000000000000",
		"-0.000000000000000000000000000001", "0.999999999999999999",
	};
	char text[DECIMAL_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		decimal_format(text, parsed(same[i]));
		assert_string_equal(text, same[i]);
	}
	decimal_format(text, parsed("-999999999999999999e30"));
	assert_int_equal(strlen(text), 49);
}

static void test_order(void **state)
{
	static const char *const rising[] = {
		"-1e30", "-999999999999999999", "-1", "-1e-30", "0", "1e-30",
		"0.0999999999999999999e1", "1", "1.00000000000000001", "2",
		"999999999999999999", "1e30", "999999999999999999e30",
	};
	size_t count = sizeof(rising) / sizeof(rising[0]);

	(void)state;
	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++)
			assert_int_equal(decimal_compare(parsed(rising[a]),
							 parsed(rising[b])),
					 (a > b) - (a < b));
	assert_int_equal(decimal_compare((struct decimal){ 10, 0 },
					 (struct decimal){ 1, 1 }),
			 0);
}

static void scales(const char *text, int places, int64_t expect)
{
	int64_t out = 0;

	assert_int_equal(decimal_scale(&out, parsed(text), places), OK);
	assert_true(out == expect);
}

static void test_scaled_integers(void **state)
{
	int64_t out = 3;

	(void)state;
	scales("1.5", 8, 150000000);
	scales("0.5", 0, 1);
	scales("-0.5", 0, -1);
	scales("0.49", 0, 0);
	scales("-1.5", 0, -2);
	scales("1e-30", 8, 0);
	scales("0", 18, 0);
	assert_int_equal(decimal_scale(&out, parsed("1e12"), 8), E_RANGE);
	assert_int_equal(decimal_scale(&out, parsed("92233720368.5477581"), 8),
			 E_RANGE);
	assert_true(out == 3);
	scales("92233720368.547758", 8, 9223372036854775800);
	assert_int_equal(decimal_compare(decimal_from_scaled(-150000000, 8),
					 parsed("-1.5")),
			 0);
	assert_int_equal(decimal_from_scaled(0, 8).exponent, 0);
}

/* Up to 15 digits and 22 places there is one rounding: the nearest double. */
static void test_doubles_are_the_nearest(void **state)
{
	static const char *const texts[] = { "0.1", "2500.12345678", "-1e22",
					     "123456789012345e-22", "0.3",
					     "999999999999999e7" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(decimal_to_double(parsed(texts[i])) ==
			    strtod(texts[i], NULL));
}

static void test_doubles_are_within_two_ulp(void **state)
{
	uint64_t x = 1;
	char text[DECIMAL_TEXT_MAX];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		double got, want;

		x = x * 6364136223846793005u + 1442695040888963407u;
		snprintf(text, sizeof(text), "%llue%d",
			 (unsigned long long)(x % 999999999999999999u),
			 (int)(x >> 58) % 53 - 28);
		got = decimal_to_double(parsed(text));
		want = strtod(text, NULL);
		assert_true(got >= want * (1 - 4.5e-16) &&
			    got <= want * (1 + 4.5e-16));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_normal_form),
		cmocka_unit_test(test_what_is_no_number),
		cmocka_unit_test(test_nothing_is_rounded_silently),
		cmocka_unit_test(test_text_and_back),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_scaled_integers),
		cmocka_unit_test(test_doubles_are_the_nearest),
		cmocka_unit_test(test_doubles_are_within_two_ulp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
