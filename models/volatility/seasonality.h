/* seasonality.h -- the hours that move more than others.
 *
 * Pure.  Log variance as a smooth function of the time of day (three
 * harmonics) and of the weekend; shrunk towards none at all by how much of it
 * could be noise. */
#ifndef MODELS_VOLATILITY_SEASONALITY_H
#define MODELS_VOLATILITY_SEASONALITY_H

#include "base/arena.h"
#include "base/status.h"

#define SEASONALITY_TERMS 8 /* 6 of the day, weekend, level */
#define SEASONALITY_OBSERVATIONS_MIN 500

struct seasonality {
	double terms[SEASONALITY_TERMS];
};

/** Bars that say when their variance was measured. */
struct seasonal_data {
	const int64_t *times_s;  /* [n] of opening */
	const double *variances; /* [n] > 0 */
	size_t n;
	uint32_t interval_s;
};

/**
 * seasonality_fit - least squares of log variances, James-Stein shrinkage of
 * the slopes, level such that the factor's mean over a week is 1.
 *
 * Out:     out    zero (no season) for bars of a day or longer or fewer than
 *                 SEASONALITY_OBSERVATIONS_MIN; untouched unless OK
 * Returns: OK; E_INPUT a variance not above 0 or not finite; E_CONVERGENCE;
 *          E_LIMIT
 * Cost:    O(n), 136 bytes of arena an observation
 * Sources: Andersen and Bollerslev (1997), J. Empirical Finance 4, section 3.3
 *          (flexible Fourier form); James and Stein (1961) */
MUST_CHECK enum status seasonality_fit(struct seasonality *out,
				       const struct seasonal_data *data,
				       struct arena *arena);

/** seasonality_factor - of the variance of a bar that opens then, in
 *  [1/20, 20]; 1 where there is no season. */
double seasonality_factor(const struct seasonality *season, int64_t time_s);

/** seasonality_level - sets the last term so that the mean over a week is 1. */
void seasonality_level(struct seasonality *season);

#endif
