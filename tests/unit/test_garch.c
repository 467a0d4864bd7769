/* test_garch.c -- the twelve models at given parameters: gradients against
 * differences, the pass against a plain recursion, start rules, the region's
 * coordinates, lanes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/volatility/garch_internal.h"
#include "tests/support/garch_series.h"
#include "tests/support/points.h"

#define N 403 /* not a whole number of vectors */
#define MODELS 48

static double returns[N];
static uint8_t block[1u << 20] __attribute__((aligned(16)));

/* Every family, law, start rule and mean. */
static struct garch_model model_of(int k)
{
	return (struct garch_model){ (enum garch_family)(k % 4),
				     (enum garch_distribution)(k / 4 % 3),
				     k / 12 % 2 ? GARCH_START_BACKCAST
						: GARCH_START_FCP,
				     k / 24 == 0 };
}

static struct garch_data prepare(const struct garch_model *model, size_t n)
{
	struct arena arena;
	struct garch_data data;

	arena_init(&arena, block, sizeof(block));
	assert_int_equal(garch_prepare(&data, model, returns, n, &arena), OK);
	return data;
}

/* Not the maximum, so that every slope is large. */
static void some_point(double *at, const struct garch_model *model)
{
	garch_truth(at, model);
	at[GARCH_OMEGA] *= 1.3;
	at[GARCH_ALPHA] *= 0.8;
	at[GARCH_GAMMA] *= 0.7;
	at[GARCH_BETA] *= 0.97;
	at[GARCH_NU] *= 1.2;
}

static void gradients_are_differences(void **state)
{
	(void)state;
	for (int k = 0; k < MODELS; k++) {
		struct garch_model model = model_of(k);
		struct garch_data data;
		struct garch_point here, up, down;
		double at[GARCH_SLOTS];

		garch_truth(at, &model);
		garch_simulate(returns, N, &model, at, (uint64_t)k);
		some_point(at, &model);
		data = prepare(&model, N);
		garch_evaluate(&here, &data, at);
		assert_true(isfinite(here.log_likelihood));
		for (int i = 0; i < GARCH_SLOTS; i++) {
			double x[GARCH_SLOTS], slope;
			double step = 1e-5 * (fabs(at[i]) + 0.01);

			if (!garch_has(&model, (enum garch_slot)i)) {
				assert_true(here.gradient[i] == 0.0);
				continue;
			}
			memcpy(x, at, sizeof(x));
			x[i] = at[i] + step;
			garch_evaluate(&up, &data, x);
			x[i] = at[i] - step;
			garch_evaluate(&down, &data, x);
			slope = (up.log_likelihood - down.log_likelihood) /
				(2.0 * step);
			assert_true(fabs(slope - here.gradient[i]) <
				    1e-6 * (1.0 + fabs(slope)));
		}
	}
}

/* The recursion one step after the other, the densities one by one. */
static void the_pass_is_the_recursion(void **state)
{
	(void)state;
	for (int k = 0; k < MODELS; k++) {
		struct garch_model model = model_of(k);
		struct garch_data data;
		struct garch_point point;
		double at[GARCH_SLOTS], terms[N], sum = 0.0, likelihood;

		garch_truth(at, &model);
		garch_simulate(returns, N, &model, at, 7);
		data = prepare(&model, N);
		garch_evaluate(&point, &data, at);
		likelihood = garch_likelihood(&data, at);
		assert_true(likelihood == point.log_likelihood);
		garch_terms(terms, &data, at);
		for (size_t t = 0; t < N; t++) {
			double e = returns[t] - at[GARCH_MU];

			sum += terms[t];
			assert_true(fabs(data.residual[t] - e) < 1e-15);
			if (t + 1 < N)
				assert_true(fabs(garch_next(&model, at,
							    data.variance[t],
							    e) /
							 data.variance[t + 1] -
						 1.0) < 1e-12);
		}
		assert_true(fabs(sum - likelihood) < 1e-10 * fabs(sum));
	}
}

static double log_normal(double e, double h)
{
	return -0.5 * (log(2.0 * M_PI * h) + e * e / h);
}

static void densities_integrate_to_one(void **state)
{
	(void)state;
	for (int k = 0; k < 3; k++) {
		struct garch_model model = { GARCH_PLAIN,
					     (enum garch_distribution)k,
					     GARCH_START_FCP, false };
		double at[GARCH_SLOTS], sum = 0.0, mean = 0.0, square = 0.0;
		double terms[1], variance[4], slope[4], residual[4];
		struct garch_data data = { .model = model, .n = 1,
					   .variance = variance, .slope = slope,
					   .residual = residual };

		garch_truth(at, &model);
		for (double z = -400.0; z < 400.0; z += 0.005) {
			double p;

			variance[0] = 1.0;
			residual[0] = z;
			garch_terms(terms, &data, at);
			p = exp(terms[0]) * 0.005;
			sum += p;
			mean += p * z;
			square += p * z * z;
		}
		assert_true(fabs(sum - 1.0) < 1e-6);
		assert_true(fabs(mean) < 1e-5);
		assert_true(fabs(square - 1.0) < 1e-4);
	}
}

static void start_rules_are_what_they_say(void **state)
{
	struct garch_model model = { GARCH_PLAIN, GARCH_NORMAL,
				     GARCH_START_FCP, false };
	double at[GARCH_SLOTS] = { 0.0, 0.05, 0.1, 0.0, 0.85 };
	struct garch_data data;
	double h, weight = 1.0, weights = 0.0, squares = 0.0, exact = 0.0;

	(void)state;
	garch_simulate(returns, 75, &model, at, 3);
	data = prepare(&model, 1);
	h = 0.05 + 0.95 * returns[0] * returns[0];
	assert_true(fabs(garch_likelihood(&data, at) -
			 log_normal(returns[0], h)) < 1e-14);
	for (size_t t = 0; t < 3; t++) {
		squares += weight * returns[t] * returns[t];
		weights += weight;
		weight *= 0.94;
	}
	model.start = GARCH_START_BACKCAST;
	data = prepare(&model, 3);
	h = squares / weights;
	squares = h;
	for (size_t t = 0; t < 3; t++) {
		h = 0.05 + 0.1 * squares + 0.85 * h;
		squares = returns[t] * returns[t];
		exact += log_normal(returns[t], h);
	}
	assert_true(fabs(garch_likelihood(&data, at) - exact) < 1e-13);
}

static void coordinates_go_there_and_back(void **state)
{
	(void)state;
	for (int k = 0; k < 12; k++) {
		struct garch_model model = model_of(k);
		struct garch_mapping here, near;
		double at[GARCH_SLOTS], x[GARCH_SLOTS];

		garch_truth(at, &model);
		garch_unmap(x, &model, at);
		garch_map(&here, &model, x);
		for (int i = 0; i < GARCH_SLOTS; i++)
			assert_true(fabs(here.at[i] - at[i]) < 1e-12);
		for (int j = 0; j < GARCH_SLOTS; j++) {
			double y[GARCH_SLOTS];

			memcpy(y, x, sizeof(y));
			y[j] += 1e-6;
			garch_map(&near, &model, y);
			for (int i = 0; i < GARCH_SLOTS; i++)
				assert_true(fabs((near.at[i] - here.at[i]) /
							 1e-6 -
						 here.jacobian[i][j]) <
					    1e-4 * (1.0 +
						    fabs(here.jacobian[i][j])));
		}
	}
}

/* Wherever the coordinates lie, the parameters are inside the region. */
static void the_region_holds_everywhere(void **state)
{
	(void)state;
	for (int k = 0; k < 12; k++)
		for (int n = 0; n < 500; n++) {
			struct garch_model model = model_of(k);
			struct garch_mapping m;
			double x[GARCH_SLOTS], weight;
			const double *at = m.at;

			for (int i = 0; i < GARCH_SLOTS; i++)
				x[i] = uniform(-60.0, 60.0);
			garch_map(&m, &model, x);
			assert_true(fabs(at[GARCH_BETA]) <=
				    GARCH_PERSISTENCE_MAX);
			if (model.distribution != GARCH_NORMAL)
				assert_true(at[GARCH_NU] >= GARCH_NU_MIN &&
					    at[GARCH_NU] <= GARCH_NU_MAX);
			assert_true(fabs(at[GARCH_LAMBDA]) <= GARCH_LAMBDA_MAX);
			if (model.family == GARCH_EXPONENTIAL)
				continue;
			weight = at[GARCH_ALPHA];
			if (model.family == GARCH_POWER)
				weight *= garch_power_moment(at[GARCH_GAMMA],
							     at[GARCH_DELTA]);
			else
				weight += 0.5 * at[GARCH_GAMMA];
			assert_true(at[GARCH_OMEGA] >= GARCH_FLOOR);
			assert_true(at[GARCH_ALPHA] >= 0.0);
			assert_true(weight + at[GARCH_BETA] <=
				    GARCH_PERSISTENCE_MAX + 1e-12);
			if (model.family == GARCH_GJR)
				assert_true(at[GARCH_ALPHA] + at[GARCH_GAMMA] >=
					    -1e-15);
		}
}

static void four_at_once_are_four(void **state)
{
	(void)state;
	for (int k = 0; k < MODELS; k++) {
		struct garch_model model = model_of(k);
		double at[4][GARCH_SLOTS], four[4];
		struct garch_data data;

		if (model.family != GARCH_PLAIN && model.family != GARCH_GJR)
			continue;
		for (int i = 0; i < 4; i++) {
			garch_truth(at[i], &model);
			at[i][GARCH_BETA] -= 0.05 * i;
			at[i][GARCH_MU] *= 1.0 + i;
		}
		garch_simulate(returns, N, &model, at[0], 5);
		data = prepare(&model, N);
		garch_four(four, &data, (const double(*)[GARCH_SLOTS])at);
		for (int i = 0; i < 4; i++) {
			double one = garch_likelihood(&data, at[i]);

			assert_true(fabs(four[i] - one) < 1e-10 * fabs(one));
		}
	}
}

static void names_follow_the_model(void **state)
{
	struct garch_model model = { GARCH_POWER, GARCH_SKEWED, GARCH_START_FCP,
				     true };

	(void)state;
	assert_int_equal(garch_count(&model), 8);
	model = (struct garch_model){ GARCH_PLAIN, GARCH_STUDENT,
				      GARCH_START_FCP, false };
	assert_int_equal(garch_count(&model), 4);
	assert_false(garch_has(&model, GARCH_MU));
	assert_false(garch_has(&model, GARCH_GAMMA));
	assert_true(garch_has(&model, GARCH_NU));
	assert_string_equal(garch_name(GARCH_ALPHA), "alpha1");
	assert_string_equal(garch_name(GARCH_LAMBDA), "lambda");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gradients_are_differences),
		cmocka_unit_test(the_pass_is_the_recursion),
		cmocka_unit_test(densities_integrate_to_one),
		cmocka_unit_test(start_rules_are_what_they_say),
		cmocka_unit_test(coordinates_go_there_and_back),
		cmocka_unit_test(the_region_holds_everywhere),
		cmocka_unit_test(four_at_once_are_four),
		cmocka_unit_test(names_follow_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
