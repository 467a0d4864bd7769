/* garch.c -- the likelihood and its analytic gradient; see garch.h. */
#include "models/volatility/garch_internal.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/volatility/diagnostics.h"

#define PI 0x1.921fb54442d18p1
#define BACKCAST_DECAY 0.94

static const char *const all_names[] = { "mu", "omega", "alpha1", "beta1",
					 "nu" };

size_t garch_parameter_count(const struct garch_model *model)
{
	return 3u + (model->constant_mean ? 1u : 0u) +
	       (model->distribution == GARCH_STUDENT ? 1u : 0u);
}

const char *garch_parameter_name(const struct garch_model *model, size_t index)
{
	return all_names[index + (model->constant_mean ? 0 : 1)];
}

struct garch_values garch_unpack(const struct garch_model *model,
				 const double *parameters)
{
	size_t at = 0;
	struct garch_values v = { 0.0, 0.0, 0.0, 0.0, 0.0 };

	if (model->constant_mean)
		v.mu = parameters[at++];
	v.omega = parameters[at++];
	v.alpha = parameters[at++];
	v.beta = parameters[at++];
	if (model->distribution == GARCH_STUDENT)
		v.nu = parameters[at];
	return v;
}

/* Variance, previous squared residual and their derivatives by mu, omega,
 * alpha, beta: the state of the recursion. */
struct recursion {
	double h, square, residual;
	double dh[4];
	double dsquare_mu;
};

/* The pre-sample: h0 = e0^2 = m. */
static void begin(struct recursion *r, const struct garch_data *data,
		  const struct garch_values *v)
{
	double sum = 0.0, squares = 0.0, weight = 1.0, weights = 0.0;
	bool fcp = data->model->start == GARCH_START_FCP;
	size_t n = fcp || data->n < 75 ? data->n : 75;

	for (size_t t = 0; t < n; t++) {
		double e = data->returns[t] - v->mu;
		double w = fcp ? 1.0 : weight;

		sum += w * e;
		squares += w * e * e;
		weights += w;
		weight *= BACKCAST_DECAY;
	}
	memset(r, 0, sizeof(*r));
	r->h = squares / weights;
	r->square = r->h;
	r->dsquare_mu = -2.0 * sum / weights;
	r->dh[0] = r->dsquare_mu;
}

static void step(struct recursion *r, const struct garch_values *v, double ret)
{
	double h = v->omega + v->alpha * r->square + v->beta * r->h;

	r->dh[0] = v->alpha * r->dsquare_mu + v->beta * r->dh[0];
	r->dh[1] = 1.0 + v->beta * r->dh[1];
	r->dh[2] = r->square + v->beta * r->dh[2];
	r->dh[3] = r->h + v->beta * r->dh[3];
	r->h = h;
	r->residual = ret - v->mu;
	r->square = r->residual * r->residual;
	r->dsquare_mu = -2.0 * r->residual;
}

/* Constants of the density that do not change over observations. */
struct density {
	bool student;
	double nu, constant, dnu_constant;
};

static struct density density_of(const struct garch_data *data, double nu)
{
	struct density d = { data->model->distribution == GARCH_STUDENT, nu,
			     0.0, 0.0 };

	if (!d.student) {
		d.constant = -0.5 * elementary_log(2.0 * PI);
		return d;
	}
	d.constant = elementary_lgamma(0.5 * (nu + 1.0)) -
		     elementary_lgamma(0.5 * nu) -
		     0.5 * elementary_log(PI * (nu - 2.0));
	d.dnu_constant = 0.5 * (elementary_digamma(0.5 * (nu + 1.0)) - elementary_digamma(0.5 * nu)) -
			 0.5 / (nu - 2.0);
	return d;
}

/* One observation: log density and its derivatives by h, e and nu. */
struct term {
	double value, dh, de, dnu;
};

static struct term term_of(const struct density *d, const struct recursion *r)
{
	double inverse = 1.0 / r->h, u = r->square * inverse, q, share;
	struct term t = { d->constant - 0.5 * elementary_log(r->h), 0.0, 0.0,
			  0.0 };

	if (!d->student) {
		t.value -= 0.5 * u;
		t.dh = 0.5 * inverse * (u - 1.0);
		t.de = -r->residual * inverse;
		return t;
	}
	q = u / (d->nu - 2.0);
	share = (d->nu + 1.0) * q / (1.0 + q);
	q = elementary_log(1.0 + q);
	t.value -= 0.5 * (d->nu + 1.0) * q;
	t.dh = 0.5 * inverse * (share - 1.0);
	t.de = r->square > 0.0 ? -share / r->residual : 0.0;
	t.dnu = d->dnu_constant - 0.5 * q + 0.5 * share / (d->nu - 2.0);
	return t;
}

static void add_score(double *gradient, double *score, const struct term *t,
		      const struct recursion *r,
		      const struct garch_model *model)
{
	size_t first = model->constant_mean ? 0 : 1, at = 0;
	double parts[GARCH_PARAMETERS_MAX];

	for (size_t i = first; i < 4; i++)
		parts[at++] = t->dh * r->dh[i] - (i == 0 ? t->de : 0.0);
	if (model->distribution == GARCH_STUDENT)
		parts[at++] = t->dnu;
	for (size_t i = 0; i < at; i++) {
		gradient[i] += parts[i];
		if (score)
			score[i] = parts[i];
	}
}

void garch_pass(struct garch_point *out, const struct garch_data *data,
		const double *parameters, double *scores)
{
	struct garch_values v = garch_unpack(data->model, parameters);
	struct density density = density_of(data, v.nu);
	size_t count = garch_parameter_count(data->model);
	struct recursion r;

	memset(out, 0, sizeof(*out));
	begin(&r, data, &v);
	for (size_t t = 0; t < data->n; t++) {
		struct term term;

		step(&r, &v, data->returns[t]);
		term = term_of(&density, &r);
		out->log_likelihood += term.value;
		add_score(out->gradient, scores ? scores + t * count : NULL,
			  &term, &r, data->model);
	}
	out->next_variance = v.omega + v.alpha * r.square + v.beta * r.h;
}

void garch_evaluate(struct garch_point *out, const struct garch_model *model,
		    const double *parameters, const double *returns, size_t n)
{
	struct garch_data data = { model, returns, n };

	garch_pass(out, &data, parameters, NULL);
}

void garch_residuals(double *out, const struct garch_model *model,
		     const double *parameters, const double *returns, size_t n)
{
	struct garch_values v = garch_unpack(model, parameters);
	struct garch_data data = { model, returns, n };
	struct recursion r;

	begin(&r, &data, &v);
	for (size_t t = 0; t < n; t++) {
		step(&r, &v, returns[t]);
		out[t] = r.residual / sqrt(r.h);
	}
}
