/* correlation.h -- correlation of standardised returns with holes.  Pure. */
#ifndef MODELS_DEPENDENCE_CORRELATION_H
#define MODELS_DEPENDENCE_CORRELATION_H

#include "base/status.h"
#include "models/linalg.h"

/** One asset's residuals; index i is the same bar in every asset. */
struct residual_column {
	const double *values;
	const unsigned char *present;
};

/**
 * correlation_estimate - pairwise over common bars, shrunk toward the constant
 * correlation and made positive definite.
 *
 * Out:     matrix  [assets * assets], column-major, unit diagonal; intensity
 *          of the shrinkage in [0, 1]
 * In:      columns [assets], each `count` long; a pair with fewer than 50
 *          common bars takes the mean of the others
 * Returns: OK, E_INPUT assets out of 1 .. 16, E_CONVERGENCE
 * Cost:    O(assets^2 count)
 * Source:  Ledoit and Wolf (2004), "Honey, I shrunk the sample covariance
 *          matrix", on unit-variance data */
struct correlation_estimate {
	double matrix[LINALG_ORDER_MAX * LINALG_ORDER_MAX];
	double intensity;
};
MUST_CHECK enum status correlation_estimate(struct correlation_estimate *out,
					    const struct residual_column *columns,
					    size_t assets, size_t count);

#endif
