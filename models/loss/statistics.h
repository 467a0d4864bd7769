/* statistics.h -- VaR and ES of simulated losses, with their errors. Pure. */
#ifndef MODELS_LOSS_STATISTICS_H
#define MODELS_LOSS_STATISTICS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

struct estimate {
	double value, error; /* Monte-Carlo standard error, same unit */
};

/**
 * loss_sort - indexes of the losses in ascending order, ties by index, so that
 * the order is the same everywhere.
 * Out: order [count].  Cost: O(n log n), n indexes of scratch in the arena. */
MUST_CHECK enum status loss_sort(size_t *order, const double *losses,
				 size_t count, struct arena *arena);

/**
 * loss_var - the level quantile of the losses.
 *   value = x[ceil(n * level) - 1]; error = half the distance between the
 *   order statistics one binomial standard deviation to either side.
 * Source: Serfling (1980) section 2.3 */
struct estimate loss_var(const double *losses, const size_t *order,
			 size_t count, double level);

/**
 * loss_es - mean of the losses at and beyond the level quantile.
 *   error^2 = (var(tail) + level * (ES - VaR)^2) / (n * (1 - level))
 * Source: Manistre and Hancock (2005), North American Actuarial Journal 9 */
struct estimate loss_es(const double *losses, const size_t *order,
			size_t count, double level);

/** loss_tail_mean - mean of other[] over the paths in the tail of losses: the
 *  Euler share of a part in the whole's ES.  other has the given stride. */
double loss_tail_mean(const double *other, size_t stride, const size_t *order,
		      size_t count, double level);

/** fixed_mean - mean summed in index order. */
double fixed_mean(const double *values, size_t count);

#endif
