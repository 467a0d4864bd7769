/* test_returns.c -- returns exist between adjacent bars only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "models/volatility/returns.h"

#define HOUR 3600

static void gaps_stay_gaps(void **state)
{
	const int64_t times[] = { 0, HOUR, 2 * HOUR, 5 * HOUR, 6 * HOUR };
	const double closes[] = { 100, 110, 99, 50, 51 };
	struct price_series prices = { times, closes, 5, HOUR };
	double out[4];
	size_t index[4];
	struct return_series series = { out, index, 0 };

	(void)state;
	assert_int_equal(log_returns(&series, &prices), OK);
	assert_int_equal(series.n, 3);
	assert_true(fabs(out[0] - log(1.1)) < 1e-15);
	assert_true(fabs(out[1] - log(0.9)) < 1e-15);
	assert_true(fabs(out[2] - log(1.02)) < 1e-15);
	assert_int_equal(index[0], 1);
	assert_int_equal(index[2], 4);
}

static void a_fall_of_9999_bps_is_a_return(void **state)
{
	const int64_t times[] = { 0, HOUR };
	const double closes[] = { 10000.0, 1.0 };
	struct price_series prices = { times, closes, 2, HOUR };
	double out[1];
	struct return_series series = { out, NULL, 0 };

	(void)state;
	assert_int_equal(log_returns(&series, &prices), OK);
	assert_true(fabs(out[0] + 9.210340371976182) < 1e-14);
}

static void bad_prices_are_refused(void **state)
{
	const double wrong[] = { 0.0, -1.0, (double)NAN, (double)INFINITY };
	int64_t times[] = { 0, HOUR, 2 * HOUR };
	double closes[] = { 1, 1, 1 }, out[2];
	struct price_series prices = { times, closes, 3, HOUR };
	struct return_series series = { out, NULL, 77 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		closes[1] = wrong[i];
		assert_int_equal(log_returns(&series, &prices), E_INPUT);
	}
	closes[1] = 1;
	times[2] = HOUR;
	assert_int_equal(log_returns(&series, &prices), E_INPUT);
	times[2] = 2 * HOUR;
	prices.interval_s = 0;
	assert_int_equal(log_returns(&series, &prices), E_INPUT);
	assert_int_equal(series.n, 77);
}

static void bars_give_the_same_returns(void **state)
{
	struct bar bars[3] = { 0 };
	double out[2];

	(void)state;
	for (int i = 0; i < 3; i++) {
		bars[i].open_time_s = i * HOUR;
		bars[i].close = decimal_from_scaled(100 + 10 * i, 0);
	}
	assert_int_equal(series_returns(out, bars, 3, HOUR), 2);
	assert_true(fabs(out[0] - log(1.1)) < 1e-15);
	bars[1].open_time_s += 1; /* neither neighbour is an hour away */
	assert_int_equal(series_returns(out, bars, 3, HOUR), 0);
	bars[1].open_time_s -= 1;
	bars[1].close = decimal_from_scaled(0, 0);
	assert_int_equal(series_returns(out, bars, 3, HOUR), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gaps_stay_gaps),
		cmocka_unit_test(a_fall_of_9999_bps_is_a_return),
		cmocka_unit_test(bad_prices_are_refused),
		cmocka_unit_test(bars_give_the_same_returns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
