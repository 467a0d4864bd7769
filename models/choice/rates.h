/* rates.h -- the rate curve: kink, base and slopes (constraints f and g).
 *
 * Pure.  Borrowers answer as demand.h estimates; what utilisation does then is
 * a Brownian motion of its logarithm with the drift of the rate half-way, so
 * that times of passage have closed forms. */
#ifndef MODELS_CHOICE_RATES_H
#define MODELS_CHOICE_RATES_H

#include "models/choice/demand.h"
#include "models/choice/targets.h"

#define RATE_PARTS 4 /* optimal, base, slope 1, slope 2 */

struct rate_curve {
	uint32_t optimal_bps, base_bps, slope1_bps, slope2_bps;
};

/** rate_at - annual rate at a utilisation (both shares; clamped to [0, 1]):
 *  base + slope1 u / kink up to the kink, and slope2 of the rest beyond. */
double rate_at(const struct rate_curve *curve, double utilisation);

/** rate_return - probability that a market squeezed to 99.5 % has not come back
 *  to its kink within so many days. */
double rate_return(const struct rate_curve *curve, const struct demand *demand,
		   double days);

/** rate_stress - probability that a market at `utilisation` goes beyond 99.5 %
 *  within a day and stays above 99 % for the next. */
double rate_stress(const struct rate_curve *curve, const struct demand *demand,
		   double utilisation);

/** rate_borrow_share - the largest utilisation, in thousandths, whose stress is
 *  at most `probability`; 0 when none is. */
double rate_borrow_share(const struct rate_curve *curve,
			 const struct demand *demand, double probability);

struct rate_request {
	struct rate_curve now;
	double utilisation;    /* of now, share; above 1 counts as 1 */
	const struct asset_policy *bounds;
	double return_days, return_probability, stress_probability;
};

/**
 * rate_choose - the curve, each part with what binds it.
 *
 *   kink     the largest (steps of 50 bps) whose stress is allowed    g-stress
 *   slope 2  the least (steps of 25 bps) with which a squeezed market
 *            returns in time often enough                             g-return
 *   slope 1  with an estimate that is clear (2 errors) and smooth: puts the
 *            equilibrium rate at nine tenths of the kink         g-equilibrium
 *   base     stays                                                      g-hold
 *   While utilisation is above the kink slope 2 is not lowered and the kink
 *   not raised; what moves without need stays                           g-hold
 *
 * Out:     out[RATE_PARTS]; Aave's rules hold for them: 100 <= kink <= 9900,
 *          slope 1 <= slope 2, their sum <= 100000
 * Cost:    some hundred exponentials */
void rate_choose(struct target out[RATE_PARTS],
		 const struct rate_request *request,
		 const struct demand *demand);

#endif
