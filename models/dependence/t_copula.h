/* t_copula.h -- how heavy the joint tails are.
 *
 * Pure.  Pseudo-observations are ranks / (n + 1) over the complete bars, so the
 * margins do not matter. */
#ifndef MODELS_DEPENDENCE_T_COPULA_H
#define MODELS_DEPENDENCE_T_COPULA_H

#include "base/arena.h"
#include "models/dependence/correlation.h"

#define COPULA_DEGREES_MIN 2.1
#define COPULA_DEGREES_MAX 100.0

struct copula_fit {
	double degrees;        /* COPULA_DEGREES_MAX: as good as normal */
	double log_likelihood; /* at degrees */
	double low, high;      /* where the log-likelihood is 1.92 lower: 95 % */
	size_t bars;           /* complete ones */
};

/**
 * t_copula_fit - degrees of freedom by maximum likelihood, correlation given.
 *
 * Out:     out          untouched unless OK
 * In:      table        residuals; only complete bars count
 *          correlation  [assets * assets] column-major, positive definite
 *          arena        scratch, given back
 * Returns: OK; E_INPUT fewer than 100 complete bars, assets out of 2 .. 16, a
 *          value not finite, correlation not positive definite; E_LIMIT
 * Cost:    golden section in log degrees, fixed steps, each O(assets^2 bars)
 *          and assets x bars quantiles; state it
 * Source:  McNeil, Frey and Embrechts (2015), section 7.5.3 */
MUST_CHECK enum status t_copula_fit(struct copula_fit *out,
				    const struct residual_table *table,
				    const double *correlation,
				    struct arena *arena);

#endif
