/* garch_internal.h -- shared by the garch_*.c files only. */
#ifndef MODELS_VOLATILITY_GARCH_INTERNAL_H
#define MODELS_VOLATILITY_GARCH_INTERNAL_H

#include "models/volatility/garch.h"

/** One likelihood problem. */
struct garch_data {
	const struct garch_model *model;
	const double *returns;
	size_t n;
};

/** One pass; scores [n][count] may be NULL. */
void garch_pass(struct garch_point *out, const struct garch_data *data,
		const double *parameters, double *scores);

/** Standard errors at the estimates. */
MUST_CHECK enum status garch_errors(struct garch_fit *fit,
				    const struct garch_data *data,
				    struct arena *arena);

/** Natural parameters by position; absent ones are 0. */
struct garch_values {
	double mu, omega, alpha, beta, nu;
};
struct garch_values garch_unpack(const struct garch_model *model,
				 const double *parameters);

#endif
