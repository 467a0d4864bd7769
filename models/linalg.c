/* linalg.c -- see linalg.h. */
#include "models/linalg.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define WORK (LINALG_ORDER_MAX * 64)
#define RANK_LEAST 1e-12

/* LAPACK asks "which block size here?" (Users' Guide, "Determining the block
 * size") of this function.  Ours stands in place of the archive's: the answer
 * decides the order of sums and so the last bits of a decision, and the
 * archive's may change with its version and brings logf of the C library. */
enum { BLOCK_SIZE = 1, SMALLEST_BLOCK = 2, CROSSOVER = 3, NAN_IS_SAFE = 10,
       INFINITY_IS_SAFE = 11 };

int ilaenv_(const int *question, ...);

int ilaenv_(const int *question, ...)
{
	switch (*question) {
	case BLOCK_SIZE: /* 1: unblocked, the matrices are small */
	case NAN_IS_SAFE:
	case INFINITY_IS_SAFE:
		return 1;
	case SMALLEST_BLOCK:
		return 2;
	case CROSSOVER:
		return 0;
	default:
		return -1; /* nothing that we call asks anything else */
	}
}

/* dgels asks whether to widen its range of numbers for machines of old, through
 * log10 of the C library.  There is nothing to widen. */
void dlabad_(double *small, double *large);

void dlabad_(double *small, double *large)
{
	(void)small;
	(void)large;
}

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

static CBLAS_TRANSPOSE marked(const struct linalg_matrix *matrix)
{
	return matrix->transposed ? CblasTrans : CblasNoTrans;
}

static int size_of(size_t n)
{
	assert(n && n <= INT32_MAX);
	return (int)n;
}

void linalg_multiply(double *out, double keep, const struct linalg_matrix *left,
		     const struct linalg_matrix *right)
{
	size_t rows = left->transposed ? left->columns : left->rows;
	size_t inner = left->transposed ? left->rows : left->columns;
	size_t columns = right->transposed ? right->rows : right->columns;

	assert(inner == (right->transposed ? right->columns : right->rows));
	cblas_dgemm(CblasColMajor, marked(left), marked(right), size_of(rows),
		    size_of(columns), size_of(inner), 1.0, left->values,
		    size_of(left->rows), right->values, size_of(right->rows),
		    keep, out, size_of(rows));
}

/* Products in an order that keeps (i, j) and (j, i) the same bits. */
static void rebuild(double *matrix, const double *vectors,
		    const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			double sum = 0.0;

			for (size_t k = 0; k < n; k++)
				sum += values[k] * (vectors[k * n + i] *
						    vectors[k * n + j]);
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
							     (scale[i] *
							      scale[j]);
}

void linalg_correlation_of(double *matrix,
			   const struct linalg_spectrum *spectrum, size_t n)
{
	rebuild(matrix, spectrum->vectors, spectrum->values, n);
	unit_diagonal(matrix, n);
}

enum status linalg_decompose(struct linalg_spectrum *out, const double *matrix,
			     size_t n)
{
	lapack_int order = (lapack_int)n;
	double work[WORK];

	if (!n || n > LINALG_ORDER_MAX)
		return E_INPUT;
	for (size_t i = 0; i < n * n; i++)
		if (!(fabs(matrix[i]) < 1e100))
			return E_INPUT;
	memcpy(out->vectors, matrix, n * n * sizeof(*matrix));
	if (LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', order, out->vectors,
			       order, out->values, work, WORK))
		return E_CONVERGENCE;
	return OK;
}

enum status linalg_make_positive(double *matrix, size_t n, double least)
{
	struct linalg_spectrum spectrum;
	enum status status = linalg_decompose(&spectrum, matrix, n);
	double floor;

	if (status)
		return status;
	floor = spectrum.values[n - 1] * least;
	if (!(spectrum.values[n - 1] > 0.0))
		return E_INPUT;
	if (spectrum.values[0] >= floor)
		return OK;
	for (size_t i = 0; i < n; i++)
		if (spectrum.values[i] < floor)
			spectrum.values[i] = floor;
	linalg_correlation_of(matrix, &spectrum, n);
	return OK;
}

/* Of the triangle that dgels leaves: no column may lie in the others' span. */
static bool full_rank(const double *triangle, size_t rows, size_t columns)
{
	double largest = 0.0, least;

	for (size_t i = 0; i < columns; i++) {
		double size = fabs(triangle[i * rows + i]);

		largest = size > largest ? size : largest;
	}
	least = largest * RANK_LEAST;
	for (size_t i = 0; i < columns; i++)
		if (!(fabs(triangle[i * rows + i]) > least))
			return false;
	return true;
}

enum status linalg_least_squares(struct least_squares *s)
{
	lapack_int rows = (lapack_int)s->rows, columns = (lapack_int)s->columns;
	double work[WORK], left = 0.0;

	if (!s->columns || s->columns > LINALG_ORDER_MAX ||
	    s->rows < s->columns || s->rows > 1000000000)
		return E_INPUT;
	if (LAPACKE_dgels_work(LAPACK_COL_MAJOR, 'N', rows, columns, 1,
			       s->design, rows, s->target, rows, work, WORK) ||
	    !full_rank(s->design, s->rows, s->columns))
		return E_CONVERGENCE;
	for (size_t i = s->columns; i < s->rows; i++)
		left += s->target[i] * s->target[i];
	s->residual = left;
	return OK;
}
