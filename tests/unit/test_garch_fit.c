/* test_garch_fit.c -- estimates of the twelve models: a maximum, recovery,
 * standard errors, units, edges, bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/volatility/garch.h"
#include "tests/support/garch_series.h"

#define LONGEST 10000

static double returns[LONGEST];
static uint8_t block[8u << 20] __attribute__((aligned(16)));

static struct garch_model model_of(int k)
{
	return (struct garch_model){ (enum garch_family)(k % 4),
				     (enum garch_distribution)(k / 4),
				     GARCH_START_FCP, true };
}

static enum status fit_series(struct garch_fit *fit,
			      const struct garch_model *model, size_t n,
			      bool errors)
{
	struct garch_request request = { *model, NULL, errors };
	struct arena arena;
	enum status status;

	arena_init(&arena, block, sizeof(block));
	status = garch_fit_series(fit, &request, returns, n, &arena);
	assert_int_equal(arena.used, 0);
	return status;
}

static double likelihood_at(const struct garch_fit *fit, const double *at,
			    size_t n)
{
	struct arena arena;
	struct garch_data data;

	arena_init(&arena, block, sizeof(block));
	assert_int_equal(garch_prepare(&data, &fit->model, returns, n, &arena),
			 OK);
	return garch_likelihood(&data, at);
}

static void estimates_are_a_maximum(void **state)
{
	(void)state;
	for (int k = 0; k < 12; k++) {
		struct garch_model model = model_of(k);
		struct garch_fit fit;
		double truth[GARCH_SLOTS];

		garch_truth(truth, &model);
		garch_simulate(returns, 2000, &model, truth, 11);
		assert_int_equal(fit_series(&fit, &model, 2000, true), OK);
		assert_true(fit.converged && fit.has_errors);
		assert_true(fit.log_likelihood >=
			    likelihood_at(&fit, truth, 2000));
		for (int i = 0; i < GARCH_SLOTS; i++)
			for (int sign = -1; sign <= 1; sign += 2) {
				double x[GARCH_SLOTS];

				if (!garch_has(&model, (enum garch_slot)i))
					continue;
				memcpy(x, fit.at, sizeof(x));
				x[i] += 0.05 * sign * fit.se_hessian[i];
				assert_true(likelihood_at(&fit, x, 2000) <
					    fit.log_likelihood + 1e-9);
			}
	}
}

static void parameters_are_recovered(void **state)
{
	int outside = 0, all = 0;

	(void)state;
	for (int k = 0; k < 12; k++)
		for (uint64_t s = 0; s < 4; s++) {
			struct garch_model model = model_of(k);
			struct garch_fit fit;
			double truth[GARCH_SLOTS];

			garch_truth(truth, &model);
			garch_simulate(returns, 4000, &model, truth, 40 + s);
			assert_int_equal(fit_series(&fit, &model, 4000, true),
					 OK);
			assert_true(fit.converged && fit.has_errors);
			for (int i = 0; i < GARCH_SLOTS; i++) {
				double z;

				if (!garch_has(&model, (enum garch_slot)i))
					continue;
				z = (fit.at[i] - truth[i]) / fit.se_hessian[i];
				assert_true(fabs(z) < 5.0);
				outside += fabs(z) > 1.96;
				all++;
			}
		}
	/* of about 290 intervals of 95 %, 14 expected; 29 is < 0.1 % */
	assert_true(all > 250 && outside <= 29);
}

/* Where the model is right the three estimates of the errors agree. */
static void errors_agree_where_the_model_is_true(void **state)
{
	(void)state;
	for (int k = 0; k < 12; k += 5) {
		struct garch_model model = model_of(k);
		struct garch_fit fit;
		double truth[GARCH_SLOTS];

		garch_truth(truth, &model);
		garch_simulate(returns, LONGEST, &model, truth, 1);
		assert_int_equal(fit_series(&fit, &model, LONGEST, true), OK);
		assert_true(fit.has_errors);
		for (int i = 0; i < GARCH_SLOTS; i++) {
			if (!garch_has(&model, (enum garch_slot)i))
				continue;
			assert_true(fabs(fit.se_opg[i] / fit.se_hessian[i] -
					 1.0) < 0.2);
			assert_true(fabs(fit.se_robust[i] / fit.se_hessian[i] -
					 1.0) < 0.2);
		}
	}
}

static void scale_changes_units_only(void **state)
{
	(void)state;
	for (int k = 0; k < 12; k++) {
		struct garch_model model = model_of(k);
		struct garch_fit large, small;
		double truth[GARCH_SLOTS], unit = 0x1p-13;

		garch_truth(truth, &model);
		garch_simulate(returns, 1500, &model, truth, 5);
		assert_int_equal(fit_series(&large, &model, 1500, false), OK);
		for (size_t t = 0; t < 1500; t++)
			returns[t] *= unit;
		assert_int_equal(fit_series(&small, &model, 1500, false), OK);
		assert_true(fabs(small.at[GARCH_ALPHA] / large.at[GARCH_ALPHA] -
				 1.0) < 1e-5);
		assert_true(fabs(small.at[GARCH_BETA] / large.at[GARCH_BETA] -
				 1.0) < 1e-6);
		assert_true(fabs(small.next_variance / large.next_variance /
					 unit / unit - 1.0) < 1e-5);
		assert_true(fabs(small.log_likelihood - large.log_likelihood -
				 1500.0 * 13.0 * log(2.0)) < 1e-6);
	}
}

/* A warm start may be anything: an edge, another market, nonsense. */
static void warm_starts_lead_to_the_same_place(void **state)
{
	static const double warm[][GARCH_SLOTS] = {
		{ 0.0, 1e-7, 0.011, 0.0, 0.9889998, 2.0, 5.0, 0.0 },
		{ 5.0, 100.0, 0.0, 0.0, 0.0, 4.0, 200.0, 0.95 },
		{ 0.0, -1.0, -1.0, 3.0, 2.0, -1.0, 1.0, 2.0 },
		{ 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0 },
	};

	(void)state;
	for (int k = 0; k < 12; k++)
		for (size_t w = 0; w < 4; w++) {
			struct garch_model model = model_of(k);
			struct garch_request request = { model, warm[w], false };
			struct garch_fit cold, fit;
			struct arena arena;
			double truth[GARCH_SLOTS];

			garch_truth(truth, &model);
			garch_simulate(returns, 1000, &model, truth, 9);
			assert_int_equal(fit_series(&cold, &model, 1000, false),
					 OK);
			arena_init(&arena, block, sizeof(block));
			assert_int_equal(garch_fit_series(&fit, &request,
							  returns, 1000,
							  &arena), OK);
			assert_true(fit.log_likelihood >
				    cold.log_likelihood - 1e-5);
		}
}

static void bad_input_is_a_status(void **state)
{
	struct garch_model model = model_of(0);
	struct garch_request request = { model, NULL, true };
	struct garch_fit fit, untouched;
	struct arena small;
	double truth[GARCH_SLOTS];

	(void)state;
	memset(&fit, 0x5a, sizeof(fit));
	untouched = fit;
	garch_truth(truth, &model);
	garch_simulate(returns, 200, &model, truth, 2);
	assert_int_equal(fit_series(&fit, &model, GARCH_OBSERVATIONS_MIN - 1,
				    true), E_INPUT);
	returns[17] = (double)NAN;
	assert_int_equal(fit_series(&fit, &model, 200, true), E_INPUT);
	returns[17] = (double)INFINITY;
	assert_int_equal(fit_series(&fit, &model, 200, true), E_INPUT);
	for (size_t t = 0; t < 200; t++)
		returns[t] = 0.01;
	assert_int_equal(fit_series(&fit, &model, 200, true), E_INPUT);
	memset(returns, 0, sizeof(returns));
	assert_int_equal(fit_series(&fit, &model, 200, true), E_INPUT);
	garch_simulate(returns, 200, &model, truth, 2);
	arena_init(&small, block, 64);
	assert_int_equal(garch_fit_series(&fit, &request, returns, 200, &small),
			 E_LIMIT);
	assert_memory_equal(&fit, &untouched, sizeof(fit));
}

static void sane(const struct garch_fit *fit)
{
	assert_true(isfinite(fit->log_likelihood));
	assert_true(isfinite(fit->next_variance) && fit->next_variance > 0.0);
	for (int i = 0; i < GARCH_SLOTS; i++) {
		assert_true(isfinite(fit->at[i]));
		if (fit->has_errors && garch_has(&fit->model,
						 (enum garch_slot)i))
			assert_true(isfinite(fit->se_hessian[i]) &&
				    isfinite(fit->se_opg[i]) &&
				    isfinite(fit->se_robust[i]));
	}
}

static void violent_series_give_sane_fits(void **state)
{
	(void)state;
	for (int k = 0; k < 12; k++) {
		struct garch_model model = model_of(k);
		struct garch_fit fit;
		double truth[GARCH_SLOTS];

		garch_truth(truth, &model);
		garch_simulate(returns, 600, &model, truth, 4);
		for (size_t t = 0; t < 600; t++)
			returns[t] *= 0.01;
		returns[300] = -9.2103403719761827; /* a fall of 99.99 % */
		assert_int_equal(fit_series(&fit, &model, 600, true), OK);
		sane(&fit);
		returns[599] = 9.2103403719761827; /* and back, at the end */
		assert_int_equal(fit_series(&fit, &model, 600, true), OK);
		sane(&fit);
		memset(returns, 0, sizeof(returns)); /* a peg, moved once */
		returns[100] = 1e-4;
		assert_int_equal(fit_series(&fit, &model, 600, true), OK);
		sane(&fit);
		for (size_t t = 0; t < 600; t++) /* up, down, up, down */
			returns[t] = t % 2 ? 0.01 : -0.01;
		assert_int_equal(fit_series(&fit, &model, 600, true), OK);
		sane(&fit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(estimates_are_a_maximum),
		cmocka_unit_test(parameters_are_recovered),
		cmocka_unit_test(errors_agree_where_the_model_is_true),
		cmocka_unit_test(scale_changes_units_only),
		cmocka_unit_test(warm_starts_lead_to_the_same_place),
		cmocka_unit_test(bad_input_is_a_status),
		cmocka_unit_test(violent_series_give_sane_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
