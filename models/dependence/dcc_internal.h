/* dcc_internal.h -- the likelihood of DCC and its gradient, for dcc.c,
 * dcc_fit.c and their test. */
#ifndef MODELS_DEPENDENCE_DCC_INTERNAL_H
#define MODELS_DEPENDENCE_DCC_INTERNAL_H

#include "models/dependence/dcc.h"

/** The residuals of a table bar by bar: element [t * assets + i]. */
struct dcc_data {
	const double *values;
	const unsigned char *present;
	const double *target;
	size_t assets, count;
	size_t terms; /* pairs' common bars: what the likelihood sums over */
};

struct dcc_slope {
	double by_a, by_b;
};

struct dcc_value {
	double log_likelihood;
	struct dcc_slope slope;
};

/** dcc_prepare - data in `arena`, which keeps them.
 *  Returns: OK, E_INPUT as dcc_fit_table, E_LIMIT. */
MUST_CHECK enum status dcc_prepare(struct dcc_data *out,
				   const struct residual_table *table,
				   const double *target, struct arena *arena);

/** dcc_evaluate - the composite log-likelihood at a and b of the region. */
void dcc_evaluate(struct dcc_value *out, const struct dcc_data *data, double a,
		  double b);

/** dcc_values - log-likelihoods of dcc_evaluate at so many points at once, to
 *  the last bit, at the cost of about one. */
#define DCC_MANY 4
void dcc_values(double out[DCC_MANY], const struct dcc_data *data,
		const double a[DCC_MANY], const double b[DCC_MANY]);

#endif
