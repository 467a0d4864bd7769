/* garch_map.c -- the region as the image of unconstrained coordinates; see
 * garch.h for the region and garch_internal.h.
 *
 * For returns of unit variance.  x[OMEGA]: log(omega - floor), for EGARCH the
 * long-run log variance; x[BETA]: logit of persistence, x[ALPHA]: logit of
 * alpha's share of it, x[GAMMA]: logit of the asymmetry. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/volatility/garch_internal.h"

/* A start keeps away from the edges, where no slope leads back. */
#define COORDINATE_MAX 9.0
#define START_OMEGA_MIN 1e-6
#define SQRT_PI 0x1.c5bf891b4ef6ap0

/* A bounded parameter: low + (high - low) logistic(x), and its slope. */
struct bounded {
	double value, slope;
};

static struct bounded bounded_of(double x, double low, double high)
{
	double p = 1.0 / (1.0 + elementary_exp(-x));

	return (struct bounded){ low + (high - low) * p,
				 (high - low) * p * (1.0 - p) };
}

static double unbounded(double value, double low, double high)
{
	double p = (value - low) / (high - low), x;

	if (!(p > 1e-6))
		return -COORDINATE_MAX;
	if (!(p < 1.0 - 1e-6))
		return COORDINATE_MAX;
	x = elementary_log(p / (1.0 - p));
	if (!(x > -COORDINATE_MAX))
		return -COORDINATE_MAX;
	return x < COORDINATE_MAX ? x : COORDINATE_MAX;
}

struct garch_moment garch_moment_of(double gamma, double delta)
{
	double up = 1.0 - gamma, down = 1.0 + gamma;
	double a = elementary_pow(up, delta), b = elementary_pow(down, delta);
	double half = 0.5 * (delta + 1.0);
	double scale = elementary_exp(0.5 * (delta - 2.0) *
					      elementary_log(2.0) +
				      elementary_lgamma(half)) / SQRT_PI;
	struct garch_moment m;

	m.k = scale * (a + b);
	m.k_gamma = scale * delta * (b / down - a / up);
	m.k_delta = m.k * 0.5 * (elementary_log(2.0) +
				 elementary_digamma(half)) +
		    scale * (a * elementary_log(up) + b * elementary_log(down));
	return m;
}

double garch_power_moment(double gamma, double delta)
{
	return garch_moment_of(gamma, delta).k;
}

static void map_law(struct garch_mapping *m, const struct garch_model *model,
		    const double *x)
{
	struct bounded b;

	if (garch_has(model, GARCH_MU)) {
		m->at[GARCH_MU] = x[GARCH_MU];
		m->jacobian[GARCH_MU][GARCH_MU] = 1.0;
	}
	if (garch_has(model, GARCH_NU)) {
		b = bounded_of(x[GARCH_NU], GARCH_NU_MIN, GARCH_NU_MAX);
		m->at[GARCH_NU] = b.value;
		m->jacobian[GARCH_NU][GARCH_NU] = b.slope;
	}
	if (garch_has(model, GARCH_LAMBDA)) {
		b = bounded_of(x[GARCH_LAMBDA], -GARCH_LAMBDA_MAX,
			       GARCH_LAMBDA_MAX);
		m->at[GARCH_LAMBDA] = b.value;
		m->jacobian[GARCH_LAMBDA][GARCH_LAMBDA] = b.slope;
	}
}

static void map_omega(struct garch_mapping *m, const double *x)
{
	double slope = elementary_exp(x[GARCH_OMEGA]);

	m->at[GARCH_OMEGA] = GARCH_FLOOR + slope;
	m->jacobian[GARCH_OMEGA][GARCH_OMEGA] = slope;
}

/* Persistence and alpha's share: beta and the weight a of a mean square. */
struct weights {
	struct bounded persistence, share;
	double a;
};

static struct weights weights_of(struct garch_mapping *m, const double *x)
{
	struct weights w = {
		bounded_of(x[GARCH_BETA], 0.0, GARCH_PERSISTENCE_MAX),
		bounded_of(x[GARCH_ALPHA], 0.0, 1.0), 0.0 };
	double rest = 1.0 - w.share.value;

	w.a = w.persistence.value * w.share.value;
	m->at[GARCH_BETA] = w.persistence.value * rest;
	m->jacobian[GARCH_BETA][GARCH_BETA] = w.persistence.slope * rest;
	m->jacobian[GARCH_BETA][GARCH_ALPHA] =
		-w.persistence.value * w.share.slope;
	return w;
}

/* alpha = a (1 - s), gamma = 2 a s with s in (-1, 1): a = alpha + gamma / 2. */
static void map_gjr(struct garch_mapping *m, const struct garch_model *model,
		    const double *x)
{
	struct weights w = weights_of(m, x);
	bool skewed = model->family == GARCH_GJR;
	struct bounded s = skewed ? bounded_of(x[GARCH_GAMMA], -1.0, 1.0)
				  : (struct bounded){ 0.0, 0.0 };
	double a_beta = w.persistence.slope * w.share.value;
	double a_alpha = w.persistence.value * w.share.slope;

	m->at[GARCH_ALPHA] = w.a * (1.0 - s.value);
	m->jacobian[GARCH_ALPHA][GARCH_BETA] = a_beta * (1.0 - s.value);
	m->jacobian[GARCH_ALPHA][GARCH_ALPHA] = a_alpha * (1.0 - s.value);
	m->jacobian[GARCH_ALPHA][GARCH_GAMMA] = -w.a * s.slope;
	if (!skewed)
		return;
	m->at[GARCH_GAMMA] = 2.0 * w.a * s.value;
	m->jacobian[GARCH_GAMMA][GARCH_BETA] = 2.0 * a_beta * s.value;
	m->jacobian[GARCH_GAMMA][GARCH_ALPHA] = 2.0 * a_alpha * s.value;
	m->jacobian[GARCH_GAMMA][GARCH_GAMMA] = 2.0 * w.a * s.slope;
}

static void map_power(struct garch_mapping *m, const double *x)
{
	struct weights w = weights_of(m, x);
	struct bounded gamma = bounded_of(x[GARCH_GAMMA], -GARCH_GAMMA_MAX,
					  GARCH_GAMMA_MAX);
	struct bounded delta = bounded_of(x[GARCH_DELTA], GARCH_DELTA_MIN,
					  GARCH_DELTA_MAX);
	struct garch_moment k = garch_moment_of(gamma.value, delta.value);
	double alpha = w.a / k.k;

	m->at[GARCH_GAMMA] = gamma.value;
	m->jacobian[GARCH_GAMMA][GARCH_GAMMA] = gamma.slope;
	m->at[GARCH_DELTA] = delta.value;
	m->jacobian[GARCH_DELTA][GARCH_DELTA] = delta.slope;
	m->at[GARCH_ALPHA] = alpha;
	m->jacobian[GARCH_ALPHA][GARCH_BETA] =
		w.persistence.slope * w.share.value / k.k;
	m->jacobian[GARCH_ALPHA][GARCH_ALPHA] =
		w.persistence.value * w.share.slope / k.k;
	m->jacobian[GARCH_ALPHA][GARCH_GAMMA] =
		-alpha * k.k_gamma / k.k * gamma.slope;
	m->jacobian[GARCH_ALPHA][GARCH_DELTA] =
		-alpha * k.k_delta / k.k * delta.slope;
}

static void map_exponential(struct garch_mapping *m, const double *x)
{
	struct bounded beta = bounded_of(x[GARCH_BETA], -GARCH_PERSISTENCE_MAX,
					 GARCH_PERSISTENCE_MAX);

	m->at[GARCH_BETA] = beta.value;
	m->jacobian[GARCH_BETA][GARCH_BETA] = beta.slope;
	m->at[GARCH_OMEGA] = (1.0 - beta.value) * x[GARCH_OMEGA];
	m->jacobian[GARCH_OMEGA][GARCH_OMEGA] = 1.0 - beta.value;
	m->jacobian[GARCH_OMEGA][GARCH_BETA] = -beta.slope * x[GARCH_OMEGA];
	m->at[GARCH_ALPHA] = x[GARCH_ALPHA];
	m->jacobian[GARCH_ALPHA][GARCH_ALPHA] = 1.0;
	m->at[GARCH_GAMMA] = x[GARCH_GAMMA];
	m->jacobian[GARCH_GAMMA][GARCH_GAMMA] = 1.0;
}

void garch_map(struct garch_mapping *out, const struct garch_model *model,
	       const double *x)
{
	memset(out, 0, sizeof(*out));
	map_law(out, model, x);
	if (model->family == GARCH_EXPONENTIAL) {
		map_exponential(out, x);
		return;
	}
	map_omega(out, x);
	if (model->family == GARCH_POWER)
		map_power(out, x);
	else
		map_gjr(out, model, x);
}

static void unmap_variance(double *x, const struct garch_model *model,
			   const double *at)
{
	double gamma = at[GARCH_GAMMA], alpha = at[GARCH_ALPHA], persistence;
	double above = at[GARCH_OMEGA] - GARCH_FLOOR;
	double a = model->family == GARCH_GJR ? alpha + 0.5 * gamma : alpha;

	if (model->family == GARCH_POWER)
		a = alpha * garch_moment_of(gamma, at[GARCH_DELTA]).k;
	persistence = a + at[GARCH_BETA];
	x[GARCH_OMEGA] = elementary_log(above > START_OMEGA_MIN
					     ? above
					     : START_OMEGA_MIN);
	x[GARCH_BETA] = unbounded(persistence, 0.0, GARCH_PERSISTENCE_MAX);
	x[GARCH_ALPHA] = unbounded(a / persistence, 0.0, 1.0);
	if (model->family == GARCH_GJR)
		x[GARCH_GAMMA] = unbounded(0.5 * gamma / a, -1.0, 1.0);
	if (model->family == GARCH_POWER) {
		x[GARCH_GAMMA] = unbounded(gamma, -GARCH_GAMMA_MAX,
					   GARCH_GAMMA_MAX);
		x[GARCH_DELTA] = unbounded(at[GARCH_DELTA], GARCH_DELTA_MIN,
					   GARCH_DELTA_MAX);
	}
}

void garch_unmap(double *x, const struct garch_model *model, const double *at)
{
	memset(x, 0, GARCH_SLOTS * sizeof(*x));
	x[GARCH_MU] = at[GARCH_MU];
	if (garch_has(model, GARCH_NU))
		x[GARCH_NU] = unbounded(at[GARCH_NU], GARCH_NU_MIN,
					GARCH_NU_MAX);
	if (garch_has(model, GARCH_LAMBDA))
		x[GARCH_LAMBDA] = unbounded(at[GARCH_LAMBDA], -GARCH_LAMBDA_MAX,
					    GARCH_LAMBDA_MAX);
	if (model->family != GARCH_EXPONENTIAL) {
		unmap_variance(x, model, at);
		return;
	}
	x[GARCH_BETA] = unbounded(at[GARCH_BETA], -GARCH_PERSISTENCE_MAX,
				  GARCH_PERSISTENCE_MAX);
	x[GARCH_OMEGA] = at[GARCH_OMEGA] / (1.0 - at[GARCH_BETA]);
	x[GARCH_ALPHA] = at[GARCH_ALPHA];
	x[GARCH_GAMMA] = at[GARCH_GAMMA];
}
