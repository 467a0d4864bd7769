/* garch_errors.c -- standard errors: Hessian, outer product, sandwich.
 *
 * The Hessian is the central difference of the analytic gradient (step 1e-5
 * of each parameter's scale), symmetrised: relative error about 1e-9. */
#include <math.h>
#include <string.h>

#include "models/volatility/garch_internal.h"

#define N GARCH_PARAMETERS_MAX

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

/* mu moves on the scale of a return, omega and nu on their own, alpha and beta
 * on their own but not less than 0.001: they may be 0. */
static double step_of(const struct garch_fit *fit,
		      const struct garch_data *data, size_t index)
{
	size_t omega = data->model->constant_mean ? 1 : 0;
	double size = fit->estimate[index];

	if (index < omega)
		size = sqrt(fit->next_variance);
	else if (index == omega + 1 || index == omega + 2)
		size = size > 1e-3 ? size : 1e-3;
	return size * 1e-5;
}

static void negative_hessian(struct matrix *out, const struct garch_fit *fit,
			     const struct garch_data *data)
{
	size_t n = fit->count;

	for (size_t i = 0; i < n; i++) {
		struct garch_point up, down;
		double x[N], step = step_of(fit, data, i);

		memcpy(x, fit->estimate, sizeof(x));
		x[i] = fit->estimate[i] + step;
		garch_pass(&up, data, x, NULL);
		x[i] = fit->estimate[i] - step;
		garch_pass(&down, data, x, NULL);
		for (size_t j = 0; j < n; j++)
			out->at[i][j] = (down.gradient[j] - up.gradient[j]) /
					(2.0 * step);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++) {
			double mean = 0.5 * (out->at[i][j] + out->at[j][i]);

			out->at[i][j] = mean;
			out->at[j][i] = mean;
		}
}

static void outer_product(struct matrix *out, const double *scores, size_t n,
			  size_t rows)
{
	memset(out, 0, sizeof(*out));
	for (size_t t = 0; t < rows; t++)
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++)
				out->at[i][j] += scores[t * n + i] *
						 scores[t * n + j];
}

static bool roots(double *out, const struct matrix *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!(m->at[i][i] > 0.0))
			return false;
		out[i] = sqrt(m->at[i][i]);
	}
	return true;
}

enum status garch_errors(struct garch_fit *fit, const struct garch_data *data,
			 struct arena *arena)
{
	size_t mark = arena_mark(arena), n = fit->count;
	double *scores = ARENA_NEW(arena, double, data->n * n);
	struct matrix information, inverse, product, opg, left, sandwich;
	struct garch_point point;

	if (!scores)
		return E_LIMIT;
	garch_pass(&point, data, fit->estimate, scores);
	outer_product(&product, scores, n, data->n);
	arena_reset(arena, mark);
	negative_hessian(&information, fit, data);
	fit->has_errors = invert(&inverse, &information, n) &&
			  invert(&opg, &product, n);
	if (!fit->has_errors)
		return OK;
	multiply(&left, &inverse, &product, n);
	multiply(&sandwich, &left, &inverse, n);
	fit->has_errors = roots(fit->se_hessian, &inverse, n) &&
			  roots(fit->se_opg, &opg, n) &&
			  roots(fit->se_robust, &sandwich, n);
	return OK;
}
