/* rows.h -- bars to rows of training data: what the learned expert would have
 * seen before each, and what came.
 *
 * Pure.  The same fold as everywhere: a row's features are those of the state
 * before its bar. */
#ifndef MODELS_LEARNED_ROWS_H
#define MODELS_LEARNED_ROWS_H

#include "models/forecaster.h"
#include "models/learned/network.h"

/** Rows with the losses of the other experts on the same bars, for reports. */
struct learned_rows {
	double *x, *variance, *returns; /* as struct network_rows */
	double *unit;                   /* variance of the scale, with season */
	double *expert_variance;        /* [n][EXPERTS_COUNT]; 0 absent */
	size_t n, room;
};

/** learned_rows_add - folds the bars and adds a row for every scored one.
 *  Returns: as forecaster_advance; E_LIMIT also where room ends */
MUST_CHECK enum status learned_rows_add(struct learned_rows *rows,
					const struct series *series,
					const struct policy *policy,
					struct arena *arena);

#endif
