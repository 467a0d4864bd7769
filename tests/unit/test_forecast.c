/* test_forecast.c -- aggregated variance against its closed form and against
 * simulation; VaR and ES against known values and numerical integrals;
 * Ljung-Box. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/rng.h"
#include "models/tails/value_at_risk.h"
#include "models/volatility/diagnostics.h"

static struct garch_fit some_fit(void)
{
	struct garch_fit fit;

	memset(&fit, 0, sizeof(fit));
	fit.at[GARCH_MU] = 0.001;
	fit.at[GARCH_OMEGA] = 2e-6;
	fit.at[GARCH_ALPHA] = 0.08;
	fit.at[GARCH_BETA] = 0.9;
	fit.at[GARCH_NU] = 6.0;
	fit.next_variance = 3e-4;
	return fit;
}

/* sum of v + (v1 - v) p^k = h v + (v1 - v) (1 - p^h) / (1 - p) */
static void variance_has_its_closed_form(void **state)
{
	struct garch_fit fit = some_fit();
	struct return_forecast one, day;
	double v = 2e-6 / 0.02, exact;

	(void)state;
	assert_int_equal(forecast_garch(&one, &fit, 1), OK);
	assert_true(one.variance == 3e-4 && one.mean == 0.001);
	assert_true(one.degrees == 6.0);
	assert_int_equal(forecast_garch(&day, &fit, 24), OK);
	exact = 24.0 * v + (3e-4 - v) * (1.0 - pow(0.98, 24)) / 0.02;
	assert_true(fabs(day.variance / exact - 1.0) < 1e-13);
	assert_true(fabs(day.mean - 0.024) < 1e-16);
	assert_int_equal(forecast_garch(&day, &fit, 0), E_INPUT);
	assert_int_equal(forecast_garch(&day, &fit, FORECAST_STEPS_MAX + 1),
			 E_INPUT);
}

static void variance_is_that_of_simulated_sums(void **state)
{
	struct garch_fit fit = some_fit();
	struct return_forecast forecast;
	uint8_t seed[32] = { 3 };
	struct rng_key key = rng_key_of(seed);
	double squares = 0.0;

	(void)state;
	for (uint32_t path = 0; path < 40000; path++) {
		double h = fit.next_variance, sum = 0.0;

		for (uint32_t t = 0; t < 10; t++) {
			struct rng_counter counter = { path, t, 0 };
			double z[2], e;

			rng_normals(z, &key, &counter);
			e = sqrt(h) * z[0];
			sum += e;
			h = fit.at[GARCH_OMEGA] +
			    fit.at[GARCH_ALPHA] * e * e +
			    fit.at[GARCH_BETA] * h;
		}
		squares += sum * sum;
	}
	assert_int_equal(forecast_garch(&forecast, &fit, 10), OK);
	/* kurtosis about 4: standard error 0.9 % */
	assert_true(fabs(squares / 40000.0 / forecast.variance - 1.0) < 0.04);
}

static void ewma_scales_with_time(void **state)
{
	struct ewma_fit fit = { 0.94, 1e-4, 0.0 };
	struct return_forecast forecast;

	(void)state;
	assert_int_equal(forecast_ewma(&forecast, &fit, 0.0, 24), OK);
	assert_true(fabs(forecast.variance - 24e-4) < 1e-18);
	assert_int_equal(forecast_ewma(&forecast, &fit, 2.0, 24), E_INPUT);
	assert_int_equal(forecast_ewma(&forecast, &fit, 5.0, 0), E_INPUT);
}

static void normal_var_and_es_are_known(void **state)
{
	struct return_forecast standard = { 0.0, 1.0, 0.0 };
	struct return_forecast moved = { 0.01, 0.04, 0.0 };
	struct tail_risk risk;

	(void)state;
	assert_int_equal(tail_risk_of(&risk, &standard, 0.95), OK);
	assert_true(fabs(risk.var - 1.6448536269514722) < 1e-13);
	assert_true(fabs(risk.es - 2.0627128075074257) < 1e-13);
	assert_int_equal(tail_risk_of(&risk, &standard, 0.99), OK);
	assert_true(fabs(risk.var - 2.3263478740408411) < 1e-12);
	assert_true(fabs(risk.es - 2.6652142203457930) < 1e-12);
	assert_int_equal(tail_risk_of(&risk, &moved, 0.99), OK);
	assert_true(fabs(risk.var - (0.2 * 2.3263478740408411 - 0.01)) < 1e-12);
}

/* ES is the mean of the quantiles beyond the level: midpoints of 200,000. */
static void es_is_the_mean_of_the_tail(void **state)
{
	static const double levels[] = { 0.95, 0.975, 0.99 };
	static const double degrees[] = { 0.0, 3.0, 6.0, 50.0 };

	(void)state;
	for (size_t d = 0; d < 4; d++)
		for (size_t l = 0; l < 3; l++) {
			struct return_forecast forecast = { 0.02, 2.25,
							    degrees[d] };
			double nu = degrees[d], sum = 0.0, p = 1.0 - levels[l];
			double scale = nu > 0.0 ? sqrt((nu - 2.0) / nu) : 1.0;
			struct tail_risk risk;
			int n = 200000;

			/* p u^2: finer where the quantile is steep */
			for (int i = 0; i < n; i++) {
				double u = ((double)i + 0.5) / n;
				double q = nu > 0.0 ? student_quantile(
							      p * u * u, nu)
						    : normal_quantile(
							      p * u * u);

				sum -= q * 2.0 * u / n;
			}
			assert_int_equal(tail_risk_of(&risk, &forecast,
						      levels[l]),
					 OK);
			assert_true(fabs(risk.es -
					 (1.5 * scale * sum - 0.02)) <
				    1e-4 * risk.es);
			assert_true(risk.es > risk.var);
		}
}

static void bad_forecasts_are_refused(void **state)
{
	struct return_forecast good = { 0.0, 1.0, 0.0 }, bad;
	struct tail_risk risk;

	(void)state;
	assert_int_equal(tail_risk_of(&risk, &good, 1.0), E_INPUT);
	assert_int_equal(tail_risk_of(&risk, &good, 0.2), E_INPUT);
	assert_int_equal(tail_risk_of(&risk, &good, (double)NAN), E_INPUT);
	bad = (struct return_forecast){ 0.0, -1.0, 0.0 };
	assert_int_equal(tail_risk_of(&risk, &bad, 0.99), E_INPUT);
	bad = (struct return_forecast){ 0.0, 1.0, 2.0 };
	assert_int_equal(tail_risk_of(&risk, &bad, 0.99), E_INPUT);
	bad = (struct return_forecast){ (double)NAN, 1.0, 0.0 };
	assert_int_equal(tail_risk_of(&risk, &bad, 0.99), E_INPUT);
}

/* Under independence p is uniform; under dependence it vanishes. */
static void ljung_box_sees_dependence(void **state)
{
	uint8_t seed[32] = { 4 };
	struct rng_key key = rng_key_of(seed);
	struct test_result result;
	double x[1000], before = 0.0;
	int low = 0;

	(void)state;
	for (uint32_t series = 0; series < 200; series++) {
		for (uint32_t t = 0; t < 1000; t++) {
			struct rng_counter counter = { series, t, 0 };
			double z[2];

			rng_normals(z, &key, &counter);
			x[t] = z[0];
		}
		assert_int_equal(ljung_box(&result, x, 1000, 10), OK);
		low += result.p < 0.1;
	}
	assert_true(low >= 8 && low <= 34); /* 20 expected, sd 4.2 */
	for (size_t t = 0; t < 1000; t++) {
		x[t] += 0.3 * before;
		before = x[t];
	}
	assert_int_equal(ljung_box(&result, x, 1000, 10), OK);
	assert_true(result.p < 1e-6);
	assert_int_equal(ljung_box(&result, x, 1000, 0), E_INPUT);
	assert_int_equal(ljung_box(&result, x, 10, 6), E_INPUT);
	memset(x, 0, sizeof(x));
	assert_int_equal(ljung_box(&result, x, 1000, 10), E_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variance_has_its_closed_form),
		cmocka_unit_test(variance_is_that_of_simulated_sums),
		cmocka_unit_test(ewma_scales_with_time),
		cmocka_unit_test(normal_var_and_es_are_known),
		cmocka_unit_test(es_is_the_mean_of_the_tail),
		cmocka_unit_test(bad_forecasts_are_refused),
		cmocka_unit_test(ljung_box_sees_dependence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
