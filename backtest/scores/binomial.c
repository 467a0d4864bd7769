/* binomial.c -- see binomial.h. */
#include "backtest/scores/binomial.h"

/* The likeliest count, or one beside it. */
static size_t mode_of(size_t n, double p)
{
	size_t mode = (size_t)(((double)n + 1.0) * p);

	return mode < n ? mode : n;
}

/* P(k + 1) / P(k) */
static double step_up(size_t k, size_t n, double p)
{
	return (double)(n - k) * p / (((double)k + 1.0) * (1.0 - p));
}

void binomial_masses(double *out, size_t n, double p)
{
	size_t mode = mode_of(n, p);
	double sum = 0.0;

	out[mode] = 1.0;
	for (size_t k = mode; k < n; k++)
		out[k + 1] = out[k] * step_up(k, n, p);
	for (size_t k = mode; k > 0; k--)
		out[k - 1] = out[k] / step_up(k - 1, n, p);
	for (size_t k = 0; k <= n; k++)
		sum += out[k];
	for (size_t k = 0; k <= n; k++)
		out[k] /= sum;
}

double binomial_cdf(size_t k, size_t n, double p)
{
	size_t mode = mode_of(n, p);
	double below = 0.0, above = 0.0, mass = 1.0;

	for (size_t i = mode;; i++) {
		*(i <= k ? &below : &above) += mass;
		if (i >= n || mass == 0.0)
			break;
		mass *= step_up(i, n, p);
	}
	mass = 1.0;
	for (size_t i = mode; i > 0 && mass > 0.0; i--) {
		mass /= step_up(i - 1, n, p);
		*(i - 1 <= k ? &below : &above) += mass;
	}
	return below / (below + above);
}
