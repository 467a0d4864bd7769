/* degrees.h -- degrees of freedom of standardised residuals.  Pure. */
#ifndef MODELS_TAILS_DEGREES_H
#define MODELS_TAILS_DEGREES_H

#include <stddef.h>

#include "base/status.h"

/** degrees_fit - maximum likelihood of a Student-t scaled to unit variance,
 *  nu in [2.05, 200].
 *  Returns: OK; E_INPUT fewer than 20 values or one not finite
 *  Cost:    32 passes of golden section in log(nu - 2), no logarithm an
 *           observation (products, as in lanes.h) */
MUST_CHECK enum status degrees_fit(double *out, const double *z, size_t n);

#endif
