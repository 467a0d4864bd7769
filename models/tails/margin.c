/* margin.c -- see margin.h. */
#include "models/tails/margin.h"

#include <math.h>

#include "models/elementary.h"
#include "models/loss/statistics.h"
#include "models/tails/generalised_pareto.h"

#define CELLS PATH_MARGIN_CELLS
#define HALF MARGIN_CELLS
#define PARTS 8	      /* of a cell, when moments are taken ... */
#define LAST_PARTS 64 /* ... and of the last, which reaches to infinity */

/* P(X > x) at a point s = x / sqrt(1 + x^2) >= 0, X of unit variance. */
static double tail_at(unsigned degrees, double s)
{
	double nu = (double)degrees, x;

	if (s >= 1.0)
		return 0.0;
	x = s / sqrt((1.0 - s) * (1.0 + s));
	return degrees ? student_cdf(-x * sqrt(nu / (nu - 2.0)), nu)
		       : normal_cdf(-x);
}

static void measure_cell(struct margin_cells *cells, unsigned degrees, size_t j)
{
	int parts = j + 1 == HALF ? LAST_PARTS : PARTS;
	double left = tail_at(degrees, (double)j / HALF);

	cells->above[j] = left;
	cells->mass[j] = cells->first[j] = cells->second[j] = 0.0;
	for (int i = 0; i < parts; i++) {
		double t = ((double)i + 0.5) / (double)parts;
		double edge = ((double)i + 1.0) / (double)parts;
		double right = tail_at(degrees, ((double)j + edge) / HALF);

		cells->mass[j] += left - right;
		cells->first[j] += (left - right) * t;
		cells->second[j] += (left - right) * t * t;
		left = right;
	}
}

static double empirical_quantile(const struct margin_law *law, double p)
{
	double at = p * (double)law->n - 0.5;
	size_t below;

	if (!(at > 0.0))
		return law->sorted[0];
	below = (size_t)at;
	if (below + 1 >= law->n)
		return law->sorted[law->n - 1];
	return law->sorted[below] +
	       (at - (double)below) *
		       (law->sorted[below + 1] - law->sorted[below]);
}

static double clamp(const struct margin_law *law, double value)
{
	return fmax(law->cap_low, fmin(law->cap_high, value));
}

/* The value that is exceeded with probability p < 1/2. */
static double upper_quantile(const struct margin_law *law, double p)
{
	if (p <= law->upper.tail_share)
		return clamp(law, pareto_quantile(&law->upper, p));
	return fmin(empirical_quantile(law, 1.0 - p), law->upper.threshold);
}

static double lower_quantile(const struct margin_law *law, double p)
{
	if (p <= law->lower.tail_share)
		return clamp(law, -pareto_quantile(&law->lower, p));
	return fmax(empirical_quantile(law, p), -law->lower.threshold);
}

/* The end that gives the last cell the tail's mean beyond its inner edge. */
static double cap_of(double inner, double shortfall, const struct margin_cells *cells)
{
	double mass = cells->mass[HALF - 1], first = cells->first[HALF - 1];

	return first > 0.0 ? inner + (shortfall - inner) * mass / first
			   : shortfall;
}

static void fill(struct path_margin *out, const struct margin_law *law,
		 const struct margin_cells *cells)
{
	double beyond = cells->above[HALF - 1];

	out->value[HALF] = empirical_quantile(law, 0.5);
	for (size_t j = 1; j < HALF; j++) {
		out->value[HALF + j] = upper_quantile(law, cells->above[j]);
		out->value[HALF - j] = lower_quantile(law, cells->above[j]);
	}
	out->value[CELLS] =
		clamp(law, cap_of(out->value[CELLS - 1],
				  pareto_shortfall(&law->upper, beyond),
				  cells));
	out->value[0] =
		clamp(law, cap_of(out->value[1],
				  -pareto_shortfall(&law->lower, beyond),
				  cells));
	/* the middle and the tails join at the thresholds up to ties */
	for (size_t j = 1; j <= CELLS; j++)
		out->value[j] = fmax(out->value[j], out->value[j - 1]);
}

/* To mean 0 and variance 1 of the map as it is read, linear in each cell. */
static void standardise(struct path_margin *out, const struct margin_cells *cells)
{
	double mean = 0.0, square = 0.0, unit;

	for (size_t side = 0; side < 2; side++)
		for (size_t j = 0; j < HALF; j++) {
			double from = out->value[side ? HALF - j : HALF + j];
			double to = out->value[side ? HALF - j - 1
						    : HALF + j + 1];
			double rise = to - from;

			mean += from * cells->mass[j] + rise * cells->first[j];
			square += from * from * cells->mass[j] +
				  2.0 * from * rise * cells->first[j] +
				  rise * rise * cells->second[j];
		}
	unit = sqrt(square - mean * mean);
	for (size_t j = 0; j <= CELLS; j++)
		out->value[j] = (out->value[j] - mean) / unit;
}

/* It is but for rounding. */
static void make_symmetric(struct path_margin *out)
{
	for (size_t j = 0; j < HALF; j++)
		out->value[j] = -out->value[CELLS - j];
	out->value[HALF] = 0.0;
}

/* The residuals that are there, with their mirror images if symmetric. */
static enum status gather(double *values, size_t *n,
			  const struct margin_request *request)
{
	*n = 0;
	for (size_t i = 0; i < request->count; i++) {
		double value = request->residuals[i];

		if (request->present && !request->present[i])
			continue;
		if (!(fabs(value) <= 1e100))
			return E_INPUT;
		values[(*n)++] = value;
		if (request->symmetric)
			values[(*n)++] = -value;
	}
	return *n < MARGIN_RESIDUALS_MIN * (request->symmetric ? 2u : 1u)
		       ? E_MISSING
		       : OK;
}

/* Ties leave a tail without a fit: E_INPUT of the fit, E_MISSING here. */
static enum status fit_tails(struct margin_law *law, double *values,
			     struct arena *arena)
{
	enum status status =
		pareto_estimate_tail(&law->upper, values, law->n, arena);

	for (size_t i = 0; i < law->n; i++)
		values[i] = -values[i];
	if (!status)
		status = pareto_estimate_tail(&law->lower, values, law->n, arena);
	return status == E_INPUT ? E_MISSING : status;
}

static enum status sort_law(struct margin_law *law, double *sorted,
			    const double *values, struct arena *arena)
{
	size_t *order = ARENA_NEW(arena, size_t, law->n);
	double mean = 0.0, square = 0.0, reach;

	if (!order || loss_sort(order, values, law->n, arena))
		return E_LIMIT;
	for (size_t i = 0; i < law->n; i++) {
		sorted[i] = values[order[i]];
		mean += sorted[i] / (double)law->n;
	}
	for (size_t i = 0; i < law->n; i++)
		square += (sorted[i] - mean) * (sorted[i] - mean) /
			  (double)law->n;
	law->sorted = sorted;
	reach = MARGIN_CAP * sqrt(square);
	law->cap_low = mean - reach;
	law->cap_high = mean + reach;
	return square > 0.0 ? OK : E_MISSING;
}

enum status margin_fit(struct margin_law *out, double *sorted,
		       const struct margin_request *request,
		       struct arena *arena)
{
	size_t most = request->count * (request->symmetric ? 2 : 1);
	size_t mark = arena_mark(arena);
	double *values = ARENA_NEW(arena, double, most);
	struct margin_law law = { .symmetric = request->symmetric };
	enum status status = values ? gather(values, &law.n, request) : E_LIMIT;

	if (!status)
		status = sort_law(&law, sorted, values, arena);
	if (!status)
		status = fit_tails(&law, values, arena);
	arena_reset(arena, mark);
	if (!status)
		*out = law;
	return status;
}

enum status margin_measure(struct margin_cells *out, unsigned degrees)
{
	if (degrees && (degrees < 3 || degrees > 200))
		return E_INPUT;
	for (size_t j = 0; j < HALF; j++)
		measure_cell(out, degrees, j);
	return OK;
}

void margin_map(struct path_margin *out, const struct margin_law *law,
		const struct margin_cells *cells)
{
	fill(out, law, cells);
	standardise(out, cells);
	if (law->symmetric)
		make_symmetric(out);
}

enum status margin_build(struct path_margin *out,
			 const struct margin_request *request,
			 struct arena *arena)
{
	size_t most = request->count * (request->symmetric ? 2 : 1);
	size_t mark = arena_mark(arena);
	struct margin_cells *cells = ARENA_NEW(arena, struct margin_cells, 1);
	double *sorted = ARENA_NEW(arena, double, most);
	struct margin_law law;
	enum status status = cells && sorted
				     ? margin_measure(cells, request->degrees)
				     : E_LIMIT;

	if (!status)
		status = margin_fit(&law, sorted, request, arena);
	if (!status)
		margin_map(out, &law, cells);
	arena_reset(arena, mark);
	return status;
}
