/* t_copula.h -- how heavy the joint tails are.
 *
 * Pure.  Pseudo-observations are ranks / (n + 1) over the complete bars, equal
 * values sharing their mean rank, so the margins do not matter. */
#ifndef MODELS_DEPENDENCE_T_COPULA_H
#define MODELS_DEPENDENCE_T_COPULA_H

#include "base/arena.h"
#include "models/dependence/correlation.h"
#include "models/parallel.h"

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
 *          correlation  [assets * assets] column-major, positive definite,
 *                       unit diagonal; its lower triangle is read
 *          arena        scratch, given back: 4 (assets + 15) bytes a bar
 * Returns: OK; E_INPUT fewer than 100 complete bars, assets out of 2 .. 16, a
 *          value not finite, a column whose complete bars are all equal,
 *          correlation not as above; E_LIMIT
 * Cost:    golden section in log degrees and two bisections: 32 to 72 steps,
 *          each O(assets^2 bars) and bars / 2 quantiles (bars, with ties).  The
 *          interval takes correlation as known
 * Source:  McNeil, Frey and Embrechts (2015), section 7.5.3 */
MUST_CHECK enum status t_copula_fit(struct copula_fit *out,
				    const struct residual_table *table,
				    const double *correlation,
				    struct arena *arena);

/** Where to look, and with what memory. */
struct copula_limit {
	unsigned most; /* even, at least 4 */
	struct arena *arena;
	const struct parallel *parallel; /* NULL: serial; no result depends */
};

/**
 * t_copula_even_degrees - the even number of degrees of freedom, 4 .. most,
 * with the highest likelihood: what simulated paths can be drawn with.
 * Returns: as t_copula_fit.  32 bytes of arena a bar more.
 * Cost:    8 likelihoods, two at
 *          once: a tenth of the fit
 */
MUST_CHECK enum status t_copula_even_degrees(unsigned *out,
					     const struct residual_table *table,
					     const double *correlation,
					     struct copula_limit limit);

#endif
