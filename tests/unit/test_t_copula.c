/* test_t_copula.c -- degrees of simulated multivariate t, the likelihood
 * against one written out, margins that do not matter, bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/dependence/t_copula.h"
#include "models/elementary.h"
#include "models/rng.h"

#define N LINALG_ORDER_MAX
#define ASSETS 3
#define BARS 3000

static double values[N][BARS];
static unsigned char present[N][BARS];
static struct residual_column columns[N];
static alignas(16) uint8_t block[4 * (N + 15) * BARS + 256];

static const double truth[ASSETS * ASSETS] = { 1,   0.6, 0.3, 0.6, 1,
					       -0.1, 0.3, -0.1, 1 };

static struct residual_table table_of(size_t assets, size_t count)
{
	return (struct residual_table){ columns, assets, count };
}

/* Student's t of `degrees`; 0: normal.  Assets from ASSETS on are apart. */
static void simulate(uint8_t first, uint32_t degrees)
{
	uint8_t seed[32] = { first };
	struct rng_key key = rng_key_of(seed);
	double factor[ASSETS * ASSETS];

	memcpy(factor, truth, sizeof(factor));
	assert_int_equal(linalg_factor(factor, ASSETS), OK);
	for (uint32_t t = 0; t < BARS; t++) {
		double z[64], square = 0.0, scale;

		for (uint32_t a = 0; a < 64; a += 2) {
			struct rng_counter counter = { t, 0, a };

			rng_normals(z + a, &key, &counter);
		}
		for (uint32_t k = 0; k < degrees; k++)
			square += z[N + k] * z[N + k];
		scale = degrees ? sqrt((double)degrees / square) : 1.0;
		for (size_t i = 0; i < N; i++) {
			double x = i < ASSETS ? 0.0 : z[i];

			for (size_t k = 0; k <= i && i < ASSETS; k++)
				x += factor[k * ASSETS + i] * z[k];
			values[i][t] = x * scale;
			present[i][t] = 1;
		}
	}
	for (size_t i = 0; i < N; i++)
		columns[i] = (struct residual_column){ values[i], present[i] };
}

static enum status fit_of(struct copula_fit *fit,
			  const struct residual_table *table,
			  const double *correlation)
{
	struct arena arena;
	enum status status;

	arena_init(&arena, block, sizeof(block));
	status = t_copula_fit(fit, table, correlation, &arena);
	assert_int_equal(arena.used, 0);
	return status;
}

/* Of 12 draws, how many have the truth in their interval. */
static unsigned covered(uint32_t degrees)
{
	struct residual_table table = table_of(ASSETS, 1500);
	double nu = (double)degrees, sum = 0.0;
	unsigned inside = 0;

	for (uint8_t draw = 0; draw < 12; draw++) {
		struct copula_fit fit;

		simulate(draw, degrees);
		assert_int_equal(fit_of(&fit, &table, truth), OK);
		assert_true(fit.low <= fit.degrees && fit.degrees <= fit.high);
		assert_true(fit.high < COPULA_DEGREES_MAX);
		assert_int_equal(fit.bars, 1500);
		inside += fit.low <= nu && nu <= fit.high;
		sum += elementary_log(fit.degrees / nu) / 12.0;
	}
	print_message("degrees %u: mean log ratio %.3f, %u of 12 covered\n",
		      degrees, sum, inside);
	assert_true(fabs(sum) < 0.1);
	return inside;
}

static void degrees_are_recovered(void **state)
{
	(void)state;
	assert_true(covered(4) >= 9);
	assert_true(covered(10) >= 9);
}

/* The even number next to the estimate, or the end of the range. */
static void even_degrees_are_next_to_the_estimate(void **state)
{
	struct residual_table table = table_of(ASSETS, 1500);

	(void)state;
	for (uint32_t degrees = 4; degrees < 40; degrees += 6)
		for (unsigned most = 12; most <= 30; most += 18) {
			struct copula_fit fit;
			struct arena arena;
			unsigned even = 0;

			simulate((uint8_t)degrees, degrees);
			assert_int_equal(fit_of(&fit, &table, truth), OK);
			arena_init(&arena, block, sizeof(block));
			assert_int_equal(
				t_copula_even_degrees(
					&even, &table, truth,
					(struct copula_limit){ most, &arena,
							       NULL }),
				OK);
			assert_true(even % 2 == 0 && even >= 4 && even <= most);
			assert_true(even == most
					    ? fit.degrees > (double)most - 2.0
					    : fabs((double)even - fit.degrees) <
						      2.0);
		}
}

static void normal_data_have_large_degrees(void **state)
{
	struct residual_table table = table_of(ASSETS, BARS);
	struct copula_fit fit;

	(void)state;
	simulate(20, 0);
	assert_int_equal(fit_of(&fit, &table, truth), OK);
	print_message("normal: %.1f [%.1f, %.1f]\n", fit.degrees, fit.low,
		      fit.high);
	assert_true(fit.degrees > 40.0);
	assert_true(fit.low > 20.0 && fit.high == COPULA_DEGREES_MAX);
}

/* Ranks by counting, the density as densities. */
static double direct_likelihood(size_t assets, size_t count, double nu,
				const double *rho)
{
	double sum = 0.0, r = rho[1], d = 1.0 - r * r;

	assert_int_equal(assets, 2);
	for (size_t t = 0; t < count; t++) {
		double x[2], squares;

		for (size_t i = 0; i < 2; i++) {
			double rank = 0.5;

			for (size_t s = 0; s < count; s++) {
				rank += values[i][s] < values[i][t];
				rank += 0.5 * (values[i][s] == values[i][t]);
			}
			x[i] = student_quantile(rank / ((double)count + 1.0),
						nu);
			sum -= student_log_density(x[i], nu);
		}
		squares = (x[0] * x[0] - 2 * r * x[0] * x[1] + x[1] * x[1]) / d;
		sum += lgamma(0.5 * nu + 1.0) - lgamma(0.5 * nu) -
		       log(nu * acos(-1.0)) - 0.5 * log(d) -
		       (0.5 * nu + 1.0) * log(1.0 + squares / nu);
	}
	return sum;
}

static void likelihood_is_the_definition(void **state)
{
	static const double pair[4] = { 1, 0.6, 0.6, 1 };
	struct residual_table table = table_of(2, 800);

	(void)state;
	for (unsigned ties = 0; ties < 2; ties++) {
		struct copula_fit fit;
		double at, end;

		simulate(30, 8);
		for (size_t t = 0; t < 800 && ties; t++)
			values[0][t] = 0.5 * floor(2.0 * values[0][t]);
		assert_int_equal(fit_of(&fit, &table, pair), OK);
		at = direct_likelihood(2, 800, fit.degrees, pair);
		assert_true(fabs(fit.log_likelihood - at) < 1e-8);
		assert_true(at > direct_likelihood(2, 800, 0.97 * fit.degrees,
						   pair));
		assert_true(at > direct_likelihood(2, 800, 1.03 * fit.degrees,
						   pair));
		end = direct_likelihood(2, 800, fit.low, pair);
		assert_true(fabs(at - end - 1.92) < 0.01);
		end = direct_likelihood(2, 800, fit.high, pair);
		assert_true(fabs(at - end - 1.92) < 0.01);
	}
}

static void margins_do_not_matter(void **state)
{
	struct residual_table table = table_of(ASSETS, 1000);
	struct copula_fit before, after;

	(void)state;
	simulate(40, 6);
	values[1][10] = values[1][20]; /* ties are kept */
	assert_int_equal(fit_of(&before, &table, truth), OK);
	for (size_t t = 0; t < 1000; t++) {
		values[0][t] = exp(values[0][t]);
		values[1][t] = 5.0 * values[1][t] - 1e3;
		values[2][t] = values[2][t] * values[2][t] * values[2][t];
	}
	assert_int_equal(fit_of(&after, &table, truth), OK);
	assert_memory_equal(&before, &after, sizeof(before));
	values[0][500] = -1.0; /* but ranks do */
	assert_int_equal(fit_of(&after, &table, truth), OK);
	assert_true(before.log_likelihood != after.log_likelihood);
}

static void only_complete_bars_count(void **state)
{
	struct residual_table table = table_of(ASSETS, 1000);
	struct copula_fit whole, holed;

	(void)state;
	simulate(41, 6);
	for (size_t t = 0; t < 1000; t++)
		if (t % 4 == 0) {
			present[t % 3][t] = 0;
			values[t % 3][t] = (double)NAN; /* never looked at */
		}
	assert_int_equal(fit_of(&holed, &table, truth), OK);
	for (size_t i = 0; i < ASSETS; i++) {
		for (size_t t = 0, kept = 0; t < 1000; t++)
			if (t % 4)
				values[i][kept++] = values[i][t];
		memset(present[i], 1, sizeof(present[i]));
	}
	table.count = 750;
	assert_int_equal(fit_of(&whole, &table, truth), OK);
	assert_memory_equal(&whole, &holed, sizeof(whole));
	assert_int_equal(holed.bars, 750);
}

static void collinear_and_outlying_fit(void **state)
{
	double twins[9] = { 1, 1, 0.3, 1, 1, 0.3, 0.3, 0.3, 1 };
	struct residual_table table = table_of(ASSETS, 500);
	struct copula_fit fit;

	(void)state;
	simulate(42, 4);
	memcpy(values[1], values[0], sizeof(values[0]));
	values[2][7] = -9e99;
	assert_int_equal(fit_of(&fit, &table, twins), E_INPUT);
	assert_int_equal(linalg_make_positive(twins, 3, 1e-6), OK);
	assert_int_equal(fit_of(&fit, &table, twins), OK);
	assert_true(fit.low <= fit.degrees && fit.degrees <= fit.high);
	for (size_t t = 0; t < 500; t++) /* against what correlation says */
		values[1][t] = -values[0][t];
	assert_int_equal(fit_of(&fit, &table, twins), OK);
	assert_true(fit.log_likelihood < 0.0);
}

static void sixteen_assets_fit(void **state)
{
	struct residual_table table = table_of(N, BARS);
	double unit[N * N];
	struct copula_fit fit;

	(void)state;
	simulate(43, 5);
	for (size_t i = 0; i < N * N; i++)
		unit[i] = i % (N + 1) ? 0.0 : 1.0;
	for (size_t i = 0; i < ASSETS; i++)
		for (size_t j = 0; j < ASSETS; j++)
			unit[j * N + i] = truth[j * ASSETS + i];
	assert_int_equal(fit_of(&fit, &table, unit), OK);
	print_message("16 assets: %.2f [%.2f, %.2f]\n", fit.degrees, fit.low,
		      fit.high);
	assert_true(fabs(fit.degrees - 5.0) < 0.5);
}

static void refuse(const struct residual_table *table,
		   const double *correlation)
{
	struct copula_fit fit, before;

	memset(&fit, 0x5a, sizeof(fit));
	memcpy(&before, &fit, sizeof(fit));
	assert_int_equal(fit_of(&fit, table, correlation), E_INPUT);
	assert_memory_equal(&fit, &before, sizeof(fit));
}

static void bad_tables_are_a_status(void **state)
{
	static const double bad[] = { (double)NAN, (double)INFINITY,
				      -(double)INFINITY };
	static const size_t sizes[][2] = { { 0, 500 }, { 1, 500 },
					   { N + 1, 500 }, { 3, 99 },
					   { 3, 0 } };
	struct residual_table table;

	(void)state;
	simulate(50, 5);
	for (size_t k = 0; k < 5; k++) {
		table = table_of(sizes[k][0], sizes[k][1]);
		refuse(&table, truth);
	}
	table = table_of(ASSETS, 500);
	for (size_t k = 0; k < 3; k++) {
		double kept = values[1][50];

		values[1][50] = bad[k];
		refuse(&table, truth);
		values[1][50] = kept;
	}
	for (size_t t = 0; t < BARS; t++)
		values[2][t] = 0.7;
	refuse(&table, truth);
	simulate(50, 5);
	for (size_t t = 0; t < BARS; t++)
		present[t % ASSETS][t] = 0;
	refuse(&table, truth);
}

static void bad_correlations_are_a_status(void **state)
{
	static const double bad[] = { (double)NAN, (double)INFINITY, 1.0,
				      -3.0 };
	struct residual_table table = table_of(ASSETS, 500);
	struct copula_fit fit;
	struct arena arena;
	double r[9];

	(void)state;
	simulate(51, 5);
	for (size_t k = 0; k < 4; k++) {
		memcpy(r, truth, sizeof(r));
		r[1] = r[3] = bad[k];
		refuse(&table, r);
	}
	memcpy(r, truth, sizeof(r));
	r[4] = 2.0;
	refuse(&table, r);
	arena_init(&arena, block, 4 * (ASSETS + 15) * 500 - 2000);
	assert_int_equal(t_copula_fit(&fit, &table, truth, &arena), E_LIMIT);
	arena_init(&arena, block, 4 * (ASSETS + 15) * 500);
	assert_int_equal(t_copula_fit(&fit, &table, truth, &arena), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(degrees_are_recovered),
		cmocka_unit_test(even_degrees_are_next_to_the_estimate),
		cmocka_unit_test(normal_data_have_large_degrees),
		cmocka_unit_test(likelihood_is_the_definition),
		cmocka_unit_test(margins_do_not_matter),
		cmocka_unit_test(only_complete_bars_count),
		cmocka_unit_test(collinear_and_outlying_fit),
		cmocka_unit_test(sixteen_assets_fit),
		cmocka_unit_test(bad_tables_are_a_status),
		cmocka_unit_test(bad_correlations_are_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
