/* garch_law.c -- the innovations' densities: constants, sums over
 * observations four at a time, each observation's own; see garch_internal.h.
 *
 * Of a likelihood only two logarithms an observation matter, that of h and
 * that of 1 + q; both are taken of products (lanes.h).  The recursion of
 * garch_chain_pass runs a few groups ahead of the densities, so that its
 * latency is all that a pass costs. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/volatility/garch_internal.h"
#include "models/volatility/lanes.h"

#define PI 0x1.921fb54442d18p1
#define AHEAD 8 /* groups: stores are in the cache when they are read */

static void skew_of(struct garch_law *law, double c, double c_nu)
{
	double nu = law->nu, lambda = law->lambda;
	double share = (nu - 2.0) / (nu - 1.0);

	law->a_lambda = 4.0 * c * share;
	law->a = lambda * law->a_lambda;
	law->b = sqrt(1.0 + 3.0 * lambda * lambda - law->a * law->a);
	law->a_nu = 4.0 * lambda *
		    (c_nu * share + c / ((nu - 1.0) * (nu - 1.0)));
	law->b_nu = -law->a * law->a_nu / law->b;
	law->b_lambda = (3.0 * lambda - law->a * law->a_lambda) / law->b;
	law->constant += elementary_log(law->b);
	law->constant_nu += law->b_nu / law->b;
	law->constant_lambda = law->b_lambda / law->b;
}

void garch_law_of(struct garch_law *out, const struct garch_model *model,
		  const double *at)
{
	double nu = at[GARCH_NU];

	memset(out, 0, sizeof(*out));
	out->distribution = model->distribution;
	out->b = 1.0;
	if (model->distribution == GARCH_NORMAL) {
		out->constant = -0.5 * elementary_log(2.0 * PI);
		return;
	}
	out->nu = nu;
	out->lambda = model->distribution == GARCH_SKEWED ? at[GARCH_LAMBDA]
							  : 0.0;
	out->inverse = 1.0 / (nu - 2.0);
	out->constant = elementary_lgamma(0.5 * (nu + 1.0)) -
			elementary_lgamma(0.5 * nu) -
			0.5 * elementary_log(PI * (nu - 2.0));
	out->constant_nu = 0.5 * (elementary_digamma(0.5 * (nu + 1.0)) -
				  elementary_digamma(0.5 * nu)) -
			   0.5 * out->inverse;
	if (model->distribution == GARCH_SKEWED) {
		double c = elementary_exp(out->constant);

		skew_of(out, c, c * out->constant_nu);
	}
}

/* The law's constants in every lane. */
struct wide_law {
	lanes nu_plus, inverse, a, b, pivot, left, right;
};

/* Running sums, lane by lane. */
struct wide_sums {
	struct lanes_product variance, tail;
	lanes largest, inverse, residual;
	lanes square; /* normal: u; else q / (1 + q) */
	lanes skew, skew_z, side;
};

static void widen(struct wide_law *out, const struct garch_law *law)
{
	out->nu_plus = lanes_all(law->nu + 1.0);
	out->inverse = lanes_all(law->inverse);
	out->a = lanes_all(law->a);
	out->b = lanes_all(law->b);
	out->pivot = lanes_all(-law->a / law->b);
	out->left = lanes_all(1.0 / (1.0 - law->lambda));
	out->right = lanes_all(1.0 / (1.0 + law->lambda));
}

LANES_INLINE void normal_group(struct wide_sums *s, const lanes *h,
			       const lanes *e, double *slope)
{
	lanes inverse = 1.0 / *h, u = *e * *e * inverse;

	lanes_multiply(&s->variance, *h);
	s->largest += *h;
	s->inverse += inverse;
	s->square += u;
	s->residual -= *e * inverse;
	lanes_store(slope, 0.5 * inverse * (u - 1.0));
}

LANES_INLINE void student_group(struct wide_sums *s, const struct wide_law *w,
				const lanes *h, const lanes *e, double *slope)
{
	lanes inverse = 1.0 / *h, part = *e * inverse * w->inverse;
	lanes q = *e * part, one = 1.0 + q, share = 1.0 / one;

	lanes_multiply(&s->variance, *h);
	lanes_multiply(&s->tail, one);
	s->largest += *h;
	s->inverse += inverse;
	s->square += q * share;
	s->residual -= w->nu_plus * part * share;
	lanes_store(slope, 0.5 * inverse * (w->nu_plus * q * share - 1.0));
}

LANES_INLINE lanes lanes_root(lanes v)
{
	return (lanes){ sqrt(v[0]), sqrt(v[1]), sqrt(v[2]), sqrt(v[3]) };
}

LANES_INLINE void skewed_group(struct wide_sums *s, const struct wide_law *w,
			       const lanes *h, const lanes *e, double *slope)
{
	lanes inverse = 1.0 / *h, root = lanes_root(inverse), z = *e * root;
	lanes_bits left = (lanes_bits)(z < w->pivot);
	lanes k = lanes_select(left, w->left, w->right);
	lanes x = (w->b * z + w->a) * k, q = x * x * w->inverse;
	lanes one = 1.0 + q, share = 1.0 / one, part = x * k * share;
	lanes push = w->nu_plus * w->inverse * w->b * part;

	lanes_multiply(&s->variance, *h);
	lanes_multiply(&s->tail, one);
	s->largest += *h;
	s->inverse += inverse;
	s->square += q * share;
	s->skew += part;
	s->skew_z += part * z;
	part = part * x;
	s->side += lanes_select(left, part, -part);
	s->residual -= push * root;
	lanes_store(slope, 0.5 * inverse * (push * z - 1.0));
}

LANES_INLINE void group(struct wide_sums *s, const struct wide_law *w,
			const struct garch_data *data, size_t t,
			enum garch_distribution distribution)
{
	lanes h = lanes_load(data->variance + t);
	lanes e = lanes_load(data->residual + t);

	if (distribution == GARCH_NORMAL)
		normal_group(s, &h, &e, data->slope + t);
	else if (distribution == GARCH_STUDENT)
		student_group(s, w, &h, &e, data->slope + t);
	else
		skewed_group(s, w, &h, &e, data->slope + t);
}

static void clear_sums(struct wide_sums *s)
{
	memset(s, 0, sizeof(*s));
	s->variance = lanes_product_of_none();
	s->tail = lanes_product_of_none();
}

/* v_t = c_t + beta v_{t-1}, LANES steps. */
LANES_INLINE double scan(double *v, double beta, double before)
{
	for (size_t k = 0; k < LANES; k++) {
		before = v[k] + beta * before;
		v[k] = before;
	}
	return before;
}

LANES_INLINE void run_chain(struct wide_sums *s, const struct wide_law *w,
			    const struct garch_data *data,
			    const struct garch_chain *chain,
			    enum garch_distribution distribution)
{
	size_t whole = data->n / LANES, groups = lanes_padded(data->n) / LANES;
	double v = chain->first;
	size_t behind = 0;

	for (size_t g = 0; g < whole; g++) {
		v = scan(data->variance + g * LANES, chain->beta, v);
		if (g >= AHEAD)
			group(s, w, data, behind++ * LANES, distribution);
	}
	for (size_t t = whole * LANES; t < data->n; t++) {
		v = data->variance[t] + chain->beta * v;
		data->variance[t] = v;
	}
	for (; behind < groups; behind++)
		group(s, w, data, behind * LANES, distribution);
}

#define CHAIN(name, distribution)                                             \
	LANES_CLONES static void name(struct wide_sums *s,                    \
				      const struct wide_law *w,               \
				      const struct garch_data *data,          \
				      const struct garch_chain *chain)        \
	{                                                                     \
		run_chain(s, w, data, chain, distribution);                   \
	}

CHAIN(chain_normal, GARCH_NORMAL)
CHAIN(chain_student, GARCH_STUDENT)
CHAIN(chain_skewed, GARCH_SKEWED)

/* Fills the last vector with observations that add nothing to any sum: log h
 * = 0 and q = 0. */
static void pad(const struct garch_data *data, const struct garch_law *law)
{
	for (size_t t = data->n; t < lanes_padded(data->n); t++) {
		data->variance[t] = 1.0;
		data->residual[t] = -law->a / law->b;
	}
}

static void collect(struct garch_sums *out, const struct wide_sums *s,
		    const struct garch_law *law, size_t n)
{
	double count = (double)n, square = lanes_sum(s->square), tail;
	double largest = lanes_sum(s->largest), inverse = lanes_sum(s->inverse);
	double kernel = (law->nu + 1.0) * law->inverse;

	memset(out, 0, sizeof(*out));
	out->residual = lanes_sum(s->residual);
	out->likelihood = count * law->constant -
			  0.5 * lanes_log_sum(&s->variance);
	if (law->distribution == GARCH_NORMAL) {
		out->likelihood -= 0.5 * square;
	} else {
		tail = lanes_log_sum(&s->tail);
		out->likelihood -= 0.5 * (law->nu + 1.0) * tail;
		out->nu = count * law->constant_nu - 0.5 * tail +
			  0.5 * kernel * square -
			  kernel * (law->b_nu * lanes_sum(s->skew_z) +
				    law->a_nu * lanes_sum(s->skew));
	}
	if (law->distribution == GARCH_SKEWED)
		out->lambda = count * law->constant_lambda -
			      kernel * (law->b_lambda * lanes_sum(s->skew_z) +
					law->a_lambda * lanes_sum(s->skew) +
					lanes_sum(s->side));
	if (!(largest < 1e300 && inverse > 0.0 && inverse < 1e300))
		out->likelihood = -(double)INFINITY;
}

void garch_chain_pass(struct garch_sums *out, const struct garch_data *data,
		      const struct garch_law *law,
		      const struct garch_chain *chain)
{
	struct wide_law wide;
	struct wide_sums sums;

	widen(&wide, law);
	clear_sums(&sums);
	pad(data, law);
	if (law->distribution == GARCH_NORMAL)
		chain_normal(&sums, &wide, data, chain);
	else if (law->distribution == GARCH_STUDENT)
		chain_student(&sums, &wide, data, chain);
	else
		chain_skewed(&sums, &wide, data, chain);
	collect(out, &sums, law, data->n);
}

LANES_CLONES static void densities(struct wide_sums *s,
				   const struct wide_law *w,
				   const struct garch_data *data,
				   enum garch_distribution distribution)
{
	for (size_t t = 0; t < data->n; t += LANES)
		group(s, w, data, t, distribution);
}

void garch_density_pass(struct garch_sums *out, const struct garch_data *data,
			const struct garch_law *law)
{
	struct wide_law wide;
	struct wide_sums sums;

	widen(&wide, law);
	clear_sums(&sums);
	pad(data, law);
	densities(&sums, &wide, data, law->distribution);
	collect(out, &sums, law, data->n);
}

void garch_adjoint(const struct garch_data *data, double beta)
{
	double slope = 0.0;

	for (size_t t = data->n; t-- > 0;) {
		slope = data->slope[t] + beta * slope;
		data->slope[t] = slope;
	}
}

LANES_INLINE lanes term_of(const struct garch_law *law,
			   const struct wide_law *w, lanes h, lanes e)
{
	lanes out = law->constant - 0.5 * lanes_log(h), z, x, k;

	if (law->distribution == GARCH_NORMAL)
		return out - 0.5 * (e * e / h);
	z = e * lanes_root(1.0 / h);
	k = lanes_select((lanes_bits)(z < w->pivot), w->left, w->right);
	x = (w->b * z + w->a) * k;
	return out - 0.5 * (law->nu + 1.0) *
			     lanes_log(1.0 + x * x * w->inverse);
}

LANES_CLONES static void terms(double *out, const struct garch_data *data,
			       const struct garch_law *law,
			       const struct wide_law *w)
{
	double last[LANES];

	for (size_t t = 0; t < data->n; t += LANES) {
		lanes value = term_of(law, w, lanes_load(data->variance + t),
				      lanes_load(data->residual + t));

		if (t + LANES <= data->n) {
			lanes_store(out + t, value);
			continue;
		}
		lanes_store(last, value);
		memcpy(out + t, last, (data->n - t) * sizeof(*out));
	}
}

void garch_terms(double *out, const struct garch_data *data, const double *at)
{
	struct garch_law law;
	struct wide_law wide;

	garch_law_of(&law, &data->model, at);
	widen(&wide, &law);
	terms(out, data, &law, &wide);
}
