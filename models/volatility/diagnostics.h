/* diagnostics.h -- is anything left in the residuals?  Pure. */
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

#endif
