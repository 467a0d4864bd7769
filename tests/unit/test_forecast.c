/* test_forecast.c -- variances of the bars after the next, expert by expert,
 * against closed forms and simulation; known quantiles; Ljung-Box. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/ensemble/experts.h"
#include "models/rng.h"
#include "models/volatility/diagnostics.h"
#include "tests/support/garch_series.h"

#define STEPS 24

static struct volatility_state state_;

/* The path of an expert with these parameters and this next variance. */
static void path_of(double *out, enum expert expert, const double *at,
		    double variance)
{
	const struct experts_view view = { &state_, NULL, 0, 3600 };

	memset(&state_, 0, sizeof(state_));
	experts_store(&state_.experts[expert], at, variance);
	experts_path(out, &view, expert, STEPS);
}

/* sum of v + (v1 - v) p^k = h v + (v1 - v) (1 - p^h) / (1 - p) */
static void variance_has_its_closed_form(void **state)
{
	const double at[EXPERT_VALUES] = { 0.0, 0.02, 0.08, 0.0, 0.9 };
	double path[STEPS], v = 0.02 / 0.02, sum = 0.0, exact;

	(void)state;
	path_of(path, EXPERT_GARCH_T, at, 3.0);
	assert_true(fabs(path[0] - 3.0) < 1e-9);
	for (int k = 0; k < STEPS; k++)
		sum += path[k];
	exact = STEPS * v + (3.0 - v) * (1.0 - pow(0.98, STEPS)) / 0.02;
	assert_true(fabs(sum / exact - 1.0) < 1e-9);
}

static void others_stay(void **state)
{
	const double ewma[EXPERT_VALUES] = { 0.94 };
	double path[STEPS];

	(void)state;
	path_of(path, EXPERT_EWMA, ewma, 0.5);
	assert_true(fabs(path[STEPS - 1] - 0.5) < 1e-9);
	path_of(path, EXPERT_HISTORICAL, ewma, 1.0);
	assert_true(fabs(path[STEPS - 1] - 1.0) < 1e-9);
}

/* Mean squares along simulated paths that start at one variance. */
static void simulate_squares(double *out, const struct garch_model *model,
			     const double *at, double variance)
{
	uint8_t seed[32] = { 3 };
	struct rng_key key = rng_key_of(seed);
	uint32_t paths = 100000;

	memset(out, 0, STEPS * sizeof(*out));
	for (uint32_t path = 0; path < paths; path++) {
		double h = variance;

		for (uint32_t t = 0; t < STEPS; t++) {
			struct rng_counter counter = { path, t, 0 };
			double z[2], e;

			rng_normals(z, &key, &counter);
			e = sqrt(h) * z[0];
			out[t] += h / paths;
			h = garch_next(model, at, h, e);
		}
	}
}

/* To the noise of the simulation; APARCH too low by what experts.h says. */
static void variance_is_that_of_simulated_paths(void **state)
{
	(void)state;
	for (int family = 0; family < GARCH_FAMILIES; family++) {
		struct garch_model model = { (enum garch_family)family,
					     GARCH_NORMAL, GARCH_START_FCP,
					     false };
		enum expert expert = (enum expert)(EXPERT_GARCH_NORMAL +
						   GARCH_DISTRIBUTIONS * family);
		double at[GARCH_SLOTS], path[STEPS], real[STEPS];

		garch_truth(at, &model);
		path_of(path, expert, at, 2.5);
		simulate_squares(real, &model, at, 2.5);
		for (int k = 0; k < STEPS; k++)
			assert_true(fabs(path[k] / real[k] - 1.0) <
				    (family == GARCH_POWER ? 0.035 : 0.01));
	}
}

static void normal_var_and_es_are_known(void **state)
{
	struct skewed_t normal = skewed_t_of(0.0, 0.0);
	struct tail_point at = skewed_t_tail(&normal, 0.05);

	(void)state;
	assert_true(fabs(at.quantile + 1.6448536269514722) < 1e-13);
	assert_true(fabs(at.shortfall + 2.0627128075074257) < 1e-13);
	at = skewed_t_tail(&normal, 0.01);
	assert_true(fabs(at.quantile + 2.3263478740408411) < 1e-12);
	assert_true(fabs(at.shortfall + 2.6652142203457930) < 1e-12);
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
		cmocka_unit_test(others_stay),
		cmocka_unit_test(variance_is_that_of_simulated_paths),
		cmocka_unit_test(normal_var_and_es_are_known),
		cmocka_unit_test(ljung_box_sees_dependence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
