/* garch_exponential.c -- EGARCH: the recursion of log variance; see
 * garch_internal.h. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/volatility/garch_internal.h"

static void forward(const struct garch_data *data, const double *at,
		    double log_first)
{
	double low = elementary_log(data->floor);
	double high = low + elementary_log(EGARCH_CEILING);
	double level = log_first, push = 0.0;

	for (size_t t = 0; t < data->n; t++) {
		double e = data->returns[t] - at[GARCH_MU], z, inverse;

		level = at[GARCH_OMEGA] + push + at[GARCH_BETA] * level;
		if (!(level > low))
			level = low;
		if (level > high)
			level = high;
		inverse = elementary_exp(-0.5 * level);
		z = e * inverse;
		push = at[GARCH_ALPHA] * (fabs(z) - EGARCH_MEAN_SHOCK) +
		       at[GARCH_GAMMA] * z;
		data->residual[t] = e;
		data->level[t] = level;
		data->shock[t] = z;
		data->variance[t] = 1.0 / (inverse * inverse);
	}
}

/* From the end: slope becomes the derivative by log h_t of all that follows;
 * a level on its bound passes nothing on. */
static void back(double *g, const struct garch_data *data, const double *at,
		 const struct garch_presample *before)
{
	double low = elementary_log(data->floor);
	double high = low + elementary_log(EGARCH_CEILING);
	double alpha = at[GARCH_ALPHA], gamma = at[GARCH_GAMMA], after = 0.0;

	for (size_t t = data->n; t-- > 0;) {
		double z = data->shock[t], own;
		double push = alpha * fabs(z) + gamma * z;

		g[GARCH_MU] -= after * (z < 0.0 ? gamma - alpha
						: gamma + alpha) /
			       sqrt(data->variance[t]);
		own = data->slope[t] * data->variance[t] +
		      after * (at[GARCH_BETA] - 0.5 * push);
		if (!(data->level[t] > low && data->level[t] < high))
			own = 0.0;
		g[GARCH_OMEGA] += own;
		if (t) {
			z = data->shock[t - 1];
			g[GARCH_ALPHA] += own * (fabs(z) - EGARCH_MEAN_SHOCK);
			g[GARCH_GAMMA] += own * z;
			g[GARCH_BETA] += own * data->level[t - 1];
		} else {
			g[GARCH_BETA] += own * elementary_log(before->m);
			g[GARCH_MU] += own * at[GARCH_BETA] * before->m_mu /
				       before->m;
		}
		after = own;
	}
}

double garch_exponential_likelihood(const struct garch_data *data,
				    const double *at)
{
	struct garch_presample before = garch_presample_of(data, at[GARCH_MU]);
	struct garch_law law;
	struct garch_sums sums;

	garch_law_of(&law, &data->model, at);
	forward(data, at, elementary_log(before.m));
	garch_density_pass(&sums, data, &law);
	return sums.likelihood;
}

void garch_exponential_evaluate(struct garch_point *out,
				const struct garch_data *data,
				const double *at)
{
	struct garch_presample before = garch_presample_of(data, at[GARCH_MU]);
	struct garch_law law;
	struct garch_sums sums;
	double *g = out->gradient;

	garch_law_of(&law, &data->model, at);
	forward(data, at, elementary_log(before.m));
	garch_density_pass(&sums, data, &law);
	out->log_likelihood = sums.likelihood;
	g[GARCH_MU] = -sums.residual;
	g[GARCH_NU] = sums.nu;
	g[GARCH_LAMBDA] = sums.lambda;
	back(g, data, at, &before);
}
