/* test_returns.c -- returns exist between adjacent bars only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "models/volatility/returns.h"

#define HOUR 3600

static struct bar bar_at(int64_t time_s, int64_t close)
{
	struct decimal price = decimal_from_scaled(close, 0);

	return (struct bar){ time_s, price, price, price, price };
}

static void adjacent_bars_have_a_return(void **state)
{
	struct bar bar = bar_at(2 * HOUR, 99);
	double out;

	(void)state;
	assert_true(bar_return(&out, &bar, HOUR, decimal_from_scaled(110, 0),
			       HOUR));
	assert_true(fabs(out - log(0.9)) < 1e-15);
}

static void gaps_stay_gaps(void **state)
{
	struct bar bar = bar_at(5 * HOUR, 50);
	struct decimal before = decimal_from_scaled(100, 0);
	double out = 7.0;

	(void)state;
	assert_false(bar_return(&out, &bar, 2 * HOUR, before, HOUR));
	assert_false(bar_return(&out, &bar, 4 * HOUR + 1, before, HOUR));
	assert_false(bar_return(&out, &bar, 5 * HOUR, before, HOUR));
	assert_true(out == 7.0);
	assert_true(bar_return(&out, &bar, 4 * HOUR, before, HOUR));
}

static void a_fall_of_9999_bps_is_a_return(void **state)
{
	struct bar bar = bar_at(HOUR, 1);
	double out;

	(void)state;
	assert_true(bar_return(&out, &bar, 0, decimal_from_scaled(10000, 0),
			       HOUR));
	assert_true(fabs(out + 9.210340371976182) < 1e-14);
}

static void prices_of_0_have_none(void **state)
{
	struct bar nothing = bar_at(HOUR, 0), something = bar_at(HOUR, 5);
	double out;

	(void)state;
	assert_false(bar_return(&out, &nothing, 0, decimal_from_scaled(1, 0),
				HOUR));
	assert_false(bar_return(&out, &something, 0, decimal_from_scaled(0, 0),
				HOUR));
	assert_false(bar_return(&out, &something, 0,
				decimal_from_scaled(-3, 0), HOUR));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adjacent_bars_have_a_return),
		cmocka_unit_test(gaps_stay_gaps),
		cmocka_unit_test(a_fall_of_9999_bps_is_a_return),
		cmocka_unit_test(prices_of_0_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
