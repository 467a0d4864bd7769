/* test_backtest_prices.c -- the hours that an asset's bars lack are counted:
 * within the range, and in the window before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "backtest/backtest.h"
#include "backtest/prices.h"
#include "tests/host/known_backtest.h"

/* Takes `count` bars out, from index `first` on. */
static void remove_bars(struct known_backtest *sample, size_t first,
			size_t count)
{
	struct plan_asset *asset = &sample->store.plan.assets[0];
	struct bar *bars = sample->store.bars[0];

	memmove(bars + first, bars + first + count,
		(asset->bar_count - first - count) * sizeof(*bars));
	asset->bar_count -= count;
}

static void holes_are_counted_on_both_sides(void **state)
{
	struct known_backtest sample;
	const struct backtest_plan *plan = &sample.store.plan;
	uint32_t window;

	(void)state;
	known_backtest_make(&sample, 3);
	window = sample.store.policy.window_bars = KNOWN_WARM / 2;
	assert_int_equal(backtest_holes(plan, 0), 0);
	assert_int_equal(backtest_holes_before(plan, 0), 0);
	remove_bars(&sample, KNOWN_WARM + 30, 4);
	remove_bars(&sample, KNOWN_WARM - 50, 7);
	remove_bars(&sample, KNOWN_WARM - window - 10, 3);
	assert_int_equal(backtest_holes(plan, 0), 4);
	assert_int_equal(backtest_holes_before(plan, 0), 7);
	assert_int_equal(backtest_holes(plan, 1), 0);
	assert_int_equal(backtest_holes_before(plan, 1), 0);
	known_backtest_free(&sample);
}

/* Bars that begin within the window are no hole before their first. */
static void a_short_history_is_no_hole(void **state)
{
	struct known_backtest sample;
	uint32_t window;

	(void)state;
	known_backtest_make(&sample, 3);
	window = sample.store.policy.window_bars = KNOWN_WARM / 2;
	remove_bars(&sample, 0, KNOWN_WARM - window / 2);
	assert_int_equal(backtest_holes_before(&sample.store.plan, 0), 0);
	sample.store.plan.assets[0].bar_count = 0;
	assert_int_equal(backtest_holes_before(&sample.store.plan, 0), 0);
	known_backtest_free(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holes_are_counted_on_both_sides),
		cmocka_unit_test(a_short_history_is_no_hole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
