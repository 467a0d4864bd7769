/* linalg.h -- the one user of LAPACKE: reference LAPACK, column-major, _work
 * calls, no allocation.  Pure. */
#ifndef MODELS_LINALG_H
#define MODELS_LINALG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#define LINALG_ORDER_MAX 16

/** linalg_factor - lower Cholesky factor of a symmetric positive definite
 *  matrix, n x n column-major, in place; the upper part is zeroed.
 *  Unless OK the matrix is lost.
 *  Returns: OK, E_INPUT order, E_RANGE not positive definite. Cost: n^3 / 3 */
MUST_CHECK enum status linalg_factor(double *matrix, size_t n);

/** One side of a product: stored column-major without gaps, read as its
 *  transpose if so marked (row-major storage is the transpose). */
struct linalg_matrix {
	const double *values;
	size_t rows, columns; /* as stored */
	bool transposed;
};

/** linalg_multiply - out = left right + keep out, column-major; `out` apart
 *  from both.  keep 0: what `out` held does not matter.  Each element is one
 *  sum from the first term to the last where left is transposed and right is
 *  not, and so does not depend on the other rows.
 *  Source: reference BLAS, dgemm.  Shapes that do not fit are a bug. */
void linalg_multiply(double *out, double keep, const struct linalg_matrix *left,
		     const struct linalg_matrix *right);

/** linalg_make_positive - clips the eigenvalues of a symmetric matrix at
 *  `least` times the largest and rescales to unit diagonal (a correlation).
 *  Source: Rebonato and Jaeckel (1999), spectral method.
 *  Returns: OK, E_INPUT order or not finite, E_CONVERGENCE. */
MUST_CHECK enum status linalg_make_positive(double *matrix, size_t n,
					    double least);

/** A symmetric matrix taken apart. */
struct linalg_spectrum {
	double values[LINALG_ORDER_MAX]; /* ascending */
	/* [n * n] column-major: column k belongs to value k */
	double vectors[LINALG_ORDER_MAX * LINALG_ORDER_MAX];
};

/** linalg_decompose - eigenvalues and orthonormal eigenvectors of a symmetric
 *  matrix, of which the lower triangle is read.  `out` is lost unless OK.
 *  Returns: OK, E_INPUT order or not finite, E_CONVERGENCE. */
MUST_CHECK enum status linalg_decompose(struct linalg_spectrum *out,
					const double *matrix, size_t n);

/** linalg_correlation_of - the matrix with that spectrum, rescaled to unit
 *  diagonal; all values above 0. */
void linalg_correlation_of(double *matrix,
			   const struct linalg_spectrum *spectrum, size_t n);

/** An overdetermined system: rows >= columns. */
struct least_squares {
	size_t rows, columns;
	double *design;   /* [rows * columns] column-major; lost */
	double *target;   /* [rows]; the first `columns` become the solution */
	double residual;  /* out: sum of squares that is left */
};

/** linalg_least_squares - by QR.  Unless OK both arrays are lost.
 *  Returns: OK, E_INPUT columns 0 or above 16, fewer rows than columns;
 *  E_CONVERGENCE columns that depend on each other.  Cost: 2 rows columns^2. */
MUST_CHECK enum status linalg_least_squares(struct least_squares *system);

#endif
