/* test_depeg.c -- recovery, series that stand still, crashes, staking yield,
 * the forecast against simulated paths, bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/rng.h"
#include "models/tails/depeg.h"

#define N 20000
#define PATHS 20000

static uint8_t block[N * 32] __attribute__((aligned(16)));
static double market[N], redemption[N];

static struct arena fresh_arena(void)
{
	struct arena arena;

	arena_init(&arena, block, sizeof(block));
	return arena;
}

static struct rng_key test_key(void)
{
	uint8_t seed[32] = {77};

	return rng_key_of(seed);
}

/* One innovation of the law in `truth`. */
static double simulated_innovation(const struct depeg_fit *truth, uint32_t path,
				   uint32_t step)
{
	struct rng_key key = test_key();
	struct rng_counter first = {path, step, 0}, second = {path, step, 1};
	double u[2], z[2];

	rng_uniforms(u, &key, &first);
	rng_normals(z, &key, &second);
	return u[0] < truth->jump_intensity
		       ? truth->jump_mean + truth->jump_deviation * z[0]
		       : truth->deviation * z[0];
}

static double simulated_step(const struct depeg_fit *truth, double x,
			     double innovation)
{
	return x + truth->pull * (truth->level - x) + innovation;
}

static void simulate(const struct depeg_fit *truth, uint32_t path, size_t n)
{
	double x = truth->level;

	for (uint32_t t = 0; t < n; t++) {
		market[t] = exp(x);
		x = simulated_step(truth, x,
				   simulated_innovation(truth, path, t));
	}
}

static struct depeg_fit fit_of(size_t n, const double *values)
{
	struct depeg_series series = {market, values, n};
	struct arena arena = fresh_arena();
	struct depeg_fit fit;

	assert_int_equal(depeg_fit_series(&fit, &series, &arena), OK);
	assert_int_equal(arena.used, 0);
	assert_int_equal(fit.n, n);
	return fit;
}

static void parameters_are_recovered(void **state)
{
	static const double pulls[] = {0.02, 0.1, 0.4, 0.9};

	(void)state;
	for (uint32_t c = 0; c < 12; c++) {
		struct depeg_fit truth =
					 {
						 .level = -0.003,
						 .pull = pulls[c % 4],
						 .deviation = 0.001,
						 .jump_intensity =
							 c < 4 ? 0.0 : 0.005,
						 .jump_mean = -0.03,
						 .jump_deviation = 0.005,
					 },
				 fit;
		double kept = 1.0 - truth.pull;
		double jumps = N * truth.jump_intensity;

		simulate(&truth, c, N);
		fit = fit_of(N, NULL);
		/* four standard errors of least squares; with jumps x moves
		 * more and they are smaller */
		assert_true(fabs(fit.pull - truth.pull) <
			    4 * sqrt((1 - kept * kept) / N));
		assert_true(fabs(fit.level - truth.level) <
			    4 * 0.001 / truth.pull / sqrt((double)N));
		assert_true(fabs(fit.deviation / 0.001 - 1.0) <
			    4 / sqrt(2.0 * N));
		assert_true(fabs(fit.half_life * log1p(-fit.pull) + log(2.0)) <
			    1e-12);
		assert_true(fabs((double)fit.jumps - jumps) <= 4 * sqrt(jumps));
		assert_true(fit.jump_intensity == (double)fit.jumps / (N - 1));
		if (c < 4)
			continue;
		assert_true(fabs(fit.jump_mean + 0.03) <
			    4 * 0.005 / sqrt(jumps));
		assert_true(fabs(fit.jump_deviation / 0.005 - 1.0) <
			    4 / sqrt(2 * jumps));
	}
}

/* No pull at all: what is found is the bias of least squares, about 5 / n, and
 * the level is among the values seen. */
static void a_random_walk_has_no_level(void **state)
{
	struct depeg_fit truth = {.deviation = 0.001};

	(void)state;
	for (uint32_t c = 0; c < 20; c++) {
		struct depeg_fit fit;
		double low = 1e300, high = -1e300;

		simulate(&truth, 100 + c, 2000);
		fit = fit_of(2000, NULL);
		for (size_t t = 0; t < 2000; t++) {
			low = fmin(low, log(market[t]));
			high = fmax(high, log(market[t]));
		}
		assert_true(fit.pull >= 0.0 && fit.pull < 20.0 / 2000);
		assert_true(fit.level >= low - 1e-12 &&
			    fit.level <= high + 1e-12);
		assert_true(fit.jumps == 0);
		assert_true(fabs(fit.lowest - low) < 1e-14);
	}
}

/* Squares that are left at any pull and level, steps that are no jumps. */
static double squares_at(double pull, double level, size_t n)
{
	double sum = 0.0;

	for (size_t t = 0; t + 1 < n; t++) {
		double x = log(market[t]);
		double e = log(market[t + 1]) - x - pull * (level - x);

		sum += e * e;
	}
	return sum;
}

/* Trends, whose free level is out of sight: still the least squares of what is
 * allowed. */
static void trends_take_the_best_of_the_region(void **state)
{
	static const double drifts[] = {0.0002, -0.0002, 0.002, 0.0};

	(void)state;
	for (uint32_t c = 0; c < 24; c++) {
		struct depeg_fit truth = {.deviation = 0.001}, fit;
		double low = 1e300, high = -1e300, best;

		simulate(&truth, 200 + c, 500);
		for (size_t t = 0; t < 500; t++) {
			double day = (double)t;

			/* the last half of them curves: nothing pulls */
			market[t] *= exp(drifts[c % 4] *
					 (c < 12 ? day : day * day / 300));
			low = fmin(low, log(market[t]));
			high = fmax(high, log(market[t]));
		}
		fit = fit_of(500, NULL);
		if (fit.jumps)
			continue;
		best = squares_at(fit.pull, fit.level, 500);
		assert_true(fabs(fit.deviation / sqrt(best / (499 - 2)) - 1) <
			    1e-9);
		for (int i = 0; i <= 50; i++)
			for (int j = 0; j <= 20; j++) {
				double pull = 0.0004 * i * i;
				double level = low + (high - low) * j / 20;

				assert_true(best <= squares_at(fmin(pull, 1.0),
							       level, 500) *
							    (1 + 1e-9));
			}
	}
}

static void a_constant_ratio_stands_still(void **state)
{
	struct depeg_fit fit;

	(void)state;
	for (size_t t = 0; t < 500; t++)
		market[t] = 0.997;
	fit = fit_of(500, NULL);
	assert_true(fit.pull == 0.0 && fit.half_life == 0.0);
	assert_true(fit.deviation == 1e-6);
	assert_true(fabs(fit.level - log(0.997)) < 1e-15);
	assert_int_equal(fit.jumps, 0);
	assert_true(fit.jump_mean == 0.0 && fit.jump_deviation == 0.0 &&
		    fit.jump_intensity == 0.0);
}

/* A staking yield: the ratio stays, market and value double. */
static void a_growing_value_is_no_depeg(void **state)
{
	struct depeg_fit truth = {
		.level = -0.001, .pull = 0.1, .deviation = 0.001};
	struct depeg_fit fit, plain;

	(void)state;
	for (size_t t = 0; t < 5000; t++) {
		redemption[t] = exp((double)t * log(2.0) / 5000);
		market[t] = 0.998 * redemption[t];
	}
	fit = fit_of(5000, redemption);
	assert_true(fit.pull == 0.0 && fit.deviation == 1e-6 && !fit.jumps);
	assert_true(fabs(fit.level - log(0.998)) < 1e-12);
	simulate(&truth, 300, 5000);
	plain = fit_of(5000, NULL);
	for (size_t t = 0; t < 5000; t++)
		market[t] *= redemption[t];
	fit = fit_of(5000, redemption);
	assert_true(fabs(fit.pull - plain.pull) < 1e-9);
	assert_true(fabs(fit.level - plain.level) < 1e-12);
	assert_true(fabs(fit.deviation - plain.deviation) < 1e-12);
	/* against 1 instead it would be a trend */
	assert_true(fabs(fit_of(5000, NULL).level) > 0.3);
}

static void a_crash_is_one_jump(void **state)
{
	struct depeg_fit truth = {.pull = 0.1, .deviation = 0.001}, fit;

	(void)state;
	for (int stays = 0; stays < 2; stays++) {
		simulate(&truth, 400, 2000);
		for (size_t t = 1000; t < 2000; t++)
			market[t] *= stays || t == 1000 ? 1e-4 : 1.0;
		fit = fit_of(2000, NULL);
		assert_int_equal(fit.jumps, stays ? 1 : 2);
		assert_true(fit.lowest < log(1e-4) + 0.02);
		assert_true(fabs(fit.deviation / 0.001 - 1.0) < 0.12);
		if (stays) {
			assert_true(fabs(fit.jump_mean - log(1e-4)) < 0.02);
			assert_true(fit.jump_deviation == 0.0);
			continue;
		}
		/* down and up again: 9.2 either way */
		assert_true(fabs(fit.pull - 0.1) < 0.05);
		assert_true(fabs(fit.jump_deviation - log(1e4) * sqrt(2.0)) <
			    1.0);
	}
}

/* Down at once and back as the pull has it: the way back is no jump. */
static void a_recovery_is_the_pull(void **state)
{
	struct depeg_fit truth = {.pull = 0.05, .deviation = 0.001}, fit;
	double x = 0.0;

	(void)state;
	for (uint32_t t = 0; t < 3000; t++) {
		double e = simulated_innovation(&truth, 450, t);

		market[t] = exp(x);
		x = simulated_step(&truth, x, t == 1500 ? log(1e-4) : e);
	}
	fit = fit_of(3000, NULL);
	assert_int_equal(fit.jumps, 1);
	assert_true(fabs(fit.pull - 0.05) < 1e-3);
	assert_true(fabs(fit.level) < 0.002);
	assert_true(fabs(fit.jump_mean - log(1e-4)) < 0.01);
}

/* A feed of few digits that mostly repeats itself. */
static void a_quiet_feed_does_not_jump(void **state)
{
	struct rng_key key = test_key();
	struct depeg_fit fit;

	(void)state;
	for (uint32_t t = 0; t < 3000; t++) {
		struct rng_counter counter = {500, t, 0};
		double u[2];

		rng_uniforms(u, &key, &counter);
		market[t] = u[0] < 0.9 ? 1.0 : u[0] < 0.95 ? 0.9999 : 1.0001;
	}
	fit = fit_of(3000, NULL);
	assert_int_equal(fit.jumps, 0);
	assert_true(fit.pull > 0.9);
	/* nor with a value that grows, whose rounding is no move */
	for (size_t t = 0; t < 3000; t++) {
		redemption[t] = exp((double)t * 1e-5);
		market[t] *= 0.9987 * redemption[t];
	}
	assert_int_equal(fit_of(3000, redemption).jumps, 0);
	for (size_t t = 0; t < 3000; t++)
		market[t] /= 0.9987 * redemption[t];
	/* 5 % down is a jump; so may be what the pull leaves of the way back */
	market[1500] = 0.95;
	fit = fit_of(3000, NULL);
	assert_in_range(fit.jumps, 1, 2);
	assert_true(fabs(fit.lowest - log(0.95)) < 1e-12);
	assert_true(fabs(fit.deviation / 1e-4 - sqrt(0.1)) < 0.05);
	/* and one that never moves but once */
	for (size_t t = 0; t < 3000; t++)
		market[t] = t == 1500 ? 0.5 : 1.0;
	fit = fit_of(3000, NULL);
	assert_int_equal(fit.jumps, 2);
	assert_true(fit.deviation == 1e-6 && fabs(fit.level) < 1e-12);
}

static void a_forecast_is_the_paths(void **state)
{
	static const double pulls[] = {0.0, 0.05, 1.0};
	static const unsigned steps[] = {1, 40, 40};

	(void)state;
	for (uint32_t c = 0; c < 6; c++) {
		struct depeg_fit law = {
			.level = -0.01,
			.pull = pulls[c % 3],
			.deviation = 0.01,
			.jump_intensity = c < 3 ? 0.0 : 0.05,
			.jump_mean = -0.1,
			.jump_deviation = 0.05,
		};
		struct depeg_forecast out;
		double mean = 0.0, square = 0.0, fourth = 0.0;

		static double last[PATHS];
		unsigned count = steps[c % 3];

		for (uint32_t path = 0; path < PATHS; path++) {
			last[path] = -0.2;
			for (uint32_t t = 0; t < count; t++)
				last[path] = simulated_step(
					&law, last[path],
					simulated_innovation(&law, 1000 + path,
							     t + 64 * c));
			mean += last[path] / PATHS;
		}
		for (size_t path = 0; path < PATHS; path++) {
			double d = last[path] - mean;

			square += d * d / PATHS;
			fourth += d * d * d * d / PATHS;
		}
		assert_int_equal(depeg_forecast(&out, &law, -0.2, count), OK);
		assert_true(fabs(out.mean - mean) < 4 * sqrt(square / PATHS));
		assert_true(fabs(out.variance - square) <
			    4 * sqrt((fourth - square * square) / PATHS));
		assert_true(c < 3 ? out.jump_variance == 0.0
				  : out.jump_variance > 0.5 * out.variance &&
					    out.jump_variance < out.variance);
	}
}

/* One step at a time is the same as all at once; far out it rests. */
static void forecasts_follow_each_other(void **state)
{
	struct depeg_fit law = {.level = 0.01,
				.pull = 1e-3,
				.deviation = 0.01,
				.jump_intensity = 0.01,
				.jump_mean = -0.1};
	struct depeg_forecast one, out;
	double mean = -0.5, variance = 0.0;

	(void)state;
	assert_int_equal(depeg_forecast(&one, &law, mean, 1), OK);
	/* of a mixture: 0.99 of 0.01^2 and 0.01 of 0.1^2 about -0.001 */
	assert_true(fabs(one.variance - (0.99e-4 + 1e-4 - 1e-6)) < 1e-17);
	assert_true(fabs(one.jump_variance - (1e-4 - 1e-6)) < 1e-17);
	for (unsigned k = 1; k <= 3000; k++) {
		assert_int_equal(depeg_forecast(&one, &law, mean, 1), OK);
		mean = one.mean;
		variance = 0.999 * 0.999 * variance + one.variance;
		assert_int_equal(depeg_forecast(&out, &law, -0.5, k), OK);
		assert_true(fabs(out.mean - mean) < 1e-12);
		assert_true(fabs(out.variance / variance - 1.0) < 1e-11);
	}
	assert_int_equal(depeg_forecast(&out, &law, -0.5, 100000), OK);
	assert_true(fabs(out.mean - (0.01 - 0.001 / 1e-3)) < 1e-9);
	assert_true(fabs(out.variance / (one.variance / (1e-3 * 1.999)) - 1) <
		    1e-9);
	law.pull = 0.0;
	assert_int_equal(depeg_forecast(&out, &law, -0.5, 100), OK);
	assert_true(fabs(out.mean + 0.6) < 1e-12);
	assert_true(fabs(out.variance / 100 / one.variance - 1) < 1e-12);
}

static void bad_input_is_a_status(void **state)
{
	static const double wrong[] = {0.0, -1.0, (double)NAN,
				       (double)INFINITY};
	struct depeg_series series = {market, redemption, 500};
	struct arena arena = fresh_arena();
	struct depeg_fit fit, before;

	(void)state;
	memset(&before, 7, sizeof(before));
	fit = before;
	for (size_t t = 0; t < 500; t++)
		market[t] = redemption[t] = 1.0;
	for (size_t i = 0; i < 4; i++) {
		market[499] = wrong[i];
		assert_int_equal(depeg_fit_series(&fit, &series, &arena),
				 E_INPUT);
		market[499] = 1.0;
		redemption[0] = wrong[i];
		assert_int_equal(depeg_fit_series(&fit, &series, &arena),
				 E_INPUT);
		redemption[0] = 1.0;
	}
	market[7] = 1e300; /* each is fine, their ratio is not finite */
	redemption[7] = 1e-300;
	assert_int_equal(depeg_fit_series(&fit, &series, &arena), E_INPUT);
	market[7] = redemption[7] = 1.0;
	series.n = DEPEG_OBSERVATIONS_MIN - 1;
	assert_int_equal(depeg_fit_series(&fit, &series, &arena), E_INPUT);
	series.n = 500;
	arena.size = 500 * 24 - 64;
	market[250] = 1.5;
	for (size_t t = 0; t < 500; t += 2)
		market[t] = 1.001; /* moves, so that its steps are sorted */
	assert_int_equal(depeg_fit_series(&fit, &series, &arena), E_LIMIT);
	arena.size = 500 * 32 - 64;
	assert_int_equal(depeg_fit_series(&fit, &series, &arena), E_LIMIT);
	assert_memory_equal(&fit, &before, sizeof(fit));
	assert_int_equal(arena.used, 0);
	arena.size = 500 * 32;
	assert_int_equal(depeg_fit_series(&fit, &series, &arena), OK);
}

static void bad_forecasts_are_refused(void **state)
{
	struct depeg_fit law = {.deviation = 0.01};
	struct depeg_forecast out = {7, 7, 7};

	(void)state;
	assert_int_equal(depeg_forecast(&out, &law, 0.0, 0), E_INPUT);
	assert_int_equal(depeg_forecast(&out, &law, 0.0, 100001), E_INPUT);
	assert_int_equal(depeg_forecast(&out, &law, (double)NAN, 1), E_INPUT);
	assert_int_equal(depeg_forecast(&out, &law, (double)INFINITY, 1),
			 E_INPUT);
	assert_true(out.mean == 7 && out.variance == 7 &&
		    out.jump_variance == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_are_recovered),
		cmocka_unit_test(a_random_walk_has_no_level),
		cmocka_unit_test(trends_take_the_best_of_the_region),
		cmocka_unit_test(a_constant_ratio_stands_still),
		cmocka_unit_test(a_growing_value_is_no_depeg),
		cmocka_unit_test(a_crash_is_one_jump),
		cmocka_unit_test(a_recovery_is_the_pull),
		cmocka_unit_test(a_quiet_feed_does_not_jump),
		cmocka_unit_test(a_forecast_is_the_paths),
		cmocka_unit_test(forecasts_follow_each_other),
		cmocka_unit_test(bad_input_is_a_status),
		cmocka_unit_test(bad_forecasts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
