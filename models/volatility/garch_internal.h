/* garch_internal.h -- shared by the garch_*.c files only. */
#ifndef MODELS_VOLATILITY_GARCH_INTERNAL_H
#define MODELS_VOLATILITY_GARCH_INTERNAL_H

#include "models/volatility/garch.h"

#define EGARCH_MEAN_SHOCK 0.79788456080286535588 /* sqrt(2 / pi) */
#define EGARCH_CEILING 1e17 /* times the floor */

/** The innovations' law: constants that do not change over observations. */
struct garch_law {
	enum garch_distribution distribution;
	double nu, lambda;
	double constant;         /* log density where q = 0, h = 1 */
	double constant_nu, constant_lambda; /* its derivatives */
	double inverse;          /* 1 / (nu - 2) */
	double a, b;             /* Hansen's; 0 and 1 without skew */
	double a_nu, a_lambda, b_nu, b_lambda;
};
void garch_law_of(struct garch_law *out, const struct garch_model *model,
		  const double *at);

/** Sums over observations that likelihood and gradient are made of. */
struct garch_sums {
	double likelihood; /* -inf where a variance is not positive and finite */
	double residual;   /* sum of d l_t / d e_t */
	double nu, lambda; /* d l / d nu, d l / d lambda */
};

/** garch_chain_pass - data->variance holds c_t on entry and v_t = c_t + beta
 *  v_{t-1} after it, with v_{-1} = first; then the densities: slope holds
 *  d l_t / d h_t. */
struct garch_chain {
	double beta, first;
};
void garch_chain_pass(struct garch_sums *out, const struct garch_data *data,
		      const struct garch_law *law,
		      const struct garch_chain *chain);

/** garch_density_pass - the densities alone; data->variance holds h_t. */
void garch_density_pass(struct garch_sums *out, const struct garch_data *data,
			const struct garch_law *law);

/** garch_adjoint - slope_t += beta slope_{t+1}, from the end. */
void garch_adjoint(const struct garch_data *data, double beta);

/** m of the start rule and its derivative by mu. */
struct garch_presample {
	double m, m_mu;
};
/** garch_start_of - data->mean and data->spread from its returns. */
void garch_start_of(struct garch_data *data);
struct garch_presample garch_presample_of(const struct garch_data *data,
					  double mu);

/** Likelihoods of four parameter sets at once, GARCH and GJR only. */
void garch_four(double likelihood[4], const struct garch_data *data,
		const double (*at)[GARCH_SLOTS]);

/** Standard errors at the estimates. */
MUST_CHECK enum status garch_errors(struct garch_fit *fit,
				    const struct garch_data *data,
				    struct arena *arena);

/** Natural parameters of unconstrained coordinates and their derivatives. */
struct garch_mapping {
	double at[GARCH_SLOTS];
	double jacobian[GARCH_SLOTS][GARCH_SLOTS]; /* d at[i] / d x[j] */
};
void garch_map(struct garch_mapping *out, const struct garch_model *model,
	       const double *x);
/** garch_unmap - coordinates of natural parameters, moved inside the region. */
void garch_unmap(double *x, const struct garch_model *model, const double *at);

/** Moment k of the APARCH region and its derivatives. */
struct garch_moment {
	double k, k_gamma, k_delta;
};
struct garch_moment garch_moment_of(double gamma, double delta);

/** The power recursion and the exponential one; the likelihood alone without
 *  the pass back. */
double garch_power_likelihood(const struct garch_data *data, const double *at);
double garch_exponential_likelihood(const struct garch_data *data,
				    const double *at);
void garch_power_evaluate(struct garch_point *out, const struct garch_data *data,
			  const double *at);
void garch_exponential_evaluate(struct garch_point *out,
				const struct garch_data *data,
				const double *at);

#endif
