/* paths.h -- correlated price paths: filtered historical simulation.
 *
 * Pure.  The horizon is cut into bars of `bar_steps` steps.  In a bar
 *   z~_k = factor z_k,   z_k standard normal, one vector a step
 *   x    = scale sum(z~_k) / sqrt(n)       multivariate t of unit variance
 *   R    = deviation sqrt(n h) g(x)        what the bar's log price moves by
 * with g the asset's margin and h its variance filter, and scale^2 =
 * (nu - 2) / chi-square(nu), one a bar for all assets.  The steps are those of
 * a Brownian motion of deviation * sqrt(h) * scale a step, tied to R; within a
 * step the lowest price is that of the same motion tied to the step's two ends.
 * Without margins, filters and bars of more than a step that is a multivariate
 * t step.  A step's drift is -deviation^2 h / 2.
 *
 * Paths 2 k and 2 k + 1 are antithetic twins: z and -z.  Under a tilt the
 * z of odd pairs are moved by -tilt v / sqrt(steps), v the market factor's
 * direction, and its paths weigh less.
 * Counter-based: a pair can be made alone, so results do not depend on the
 * number of threads; the bits do not depend on the width of the registers.
 * Source: Glasserman (2004), "Monte Carlo methods in financial engineering",
 * sections 6.4 (bridge), 9.2 (tilt) and 9.3 (multivariate t); Barone-Adesi,
 * Giannopoulos and Vosper (1999), Journal of Futures Markets 19 (filtered
 * historical simulation); Veach and Guibas (1995) (balance heuristic) */
#ifndef MODELS_PATHS_H
#define MODELS_PATHS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"
#include "models/parallel.h"

#define PATHS_ASSETS_MAX 16
#define PATHS_BAR_STEPS_MAX 144
#define PATHS_TILT_MAX 8.0
#define PATHS_VARIANCE_MAX 1e6 /* cap of a filter's h */
#define PATH_MARGIN_CELLS 256

/** What is added to the estimated world; NULL in the design: nothing. */
struct path_stress {
	double volatility;  /* factor on every deviation, >= 0 */
	const double *jump; /* [asset] log price, added once; NULL: no jump */
	size_t jump_step;   /* at the start of this step */
};

/** A monotone map g from a joint t variate (unit variance, `degrees` of the
 *  design) to a standardised residual: value[] at points uniform in
 *  s = x / sqrt(1 + x^2) over [-1, 1], linear in s between; value[0] and the
 *  last are its caps.  See models/tails/margin.h. */
struct path_margin {
	double value[PATH_MARGIN_CELLS + 1];
};

/** GJR filter of a bar's variance along the path, in units of the asset's mean
 *  bar variance (deviation^2 bar_steps): h' = omega + (alpha + gamma 1[e < 0])
 *  e^2 + beta h, e = residual sqrt(h). */
struct path_filter {
	double start; /* h of the first bar */
	double omega, alpha, gamma, beta;
};

struct path_design {
	uint8_t seed[32];
	size_t path_count;  /* even */
	size_t step_count;
	size_t asset_count;
	size_t minimum_steps; /* lowest price is kept over so many steps */
	unsigned degrees;   /* even, 4 .. 200; 0: normal steps */
	const double *factor;    /* lower Cholesky, column-major, unit rows */
	const double *deviation; /* [asset] of a step's log return */
	bool terminal_only;      /* out->ratios is [path][asset], last step */
	const struct path_stress *stress;
	size_t bar_steps; /* steps of a bar; 0 or 1: every step is a bar; the
			   * last bar may be shorter */
	const struct path_margin *margins; /* [asset]; NULL: the t variate */
	const struct path_filter *filters; /* [asset]; NULL: h is 1 */
	const double *factor_weights; /* [asset] of the market; NULL: equal */
	double tilt; /* standard deviations that the market factor falls in
		      * odd pairs, over the horizon; 0: none */
};

struct path_output {
	double *ratios;  /* [path][step][asset] price over today's; or NULL */
	double *minimum; /* [path][asset] lowest ratio; or NULL */
	double *weights; /* [path] likelihood ratio by the balance heuristic,
			  * mean 1 expected; 1 without tilt; or NULL */
	double *factors; /* [path] the market factor over the horizon, standard
			  * normal under the weights; or NULL */
	double *low, *high; /* [path][asset] least and largest ratio at the ends
			     * of all steps, and at the start (1); or NULL */
};

/**
 * paths_generate - expected ratios of normal steps are 1 (martingale).
 * Returns: OK; E_INPUT for odd counts or degrees, sizes out of range; a
 *          deviation, stress or filter that is negative or not finite; a jump,
 *          weight or tilt out of range; a margin that is not finite or falls;
 *          a market factor of no length
 * Cost:    about 3 ns an asset-step with AVX2, 4 with margins and filters over
 *          bars of 6 steps, 5 more with the lowest price within steps and 2
 *          with ratios stored; 0.5 ms for a t; no memory but the stack: 90 KiB */
MUST_CHECK enum status paths_generate(const struct path_output *out,
				      const struct path_design *design,
				      const struct parallel *parallel);

#endif
