/* garch_power.c -- APARCH: the recursion of a power of the deviation; see
 * garch_internal.h. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/volatility/garch_internal.h"

#define BASE_MIN 1e-150 /* |e| - gamma e where the residual is 0 */

/* Before the first return: level m^(delta/2) and shock, with derivatives. */
struct power_start {
	double level, level_mu, level_delta;
	double shock, shock_mu, shock_gamma, shock_delta;
};

static struct power_start start_of(const struct garch_presample *p,
				   const double *at)
{
	double delta = at[GARCH_DELTA], gamma = at[GARCH_GAMMA];
	double up = 1.0 - gamma, down = 1.0 + gamma;
	double a = elementary_pow(up, delta), b = elementary_pow(down, delta);
	double half = 0.5 * (a + b);
	double logs = 0.5 * (a * elementary_log(up) + b * elementary_log(down));
	struct power_start s;

	s.level = elementary_pow(p->m, 0.5 * delta);
	s.level_mu = 0.5 * delta * s.level / p->m * p->m_mu;
	s.level_delta = 0.5 * s.level * elementary_log(p->m);
	s.shock = s.level * half;
	s.shock_mu = s.level_mu * half;
	s.shock_gamma = s.level * 0.5 * delta * (b / down - a / up);
	s.shock_delta = s.level_delta * half + s.level * logs;
	return s;
}

/* data->shock holds (|e| - gamma e)^delta. */
static void forward(const struct garch_data *data, const double *at,
		    const struct power_start *start)
{
	double level = start->level, shock = start->shock;
	double delta = at[GARCH_DELTA];

	for (size_t t = 0; t < data->n; t++) {
		double e = data->returns[t] - at[GARCH_MU];
		double base = fabs(e) - at[GARCH_GAMMA] * e;

		level = at[GARCH_OMEGA] + at[GARCH_ALPHA] * shock +
			at[GARCH_BETA] * level;
		shock = elementary_exp(
			delta * elementary_log(base > BASE_MIN ? base
							       : BASE_MIN));
		data->residual[t] = e;
		data->level[t] = level;
		data->shock[t] = shock;
		data->variance[t] =
			elementary_exp(2.0 / delta * elementary_log(level));
	}
}

/* Slopes by h become slopes by the level; d l / d delta at fixed levels. */
static double slopes_by_level(const struct garch_data *data, double delta)
{
	double sum = 0.0;

	for (size_t t = 0; t < data->n; t++) {
		double by_log = data->slope[t] * data->variance[t];

		sum -= by_log * elementary_log(data->level[t]);
		data->slope[t] = by_log * (2.0 / delta) / data->level[t];
	}
	return sum * 2.0 / (delta * delta);
}

/* What the shock at t gives to the gradient where it enters with `weight`. */
static void add_shock(double *g, const struct garch_data *data,
		      const double *at, size_t t, double weight)
{
	double e = data->residual[t], delta = at[GARCH_DELTA];
	double base = fabs(e) - at[GARCH_GAMMA] * e, slope;

	if (!(base > BASE_MIN))
		return;
	slope = weight * delta * data->shock[t] / base;
	g[GARCH_GAMMA] -= slope * e;
	g[GARCH_MU] -= slope * ((e < 0.0 ? -1.0 : 1.0) - at[GARCH_GAMMA]);
	g[GARCH_DELTA] += weight * data->shock[t] * elementary_log(base);
}

static void back(double *g, const struct garch_data *data, const double *at,
		 const struct power_start *start)
{
	double alpha = at[GARCH_ALPHA], beta = at[GARCH_BETA], first;

	garch_adjoint(data, beta);
	for (size_t t = 1; t < data->n; t++) {
		double slope = data->slope[t];

		g[GARCH_OMEGA] += slope;
		g[GARCH_ALPHA] += slope * data->shock[t - 1];
		g[GARCH_BETA] += slope * data->level[t - 1];
		add_shock(g, data, at, t - 1, alpha * slope);
	}
	first = data->slope[0];
	g[GARCH_OMEGA] += first;
	g[GARCH_ALPHA] += first * start->shock;
	g[GARCH_BETA] += first * start->level;
	g[GARCH_GAMMA] += first * alpha * start->shock_gamma;
	g[GARCH_DELTA] += first * (alpha * start->shock_delta +
				   beta * start->level_delta);
	g[GARCH_MU] += first * (alpha * start->shock_mu +
				beta * start->level_mu);
}

void garch_power_evaluate(struct garch_point *out,
			  const struct garch_data *data, const double *at)
{
	struct garch_presample before = garch_presample_of(data, at[GARCH_MU]);
	struct power_start start = start_of(&before, at);
	struct garch_law law;
	struct garch_sums sums;
	double *g = out->gradient;

	garch_law_of(&law, &data->model, at);
	forward(data, at, &start);
	garch_density_pass(&sums, data, &law);
	out->log_likelihood = sums.likelihood;
	g[GARCH_MU] = -sums.residual;
	g[GARCH_NU] = sums.nu;
	g[GARCH_LAMBDA] = sums.lambda;
	g[GARCH_DELTA] = slopes_by_level(data, at[GARCH_DELTA]);
	back(g, data, at, &start);
}
