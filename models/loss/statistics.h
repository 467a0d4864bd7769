/* statistics.h -- VaR and ES of simulated losses, with their errors.
 *
 * Pure.  Paths may carry weights (importance sampling) and come in antithetic
 * twins: paths 2 k and 2 k + 1 are one draw when errors are taken. */
#ifndef MODELS_LOSS_STATISTICS_H
#define MODELS_LOSS_STATISTICS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

struct estimate {
	double value, error; /* Monte-Carlo standard error, same unit */
};

/** A weighted sample and its order. */
struct loss_sample {
	size_t count;
	const double *losses;  /* [count] */
	const double *weights; /* [count] >= 0, mean 1 expected; NULL: 1 */
	const double *factors; /* [count] standard normal under the weights, a
				* control variate; NULL: none */
	const size_t *order;   /* [count] of loss_sort */
};

/**
 * loss_sort - indexes of the losses in ascending order, ties by index, so that
 * the order is the same everywhere.
 * Out: order [count].  Cost: O(n log n), n indexes of scratch in the arena. */
MUST_CHECK enum status loss_sort(size_t *order, const double *losses,
				 size_t count, struct arena *arena);

/**
 * loss_var - the quantile at level_ppm of the losses: the least loss with at
 * least that share of the weight at or below it.
 *   error = half the distance between the quantiles one standard deviation of
 *   the tail's weight to either side.
 * Source: Serfling (1980) section 2.3; Glynn (1996) for weights */
struct estimate loss_var(const struct loss_sample *sample, uint32_t level_ppm);

/**
 * loss_es - mean of the heaviest share 1 - level of the weight; the path on the
 *   edge counts with the part that is missing.
 *   error from the influence of each pair of twins,
 *   w ((L - VaR)^+ / (1 - level) + VaR - ES); with factors z both value and
 *   error are corrected by the regression of it on w z and w (z^2 - 1), whose
 *   expectations are nought.
 * Source: Acerbi and Tasche (2002) for the edge; Manistre and Hancock (2005), North American Actuarial Journal 9;
 *   Glasserman (2004) section 4.1 for the controls */
struct estimate loss_es(const struct loss_sample *sample, uint32_t level_ppm);

/**
 * loss_share - mean of other[] (stride apart) over the same tail: the Euler share
 * of a part in the whole's ES.  The error is that of the mean given the tail. */
struct estimate loss_share(const struct loss_sample *sample,
			   const double *other, size_t stride,
			   uint32_t level_ppm);

/** loss_mean - weighted mean, summed in index order. */
double loss_mean(const double *values, const double *weights, size_t count);

#endif
