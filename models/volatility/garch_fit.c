/* garch_fit.c -- the maximum: BFGS on unconstrained coordinates.
 *
 * Returns are scaled to unit variance.  The likelihoods of a grid of starts
 * (four at a time where the recursion allows) and of the warm start choose
 * where one search begins; all counts and tolerances are fixed, so the same
 * input gives the same bits. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/optimise.h"
#include "models/volatility/garch_internal.h"

#define STARTS_MAX 16
#define ITERATIONS 200u
#define GRADIENT_TOLERANCE 1e-9 /* per observation, unconstrained */
/* A maximum on the region's edge is approached without end: a few steps in a
 * row that gain less than this an observation are the edge. */
#define QUIET_GAIN 1e-11

struct search {
	const struct garch_data *data;
	size_t count;
	int slots[GARCH_SLOTS]; /* of each coordinate */
};

static void spread(double *full, const struct search *s, const double *x)
{
	memset(full, 0, GARCH_SLOTS * sizeof(*full));
	for (size_t i = 0; i < s->count; i++)
		full[s->slots[i]] = x[i];
}

/* Negative log-likelihood an observation, its gradient by coordinate. */
static double evaluate(double *gradient, const void *context, const double *x)
{
	const struct search *s = context;
	struct garch_point point;
	struct garch_mapping map;
	double full[GARCH_SLOTS], n = (double)s->data->n;

	spread(full, s, x);
	garch_map(&map, &s->data->model, full);
	garch_evaluate(&point, s->data, map.at);
	for (size_t i = 0; i < s->count; i++) {
		double sum = 0.0;

		for (int k = 0; k < GARCH_SLOTS; k++)
			sum += point.gradient[k] *
			       map.jacobian[k][s->slots[i]];
		gradient[i] = -sum / n;
	}
	return -point.log_likelihood / n;
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

struct start_grid {
	double at[STARTS_MAX][GARCH_SLOTS];
	size_t count;
};

/* Persistence, alpha's share of it, asymmetry (GJR) or power (APARCH). */
static void add_start(struct start_grid *grid, const struct garch_model *model,
		      const double *mean, const double pick[3])
{
	double *x = grid->at[grid->count++];
	double persistence = pick[0], share = persistence * pick[1];

	memset(x, 0, GARCH_SLOTS * sizeof(*x));
	x[GARCH_MU] = model->constant_mean ? *mean : 0.0;
	x[GARCH_OMEGA] = 1.0 - persistence;
	x[GARCH_ALPHA] = share;
	x[GARCH_BETA] = persistence - share;
	x[GARCH_NU] = model->distribution == GARCH_NORMAL ? 0.0 : 5.0;
	if (model->family == GARCH_GJR) {
		x[GARCH_ALPHA] = share * (1.0 - pick[2]);
		x[GARCH_GAMMA] = 2.0 * share * pick[2];
	} else if (model->family == GARCH_POWER) {
		x[GARCH_DELTA] = 1.0 + pick[2];
		x[GARCH_ALPHA] =
			share / garch_moment_of(0.0, x[GARCH_DELTA]).k;
	} else if (model->family == GARCH_EXPONENTIAL) {
		x[GARCH_OMEGA] = 0.0;
		x[GARCH_ALPHA] = 2.5 * pick[1];
		x[GARCH_BETA] = persistence;
	}
}

static void make_starts(struct start_grid *grid,
			const struct garch_model *model, double mean,
			const double *warm)
{
	static const double persistences[] = { 0.8, 0.93, 0.98, 0.997 };
	static const double shares[] = { 0.05, 0.12, 0.3 };
	bool shaped = model->family == GARCH_GJR ||
		      model->family == GARCH_POWER;

	grid->count = 0;
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 3; j++) {
			double shape = shaped ? 0.25 * (double)((i + j) % 3)
					      : 0.0;
			double pick[3] = { persistences[i], shares[j], shape };

			add_start(grid, model, &mean, pick);
		}
	if (warm)
		memcpy(grid->at[grid->count++], warm,
		       GARCH_SLOTS * sizeof(*warm));
	while (grid->count % 4) {
		memcpy(grid->at[grid->count], grid->at[0],
		       sizeof(grid->at[0]));
		grid->count++;
	}
}

static const double *best_start(const struct start_grid *grid,
				const struct garch_data *data)
{
	bool lanes = data->model.family == GARCH_PLAIN ||
		     data->model.family == GARCH_GJR;
	double value[STARTS_MAX];
	size_t best = 0;

	for (size_t i = 0; i < grid->count; i += lanes ? 4 : 1) {
		if (lanes)
			garch_four(value + i, data, grid->at + i);
		else
			value[i] = garch_likelihood(data, grid->at[i]);
	}
	for (size_t i = 1; i < grid->count; i++)
		if (value[i] > value[best])
			best = i;
	return grid->at[best];
}

/* Parameters for returns that are `scale` times as large. */
static void rescale(double *at, const struct garch_model *model, double scale)
{
	at[GARCH_MU] *= scale;
	if (model->family == GARCH_EXPONENTIAL)
		at[GARCH_OMEGA] += (1.0 - at[GARCH_BETA]) * 2.0 *
				   elementary_log(scale);
	else if (model->family == GARCH_POWER)
		at[GARCH_OMEGA] *= elementary_pow(scale, at[GARCH_DELTA]);
	else
		at[GARCH_OMEGA] *= scale * scale;
}

static void search_best(struct garch_fit *fit, const struct garch_data *data,
			const double *start)
{
	struct search search = { .data = data };
	struct objective objective = { evaluate, &search, 0, GRADIENT_TOLERANCE,
				       QUIET_GAIN };
	double full[GARCH_SLOTS];
	struct garch_mapping map;
	struct optimum run;

	for (int slot = 0; slot < GARCH_SLOTS; slot++)
		if (garch_has(&data->model, (enum garch_slot)slot))
			search.slots[search.count++] = slot;
	objective.count = search.count;
	memset(&run, 0, sizeof(run));
	garch_unmap(full, &data->model, start);
	for (size_t i = 0; i < search.count; i++)
		run.x[i] = full[search.slots[i]];
	optimise_begin(&run, &objective);
	optimise_run(&run, &objective, ITERATIONS);
	spread(full, &search, run.x);
	garch_map(&map, &data->model, full);
	memcpy(fit->at, map.at, sizeof(fit->at));
	fit->converged = run.converged;
	fit->iterations = run.iterations;
}

/* On returns of unit variance; the parameters in the caller's unit. */
static void fit_scaled(struct garch_fit *fit, const struct garch_data *data,
		       double mean, double scale, const double *warm)
{
	struct garch_data unit = *data;
	struct start_grid grid;
	double at[GARCH_SLOTS];

	if (warm) {
		memcpy(at, warm, sizeof(at));
		rescale(at, &data->model, 1.0 / scale);
	}
	unit.floor = GARCH_FLOOR;
	garch_start_of(&unit);
	make_starts(&grid, &data->model, mean / scale, warm ? at : NULL);
	search_best(fit, &unit, best_start(&grid, &unit));
	rescale(fit->at, &data->model, scale);
}

static enum status fit_in(struct garch_fit *fit,
			  const struct garch_request *request,
			  const double *returns, size_t n, struct arena *arena)
{
	double *unit = ARENA_NEW(arena, double, n), mean = 0.0, scale = 1.0;
	struct garch_data data;
	struct garch_point point;
	enum status status = check_returns(&mean, &scale, returns, n);

	if (!status)
		status = unit ? garch_prepare(&data, &request->model, returns,
					      n, arena)
			      : E_LIMIT;
	if (status)
		return status;
	for (size_t t = 0; t < n; t++)
		unit[t] = returns[t] / scale;
	data.returns = unit;
	fit_scaled(fit, &data, mean, scale, request->warm);
	data.returns = returns;
	garch_evaluate(&point, &data, fit->at);
	fit->log_likelihood = point.log_likelihood;
	fit->next_variance = point.next_variance;
	fit->lowest_variance = data.variance[0];
	for (size_t t = 1; t < n; t++)
		if (data.variance[t] < fit->lowest_variance)
			fit->lowest_variance = data.variance[t];
	return request->errors ? garch_errors(fit, &data, arena) : OK;
}

enum status garch_fit_series(struct garch_fit *out,
			     const struct garch_request *request,
			     const double *returns, size_t n,
			     struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct garch_fit fit;
	enum status status;

	memset(&fit, 0, sizeof(fit));
	fit.model = request->model;
	status = fit_in(&fit, request, returns, n, arena);
	arena_reset(arena, mark);
	if (!status)
		*out = fit;
	return status;
}
