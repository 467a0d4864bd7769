/* paths.h -- correlated price paths with Student-t steps.
 *
 * Pure.  Log returns of a step are L z times a scale common to the assets
 * (multivariate t, unit variance): z standard normal, scale sqrt((nu - 2) / W),
 * W chi-square with nu (even) degrees made from nu / 2 uniforms.  Odd paths
 * are the antithetic twins of even ones.  Within a step the lowest price is
 * that of a Brownian bridge.  Counter-based: path k can be made alone.
 * Source: Glasserman (2004), "Monte Carlo methods in financial engineering",
 * sections 6.4 (bridge) and 9.3 (multivariate t) */
#ifndef MODELS_PATHS_H
#define MODELS_PATHS_H

#include "base/arena.h"
#include "base/status.h"
#include "models/parallel.h"

#define PATHS_ASSETS_MAX 16

struct path_design {
	uint8_t seed[32];
	size_t path_count;  /* even */
	size_t step_count;
	size_t asset_count;
	size_t minimum_steps; /* lowest price is kept over so many steps */
	unsigned degrees;   /* even, 4 .. 200 */
	const double *factor;    /* lower Cholesky, column-major */
	const double *deviation; /* [asset] of a step's log return */
};

struct path_output {
	double *ratios;  /* [path][step][asset] price over today's */
	double *minimum; /* [path][asset] lowest ratio */
};

/**
 * paths_generate
 * Returns: OK, E_INPUT for odd counts or degrees, sizes out of range
 * Cost:    about 60 ns an asset-step; no memory of its own */
MUST_CHECK enum status paths_generate(const struct path_output *out,
				      const struct path_design *design,
				      const struct parallel *parallel);

#endif
