/* depth.h -- how depth goes with volatility.
 *
 * Pure.  Depth is taken as proportional to volatility^-elasticity.  The
 * elasticity is estimated from pairs of both; a simulated path that turns out
 * k times as volatile as was expected leaves k^-elasticity of the depth. */
#ifndef MODELS_LIQUIDITY_DEPTH_H
#define MODELS_LIQUIDITY_DEPTH_H

#include "base/arena.h"
#include "models/loss/simulate.h"

#define DEPTH_PAIRS_MIN 20

struct depth_fit {
	double elasticity; /* above 0: depth falls as volatility rises */
	double error;      /* its standard error */
	double log_depth;  /* mean of log depth */
	double log_volatility;
	size_t n;
	size_t lags;       /* of the standard error */
};

/**
 * depth_elasticity_fit - least squares of log depth on log volatility.
 *
 *   log depth = a - elasticity log volatility + e
 *
 *   The error is Newey and West's: neighbours' e may be alike up to
 *   floor(3/4 n^(1/3)) pairs apart, and their size may vary.
 *
 * Out:     out         untouched unless OK
 * In:      depth       [n] oldest first, any unit; > 0
 *          volatility  [n] of the same time, any unit; > 0
 *          arena       scratch, given back: 16 n + 64 bytes
 * Returns: OK; E_INPUT n < DEPTH_PAIRS_MIN, a value not positive or not
 *          finite, all depths or all volatilities equal; E_LIMIT
 * Cost:    O(n lags)
 * Source:  Newey and West (1987), Econometrica 55; the number of lags is Stock
 *          and Watson's (2020), section 16.4 */
MUST_CHECK enum status depth_elasticity_fit(struct depth_fit *out,
					    const double *depth,
					    const double *volatility, size_t n,
					    struct arena *arena);

/** How paths lose depth. */
struct depth_law {
	double elasticity; /* >= 0; 0: they do not */
	double floor;      /* least share left, (0, 1] */
	const double *deviation; /* [asset] expected, of the log return over all
				  * steps; 0: the asset says nothing */
};

/**
 * depth_shares - share of depth that each path leaves.
 *
 *   realised^2 = mean over assets of sum over steps of m / deviation^2
 *   share      = min(1, max(floor, realised^-elasticity))
 *
 *   m = r / r' + r' / r - 2 of two prices that follow each other stands for
 *   their squared log return x^2: it is x^2 (1 + x^2 / 12 + ...), the same for
 *   a rise and the fall that undoes it, needs no logarithm, and grows no
 *   slower than x^2, so a wider move never finds more depth.
 *   A path without any move that says something leaves everything; one whose
 *   prices cannot be divided leaves the floor.
 *
 * Out:     shares    [path]
 * In:      paths     ratios, [path][step][asset]; `only` and `depth` are not
 *                    looked at
 *          law       as above
 *          parallel  results do not depend on it; NULL: serial
 * Cost:    one pass over the ratios, a division each
 * Source:  models.md section 5 */
void depth_shares(double *shares, const struct loss_paths *paths,
		  const struct depth_law *law, const struct parallel *parallel);

#endif
