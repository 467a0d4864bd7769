/* skewed_t.h -- Hansen's skewed Student-t with mean 0 and variance 1, and its
 * relatives: Student-t (lambda 0) and normal (nu 0).
 *
 * Pure. */
#ifndef MODELS_TAILS_SKEWED_T_H
#define MODELS_TAILS_SKEWED_T_H

#include <stddef.h>

/** nu 0: normal; else nu > 2, |lambda| < 1. */
struct skewed_t {
	double nu, lambda;
	double a, b; /* Hansen's constants; 0 and 1 without skew */
};

/** skewed_t_of - nu outside [2.05, 200] and lambda outside [-0.95, 0.95] are
 *  moved inside, but nu 0 stays. */
struct skewed_t skewed_t_of(double nu, double lambda);

/** A quantile and the mean of what lies below it. */
struct tail_point {
	double quantile, shortfall;
};

/** skewed_t_tail - at probability p in (0, 1) from below.
 *  Cost: one Student quantile, one density.
 *  Source: Hansen (1994), International Economic Review 35, equation 10, and
 *  its integral */
struct tail_point skewed_t_tail(const struct skewed_t *law, double p);

/** skewed_t_tails - out[i] = skewed_t_tail(law, p[i]), to the last bit, for up
 *  to SKEWED_T_MANY points at a fraction of the cost. */
#define SKEWED_T_MANY 64
void skewed_t_tails(struct tail_point *out, const struct skewed_t *law,
		    const double *p, size_t n);

/** skewed_t_mean_size - E|z| of a law without skew. */
double skewed_t_mean_size(double nu);

#endif
