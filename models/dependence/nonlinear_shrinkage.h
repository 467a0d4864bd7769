/* nonlinear_shrinkage.h -- each eigenvalue of a sample correlation shrunk by
 * its own amount.
 *
 * Pure.  Where there are few bars for the assets, the sample's largest
 * eigenvalues are too large and its smallest too small; the Hilbert transform
 * of the eigenvalues' density says by how much. */
#ifndef MODELS_DEPENDENCE_NONLINEAR_SHRINKAGE_H
#define MODELS_DEPENDENCE_NONLINEAR_SHRINKAGE_H

#include "models/dependence/correlation.h"

/**
 * nonlinear_shrinkage - analytical nonlinear shrinkage of the second moments
 * of the complete bars (present in every asset), each column first divided by
 * its own root mean square; the result rescaled to unit diagonal.
 *
 * Out:     matrix  [assets * assets] column-major, positive definite, unit
 *                  diagonal; untouched unless OK
 * In:      table   columns may be collinear (eigenvalues below 1e-6 of the
 *                  largest count as that) or constant: see Returns
 * Returns: OK
 *          E_INPUT        assets out of 1 .. 16, a value not finite, fewer than
 *                         12 or fewer than 2 x assets complete bars, a column
 *                         that is all zero
 *          E_CONVERGENCE  the eigenvalues were not found
 * Cost:    O(assets^2 count + assets^3), no memory
 * Source:  Ledoit and Wolf (2020), "Analytical nonlinear shrinkage of
 *          large-dimensional covariance matrices", Annals of Statistics 48,
 *          section 4 (Epanechnikov kernel, bandwidth n^-1/3) */
MUST_CHECK enum status nonlinear_shrinkage(double *matrix,
					   const struct residual_table *table);

#endif
