/* test_garch.c -- GARCH(1,1): gradients against differences, recovery of
 * simulated parameters, scale, edges, bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/rng.h"
#include "models/volatility/garch.h"

#define LONGEST 10000

static double returns[LONGEST];
static uint8_t block[8u << 20] __attribute__((aligned(16)));

struct truth {
	double mu, omega, alpha, beta, nu; /* nu 0: normal */
	uint8_t seed;
};

/* Student-t with unit variance by inversion, from one uniform. */
static double innovation(const struct truth *truth, const struct rng_key *key,
			 uint32_t t)
{
	struct rng_counter counter = { 0, t, 0 };
	double u[2];

	rng_uniforms(u, key, &counter);
	if (truth->nu == 0.0)
		return normal_quantile(u[0]);
	return student_quantile(u[0], truth->nu) *
	       sqrt((truth->nu - 2.0) / truth->nu);
}

static void simulate(const struct truth *truth, uint32_t n)
{
	uint8_t seed[32] = { truth->seed };
	struct rng_key key = rng_key_of(seed);
	double h = truth->omega / (1.0 - truth->alpha - truth->beta);

	for (uint32_t t = 0; t < n + 500; t++) {
		double e = sqrt(h) * innovation(truth, &key, t);

		if (t >= 500)
			returns[t - 500] = truth->mu + e;
		h = truth->omega + truth->alpha * e * e + truth->beta * h;
	}
}

static enum status fit_series(struct garch_fit *fit,
			      const struct garch_model *model, size_t n)
{
	struct arena arena;
	enum status status;

	arena_init(&arena, block, sizeof(block));
	status = garch_fit_series(fit, model, returns, n, &arena);
	assert_int_equal(arena.used, 0);
	return status;
}

static const struct truth plain = { 0.02, 0.05, 0.08, 0.88, 0.0, 1 };
static const struct truth heavy = { 0.02, 0.05, 0.08, 0.88, 5.0, 2 };

static void gradients_are_differences(void **state)
{
	static const double at[] = { 0.03, 0.06, 0.1, 0.85, 6.0 };

	(void)state;
	simulate(&plain, 400);
	for (int k = 0; k < 8; k++) {
		struct garch_model model = {
			k & 1 ? GARCH_STUDENT : GARCH_NORMAL,
			k & 2 ? GARCH_START_BACKCAST : GARCH_START_FCP,
			(k & 4) != 0 };
		size_t count = garch_parameter_count(&model);
		const double *x0 = model.constant_mean ? at : at + 1;
		struct garch_point here, up, down;

		garch_evaluate(&here, &model, x0, returns, 400);
		for (size_t i = 0; i < count; i++) {
			double x[5], step = 1e-5 * x0[i], slope;

			memcpy(x, x0, count * sizeof(*x));
			x[i] = x0[i] + step;
			garch_evaluate(&up, &model, x, returns, 400);
			x[i] = x0[i] - step;
			garch_evaluate(&down, &model, x, returns, 400);
			slope = (up.log_likelihood - down.log_likelihood) /
				(2.0 * step);
			assert_true(fabs(slope - here.gradient[i]) <
				    1e-5 * (1.0 + fabs(slope)));
		}
	}
}

static void estimates_are_a_maximum(void **state)
{
	struct garch_model model = { GARCH_STUDENT, GARCH_START_FCP, true };
	struct garch_fit fit;
	struct garch_point here, near;

	(void)state;
	simulate(&heavy, 2000);
	assert_int_equal(fit_series(&fit, &model, 2000), OK);
	assert_true(fit.converged);
	garch_evaluate(&here, &model, fit.estimate, returns, 2000);
	assert_true(here.log_likelihood == fit.log_likelihood);
	for (size_t i = 0; i < fit.count; i++) {
		assert_true(fabs(here.gradient[i] * fit.se_hessian[i]) < 1e-3);
		for (int sign = -1; sign <= 1; sign += 2) {
			double x[5];

			memcpy(x, fit.estimate, sizeof(x));
			x[i] += 0.05 * sign * fit.se_hessian[i];
			garch_evaluate(&near, &model, x, returns, 2000);
			assert_true(near.log_likelihood < fit.log_likelihood);
		}
	}
}

static void recovers(const struct truth *truth,
		     enum garch_distribution distribution)
{
	struct garch_model model = { distribution, GARCH_START_FCP, true };
	const double exact[] = { truth->mu, truth->omega, truth->alpha,
				 truth->beta, truth->nu };
	int outside = 0;

	for (uint8_t s = 0; s < 20; s++) {
		struct truth one = *truth;
		struct garch_fit fit;

		one.seed = (uint8_t)(40 + s);
		simulate(&one, 4000);
		assert_int_equal(fit_series(&fit, &model, 4000), OK);
		assert_true(fit.converged && fit.has_errors);
		for (size_t i = 0; i < fit.count; i++) {
			double z = (fit.estimate[i] - exact[i]) /
				   fit.se_hessian[i];

			assert_true(fabs(z) < 5.0);
			outside += fabs(z) > 1.96;
		}
	}
	/* of 80 or 100 intervals of 95 %: 4 or 5 expected, 14 is < 0.1 % */
	assert_true(outside <= 14);
}

static void simulated_parameters_are_recovered(void **state)
{
	(void)state;
	recovers(&plain, GARCH_NORMAL);
	recovers(&heavy, GARCH_STUDENT);
}

/* Where the model is right the three estimates of the errors agree. */
static void errors_agree_where_the_model_is_true(void **state)
{
	struct garch_model model = { GARCH_NORMAL, GARCH_START_FCP, true };
	struct garch_fit fit;

	(void)state;
	simulate(&plain, LONGEST);
	assert_int_equal(fit_series(&fit, &model, LONGEST), OK);
	assert_true(fit.has_errors);
	for (size_t i = 0; i < fit.count; i++) {
		assert_true(fabs(fit.se_opg[i] / fit.se_hessian[i] - 1) < 0.15);
		assert_true(fabs(fit.se_robust[i] / fit.se_hessian[i] - 1) <
			    0.15);
	}
}

static void scale_changes_units_only(void **state)
{
	struct garch_model model = { GARCH_STUDENT, GARCH_START_FCP, true };
	struct garch_fit large, small;

	(void)state;
	simulate(&heavy, 2000);
	assert_int_equal(fit_series(&large, &model, 2000), OK);
	for (size_t t = 0; t < 2000; t++)
		returns[t] *= 0x1p-13;
	assert_int_equal(fit_series(&small, &model, 2000), OK);
	assert_true(fabs(small.alpha / large.alpha - 1.0) < 1e-6);
	assert_true(fabs(small.beta / large.beta - 1.0) < 1e-6);
	assert_true(fabs(small.nu / large.nu - 1.0) < 1e-6);
	assert_true(fabs(small.omega / large.omega * 0x1p26 - 1.0) < 1e-6);
	assert_true(fabs(small.se_robust[0] / large.se_robust[0] * 0x1p13 -
			 1.0) < 1e-4);
}

static void start_rules_differ_and_are_what_they_say(void **state)
{
	struct garch_model fcp = { GARCH_NORMAL, GARCH_START_FCP, false };
	struct garch_model backcast = { GARCH_NORMAL, GARCH_START_BACKCAST,
					false };
	const double x[] = { 0.05, 0.1, 0.85 };
	struct garch_point point;
	double h, weight = 1.0, weights = 0.0, squares = 0.0;

	(void)state;
	simulate(&plain, 75);
	/* one observation: log density of N(0, omega + (alpha + beta) h0) */
	garch_evaluate(&point, &fcp, x, returns, 1);
	h = 0.05 + 0.95 * returns[0] * returns[0];
	assert_true(fabs(point.log_likelihood +
			 0.5 * (log(2.0 * M_PI * h) +
				returns[0] * returns[0] / h)) < 1e-14);
	for (size_t t = 0; t < 3; t++) {
		squares += weight * returns[t] * returns[t];
		weights += weight;
		weight *= 0.94;
	}
	garch_evaluate(&point, &backcast, x, returns, 3);
	h = squares / weights;
	squares = h;
	weights = 0.0;
	for (size_t t = 0; t < 3; t++) {
		h = 0.05 + 0.1 * squares + 0.85 * h;
		squares = returns[t] * returns[t];
		weights -= 0.5 * (log(2.0 * M_PI * h) + squares / h);
	}
	assert_true(fabs(point.log_likelihood - weights) < 1e-13);
	assert_true(fabs(point.next_variance -
			 (0.05 + 0.1 * squares + 0.85 * h)) < 1e-14);
}

static void bad_input_is_a_status(void **state)
{
	struct garch_model model = { GARCH_NORMAL, GARCH_START_FCP, true };
	struct garch_fit fit, untouched;
	struct arena small;

	(void)state;
	memset(&fit, 0x5a, sizeof(fit));
	untouched = fit;
	simulate(&plain, 200);
	assert_int_equal(fit_series(&fit, &model, GARCH_OBSERVATIONS_MIN - 1),
			 E_INPUT);
	returns[17] = (double)NAN;
	assert_int_equal(fit_series(&fit, &model, 200), E_INPUT);
	returns[17] = (double)INFINITY;
	assert_int_equal(fit_series(&fit, &model, 200), E_INPUT);
	for (size_t t = 0; t < 200; t++)
		returns[t] = 0.01;
	assert_int_equal(fit_series(&fit, &model, 200), E_INPUT);
	memset(returns, 0, sizeof(returns));
	assert_int_equal(fit_series(&fit, &model, 200), E_INPUT);
	simulate(&plain, 200);
	arena_init(&small, block, 64);
	assert_int_equal(garch_fit_series(&fit, &model, returns, 200, &small),
			 E_LIMIT);
	assert_memory_equal(&fit, &untouched, sizeof(fit));
}

static void sane(const struct garch_fit *fit)
{
	assert_true(isfinite(fit->log_likelihood));
	assert_true(fit->omega > 0.0 && isfinite(fit->omega));
	assert_true(fit->alpha >= 0.0 && fit->beta >= 0.0);
	assert_true(fit->alpha + fit->beta <= GARCH_PERSISTENCE_MAX);
	assert_true(isfinite(fit->next_variance) && fit->next_variance > 0.0);
	for (size_t i = 0; i < fit->count && fit->has_errors; i++)
		assert_true(isfinite(fit->se_hessian[i]) &&
			    isfinite(fit->se_opg[i]) &&
			    isfinite(fit->se_robust[i]));
}

static void violent_series_give_sane_fits(void **state)
{
	(void)state;
	for (int k = 0; k < 8; k++) {
		struct garch_model model = {
			k & 1 ? GARCH_STUDENT : GARCH_NORMAL,
			k & 2 ? GARCH_START_BACKCAST : GARCH_START_FCP,
			(k & 4) != 0 };
		struct garch_fit fit;

		simulate(&plain, 600);
		for (size_t t = 0; t < 600; t++)
			returns[t] *= 0.01;
		returns[300] = -9.2103403719761827; /* a fall of 99.99 % */
		assert_int_equal(fit_series(&fit, &model, 600), OK);
		sane(&fit);
		returns[599] = 9.2103403719761827; /* and back, at the end */
		assert_int_equal(fit_series(&fit, &model, 600), OK);
		sane(&fit);
		memset(returns, 0, sizeof(returns)); /* a peg, moved once */
		returns[100] = 1e-4;
		assert_int_equal(fit_series(&fit, &model, 600), OK);
		sane(&fit);
		for (size_t t = 0; t < 600; t++) /* up, down, up, down */
			returns[t] = t % 2 ? 0.01 : -0.01;
		assert_int_equal(fit_series(&fit, &model, 600), OK);
		sane(&fit);
	}
}

static void names_follow_the_model(void **state)
{
	struct garch_model model = { GARCH_STUDENT, GARCH_START_FCP, true };

	(void)state;
	assert_int_equal(garch_parameter_count(&model), 5);
	assert_string_equal(garch_parameter_name(&model, 0), "mu");
	assert_string_equal(garch_parameter_name(&model, 2), "alpha1");
	assert_string_equal(garch_parameter_name(&model, 4), "nu");
	model.constant_mean = false;
	assert_int_equal(garch_parameter_count(&model), 4);
	assert_string_equal(garch_parameter_name(&model, 0), "omega");
	assert_string_equal(garch_parameter_name(&model, 3), "nu");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gradients_are_differences),
		cmocka_unit_test(estimates_are_a_maximum),
		cmocka_unit_test(simulated_parameters_are_recovered),
		cmocka_unit_test(errors_agree_where_the_model_is_true),
		cmocka_unit_test(scale_changes_units_only),
		cmocka_unit_test(start_rules_differ_and_are_what_they_say),
		cmocka_unit_test(bad_input_is_a_status),
		cmocka_unit_test(violent_series_give_sane_fits),
		cmocka_unit_test(names_follow_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
