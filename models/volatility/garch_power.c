/* garch_power.c -- APARCH: the recursion of a power of the deviation; see
 * garch_internal.h. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/volatility/garch_internal.h"
#include "models/volatility/lanes.h"

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

/* Four from `from`, of which `left` are there; the rest 0. */
LANES_INLINE lanes load_some(const double *from, size_t left)
{
	double four[LANES] = { 0.0, 0.0, 0.0, 0.0 };

	if (left >= LANES)
		return lanes_load(from);
	memcpy(four, from, left * sizeof(*four));
	return lanes_load(four);
}

/* Four at a time what does not wait for the recursion: residuals and shocks
 * (|e| - gamma e)^delta. */
LANES_CLONES static void make_shocks(const struct garch_data *data,
				     const double *at)
{
	lanes mu = lanes_all(at[GARCH_MU]), gamma = lanes_all(at[GARCH_GAMMA]);
	lanes least = lanes_all(BASE_MIN);

	for (size_t t = 0; t < data->n; t += LANES) {
		lanes e = load_some(data->returns + t, data->n - t) - mu;
		lanes base, logs;

		base = lanes_select((lanes_bits)(e < 0.0), -e, e) - gamma * e;
		base = lanes_select((lanes_bits)(base > least), base, least);
		logs = lanes_log(base);
		lanes_store(data->residual + t, e);
		lanes_store(data->shock + t,
			    lanes_exp(at[GARCH_DELTA] * logs));
	}
}

/* h = s^(2 / delta) of every level. */
LANES_CLONES static void raise_levels(const struct garch_data *data,
				      double power)
{
	for (size_t t = 0; t < data->n; t += LANES) {
		lanes logs = lanes_log(lanes_load(data->level + t));

		lanes_store(data->variance + t, lanes_exp(power * logs));
	}
}

static void forward(const struct garch_data *data, const double *at,
		    const struct power_start *start)
{
	double level = start->level, shock = start->shock;
	size_t n = data->n;

	make_shocks(data, at);
	for (size_t t = 0; t < n; t++) {
		level = at[GARCH_OMEGA] + at[GARCH_ALPHA] * shock +
			at[GARCH_BETA] * level;
		shock = data->shock[t];
		data->level[t] = level;
	}
	for (size_t t = n; t < lanes_padded(n); t++)
		data->level[t] = 1.0;
	raise_levels(data, 2.0 / at[GARCH_DELTA]);
}

/* Slopes by h become slopes by the level; d l / d delta at fixed levels. */
LANES_CLONES static double slopes_by_level(const struct garch_data *data,
					   double delta)
{
	lanes sum = lanes_all(0.0), power = lanes_all(2.0 / delta);

	for (size_t t = data->n; t < lanes_padded(data->n); t++)
		data->slope[t] = 0.0;
	for (size_t t = 0; t < data->n; t += LANES) {
		lanes level = lanes_load(data->level + t);
		lanes by_log = lanes_load(data->slope + t) *
			       lanes_load(data->variance + t);

		sum -= by_log * lanes_log(level);
		lanes_store(data->slope + t, by_log * power / level);
	}
	return lanes_sum(sum) * 2.0 / (delta * delta);
}

/* Sums of lambda_t times what the shock of t - 1 gives by mu, gamma, delta. */
struct shock_sums {
	lanes mu, gamma, delta;
};

LANES_CLONES static void sum_shocks(struct shock_sums *s,
				    const struct garch_data *data,
				    const double *at)
{
	lanes gamma = lanes_all(at[GARCH_GAMMA]), none = lanes_all(0.0);
	lanes least = lanes_all(BASE_MIN), one = lanes_all(1.0);

	memset(s, 0, sizeof(*s));
	for (size_t t = 0; t + 1 < data->n; t += LANES) {
		lanes next = load_some(data->slope + t + 1, data->n - 1 - t);
		lanes e = lanes_load(data->residual + t), base, weighted, slope;
		lanes_bits down = (lanes_bits)(e < 0.0), counts;

		base = lanes_select(down, -e, e) - gamma * e;
		counts = (lanes_bits)(base > least);
		weighted = next * lanes_load(data->shock + t);
		weighted = lanes_select(counts, weighted, none);
		base = lanes_select(counts, base, one);
		slope = weighted / base;
		s->gamma -= slope * e;
		s->mu -= slope * (lanes_select(down, -one, one) - gamma);
		s->delta += weighted * lanes_log(base);
	}
}

static void back(double *g, const struct garch_data *data, const double *at,
		 const struct power_start *start)
{
	double alpha = at[GARCH_ALPHA], beta = at[GARCH_BETA], first;
	double rate = alpha * at[GARCH_DELTA];
	struct shock_sums s;

	garch_adjoint(data, beta);
	for (size_t t = 1; t < data->n; t++) {
		double slope = data->slope[t];

		g[GARCH_OMEGA] += slope;
		g[GARCH_ALPHA] += slope * data->shock[t - 1];
		g[GARCH_BETA] += slope * data->level[t - 1];
	}
	sum_shocks(&s, data, at);
	g[GARCH_GAMMA] += rate * lanes_sum(s.gamma);
	g[GARCH_MU] += rate * lanes_sum(s.mu);
	g[GARCH_DELTA] += alpha * lanes_sum(s.delta);
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

double garch_power_likelihood(const struct garch_data *data, const double *at)
{
	struct garch_presample before = garch_presample_of(data, at[GARCH_MU]);
	struct power_start start = start_of(&before, at);
	struct garch_law law;
	struct garch_sums sums;

	garch_law_of(&law, &data->model, at);
	forward(data, at, &start);
	garch_density_pass(&sums, data, &law);
	return sums.likelihood;
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
