/* forecast.h -- the return over the next steps, from a fitted model.
 *
 * Pure.  A forecast is a mean, a variance and a shape; models/tails turns it
 * into value at risk and expected shortfall. */
#ifndef MODELS_VOLATILITY_FORECAST_H
#define MODELS_VOLATILITY_FORECAST_H

#include "models/volatility/ewma.h"
#include "models/volatility/garch.h"

#define FORECAST_STEPS_MAX 100000

/** Of the sum of the next `steps` returns. */
struct return_forecast {
	double mean;
	double variance;
	double degrees; /* of a Student-t scaled to that variance; 0: normal */
};

/**
 * forecast_garch - GARCH and GJR, aggregated: v_1 is the variance after the
 * last observation, v_{k+1} = omega + (alpha + gamma / 2 + beta) v_k, variance = v_1 + ... + v_steps, mean =
 * steps mu.  The shape is that of one step whatever the horizon: exact at one
 * step; beyond, the true tails lie between it and the normal's.
 * Returns: OK; E_INPUT steps outside 1 .. FORECAST_STEPS_MAX, another family
 * Cost:    O(steps)
 * Source:  Baillie and Bollerslev (1992), Journal of Econometrics 52, eq. 9 */
MUST_CHECK enum status forecast_garch(struct return_forecast *out,
				      const struct garch_fit *fit,
				      unsigned steps);

/** forecast_ewma - steps times the newest variance, mean 0; degrees 0 (normal)
 *  or those of a t that the caller has.  Errors as above. */
MUST_CHECK enum status forecast_ewma(struct return_forecast *out,
				     const struct ewma_fit *fit, double degrees,
				     unsigned steps);

#endif
