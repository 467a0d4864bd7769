/* test_correlation.c -- recovery, holes, the shrinkage against a direct
 * computation of Ledoit and Wolf's formula, stress, bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/dependence/correlation.h"
#include "models/rng.h"

#define ASSETS 4
#define N 4000

static double values[ASSETS][N];
static unsigned char present[ASSETS][N];
static struct residual_column columns[ASSETS];

static const double truth[ASSETS][ASSETS] = { { 1, 0.8, 0.5, 0.1 },
					      { 0.8, 1, 0.6, 0.2 },
					      { 0.5, 0.6, 1, -0.2 },
					      { 0.1, 0.2, -0.2, 1 } };

static void simulate(uint8_t first)
{
	uint8_t seed[32] = { first };
	struct rng_key key = rng_key_of(seed);
	double factor[ASSETS * ASSETS];

	memcpy(factor, truth, sizeof(factor));
	assert_int_equal(linalg_factor(factor, ASSETS), OK);
	for (uint32_t t = 0; t < N; t++) {
		double z[ASSETS];

		for (uint32_t a = 0; a < ASSETS; a += 2) {
			struct rng_counter counter = { t, 0, a };

			rng_normals(z + a, &key, &counter);
		}
		for (size_t a = 0; a < ASSETS; a++) {
			values[a][t] = 0.0;
			for (size_t k = 0; k <= a; k++)
				values[a][t] += factor[k * ASSETS + a] * z[k];
			present[a][t] = 1;
		}
	}
	for (size_t a = 0; a < ASSETS; a++)
		columns[a] = (struct residual_column){ values[a], present[a] };
}

static void correlations_are_recovered(void **state)
{
	struct correlation_estimate out;

	(void)state;
	simulate(1);
	assert_int_equal(correlation_estimate(&out, columns, ASSETS, N), OK);
	assert_int_equal(out.pairs, 6);
	assert_true(out.intensity >= 0.0 && out.intensity < 0.05);
	for (size_t i = 0; i < ASSETS; i++)
		for (size_t j = 0; j < ASSETS; j++)
			assert_true(fabs(out.matrix[j * ASSETS + i] -
					 truth[i][j]) < 0.07);
}

/* Ledoit and Wolf (2004), appendices A and B, written out on whole matrices
 * of data scaled to unit second moments. */
static double direct_intensity(size_t n)
{
	static double x[ASSETS][N];
	double s[ASSETS][ASSETS], mean = 0.0, pi = 0.0, rho = 0.0, gamma = 0.0;

	for (size_t i = 0; i < ASSETS; i++) {
		double square = 0.0;

		for (size_t t = 0; t < n; t++)
			square += values[i][t] * values[i][t] / (double)n;
		for (size_t t = 0; t < n; t++)
			x[i][t] = values[i][t] / sqrt(square);
	}
	for (size_t i = 0; i < ASSETS; i++)
		for (size_t j = 0; j < ASSETS; j++) {
			s[i][j] = 0.0;
			for (size_t t = 0; t < n; t++)
				s[i][j] += x[i][t] * x[j][t] / (double)n;
			mean += i != j ? s[i][j] / (ASSETS * (ASSETS - 1)) : 0;
		}
	for (size_t i = 0; i < ASSETS; i++)
		for (size_t j = 0; j < ASSETS; j++) {
			double p = 0.0, ii = 0.0, jj = 0.0;

			for (size_t t = 0; t < n; t++) {
				double d = x[i][t] * x[j][t] - s[i][j];

				p += d * d / (double)n;
				ii += (x[i][t] * x[i][t] - s[i][i]) * d /
				      (double)n;
				jj += (x[j][t] * x[j][t] - s[j][j]) * d /
				      (double)n;
			}
			pi += p;
			rho += i == j ? p : 0.5 * mean * (ii + jj);
			gamma += i == j ? 0.0
					: (mean - s[i][j]) * (mean - s[i][j]);
		}
	return fmax(0.0, fmin(1.0, (pi - rho) / gamma / (double)n));
}

static void intensity_is_ledoit_and_wolfs(void **state)
{
	static const size_t sizes[] = { 60, 200, 1000 };
	struct correlation_estimate out;

	(void)state;
	simulate(2);
	for (size_t k = 0; k < 3; k++) {
		double exact = direct_intensity(sizes[k]);

		assert_int_equal(correlation_estimate(&out, columns, ASSETS,
						      sizes[k]),
				 OK);
		assert_true(exact > 0.0 && exact < 1.0);
		assert_true(fabs(out.intensity - exact) < 1e-12);
	}
}

static void holes_cost_only_their_bars(void **state)
{
	struct correlation_estimate out;

	(void)state;
	simulate(3);
	for (size_t t = 0; t < N; t++) {
		present[0][t] = t % 2 == 0;
		present[2][t] = t % 2 == 1; /* never with asset 0 */
		if (!present[0][t])
			values[0][t] = (double)NAN; /* never looked at */
	}
	assert_int_equal(correlation_estimate(&out, columns, ASSETS, N), OK);
	assert_int_equal(out.pairs, 5);
	assert_true(fabs(out.matrix[1] - 0.8) < 0.08);
	/* the pair without bars takes the mean of the others */
	assert_true(fabs(out.matrix[2] - (0.8 + 0.1 + 0.6 + 0.2 - 0.2) / 5) <
		    0.08);
}

static void stress_looks_at_the_worst_bars(void **state)
{
	struct residual_table table = { columns, ASSETS, N };
	struct correlation_stress stress = { 0, 0.1 }, bad;
	struct correlation_estimate calm, worst;

	(void)state;
	simulate(4);
	/* asset 3 falls with asset 0 only where that falls far */
	for (size_t t = 0; t < N; t++)
		if (values[0][t] < -1.28)
			values[3][t] = values[0][t];
	assert_int_equal(correlation_estimate(&calm, columns, ASSETS, N), OK);
	assert_int_equal(correlation_stressed(&worst, &table, &stress), OK);
	assert_true(worst.matrix[3] > 0.8 && worst.matrix[3] > calm.matrix[3]);
	bad = (struct correlation_stress){ ASSETS, 0.1 };
	assert_int_equal(correlation_stressed(&worst, &table, &bad), E_INPUT);
	bad = (struct correlation_stress){ 0, 0.0 };
	assert_int_equal(correlation_stressed(&worst, &table, &bad), E_INPUT);
	bad = (struct correlation_stress){ 0, 0.01 }; /* 40 bars */
	assert_int_equal(correlation_stressed(&worst, &table, &bad), E_INPUT);
	stress.share = 1.0;
	assert_int_equal(correlation_stressed(&worst, &table, &stress), OK);
	assert_memory_equal(worst.matrix, calm.matrix,
			    ASSETS * ASSETS * sizeof(double));
}

static void twins_and_too_few_bars_still_factor(void **state)
{
	struct correlation_estimate out;

	(void)state;
	simulate(5);
	memcpy(values[1], values[0], sizeof(values[0])); /* the same asset */
	assert_int_equal(correlation_estimate(&out, columns, ASSETS, N), OK);
	assert_int_equal(linalg_factor(out.matrix, ASSETS), OK);
	assert_int_equal(correlation_estimate(&out, columns, ASSETS, 49), OK);
	assert_int_equal(out.pairs, 0);
	assert_true(out.matrix[1] == 0.0 && out.matrix[0] == 1.0);
}

static void bad_input_is_a_status(void **state)
{
	struct correlation_estimate out;

	(void)state;
	simulate(6);
	assert_int_equal(correlation_estimate(&out, columns, 0, N), E_INPUT);
	assert_int_equal(correlation_estimate(&out, columns,
					      LINALG_ORDER_MAX + 1, N),
			 E_INPUT);
	values[2][7] = (double)INFINITY;
	assert_int_equal(correlation_estimate(&out, columns, ASSETS, N),
			 E_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(correlations_are_recovered),
		cmocka_unit_test(intensity_is_ledoit_and_wolfs),
		cmocka_unit_test(holes_cost_only_their_bars),
		cmocka_unit_test(stress_looks_at_the_worst_bars),
		cmocka_unit_test(twins_and_too_few_bars_still_factor),
		cmocka_unit_test(bad_input_is_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
