/* garch_series.h -- simulated returns of any of the twelve models.  Test code;
 * the recursion is written out here on its own. */
#ifndef TESTS_SUPPORT_GARCH_SERIES_H
#define TESTS_SUPPORT_GARCH_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "models/volatility/garch.h"

/** garch_truth - plausible interior parameters of a model. */
void garch_truth(double at[GARCH_SLOTS], const struct garch_model *model);

/** garch_simulate - n returns after 500 that are thrown away. */
void garch_simulate(double *out, size_t n, const struct garch_model *model,
		    const double *at, uint64_t seed);

#endif
