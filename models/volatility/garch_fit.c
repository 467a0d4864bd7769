/* garch_fit.c -- the maximum: BFGS on unconstrained coordinates.
 *
 * omega = floor + exp(x); alpha + beta = GARCH_PERSISTENCE_MAX logistic(y), alpha =
 * share of it by logistic(z); nu = 2.05 + 197.95 logistic(w).  Several starts
 * go a few steps each, the best of them goes on; all counts and tolerances are
 * fixed, so the same input gives the same bits. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/optimise.h"
#include "models/volatility/garch_internal.h"

#define NU_SPAN (GARCH_NU_MAX - GARCH_NU_MIN)
#define ITERATIONS_EACH 12u  /* from every start */
#define ITERATIONS_BEST 150u /* more, from the best */
#define GRADIENT_TOLERANCE 1e-9 /* per observation, unconstrained */
/* A maximum on the region's edge is approached without end: a few steps in a
 * row that gain less than this an observation are the edge. */
#define QUIET_GAIN 1e-10

struct search {
	struct garch_data data;
	size_t count;
	double scale; /* standard deviation of the returns */
	double omega_floor;
};

static double logistic(double x)
{
	return 1.0 / (1.0 + elementary_exp(-x));
}

static double logit(double p)
{
	return elementary_log(p / (1.0 - p));
}

/* Natural parameters from coordinates, and d natural / d coordinate; the
 * (alpha, beta) block is 2 x 2. */
struct mapping {
	double natural[GARCH_PARAMETERS_MAX];
	double slope[GARCH_PARAMETERS_MAX]; /* diagonal ones */
	double block[2][2];                 /* d (alpha, beta) / d (y, z) */
	size_t omega;                       /* index of omega */
};

static void map(struct mapping *m, const struct search *s, const double *x)
{
	size_t at = 0;
	double persistence, share, dp, ds;

	if (s->data.model->constant_mean) {
		m->natural[at] = x[at] * s->scale;
		m->slope[at] = s->scale;
		at++;
	}
	m->omega = at;
	m->slope[at] = elementary_exp(x[at]);
	m->natural[at] = s->omega_floor + m->slope[at];
	persistence = logistic(x[at + 1]);
	share = logistic(x[at + 2]);
	dp = GARCH_PERSISTENCE_MAX * persistence * (1.0 - persistence);
	ds = share * (1.0 - share);
	persistence *= GARCH_PERSISTENCE_MAX;
	m->natural[at + 1] = persistence * share;
	m->natural[at + 2] = persistence * (1.0 - share);
	m->block[0][0] = dp * share;
	m->block[0][1] = persistence * ds;
	m->block[1][0] = dp * (1.0 - share);
	m->block[1][1] = -persistence * ds;
	at += 3;
	if (s->data.model->distribution == GARCH_STUDENT) {
		double p = logistic(x[at]);

		m->natural[at] = GARCH_NU_MIN + NU_SPAN * p;
		m->slope[at] = NU_SPAN * p * (1.0 - p);
	}
}

/* Negative log-likelihood an observation, its gradient by coordinate. */
static double evaluate(double *gradient, const void *context, const double *x)
{
	const struct search *s = context;
	struct garch_point point;
	struct mapping m;
	double n = (double)s->data.n;
	const double *g = point.gradient;
	size_t a;

	map(&m, s, x);
	garch_pass(&point, &s->data, m.natural, NULL);
	a = m.omega + 1;
	for (size_t i = 0; i < s->count; i++)
		gradient[i] = -g[i] * m.slope[i] / n;
	gradient[a] = -(g[a] * m.block[0][0] + g[a + 1] * m.block[1][0]) / n;
	gradient[a + 1] =
		-(g[a] * m.block[0][1] + g[a + 1] * m.block[1][1]) / n;
	return -point.log_likelihood / n;
}

static void set_start(struct optimum *b, const struct search *s, double mean,
		      const double start[3])
{
	size_t at = 0;
	double variance = s->scale * s->scale;

	if (s->data.model->constant_mean)
		b->x[at++] = mean / s->scale;
	b->x[at++] = elementary_log(variance * (1.0 - start[0]));
	b->x[at++] = logit(start[0] / GARCH_PERSISTENCE_MAX);
	b->x[at++] = logit(start[1]);
	if (s->data.model->distribution == GARCH_STUDENT)
		b->x[at] = logit((start[2] - GARCH_NU_MIN) / NU_SPAN);
}

static enum status check_returns(double *mean, double *scale,
				 const double *returns, size_t n)
{
	double sum = 0.0, squares = 0.0;

	if (n < GARCH_OBSERVATIONS_MIN)
		return E_INPUT;
	for (size_t t = 0; t < n; t++) {
		if (!(fabs(returns[t]) < 1e100))
			return E_INPUT;
		sum += returns[t];
	}
	*mean = sum / (double)n;
	for (size_t t = 0; t < n; t++)
		squares += (returns[t] - *mean) * (returns[t] - *mean);
	*scale = sqrt(squares / (double)n);
	return *scale > 1e-12 * (1.0 + fabs(*mean)) ? OK : E_INPUT;
}

static void finish(struct garch_fit *fit, const struct search *s,
		   const struct optimum *best)
{
	struct mapping m;
	struct garch_point point;
	struct garch_values v;

	map(&m, s, best->x);
	garch_pass(&point, &s->data, m.natural, NULL);
	v = garch_unpack(s->data.model, m.natural);
	memset(fit, 0, sizeof(*fit));
	fit->count = s->count;
	for (size_t i = 0; i < s->count; i++) {
		fit->names[i] = garch_parameter_name(s->data.model, i);
		fit->estimate[i] = m.natural[i];
	}
	fit->mu = v.mu;
	fit->omega = v.omega;
	fit->alpha = v.alpha;
	fit->beta = v.beta;
	fit->nu = v.nu;
	fit->log_likelihood = point.log_likelihood;
	fit->next_variance = point.next_variance;
	fit->converged = best->converged;
	fit->iterations = best->iterations;
}

static void search_best(struct optimum *best, const struct search *search,
			double mean)
{
	/* persistence, alpha's share of it, degrees of freedom */
	static const double starts[][3] = { { 0.95, 0.1, 6.0 },
					    { 0.8, 0.3, 4.0 },
					    { 0.99, 0.05, 10.0 } };
	struct objective objective = { evaluate, search, search->count,
				       GRADIENT_TOLERANCE, QUIET_GAIN };
	struct optimum run;

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		memset(&run, 0, sizeof(run));
		set_start(&run, search, mean, starts[i]);
		optimise_begin(&run, &objective);
		optimise_run(&run, &objective, ITERATIONS_EACH);
		if (!i || run.value < best->value)
			*best = run;
	}
	optimise_run(best, &objective, ITERATIONS_BEST);
}

enum status garch_fit_series(struct garch_fit *out,
			     const struct garch_model *model,
			     const double *returns, size_t n,
			     struct arena *arena)
{
	struct search search = { { model, returns, n },
				 garch_parameter_count(model), 0.0, 0.0 };
	struct optimum best;
	struct garch_fit fit;
	double mean = 0.0;
	enum status status = check_returns(&mean, &search.scale, returns, n);

	if (status)
		return status;
	search.omega_floor = GARCH_OMEGA_FLOOR * search.scale * search.scale;
	search_best(&best, &search, mean);
	finish(&fit, &search, &best);
	status = garch_errors(&fit, &search.data, arena);
	if (!status)
		*out = fit;
	return status;
}
