/* linalg.c -- see linalg.h. */
#include "models/linalg.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

#define WORK (LINALG_ORDER_MAX * 64)

enum status linalg_factor(double *matrix, size_t n)
{
	lapack_int order = (lapack_int)n, info;

	if (!n || n > LINALG_ORDER_MAX)
		return E_INPUT;
	info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', order, matrix, order);
	if (info)
		return E_RANGE;
	for (size_t column = 1; column < n; column++)
		for (size_t row = 0; row < column; row++)
			matrix[column * n + row] = 0.0;
	return OK;
}

static void rebuild(double *matrix, const double *vectors,
		    const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			double sum = 0.0;

			for (size_t k = 0; k < n; k++)
				sum += values[k] * vectors[k * n + i] *
				       vectors[k * n + j];
			matrix[j * n + i] = sum;
		}
}

static void unit_diagonal(double *matrix, size_t n)
{
	double scale[LINALG_ORDER_MAX];

	for (size_t i = 0; i < n; i++)
		scale[i] = 1.0 / sqrt(matrix[i * n + i]);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			matrix[j * n + i] = i == j ? 1.0
						   : matrix[j * n + i] *
							     scale[i] * scale[j];
}

enum status linalg_make_positive(double *matrix, size_t n, double least)
{
	double vectors[LINALG_ORDER_MAX * LINALG_ORDER_MAX];
	double values[LINALG_ORDER_MAX], work[WORK], floor;
	lapack_int order = (lapack_int)n;

	if (!n || n > LINALG_ORDER_MAX)
		return E_INPUT;
	for (size_t i = 0; i < n * n; i++)
		if (!(fabs(matrix[i]) < 1e100))
			return E_INPUT;
	memcpy(vectors, matrix, n * n * sizeof(*matrix));
	if (LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', order, vectors,
			       order, values, work, WORK))
		return E_CONVERGENCE;
	floor = values[n - 1] * least;
	if (!(values[n - 1] > 0.0))
		return E_INPUT;
	if (values[0] >= floor)
		return OK;
	for (size_t i = 0; i < n; i++)
		if (values[i] < floor)
			values[i] = floor;
	rebuild(matrix, vectors, values, n);
	unit_diagonal(matrix, n);
	return OK;
}
