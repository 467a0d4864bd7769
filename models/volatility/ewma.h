/* ewma.h -- exponentially weighted variance of returns.
 *
 * Pure.  v_{t+1} = lambda v_t + (1 - lambda) r_t^2.
 * Source: RiskMetrics Technical Document, 4th ed. (1996), section 5.2; QLIKE:
 * Patton (2011), Journal of Econometrics 160. */
#ifndef MODELS_VOLATILITY_EWMA_H
#define MODELS_VOLATILITY_EWMA_H

#include <stddef.h>

#include "base/status.h"

#define EWMA_OBSERVATIONS_MIN 50

struct ewma_fit {
	double decay;         /* lambda, per observation */
	double next_variance; /* of the observation after the last */
	double loss;          /* mean QLIKE over the scored observations */
};

/** ewma_variance - variance after the last of n returns; v_0 is the mean
 *  square of the first 20 (or all).  n >= 1, 0 < decay < 1. */
double ewma_variance(const double *returns, size_t n, double decay);

/** qlike - x / v - ln(x / v) - 1, x = max(return^2, (1 bp)^2), v = variance,
 *  at least (1 bp)^2: how far a variance forecast was from what came. */
double qlike(double squared_return, double variance);

/**
 * ewma_fit_series - the decay of {0.80, 0.82, ... 0.98, 0.99, 0.995} with the
 * lowest mean qlike of one-step forecasts after the first 20.
 * Returns: OK, E_INPUT fewer than EWMA_OBSERVATIONS_MIN returns, not finite, or all
 *          equal
 * Cost:    12 passes */
MUST_CHECK enum status ewma_fit_series(struct ewma_fit *out,
				       const double *returns, size_t n);

#endif
