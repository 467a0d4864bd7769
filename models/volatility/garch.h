/* garch.h -- GARCH(1,1) by maximum likelihood.
 *
 * Pure.  r_t = mu + e_t,  h_t = omega + alpha e_{t-1}^2 + beta h_{t-1}.
 * Region: omega >= 1e-7 of the returns' variance (below it, a series of mostly
 * zeros has an unbounded likelihood); alpha >= 0; beta >= 0; alpha + beta <=
 * 0.999999 (weakly stationary: where the likelihood rises beyond, the estimate
 * lies on this edge and its standard errors say little); 2.05 <= nu <= 200 for
 * Student-t innovations with unit variance.
 * Sources: Bollerslev (1986, 1987); Fiorentini, Calzolari and Panattoni (1996)
 * for derivatives and the start rule; Bollerslev and Wooldridge (1992). */
#ifndef MODELS_VOLATILITY_GARCH_H
#define MODELS_VOLATILITY_GARCH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

#define GARCH_PARAMETERS_MAX 5
#define GARCH_OBSERVATIONS_MIN 50
#define GARCH_PERSISTENCE_MAX 0.999999
#define GARCH_OMEGA_FLOOR 1e-7
#define GARCH_NU_MIN 2.05
#define GARCH_NU_MAX 200.0

enum garch_distribution { GARCH_NORMAL, GARCH_STUDENT };
enum garch_start {
	GARCH_START_FCP,      /* h0 = e0^2 = mean e^2, a function of mu */
	GARCH_START_BACKCAST, /* h0 = e0^2 = weighted mean, 0.94^t, fixed */
};

struct garch_model {
	enum garch_distribution distribution;
	enum garch_start start;
	bool constant_mean; /* false: mu = 0 */
};

/** Parameters in the order mu (if any), omega, alpha1, beta1, nu (if any). */
struct garch_fit {
	size_t count;
	const char *names[GARCH_PARAMETERS_MAX];
	double mu, omega, alpha, beta, nu; /* nu 0 for normal */
	double estimate[GARCH_PARAMETERS_MAX];
	double se_hessian[GARCH_PARAMETERS_MAX];
	double se_opg[GARCH_PARAMETERS_MAX];
	double se_robust[GARCH_PARAMETERS_MAX];
	bool has_errors;    /* false: a matrix was singular (on a bound) */
	double log_likelihood;
	double next_variance; /* h of the observation after the last */
	bool converged;
	unsigned iterations;
};

/**
 * garch_fit_series - estimates from returns.
 *
 * Out:     out      untouched unless OK
 * In:      returns  [n] oldest first, any unit; finite
 *          n        >= GARCH_OBSERVATIONS_MIN
 *          arena    scratch, given back: 48 bytes an observation
 * Returns: OK             also when not converged: see out->converged
 *          E_INPUT        too few, not finite, or constant
 *          E_LIMIT        arena too small
 * Cost:    O(n) a likelihood pass (about 15 ns an observation, 40 for
 *          Student-t), usually 60 to 120 passes */
MUST_CHECK enum status garch_fit_series(struct garch_fit *out,
					const struct garch_model *model,
					const double *returns, size_t n,
					struct arena *arena);

/** garch_log_likelihood - at given parameters (order as above), with the
 *  gradient [count] and, if scores is not NULL, each observation's score
 *  [n][count]. */
struct garch_point {
	double log_likelihood;
	double gradient[GARCH_PARAMETERS_MAX];
	double next_variance;
};
void garch_evaluate(struct garch_point *out, const struct garch_model *model,
		    const double *parameters, const double *returns, size_t n);

/** garch_parameter_count / garch_parameter_name */
size_t garch_parameter_count(const struct garch_model *model);
const char *garch_parameter_name(const struct garch_model *model, size_t index);

#endif
