/* garch_series.c -- see garch_series.h. */
#include "tests/support/garch_series.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/rng.h"

#define BURN_IN 500

void garch_truth(double at[GARCH_SLOTS], const struct garch_model *model)
{
	static const double plain[] = { 0.02, 0.05, 0.08, 0.0, 0.88 };
	static const double gjr[] = { 0.02, 0.05, 0.05, 0.08, 0.87 };
	static const double egarch[] = { 0.02, 0.01, 0.18, -0.06, 0.95 };
	static const double aparch[] = { 0.02, 0.05, 0.09, 0.3, 0.86 };
	static const double *const of[] = { plain, gjr, egarch, aparch };

	memset(at, 0, GARCH_SLOTS * sizeof(*at));
	memcpy(at, of[model->family], 5 * sizeof(*at));
	if (model->family == GARCH_POWER)
		at[GARCH_DELTA] = 1.4;
	if (model->distribution != GARCH_NORMAL)
		at[GARCH_NU] = 6.0;
	if (model->distribution == GARCH_SKEWED)
		at[GARCH_LAMBDA] = -0.15;
	if (!model->constant_mean)
		at[GARCH_MU] = 0.0;
}

/* By inversion of Hansen's distribution function, two pieces of Student's. */
static double innovation(const struct garch_model *model, const double *at,
			 double u)
{
	double nu = at[GARCH_NU], lambda = at[GARCH_LAMBDA], c, a, b, k, y;

	if (model->distribution == GARCH_NORMAL)
		return normal_quantile(u);
	c = exp(lgamma(0.5 * (nu + 1.0)) - lgamma(0.5 * nu)) /
	    sqrt(M_PI * (nu - 2.0));
	a = 4.0 * lambda * c * (nu - 2.0) / (nu - 1.0);
	b = sqrt(1.0 + 3.0 * lambda * lambda - a * a);
	k = u < 0.5 * (1.0 - lambda) ? 1.0 - lambda : 1.0 + lambda;
	y = u < 0.5 * (1.0 - lambda)
		    ? u / (1.0 - lambda)
		    : (u - 0.5 * (1.0 - lambda)) / (1.0 + lambda) + 0.5;
	return (k * student_quantile(y, nu) * sqrt((nu - 2.0) / nu) - a) / b;
}

static double next_variance(const struct garch_model *model, const double *at,
			    double h, double e)
{
	double z = e / sqrt(h), delta = at[GARCH_DELTA];

	switch (model->family) {
	case GARCH_PLAIN:
	case GARCH_GJR:
		return at[GARCH_OMEGA] +
		       (at[GARCH_ALPHA] + (e < 0 ? at[GARCH_GAMMA] : 0)) * e * e +
		       at[GARCH_BETA] * h;
	case GARCH_EXPONENTIAL:
		return exp(at[GARCH_OMEGA] +
			   at[GARCH_ALPHA] * (fabs(z) - sqrt(2.0 / M_PI)) +
			   at[GARCH_GAMMA] * z + at[GARCH_BETA] * log(h));
	case GARCH_POWER:
		break;
	}
	return pow(at[GARCH_OMEGA] +
			   at[GARCH_ALPHA] *
				   pow(fabs(e) - at[GARCH_GAMMA] * e, delta) +
			   at[GARCH_BETA] * pow(h, 0.5 * delta),
		   2.0 / delta);
}

void garch_simulate(double *out, size_t n, const struct garch_model *model,
		    const double *at, uint64_t seed)
{
	uint8_t bytes[32] = { 0 };
	struct rng_key key;
	double h = 1.0;

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(seed >> (8 * i));
	key = rng_key_of(bytes);
	for (size_t t = 0; t < n + BURN_IN; t++) {
		struct rng_counter counter = { 0, (uint32_t)t, 0 };
		double u[2], e;

		rng_uniforms(u, &key, &counter);
		e = sqrt(h) * innovation(model, at, u[0]);
		if (t >= BURN_IN)
			out[t - BURN_IN] = at[GARCH_MU] + e;
		h = next_variance(model, at, h, e);
	}
}
