/* test_linalg.c -- the factor multiplies back; clipping gives the nearest
 * correlation of its kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/linalg.h"

static void factor_multiplies_back(void **state)
{
	double a[9] = { 4, 2, 0.5, 2, 5, 1, 0.5, 1, 3 }, l[9];

	(void)state;
	memcpy(l, a, sizeof(l));
	assert_int_equal(linalg_factor(l, 3), OK);
	assert_true(l[3] == 0.0 && l[6] == 0.0 && l[7] == 0.0);
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 3; j++) {
			double sum = 0.0;

			for (size_t k = 0; k < 3; k++)
				sum += l[k * 3 + i] * l[k * 3 + j];
			assert_true(fabs(sum - a[j * 3 + i]) < 1e-15 * 16);
		}
}

static void indefinite_has_no_factor(void **state)
{
	double a[4] = { 1, 2, 2, 1 };

	(void)state;
	assert_int_equal(linalg_factor(a, 2), E_RANGE);
	assert_int_equal(linalg_factor(a, 0), E_INPUT);
	assert_int_equal(linalg_factor(a, LINALG_ORDER_MAX + 1), E_INPUT);
}

static void definite_matrices_are_left_alone(void **state)
{
	double a[4] = { 1, 0.3, 0.3, 1 }, b[4];

	(void)state;
	memcpy(b, a, sizeof(b));
	assert_int_equal(linalg_make_positive(b, 2, 1e-6), OK);
	assert_memory_equal(a, b, sizeof(a));
}

/* Three correlations that cannot hold together. */
static void clipping_makes_a_correlation(void **state)
{
	double a[9] = { 1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1 }, l[9];

	(void)state;
	memcpy(l, a, sizeof(l));
	assert_int_equal(linalg_factor(l, 3), E_RANGE);
	assert_int_equal(linalg_make_positive(a, 3, 1e-6), OK);
	for (size_t i = 0; i < 3; i++) {
		assert_true(a[i * 3 + i] == 1.0);
		for (size_t j = 0; j < 3; j++) {
			assert_true(a[i * 3 + j] == a[j * 3 + i]);
			assert_true(fabs(a[i * 3 + j]) <= 1.0);
		}
	}
	/* by symmetry each keeps its sign and shrinks to nearly 1/2 */
	assert_true(fabs(a[1] - 0.5) < 1e-4 && fabs(a[2] + 0.5) < 1e-4);
	assert_int_equal(linalg_factor(a, 3), OK);
}

static void not_finite_is_refused(void **state)
{
	double a[4] = { 1, (double)NAN, (double)NAN, 1 };
	double negative[4] = { -1, 0, 0, -1 };

	(void)state;
	assert_int_equal(linalg_make_positive(a, 2, 1e-6), E_INPUT);
	assert_int_equal(linalg_make_positive(negative, 2, 1e-6), E_INPUT);
	assert_true(negative[0] == -1.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(factor_multiplies_back),
		cmocka_unit_test(indefinite_has_no_factor),
		cmocka_unit_test(definite_matrices_are_left_alone),
		cmocka_unit_test(clipping_makes_a_correlation),
		cmocka_unit_test(not_finite_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
