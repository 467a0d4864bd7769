/* generator.h -- markets that never were, to train on: the weights that ship
 * owe nothing to anybody's data.
 *
 * Pure.  Log variance is a sum of three mean-reverting parts (hours, days,
 * weeks) with leverage, a daily season and jumps; a bar is 24 steps, so that
 * it has a range.  Each market draws its own traits; some hold closing prices
 * only, some are pulled back to a peg. */
#ifndef MODELS_LEARNED_GENERATOR_H
#define MODELS_LEARNED_GENERATOR_H

#include "case/case.h"
#include "models/rng.h"

/** generator_bars - market number `market` of a seed: `count` hourly bars from
 *  2020-01-01, closes with 12 significant digits.
 *  Cost: 24 normals a bar, about 1 us each */
void generator_bars(struct bar *out, const struct rng_key *key, uint32_t market,
		    uint32_t count);

#endif
