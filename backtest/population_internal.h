/* population_internal.h -- the purposes of random numbers of a population and
 * the constants that its two files share.
 *
 * Every number is f(seed, borrower, hour or block of hours, purpose). */
#ifndef BACKTEST_POPULATION_INTERNAL_H
#define BACKTEST_POPULATION_INTERNAL_H

#include "backtest/market.h"
#include "models/rng.h"

/* rng_counter.stream; the low byte counts draws of one purpose. */
enum population_draw_purpose {
	DRAW_SIZE = 0x100,    /* and use */
	DRAW_KIND = 0x200,    /* debt asset, attention */
	DRAW_HOURS = 0x300,   /* when he pays attention */
	DRAW_ACT = 0x400,     /* whether he acts then; when he comes back */
	DRAW_ORDER = 0x500,   /* who is first in an hour */
};

/** draw_pair - two uniforms of (borrower, step, purpose). */
static inline void draw_pair(double out[2], const struct rng_key *key,
			     uint32_t borrower, uint32_t step, uint32_t purpose)
{
	struct rng_counter counter = { borrower, step, purpose };

	rng_uniforms(out, key, &counter);
}

#endif
