/* correlation.h -- correlation of standardised returns with holes.
 *
 * Pure.  Second moments about 0 (residuals have mean 0): in a stressed sample
 * a fall common to two assets counts as dependence. */
#ifndef MODELS_DEPENDENCE_CORRELATION_H
#define MODELS_DEPENDENCE_CORRELATION_H

#include "base/status.h"
#include "models/linalg.h"

/** One asset's residuals; index i is the same bar in every asset. */
struct residual_column {
	const double *values;
	const unsigned char *present;
};

struct correlation_estimate {
	double matrix[LINALG_ORDER_MAX * LINALG_ORDER_MAX]; /* column-major */
	double intensity; /* of the shrinkage, 0 .. 1 */
	size_t pairs;     /* how many had bars enough to be estimated */
};

/**
 * correlation_estimate - pairwise over common bars, shrunk toward the constant
 * correlation and made positive definite.
 *
 * Out:     matrix  [assets * assets], unit diagonal.  A pair with fewer than
 *          50 common bars takes the mean of the others; 0 if there are none
 *          (see pairs)
 * In:      columns [assets], each `count` long
 * Returns: OK, E_INPUT assets out of 1 .. 16 or a value not finite,
 *          E_CONVERGENCE
 * Cost:    O(assets^2 count)
 * Source:  Ledoit and Wolf (2004), "Honey, I shrunk the sample covariance
 *          matrix", appendices A and B, on unit-variance data; with holes, each
 *          pair's terms are over its own bars */
MUST_CHECK enum status correlation_estimate(struct correlation_estimate *out,
					    const struct residual_column *columns,
					    size_t assets, size_t count);

/** The worst bars of one asset, taken as the market. */
struct correlation_stress {
	size_t market; /* index of its column */
	double share;  /* of its bars, lowest first: 0 .. 1 */
};

/**
 * correlation_stressed - the same over the worst bars of the market only.
 * Returns: as above; also E_INPUT for a market or share out of range, and
 *          where fewer than 50 bars remain */
struct residual_table {
	const struct residual_column *columns;
	size_t assets, count;
};
MUST_CHECK enum status
correlation_stressed(struct correlation_estimate *out,
		     const struct residual_table *table,
		     const struct correlation_stress *stress);

#endif
