/* test_coverage.c -- tests of coverage against published vectors and against
 * their own size under the truth; degrees of freedom; the skewed t. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/tails/coverage.h"
#include "models/tails/degrees.h"
#include "models/tails/skewed_t.h"
#include "tests/support/points.h"

#define N 2000

static double returns[N], quantile[N], shortfall[N];
static uint8_t block[1u << 20] __attribute__((aligned(16)));

static struct coverage_data data_of(size_t n, double p)
{
	return (struct coverage_data){ returns, quantile, shortfall, n, p };
}

/* Hits where they are wanted, a quantile of -1. */
static void set_hits(size_t n, const size_t *at, size_t count)
{
	for (size_t t = 0; t < n; t++) {
		returns[t] = 0.0;
		quantile[t] = -1.0;
		shortfall[t] = -1.2;
	}
	for (size_t k = 0; k < count; k++)
		returns[at[k]] = -1.5;
}

/* LR = 2 log [(1 - h/n)^(n-h) (h/n)^h / ((1-p)^(n-h) p^h)], by hand. */
static void kupiec_is_its_formula(void **state)
{
	static const size_t at[] = { 5, 50, 90, 140, 200, 240, 249 };
	struct coverage_data d = data_of(250, 0.01);
	struct test_result r;
	double exact = 2.0 * (243.0 * log(243.0 / 250.0 / 0.99) +
			      7.0 * log(7.0 / 250.0 / 0.01));

	(void)state;
	set_hits(250, at, 7);
	assert_int_equal(coverage_kupiec(&r, &d), OK);
	assert_true(fabs(r.statistic - exact) < 1e-10);
	assert_true(fabs(r.statistic - 5.4970) < 1e-3 && r.p < 0.05);
	set_hits(250, at, 0);
	assert_int_equal(coverage_kupiec(&r, &d), OK);
	assert_true(fabs(r.statistic + 2.0 * 250.0 * log(0.99)) < 1e-10);
}

/* Known values: (bars, p, hits) -> statistic. */
static void kupiec_meets_known_values(void **state)
{
	static const struct {
		size_t n, hits;
		double p, statistic;
	} known[] = { { 250, 0, 0.01, 5.025168 }, { 250, 4, 0.01, 0.769138 },
		      { 250, 10, 0.01, 12.955491 },
		      { 1000, 65, 0.05, 4.345453 } };
	size_t at[65];

	(void)state;
	for (size_t i = 0; i < 65; i++)
		at[i] = 3 * i;
	for (int k = 0; k < 4; k++) {
		struct coverage_data d = data_of(known[k].n, known[k].p);
		struct test_result r;

		set_hits(known[k].n, at, known[k].hits);
		assert_int_equal(coverage_kupiec(&r, &d), OK);
		assert_true(fabs(r.statistic - known[k].statistic) < 1e-6);
	}
}

/* Independence with counts n00, n01, n10, n11 = 235, 9, 9, 3: 6.316095. */
static void christoffersen_meets_a_known_value(void **state)
{
	static const size_t at[] = { 10, 30, 50, 70, 90, 110, 130,
				     150, 151, 170, 171, 172 };
	struct coverage_data d = data_of(257, 0.05);
	struct test_result both, kupiec, apart;

	(void)state;
	set_hits(257, at, 12);
	assert_int_equal(coverage_independence(&apart, &d), OK);
	assert_true(fabs(apart.statistic - 6.316095) < 1e-6);
	assert_true(fabs(apart.p - chi_square_tail(6.316095, 1.0)) < 1e-6);
	assert_int_equal(coverage_christoffersen(&both, &d), OK);
	assert_int_equal(coverage_kupiec(&kupiec, &d), OK);
	assert_true(fabs(both.statistic - kupiec.statistic - 6.316095) < 1e-5);
}

/* Hits in a row are no more of them, but they are not independent. */
static void christoffersen_sees_clusters(void **state)
{
	static const size_t apart[] = { 20, 120, 220, 320, 420 };
	static const size_t together[] = { 220, 221, 222, 223, 224 };
	struct coverage_data d = data_of(500, 0.01);
	struct test_result a, b;

	(void)state;
	set_hits(500, apart, 5);
	assert_int_equal(coverage_christoffersen(&a, &d), OK);
	set_hits(500, together, 5);
	assert_int_equal(coverage_christoffersen(&b, &d), OK);
	assert_true(a.p > 0.5 && b.p < 1e-4);
	assert_int_equal(coverage_kupiec(&a, &d), OK);
	assert_true(a.statistic < 1e-12);
}

/* Under the truth, tests at 5 % reject about 5 % of the time; where the
 * quantile is too near, nearly always. */
static void sizes_and_power(void **state)
{
	int rejected[2][4] = { { 0 } }, runs = 300;
	struct skewed_t normal = skewed_t_of(0.0, 0.0);
	struct tail_point truth = skewed_t_tail(&normal, 0.025);
	struct arena arena;

	(void)state;
	arena_init(&arena, block, sizeof(block));
	for (int wrong = 0; wrong < 2; wrong++)
		for (int i = 0; i < runs; i++) {
			struct coverage_data d = data_of(N, 0.025);
			struct test_result r;

			for (size_t t = 0; t < N; t++) {
				double s = 1.0 + 0.5 * sin((double)t / 40.0);
				double kept = wrong ? 0.8 : 1.0;

				returns[t] = s * normal_quantile(
							 uniform(1e-9, 1.0));
				quantile[t] = kept * s * truth.quantile;
				shortfall[t] = kept * s * truth.shortfall;
			}
			assert_int_equal(coverage_kupiec(&r, &d), OK);
			rejected[wrong][0] += r.p < 0.05;
			assert_int_equal(coverage_christoffersen(&r, &d), OK);
			rejected[wrong][1] += r.p < 0.05;
			assert_int_equal(coverage_dynamic_quantile(&r, &d,
								   &arena), OK);
			rejected[wrong][2] += r.p < 0.05;
			assert_int_equal(coverage_shortfall(&r, &d), OK);
			rejected[wrong][3] += r.p < 0.05;
		}
	for (int k = 0; k < 4; k++) {
		assert_in_range(rejected[0][k], 3, 36); /* 1 to 12 % */
		assert_true(rejected[1][k] > runs * 7 / 10);
	}
	assert_int_equal(arena.used, 0);
}

static void bad_input_is_refused(void **state)
{
	struct coverage_data d = data_of(0, 0.01);
	struct test_result r;
	struct arena arena;

	(void)state;
	arena_init(&arena, block, sizeof(block));
	assert_int_equal(coverage_kupiec(&r, &d), E_INPUT);
	set_hits(100, NULL, 0);
	d = data_of(100, 0.0);
	assert_int_equal(coverage_christoffersen(&r, &d), E_INPUT);
	d = data_of(100, 0.01);
	assert_int_equal(coverage_dynamic_quantile(&r, &d, &arena),
			 E_CONVERGENCE); /* no hit, a constant quantile */
	d.shortfall = NULL;
	assert_int_equal(coverage_shortfall(&r, &d), E_INPUT);
	returns[3] = (double)NAN;
	assert_int_equal(coverage_kupiec(&r, &d), E_INPUT);
}

static void degrees_are_found(void **state)
{
	static const double truths[] = { 3.0, 5.0, 12.0 };
	double found;

	(void)state;
	for (int k = 0; k < 3; k++) {
		double nu = truths[k];

		for (size_t t = 0; t < N; t++)
			returns[t] = student_quantile(uniform(1e-12, 1.0), nu) *
				     sqrt((nu - 2.0) / nu);
		assert_int_equal(degrees_fit(&found, returns, N - 3), OK);
		assert_true(found > 0.75 * nu && found < 1.5 * nu);
	}
	for (size_t t = 0; t < N; t++)
		returns[t] = normal_quantile(uniform(1e-12, 1.0));
	assert_int_equal(degrees_fit(&found, returns, N), OK);
	assert_true(found > 25.0);
	returns[9] = (double)INFINITY;
	assert_int_equal(degrees_fit(&found, returns, N), E_INPUT);
	assert_int_equal(degrees_fit(&found, returns, 19), E_INPUT);
}

/* Mean 0, variance 1, by quantiles over probability; lambda 0 is Student's. */
static void skewed_laws_are_standard(void **state)
{
	static const double shapes[][2] = { { 0.0, 0.0 }, { 5.0, 0.0 },
					    { 8.0, -0.5 }, { 6.0, 0.7 } };

	(void)state;
	for (int k = 0; k < 4; k++) {
		struct skewed_t law = skewed_t_of(shapes[k][0], shapes[k][1]);
		double mean = 0.0, square = 0.0, size = 0.0;

		for (int i = 0; i < 200000; i++) {
			double q = skewed_t_tail(&law, (i + 0.5) / 200000)
					   .quantile;

			mean += q / 200000;
			square += q * q / 200000;
			size += fabs(q) / 200000;
		}
		assert_true(fabs(mean) < 2e-4);
		assert_true(fabs(square - 1.0) < 6e-3);
		if (shapes[k][1] == 0.0)
			assert_true(fabs(size / skewed_t_mean_size(
							shapes[k][0]) - 1.0) <
				    1e-3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kupiec_is_its_formula),
		cmocka_unit_test(kupiec_meets_known_values),
		cmocka_unit_test(christoffersen_meets_a_known_value),
		cmocka_unit_test(christoffersen_sees_clusters),
		cmocka_unit_test(sizes_and_power),
		cmocka_unit_test(bad_input_is_refused),
		cmocka_unit_test(degrees_are_found),
		cmocka_unit_test(skewed_laws_are_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
