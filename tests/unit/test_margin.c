/* test_margin.c -- the map gives back the law of the residuals that it was
 * made from: known laws, tails, mean 0 and variance 1; what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/rng.h"
#include "models/tails/generalised_pareto.h"
#include "models/tails/margin.h"

#define N 4000
#define GRID 40000

static uint8_t block[4 << 20] __attribute__((aligned(16)));
static double values[N], negated[N];
static struct path_margin margin;

static enum status build(const struct margin_request *request)
{
	struct arena arena;
	enum status status;

	arena_init(&arena, block, sizeof(block));
	status = margin_build(&margin, request, &arena);
	assert_int_equal(arena.used, 0);
	return status;
}

/* The map as models/paths.h says that it is read. */
static double map(double x)
{
	double at = (x / sqrt(1.0 + x * x) + 1.0) * PATH_MARGIN_CELLS / 2.0;
	size_t cell = at < PATH_MARGIN_CELLS ? (size_t)at
					     : PATH_MARGIN_CELLS - 1;

	return margin.value[cell] +
	       (at - (double)cell) *
		       (margin.value[cell + 1] - margin.value[cell]);
}

/* Quantile of the t variate with unit variance. */
static double variate(double p, unsigned degrees)
{
	double nu = degrees;

	return degrees ? student_quantile(p, nu) * sqrt((nu - 2.0) / nu)
		       : normal_quantile(p);
}

/* Residuals at even steps of a law's quantile: no noise. */
static void spread_student(double nu, double scale, double shift)
{
	for (size_t i = 0; i < N; i++)
		values[i] = shift +
			    scale * student_quantile(((double)i + 0.5) / N, nu);
}

/* Skewed, heavy on the left, drawn at random. */
static void draw_skewed(void)
{
	uint8_t seed[32] = { 5 };
	struct rng_key key = rng_key_of(seed);

	for (uint32_t i = 0; i < N; i++) {
		struct rng_counter counter = { i, 0, 0 };
		double u[2], z[2];

		rng_uniforms(u, &key, &counter);
		counter.stream = 1;
		rng_normals(z, &key, &counter);
		values[i] = 0.3 + z[0] -
			    (u[0] < 0.3 ? 8.0 * (pow(u[1], -0.15) - 1.0)
					: 0.0);
	}
}

/* Both laws are Student's: the map is the quantile of one at the level of the
 * other, whatever the residuals' mean and unit. */
static void student_residuals_give_their_quantiles(void **state)
{
	static const unsigned degrees[] = { 0, 4, 8, 20 };

	(void)state;
	spread_student(6.0, 0.013, 0.4);
	for (size_t d = 0; d < 4; d++) {
		struct margin_request request = { .residuals = values,
						  .count = N,
						  .degrees = degrees[d] };

		assert_int_equal(build(&request), OK);
		for (int k = 1; k < 1000; k++) {
			double p = k / 1000.0;
			double exact = variate(p, 6);
			double got = map(variate(p, degrees[d]));

			assert_true(fabs(got - exact) <
				    0.01 + 0.04 * fabs(exact) *
						   (fabs(exact) > 2.0));
		}
	}
}

static void mean_is_0_and_variance_1(void **state)
{
	static const unsigned degrees[] = { 0, 4, 12 };

	(void)state;
	draw_skewed();
	for (size_t d = 0; d < 3; d++) {
		struct margin_request request = { .residuals = values,
						  .count = N,
						  .degrees = degrees[d] };
		double mean = 0.0, square = 0.0;

		assert_int_equal(build(&request), OK);
		/* levels v^4 / 2: dense where the tails are */
		for (size_t i = 0; i < GRID; i++) {
			double v = ((double)i + 0.5) / GRID;
			double x = variate(0.5 * pow(v, 4.0), degrees[d]);
			double share = 2.0 * pow(v, 3.0) / GRID;

			mean += share * (map(x) + map(-x));
			square += share * (map(x) * map(x) + map(-x) * map(-x));
		}
		assert_true(fabs(mean) < 1e-4);
		assert_true(fabs(square - 1.0) < 5e-4);
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Kolmogorov's distance to the sample; the line through two quantiles undoes
 * the standardisation. */
static void sample_comes_back(void **state)
{
	struct margin_request request = { .residuals = values, .count = N,
					  .degrees = 6 };
	double low, high, q25, q75, worst = 0.0;

	(void)state;
	draw_skewed();
	assert_int_equal(build(&request), OK);
	qsort(values, N, sizeof(double), by_value);
	q25 = 0.5 * (values[N / 4 - 1] + values[N / 4]);
	q75 = 0.5 * (values[3 * N / 4 - 1] + values[3 * N / 4]);
	low = map(variate(0.25, 6));
	high = map(variate(0.75, 6));
	for (int k = 1; k < 400; k++) {
		double p = k / 400.0, got = map(variate(p, 6)), share = 0.0;
		double back = q25 + (got - low) * (q75 - q25) / (high - low);

		for (size_t i = 0; i < N; i++)
			share += values[i] <= back;
		worst = fmax(worst, fabs(share / N - p));
	}
	assert_true(worst < 0.01);
}

/* P(X < x) at a point of the map, where the map is exact; 4 degrees. */
static double level_of_point(int j)
{
	double s = 1.0 - j / 128.0;

	return student_cdf(-s / sqrt(1.0 - s * s) * sqrt(2.0), 4.0);
}

/* Ratios of spacings do not depend on the standardisation: beyond the
 * threshold they are those of the Pareto tail, and the mean beyond the last
 * point but the cap is the tail's. */
static void tails_are_the_pareto_fits(void **state)
{
	struct margin_request request = { .residuals = values, .count = N,
					  .degrees = 4 };
	struct pareto_fit fit;
	struct arena arena;
	double beyond, unit, mean = 0.0, t1, t2;

	(void)state;
	draw_skewed();
	for (size_t i = 0; i < N; i++)
		negated[i] = -values[i];
	arena_init(&arena, block, sizeof(block));
	assert_int_equal(pareto_fit_tail(&fit, negated, N, &arena), OK);
	assert_true(fit.shape > 0.1);
	assert_int_equal(build(&request), OK);
	t1 = level_of_point(4);
	t2 = level_of_point(10);
	beyond = level_of_point(1);
	unit = (margin.value[4] - margin.value[10]) /
	       (pareto_quantile(&fit, t2) - pareto_quantile(&fit, t1));
	assert_true(unit > 0.0);
	assert_true(fabs((margin.value[1] - margin.value[10]) -
			 unit * (pareto_quantile(&fit, t2) -
				 pareto_quantile(&fit, beyond))) < 1e-9);
	for (size_t i = 0; i < GRID; i++)
		mean += map(variate(beyond * ((double)i + 0.5) / GRID, 4)) / GRID;
	assert_true(fabs((margin.value[1] - mean) /
				 (unit * (pareto_shortfall(&fit, beyond) -
					  pareto_quantile(&fit, beyond))) -
			 1.0) < 0.02);
}

static void maps_rise_and_mirror(void **state)
{
	struct margin_request request = { .residuals = values, .count = N,
					  .degrees = 4, .symmetric = true };

	(void)state;
	draw_skewed();
	assert_int_equal(build(&request), OK);
	for (size_t j = 0; j <= PATH_MARGIN_CELLS; j++)
		assert_true(margin.value[j] ==
			    -margin.value[PATH_MARGIN_CELLS - j]);
	request.symmetric = false;
	assert_int_equal(build(&request), OK);
	for (size_t j = 1; j <= PATH_MARGIN_CELLS; j++)
		assert_true(margin.value[j] >= margin.value[j - 1]);
	assert_true(-margin.value[0] > 2.0 * margin.value[PATH_MARGIN_CELLS]);
	assert_true(-margin.value[0] < 3.0 * MARGIN_CAP);
}

/* Where a residual is missing it does not matter what stands there. */
static void missing_residuals_do_not_count(void **state)
{
	static uint8_t present[N];
	struct margin_request request = { .residuals = values, .count = N,
					  .degrees = 6, .present = present };
	struct path_margin without;
	size_t kept = 0;

	(void)state;
	draw_skewed();
	for (size_t i = 0; i < N; i++) {
		present[i] = i % 3 != 1;
		if (present[i])
			negated[kept++] = values[i];
		else
			values[i] = (double)NAN;
	}
	assert_int_equal(build(&request), OK);
	without = margin;
	request = (struct margin_request){ .residuals = negated,
					   .count = kept, .degrees = 6 };
	assert_int_equal(build(&request), OK);
	assert_memory_equal(&without, &margin, sizeof(margin));
}

static void what_cannot_be_built_is_refused(void **state)
{
	struct margin_request request = { .residuals = values,
					  .count = MARGIN_RESIDUALS_MIN - 1,
					  .degrees = 6 };
	struct path_margin before;
	struct arena small;

	(void)state;
	draw_skewed();
	memset(&margin, 7, sizeof(margin));
	before = margin;
	assert_int_equal(build(&request), E_MISSING);
	request.count = 0;
	assert_int_equal(build(&request), E_MISSING);
	request.count = MARGIN_RESIDUALS_MIN;
	request.degrees = 2;
	assert_int_equal(build(&request), E_INPUT);
	request.degrees = 201;
	assert_int_equal(build(&request), E_INPUT);
	request.degrees = 6;
	values[9] = (double)INFINITY;
	assert_int_equal(build(&request), E_INPUT);
	for (size_t i = 0; i < N; i++)
		values[i] = (double)(i % 2); /* tails of ties */
	assert_int_equal(build(&request), E_MISSING);
	for (size_t i = 0; i < N; i++)
		values[i] = 1.0;
	assert_int_equal(build(&request), E_MISSING);
	draw_skewed();
	arena_init(&small, block, 3000);
	assert_int_equal(margin_build(&margin, &request, &small), E_LIMIT);
	assert_memory_equal(&before, &margin, sizeof(margin));
	assert_int_equal(build(&request), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(student_residuals_give_their_quantiles),
		cmocka_unit_test(mean_is_0_and_variance_1),
		cmocka_unit_test(sample_comes_back),
		cmocka_unit_test(tails_are_the_pareto_fits),
		cmocka_unit_test(maps_rise_and_mirror),
		cmocka_unit_test(missing_residuals_do_not_count),
		cmocka_unit_test(what_cannot_be_built_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
