/* garch_evaluate.c -- likelihood and gradient of GARCH and GJR, and the door
 * to the other two; see garch.h.
 *
 * Forward: h_t and the densities' slopes by h.  Back: lambda_t = slope_t + beta
 * lambda_{t+1}, the derivative of all that follows by h_t; every parameter's
 * derivative is then a sum of lambda_t times what it multiplies. */
#include <math.h>
#include <string.h>

#include "models/volatility/garch_internal.h"
#include "models/volatility/lanes.h"

/* Residuals and c_t = omega + (alpha + gamma [e < 0]) e^2 of the one before;
 * c_0 has the start rule's square, half of it a fall. */
LANES_CLONES static void prepare_terms(const struct garch_data *data,
				       const double *at, double m)
{
	lanes omega = lanes_all(at[GARCH_OMEGA]);
	lanes rise = lanes_all(at[GARCH_ALPHA]);
	lanes fall = lanes_all(at[GARCH_ALPHA] + at[GARCH_GAMMA]);
	lanes mu = lanes_all(at[GARCH_MU]);
	size_t n = data->n, t = 0;

	for (; t + LANES < n; t += LANES) {
		lanes e = lanes_load(data->returns + t) - mu;
		lanes weight = lanes_select((lanes_bits)(e < 0.0), fall, rise);

		lanes_store(data->residual + t, e);
		lanes_store(data->variance + t + 1, omega + weight * (e * e));
	}
	for (; t < n; t++) {
		double e = data->returns[t] - at[GARCH_MU];

		data->residual[t] = e;
		if (t + 1 < n)
			data->variance[t + 1] =
				omega[0] + (e < 0.0 ? fall[0] : rise[0]) *
						   (e * e);
	}
	data->variance[0] = at[GARCH_OMEGA] +
			    (at[GARCH_ALPHA] + 0.5 * at[GARCH_GAMMA]) * m;
}

/* Sums of lambda_t times 1, e^2, e^2 [e < 0], h, and the weight of e; all but
 * the first of t - 1.  The first observation is the caller's. */
struct adjoint_sums {
	lanes omega, alpha, gamma, beta, mu;
};

LANES_CLONES static void adjoint_sums_of(struct adjoint_sums *s,
					 const struct garch_data *data,
					 const double *at)
{
	lanes rise = lanes_all(at[GARCH_ALPHA]);
	lanes fall = lanes_all(at[GARCH_ALPHA] + at[GARCH_GAMMA]);
	size_t n = data->n, t = 1;

	memset(s, 0, sizeof(*s));
	for (; t < n; t += LANES) {
		double spare[LANES] = { 0.0, 0.0, 0.0, 0.0 };
		lanes slope, e, weighted, falling;
		lanes_bits down;

		if (t + LANES <= n) {
			slope = lanes_load(data->slope + t);
			e = lanes_load(data->residual + t - 1);
			s->beta += slope * lanes_load(data->variance + t - 1);
		} else {
			double h[LANES] = { 0.0, 0.0, 0.0, 0.0 };
			double last[LANES] = { 0.0, 0.0, 0.0, 0.0 };

			for (size_t k = 0; t + k < n; k++) {
				spare[k] = data->slope[t + k];
				last[k] = data->residual[t + k - 1];
				h[k] = data->variance[t + k - 1];
			}
			slope = lanes_load(spare);
			e = lanes_load(last);
			s->beta += slope * lanes_load(h);
		}
		down = (lanes_bits)(e < 0.0);
		weighted = slope * (e * e);
		falling = lanes_select(down, weighted, lanes_all(0.0));
		s->omega += slope;
		s->alpha += weighted;
		s->gamma += falling;
		s->mu += slope * e * lanes_select(down, fall, rise);
	}
}

static void gradient_of(struct garch_point *out, const struct garch_data *data,
			const double *at, const struct garch_sums *sums,
			const struct garch_presample *before)
{
	double *g = out->gradient, first;
	struct adjoint_sums s;

	garch_adjoint(data, at[GARCH_BETA]);
	adjoint_sums_of(&s, data, at);
	first = data->slope[0];
	g[GARCH_OMEGA] = lanes_sum(s.omega) + first;
	g[GARCH_ALPHA] = lanes_sum(s.alpha) + first * before->m;
	g[GARCH_GAMMA] = lanes_sum(s.gamma) + 0.5 * first * before->m;
	g[GARCH_BETA] = lanes_sum(s.beta) + first * before->m;
	g[GARCH_MU] = -sums->residual - 2.0 * lanes_sum(s.mu) +
		      first * before->m_mu *
			      (at[GARCH_ALPHA] + 0.5 * at[GARCH_GAMMA] +
			       at[GARCH_BETA]);
	g[GARCH_NU] = sums->nu;
	g[GARCH_LAMBDA] = sums->lambda;
}

static void plain_forward(struct garch_sums *sums,
			  struct garch_presample *before,
			  const struct garch_data *data, const double *at)
{
	struct garch_law law;
	struct garch_chain chain;

	*before = garch_presample_of(data, at[GARCH_MU]);
	garch_law_of(&law, &data->model, at);
	prepare_terms(data, at, before->m);
	chain = (struct garch_chain){ at[GARCH_BETA], before->m };
	garch_chain_pass(sums, data, &law, &chain);
}

static void clear_absent(struct garch_point *point,
			 const struct garch_model *model)
{
	for (int slot = 0; slot < GARCH_SLOTS; slot++)
		if (!garch_has(model, (enum garch_slot)slot))
			point->gradient[slot] = 0.0;
}

static double next_variance(const struct garch_data *data, const double *at)
{
	double h = garch_next(&data->model, at, data->variance[data->n - 1],
			      data->residual[data->n - 1]);

	if (data->model.family != GARCH_EXPONENTIAL)
		return h;
	if (!(h > data->floor))
		return data->floor;
	return h < data->floor * EGARCH_CEILING ? h
						: data->floor * EGARCH_CEILING;
}

void garch_evaluate(struct garch_point *out, const struct garch_data *data,
		    const double *at)
{
	enum garch_family family = data->model.family;
	struct garch_presample before;
	struct garch_sums sums;

	memset(out, 0, sizeof(*out));
	if (family == GARCH_EXPONENTIAL) {
		garch_exponential_evaluate(out, data, at);
	} else if (family == GARCH_POWER) {
		garch_power_evaluate(out, data, at);
	} else {
		plain_forward(&sums, &before, data, at);
		out->log_likelihood = sums.likelihood;
		gradient_of(out, data, at, &sums, &before);
	}
	clear_absent(out, &data->model);
	out->next_variance = next_variance(data, at);
}

double garch_likelihood(const struct garch_data *data, const double *at)
{
	struct garch_presample before;
	struct garch_sums sums;

	if (data->model.family == GARCH_EXPONENTIAL)
		return garch_exponential_likelihood(data, at);
	if (data->model.family == GARCH_POWER)
		return garch_power_likelihood(data, at);
	plain_forward(&sums, &before, data, at);
	return sums.likelihood;
}

void garch_residuals(double *out, const struct garch_data *data)
{
	for (size_t t = 0; t < data->n; t++)
		out[t] = data->residual[t] / sqrt(data->variance[t]);
}
