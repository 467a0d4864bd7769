/* test_excursions.c -- against a direct O(n k) computation on random bars;
 * gaps; a start sees its own window and nothing else.  Includes the module to
 * see its starts one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/tails/excursions.c"
#include "tests/support/points.h"

#define N 700
#define HOUR 3600

static uint8_t block[N * 32] __attribute__((aligned(16)));
static struct bar bars[N];
static double fall[N], rise[N];
static size_t queue[N];

static struct arena fresh_arena(void)
{
	struct arena arena;

	arena_init(&arena, block, sizeof(block));
	return arena;
}

static void random_bar(struct bar *bar)
{
	int64_t close = (int64_t)whole_between(9000, 11000);

	bar->open = decimal_from_scaled(close + 7, 2);
	bar->close = decimal_from_scaled(close, 2);
	bar->high =
		decimal_from_scaled(close + (int64_t)whole_between(0, 3000), 2);
	bar->low =
		decimal_from_scaled(close - (int64_t)whole_between(0, 3000), 2);
}

/* One bar of `hole_every` is missing; 0: none. */
static void random_bars(uint64_t hole_every)
{
	int64_t time = 1700000000;

	for (size_t i = 0; i < N; i++) {
		time += HOUR;
		if (hole_every && whole_between(1, hole_every) == 1)
			time += HOUR * (int64_t)whole_between(1, 3);
		bars[i].open_time_s = time;
		random_bar(&bars[i]);
	}
}

static struct excursion_design design_of(uint32_t window)
{
	return (struct excursion_design){bars, N, HOUR, window};
}

/* The definition; false: the window is not all there. */
static bool direct(double out[2], size_t start, uint32_t window)
{
	double close = decimal_to_double(bars[start].close);
	double low = close, high = close;

	for (size_t j = start + 1; j <= start + window; j++) {
		if (j >= N ||
		    bars[j].open_time_s - bars[j - 1].open_time_s != HOUR)
			return false;
		low = fmin(low, decimal_to_double(bars[j].low));
		high = fmax(high, decimal_to_double(bars[j].high));
	}
	out[0] = 1.0 - low / close;
	out[1] = high / close - 1.0;
	return true;
}

static void insert_sorted(double *sorted, size_t n, double value)
{
	for (; n > 0 && sorted[n - 1] > value; n--)
		sorted[n] = sorted[n - 1];
	sorted[n] = value;
}

static double type_7(const double *sorted, size_t n, double level)
{
	double at = (double)(n - 1) * level, whole = floor(at);
	size_t j = (size_t)whole;

	return j + 1 < n ? (1 - at + whole) * sorted[j] +
				   (at - whole) * sorted[j + 1]
			 : sorted[j];
}

static void it_is_the_definition(void **state)
{
	static const uint32_t windows[] = {1, 2, 5, 24, 168};
	static const double levels[] = {0.001, 0.5, 0.9, 0.99, 0.999};

	(void)state;
	for (uint32_t c = 0; c < 50; c++) {
		uint32_t window = windows[c % 5];
		struct excursion_design design = design_of(window);
		struct arena arena = fresh_arena();
		struct excursion out;
		double both[2], level = levels[c / 10];
		size_t n = 0;

		random_bars(c % 2 && window < 30 ? 40 : 0);
		for (size_t s = 0; s < N; s++)
			if (direct(both, s, window)) {
				insert_sorted(fall, n, both[0]);
				insert_sorted(rise, n, both[1]);
				n++;
			}
		assert_int_equal(
			excursion_quantile(&out, &design, level, &arena), OK);
		assert_int_equal(arena.used, 0);
		assert_int_equal(out.starts, n);
		assert_true(fabs(out.fall - type_7(fall, n, level)) < 1e-14);
		assert_true(fabs(out.rise - type_7(rise, n, level)) < 1e-14);
	}
}

static void gaps_take_their_starts_out(void **state)
{
	struct excursion_design design = design_of(24);
	struct arena arena = fresh_arena();
	struct excursion out;

	(void)state;
	random_bars(0);
	assert_int_equal(excursion_quantile(&out, &design, 0.5, &arena), OK);
	assert_int_equal(out.starts, N - 24);
	for (size_t i = 350; i < N; i++)
		bars[i].open_time_s += 1; /* one second is a gap as well */
	assert_int_equal(excursion_quantile(&out, &design, 0.5, &arena), OK);
	assert_int_equal(out.starts, N - 48);
}

/* A crash in the bars after a window is not seen by its start; one in its last
 * bar is. */
static void a_start_sees_its_window_only(void **state)
{
	static double after[N];
	struct excursion_design design = design_of(7);
	size_t n, start = 300;

	(void)state;
	random_bars(0);
	n = window_shares(fall, queue, &design, false);
	assert_int_equal(n, N - 7);
	for (size_t i = start + 8; i < N; i++)
		bars[i].low = bars[i].close = decimal_from_scaled(1, 4);
	assert_int_equal(window_shares(after, queue, &design, false), n);
	assert_memory_equal(fall, after, (start + 1) * sizeof(*fall));
	assert_true(after[start + 1] > 0.99999);
	for (size_t i = 0; i < start; i++) /* nor does it see the past */
		random_bar(&bars[i]);
	assert_int_equal(window_shares(after, queue, &design, false), n);
	assert_true(after[start] == fall[start]);
	/* its own low is past as well: it starts at its close */
	bars[start].low = decimal_from_scaled(1, 4);
	assert_int_equal(window_shares(after, queue, &design, false), n);
	assert_true(after[start] == fall[start]);
	assert_true(after[start - 1] > 0.99999);
}

static void no_fall_is_zero(void **state)
{
	struct excursion_design design = design_of(3);
	struct arena arena = fresh_arena();
	struct excursion out;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		struct decimal price =
			decimal_from_scaled(10000 + 100 * (int64_t)i, 2);

		bars[i] = (struct bar){(int64_t)i * HOUR, price, price, price,
				       price};
	}
	assert_int_equal(excursion_quantile(&out, &design, 0.999, &arena), OK);
	assert_true(out.fall == 0.0 && out.rise > 0.02 && out.rise < 0.03);
}

/* The rule it is a baseline for: one start in a thousand falls by half. */
static void a_rare_fall_is_at_its_rank(void **state)
{
	struct excursion_design design = design_of(1);
	struct arena arena = fresh_arena();
	struct excursion out;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		struct decimal price = decimal_from_scaled(100, 0);

		bars[i] = (struct bar){(int64_t)i * HOUR, price, price, price,
				       price};
	}
	bars[N / 2].low = decimal_from_scaled(50, 0);
	/* 699 starts: the largest of them is at 698 of 698 */
	assert_int_equal(excursion_quantile(&out, &design, 0.999, &arena), OK);
	assert_true(fabs(out.fall - 0.5 * (698 * 0.999 - 697)) < 1e-12);
	assert_true(out.rise == 0.0);
	assert_int_equal(excursion_quantile(&out, &design, 0.998, &arena), OK);
	assert_true(out.fall == 0.0);
}

static void the_least_number_of_starts(void **state)
{
	struct excursion_design design = design_of(12);
	struct arena arena = fresh_arena();
	struct excursion out;

	(void)state;
	random_bars(0);
	design.count = 112;
	assert_int_equal(excursion_quantile(&out, &design, 0.9, &arena), OK);
	assert_int_equal(out.starts, 100);
	design.count = 111;
	assert_int_equal(excursion_quantile(&out, &design, 0.9, &arena),
			 E_INPUT);
	design.count = 0;
	assert_int_equal(excursion_quantile(&out, &design, 0.9, &arena),
			 E_INPUT);
	design = design_of(UINT32_MAX);
	assert_int_equal(excursion_quantile(&out, &design, 0.9, &arena),
			 E_INPUT);
}

static void bad_design_is_a_status(void **state)
{
	static const double wrong[] = {0.0, 1.0, -0.1, (double)NAN};
	struct excursion_design design = design_of(0);
	struct arena arena = fresh_arena();
	struct excursion out = {7, 7, 7};

	(void)state;
	random_bars(0);
	assert_int_equal(excursion_quantile(&out, &design, 0.9, &arena),
			 E_INPUT);
	design = design_of(5);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
			excursion_quantile(&out, &design, wrong[i], &arena),
			E_INPUT);
	design.interval_s = 0;
	assert_int_equal(excursion_quantile(&out, &design, 0.9, &arena),
			 E_INPUT);
	design.interval_s = HOUR;
	arena.size = arena.size / 2 - 64;
	assert_int_equal(excursion_quantile(&out, &design, 0.9, &arena),
			 E_LIMIT);
	assert_int_equal(arena.used, 0);
	assert_true(out.fall == 7 && out.rise == 7 && out.starts == 7);
}

static void bad_prices_are_a_status(void **state)
{
	struct excursion_design design = design_of(5);
	struct arena arena = fresh_arena();
	struct excursion out = {7, 7, 7};

	(void)state;
	for (int c = 0; c < 4; c++) {
		random_bars(0);
		if (c == 0)
			bars[9].low = decimal_from_scaled(0, 0);
		else if (c == 1)
			bars[9].close = decimal_from_scaled(0, 0);
		else if (c == 2)
			bars[N - 1].low = decimal_from_scaled(-5, 0);
		else
			bars[9].high = decimal_from_scaled(1, 3);
		assert_int_equal(excursion_quantile(&out, &design, 0.9, &arena),
				 E_INPUT);
	}
	assert_true(out.fall == 7 && out.rise == 7 && out.starts == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_definition),
		cmocka_unit_test(gaps_take_their_starts_out),
		cmocka_unit_test(a_start_sees_its_window_only),
		cmocka_unit_test(no_fall_is_zero),
		cmocka_unit_test(a_rare_fall_is_at_its_rank),
		cmocka_unit_test(the_least_number_of_starts),
		cmocka_unit_test(bad_design_is_a_status),
		cmocka_unit_test(bad_prices_are_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
