/* heavy_margins.h -- margins of heavy-tailed residuals, for the programs of
 * tests/bench: what a decision's paths are drawn with. */
#ifndef TESTS_BENCH_HEAVY_MARGINS_H
#define TESTS_BENCH_HEAVY_MARGINS_H

#include <math.h>
#include <stdlib.h>

#include "models/rng.h"
#include "models/tails/margin.h"

#define RESIDUALS 2000
#define MARGIN_DEGREES 8

/** heavy_margins - the same margin for each of `count` assets. */
static inline void heavy_margins(struct path_margin *out, size_t count,
				 struct arena *arena)
{
	double *residuals = ARENA_NEW(arena, double, RESIDUALS);
	struct margin_request request = { .residuals = residuals,
					  .count = RESIDUALS,
					  .degrees = MARGIN_DEGREES };
	uint8_t seed[32] = { 2 };
	struct rng_key key = rng_key_of(seed);

	for (uint32_t i = 0; i < RESIDUALS; i++) {
		struct rng_counter counter = { i, 0, 0 };
		double z[2];

		rng_normals(z, &key, &counter);
		residuals[i] = z[0] / sqrt(0.3 + 0.7 * z[1] * z[1]);
	}
	for (size_t a = 0; a < count; a++)
		if (margin_build(&out[a], &request, arena))
			exit(2);
}

#endif
