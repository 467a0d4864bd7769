/* regression.c -- see regression.h.  By orthogonalisation (modified Gram and
 * Schmidt), the constant last. */
#include "tests/models/regression.h"

#include <math.h>
#include <stdlib.h>

static double product(const double *a, const double *b, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static void take_out(double *a, const double *direction, size_t n)
{
	double squares = product(direction, direction, n);
	double share = squares > 0.0 ? product(a, direction, n) / squares : 0.0;

	for (size_t i = 0; i < n; i++)
		a[i] -= share * direction[i];
}

struct intercept regression_intercept(double *y, double *controls,
				      size_t count, size_t n)
{
	double *one = malloc(n * sizeof(*one)), ones, left;
	struct intercept out;

	if (!one || n <= count + 1)
		abort();
	for (size_t i = 0; i < n; i++)
		one[i] = 1.0;
	for (size_t k = 0; k < count; k++) {
		const double *direction = controls + k * n;

		for (size_t j = k + 1; j < count; j++)
			take_out(controls + j * n, direction, n);
		take_out(one, direction, n);
		take_out(y, direction, n);
	}
	ones = product(one, one, n);
	out.value = product(one, y, n) / ones;
	take_out(y, one, n);
	left = product(y, y, n) / (double)(n - count - 1);
	out.error = sqrt(left / ones);
	free(one);
	return out;
}
