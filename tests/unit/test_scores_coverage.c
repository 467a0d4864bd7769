/* test_scores_coverage.c -- exact coverage tests against every hit sequence of
 * small samples; binomial laws and the traffic light against known values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "backtest/scores/binomial.h"
#include "backtest/scores/exact_coverage.h"
#include "backtest/scores/traffic_light.h"
#include "models/elementary.h"
#include "tests/support/points.h"

#define N 5000
#define SMALL 14

static double returns[N + 1], quantile[N + 1];
static uint8_t block[1u << 20] __attribute__((aligned(16)));
static struct arena arena;

static void set_hits(size_t n, uint64_t bits)
{
	for (size_t t = 0; t < n; t++) {
		quantile[t] = -1.0;
		returns[t] = t < 64 && (bits >> t & 1) ? -2.0 : 0.0;
	}
}

static struct coverage_data data_of(size_t n, double p)
{
	return (struct coverage_data){ returns, quantile, NULL, n, p };
}

/* The three ratios of each sequence, and how probable it is. */
static double ratios[1u << SMALL][3], probabilities[1u << SMALL];

static void enumerate(size_t n, double p)
{
	for (uint64_t bits = 0; bits < (UINT64_C(1) << n); bits++) {
		struct coverage_data d = data_of(n, p);
		struct test_result r[3];

		set_hits(n, bits);
		assert_int_equal(coverage_kupiec(&r[0], &d), OK);
		assert_int_equal(coverage_independence(&r[1], &d), OK);
		assert_int_equal(coverage_christoffersen(&r[2], &d), OK);
		probabilities[bits] = 1.0;
		for (size_t t = 0; t < n; t++)
			probabilities[bits] *= bits >> t & 1 ? p : 1.0 - p;
		for (int k = 0; k < 3; k++)
			ratios[bits][k] = r[k].statistic;
	}
}

static double tail_of(size_t n, int test, double ratio)
{
	double sum = 0.0;

	for (uint64_t bits = 0; bits < (UINT64_C(1) << n); bits++)
		if (ratios[bits][test] >= ratio - 1e-8)
			sum += probabilities[bits];
	return sum;
}

static void exact_is_the_sum_over_all_sequences(void **state)
{
	static const struct {
		size_t n;
		double p;
	} cases[] = { { 1, 0.3 }, { 2, 0.5 }, { 3, 0.05 }, { 7, 0.1 },
		      { 11, 0.25 }, { SMALL, 0.01 }, { SMALL, 0.6 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = cases[i].n;

		enumerate(n, cases[i].p);
		for (int k = 0; k < 40; k++) {
			uint64_t bits = whole_between(0, (UINT64_C(1) << n) - 1);
			struct coverage_data d = data_of(n, cases[i].p);
			struct exact_coverage e;

			set_hits(n, bits);
			assert_int_equal(exact_coverage(&e, &d, &arena), OK);
			assert_true(fabs(e.kupiec.p - tail_of(n, 0,
						ratios[bits][0])) < 1e-10);
			assert_true(fabs(e.independence.p - tail_of(n, 1,
						ratios[bits][1])) < 1e-10);
			assert_true(fabs(e.conditional.p - tail_of(n, 2,
						ratios[bits][2])) < 1e-10);
		}
	}
	assert_int_equal(arena.used, 0);
}

/* The exact p rejects no more often than it says; chi-square's does. */
static void exact_keeps_its_size(void **state)
{
	size_t n = 12;
	double exact = 0.0, asymptotic = 0.0;

	(void)state;
	enumerate(n, 0.05);
	for (uint64_t bits = 0; bits < (UINT64_C(1) << n); bits++) {
		double ratio = ratios[bits][2];

		if (tail_of(n, 2, ratio) <= 0.05)
			exact += probabilities[bits];
		if (chi_square_tail(ratio, 2.0) <= 0.05)
			asymptotic += probabilities[bits];
	}
	assert_true(exact <= 0.05 && exact > 0.01);
	assert_true(fabs(asymptotic - exact) > 0.003);
}

/* With many expected hits Kupiec's exact p and chi-square's come together. */
static void exact_nears_chi_square(void **state)
{
	struct coverage_data d = data_of(N, 0.25);
	struct exact_coverage e;

	(void)state;
	set_hits(N, 0);
	for (size_t t = 0; t < N; t++)
		returns[t] = t % 25 < 6 ? -2.0 : 0.0;
	assert_int_equal(exact_coverage(&e, &d, &arena), OK);
	assert_true(e.kupiec.statistic > 2.0 && e.kupiec.statistic < 12.0);
	assert_true(fabs(e.kupiec.p / chi_square_tail(e.kupiec.statistic, 1.0) -
			 1.0) < 0.03);
	assert_true(e.independence.p < 1e-6);
}

static void exact_refuses(void **state)
{
	struct coverage_data d = data_of(N + 1, 0.01);
	struct exact_coverage e;
	struct arena small;

	(void)state;
	set_hits(N + 1, 5);
	assert_int_equal(exact_coverage(&e, &d, &arena), E_LIMIT);
	d.n = 0;
	assert_int_equal(exact_coverage(&e, &d, &arena), E_INPUT);
	d.n = 100;
	arena_init(&small, block, 1000);
	assert_int_equal(exact_coverage(&e, &d, &small), E_LIMIT);
	assert_int_equal(small.used, 0);
}

static void binomial_is_its_formula(void **state)
{
	static double masses[1001];
	static const double ps[] = { 1e-6, 0.01, 0.37, 0.5, 0.99 };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		double sum = 0.0, p = ps[i];

		binomial_masses(masses, 1000, p);
		for (size_t k = 0; k <= 1000; k++) {
			double exact = elementary_exp(
				elementary_lgamma(1001.0) -
				elementary_lgamma((double)k + 1.0) -
				elementary_lgamma(1001.0 - (double)k) +
				(double)k * elementary_log(p) +
				(1000.0 - (double)k) * elementary_log1p(-p));

			sum += masses[k];
			assert_true(fabs(masses[k] - exact) <=
				    1e-9 * exact + 1e-290);
			assert_true(fabs(binomial_cdf(k, 1000, p) - sum) <
				    1e-12);
		}
	}
	binomial_masses(masses, 0, 0.5);
	assert_true(masses[0] == 1.0 && binomial_cdf(0, 0, 0.5) == 1.0);
}

/* Basel's table 2: 250 bars at 1 %. */
static void zones_are_those_of_the_table(void **state)
{
	static const double cumulative[] = { 8.11, 28.58, 54.32, 75.81, 89.22,
					     95.88, 98.63, 99.60, 99.89, 99.97,
					     99.99 };
	static const double plus[] = { 0, 0, 0, 0, 0, 0.4, 0.5, 0.65, 0.75,
				       0.85, 1.0, 1.0 };
	struct traffic_light l;

	(void)state;
	for (size_t hits = 0; hits < 12; hits++) {
		assert_int_equal(traffic_light(&l, hits, 250, 0.01), OK);
		assert_int_equal(l.yellow_from, 5);
		assert_int_equal(l.red_from, 10);
		assert_int_equal(l.zone, hits < 5	 ? TRAFFIC_GREEN
					 : hits < 10 ? TRAFFIC_YELLOW
						     : TRAFFIC_RED);
		assert_true(l.has_multiplier);
		assert_true(fabs(l.multiplier - plus[hits]) < 1e-12);
		if (hits < 11)
			assert_true(fabs(100.0 * l.probability -
					 cumulative[hits]) < 0.0051);
	}
	assert_string_equal(traffic_zone_name(TRAFFIC_YELLOW), "yellow");
}

/* Other sizes: boundaries are the least counts that reach the levels. */
static void zones_of_any_size(void **state)
{
	struct traffic_light l;

	(void)state;
	for (int k = 0; k < 50; k++) {
		size_t n = (size_t)whole_between(1, 20000);
		double p = uniform(1e-5, 0.3);

		assert_int_equal(traffic_light(&l, n / 2, n, p), OK);
		assert_false(l.has_multiplier);
		assert_true(binomial_cdf(l.yellow_from, n, p) >= 0.95);
		assert_true(l.yellow_from == 1 ||
			    binomial_cdf(l.yellow_from - 1, n, p) < 0.95);
		assert_true(binomial_cdf(l.red_from, n, p) >= 0.9999);
		assert_true(!l.red_from ||
			    binomial_cdf(l.red_from - 1, n, p) < 0.9999);
	}
	assert_int_equal(traffic_light(&l, 251, 250, 0.01), E_INPUT);
	assert_int_equal(traffic_light(&l, 0, 0, 0.01), E_INPUT);
	assert_int_equal(traffic_light(&l, 0, 10, 1.0), E_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_is_the_sum_over_all_sequences),
		cmocka_unit_test(exact_keeps_its_size),
		cmocka_unit_test(exact_nears_chi_square),
		cmocka_unit_test(exact_refuses),
		cmocka_unit_test(binomial_is_its_formula),
		cmocka_unit_test(zones_are_those_of_the_table),
		cmocka_unit_test(zones_of_any_size),
	};

	arena_init(&arena, block, sizeof(block));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
