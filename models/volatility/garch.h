/* garch.h -- conditional variance by maximum likelihood: four recursions, each
 * with three laws of the innovations.
 *
 * Pure.  r_t = mu + e_t, e_t = sqrt(h_t) z_t:
 *   GARCH   h_t = omega + alpha e^2 + beta h                (all of t - 1)
 *   GJR     h_t = omega + (alpha + gamma [e < 0]) e^2 + beta h
 *   EGARCH  log h_t = omega + alpha (|z| - sqrt(2/pi)) + gamma z + beta log h
 *   APARCH  s_t = omega + alpha (|e| - gamma e)^delta + beta s, s = h^(delta/2)
 * z is normal, Student-t or Hansen's skewed t, with mean 0 and variance 1.
 * Region, v being the variance of the returns: omega >= 1e-7 v (v^(delta/2)
 * for APARCH; below it, a series of mostly zeros has an unbounded likelihood);
 *   GARCH   alpha, beta >= 0, alpha + beta <= 0.999999
 *   GJR     alpha, alpha + gamma, beta >= 0, alpha + gamma / 2 + beta <= 0.999999
 *   EGARCH  |beta| <= 0.999999; h_t itself is kept in [1e-7 v, 1e10 v]
 *   APARCH  alpha, beta >= 0, |gamma| <= 0.999, 0.5 <= delta <= 4, alpha k + beta
 *           <= 0.999999, k = E(|z| - gamma z)^delta of a normal z
 *   2.05 <= nu <= 200, |lambda| <= 0.95.
 * Weakly stationary for symmetric z (for APARCH: for normal z); where the
 * likelihood rises beyond, the estimate lies on the edge and its standard
 * errors say little.
 * Before the first return, by the start rule: m stands for h and e^2, half of
 * the squares count as falls; EGARCH takes log m and no shock; APARCH m^(delta/2)
 * and m^(delta/2) ((1 - gamma)^delta + (1 + gamma)^delta) / 2.
 * Sources: Bollerslev (1986, 1987); Glosten, Jagannathan and Runkle (1993);
 * Nelson (1991); Ding, Granger and Engle (1993); Hansen (1994); Fiorentini,
 * Calzolari and Panattoni (1996) for the start rule; Bollerslev and Wooldridge
 * (1992) for the robust errors. */
#ifndef MODELS_VOLATILITY_GARCH_H
#define MODELS_VOLATILITY_GARCH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

#define GARCH_OBSERVATIONS_MIN 50
#define GARCH_PERSISTENCE_MAX 0.999999
#define GARCH_FLOOR 1e-7
#define GARCH_NU_MIN 2.05
#define GARCH_NU_MAX 200.0
#define GARCH_LAMBDA_MAX 0.95
#define GARCH_GAMMA_MAX 0.999 /* of APARCH */
#define GARCH_DELTA_MIN 0.5
#define GARCH_DELTA_MAX 4.0
#define GARCH_FAMILIES 4
#define GARCH_DISTRIBUTIONS 3

enum garch_family { GARCH_PLAIN, GARCH_GJR, GARCH_EXPONENTIAL, GARCH_POWER };
enum garch_distribution { GARCH_NORMAL, GARCH_STUDENT, GARCH_SKEWED };
enum garch_start {
	GARCH_START_FCP,      /* m = mean e^2, a function of mu */
	GARCH_START_BACKCAST, /* m = weighted mean, 0.94^t, of 75 */
};

struct garch_model {
	enum garch_family family;
	enum garch_distribution distribution;
	enum garch_start start;
	bool constant_mean; /* false: mu = 0 */
};

/** Where each parameter stands in every array of GARCH_SLOTS. */
enum garch_slot { GARCH_MU, GARCH_OMEGA, GARCH_ALPHA, GARCH_GAMMA, GARCH_BETA,
		  GARCH_DELTA, GARCH_NU, GARCH_LAMBDA, GARCH_SLOTS };

/** garch_has - whether the model has the parameter; others are 0. */
bool garch_has(const struct garch_model *model, enum garch_slot slot);
/** garch_count - how many it has. */
size_t garch_count(const struct garch_model *model);
/** mu omega alpha1 gamma1 beta1 delta nu lambda */
const char *garch_name(enum garch_slot slot);

struct garch_fit {
	struct garch_model model;
	double at[GARCH_SLOTS];
	double se_hessian[GARCH_SLOTS];
	double se_opg[GARCH_SLOTS];
	double se_robust[GARCH_SLOTS];
	bool has_errors;    /* false: not asked for, or a matrix was singular */
	double log_likelihood;
	double next_variance; /* h of the observation after the last */
	double lowest_variance; /* least h_t of the sample */
	bool converged;
	unsigned iterations;
};

struct garch_request {
	struct garch_model model;
	const double *warm; /* [GARCH_SLOTS] one more start; NULL none */
	bool errors;        /* standard errors wanted */
};

/**
 * garch_fit_series - estimates from returns.
 *
 * Out:     out      untouched unless OK
 * In:      returns  [n] oldest first, any unit; finite
 *          n        >= GARCH_OBSERVATIONS_MIN
 *          arena    scratch, given back: 48 bytes an observation, and 80 more
 *                   where errors are wanted
 * Returns: OK             also when not converged: see out->converged
 *          E_INPUT        too few, not finite, or constant
 *          E_LIMIT        arena too small
 * Cost:    O(n) a pass, usually 30 to 60 passes: `make bench` prints both */
MUST_CHECK enum status garch_fit_series(struct garch_fit *out,
					const struct garch_request *request,
					const double *returns, size_t n,
					struct arena *arena);

/** Returns and the room that a pass works in. */
struct garch_data {
	struct garch_model model;
	const double *returns;
	size_t n;
	double *variance, *slope, *residual; /* [padded n] room */
	double *level, *shock; /* [padded n] of EGARCH and APARCH */
	double mean, spread;   /* of the start rule: m = spread + (mean - mu)^2 */
	double floor; /* EGARCH keeps h in [floor, 1e17 floor] */
};

/** garch_prepare - room from the arena, 24 bytes an observation, 40 for EGARCH
 *  and APARCH; the floor from the returns.  Returns OK, E_INPUT n 0, E_LIMIT. */
MUST_CHECK enum status garch_prepare(struct garch_data *out,
				     const struct garch_model *model,
				     const double *returns, size_t n,
				     struct arena *arena);

struct garch_point {
	double log_likelihood; /* -inf where it cannot be evaluated */
	double gradient[GARCH_SLOTS];
	double next_variance;
};

/** garch_evaluate - log-likelihood and its analytic gradient at given
 *  parameters, by one pass forward and one back (the adjoint recursion).
 *  data->variance holds h_t afterwards and data->residual e_t. */
void garch_evaluate(struct garch_point *out, const struct garch_data *data,
		    const double *at);
/** garch_likelihood - the first of them alone: the pass forward. */
double garch_likelihood(const struct garch_data *data, const double *at);

/** garch_terms - each observation's log density, after garch_evaluate or
 *  garch_likelihood at the same parameters; out [n]. */
void garch_terms(double *out, const struct garch_data *data, const double *at);

/** garch_residuals - e_t / sqrt(h_t), after either as well; out [n]. */
void garch_residuals(double *out, const struct garch_data *data);

/** garch_next - h of the observation after one with variance h and residual e:
 *  one step of the recursion, without EGARCH's floor. */
double garch_next(const struct garch_model *model, const double *at, double h,
		  double e);

/** garch_power_moment - k of APARCH's region: E(|z| - gamma z)^delta of a
 *  normal z. */
double garch_power_moment(double gamma, double delta);

#endif
