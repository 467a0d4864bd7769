/* residuals.h -- what the models of dependence ask of a table of residuals.
 *
 * Pure. */
#ifndef MODELS_DEPENDENCE_RESIDUALS_H
#define MODELS_DEPENDENCE_RESIDUALS_H

#include <stdbool.h>

#include "models/dependence/correlation.h"

/** residuals_check - E_INPUT where assets are out of 1 .. 16 or a value that
 *  is present is not finite (1e100 and more counts as infinite). */
MUST_CHECK enum status residuals_check(const struct residual_table *table);

/** residuals_complete - is bar t present in every asset? */
bool residuals_complete(const struct residual_table *table, size_t t);

#endif
