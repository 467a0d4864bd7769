/* test_ewma.c -- the recursion by hand; QLIKE finds the decay that made the
 * data; bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/rng.h"
#include "models/volatility/ewma.h"

#define N 20000

static double returns[N];

static void recursion_by_hand(void **state)
{
	const double r[] = { 0.01, -0.02, 0.03 };
	double v = (1e-4 + 4e-4 + 9e-4) / 3.0;

	(void)state;
	v = 0.9 * v + 0.1 * 1e-4;
	v = 0.9 * v + 0.1 * 4e-4;
	v = 0.9 * v + 0.1 * 9e-4;
	assert_true(fabs(ewma_variance(r, 3, 0.9) / v - 1.0) < 1e-14);
}

/* Variance that itself follows an EWMA drifts to 0: use GARCH with little
 * reversion, whose best decay is near its beta. */
static void decay_follows_the_data(void **state)
{
	static const double betas[] = { 0.85, 0.97 };
	double found[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		uint8_t seed[32] = { 9 };
		struct rng_key key = rng_key_of(seed);
		double alpha = 0.995 - betas[k], h = 1e-4;
		struct ewma_fit fit;

		for (uint32_t t = 0; t < N; t++) {
			struct rng_counter counter = { 0, t, 0 };
			double z[2];

			rng_normals(z, &key, &counter);
			returns[t] = sqrt(h) * z[0];
			h = 5e-7 + alpha * returns[t] * returns[t] +
			    betas[k] * h;
		}
		assert_int_equal(ewma_fit_series(&fit, returns, N), OK);
		found[k] = fit.decay;
		assert_true(fit.next_variance ==
			    ewma_variance(returns, N, fit.decay));
	}
	assert_true(fabs(found[0] - 0.85) <= 0.05);
	assert_true(fabs(found[1] - 0.97) <= 0.02);
}

static void bad_input_is_a_status(void **state)
{
	struct ewma_fit fit;

	(void)state;
	for (size_t t = 0; t < N; t++)
		returns[t] = t % 2 ? 0.01 : -0.02;
	assert_int_equal(ewma_fit_series(&fit, returns,
					 EWMA_OBSERVATIONS_MIN - 1),
			 E_INPUT);
	assert_int_equal(ewma_fit_series(&fit, returns, EWMA_OBSERVATIONS_MIN),
			 OK);
	returns[5] = (double)NAN;
	assert_int_equal(ewma_fit_series(&fit, returns, 100), E_INPUT);
	for (size_t t = 0; t < N; t++)
		returns[t] = 0.0;
	assert_int_equal(ewma_fit_series(&fit, returns, 100), E_INPUT);
	returns[50] = -9.21; /* a fall of 99.99 % in a flat series */
	assert_int_equal(ewma_fit_series(&fit, returns, 100), OK);
	assert_true(isfinite(fit.next_variance) && fit.next_variance > 0.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recursion_by_hand),
		cmocka_unit_test(decay_follows_the_data),
		cmocka_unit_test(bad_input_is_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
