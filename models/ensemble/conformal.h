/* conformal.h -- coverage that holds when the models drift: adaptive conformal
 * inference.
 *
 * Pure.  A quantile is read at its own level instead of the nominal one; each
 * miss lowers the level, each bar without a miss raises it a little. */
#ifndef MODELS_ENSEMBLE_CONFORMAL_H
#define MODELS_ENSEMBLE_CONFORMAL_H

#include <stdbool.h>

#define CONFORMAL_STEP 0.1 /* of the level at a miss, as share of nominal /
			      (1 - nominal): see conformal_next */
#define CONFORMAL_SPAN 10.0 /* the level stays in nominal / 10 .. 10 nominal */

/** conformal_next - level + step (nominal - miss), clipped; the step is
 *  CONFORMAL_STEP times nominal, so that ten misses in a row reach the floor
 *  and one miss is forgotten after 1 / nominal bars.
 *  Source: Gibbs and Candes (2021), "Adaptive conformal inference under
 *  distribution shift", equation 2 */
double conformal_next(double level, double nominal, bool miss);

/** conformal_fall - the quantile to use: that at the level, but not beyond
 *  `cap` (the generalised Pareto quantile), nor inside the nominal one where
 *  only widening is allowed.  All three are distances below 0. */
struct conformal_choice {
	double at_level, nominal, cap;
	bool widen_only;
};
double conformal_fall(const struct conformal_choice *choice);

#endif
