/* har.c -- see har.h. */
#include "models/volatility/har.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/linalg.h"

/* Rows of the regression: terms of one row after the other, and targets. */
struct rows {
	double *terms;  /* [n][HAR_TERMS] */
	double *column; /* column-major copy that the solver uses up */
	double *target; /* [n] */
	size_t n;
};

double har_mean(const double *x, size_t n, size_t newest)
{
	size_t count = newest < n ? newest : n;
	double sum = 0.0;

	for (size_t i = n - count; i < n; i++)
		sum += x[i];
	return count ? sum / (double)count : 1.0;
}

static void terms_of(double out[HAR_TERMS], const struct har_design *design,
		     const struct har_means *means)
{
	out[0] = 1.0;
	out[1] = means->last;
	out[2] = means->middle;
	out[3] = means->longest;
	for (int i = 1; design->logs && i < HAR_TERMS; i++)
		out[i] = elementary_log(out[i]);
}

static enum status check(const struct har_design *design, const double *x,
			 size_t n)
{
	bool constant = true;

	if (!design->middle || design->longest <= design->middle ||
	    n < design->longest + HAR_OBSERVATIONS_MIN)
		return E_INPUT;
	for (size_t t = 0; t < n; t++) {
		if (!(x[t] > 0.0 && x[t] < 1e100))
			return E_INPUT;
		constant = constant && x[t] == x[0];
	}
	return constant ? E_INPUT : OK;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* Rolling means; the row after x[t] predicts x[t + 1]. */
static void fill(struct rows *rows, const struct har_design *design,
		 const double *x, size_t n, double *last_row)
{
	double middle = 0.0, longest = 0.0;
	size_t row = 0;

	for (size_t t = 0; t < n; t++) {
		struct har_means means;
		double *terms = rows->terms + row * HAR_TERMS;

		middle += x[t] - (t >= design->middle ? x[t - design->middle]
						      : 0.0);
		longest += x[t] - (t >= design->longest ? x[t - design->longest]
							: 0.0);
		if (t + 1 < design->longest)
			continue;
		/* a difference of sums may lose the last digits, never below
		 * the newest value's own share */
		means = (struct har_means){
			x[t], larger(middle, x[t]) / (double)design->middle,
			larger(longest, x[t]) / (double)design->longest };
		terms_of(t + 1 < n ? terms : last_row, design, &means);
		if (t + 1 == n)
			return;
		rows->target[row] = design->logs ? elementary_log(x[t + 1])
						 : x[t + 1];
		row++;
	}
}

static double dot(const double *a, const double *b)
{
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

/* Inverse of X'X by its factor; false where it is singular. */
static bool invert_normal(double out[HAR_TERMS][HAR_TERMS],
			  const struct rows *rows)
{
	double factor[HAR_TERMS * HAR_TERMS], y[HAR_TERMS];

	memset(factor, 0, sizeof(factor));
	for (size_t r = 0; r < rows->n; r++)
		for (size_t i = 0; i < HAR_TERMS; i++)
			for (size_t j = 0; j < HAR_TERMS; j++)
				factor[j * HAR_TERMS + i] +=
					rows->terms[r * HAR_TERMS + i] *
					rows->terms[r * HAR_TERMS + j];
	if (linalg_factor(factor, HAR_TERMS))
		return false;
	for (size_t c = 0; c < HAR_TERMS; c++) {
		for (size_t i = 0; i < HAR_TERMS; i++) {
			y[i] = i == c ? 1.0 : 0.0;
			for (size_t k = 0; k < i; k++)
				y[i] -= factor[k * HAR_TERMS + i] * y[k];
			y[i] /= factor[i * HAR_TERMS + i];
		}
		for (size_t i = HAR_TERMS; i-- > 0;) {
			for (size_t k = i + 1; k < HAR_TERMS; k++)
				y[i] -= factor[i * HAR_TERMS + k] * y[k];
			y[i] /= factor[i * HAR_TERMS + i];
			out[i][c] = y[i];
		}
	}
	return true;
}

static void errors_of(struct har_fit *fit, const struct rows *rows,
		      const double *residuals, double variance)
{
	double inverse[HAR_TERMS][HAR_TERMS];

	if (!invert_normal(inverse, rows))
		return;
	for (size_t i = 0; i < HAR_TERMS; i++) {
		double robust = 0.0;

		for (size_t r = 0; r < rows->n; r++) {
			double h = residuals[r] *
				   dot(inverse[i], rows->terms + r * HAR_TERMS);

			robust += h * h;
		}
		fit->se[i] = sqrt(variance * inverse[i][i]);
		fit->se_robust[i] = sqrt(robust);
	}
}

static double clamp(double value, double low, double high)
{
	if (!(value > low))
		return low;
	return value < high ? value : high;
}

static double forecast_of(const struct har_fit *fit,
			  const struct har_design *design, const double *terms)
{
	double value = dot(fit->at, terms);

	if (design->logs)
		value = elementary_exp(clamp(value, -600.0, 600.0));
	return clamp(value * fit->smearing, fit->low, fit->high);
}

double har_forecast(const struct har_fit *fit, const struct har_design *design,
		    const struct har_means *means)
{
	double terms[HAR_TERMS];

	terms_of(terms, design, means);
	return forecast_of(fit, design, terms);
}

/* Residuals, R squared, then the factor that makes x / forecast 1 on average:
 * what a logarithm or a bound takes away is given back. */
static void describe(struct har_fit *fit, const struct har_design *design,
		     struct rows *rows)
{
	double mean = 0.0, total = 0.0, left = 0.0, ratio = 0.0;
	double *residuals = rows->column;

	for (size_t r = 0; r < rows->n; r++)
		mean += rows->target[r] / (double)rows->n;
	for (size_t r = 0; r < rows->n; r++) {
		const double *terms = rows->terms + r * HAR_TERMS;
		double value = rows->target[r];

		residuals[r] = value - dot(fit->at, terms);
		left += residuals[r] * residuals[r];
		total += (value - mean) * (value - mean);
		ratio += (design->logs ? elementary_exp(value) : value) /
			 forecast_of(fit, design, terms);
	}
	fit->r_squared = 1.0 - left / total;
	errors_of(fit, rows, residuals, left / (double)(rows->n - HAR_TERMS));
	fit->smearing = ratio / (double)rows->n;
}

static enum status solve(struct har_fit *fit, struct rows *rows,
			 double *solution)
{
	struct least_squares problem = { rows->n, HAR_TERMS, rows->column,
					 solution, 0.0 };
	enum status status;

	for (size_t r = 0; r < rows->n; r++)
		for (size_t i = 0; i < HAR_TERMS; i++)
			rows->column[i * rows->n + r] =
				rows->terms[r * HAR_TERMS + i];
	memcpy(solution, rows->target, rows->n * sizeof(*solution));
	status = linalg_least_squares(&problem);
	if (!status)
		memcpy(fit->at, solution, sizeof(fit->at));
	return status;
}

static enum status fit_rows(struct har_fit *fit,
			    const struct har_design *design, const double *x,
			    size_t n, struct arena *arena)
{
	struct rows rows = { .n = n - design->longest };
	double *solution = ARENA_NEW(arena, double, rows.n);
	double last_row[HAR_TERMS];
	enum status status;

	rows.terms = ARENA_NEW(arena, double, rows.n * HAR_TERMS);
	rows.column = ARENA_NEW(arena, double, rows.n * HAR_TERMS);
	rows.target = ARENA_NEW(arena, double, rows.n);
	if (!solution || !rows.terms || !rows.column || !rows.target)
		return E_LIMIT;
	fill(&rows, design, x, n, last_row);
	status = solve(fit, &rows, solution);
	if (status)
		return status;
	fit->low = x[0];
	fit->high = x[0];
	for (size_t t = 1; t < n; t++) {
		fit->low = x[t] < fit->low ? x[t] : fit->low;
		fit->high = x[t] > fit->high ? x[t] : fit->high;
	}
	fit->smearing = 1.0;
	fit->n = rows.n;
	describe(fit, design, &rows);
	fit->next = forecast_of(fit, design, last_row);
	return OK;
}

enum status har_fit_series(struct har_fit *out,
			   const struct har_design *design, const double *x,
			   size_t n, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct har_fit fit;
	enum status status = check(design, x, n);

	memset(&fit, 0, sizeof(fit));
	if (!status)
		status = fit_rows(&fit, design, x, n, arena);
	arena_reset(arena, mark);
	if (!status)
		*out = fit;
	return status;
}
