/* jumps.h -- how often a return is beyond what the volatility model explains.
 *
 * Pure.  A jump is a standardised residual beyond a threshold in absolute
 * value. */
#ifndef MODELS_TAILS_JUMPS_H
#define MODELS_TAILS_JUMPS_H

#include <stddef.h>

#include "base/status.h"

struct jump_estimate {
	size_t up, down;           /* counts */
	double intensity;          /* jumps a bar */
	double low, high;          /* exact 95 % Poisson interval of it */
	double mean_up, mean_down; /* mean size of each, > threshold; 0 none */
};

/**
 * jump_estimate - counts and sizes beyond `threshold`.
 * Out:     out; untouched unless OK
 * In:      residuals [n], unit variance; threshold > 0, 4 is usual
 * Returns: OK, E_INPUT no residual, not finite, threshold not above 0
 * Cost:    O(n)
 * Source:  Garwood (1936), Biometrika 28 (the interval: chi-square quantiles
 *          by bisection of models/elementary.h's chi_square_tail; beyond 498
 *          jumps Wilson and Hilferty's cube root, within 2e-6 of it) */
MUST_CHECK enum status jump_estimate(struct jump_estimate *out,
				     const double *residuals, size_t n,
				     double threshold);

#endif
