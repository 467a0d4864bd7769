/* nonlinear_shrinkage.c -- see nonlinear_shrinkage.h. */
#include "models/dependence/nonlinear_shrinkage.h"

#include <math.h>
#include <string.h>

#include "models/dependence/residuals.h"
#include "models/elementary.h"

#define PI 0x1.921fb54442d18p1
#define SQRT_5 0x1.1e3779b97f4a8p1
#define BARS_MIN 12
#define SQUARES_LEAST 1e-200 /* of a column that is not all zero */
/* Of the largest: a collinear column's eigenvalue is 0 but for rounding, and
 * its kernel would have no width. */
#define EIGENVALUE_LEAST 1e-6
/* From here on the closed form of the transform loses digits to cancellation,
 * and this many terms of the series are exact. */
#define FAR 4.0
#define TERMS 14

/* Products summed over the complete bars, lower triangle; returns the bars. */
static size_t sum_products(double *sums, const struct residual_table *table)
{
	size_t n = table->assets, bars = 0;

	memset(sums, 0, n * n * sizeof(*sums));
	for (size_t t = 0; t < table->count; t++) {
		if (!residuals_complete(table, t))
			continue;
		bars++;
		for (size_t j = 0; j < n; j++) {
			double value = table->columns[j].values[t];

			for (size_t i = j; i < n; i++)
				sums[j * n + i] +=
					value * table->columns[i].values[t];
		}
	}
	return bars;
}

/* Sums become correlations, both triangles. */
static enum status standardise(double *sums, size_t n)
{
	double scale[LINALG_ORDER_MAX];

	for (size_t i = 0; i < n; i++) {
		if (!(sums[i * n + i] > SQUARES_LEAST))
			return E_INPUT;
		scale[i] = 1.0 / sqrt(sums[i * n + i]);
	}
	for (size_t j = 0; j < n; j++) {
		sums[j * n + j] = 1.0;
		for (size_t i = j + 1; i < n; i++) {
			sums[j * n + i] *= scale[i] * scale[j];
			sums[i * n + j] = sums[j * n + i];
		}
	}
	return OK;
}

/* Epanechnikov's kernel of unit variance. */
static double kernel(double x)
{
	double rest = 1.0 - 0.2 * x * x;

	return rest > 0.0 ? 0.75 / SQRT_5 * rest : 0.0;
}

/* Its Hilbert transform, written in y = x / sqrt(5). */
static double kernel_transform(double x)
{
	double y = x / SQRT_5, rest = 1.0 - y * y, sum = 0.0, power;

	if (fabs(y) < FAR) {
		double ratio = fabs((1.0 - y) / (1.0 + y));

		/* at the ends of the kernel 0 log(0) and 0 log(inf) are 0 */
		if (rest != 0.0)
			sum = rest * elementary_log(ratio);
		return 0.75 / (SQRT_5 * PI) * (sum - 2.0 * y);
	}
	power = 1.0 / y;
	for (int k = 0; k < TERMS; k++) {
		double odd = 2.0 * (double)k + 1.0;

		sum += power / (odd * (odd + 2.0));
		power /= y * y;
	}
	return -3.0 / (SQRT_5 * PI) * sum;
}

/* Section 4 of the paper: each eigenvalue by the density around it and that
 * density's transform, kernels as wide as their eigenvalue is large. */
static void shrink(double *out, const double *values, size_t n, double bars)
{
	double ratio = (double)n / bars;
	double width = elementary_pow(bars, -1.0 / 3.0);

	for (size_t i = 0; i < n; i++) {
		double density = 0.0, transform = 0.0, a, b;

		for (size_t j = 0; j < n; j++) {
			double h = width * values[j];
			double x = (values[i] - values[j]) / h;

			density += kernel(x) / h;
			transform += kernel_transform(x) / h;
		}
		density /= (double)n;
		transform /= (double)n;
		a = PI * ratio * values[i] * density;
		b = 1.0 - ratio - PI * ratio * values[i] * transform;
		out[i] = values[i] / (a * a + b * b);
	}
}

enum status nonlinear_shrinkage(double *matrix,
				const struct residual_table *table)
{
	double sample[LINALG_ORDER_MAX * LINALG_ORDER_MAX], floor;
	struct linalg_spectrum spectrum;
	double shrunk[LINALG_ORDER_MAX];
	size_t n = table->assets, bars;
	enum status status = residuals_check(table);

	if (status)
		return status;
	bars = sum_products(sample, table);
	if (bars < BARS_MIN || bars < 2 * n)
		return E_INPUT;
	status = standardise(sample, n);
	if (!status)
		status = linalg_decompose(&spectrum, sample, n);
	if (status)
		return status;
	floor = EIGENVALUE_LEAST * spectrum.values[n - 1];
	for (size_t i = 0; i < n; i++)
		if (spectrum.values[i] < floor)
			spectrum.values[i] = floor;
	shrink(shrunk, spectrum.values, n, (double)bars);
	memcpy(spectrum.values, shrunk, n * sizeof(*shrunk));
	linalg_correlation_of(matrix, &spectrum, n);
	return OK;
}
