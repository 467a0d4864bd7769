/* optimise.h -- minimum of a smooth function of a few variables: BFGS.
 *
 * Pure.  Every count and tolerance is given or fixed, so the same input gives
 * the same bits.  It finds a local minimum: callers choose starts. */
#ifndef MODELS_OPTIMISE_H
#define MODELS_OPTIMISE_H

#include <stdbool.h>
#include <stddef.h>

#define OPTIMISE_VARIABLES_MAX 8

struct objective {
	/** The value at x and its gradient, both [count]; a value that is not
	 *  finite is taken as worse than any other. */
	double (*evaluate)(double *gradient, const void *context,
			   const double *x);
	const void *context;
	size_t count;              /* 1 .. OPTIMISE_VARIABLES_MAX */
	double gradient_tolerance; /* converged when every part is below */
	double quiet_gain;         /* ... or after 4 steps in a row that gain
				    * less: an edge approached without end */
};

/** A search: where it is and what it knows of the curvature. */
struct optimum {
	double x[OPTIMISE_VARIABLES_MAX], gradient[OPTIMISE_VARIABLES_MAX];
	double inverse[OPTIMISE_VARIABLES_MAX][OPTIMISE_VARIABLES_MAX];
	double value;
	unsigned iterations;
	unsigned quiet;
	bool fresh; /* the curvature is still the identity */
	bool converged;
};

/** optimise_begin - a search at start->x; one evaluation. */
void optimise_begin(struct optimum *search, const struct objective *objective);

/**
 * optimise_run - up to `iterations` further iterations; search->converged says
 * whether one of the criteria was met.  May be called again to go on.
 * Cost:   an iteration is 1 to 30 evaluations (backtracking), mostly 1
 * Source: Nocedal and Wright (2006), algorithm 6.1 and equation 6.17 */
void optimise_run(struct optimum *search, const struct objective *objective,
		  unsigned iterations);

#endif
