/* test_nonlinear_shrinkage.c -- better than the sample where bars are few, the
 * sample where they are many; the paper's formula written out; bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/dependence/nonlinear_shrinkage.h"
#include "models/rng.h"

#define N LINALG_ORDER_MAX
#define BARS 20000

static double values[N][BARS];
static unsigned char present[N][BARS];
static struct residual_column columns[N];

static struct residual_table table_of(size_t assets, size_t count)
{
	return (struct residual_table){ columns, assets, count };
}

/* Normals with `common` correlation between any two, times (1 + asset). */
static void simulate(uint8_t first, double common, size_t count)
{
	uint8_t seed[32] = { first };
	struct rng_key key = rng_key_of(seed);

	for (uint32_t t = 0; t < count; t++) {
		double z[N + 2];

		for (uint32_t a = 0; a < N + 2; a += 2) {
			struct rng_counter counter = { t, 0, a };

			rng_normals(z + a, &key, &counter);
		}
		for (size_t a = 0; a < N; a++) {
			values[a][t] = (sqrt(common) * z[N] +
					sqrt(1.0 - common) * z[a]) *
				       (1.0 + (double)a);
			present[a][t] = 1;
		}
	}
	for (size_t a = 0; a < N; a++)
		columns[a] = (struct residual_column){ values[a], present[a] };
}

static void sample_correlation(double *out, size_t n, size_t count)
{
	double moments[N][N];

	memset(moments, 0, sizeof(moments));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			for (size_t t = 0; t < count; t++)
				moments[i][j] += values[i][t] * values[j][t];
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			out[j * n + i] = moments[i][j] /
					 sqrt(moments[i][i] * moments[j][j]);
}

static double distance(const double *a, const double *b, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n * n; i++)
		sum += (a[i] - b[i]) * (a[i] - b[i]);
	return sqrt(sum);
}

static void is_positive_definite(const double *matrix, size_t n)
{
	double factor[N * N];

	memcpy(factor, matrix, n * n * sizeof(*matrix));
	assert_int_equal(linalg_factor(factor, n), OK);
	for (size_t i = 0; i < n; i++)
		assert_true(matrix[i * n + i] == 1.0);
	for (size_t i = 0; i < n * n; i++)
		assert_true(matrix[i] == matrix[i % n * n + i / n]);
}

/* Mean distance to the truth over 50 draws: of the estimate over the
 * sample's. */
static double relative_loss(double common, size_t n, size_t count)
{
	double shrunk[N * N], sample[N * N], truth[N * N], loss[2] = { 0, 0 };
	struct residual_table table = table_of(n, count);

	for (size_t i = 0; i < n * n; i++)
		truth[i] = i % (n + 1) ? common : 1.0;
	for (uint8_t draw = 0; draw < 50; draw++) {
		simulate(draw, common, count);
		assert_int_equal(nonlinear_shrinkage(shrunk, &table), OK);
		is_positive_definite(shrunk, n);
		sample_correlation(sample, n, count);
		loss[0] += distance(shrunk, truth, n);
		loss[1] += distance(sample, truth, n);
	}
	print_message("common %.1f: %.3f, sample %.3f\n", common,
		      loss[0] / 50, loss[1] / 50);
	return loss[0] / loss[1];
}

static void few_bars_are_corrected(void **state)
{
	(void)state;
	assert_true(relative_loss(0.0, 12, 40) < 0.6);
	assert_true(relative_loss(0.3, 12, 40) < 0.85);
	assert_true(relative_loss(0.7, 12, 40) < 1.0);
}

static void many_bars_need_no_correction(void **state)
{
	static const size_t counts[] = { 200, 2000, 20000 };
	double before = 1.0;

	(void)state;
	simulate(7, 0.4, BARS);
	for (size_t k = 0; k < 3; k++) {
		struct residual_table table = table_of(5, counts[k]);
		double shrunk[25], sample[25], apart;

		assert_int_equal(nonlinear_shrinkage(shrunk, &table), OK);
		sample_correlation(sample, 5, counts[k]);
		apart = distance(shrunk, sample, 5);
		assert_true(apart > 0.0 && apart < 0.5 * before);
		before = apart;
	}
	assert_true(before < 5e-3);
}

/* The formula of the paper's appendix for one eigenvalue, in its own terms. */
static double direct_eigenvalue(const double *lambda, size_t i, size_t p,
				double n)
{
	double pi = acos(-1.0), h = pow(n, -1.0 / 3.0), c = (double)p / n;
	double f = 0.0, hilbert = 0.0, l = lambda[i];

	for (size_t j = 0; j < p; j++) {
		double width = h * lambda[j], x = (l - lambda[j]) / width;
		double rest = 1.0 - x * x / 5.0;

		f += 3.0 / 4.0 / sqrt(5.0) * fmax(rest, 0.0) / width;
		hilbert += (-3.0 / 10.0 / pi * x +
			    3.0 / 4.0 / sqrt(5.0) / pi * rest *
				    log(fabs((sqrt(5.0) - x) /
					     (sqrt(5.0) + x)))) /
			   width;
	}
	f /= (double)p;
	hilbert /= (double)p;
	return l / (pow(pi * c * l * f, 2) +
		    pow(1.0 - c - pi * c * l * hilbert, 2));
}

/* Two assets: eigenvalues 1 + r and 1 - r, vectors known. */
static void formula_is_the_papers(void **state)
{
	static const size_t counts[] = { 12, 30, 200, 1000 };

	(void)state;
	simulate(9, 0.6, 1000);
	for (size_t k = 0; k < 4; k++) {
		struct residual_table table = table_of(2, counts[k]);
		double shrunk[4], sample[4], lambda[2], d[2];

		sample_correlation(sample, 2, counts[k]);
		assert_true(sample[1] > 0.0);
		lambda[0] = 1.0 - sample[1];
		lambda[1] = 1.0 + sample[1];
		for (size_t i = 0; i < 2; i++)
			d[i] = direct_eigenvalue(lambda, i, 2,
						 (double)counts[k]);
		assert_int_equal(nonlinear_shrinkage(shrunk, &table), OK);
		assert_true(fabs(shrunk[1] -
				 (d[1] - d[0]) / (d[1] + d[0])) < 1e-12);
	}
}

/* By turning pairs of axes until nothing is left off the diagonal. */
static void jacobi(double a[N][N], double v[N][N], size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			v[i][j] = i == j ? 1.0 : 0.0;
	for (size_t pass = 0; pass < 30 * n * n; pass++) {
		size_t p = pass % n, q = pass / n % n;
		double angle, c, s;

		if (p >= q)
			continue;
		angle = 0.5 * atan2(2.0 * a[p][q], a[q][q] - a[p][p]);
		c = cos(angle);
		s = sin(angle);
		for (size_t k = 0; k < n; k++) {
			double x = a[k][p], y = a[k][q], w = v[k][p];

			a[k][p] = c * x - s * y;
			a[k][q] = s * x + c * y;
			v[k][p] = c * w - s * v[k][q];
			v[k][q] = s * w + c * v[k][q];
		}
		for (size_t k = 0; k < n; k++) {
			double x = a[p][k], y = a[q][k];

			a[p][k] = c * x - s * y;
			a[q][k] = s * x + c * y;
		}
	}
}

static void formula_holds_for_five(void **state)
{
	double a[N][N], v[N][N], lambda[5], d[5], made[5][5], shrunk[25];
	struct residual_table table = table_of(5, 60);
	double sample[25];

	(void)state;
	simulate(10, 0.5, 60);
	sample_correlation(sample, 5, 60);
	for (size_t i = 0; i < 25; i++)
		a[i % 5][i / 5] = sample[i];
	jacobi(a, v, 5);
	for (size_t k = 0; k < 5; k++)
		lambda[k] = a[k][k];
	for (size_t k = 0; k < 5; k++)
		d[k] = direct_eigenvalue(lambda, k, 5, 60.0);
	memset(made, 0, sizeof(made));
	for (size_t i = 0; i < 25; i++)
		for (size_t k = 0; k < 5; k++)
			made[i % 5][i / 5] += d[k] * v[i % 5][k] * v[i / 5][k];
	assert_int_equal(nonlinear_shrinkage(shrunk, &table), OK);
	for (size_t i = 0; i < 5; i++)
		for (size_t j = 0; j < 5; j++)
			assert_true(fabs(shrunk[j * 5 + i] -
					 made[i][j] / sqrt(made[i][i] *
							   made[j][j])) <
				    1e-12);
}

static void order_of_assets_does_not_matter(void **state)
{
	struct residual_table table = table_of(12, 40);
	struct residual_column kept[12];
	double before[144], after[144];

	(void)state;
	simulate(11, 0.3, 40);
	memcpy(values[3], values[8], sizeof(values[3])); /* also with twins */
	assert_int_equal(nonlinear_shrinkage(before, &table), OK);
	memcpy(kept, columns, sizeof(kept));
	for (size_t i = 0; i < 12; i++)
		columns[i] = kept[(5 * i + 2) % 12];
	assert_int_equal(nonlinear_shrinkage(after, &table), OK);
	for (size_t i = 0; i < 12; i++)
		for (size_t j = 0; j < 12; j++)
			assert_true(fabs(after[j * 12 + i] -
					 before[(5 * j + 2) % 12 * 12 +
						(5 * i + 2) % 12]) < 1e-9);
}

static void unit_of_a_column_does_not_matter(void **state)
{
	struct residual_table table = table_of(4, 100);
	double before[16], after[16];

	(void)state;
	simulate(12, 0.5, 100);
	assert_int_equal(nonlinear_shrinkage(before, &table), OK);
	for (size_t t = 0; t < 100; t++) {
		values[0][t] *= 0x1p300;
		values[1][t] *= 0x1p-300;
	}
	assert_int_equal(nonlinear_shrinkage(after, &table), OK);
	assert_memory_equal(after, before, sizeof(before));
}

static void collinear_columns_are_definite(void **state)
{
	struct residual_table table = table_of(N, 200);
	double shrunk[N * N];

	(void)state;
	simulate(13, 0.2, 200);
	for (size_t t = 0; t < 200; t++) {
		values[1][t] = 3.0 * values[0][t];
		values[2][t] = -values[0][t];
		values[4][t] = values[3][t] + values[5][t];
	}
	assert_int_equal(nonlinear_shrinkage(shrunk, &table), OK);
	is_positive_definite(shrunk, N);
	assert_true(shrunk[1] > 0.999 && shrunk[2] < -0.999);
	for (size_t a = 1; a < N; a++) /* one asset under every name */
		columns[a] = columns[0];
	assert_int_equal(nonlinear_shrinkage(shrunk, &table), OK);
	is_positive_definite(shrunk, N);
	table = table_of(1, 200);
	assert_int_equal(nonlinear_shrinkage(shrunk, &table), OK);
	assert_true(shrunk[0] == 1.0);
}

static void only_complete_bars_count(void **state)
{
	struct residual_table table = table_of(3, 100);
	double whole[9], holed[9];

	(void)state;
	simulate(14, 0.5, 100);
	for (size_t t = 0; t < 100; t++)
		present[t % 3][t] = t % 7 != 0;
	for (size_t t = 0; t < 100; t++)
		if (t % 7 == 0)
			values[t % 3][t] = (double)NAN; /* never looked at */
	assert_int_equal(nonlinear_shrinkage(holed, &table), OK);
	for (size_t a = 0; a < 3; a++)
		for (size_t t = 0, kept = 0; t < 100; t++)
			if (t % 7)
				values[a][kept++] = values[a][t];
	memset(present, 1, sizeof(present));
	table.count = 85;
	assert_int_equal(nonlinear_shrinkage(whole, &table), OK);
	assert_memory_equal(whole, holed, sizeof(whole));
}

static void refuse(size_t assets, size_t count)
{
	struct residual_table table = table_of(assets, count);
	double shrunk[N * N], before[N * N];

	memset(shrunk, 0x5a, sizeof(shrunk));
	memcpy(before, shrunk, sizeof(shrunk));
	assert_int_equal(nonlinear_shrinkage(shrunk, &table), E_INPUT);
	assert_memory_equal(shrunk, before, sizeof(shrunk));
}

static void bad_input_is_a_status(void **state)
{
	static const double bad[] = { (double)NAN, (double)INFINITY,
				      -(double)INFINITY };

	(void)state;
	simulate(15, 0.3, 100);
	refuse(0, 100);
	refuse(N + 1, 100);
	refuse(3, 0);
	refuse(3, 11);
	refuse(12, 23);
	for (size_t k = 0; k < 3; k++) {
		double kept = values[1][50];

		values[1][50] = bad[k];
		refuse(3, 100);
		values[1][50] = kept;
	}
	memset(values[2], 0, sizeof(values[2]));
	refuse(3, 100);
	simulate(15, 0.3, 100);
	for (size_t t = 0; t < 100; t++)
		present[t % 2][t] = 0;
	refuse(2, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_bars_are_corrected),
		cmocka_unit_test(many_bars_need_no_correction),
		cmocka_unit_test(formula_is_the_papers),
		cmocka_unit_test(formula_holds_for_five),
		cmocka_unit_test(order_of_assets_does_not_matter),
		cmocka_unit_test(unit_of_a_column_does_not_matter),
		cmocka_unit_test(collinear_columns_are_definite),
		cmocka_unit_test(only_complete_bars_count),
		cmocka_unit_test(bad_input_is_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
