/* har.h -- tomorrow's variance from yesterday's, last week's and last month's:
 * the heterogeneous autoregression of realised variance.
 *
 * Pure.  x_{t+1} = b0 + b1 x_t + b2 mean of the last `middle` + b3 mean of the
 * last `longest`, in levels or in logarithms (of the means). */
#ifndef MODELS_VOLATILITY_HAR_H
#define MODELS_VOLATILITY_HAR_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

#define HAR_TERMS 4
#define HAR_OBSERVATIONS_MIN 50 /* beyond the longest window */

struct har_design {
	size_t middle, longest; /* 24 and 168 for hours, 5 and 22 for days */
	bool logs;
};

struct har_fit {
	double at[HAR_TERMS];         /* b0 .. b3 */
	double se[HAR_TERMS];         /* least squares' own */
	double se_robust[HAR_TERMS];  /* White's */
	double smearing;  /* mean x / forecast: factor on every forecast */
	double low, high; /* x seen in the sample: forecasts stay inside */
	double r_squared;
	double next;      /* forecast after the last observation */
	size_t n;         /* rows */
};

/**
 * har_fit_series - least squares.
 *
 * Out:     out    untouched unless OK
 * In:      x      [n] variances > 0, oldest first
 * Returns: OK; E_INPUT fewer than longest + HAR_OBSERVATIONS_MIN, a value not
 *          above 0 or not finite, all equal; E_CONVERGENCE collinear; E_LIMIT
 * Cost:    O(n), 96 bytes of arena an observation
 * Sources: Corsi (2009), J. Financial Econometrics 7; bounds: Bollerslev,
 *          Patton and Quaedvlieg (2016), J. Econometrics 192, section 3;
 *          White (1980), Econometrica 48 */
MUST_CHECK enum status har_fit_series(struct har_fit *out,
				      const struct har_design *design,
				      const double *x, size_t n,
				      struct arena *arena);

/** har_mean - of the newest `newest` of x [n], fewer where there are fewer; 1
 *  of none. */
double har_mean(const double *x, size_t n, size_t newest);

/** Means of the newest 1, middle and longest variances. */
struct har_means {
	double last, middle, longest;
};
/** har_forecast - by given coefficients. */
double har_forecast(const struct har_fit *fit, const struct har_design *design,
		    const struct har_means *means);

#endif
