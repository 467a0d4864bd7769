/* garch_fit.c -- the maximum: BFGS on unconstrained coordinates.
 *
 * omega = exp(x); alpha + beta = 0.99999 logistic(y), alpha = share of it by
 * logistic(z); nu = 2.05 + 197.95 logistic(w).  Several starts; all counts and
 * tolerances are fixed, so the same input gives the same bits. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/volatility/garch_internal.h"

#define PERSISTENCE_MAX 0.99999
#define NU_MIN 2.05
#define NU_SPAN 197.95
#define ITERATIONS_MAX 120
#define HALVINGS_MAX 30
#define GRADIENT_TOLERANCE 1e-7 /* per observation, unconstrained */
/* A maximum on the region's edge is approached without end: so many steps in
 * a row that gain less than this a observation are the edge. */
#define QUIET_GAIN 1e-9
#define QUIET_STEPS 4

struct search {
	struct garch_data data;
	size_t count;
	double scale; /* standard deviation of the returns */
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
	m->natural[at] = elementary_exp(x[at]);
	m->slope[at] = m->natural[at];
	persistence = logistic(x[at + 1]);
	share = logistic(x[at + 2]);
	dp = PERSISTENCE_MAX * persistence * (1.0 - persistence);
	ds = share * (1.0 - share);
	persistence *= PERSISTENCE_MAX;
	m->natural[at + 1] = persistence * share;
	m->natural[at + 2] = persistence * (1.0 - share);
	m->block[0][0] = dp * share;
	m->block[0][1] = persistence * ds;
	m->block[1][0] = dp * (1.0 - share);
	m->block[1][1] = -persistence * ds;
	at += 3;
	if (s->data.model->distribution == GARCH_STUDENT) {
		double p = logistic(x[at]);

		m->natural[at] = NU_MIN + NU_SPAN * p;
		m->slope[at] = NU_SPAN * p * (1.0 - p);
	}
}

/* Negative log-likelihood a observation and its gradient by coordinate. */
static double objective(double *gradient, const struct search *s,
			const double *x)
{
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

struct bfgs {
	double x[GARCH_PARAMETERS_MAX], gradient[GARCH_PARAMETERS_MAX];
	double inverse[GARCH_PARAMETERS_MAX][GARCH_PARAMETERS_MAX];
	double value;
	unsigned iterations;
	bool converged;
};

static double dot(const double *a, const double *b, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static void reset_inverse(struct bfgs *b, size_t n)
{
	memset(b->inverse, 0, sizeof(b->inverse));
	for (size_t i = 0; i < n; i++)
		b->inverse[i][i] = 1.0;
}

/* Source: Nocedal and Wright (2006), equation 6.17. */
static void update_inverse(struct bfgs *b, const double *s, const double *y,
			   size_t n)
{
	double sy = dot(s, y, n), hy[GARCH_PARAMETERS_MAX], yhy;

	if (!(sy > 1e-14))
		return;
	for (size_t i = 0; i < n; i++)
		hy[i] = dot(b->inverse[i], y, n);
	yhy = dot(y, hy, n);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			b->inverse[i][j] += (1.0 + yhy / sy) * s[i] * s[j] / sy -
					    (hy[i] * s[j] + s[i] * hy[j]) / sy;
}

static bool small_gradient(const struct bfgs *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabs(b->gradient[i]) < GRADIENT_TOLERANCE))
			return false;
	return true;
}

/* Backtracking to sufficient decrease; false when no step is better. */
static bool line_search(struct bfgs *b, const struct search *s,
			const double *direction, double slope)
{
	double old_x[GARCH_PARAMETERS_MAX], old_g[GARCH_PARAMETERS_MAX];
	double moved[GARCH_PARAMETERS_MAX], change[GARCH_PARAMETERS_MAX];
	double step = 1.0, largest = 0.0;

	memcpy(old_x, b->x, sizeof(old_x));
	memcpy(old_g, b->gradient, sizeof(old_g));
	for (size_t i = 0; i < s->count; i++)
		if (fabs(direction[i]) > largest)
			largest = fabs(direction[i]);
	if (largest > 1.0)
		step = 1.0 / largest; /* no leap beyond one unit */
	for (int k = 0; k < HALVINGS_MAX; k++, step *= 0.5) {
		double value, g[GARCH_PARAMETERS_MAX];

		for (size_t i = 0; i < s->count; i++)
			b->x[i] = old_x[i] + step * direction[i];
		value = objective(g, s, b->x);
		if (!(value <= b->value + 1e-4 * step * slope))
			continue;
		for (size_t i = 0; i < s->count; i++) {
			moved[i] = b->x[i] - old_x[i];
			change[i] = g[i] - old_g[i];
		}
		memcpy(b->gradient, g, sizeof(g));
		b->value = value;
		update_inverse(b, moved, change, s->count);
		return true;
	}
	memcpy(b->x, old_x, sizeof(old_x));
	return false;
}

static void minimise(struct bfgs *b, const struct search *s)
{
	bool fresh = true;
	int quiet = 0;

	b->value = objective(b->gradient, s, b->x);
	reset_inverse(b, s->count);
	for (b->iterations = 0; b->iterations < ITERATIONS_MAX;
	     b->iterations++) {
		double direction[GARCH_PARAMETERS_MAX], slope;
		double before = b->value;

		b->converged = small_gradient(b, s->count) ||
			       quiet == QUIET_STEPS;
		if (b->converged)
			return;
		for (size_t i = 0; i < s->count; i++)
			direction[i] =
				-dot(b->inverse[i], b->gradient, s->count);
		slope = dot(direction, b->gradient, s->count);
		if (slope < 0.0 && line_search(b, s, direction, slope)) {
			fresh = false;
			quiet = before - b->value < QUIET_GAIN ? quiet + 1 : 0;
			continue;
		}
		if (fresh) { /* not even steepest descent improves */
			b->converged = true;
			return;
		}
		reset_inverse(b, s->count);
		fresh = true;
	}
}

static void set_start(struct bfgs *b, const struct search *s, double mean,
		      const double start[3])
{
	size_t at = 0;
	double variance = s->scale * s->scale;

	if (s->data.model->constant_mean)
		b->x[at++] = mean / s->scale;
	b->x[at++] = elementary_log(variance * (1.0 - start[0]));
	b->x[at++] = logit(start[0] / PERSISTENCE_MAX);
	b->x[at++] = logit(start[1]);
	if (s->data.model->distribution == GARCH_STUDENT)
		b->x[at] = logit((start[2] - NU_MIN) / NU_SPAN);
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
		   const struct bfgs *best)
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

enum status garch_fit_series(struct garch_fit *out,
			     const struct garch_model *model,
			     const double *returns, size_t n,
			     struct arena *arena)
{
	/* persistence, alpha's share of it, degrees of freedom */
	static const double starts[][3] = { { 0.95, 0.1, 6.0 },
					    { 0.8, 0.3, 4.0 },
					    { 0.99, 0.05, 10.0 } };
	struct search search = { { model, returns, n },
				 garch_parameter_count(model), 0.0 };
	struct bfgs best, run;
	struct garch_fit fit;
	double mean = 0.0;
	enum status status = check_returns(&mean, &search.scale, returns, n);

	if (status)
		return status;
	memset(&best, 0, sizeof(best));
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		memset(&run, 0, sizeof(run));
		set_start(&run, &search, mean, starts[i]);
		minimise(&run, &search);
		if (!i || run.value < best.value)
			best = run;
	}
	finish(&fit, &search, &best);
	status = garch_errors(&fit, &search.data, arena);
	if (!status)
		*out = fit;
	return status;
}
