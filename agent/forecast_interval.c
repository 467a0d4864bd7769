/* forecast_interval.c -- the forecast's interval under estimation error, see
 * forecast_run.h.  Not the spread of the price itself. */
#include "agent/forecast_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host/memory.h"
#include "models/rng.h"
#include "models/volatility/diagnostics.h"

#define REPLICATES_MIN 59
#define QUANTITIES (1 + 2 * FORECAST_LEVELS)
#define BYTES_EACH 128u /* of arena, an observation */

static const struct garch_model model = { GARCH_STUDENT, GARCH_START_FCP,
					  true };

struct bootstrap {
	const struct forecast_order *order;
	struct rng_key key;
	double parameters[GARCH_PARAMETERS_MAX];
	double *returns;   /* [count] the window's, then those since */
	size_t fitted, count;
	double *residuals; /* [fitted] mean 0, variance 1 */
	double variance;   /* of the fitted returns */
	struct forecast_point points[FORECAST_REPLICATES];
	bool done[FORECAST_REPLICATES];
};

static void standardise(double *z, size_t n)
{
	double sum = 0.0, squares = 0.0, deviation;

	for (size_t t = 0; t < n; t++)
		sum += z[t];
	for (size_t t = 0; t < n; t++) {
		z[t] -= sum / (double)n;
		squares += z[t] * z[t];
	}
	deviation = sqrt(squares / (double)n);
	for (size_t t = 0; t < n; t++)
		z[t] /= deviation;
}

/* One more history that the model could have made. */
static void simulate(double *out, const struct bootstrap *b, uint32_t path)
{
	const double *x = b->parameters; /* mu omega alpha beta nu */
	double h = b->variance, n = (double)b->fitted;

	for (size_t t = 0; t < b->fitted; t++) {
		struct rng_counter counter = { path, (uint32_t)t, 0 };
		double u[2], e;

		rng_uniforms(u, &b->key, &counter);
		e = sqrt(h) * b->residuals[(size_t)(u[0] * n) % b->fitted];
		out[t] = x[0] + e;
		h = x[1] + x[2] * e * e + x[3] * h;
	}
}

/* What the true returns forecast under the parameters found in `made`. */
static bool refit(struct forecast_point *out, const struct bootstrap *b,
		  const double *made, struct arena *arena)
{
	uint32_t decay_ppm = b->order->policy->ewma_decay_ppm;
	struct volatility_state state;
	struct garch_point point;
	struct garch_fit fit;
	struct ewma_fit ewma;

	if (garch_fit_series(&fit, &model, made, b->fitted, arena) ||
	    ewma_fit_series(&ewma, made, b->fitted) || !fit.converged)
		return false;
	garch_evaluate(&point, &model, fit.estimate, b->returns, b->count);
	fit.next_variance = point.next_variance;
	if (decay_ppm)
		ewma.decay = (double)decay_ppm / 1e6;
	ewma.next_variance = ewma_variance(b->returns, b->count, ewma.decay);
	memset(&state, 0, sizeof(state));
	forecaster_store(&state, &fit, &ewma);
	forecast_point_of(out, &state, b->order);
	return true;
}

static void replicate(void *context, size_t i)
{
	struct bootstrap *b = context;
	double *made = memory_allocate(b->fitted, sizeof(*made));
	struct arena *arena = arena_new((b->fitted + 64) * BYTES_EACH);

	simulate(made, b, (uint32_t)i);
	b->done[i] = refit(&b->points[i], b, made, arena);
	arena_free(arena);
	memory_free(made);
}

static double *quantity(struct forecast_point *point, size_t i)
{
	if (!i)
		return &point->deviation;
	return i <= FORECAST_LEVELS ? &point->var[i - 1]
				    : &point->es[i - 1 - FORECAST_LEVELS];
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void read_interval(struct forecast_report *report, struct bootstrap *b)
{
	double values[FORECAST_REPLICATES];
	size_t n = 0;

	for (size_t q = 0; q < QUANTITIES; q++) {
		n = 0;
		for (size_t i = 0; i < FORECAST_REPLICATES; i++)
			if (b->done[i])
				values[n++] = *quantity(&b->points[i], q);
		if (n < REPLICATES_MIN)
			return;
		qsort(values, n, sizeof(*values), ascending);
		*quantity(&report->low, q) = values[(n + 1) / 20 - 1];
		*quantity(&report->high, q) = values[n - (n + 1) / 20];
	}
	report->replicates = n;
}

/* The state's parameters, window and residuals. */
static void prepare(struct bootstrap *b, const struct forecast_report *report)
{
	const struct volatility_state *v = &report->state.volatility;
	double sum = 0.0;

	b->key = rng_key_of(report->state.history);
	b->parameters[0] = (double)v->mu_e12 / 1e12;
	b->parameters[1] = (double)v->omega_e18 / 1e18;
	b->parameters[2] = (double)v->alpha_e9 / 1e9;
	b->parameters[3] = (double)v->beta_e9 / 1e9;
	b->parameters[4] = (double)v->nu_e6 / 1e6;
	b->returns = memory_allocate(b->order->count, sizeof(double));
	b->count = forecast_window(b->returns, &b->fitted, &report->state,
				   b->order);
	b->residuals = memory_allocate(b->fitted, sizeof(double));
	garch_residuals(b->residuals, &model, b->parameters, b->returns,
			b->fitted);
	standardise(b->residuals, b->fitted);
	for (size_t t = 0; t < b->fitted; t++) {
		double e = b->returns[t] - b->parameters[0];

		sum += e * e;
	}
	b->variance = sum / (double)b->fitted;
}

void forecast_interval(struct forecast_report *report,
		       const struct forecast_order *order,
		       const struct parallel *parallel)
{
	struct bootstrap *b;

	if (!report->state.volatility.converged)
		return;
	b = memory_allocate(1, sizeof(*b));
	b->order = order;
	prepare(b, report);
	parallel_run(parallel, replicate, b, FORECAST_REPLICATES);
	read_interval(report, b);
	memory_free(b->residuals);
	memory_free(b->returns);
	memory_free(b);
}
