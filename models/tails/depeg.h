/* depeg.h -- assets that should be worth a fixed amount of another.
 *
 * Pure.  x = log(market price / redemption value): 0 is parity.  Between jumps
 * x_{t+1} = x_t + pull (level - x_t) + deviation e; a step whose innovation is
 * beyond `threshold` deviations is a jump.  Redemption value and market price
 * stay apart: a staking yield moves the first, a run on the asset the other. */
#ifndef MODELS_TAILS_DEPEG_H
#define MODELS_TAILS_DEPEG_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

#define DEPEG_OBSERVATIONS_MIN 100
#define DEPEG_JUMP_DEVIATIONS 5.0

struct depeg_fit {
	double level;          /* where x is pulled to; log */
	double pull;           /* share of the distance closed a bar, 0 .. 1 */
	double half_life;      /* bars; 0 when pull is 0 (never) or 1 */
	double deviation;      /* of a step without jump, > 0, floor 1e-6 */
	double jump_intensity; /* jumps a bar */
	double jump_mean, jump_deviation; /* of a jump's size, log; 0 none */
	size_t jumps, n;
	double lowest;         /* x at its worst */
};

/** Market prices and redemption values at the same bars. */
struct depeg_series {
	const double *market;     /* [n] > 0 */
	const double *redemption; /* [n] > 0; NULL: 1 throughout */
	size_t n;
};

/**
 * depeg_fit_series - least squares with jumps set aside, three rounds; the
 * pull in 0 .. 1, the level among the values seen.
 * Out:     out; untouched unless OK
 * Returns: OK (also for a constant ratio: deviation is the floor, no pull)
 *          E_INPUT fewer than DEPEG_OBSERVATIONS_MIN, not finite, not above 0
 *          E_LIMIT
 * Cost:    O(n log n) (median of absolute steps), 32 bytes of arena an
 *          observation
 * Source:  mean reversion with jumps: Clewlow and Strickland (2000), "Energy
 *          derivatives", section 2.4 (recursive jump filter) */
MUST_CHECK enum status depeg_fit_series(struct depeg_fit *out,
					const struct depeg_series *series,
					struct arena *arena);

/**
 * depeg_forecast - mean and variance of x after `steps` bars from `now`, jumps
 * included, and the part of the variance that is of jumps.  A jump is the
 * whole innovation of its step.
 * Returns: OK; E_INPUT steps 0 or above 100000, now not finite */
struct depeg_forecast {
	double mean, variance, jump_variance;
};
MUST_CHECK enum status depeg_forecast(struct depeg_forecast *out,
				      const struct depeg_fit *fit, double now,
				      unsigned steps);

#endif
