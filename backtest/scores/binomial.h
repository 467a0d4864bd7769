/* binomial.h -- how likely are so many hits?
 *
 * Pure.  Probabilities of all counts relative to the likeliest one, then
 * divided by their sum: no factorial, no cancellation. */
#ifndef BACKTEST_SCORES_BINOMIAL_H
#define BACKTEST_SCORES_BINOMIAL_H

#include <stddef.h>

/**
 * binomial_masses - P(X = k) of X ~ Binomial(n, p), k = 0 .. n.
 *
 * Out:  out  [n + 1], sum 1; 0 where below about 1e-300 of the largest
 * In:   n    0 .. 1e7
 *       p    in (0, 1)
 * Cost: O(n); relative error below 1e-15 (10 + |k - n p|)
 * Source: the ratio P(k + 1) / P(k) = (n - k) p / ((k + 1)(1 - p)) */
void binomial_masses(double *out, size_t n, double p);

/** binomial_cdf - P(X <= k) of the same law, without memory; k <= n. */
double binomial_cdf(size_t k, size_t n, double p);

#endif
