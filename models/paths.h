/* paths.h -- correlated price paths with normal or Student-t steps.
 *
 * Pure.  Log returns of a step are L z times a scale common to the assets
 * (multivariate t, unit variance): z standard normal, scale sqrt((nu - 2) / W),
 * W chi-square with nu (even) degrees made from nu / 2 uniforms.  Odd paths
 * are the antithetic twins of even ones.  Within a step the lowest price is
 * that of a Brownian bridge with the step's own variance (given the scale).
 * Counter-based: a pair of twins can be made alone, so results do not depend
 * on the number of threads.
 * Source: Glasserman (2004), "Monte Carlo methods in financial engineering",
 * sections 6.4 (bridge) and 9.3 (multivariate t) */
#ifndef MODELS_PATHS_H
#define MODELS_PATHS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"
#include "models/parallel.h"

#define PATHS_ASSETS_MAX 16

/** What is added to the estimated world; NULL in the design: nothing. */
struct path_stress {
	double volatility;  /* factor on every deviation, >= 0 */
	const double *jump; /* [asset] log price, added once; NULL: no jump */
	size_t jump_step;   /* at the start of this step */
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
};

struct path_output {
	double *ratios;  /* [path][step][asset] price over today's; or NULL */
	double *minimum; /* [path][asset] lowest ratio; or NULL */
};

/**
 * paths_generate - expected ratios of normal steps are 1 (martingale).
 * Returns: OK; E_INPUT for odd counts or degrees, sizes out of range, a
 *          deviation, stress or jump that is not finite, or negative
 * Cost:    about 50 ns an asset-step; no memory of its own */
MUST_CHECK enum status paths_generate(const struct path_output *out,
				      const struct path_design *design,
				      const struct parallel *parallel);

#endif
