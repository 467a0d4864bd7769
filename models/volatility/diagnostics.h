/* diagnostics.h -- is anything left in the residuals, and how sure is a mean
 * of what depends on its neighbours?  Pure. */
#ifndef MODELS_VOLATILITY_DIAGNOSTICS_H
#define MODELS_VOLATILITY_DIAGNOSTICS_H

#include <stddef.h>

#include "base/status.h"

/** A test statistic and the probability of one as large by chance. */
struct test_result {
	double statistic;
	double p;
};

/**
 * ljung_box - Q = n (n + 2) sum_{k=1}^{lags} r_k^2 / (n - k), chi-square with
 * `lags` degrees.
 * Returns: OK; E_INPUT lags 0 or beyond n / 2 or 1000, x not finite or constant
 * Cost:    O(n lags)
 * Source:  Ljung and Box (1978), Biometrika 65 */
MUST_CHECK enum status ljung_box(struct test_result *out, const double *x,
				 size_t n, size_t lags);

/**
 * long_run_squares - n times the long-run variance of a series of mean 0:
 *   sum_t u_t^2 + 2 sum_{k=1}^{lags} (1 - k / (lags + 1)) sum_t u_t u_{t-k}
 *   The variance of the mean of u is this over n^2.
 * In:     u [n] finite, oldest first, its mean taken out; lags < n
 * Returns: the sum, >= 0 (0 where rounding makes it negative)
 * Cost:   O(n lags)
 * Source: Newey and West (1987), Econometrica 55, equation 5 */
double long_run_squares(const double *u, size_t n, size_t lags);

#endif
