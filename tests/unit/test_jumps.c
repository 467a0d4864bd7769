/* test_jumps.c -- counts by hand, the Poisson interval as tabulated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/tails/jumps.h"
#include "tests/support/points.h"

#define N 20000

static double residuals[N];

/* n bars of which the first `events` jump. */
static struct jump_estimate estimate_of(size_t events, size_t n)
{
	struct jump_estimate out;

	for (size_t i = 0; i < n; i++)
		residuals[i] = i < events ? 6.0 : 0.5;
	assert_int_equal(jump_estimate(&out, residuals, n, 4.0), OK);
	assert_int_equal(out.up, events);
	return out;
}

static void jumps_are_counted_by_hand(void **state)
{
	static const double z[] = {4.0,	 4.5, -4.0, -7.0, 0.0,
				   -3.9, 5.5, -5.0, -6.0, 1.0};
	struct jump_estimate out;

	(void)state;
	assert_int_equal(jump_estimate(&out, z, 10, 4.0), OK);
	assert_int_equal(out.up, 2); /* 4 itself is not beyond 4 */
	assert_int_equal(out.down, 3);
	assert_true(out.intensity == 0.5);
	assert_true(fabs(out.mean_up - 5.0) < 1e-15);
	assert_true(fabs(out.mean_down - 6.0) < 1e-15);
	/* 5 events: 1.6235 .. 11.6683 */
	assert_true(fabs(out.low * 10 - 1.6235) < 5e-5);
	assert_true(fabs(out.high * 10 - 11.6683) < 5e-5);
	assert_int_equal(jump_estimate(&out, z, 10, 6.5), OK);
	assert_true(out.up == 0 && out.mean_up == 0.0 && out.down == 1 &&
		    out.mean_down == 7.0);
}

/* Garwood's table, as printed since. */
static void the_interval_is_the_tables(void **state)
{
	static const struct {
		size_t events;
		double low, high;
	} table[] = {
		{0, 0.0, 3.6889},	{1, 0.0253, 5.5716},
		{2, 0.2422, 7.2247},	{3, 0.6187, 8.7673},
		{10, 4.7954, 18.3904},	{20, 12.2165, 30.8884},
		{50, 37.1110, 65.9188}, {100, 81.3640, 121.6268},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct jump_estimate out = estimate_of(table[i].events, 1000);

		assert_true(fabs(out.low * 1000 - table[i].low) < 6e-5);
		assert_true(fabs(out.high * 1000 - table[i].high) < 6e-5);
	}
}

/* P(a Poisson variable of this mean <= most), summed. */
static double poisson_share(size_t most, double mean)
{
	double sum = 0.0;

	for (size_t k = 0; k <= most; k++)
		sum += exp((double)k * log(mean) - mean -
			   lgamma((double)k + 1.0));
	return sum;
}

/* Garwood's definition, also where the cube root takes over (499). */
static void each_side_leaves_a_fortieth(void **state)
{
	static const size_t events[] = {1,   7,	  120,	400,  498,
					499, 500, 2000, 10000};
	double before = 0.0;

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		size_t k = events[i];
		struct jump_estimate out = estimate_of(k, N);
		double allowed = k < 499 ? 1e-10 : 1e-5;

		assert_true(fabs(poisson_share(k, out.high * N) - 0.025) <
			    allowed);
		assert_true(fabs(1.0 - poisson_share(k - 1, out.low * N) -
				 0.025) < allowed);
		assert_true(out.low < out.intensity &&
			    out.intensity < out.high);
		assert_true(out.high > before);
		before = out.high;
	}
}

static void every_bar_a_jump(void **state)
{
	struct jump_estimate out = estimate_of(N, N);

	(void)state;
	assert_true(out.intensity == 1.0 && out.low < 1.0 && out.high > 1.0);
	residuals[0] = 1.7e308; /* no overflow in the mean */
	residuals[1] = 1.7e308;
	assert_int_equal(jump_estimate(&out, residuals, 2, 4.0), OK);
	assert_true(out.mean_up == 1.7e308);
	assert_int_equal(jump_estimate(&out, residuals, 1, 4.0), OK);
	assert_int_equal(out.up, 1);
}

static void order_and_sign_do_not_matter(void **state)
{
	struct jump_estimate out, mirrored;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		residuals[i] = normal_quantile(uniform(1e-9, 1.0));
		if (i % 100 == 0)
			residuals[i] *= 4.0;
	}
	assert_int_equal(jump_estimate(&out, residuals, N, 3.0), OK);
	for (size_t i = 0; i < N / 2; i++) {
		double swap = -residuals[i];

		residuals[i] = -residuals[N - 1 - i];
		residuals[N - 1 - i] = swap;
	}
	assert_int_equal(jump_estimate(&mirrored, residuals, N, 3.0), OK);
	assert_int_equal(mirrored.up, out.down);
	assert_int_equal(mirrored.down, out.up);
	assert_true(mirrored.low == out.low && mirrored.high == out.high);
	assert_true(fabs(mirrored.mean_up - out.mean_down) < 1e-12);
	/* 0.27 % of a normal, 45 % of one four times as wide */
	assert_true(fabs(out.intensity - (0.99 * 0.0027 + 0.01 * 0.4533)) <
		    4 * sqrt(0.0072 / N));
}

static void bad_input_is_a_status(void **state)
{
	static const double wrong[] = {(double)NAN, (double)INFINITY,
				       -(double)INFINITY};
	struct jump_estimate out, before;

	(void)state;
	memset(&before, 7, sizeof(before));
	out = before;
	for (size_t i = 0; i < 3; i++) {
		double z[] = {1.0, wrong[i], 5.0};

		assert_int_equal(jump_estimate(&out, z, 3, 4.0), E_INPUT);
		if (wrong[i] < 0.0 || isnan(wrong[i]))
			assert_int_equal(jump_estimate(&out, z, 1, wrong[i]),
					 E_INPUT);
	}
	assert_int_equal(jump_estimate(&out, residuals, 0, 4.0), E_INPUT);
	assert_int_equal(jump_estimate(&out, residuals, 5, 0.0), E_INPUT);
	assert_int_equal(jump_estimate(&out, residuals, 5, -1.0), E_INPUT);
	assert_memory_equal(&out, &before, sizeof(out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jumps_are_counted_by_hand),
		cmocka_unit_test(the_interval_is_the_tables),
		cmocka_unit_test(each_side_leaves_a_fortieth),
		cmocka_unit_test(every_bar_a_jump),
		cmocka_unit_test(order_and_sign_do_not_matter),
		cmocka_unit_test(bad_input_is_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
