/* test_generalised_pareto.c -- the fit is the maximum of the likelihood in its
 * region, its interval covers, quantile and shortfall are the law's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/rng.h"
#include "models/tails/generalised_pareto.h"
#include "tests/support/points.h"

#define N 1000
#define SERIES 200
#define WHOLE 20000

static uint8_t block[1 << 20] __attribute__((aligned(16)));
static double values[WHOLE];

static struct arena fresh_arena(void)
{
	struct arena arena;

	arena_init(&arena, block, sizeof(block));
	return arena;
}

static void simulate(double shape, double scale, uint32_t path, size_t n)
{
	uint8_t seed[32] = {41};
	struct rng_key key = rng_key_of(seed);

	for (uint32_t i = 0; i < n; i++) {
		struct rng_counter counter = {path, i, 0};
		double u[2], e;

		rng_uniforms(u, &key, &counter);
		e = -log(u[0]);
		values[i] =
			scale * (shape == 0.0 ? e : expm1(shape * e) / shape);
	}
}

/* Written out again, with libm. */
static double likelihood(double shape, double scale, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++) {
		double x = values[i] / scale;

		if (1.0 + shape * x <= 0.0)
			return -(double)INFINITY;
		sum += fabs(shape) < 1e-12
			       ? x
			       : (1.0 + 1.0 / shape) * log1p(shape * x);
	}
	return -(double)n * log(scale) - sum;
}

/* Both scores are zero where mean log(1 + shape y / scale) = shape and
 * mean 1 / (1 + shape y / scale) = 1 / (1 + shape). */
static void assert_stationary(const struct pareto_fit *fit, size_t n)
{
	double logs = 0.0, inverse = 0.0, theta = fit->shape / fit->scale;

	for (size_t i = 0; i < n; i++) {
		logs += log1p(theta * values[i]) / (double)n;
		inverse += 1.0 / (1.0 + theta * values[i]) / (double)n;
	}
	assert_true(fabs(inverse - 1.0 / (1.0 + fit->shape)) < 1e-12);
	if (fit->shape > PARETO_SHAPE_MIN && fit->shape < PARETO_SHAPE_MAX)
		assert_true(fabs(logs - fit->shape) <
			    1e-11 * fabs(fit->shape) + 1e-15);
}

static struct pareto_fit fit_of(size_t n)
{
	struct arena arena = fresh_arena();
	struct pareto_fit fit;

	assert_int_equal(pareto_fit_excesses(&fit, values, n, &arena), OK);
	assert_int_equal(arena.used, 0);
	assert_true(fit.converged);
	assert_stationary(&fit, n);
	return fit;
}

static void parameters_are_recovered(void **state)
{
	static const double shapes[] = {-0.2, 0.0, 0.2, 0.5};

	(void)state;
	for (size_t s = 0; s < 4; s++) {
		double k = shapes[s], root = sqrt((double)N * SERIES);
		double shape = 0.0, scale = 0.0;
		int covered = 0;

		for (uint32_t path = 0; path < SERIES; path++) {
			struct pareto_fit fit;

			simulate(k, 3.0, path, N);
			fit = fit_of(N);
			shape += fit.shape / SERIES;
			scale += fit.scale / 3.0 / SERIES;
			covered += fit.shape_low <= k && k <= fit.shape_high;
			assert_true(fit.shape_low < fit.shape &&
				    fit.shape < fit.shape_high);
		}
		/* four standard errors and the bias of order 1 / n */
		assert_true(fabs(shape - k) < 4 * (1 + k) / root + 5.0 / N);
		assert_true(fabs(scale - 1) <
			    4 * sqrt(2 * (1 + k)) / root + 5.0 / N);
		/* 190 of 200, three binomial deviations */
		assert_in_range(covered, 181, 199);
	}
}

static double shape_between(int j, int count)
{
	return -0.5 + 1.4 * j / count;
}

/* The likelihood's best over a fine grid of the scale. */
static double grid_best(double shape, size_t n, int points)
{
	double best = -(double)INFINITY, mean = 0.0;

	for (size_t i = 0; i < n; i++)
		mean += values[i] / (double)n;
	for (int j = 0; j < points; j++)
		best = fmax(best,
			    likelihood(shape,
				       mean * exp(-4.0 + 6.0 * j / points), n));
	return best;
}

static void nothing_in_the_region_is_likelier(void **state)
{
	static const double shapes[] = {-0.45, -0.2, 0.0, 0.3, 0.8, 1.4};
	static const size_t sizes[] = {25, 60, 300};

	(void)state;
	for (uint32_t c = 0; c < 18; c++) {
		double k = shapes[c % 6], truth;
		size_t n = sizes[c / 6];
		struct pareto_fit fit;

		simulate(k, 0.01, 1000 + c, n);
		fit = fit_of(n);
		assert_true(fit.shape >= PARETO_SHAPE_MIN &&
			    fit.shape <= PARETO_SHAPE_MAX);
		assert_true(fabs(likelihood(fit.shape, fit.scale, n) -
				 fit.log_likelihood) < 1e-9 * (double)n);
		truth = k > PARETO_SHAPE_MAX ? -1e300 : likelihood(k, 0.01, n);
		assert_true(fit.log_likelihood >= truth);
		for (int j = 0; j <= 100; j++)
			assert_true(fit.log_likelihood >=
				    grid_best(shape_between(j, 100), n, 400) -
					    1e-9);
		for (int j = -50; j <= 50; j++)
			assert_true(fit.log_likelihood >=
				    likelihood(fit.shape,
					       fit.scale * (1 + 1e-4 * j), n) -
					    1e-10);
	}
}

/* Not a Pareto at all: two heaps, steps, far outliers. */
static void odd_samples_have_their_maximum_too(void **state)
{
	(void)state;
	for (int c = 0; c < 40; c++) {
		size_t n = (size_t)whole_between(25, 80);
		double far = exp(uniform(0.0, 12.0)), gap = uniform(0.0, 0.5);
		struct pareto_fit fit;

		for (size_t i = 0; i < n; i++)
			values[i] = c % 2 ? uniform(0.5, 1.0)
					  : (double)whole_between(1, 4);
		for (size_t i = 0; i < (size_t)(gap * (double)n); i++)
			values[i] *= far;
		fit = fit_of(n);
		for (int j = 0; j <= 140; j++)
			assert_true(fit.log_likelihood >=
				    grid_best(shape_between(j, 140), n, 400) -
					    1e-9);
	}
}

static void the_interval_is_where_the_profile_falls(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 5; c++) {
		struct pareto_fit fit;
		double level;

		simulate(0.15, 1.0, 2000 + c, 400);
		fit = fit_of(400);
		level = fit.log_likelihood - 1.9207294103470619;
		/* the grid's best is below the profile's by its curvature
		 * over half a step */
		assert_true(fabs(grid_best(fit.shape_low, 400, 6000) - level) <
			    1e-4);
		assert_true(fabs(grid_best(fit.shape_high, 400, 6000) - level) <
			    1e-4);
	}
	simulate(1.4, 1.0, 2100, 200);
	assert_true(fit_of(200).shape == PARETO_SHAPE_MAX &&
		    fit_of(200).shape_high == PARETO_SHAPE_MAX);
	for (size_t i = 0; i < 200; i++) /* uniform: shape -1 */
		values[i] = uniform(0.0, 1.0);
	assert_true(fit_of(200).shape == PARETO_SHAPE_MIN &&
		    fit_of(200).shape_low == PARETO_SHAPE_MIN);
}

/* Two values with mean 1 and mean square 2: at shape 0 the scale is the mean,
 * the slope of the shape sum(x^2 / 2 - x) is 0 and the likelihood -n. */
static void an_exponential_sample_by_hand(void **state)
{
	struct pareto_fit fit;

	(void)state;
	for (size_t i = 0; i < 25; i++)
		values[i] = i < 20 ? 0.5 : 3.0;
	fit = fit_of(25);
	assert_true(fabs(fit.shape) < 1e-9);
	assert_true(fabs(fit.scale - 1.0) < 1e-9);
	assert_true(fabs(fit.log_likelihood + 25.0) < 1e-12);
}

static void units_and_order_do_not_matter(void **state)
{
	struct pareto_fit fit, other;

	(void)state;
	simulate(0.25, 2.0, 3000, 500);
	fit = fit_of(500);
	for (size_t i = 499; i > 0; i--) {
		size_t j = (size_t)whole_between(0, i);
		double swap = values[i];

		values[i] = values[j];
		values[j] = swap;
	}
	other = fit_of(500);
	assert_memory_equal(&fit, &other, sizeof(fit));
	for (size_t i = 0; i < 500; i++)
		values[i] *= 1e-7;
	other = fit_of(500);
	assert_true(fabs(other.shape - fit.shape) < 1e-9);
	assert_true(fabs(other.shape_low - fit.shape_low) < 1e-8);
	assert_true(fabs(other.shape_high - fit.shape_high) < 1e-8);
	assert_true(fabs(other.scale / fit.scale / 1e-7 - 1.0) < 1e-9);
	assert_true(fabs(other.log_likelihood - fit.log_likelihood -
			 500 * log(1e7)) < 1e-8);
}

static void extreme_units_are_taken(void **state)
{
	static const double units[] = {1e-300, 1e300};
	struct pareto_fit fit, other;

	(void)state;
	simulate(0.25, 2.0, 3001, 100);
	fit = fit_of(100);
	for (size_t u = 0; u < 2; u++) {
		simulate(0.25, 2.0, 3001, 100);
		for (size_t i = 0; i < 100; i++)
			values[i] *= units[u];
		other = fit_of(100);
		assert_true(fabs(other.shape - fit.shape) < 1e-9);
		assert_true(fabs(other.scale / units[u] / fit.scale - 1.0) <
			    1e-9);
	}
}

static void the_tail_is_found(void **state)
{
	struct arena arena = fresh_arena();
	struct pareto_fit fit, other;
	size_t beyond = 0;

	(void)state;
	simulate(0.2, 1.0, 4000, WHOLE);
	assert_int_equal(pareto_fit_tail(&fit, values, WHOLE, &arena), OK);
	assert_int_equal(arena.used, 0);
	assert_int_equal(fit.excesses, WHOLE / 20);
	for (size_t i = 0; i < WHOLE; i++)
		beyond += values[i] > fit.threshold;
	assert_int_equal(beyond, fit.excesses);
	assert_true(fit.tail_share == 0.05);
	assert_int_equal(pareto_estimate_tail(&other, values, WHOLE, &arena),
			 OK);
	assert_true(other.shape == fit.shape && other.scale == fit.scale &&
		    other.log_likelihood == fit.log_likelihood &&
		    other.threshold == fit.threshold);
	assert_true(other.shape_low == PARETO_SHAPE_MIN &&
		    other.shape_high == PARETO_SHAPE_MAX);
	/* the tail of a Pareto is one, with scale 1 + shape u */
	assert_true(fit.shape_low < 0.2 && 0.2 < fit.shape_high);
	assert_true(fabs(fit.scale / (1 + 0.2 * fit.threshold) - 1) < 0.15);
	assert_true(fabs(pareto_quantile(&fit, 0.001) /
				 (expm1(0.2 * log(1000.0)) / 0.2) -
			 1) < 0.1);
	for (size_t i = 0; i < WHOLE; i++)
		values[i] = 8.0 * values[i];
	assert_int_equal(pareto_fit_tail(&other, values, WHOLE, &arena), OK);
	assert_true(other.shape == fit.shape && /* a power of two: all bits */
		    other.threshold == 8.0 * fit.threshold &&
		    other.scale == 8.0 * fit.scale &&
		    other.tail_share == fit.tail_share);
}

static void the_threshold_rule(void **state)
{
	static const size_t table[][2] = {
		{100, 25}, {120, 30},  {200, 50},
		{900, 50}, {1000, 50}, {2000, 100},
	};
	struct arena arena = fresh_arena();
	struct pareto_fit fit;

	(void)state;
	for (size_t c = 0; c < 6; c++) {
		size_t n = table[c][0], size = table[c][1];

		for (size_t i = 0; i < n; i++)
			values[i] = (double)(i * i);
		assert_int_equal(pareto_fit_tail(&fit, values, n, &arena), OK);
		assert_int_equal(fit.excesses, size);
		assert_true(fit.threshold == values[n - size - 1]);
		assert_true(fit.tail_share == (double)size / (double)n);
	}
	assert_int_equal(pareto_fit_tail(&fit, values, 99, &arena), E_INPUT);
}

static void ties_at_the_threshold_are_no_excesses(void **state)
{
	struct arena arena = fresh_arena();
	struct pareto_fit fit;

	(void)state;
	/* 1000 values: the 50 largest would be 880 .. 999; of 30 above the
	 * plateau all are excesses, of 24 too few remain */
	for (size_t i = 0; i < N; i++)
		values[i] = i < 900 ? (double)i : 900.0;
	for (size_t i = 0; i < 30; i++)
		values[i] = 901.0 + (double)(i * i);
	assert_int_equal(pareto_fit_tail(&fit, values, N, &arena), OK);
	assert_int_equal(fit.excesses, 30);
	assert_true(fit.threshold == 900.0 && fit.tail_share == 0.03);
	for (size_t i = 0; i < 6; i++)
		values[i] = 1.0;
	memset(&fit, 7, sizeof(fit));
	assert_int_equal(pareto_fit_tail(&fit, values, N, &arena), E_INPUT);
	assert_int_equal(fit.excesses, 0x0707070707070707);
	assert_int_equal(arena.used, 0);
}

/* Mean of the values beyond a quantile by Simpson over the log of p. */
static double integrated_shortfall(const struct pareto_fit *fit, double p)
{
	double sum = 0.0, step = 60.0 / 40000;

	for (int i = 0; i <= 40000; i++) {
		double share = exp(-step * i);
		double weight = i == 0 || i == 40000 ? 1.0 : i % 2 ? 4.0 : 2.0;

		sum += weight * share * pareto_quantile(fit, p * share);
	}
	return sum * step / 3.0;
}

static void quantile_and_shortfall_are_the_laws(void **state)
{
	static const double shapes[] = {-0.5, -0.2, -1e-9, 0.0,
					1e-9, 0.2,  0.5,   0.7};
	struct pareto_fit fit = {
		.threshold = 2.0, .tail_share = 0.05, .scale = 1.5};

	(void)state;
	for (size_t s = 0; s < 8; s++) {
		double k = shapes[s];

		fit.shape = k;
		assert_true(pareto_quantile(&fit, 0.05) == 2.0);
		for (double p = 0.04; p > 1e-6; p *= 0.3) {
			double q = pareto_quantile(&fit, p), es, x;

			/* back through the law's own tail */
			x = (q - 2.0) / 1.5;
			x = fabs(k) < 1e-6 ? exp(-x) : pow(1 + k * x, -1 / k);
			assert_true(fabs(0.05 * x / p - 1.0) < 1e-7);
			es = pareto_shortfall(&fit, p);
			/* McNeil, Frey and Embrechts (2015), 5.19 */
			assert_true(fabs(es * (1.0 - k) / (q + 1.5 - 2.0 * k) -
					 1.0) < 1e-14);
			assert_true(fabs(es / integrated_shortfall(&fit, p) -
					 1.0) < 1e-6);
		}
	}
	assert_true(isnan(pareto_quantile(&fit, 0.0)));
	assert_true(isnan(pareto_quantile(&fit, 0.06)));
	assert_true(isnan(pareto_quantile(&fit, (double)NAN)));
	assert_true(isnan(pareto_shortfall(&fit, 0.06)));
}

static void bad_input_is_a_status(void **state)
{
	static const double wrong[] = {0.0, -1.0, (double)NAN,
				       (double)INFINITY};
	struct arena arena = fresh_arena();
	struct pareto_fit fit, before;

	(void)state;
	memset(&before, 7, sizeof(before));
	fit = before;
	for (size_t i = 0; i < 4; i++) {
		simulate(0.1, 1.0, 5000, 200);
		values[33] = wrong[i];
		assert_int_equal(pareto_fit_excesses(&fit, values, 200, &arena),
				 E_INPUT);
		if (i > 1) /* a tail may have any sign */
			assert_int_equal(
				pareto_fit_tail(&fit, values, 200, &arena),
				E_INPUT);
	}
	simulate(0.1, 1.0, 5000, 200);
	assert_int_equal(pareto_fit_excesses(&fit, values, 24, &arena),
			 E_INPUT);
	assert_int_equal(pareto_fit_tail(&fit, values, 0, &arena), E_INPUT);
	arena.size = 200 * 24 - 64;
	assert_int_equal(pareto_fit_excesses(&fit, values, 200, &arena),
			 E_LIMIT);
	arena.size = 200 * 16 - 64;
	assert_int_equal(pareto_fit_tail(&fit, values, 200, &arena), E_LIMIT);
	arena.size = sizeof(block);
	for (size_t i = 0; i < 200; i++)
		values[i] = 0.25;
	assert_int_equal(pareto_fit_excesses(&fit, values, 200, &arena),
			 E_INPUT);
	assert_int_equal(pareto_fit_tail(&fit, values, 200, &arena), E_INPUT);
	assert_memory_equal(&fit, &before, sizeof(fit));
	assert_int_equal(arena.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_are_recovered),
		cmocka_unit_test(nothing_in_the_region_is_likelier),
		cmocka_unit_test(odd_samples_have_their_maximum_too),
		cmocka_unit_test(the_interval_is_where_the_profile_falls),
		cmocka_unit_test(an_exponential_sample_by_hand),
		cmocka_unit_test(units_and_order_do_not_matter),
		cmocka_unit_test(extreme_units_are_taken),
		cmocka_unit_test(the_tail_is_found),
		cmocka_unit_test(the_threshold_rule),
		cmocka_unit_test(ties_at_the_threshold_are_no_excesses),
		cmocka_unit_test(quantile_and_shortfall_are_the_laws),
		cmocka_unit_test(bad_input_is_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
