/* test_backtest_overlap.c -- forecasts of decisions that are more frequent than
 * the horizon: which are tested apart, and all of them in blocks. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backtest/forecast_tests.h"
#include "tests/host/known_backtest.h"

#define NEAR(a, b, most) assert_true(fabs((a) - (b)) <= (most))

static struct known_backtest sample;

static int setup(void **state)
{
	(void)state;
	known_backtest_make(&sample, KNOWN_DAYS);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	known_backtest_free(&sample);
	return 0;
}

/* A decision an hour and a horizon of a day: every 24th is tested. */
static void test_overlap(void **state)
{
	struct run_record run;
	struct forecast_set set;

	(void)state;
	memset(&run, 0, sizeof(run));
	for (size_t h = 0; h < 24 * 10; h++) {
		struct decision_record *d = run_add_decision(&run);

		d->time_s = KNOWN_FROM + 3600 * (int64_t)h;
		d->assets[0].var99 = 0.02f;
		d->assets[0].es975 = 0.021f;
		d->assets[0].var975 = 0.017f;
		d->assets[0].realised = h % 24 == 5 ? NAN : 0.01f;
	}
	forecast_set_collect(&set, &sample.store.plan, &run, 0);
	assert_int_equal(set.count, 10);
	assert_int_equal(set.all_count, 23 * 10);
	assert_int_equal(set.in_horizon, 23);
	for (size_t i = 0; i < set.count; i++)
		assert_int_equal(set.points[i].decision, 24 * i);
	assert_false(set.derived);
	NEAR(set.points[0].forecast[FORECASTER_OWN].var975, (double)0.017f,
	     1e-12);
	forecast_set_free(&set);
	run_record_free(&run);
}

/* Decisions every 20 minutes for so many days; on every `bad`th day all falls
 * go beyond what was forecast (0: never). */
static void tests_of_days(struct forecast_tests out[FORECASTERS_COUNT],
			  size_t days, size_t bad)
{
	const struct rng_key key = rng_key_of(sample.store.plan.seed);
	struct run_record run;
	struct forecast_set set;

	memset(&run, 0, sizeof(run));
	for (size_t i = 0; i < 72 * days; i++) {
		struct decision_record *d = run_add_decision(&run);

		d->time_s = KNOWN_FROM + 1200 * (int64_t)i;
		d->assets[0].var99 = 0.02f;
		d->assets[0].es975 = 0.021f;
		d->assets[0].var975 = 0.017f;
		d->assets[0].realised =
			bad && i / 72 % bad == 0 ? -0.03f : 0.01f;
	}
	forecast_set_collect(&set, &sample.store.plan, &run, 0);
	forecast_tests_run(out, &set, &key);
	forecast_set_free(&set);
	run_record_free(&run);
}

/* One bad day is seventy-two hits of forecasts that overlap: blocks take it for
 * the one event that it is.  Ten such days they do not forgive. */
static void test_overlap_blocks(void **state)
{
	struct forecast_tests t[FORECASTERS_COUNT];
	char words[OVERLAP_WORDS_MAX];

	(void)state;
	tests_of_days(t, 50, 50);
	assert_int_equal(t[0].n, 50);
	assert_int_equal(t[0].overlap.n, 3600);
	assert_int_equal(t[0].overlap.in_horizon, 72);
	assert_int_equal(t[0].overlap.exceed, 72);
	assert_int_equal(t[0].overlap.exceed975, 72);
	NEAR(t[0].overlap.share99.value, 0.02, 1e-12);
	NEAR(t[0].overlap.z2.value, 1.0 - 72.0 * 0.03 / (double)0.021f /
					  (0.025 * 3600.0), 1e-6);
	assert_true(t[0].overlap.share99.block >= 72.0);
	assert_true(t[0].overlap.share99.p > 0.3);
	assert_true(overlap_counts(&t[0].overlap, FORECAST_P99));
	overlap_words(words, &t[0].overlap, t[0].n);
	assert_non_null(strstr(words, "all 3600 is the test of coverage that "
				      "counts"));
	tests_of_days(t, 50, 5);
	assert_true(t[0].overlap.share99.p < 0.01);
	assert_true(t[0].overlap.share975.p < 0.01);
	assert_true(t[0].overlap.z2.p < 0.01 && t[0].overlap.z2.value < 0.0);
}

/* Too few forecasts for blocks; no fall at all; none that overlap. */
static void test_overlap_does_not_count(void **state)
{
	struct forecast_tests t[FORECASTERS_COUNT];
	char words[OVERLAP_WORDS_MAX];

	(void)state;
	tests_of_days(t, 10, 0);
	assert_int_equal(t[0].overlap.n, 720);
	assert_false(overlap_counts(&t[0].overlap, FORECAST_P99));
	assert_true(t[0].overlap.share99.value == 0.0);
	assert_true(isnan(t[0].overlap.share99.p));
	assert_true(isnan(t[0].overlap.z2.p));
	overlap_words(words, &t[0].overlap, t[0].n);
	assert_non_null(strstr(words, "only 7.2 falls beyond VaR 99"));
	assert_non_null(strstr(words, "Kupiec's test of the 10 that"));
}

/* A decision a day, a horizon of a day. */
static void test_no_overlap(void **state)
{
	struct forecast_tests t[FORECASTERS_COUNT];
	char words[OVERLAP_WORDS_MAX];
	struct rng_key key = rng_key_of(sample.store.plan.seed);
	struct forecast_set set;

	(void)state;
	forecast_set_collect(&set, &sample.store.plan, &sample.record.runs[0],
			     0);
	assert_int_equal(set.count, KNOWN_DAYS - 1);
	assert_int_equal(set.all_count, KNOWN_DAYS - 1);
	assert_int_equal(set.in_horizon, 1);
	forecast_tests_run(t, &set, &key);
	assert_int_equal(t[0].n, KNOWN_DAYS - 1);
	assert_int_equal(t[0].overlap.n, 0);
	assert_false(overlap_counts(&t[0].overlap, FORECAST_P99));
	overlap_words(words, &t[0].overlap, t[0].n);
	assert_non_null(strstr(words, "No forecasts overlap"));
	forecast_set_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_overlap_blocks),
		cmocka_unit_test(test_overlap_does_not_count),
		cmocka_unit_test(test_no_overlap),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
