/* simplex.h -- minimisation by the simplex of Nelder and Mead (1965): the
 * second optimiser that the product's own is held against.  Test code. */
#ifndef TESTS_MODELS_SIMPLEX_H
#define TESTS_MODELS_SIMPLEX_H

#include <stddef.h>

#define SIMPLEX_DIMENSIONS 8

struct simplex_problem {
	double (*value)(const void *context, const double *x);
	const void *context;
	size_t count;     /* of coordinates, <= SIMPLEX_DIMENSIONS */
	size_t room;      /* evaluations */
	double step;      /* of the first simplex */
	double tolerance; /* of the values at the corners */
};

/** simplex_minimise - the lowest value found; x: the start, then its place. */
double simplex_minimise(double *x, const struct simplex_problem *problem);

#endif
