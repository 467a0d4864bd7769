/* dcc.h -- correlation that moves: DCC(1,1) of standardised residuals.
 *
 * Pure.  Q_{t+1} = (1 - a - b) S + a z_t z_t' + b Q_t, R_t = Q_t rescaled to
 * unit diagonal; a bar where an asset has no value leaves its row of Q at
 * b Q + (1 - b) S (the missing product is replaced by its expectation).  Rows
 * then move apart: a correlation that would pass 1 is held below it, and R is
 * made positive definite (linalg_make_positive). */
#ifndef MODELS_DEPENDENCE_DCC_H
#define MODELS_DEPENDENCE_DCC_H

#include <stdbool.h>

#include "base/arena.h"
#include "models/dependence/correlation.h"
#include "models/parallel.h"

#define DCC_PERSISTENCE_MAX 0.9999

struct dcc_fit {
	double a, b;           /* a >= 0, b >= 0, a + b <= DCC_PERSISTENCE_MAX */
	double log_likelihood; /* composite: sum over pairs and common bars */
	/* R after the last bar, [assets * assets] column-major */
	double next[LINALG_ORDER_MAX * LINALG_ORDER_MAX];
	bool converged;
	unsigned iterations;
};

/**
 * dcc_fit_table - a and b by composite likelihood: the sum over all pairs of
 * assets of the bivariate normal log-likelihood; S given (correlation
 * targeting).  Analytic gradient, BFGS (models/optimise.h) on unconstrained
 * coordinates, fixed counts.
 *
 * Out:     out     untouched unless OK
 * In:      table   residuals, oldest first
 *          target  S, [assets * assets] column-major, positive definite, unit
 *                  diagonal; its lower triangle is read
 *          arena   scratch, given back
 *          parallel  NULL: serial; the result does not depend on it
 * Returns: OK             also when not converged: see out->converged; one
 *                         asset, or nothing gained over R = S: a = b = 0,
 *                         converged
 *          E_INPUT        assets out of 1 .. 16, a value not finite, no pair
 *                         with 50 common bars, target not as above
 *          E_LIMIT        arena too small: it takes 9 bytes a value
 *          E_CONVERGENCE  the eigenvalues of R were not found
 * Cost:    O(pairs count) a pass, usually 20 to 60 passes
 * Sources: Engle (2002), JBES 20; Pakel, Shephard, Sheppard and Engle (2021),
 *          JBES 39 (composite likelihood) */
MUST_CHECK enum status dcc_fit_table(struct dcc_fit *out,
				     const struct residual_table *table,
				     const double *target, struct arena *arena,
				     const struct parallel *parallel);

/** dcc_filter - next [assets * assets] as in dcc_fit at given a and b (no
 *  fit).  Returns: OK, E_INPUT a or b outside the region or as above, but any
 *  number of bars will do (S without one), E_CONVERGENCE. */
struct dcc_parameters {
	double a, b;
	const double *target;
};
MUST_CHECK enum status dcc_filter(double *next,
				  const struct residual_table *table,
				  const struct dcc_parameters *at);

#endif
