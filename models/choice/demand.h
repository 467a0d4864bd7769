/* demand.h -- how borrowers answer to the rate, from the history of use.
 *
 * Pure.  Log utilisation of a reserve moves by
 *   d ln u = elasticity (equilibrium - rate) dt + sigma dW      (t in days)
 * Recursive least squares with forgetting estimates elasticity and level, so
 * that the newest months count most.  Borrowers who move in steps (many stay,
 * few leave at once) are told from those who move smoothly.
 * Source: AgileRate (arXiv 2410.13105) for least squares on rate and use;
 *   Ljung (1999), "System identification", section 11.2 */
#ifndef MODELS_CHOICE_DEMAND_H
#define MODELS_CHOICE_DEMAND_H

#include "case/case.h"

#define DEMAND_SAMPLES_MIN 30
#define DEMAND_FORGETTING 0.995 /* an observation's weight, a sample later */

struct demand {
	bool estimated;     /* false: the prior's numbers */
	double elasticity;  /* log use lost a day, for a rate higher by 1 */
	double error;       /* its standard error */
	double equilibrium; /* annual rate at which use stays, share */
	double sigma;       /* of log use, a square root of a day */
	double step_share;  /* of all movement, in the largest 5 % of intervals */
	bool moves_in_steps;
};

struct demand_prior {
	double elasticity, equilibrium, sigma;
};

/**
 * demand_fit - from samples in ascending time.
 *
 *   Intervals without use, above 7 days, or with use above 1 at an end are
 *   left out.  The prior answers, with an error of half its elasticity, when
 *   fewer than DEMAND_SAMPLES_MIN intervals are left, rates never changed, or
 *   the estimate says that dearer loans attract borrowers.  Movement in steps
 *   doubles the error.
 *
 * Returns: OK, E_LIMIT arena below 8 bytes a sample
 * Cost:    O(n log n) */
MUST_CHECK enum status demand_fit(struct demand *out,
				  const struct usage *usage,
				  const struct demand_prior *prior,
				  struct arena *arena);

/** demand_cautious - the elasticity less 1.645 errors, at least a tenth. */
double demand_cautious(const struct demand *demand);

#endif
