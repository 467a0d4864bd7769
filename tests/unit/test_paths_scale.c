/* test_paths_scale.c -- the scale of a t variate is the chi-square quantile at
 * its normal's level, on and between the table's points, out to the ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/paths_internal.h"
#include "tests/support/points.h"

static void scale_is_the_chi_square_quantile(void **state)
{
	static const unsigned degrees[] = { 4, 6, 8, 12, 50, 200 };
	static struct scale_table table;

	(void)state;
	for (size_t d = 0; d < 6; d++) {
		double nu = degrees[d];

		scale_table_build(&table, degrees[d]);
		for (int i = 0; i < 20000; i++) {
			double y = uniform(-5.9, 5.9), scale, tail, exact;

			scale = scale_of(&table, lanes_all(y))[i % LANES];
			tail = chi_square_tail((nu - 2.0) / (scale * scale),
					       nu);
			exact = normal_cdf(-y);
			assert_true(fabs(tail - exact) <
				    1e-6 * fmin(exact, 1.0 - exact) + 1e-15);
		}
	}
}

/* Falls from point to point, also at the largest normals there are, and is
 * continuous where cells meet. */
static void scale_falls_to_the_ends(void **state)
{
	static struct scale_table table;
	double width = 2.0 * SCALE_REACH / SCALE_CELLS, last;

	(void)state;
	scale_table_build(&table, 4);
	last = scale_of(&table, lanes_all(-8.58))[0];
	assert_true(last > 1e4 && last < 1e5);
	for (int i = 0; i < 100000; i++) {
		double y = -8.58 + 17.16 * (i + 1) / 100000.0;
		double scale = scale_of(&table, lanes_all(y))[3];

		assert_true(scale < last);
		last = scale;
	}
	for (int cell = 10; cell < SCALE_CELLS - 10; cell++) {
		double y = cell * width - SCALE_REACH;
		double below = scale_of(&table, lanes_all(y - 1e-13))[1];
		double above = scale_of(&table, lanes_all(y + 1e-13))[2];

		assert_true(fabs(below / above - 1.0) < 1e-11);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scale_is_the_chi_square_quantile),
		cmocka_unit_test(scale_falls_to_the_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
