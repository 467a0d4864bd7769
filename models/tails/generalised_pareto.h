/* generalised_pareto.h -- peaks over a threshold.
 *
 * Pure.  Excesses y = x - u of losses x beyond u follow
 * 1 - (1 + shape y / scale)^(-1 / shape); exponential at shape 0.
 * Region: -0.5 <= shape <= 0.9 (below, maximum likelihood is irregular; at 1
 * the mean excess is infinite), scale > 0. */
#ifndef MODELS_TAILS_GENERALISED_PARETO_H
#define MODELS_TAILS_GENERALISED_PARETO_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

#define PARETO_SHAPE_MIN (-0.5)
#define PARETO_SHAPE_MAX 0.9
#define PARETO_EXCESSES_MIN 25
#define PARETO_TAIL_SHARE 0.05 /* the threshold rule: largest 5 % ... */
#define PARETO_TAIL_MIN 50     /* ... but at least 50 values ... */
#define PARETO_TAIL_SHARE_MAX 0.25 /* ... and at most a quarter of them */

struct pareto_fit {
	double threshold;      /* u */
	double tail_share;     /* excesses / all values */
	size_t excesses;
	double shape, scale;
	double log_likelihood; /* of the excesses */
	double shape_low, shape_high; /* 95 % profile likelihood interval, cut
				       * at the region's edges */
	bool converged;
};

/**
 * pareto_fit_excesses - maximum likelihood over the region: the profile of the
 * shape, seen on a grid 0.05 apart and climbed by its slope.
 *
 * Out:     out      threshold and tail_share are 0; untouched unless OK
 * In:      excesses [n] > 0 in any order and unit
 * Returns: OK; E_INPUT fewer than PARETO_EXCESSES_MIN, not finite, not above
 *          0, or all equal; E_LIMIT
 * Cost:    about 130 shapes, each some 10 divisions and a log an excess; 24
 *          bytes of arena an excess
 * Source:  Grimshaw (1993), Technometrics 35 (a profile in one variable; here
 *          the shape, which gives the interval too) */
MUST_CHECK enum status pareto_fit_excesses(struct pareto_fit *out,
					   const double *excesses, size_t n,
					   struct arena *arena);

/**
 * pareto_fit_tail - of the upper tail of `values` (negate for the lower): the
 * threshold is the value below the k largest, k by the rule above.
 * Returns: as above; also E_INPUT when n is too small for 25 excesses, and when
 *          fewer than 25 values exceed the threshold (ties)
 * Cost:    O(n log n) more, 16 bytes of arena a value */
MUST_CHECK enum status pareto_fit_tail(struct pareto_fit *out,
				       const double *values, size_t n,
				       struct arena *arena);

/** pareto_estimate_tail - the same without the interval: its ends are the
 *  region's, and it costs a third. */
MUST_CHECK enum status pareto_estimate_tail(struct pareto_fit *out,
					    const double *values, size_t n,
					    struct arena *arena);

/** pareto_quantile - value exceeded with probability p, 0 < p <= tail_share,
 *  NaN elsewhere; pareto_shortfall - mean of the values beyond it.
 *  Source: McNeil, Frey and Embrechts (2015), equations 5.18 and 5.19. */
double pareto_quantile(const struct pareto_fit *fit, double p);
double pareto_shortfall(const struct pareto_fit *fit, double p);

#endif
