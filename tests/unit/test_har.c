/* test_har.c -- the regression against its normal equations, recovery, bounds,
 * rolling means, bad input; ranges and seasons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/rng.h"
#include "models/volatility/har.h"
#include "models/volatility/range.h"
#include "models/volatility/seasonality.h"
#include "tests/support/points.h"

#define N 6000

static double x[N];
static uint8_t block[4u << 20] __attribute__((aligned(16)));

/* A HAR process in levels with multiplicative noise of mean 1. */
static void simulate(const double at[4], const struct har_design *d)
{
	uint8_t seed[32] = { 9 };
	struct rng_key key = rng_key_of(seed);

	for (size_t t = 0; t < N; t++) {
		struct rng_counter counter = { 0, (uint32_t)t, 0 };
		double z[2], middle = 0.0, longest = 0.0;

		rng_normals(z, &key, &counter);
		if (t < d->longest) {
			x[t] = exp(0.3 * z[0]);
			continue;
		}
		for (size_t k = 1; k <= d->longest; k++) {
			middle += k <= d->middle ? x[t - k] : 0.0;
			longest += x[t - k];
		}
		x[t] = (at[0] + at[1] * x[t - 1] +
			at[2] * middle / (double)d->middle +
			at[3] * longest / (double)d->longest) *
		       exp(0.3 * z[0] - 0.045);
	}
}

static enum status fit(struct har_fit *out, const struct har_design *d,
		       size_t n)
{
	struct arena arena;
	enum status status;

	arena_init(&arena, block, sizeof(block));
	status = har_fit_series(out, d, x, n, &arena);
	assert_int_equal(arena.used, 0);
	return status;
}

static void coefficients_are_recovered(void **state)
{
	const struct har_design design = { 5, 22, false };
	const double truth[4] = { 0.1, 0.35, 0.3, 0.25 };
	struct har_fit out;

	(void)state;
	simulate(truth, &design);
	assert_int_equal(fit(&out, &design, N), OK);
	for (int i = 0; i < 4; i++)
		assert_true(fabs(out.at[i] - truth[i]) < 4.0 * out.se_robust[i]);
	assert_true(out.n == N - 22);
	assert_true(out.r_squared > 0.1 && out.r_squared < 1.0);
	assert_true(fabs(out.smearing - 1.0) < 0.05);
}

/* Residuals are orthogonal to every regressor: the normal equations. */
static void residuals_are_orthogonal(void **state)
{
	const struct har_design design = { 5, 22, false };
	const double truth[4] = { 0.1, 0.35, 0.3, 0.25 };
	struct har_fit out;
	double dot[4] = { 0.0 };

	(void)state;
	simulate(truth, &design);
	assert_int_equal(fit(&out, &design, 500), OK);
	for (size_t t = 22; t < 500; t++) {
		double terms[4] = { 1.0, x[t - 1], 0.0, 0.0 }, left = x[t];

		for (size_t k = 1; k <= 22; k++) {
			terms[2] += k <= 5 ? x[t - k] / 5.0 : 0.0;
			terms[3] += x[t - k] / 22.0;
		}
		for (int i = 0; i < 4; i++)
			left -= out.at[i] * terms[i];
		for (int i = 0; i < 4; i++)
			dot[i] += left * terms[i];
	}
	for (int i = 0; i < 4; i++)
		assert_true(fabs(dot[i]) < 1e-8);
}

static void forecasts_stay_among_what_was_seen(void **state)
{
	const struct har_design level = { 5, 22, false }, logs = { 5, 22, true };
	const double truth[4] = { 0.1, 0.35, 0.3, 0.25 };
	struct har_fit a, b;
	struct har_means calm = { 1e-9, 1e-9, 1e-9 }, wild = { 1e9, 1e9, 1e9 };

	(void)state;
	simulate(truth, &level);
	assert_int_equal(fit(&a, &level, 2000), OK);
	assert_int_equal(fit(&b, &logs, 2000), OK);
	assert_true(har_forecast(&a, &level, &wild) == a.high);
	assert_true(har_forecast(&b, &logs, &calm) >= b.low);
	assert_true(har_forecast(&b, &logs, &wild) <= b.high);
	assert_true(fabs(a.next / b.next - 1.0) < 0.3);
}

static void bad_series_are_refused(void **state)
{
	const struct har_design design = { 5, 22, false };
	struct har_fit out;

	(void)state;
	for (size_t t = 0; t < N; t++)
		x[t] = 1.0;
	assert_int_equal(fit(&out, &design, 500), E_INPUT); /* constant */
	x[7] = 2.0;
	assert_int_equal(fit(&out, &design, 22 + HAR_OBSERVATIONS_MIN - 1),
			 E_INPUT);
	x[9] = 0.0;
	assert_int_equal(fit(&out, &design, 500), E_INPUT);
	x[9] = (double)NAN;
	assert_int_equal(fit(&out, &design, 500), E_INPUT);
	for (size_t t = 0; t < N; t++)
		x[t] = t % 2 ? 1.0 : 2.0; /* the means depend on each other */
	x[1] = 1.5;
	assert_int_equal(fit(&out, &design, 500) == OK, 0);
}

static struct bar candle(int64_t o, int64_t h, int64_t l, int64_t c)
{
	return (struct bar){ 0, { o, -2 }, { h, -2 }, { l, -2 }, { c, -2 } };
}

static void ranges_have_their_formulas(void **state)
{
	struct bar bar = candle(10000, 10500, 9800, 10200);
	double u = log(1.05), d = log(0.98), c = log(1.02), v;

	(void)state;
	assert_int_equal(range_variance(&v, &bar, RANGE_PARKINSON), OK);
	assert_true(fabs(v - (u - d) * (u - d) / (4.0 * log(2.0))) < 1e-15);
	assert_int_equal(range_variance(&v, &bar, RANGE_GARMAN_KLASS), OK);
	assert_true(fabs(v - (0.5 * (u - d) * (u - d) -
			      (2.0 * log(2.0) - 1.0) * c * c)) < 1e-15);
	assert_int_equal(range_variance(&v, &bar, RANGE_ROGERS_SATCHELL), OK);
	assert_true(fabs(v - (u * (u - c) + d * (d - c))) < 1e-15);
	bar = candle(10000, 9900, 9800, 9850);
	assert_int_equal(range_variance(&v, &bar, RANGE_PARKINSON), E_INPUT);
	bar = candle(10000, 10100, 0, 10000);
	assert_int_equal(range_variance(&v, &bar, RANGE_PARKINSON), E_INPUT);
}

/* All estimators find the variance of a random walk of many steps; a peer's
 * logarithm of the square would be six times the deviation. */
static void ranges_find_the_variance(void **state)
{
	static struct bar bars[3001];
	uint8_t seed[32] = { 4 };
	struct rng_key key = rng_key_of(seed);
	double level = log(10000.0), sums[3] = { 0.0 }, zhang;

	(void)state;
	for (uint32_t t = 0; t < 3001; t++) {
		double open = level, high = level, low = level;

		for (uint32_t k = 0; k < 400; k++) {
			struct rng_counter counter = { t, k, 0 };
			double z[2];

			rng_normals(z, &key, &counter);
			level += 0.03 / sqrt(400.0) * z[0];
			high = level > high ? level : high;
			low = level < low ? level : low;
		}
		bars[t] = candle((int64_t)(exp(open) * 1e6),
				 (int64_t)(exp(high) * 1e6),
				 (int64_t)(exp(low) * 1e6),
				 (int64_t)(exp(level) * 1e6));
		for (int e = 0; e < 3; e++) {
			double v;

			assert_int_equal(range_variance(&v, &bars[t],
							(enum range_estimator)e),
					 OK);
			sums[e] += v / 3001.0;
		}
	}
	for (int e = 0; e < 3; e++) /* discrete steps lose a few percent */
		assert_true(fabs(sqrt(sums[e]) / 0.03 - 1.0) < 0.06);
	assert_int_equal(range_yang_zhang(&zhang, bars, 3001), OK);
	assert_true(fabs(sqrt(zhang) / 0.03 - 1.0) < 0.06);
	assert_int_equal(range_yang_zhang(&zhang, bars, 2), E_INPUT);
}

/* Variance twice as high at 15:00 UTC as at 03:00, less at weekends. */
static void seasons_are_found_and_noise_is_not(void **state)
{
	static int64_t times[N];
	struct seasonal_data data = { times, x, N, 3600 };
	struct seasonality season;
	struct arena arena;
	double sum = 0.0;

	(void)state;
	for (size_t t = 0; t < N; t++) {
		int64_t hour = (int64_t)t, day = hour / 24 % 7;
		double z = normal_quantile(uniform(0.0001, 0.9999));

		times[t] = hour * 3600;
		x[t] = exp(0.35 * cos(2.0 * M_PI * (double)(hour % 24 - 15) /
				      24.0) -
			   (day == 2 || day == 3 ? 0.5 : 0.0) + z);
	}
	arena_init(&arena, block, sizeof(block));
	assert_int_equal(seasonality_fit(&season, &data, &arena), OK);
	assert_int_equal(arena.used, 0);
	assert_true(fabs(log(seasonality_factor(&season, 15 * 3600) /
			     seasonality_factor(&season, 3 * 3600)) - 0.7) <
		    0.15);
	assert_true(fabs(log(seasonality_factor(&season, 2 * 86400) /
			     seasonality_factor(&season, 86400)) + 0.5) < 0.12);
	for (int64_t h = 0; h < 168; h++)
		sum += seasonality_factor(&season, h * 3600) / 168.0;
	assert_true(fabs(sum - 1.0) < 1e-12);
	for (size_t t = 0; t < N; t++)
		x[t] = exp(normal_quantile(uniform(0.0001, 0.9999)));
	assert_int_equal(seasonality_fit(&season, &data, &arena), OK);
	for (int64_t h = 0; h < 24; h++)
		assert_true(fabs(log(seasonality_factor(&season, h * 3600))) <
			    0.08);
	data.interval_s = 86400; /* days have none */
	assert_int_equal(seasonality_fit(&season, &data, &arena), OK);
	assert_true(seasonality_factor(&season, 3600) == 1.0);
	data.interval_s = 3600;
	x[5] = 0.0;
	assert_int_equal(seasonality_fit(&season, &data, &arena), E_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coefficients_are_recovered),
		cmocka_unit_test(residuals_are_orthogonal),
		cmocka_unit_test(forecasts_stay_among_what_was_seen),
		cmocka_unit_test(bad_series_are_refused),
		cmocka_unit_test(ranges_have_their_formulas),
		cmocka_unit_test(ranges_find_the_variance),
		cmocka_unit_test(seasons_are_found_and_noise_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
