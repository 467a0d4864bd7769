/* test_paths.c -- paths have the moments, correlation, tails and minima that
 * they claim; they do not depend on the runner; stress; bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/linalg.h"
#include "models/paths.h"

#define PATHS 20000
#define STEPS 8
#define ASSETS 3

static double ratios[PATHS * STEPS * ASSETS], minimum[PATHS * ASSETS];
static double others[PATHS * STEPS * ASSETS], lowest[PATHS * ASSETS];
static double factor[9];
static const double correlation[9] = { 1, 0.7, 0.2, 0.7, 1, -0.1,
				       0.2, -0.1, 1 };
static const double deviation[ASSETS] = { 0.01, 0.02, 0.005 };

static struct path_design make_design(unsigned degrees)
{
	struct path_design design = { .seed = { 1, 2, 3 },
				      .path_count = PATHS,
				      .step_count = STEPS,
				      .asset_count = ASSETS,
				      .minimum_steps = STEPS,
				      .degrees = degrees,
				      .factor = factor,
				      .deviation = deviation };

	memcpy(factor, correlation, sizeof(factor));
	assert_int_equal(linalg_factor(factor, ASSETS), OK);
	return design;
}

static void generate(const struct path_design *design,
		     const struct parallel *parallel)
{
	struct path_output out = { .ratios = ratios, .minimum = minimum };

	assert_int_equal(paths_generate(&out, design, parallel), OK);
}

/* Log return of a path's step; drift taken out. */
static double step_return(size_t path, size_t step, size_t asset)
{
	size_t at = (path * STEPS + step) * ASSETS + asset;
	double before = step ? ratios[at - ASSETS] : 1.0;

	return log(ratios[at] / before) +
	       0.5 * deviation[asset] * deviation[asset];
}

static void steps_have_their_moments(void **state)
{
	static const unsigned degrees[] = { 0, 12, 20 };

	(void)state;
	for (size_t d = 0; d < 3; d++) {
		struct path_design design = make_design(degrees[d]);
		double product[ASSETS][ASSETS] = { { 0.0 } }, fourth = 0.0;
		double n = PATHS / 2.0 * STEPS, nu = degrees[d];

		generate(&design, NULL);
		for (size_t path = 0; path < PATHS; path += 2)
			for (size_t step = 0; step < STEPS; step++) {
				double r[ASSETS];

				for (size_t a = 0; a < ASSETS; a++)
					r[a] = step_return(path, step, a) /
					       deviation[a];
				for (size_t i = 0; i < ASSETS; i++)
					for (size_t j = 0; j < ASSETS; j++)
						product[i][j] += r[i] * r[j] /
								 n;
				fourth += r[0] * r[0] * r[0] * r[0] / n;
			}
		for (size_t i = 0; i < ASSETS; i++)
			for (size_t j = 0; j < ASSETS; j++)
				assert_true(fabs(product[i][j] -
						 correlation[i * 3 + j]) <
					    0.04);
		/* kurtosis 3 + 6 / (nu - 4): 3, 3.75, 3.375 */
		assert_true(fabs(fourth - (nu > 0.0 ? 3.0 + 6.0 / (nu - 4.0)
						    : 3.0)) < 0.3);
	}
}

static void steps_follow_their_law(void **state)
{
	struct path_design design = make_design(4);
	double scale = sqrt(2.0 / 4.0), n = PATHS / 2.0 * STEPS;
	static const double levels[] = { 0.01, 0.05, 0.25 };

	(void)state;
	generate(&design, NULL);
	for (size_t l = 0; l < 3; l++) {
		double q = student_quantile(levels[l], 4.0) * scale, hits = 0;

		for (size_t path = 0; path < PATHS; path += 2)
			for (size_t step = 0; step < STEPS; step++)
				hits += step_return(path, step, 1) <
					q * deviation[1];
		assert_true(fabs(hits / n - levels[l]) <
			    5.0 * sqrt(levels[l] / n));
	}
}

static void twins_mirror_and_prices_are_fair(void **state)
{
	struct path_design design = make_design(0);
	double mean[ASSETS] = { 0.0 };

	(void)state;
	generate(&design, NULL);
	for (size_t path = 0; path < PATHS; path += 2)
		for (size_t a = 0; a < ASSETS; a++) {
			double up = step_return(path, 3, a);
			double down = step_return(path + 1, 3, a);

			assert_true(fabs(up + down) < 1e-14);
		}
	for (size_t path = 0; path < PATHS; path++)
		for (size_t a = 0; a < ASSETS; a++)
			mean[a] += ratios[((path + 1) * STEPS - 1) * ASSETS +
					  a] / PATHS;
	for (size_t a = 0; a < ASSETS; a++)
		assert_true(fabs(mean[a] - 1.0) < 1e-4);
}

/* Lowest of Brownian motion with drift over time 1 (variance v, drift -v/2):
 * P(min <= -x) = N((-x + v/2) / s) + exp(x) N((-x - v/2) / s) whatever the
 * number of steps. */
static void minimum_is_that_of_continuous_time(void **state)
{
	struct path_design design = make_design(0);
	double v = STEPS * deviation[1] * deviation[1], s = sqrt(v);

	(void)state;
	generate(&design, NULL);
	for (int k = 1; k <= 4; k++) {
		double x = 0.5 * s * k, hits = 0.0, exact;

		for (size_t path = 0; path < PATHS; path++) {
			assert_true(minimum[path * ASSETS + 1] <= 1.0);
			hits += minimum[path * ASSETS + 1] <= exp(-x);
		}
		exact = normal_cdf((-x + 0.5 * v) / s) +
			exp(x) * normal_cdf((-x - 0.5 * v) / s);
		assert_true(fabs(hits / PATHS - exact) <
			    5.0 * sqrt(exact / PATHS));
	}
	for (size_t path = 0; path < PATHS; path++)
		for (size_t step = 0; step < STEPS; step++)
			assert_true(minimum[path * ASSETS] <=
				    ratios[(path * STEPS + step) * ASSETS]);
}

/* The same law by hand: lowest prices at ends of steps miss touches, those
 * within steps do not, with a drift as here; 3 standard errors. */
static void bridges_remove_the_bias_of_the_grid(void **state)
{
	static const double wide[ASSETS] = { 0.05, 0.05, 0.05 };
	struct path_design design = make_design(0);
	struct path_output out = { .minimum = minimum, .low = others,
				   .high = ratios };
	double v = STEPS * 0.05 * 0.05, s = sqrt(v), x = 0.15, exact;
	double within = 0.0, ends = 0.0, error;

	(void)state;
	design.deviation = wide;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	exact = normal_cdf((-x + 0.5 * v) / s) +
		exp(x) * normal_cdf((-x - 0.5 * v) / s);
	for (size_t path = 0; path < PATHS; path++) {
		within += (minimum[path * ASSETS] <= exp(-x)) / (double)PATHS;
		ends += (others[path * ASSETS] <= exp(-x)) / (double)PATHS;
		assert_true(others[path * ASSETS] >= minimum[path * ASSETS]);
		assert_true(others[path * ASSETS] <= 1.0);
		assert_true(ratios[path * ASSETS] >= 1.0);
	}
	error = sqrt(exact * (1.0 - exact) / PATHS);
	assert_true(fabs(within - exact) < 3.0 * error);
	assert_true(ends < exact - 10.0 * error);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Over one step from 0 to x, P(min < m) = exp(-2 m (m - x) / variance): that
 * probability at the minimum drawn is uniform, by Kolmogorov's distance. */
static void minima_have_the_law_of_a_bridge(void **state)
{
	struct path_design design = make_design(0);
	struct path_output out = { .ratios = ratios, .minimum = minimum };
	double n = PATHS * ASSETS, worst = 0.0;

	(void)state;
	design.step_count = 1;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	for (size_t i = 0; i < PATHS * ASSETS; i++) {
		double sd = deviation[i % ASSETS], x = log(ratios[i]);
		double m = log(minimum[i]);

		assert_true(m <= 0.0 && m <= x);
		others[i] = exp(-2.0 * m * (m - x) / (sd * sd));
	}
	qsort(others, PATHS * ASSETS, sizeof(double), by_value);
	for (size_t i = 0; i < PATHS * ASSETS; i++)
		worst = fmax(worst, fabs(others[i] - ((double)i + 0.5) / n));
	assert_true(worst < 1.63 / sqrt(n));
}

static void extremes_are_those_of_the_ratios(void **state)
{
	struct path_design design = make_design(6);
	struct path_output out = { .ratios = ratios, .low = lowest,
				   .high = minimum };

	(void)state;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	for (size_t path = 0; path < PATHS; path++)
		for (size_t a = 0; a < ASSETS; a++) {
			double low = 1.0, high = 1.0;

			for (size_t step = 0; step < STEPS; step++) {
				double r = ratios[(path * STEPS + step) *
							  ASSETS + a];

				low = fmin(low, r);
				high = fmax(high, r);
			}
			assert_true(lowest[path * ASSETS + a] == low);
			assert_true(minimum[path * ASSETS + a] == high);
		}
}

/* Mean of the worst share p of 1 - exp(X), X normal with mean -v/2 and
 * deviation s: 1 - N(z_p - s) / p. */
static void shortfall_is_that_of_a_lognormal(void **state)
{
	static const double wide[ASSETS] = { 0.05, 0.05, 0.05 };
	struct path_design design = make_design(0);
	struct path_output out = { .ratios = ratios };
	double s = 0.05 * sqrt(STEPS), p = 0.025, z = normal_quantile(p);
	double edge = exp(z * s - 0.5 * s * s), sum = 0.0, exact, error;

	(void)state;
	design.deviation = wide;
	design.terminal_only = true;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	/* the edge is known: ES = 1 - edge + E[(edge - ratio)^+] / p */
	for (size_t path = 0; path < PATHS; path++)
		sum += fmax(0.0, edge - ratios[path * ASSETS + 1]) / PATHS;
	exact = 1.0 - normal_cdf(z - s) / p;
	error = s / sqrt(p * PATHS);
	assert_true(fabs(1.0 - edge + sum / p - exact) < 2.0 * error);
	assert_true(error < 0.05 * exact);
}

/* Assets without correlation: each has draws of its own, whatever the others
 * are and however many. */
static void uncorrelated_assets_do_not_know_each_other(void **state)
{
	static const double swapped[ASSETS] = { 0.005, 0.02, 0.01 };
	struct path_design design = make_design(6);
	struct path_output out = { .ratios = ratios };

	(void)state;
	for (size_t i = 0; i < 9; i++)
		factor[i] = i % 4 == 0;
	design.terminal_only = true;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	memcpy(others, ratios, sizeof(double) * PATHS * ASSETS);
	design.deviation = swapped;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	for (size_t path = 0; path < PATHS; path++) {
		double was = log(others[path * ASSETS]) + STEPS * 0.5e-4;
		double is = log(ratios[path * ASSETS]) + STEPS * 0.125e-4;

		assert_true(fabs(2.0 * is - was) < 1e-14);
		assert_true(ratios[path * ASSETS + 1] ==
			    others[path * ASSETS + 1]);
	}
	design.asset_count = 1;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	assert_true(fabs(2.0 * log(ratios[7]) + STEPS * 0.25e-4 -
			 (log(others[7 * ASSETS]) + STEPS * 0.5e-4)) < 1e-14);
}

static void run_backwards(void *context, void (*task)(void *, size_t),
			  void *task_context, size_t count)
{
	(void)context;
	for (size_t i = count; i-- > 0;)
		task(task_context, i);
}

static void order_and_length_do_not_matter(void **state)
{
	struct path_design design = make_design(6);
	struct parallel backwards = { run_backwards, NULL, 2 };
	struct path_output fewer = { .ratios = others, .minimum = lowest };

	(void)state;
	generate(&design, NULL);
	memcpy(others, ratios, sizeof(ratios));
	memcpy(lowest, minimum, sizeof(minimum));
	generate(&design, &backwards);
	assert_memory_equal(others, ratios, sizeof(ratios));
	assert_memory_equal(lowest, minimum, sizeof(minimum));
	design.path_count = 130; /* the first paths of many are the same */
	assert_int_equal(paths_generate(&fewer, &design, NULL), OK);
	assert_memory_equal(others, ratios,
			    130 * STEPS * ASSETS * sizeof(double));
	design.path_count = PATHS;
	design.terminal_only = true;
	assert_int_equal(paths_generate(&fewer, &design, NULL), OK);
	for (size_t path = 0; path < PATHS; path++)
		assert_true(others[path * ASSETS + 2] ==
			    ratios[((path + 1) * STEPS - 1) * ASSETS + 2]);
	fewer = (struct path_output){ .ratios = NULL };
	assert_int_equal(paths_generate(&fewer, &design, NULL), OK);
}

static void another_seed_is_another_world(void **state)
{
	struct path_design design = make_design(6);

	(void)state;
	generate(&design, NULL);
	memcpy(others, ratios, sizeof(ratios));
	design.seed[31] = 9;
	generate(&design, NULL);
	assert_true(others[0] != ratios[0]);
}

static void stress_multiplies_and_jumps(void **state)
{
	static const double jump[ASSETS] = { -0.5, 0.0, -9.2103403719761827 };
	struct path_stress stress = { 1.0, jump, 2 };
	struct path_design design = make_design(0);

	(void)state;
	generate(&design, NULL);
	memcpy(others, ratios, sizeof(ratios));
	design.stress = &stress;
	generate(&design, NULL);
	for (size_t path = 0; path < 100; path++)
		for (size_t step = 0; step < STEPS; step++)
			for (size_t a = 0; a < ASSETS; a++) {
				size_t at = (path * STEPS + step) * ASSETS + a;
				double moved = step >= 2 ? exp(jump[a]) : 1.0;

				assert_true(fabs(ratios[at] / others[at] /
						 moved - 1.0) < 1e-12);
			}
	assert_true(minimum[0] <= exp(-0.5) * others[ASSETS]);
	stress = (struct path_stress){ 3.0, NULL, 0 };
	generate(&design, NULL);
	for (size_t path = 0; path < 100; path++) {
		double sd = 3.0 * deviation[1], r;
		double calm = log(others[path * STEPS * ASSETS + 1]) +
			      0.5 * deviation[1] * deviation[1];

		r = log(ratios[path * STEPS * ASSETS + 1]) + 0.5 * sd * sd;
		assert_true(fabs(r - 3.0 * calm) < 1e-12);
	}
}

static void bad_designs_are_refused(void **state)
{
	struct path_output out = { .ratios = ratios, .minimum = minimum };
	struct path_design good = make_design(6), bad;
	struct path_stress stress = { -1.0, NULL, 0 };
	double wrong[ASSETS] = { 0.01, (double)NAN, 0.01 };

	(void)state;
	bad = good;
	bad.path_count = 3;
	assert_int_equal(paths_generate(&out, &bad, NULL), E_INPUT);
	bad = good;
	bad.degrees = 5;
	assert_int_equal(paths_generate(&out, &bad, NULL), E_INPUT);
	bad.degrees = 2;
	assert_int_equal(paths_generate(&out, &bad, NULL), E_INPUT);
	bad = good;
	bad.asset_count = PATHS_ASSETS_MAX + 1;
	assert_int_equal(paths_generate(&out, &bad, NULL), E_INPUT);
	bad = good;
	bad.step_count = 0;
	assert_int_equal(paths_generate(&out, &bad, NULL), E_INPUT);
	bad = good;
	bad.deviation = wrong;
	assert_int_equal(paths_generate(&out, &bad, NULL), E_INPUT);
	bad = good;
	bad.stress = &stress;
	assert_int_equal(paths_generate(&out, &bad, NULL), E_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_have_their_moments),
		cmocka_unit_test(steps_follow_their_law),
		cmocka_unit_test(twins_mirror_and_prices_are_fair),
		cmocka_unit_test(minimum_is_that_of_continuous_time),
		cmocka_unit_test(bridges_remove_the_bias_of_the_grid),
		cmocka_unit_test(minima_have_the_law_of_a_bridge),
		cmocka_unit_test(extremes_are_those_of_the_ratios),
		cmocka_unit_test(shortfall_is_that_of_a_lognormal),
		cmocka_unit_test(uncorrelated_assets_do_not_know_each_other),
		cmocka_unit_test(order_and_length_do_not_matter),
		cmocka_unit_test(another_seed_is_another_world),
		cmocka_unit_test(stress_multiplies_and_jumps),
		cmocka_unit_test(bad_designs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
