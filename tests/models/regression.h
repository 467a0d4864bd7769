/* regression.h -- the mean of a quantity, made sharper by controls whose means
 * are known to be 0 (control variates): the intercept of least squares. */
#ifndef TESTS_MODELS_REGRESSION_H
#define TESTS_MODELS_REGRESSION_H

#include <stddef.h>

struct intercept {
	double value, error; /* and its standard error */
};

/** regression_intercept - of y [n] on a constant and controls [count][n];
 *  both are worked in and lost. */
struct intercept regression_intercept(double *y, double *controls,
				      size_t count, size_t n);

#endif
