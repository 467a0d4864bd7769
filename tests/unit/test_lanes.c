/* test_lanes.c -- four at once are the scalar functions to the last bit; sums
 * of logarithms by products. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/volatility/lanes.h"
#include "tests/support/points.h"

static void same_bits(double a, double b)
{
	assert_memory_equal(&a, &b, sizeof(a));
}

static void logarithms_are_the_scalar_ones(void **state)
{
	(void)state;
	for (int i = 0; i < 200000; i++) {
		double four[LANES];
		lanes result;

		for (int k = 0; k < LANES; k++) {
			uint64_t bits = next_random();

			if (i % 2) { /* any positive normal number */
				bits &= 0x7fffffffffffffffu;
				bits = bits % (0x7fe0000000000000u) +
				       0x0010000000000000u;
				memcpy(&four[k], &bits, sizeof(bits));
			} else {
				four[k] = uniform(0.5, 2.0);
			}
		}
		result = lanes_log(lanes_load(four));
		for (int k = 0; k < LANES; k++)
			same_bits(result[k], elementary_log(four[k]));
	}
}

static void exponentials_are_the_scalar_ones(void **state)
{
	(void)state;
	for (int i = 0; i < 200000; i++) {
		double span = i % 2 ? 699.9 : 3.0, four[LANES];
		lanes result;

		for (int k = 0; k < LANES; k++)
			four[k] = uniform(-span, span);
		result = lanes_exp(lanes_load(four));
		for (int k = 0; k < LANES; k++)
			same_bits(result[k], elementary_exp(four[k]));
	}
	same_bits(lanes_exp(lanes_all(0.0))[0], 1.0);
	same_bits(lanes_exp(lanes_all(9999.0))[1], elementary_exp(700.0));
	same_bits(lanes_exp(lanes_all(-9999.0))[2], elementary_exp(-700.0));
}

static void logarithms_beside_one_are_the_scalar_ones(void **state)
{
	(void)state;
	for (int i = 0; i < 200000; i++) {
		double four[LANES];
		lanes result;

		for (int k = 0; k < LANES; k++)
			four[k] = i % 2 ? exp(uniform(-700.0, 690.0))
					: uniform(0.0, 1.0);
		result = lanes_log1p(lanes_load(four));
		for (int k = 0; k < LANES; k++)
			same_bits(result[k], elementary_log1p(four[k]));
	}
	same_bits(lanes_log1p(lanes_all(0.0))[0], 0.0);
	same_bits(lanes_log1p(lanes_all(0x1p53))[1], elementary_log1p(0x1p53));
}

static void products_sum_logarithms(void **state)
{
	struct lanes_product product = lanes_product_of_none();
	double sum = 0.0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		double four[LANES];

		for (int k = 0; k < LANES; k++) {
			four[k] = exp(uniform(-200.0, 200.0));
			sum += log(four[k]);
		}
		lanes_multiply(&product, lanes_load(four));
	}
	assert_true(fabs(lanes_log_sum(&product) - sum) <
		    1e-11 * (1.0 + fabs(sum)) + 1e-8);
}

static void selections_are_by_lane(void **state)
{
	lanes a = { 1.0, 2.0, 3.0, 4.0 }, b = { 4.0, 3.0, 2.0, 1.0 };
	lanes least = lanes_select((lanes_bits)(a < b), a, b);

	(void)state;
	assert_true(least[0] == 1.0 && least[1] == 2.0 && least[2] == 2.0 &&
		    least[3] == 1.0);
	assert_true(lanes_sum(a) == 10.0);
	assert_int_equal(lanes_padded(0), 0);
	assert_int_equal(lanes_padded(5), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logarithms_are_the_scalar_ones),
		cmocka_unit_test(exponentials_are_the_scalar_ones),
		cmocka_unit_test(logarithms_beside_one_are_the_scalar_ones),
		cmocka_unit_test(products_sum_logarithms),
		cmocka_unit_test(selections_are_by_lane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
