/* garch_errors.c -- standard errors: Hessian, outer product, sandwich.
 *
 * Steps of 1e-5 of each parameter's size to both sides: central differences of
 * the analytic gradient are the Hessian (symmetrised), those of the
 * observations' log densities their scores; relative error about 1e-9. */
#include <math.h>
#include <string.h>

#include "models/volatility/garch_internal.h"

#define N GARCH_SLOTS

struct matrix {
	double at[N][N];
};

/* Gauss-Jordan with partial pivoting on a small symmetric matrix. */
static bool invert(struct matrix *out, const struct matrix *in, size_t n)
{
	struct matrix a = *in, b;

	memset(&b, 0, sizeof(b));
	for (size_t i = 0; i < n; i++)
		b.at[i][i] = 1.0;
	for (size_t c = 0; c < n; c++) {
		size_t pivot = c;

		for (size_t r = c + 1; r < n; r++)
			if (fabs(a.at[r][c]) > fabs(a.at[pivot][c]))
				pivot = r;
		if (!(fabs(a.at[pivot][c]) > 1e-300))
			return false;
		for (size_t k = 0; k < n; k++) {
			double t = a.at[c][k];

			a.at[c][k] = a.at[pivot][k];
			a.at[pivot][k] = t;
			t = b.at[c][k];
			b.at[c][k] = b.at[pivot][k];
			b.at[pivot][k] = t;
		}
		for (size_t r = 0; r < n; r++) {
			double f = a.at[r][c] / a.at[c][c];

			for (size_t k = 0; r != c && k < n; k++) {
				a.at[r][k] -= f * a.at[c][k];
				b.at[r][k] -= f * b.at[c][k];
			}
		}
	}
	for (size_t r = 0; r < n; r++)
		for (size_t k = 0; k < n; k++)
			out->at[r][k] = b.at[r][k] / a.at[r][r];
	return true;
}

static void multiply(struct matrix *out, const struct matrix *a,
		     const struct matrix *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			double sum = 0.0;

			for (size_t k = 0; k < n; k++)
				sum += a->at[i][k] * b->at[k][j];
			out->at[i][j] = sum;
		}
}

/* A parameter that may be 0 moves as if it were at least 0.001; mu on the
 * scale of a return, and wider where |e| stands in the recursion: the
 * likelihood has a kink at each observation's own value. */
static double step_of(const struct garch_fit *fit, int slot)
{
	double size = fabs(fit->at[slot]);
	bool kinks = fit->model.family == GARCH_EXPONENTIAL ||
		     fit->model.family == GARCH_POWER;

	if (slot == GARCH_MU)
		size = sqrt(fit->next_variance) * (kinks ? 500.0 : 1.0);
	else if (slot != GARCH_OMEGA ||
		 fit->model.family == GARCH_EXPONENTIAL)
		size = size > 1e-3 ? size : 1e-3;
	return size * 1e-5;
}

/* Differences by one parameter: a row of the negative Hessian, the scores. */
struct differences {
	struct garch_point up, down;
	double *above, *below; /* [n] log densities */
};

static void difference(struct differences *d, const struct garch_fit *fit,
		       const struct garch_data *data, int slot)
{
	double at[GARCH_SLOTS], step = step_of(fit, slot);

	memcpy(at, fit->at, sizeof(at));
	at[slot] = fit->at[slot] + step;
	garch_evaluate(&d->up, data, at);
	garch_terms(d->above, data, at);
	at[slot] = fit->at[slot] - step;
	garch_evaluate(&d->down, data, at);
	garch_terms(d->below, data, at);
}

/* Curvature and scores of the parameters that the model has. */
struct curvature {
	struct matrix information;
	double *scores; /* [count][n] */
	int slots[GARCH_SLOTS];
	size_t count;
};

static void measure(struct curvature *c, const struct garch_fit *fit,
		    const struct garch_data *data, struct differences *d)
{
	for (size_t i = 0; i < c->count; i++) {
		double wide = 2.0 * step_of(fit, c->slots[i]);

		difference(d, fit, data, c->slots[i]);
		for (size_t j = 0; j < c->count; j++)
			c->information.at[i][j] =
				(d->down.gradient[c->slots[j]] -
				 d->up.gradient[c->slots[j]]) / wide;
		for (size_t t = 0; t < data->n; t++)
			c->scores[i * data->n + t] =
				(d->above[t] - d->below[t]) / wide;
	}
	for (size_t i = 0; i < c->count; i++)
		for (size_t j = 0; j < i; j++) {
			double mean = 0.5 * (c->information.at[i][j] +
					     c->information.at[j][i]);

			c->information.at[i][j] = mean;
			c->information.at[j][i] = mean;
		}
}

static void outer_product(struct matrix *out, const struct curvature *c,
			  size_t n)
{
	for (size_t i = 0; i < c->count; i++)
		for (size_t j = 0; j <= i; j++) {
			double sum = 0.0;

			for (size_t t = 0; t < n; t++)
				sum += c->scores[i * n + t] *
				       c->scores[j * n + t];
			out->at[i][j] = sum;
			out->at[j][i] = sum;
		}
}

static bool roots(double *out, const struct matrix *m,
		  const struct curvature *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (!(m->at[i][i] > 0.0 && m->at[i][i] < 1e300))
			return false;
		out[c->slots[i]] = sqrt(m->at[i][i]);
	}
	return true;
}

static bool errors_of(struct garch_fit *fit, const struct curvature *c,
		      size_t n)
{
	struct matrix inverse, product, opg, left, sandwich;

	outer_product(&product, c, n);
	if (!invert(&inverse, &c->information, c->count) ||
	    !invert(&opg, &product, c->count))
		return false;
	multiply(&left, &inverse, &product, c->count);
	multiply(&sandwich, &left, &inverse, c->count);
	return roots(fit->se_hessian, &inverse, c) &&
	       roots(fit->se_opg, &opg, c) &&
	       roots(fit->se_robust, &sandwich, c);
}

enum status garch_errors(struct garch_fit *fit, const struct garch_data *data,
			 struct arena *arena)
{
	struct differences d = { .above = ARENA_NEW(arena, double, data->n),
				 .below = ARENA_NEW(arena, double, data->n) };
	struct curvature c = { .count = 0 };

	for (int slot = 0; slot < GARCH_SLOTS; slot++)
		if (garch_has(&fit->model, (enum garch_slot)slot))
			c.slots[c.count++] = slot;
	c.scores = ARENA_NEW(arena, double, data->n * c.count);
	if (!d.above || !d.below || !c.scores)
		return E_LIMIT;
	measure(&c, fit, data, &d);
	fit->has_errors = errors_of(fit, &c, data->n);
	return OK;
}
