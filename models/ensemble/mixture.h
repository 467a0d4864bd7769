/* mixture.h -- the experts' forecasts as one distribution.
 *
 * Pure.  Two mixtures of the same members: by the variance weights for the
 * variance, by the tail weights for quantiles and shortfall. */
#ifndef MODELS_ENSEMBLE_MIXTURE_H
#define MODELS_ENSEMBLE_MIXTURE_H

#include <stddef.h>

#include "models/ensemble/tail_table.h"

#define MIXTURE_MEMBERS_MAX 24

/** One expert's return distribution: mean + deviation x standardised law;
 *  tail_scale stretches the law's tail (1 but for the learned expert). */
struct mixture_member {
	double mean, deviation, tail_scale;
	double weight_variance, weight_tail; /* each set sums to 1 */
	const struct tail_table *table;
};

struct mixture {
	struct mixture_member members[MIXTURE_MEMBERS_MAX];
	size_t count;
};

/** mixture_variance - of the mixture by the variance weights, spread of the
 *  means included. */
double mixture_variance(const struct mixture *mixture);

/** mixture_tail - the quantile of the mixture by the tail weights at p in
 *  [1e-6, 0.3] and the mean below it: both negative as a rule.
 *  Cost: TAIL_STEPS readings of every table.
 *  Method: Newton on log probability, kept between the members' own quantiles,
 *  a fixed number of steps. */
struct tail_point mixture_tail(const struct mixture *mixture, double p);

/** member_tail - the same of one member. */
struct tail_point member_tail(const struct mixture_member *member, double p);

#endif
