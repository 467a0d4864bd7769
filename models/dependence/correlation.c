/* correlation.c -- see correlation.h. */
#include "models/dependence/correlation.h"

#include <math.h>
#include <string.h>

#define OVERLAP_MIN 50
#define EIGENVALUE_LEAST 1e-6

struct pair {
	double rho;
	double variance; /* of the estimate times n */
	double n;
};

static struct pair estimate_pair(const struct residual_column *a,
				 const struct residual_column *b, size_t count)
{
	double n = 0.0, aa = 0.0, bb = 0.0, ab = 0.0, spread = 0.0;
	struct pair out = { 0.0, 0.0, 0.0 };

	for (size_t t = 0; t < count; t++)
		if (a->present[t] && b->present[t]) {
			n += 1.0;
			aa += a->values[t] * a->values[t];
			bb += b->values[t] * b->values[t];
			ab += a->values[t] * b->values[t];
		}
	out.n = n;
	if (n < OVERLAP_MIN || !(aa > 0.0) || !(bb > 0.0))
		return out;
	out.rho = ab / sqrt(aa * bb);
	for (size_t t = 0; t < count; t++)
		if (a->present[t] && b->present[t]) {
			double product = a->values[t] * b->values[t] * n /
					 sqrt(aa * bb);

			spread += (product - out.rho) * (product - out.rho);
		}
	out.variance = spread / n;
	return out;
}

struct sums {
	double rho, variance, square, n, pairs;
};

static void fill(struct correlation_estimate *out,
		 const struct residual_column *columns, size_t assets,
		 size_t count)
{
	struct pair pairs[LINALG_ORDER_MAX][LINALG_ORDER_MAX];
	struct sums sum = { 0.0, 0.0, 0.0, 0.0, 0.0 };
	double mean, intensity = 1.0;

	for (size_t i = 0; i < assets; i++)
		for (size_t j = 0; j < i; j++) {
			struct pair p = estimate_pair(&columns[i], &columns[j],
						      count);

			pairs[i][j] = p;
			if (p.n < OVERLAP_MIN)
				continue;
			sum.rho += p.rho;
			sum.variance += p.variance / p.n;
			sum.pairs += 1.0;
		}
	mean = sum.pairs > 0.0 ? sum.rho / sum.pairs : 0.0;
	for (size_t i = 0; i < assets; i++)
		for (size_t j = 0; j < i; j++)
			if (pairs[i][j].n >= OVERLAP_MIN)
				sum.square += (pairs[i][j].rho - mean) *
					      (pairs[i][j].rho - mean);
	if (sum.square > 0.0 && sum.variance < sum.square)
		intensity = sum.variance / sum.square;
	for (size_t i = 0; i < assets; i++) {
		out->matrix[i * assets + i] = 1.0;
		for (size_t j = 0; j < i; j++) {
			double rho = pairs[i][j].n >= OVERLAP_MIN
					     ? pairs[i][j].rho
					     : mean;

			rho += intensity * (mean - rho);
			out->matrix[i * assets + j] = rho;
			out->matrix[j * assets + i] = rho;
		}
	}
	out->intensity = intensity;
}

enum status correlation_estimate(struct correlation_estimate *out,
				 const struct residual_column *columns,
				 size_t assets, size_t count)
{
	if (!assets || assets > LINALG_ORDER_MAX)
		return E_INPUT;
	memset(out, 0, sizeof(*out));
	fill(out, columns, assets, count);
	return linalg_make_positive(out->matrix, assets, EIGENVALUE_LEAST);
}
