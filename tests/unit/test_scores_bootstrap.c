/* test_scores_bootstrap.c -- block bootstrap against a plain one of the same
 * counters, exact laws of small samples, coverage on an autoregression; block
 * lengths; Diebold and Mariano by hand and under the truth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "backtest/scores/bootstrap.h"
#include "backtest/scores/diebold_mariano.h"
#include "models/elementary.h"
#include "tests/support/points.h"

#define N 4000

static double x[N], y[N], u[N], v[N];
static uint8_t block[1u << 22] __attribute__((aligned(16)));
static const uint8_t seed[32] = { 3, 1, 4 };
static struct rng_key key;
static struct arena arena;

static double normal(void)
{
	return normal_quantile(uniform(1e-12, 1.0));
}

static void autoregression(double *out, size_t n, double phi)
{
	double state = normal() / sqrt(1.0 - phi * phi);

	for (size_t t = 0; t < n; t++) {
		out[t] = state;
		state = phi * state + normal();
	}
}

static struct bootstrap_plan plan_of(uint32_t replicates, double length)
{
	return (struct bootstrap_plan){ .key = &key, .replicates = replicates,
					.block = length, .level = 0.95 };
}

/* The same draws, step by step and without prefix sums. */
static double plain_mean(uint32_t path, size_t n, double length, bool fixed)
{
	struct rng_counter counter = { path, 0, 0 };
	double sum = 0.0;

	for (size_t done = 0; done < n; counter.step++) {
		double r[2];
		size_t at, count = (size_t)length;

		rng_uniforms(r, &key, &counter);
		at = (size_t)(r[0] * (double)n);
		if (!fixed)
			count = length > 1.0 ? 1 + (size_t)(log(r[1]) /
					log1p(-1.0 / length)) : 1;
		for (size_t i = 0; i < count && done < n; i++, done++)
			sum += x[(at + i) % n];
	}
	return sum / (double)n;
}

static void prefix_sums_are_the_blocks(void **state)
{
	static const double lengths[] = { 1.0, 3.0, 17.0, 150.0 };

	(void)state;
	autoregression(x, 150, 0.5);
	for (int k = 0; k < 8; k++) {
		struct bootstrap_plan plan = plan_of(100, lengths[k / 2]);
		struct bootstrap_result r;
		double mean = 0.0, squares = 0.0, low = 1e9, high = -1e9;

		plan.blocks = k % 2 ? BOOTSTRAP_CIRCULAR : BOOTSTRAP_STATIONARY;
		plan.level = 0.999999; /* the extremes of 100 */
		assert_int_equal(bootstrap_mean(&r, x, 150, &plan, &arena), OK);
		for (uint32_t path = 0; path < 100; path++) {
			double m = plain_mean(path, 150, lengths[k / 2], k % 2);

			low = m < low ? m : low;
			high = m > high ? m : high;
			mean += m / 100.0;
		}
		for (uint32_t path = 0; path < 100; path++) {
			double m = plain_mean(path, 150, lengths[k / 2], k % 2);

			squares += (m - mean) * (m - mean);
		}
		assert_true(fabs(r.low - low) < 1e-12);
		assert_true(fabs(r.high - high) < 1e-12);
		assert_true(fabs(r.error - sqrt(squares / 99.0)) < 1e-12);
	}
	assert_int_equal(arena.used, 0);
}

/* The variance of a stationary bootstrap mean is known without drawing: n times
 * it is the sum of circular covariances at lag k with weights
 * (1 - k/n) s^k + (k/n) s^(n - k), s = 1 - 1 / b (Politis and Romano, lemma 1). */
static double exact_deviation(size_t n, double length)
{
	double mean = 0.0, all = 0.0, stay = 1.0 - 1.0 / length;

	for (size_t t = 0; t < n; t++)
		mean += x[t] / (double)n;
	for (size_t k = 0; k < n; k++) {
		double c = 0.0, share = (double)k / (double)n;

		for (size_t t = 0; t < n; t++)
			c += (x[t] - mean) * (x[(t + k) % n] - mean) / (double)n;
		all += c * (k ? (1.0 - share) * pow(stay, (double)k) +
					share * pow(stay, (double)(n - k))
			      : 1.0);
	}
	return sqrt(all / (double)n);
}

static void error_is_politis_and_romanos(void **state)
{
	static const double lengths[] = { 1.0, 4.0, 20.0 };

	(void)state;
	autoregression(x, 200, 0.6);
	for (int k = 0; k < 3; k++) {
		struct bootstrap_plan plan = plan_of(50000, lengths[k]);
		struct bootstrap_result r;
		double exact = exact_deviation(200, lengths[k]);

		assert_int_equal(bootstrap_mean(&r, x, 200, &plan, &arena), OK);
		assert_true(fabs(r.error / exact - 1.0) < 0.015);
	}
}

/* Of n = 3 with blocks of one, all 27 resamples are known. */
static void small_samples_by_enumeration(void **state)
{
	struct bootstrap_plan plan = plan_of(100000, 1.0);
	struct bootstrap_data ratio = { BOOTSTRAP_RATIO, { x, y }, 3 };
	struct bootstrap_result r;
	double below = 0.0, none = 0.0, values[27], mean = 0.0, squares = 0.0;

	(void)state;
	memcpy(x, (double[]){ 1.0, 5.0, 2.0 }, 3 * sizeof(*x));
	memcpy(y, (double[]){ 0.0, 2.0, 4.0 }, 3 * sizeof(*y));
	for (int k = 0; k < 27; k++) {
		int a = k % 3, b = k / 3 % 3, c = k / 9;
		double over = y[a] + y[b] + y[c];

		none += over == 0.0;
		values[k] = over > 0.0 ? (x[a] + x[b] + x[c]) / over : 0.0;
		mean += over > 0.0 ? values[k] / 26.0 : 0.0;
	}
	for (int k = 0; k < 27; k++)
		squares += values[k] > 0.0
				   ? (values[k] - mean) * (values[k] - mean)
				   : 0.0;
	assert_true(none == 1.0);
	plan.null = 3.0; /* 5/3 away */
	for (int k = 0; k < 27; k++)
		below += values[k] > 0.0 &&
			 fabs(values[k] - 8.0 / 6.0) >= 5.0 / 3.0 - 1e-9;
	assert_int_equal(bootstrap(&r, &ratio, &plan, &arena), OK);
	assert_true(fabs(r.value - 8.0 / 6.0) < 1e-15);
	assert_true(fabs(r.replicates / 1e5 - 26.0 / 27.0) < 0.002);
	assert_true(fabs(r.error / sqrt(squares / 26.0) - 1.0) < 0.01);
	assert_true(fabs(r.p - below / 26.0) < 0.005);
}

/* 95 % intervals of the mean of an autoregression: near 95 %, where blocks of
 * one fail. */
static void intervals_cover(void **state)
{
	int covered[3] = { 0 }, runs = 400;

	(void)state;
	for (int i = 0; i < runs; i++)
		for (int k = 0; k < 3; k++) {
			struct bootstrap_plan plan = plan_of(400,
							     k == 2 ? 1.0 : 0.0);
			struct bootstrap_result r;

			if (!k)
				autoregression(x, 1000, 0.6);
			plan.blocks = k ? BOOTSTRAP_STATIONARY
					: BOOTSTRAP_CIRCULAR;
			plan.stream = (uint32_t)i;
			assert_int_equal(bootstrap_mean(&r, x, 1000, &plan,
							&arena), OK);
			covered[k] += r.low <= 0.0 && r.high >= 0.0;
			if (k < 2)
				assert_true(r.block > 2.0 && r.block < 90.0);
		}
	assert_in_range(covered[0], runs * 88 / 100, runs * 97 / 100);
	assert_in_range(covered[1], runs * 88 / 100, runs * 97 / 100);
	assert_true(covered[2] < runs * 75 / 100);
}

/* Runs its tasks from the last to the first. */
static void run_backwards(void *context, void (*task)(void *, size_t),
			  void *task_context, size_t count)
{
	(void)context;
	while (count)
		task(task_context, --count);
}

static void assert_same(const struct bootstrap_result *a,
			const struct bootstrap_result *b)
{
	assert_true(a->value == b->value && a->error == b->error &&
		    a->low == b->low && a->high == b->high && a->p == b->p &&
		    a->block == b->block && a->replicates == b->replicates);
}

static void order_does_not_matter_but_the_key_does(void **state)
{
	struct parallel backwards = { run_backwards, NULL, 2 };
	struct bootstrap_plan plan = plan_of(1000, 0.0);
	struct bootstrap_result a, b;

	(void)state;
	autoregression(x, 500, 0.3);
	assert_int_equal(bootstrap_mean(&a, x, 500, &plan, &arena), OK);
	plan.parallel = &backwards;
	assert_int_equal(bootstrap_mean(&b, x, 500, &plan, &arena), OK);
	assert_same(&a, &b);
	plan.stream = 1;
	assert_int_equal(bootstrap_mean(&b, x, 500, &plan, &arena), OK);
	assert_true(a.value == b.value && a.error != b.error);
	assert_true(fabs(b.error / a.error - 1.0) < 0.25);
}

/* Differences and ratios: shifts, scales, a column against itself. */
static void invariances(void **state)
{
	struct bootstrap_plan plan = plan_of(500, 5.0);
	struct bootstrap_data d = { BOOTSTRAP_DIFFERENCE, { x, y }, 300 };
	struct bootstrap_result a, b;

	(void)state;
	autoregression(x, 300, 0.3);
	for (size_t t = 0; t < 300; t++) {
		y[t] = x[t] - 2.0;
		u[t] = 1.0 + fabs(x[t]);
		v[t] = 3.0 * u[t];
	}
	assert_int_equal(bootstrap(&a, &d, &plan, &arena), OK);
	assert_true(fabs(a.value - 2.0) < 1e-12 && a.error < 1e-12);
	assert_true(a.p < 0.01);
	d = (struct bootstrap_data){ BOOTSTRAP_RATIO, { x, u }, 300 };
	assert_int_equal(bootstrap(&a, &d, &plan, &arena), OK);
	d.columns[1] = v;
	assert_int_equal(bootstrap(&b, &d, &plan, &arena), OK);
	assert_true(fabs(a.low - 3.0 * b.low) < 1e-12 &&
		    fabs(a.error - 3.0 * b.error) < 1e-12 && a.p == b.p);
	d = (struct bootstrap_data){ BOOTSTRAP_RATIO_DIFFERENCE,
				     { x, u, x, u }, 300 };
	plan.block = 0.0;
	assert_int_equal(bootstrap(&a, &d, &plan, &arena), OK);
	assert_true(a.value == 0.0 && a.error == 0.0 && a.p == 1.0 &&
		    a.block == 1.0);
	d.columns[3] = v;
	assert_int_equal(bootstrap(&b, &d, &plan, &arena), OK);
	assert_true(b.error > 0.0);
}

static void bad_plans_are_refused(void **state)
{
	struct bootstrap_plan plan = plan_of(99, 0.0);
	struct bootstrap_data d = { BOOTSTRAP_RATIO, { x, y }, 50 };
	struct bootstrap_result r;
	struct arena small;

	(void)state;
	autoregression(x, 50, 0.0);
	memset(y, 0, sizeof(y));
	assert_int_equal(bootstrap_mean(&r, x, 50, &plan, &arena), E_INPUT);
	plan = plan_of(100, 0.5);
	assert_int_equal(bootstrap_mean(&r, x, 50, &plan, &arena), E_INPUT);
	plan = plan_of(100, 0.0);
	assert_int_equal(bootstrap_mean(&r, x, 1, &plan, &arena), E_INPUT);
	assert_int_equal(bootstrap(&r, &d, &plan, &arena), E_MISSING);
	y[3] = -1.0;
	assert_int_equal(bootstrap(&r, &d, &plan, &arena), E_INPUT);
	y[3] = 1.0; /* most circular resamples have it, a third does not */
	assert_int_equal(bootstrap(&r, &d, &plan, &arena), OK);
	assert_true(r.replicates < 90);
	arena_init(&small, block, 500);
	assert_int_equal(bootstrap_mean(&r, x, 50, &plan, &small), E_LIMIT);
	assert_int_equal(small.used, 0);
	x[7] = (double)NAN;
	assert_int_equal(bootstrap_mean(&r, x, 50, &plan, &arena), E_INPUT);
}

/* Of an autoregression the best length is (2 phi / (1 - phi^2))^(2/3) n^(1/3),
 * and cbrt(3/2) times that for blocks of one length. */
static void block_lengths_near_those_of_the_law(void **state)
{
	static const double phis[] = { 0.3, 0.6, 0.8 };

	(void)state;
	for (int k = 0; k < 3; k++) {
		double sum[2] = { 0.0 }, phi = phis[k], ratio;

		for (int i = 0; i < 40; i++) {
			autoregression(x, N, phi);
			sum[0] += bootstrap_block_length(x, N,
							 BOOTSTRAP_STATIONARY);
			sum[1] += bootstrap_block_length(x, N,
							 BOOTSTRAP_CIRCULAR);
		}
		ratio = 2.0 * phi / (1.0 - phi * phi);
		ratio = sum[0] / 40.0 / cbrt(ratio * ratio * N);
		assert_true(ratio > 0.75 && ratio < 1.3);
		assert_true(fabs(sum[1] / sum[0] - cbrt(1.5)) < 1e-9);
	}
	for (size_t t = 0; t < 100; t++)
		x[t] = 0.1;
	assert_true(bootstrap_block_length(x, 100, BOOTSTRAP_CIRCULAR) == 1.0);
}

/* d = 1, 2, 4, 1, 2, 4, 1, 2: mean 17/8, h = 2, by hand in fractions. */
static void diebold_mariano_by_hand(void **state)
{
	static const double a[] = { 3, 3, 9, 1, 4, 4, 1, 7 };
	static const double b[] = { 2, 1, 5, 0, 2, 0, 0, 5 };
	static const double *const losses[2] = { a, b };
	static const double *const swapped[2] = { b, a };
	double c0 = 0.0, c1 = 0.0, n = 8.0, plain;
	struct diebold_mariano r, s;

	(void)state;
	for (int t = 0; t < 8; t++) {
		c0 += pow(a[t] - b[t] - 2.125, 2.0);
		c1 += t ? (a[t] - b[t] - 2.125) *
				  (a[t - 1] - b[t - 1] - 2.125) : 0.0;
	}
	assert_true(fabs(c0 - 10.875) < 1e-12); /* 47 - 8 (17/8)^2 */
	plain = 2.125 / sqrt((c0 + c1) / n / n); /* weight 1/2, twice */
	assert_int_equal(diebold_mariano(&r, losses, 8, 2, &arena), OK);
	assert_true(fabs(r.mean - 2.125) < 1e-15);
	assert_true(fabs(r.plain - plain) < 1e-12);
	assert_true(fabs(r.statistic - plain * sqrt(5.25 / 8.0)) < 1e-12);
	assert_true(fabs(r.p - 2.0 * student_cdf(-r.statistic, 7.0)) < 1e-15);
	assert_true(r.p_worse < 0.01 && fabs(r.p_better + r.p_worse - 1.0) <
						1e-12);
	assert_int_equal(diebold_mariano(&s, swapped, 8, 2, &arena), OK);
	assert_true(s.statistic == -r.statistic && s.p == r.p &&
		    s.p_better == r.p_worse);
}

/* Equal on average, alike over 5 bars: 5 % are rejected, not more. */
static void diebold_mariano_keeps_its_size(void **state)
{
	const double *const losses[2] = { x, y };
	int rejected[2] = { 0 }, runs = 600;
	size_t n = 400;

	(void)state;
	for (int i = 0; i < runs; i++) {
		struct diebold_mariano r;

		autoregression(u, n + 4, 0.0);
		for (size_t t = 0; t < n; t++) {
			y[t] = 10.0 + fabs(normal());
			x[t] = y[t] + u[t] + u[t + 1] + u[t + 2] + u[t + 3] +
			       u[t + 4];
		}
		assert_int_equal(diebold_mariano(&r, losses, n, 10, &arena), OK);
		rejected[0] += r.p < 0.05;
		assert_int_equal(diebold_mariano(&r, losses, n, 1, &arena), OK);
		rejected[1] += r.p < 0.05;
	}
	assert_in_range(rejected[0], runs * 2 / 100, runs * 11 / 100);
	assert_true(rejected[1] > runs * 25 / 100);
}

static void diebold_mariano_refuses(void **state)
{
	const double *const same[2] = { x, x }, *const losses[2] = { x, y };
	struct diebold_mariano r;

	(void)state;
	autoregression(x, 100, 0.0);
	autoregression(y, 100, 0.0);
	assert_int_equal(diebold_mariano(&r, same, 100, 1, &arena),
			 E_CONVERGENCE);
	for (size_t t = 0; t < 100; t++)
		y[t] = x[t] + 0.1;
	assert_int_equal(diebold_mariano(&r, losses, 100, 3, &arena),
			 E_CONVERGENCE);
	assert_int_equal(diebold_mariano(&r, losses, 100, 51, &arena), E_INPUT);
	assert_int_equal(diebold_mariano(&r, losses, 7, 1, &arena), E_INPUT);
	y[50] = (double)INFINITY;
	assert_int_equal(diebold_mariano(&r, losses, 100, 1, &arena), E_INPUT);
	assert_int_equal(arena.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefix_sums_are_the_blocks),
		cmocka_unit_test(error_is_politis_and_romanos),
		cmocka_unit_test(small_samples_by_enumeration),
		cmocka_unit_test(intervals_cover),
		cmocka_unit_test(order_does_not_matter_but_the_key_does),
		cmocka_unit_test(invariances),
		cmocka_unit_test(bad_plans_are_refused),
		cmocka_unit_test(block_lengths_near_those_of_the_law),
		cmocka_unit_test(diebold_mariano_by_hand),
		cmocka_unit_test(diebold_mariano_keeps_its_size),
		cmocka_unit_test(diebold_mariano_refuses),
	};

	arena_init(&arena, block, sizeof(block));
	key = rng_key_of(seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
