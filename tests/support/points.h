/* points.h -- deterministic random points for tests (xorshift64).  Not the
 * generator of the product, which is models/rng. */
#ifndef TESTS_SUPPORT_POINTS_H
#define TESTS_SUPPORT_POINTS_H

#include <stdint.h>

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static inline uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static inline double uniform(double low, double high)
{
	return low + (high - low) * (double)(next_random() >> 11) * 0x1p-53;
}

/* Whole numbers of [low, high]. */
static inline uint64_t whole_between(uint64_t low, uint64_t high)
{
	return low + next_random() % (high - low + 1);
}

#endif
