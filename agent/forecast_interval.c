/* forecast_interval.c -- see forecast_run.h. */
#include "agent/forecast_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host/memory.h"
#include "models/ensemble/experts.h"
#include "models/rng.h"

#define REPLICATES_MIN 19
#define QUANTITIES (1 + 2 * FORECAST_LEVELS)
#define BYTES_EACH 512u /* of arena, an observation */

struct bootstrap {
	const struct forecast_order *order;
	const struct asset_state *state;
	struct rng_key key;
	double at[EXPERT_VALUES];    /* of the GJR-t expert */
	struct scaled_window window; /* what the newest fit saw */
	struct scaled_window all;    /* and the bars since */
	double *residuals, *shares;  /* [window.n] z, range over variance */
	uint32_t steps;
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
static void simulate(double *returns, double *ranges,
		     const struct bootstrap *b, uint32_t path)
{
	struct garch_model model = { GARCH_GJR, GARCH_STUDENT,
				     GARCH_START_FCP, true };
	size_t n = b->window.n;
	double h = 1.0;

	for (size_t t = 0; t < n; t++) {
		struct rng_counter counter = { path, (uint32_t)t, 0 };
		double u[2], e;
		size_t pick;

		rng_uniforms(u, &b->key, &counter);
		pick = (size_t)(u[0] * (double)n) % n;
		e = sqrt(h) * b->residuals[pick];
		returns[t] = b->at[GARCH_MU] + e;
		ranges[t] = h * b->shares[pick];
		h = garch_next(&model, b->at, h, e);
	}
}

static bool refit(struct forecast_point *out, const struct bootstrap *b,
		  const struct experts_window *made, struct arena *arena)
{
	struct asset_state copy = *b->state;
	struct forecaster *f = memory_allocate(1, sizeof(*f));
	struct horizon_forecast horizon;
	bool done = !experts_fit(&copy.volatility, made, arena);

	if (done) {
		forecaster_open(f, &copy, b->order->policy);
		forecaster_refilter(f, b->all.returns, b->all.n);
		forecaster_horizon(&horizon, f, b->steps, b->order->floor_bps);
		forecast_point_of(out, &horizon);
	}
	memory_free(f);
	return done;
}

static void replicate(void *context, size_t i)
{
	struct bootstrap *b = context;
	size_t n = b->window.n;
	double *returns = memory_allocate(n, sizeof(*returns));
	double *ranges = memory_allocate(n, sizeof(*ranges));
	struct experts_window made = { returns, ranges, n, b->order->policy,
				       false };
	struct arena *arena = arena_new((n + 128) * BYTES_EACH);

	simulate(returns, ranges, b, (uint32_t)i);
	b->done[i] = refit(&b->points[i], b, &made, arena);
	arena_free(arena);
	memory_free(ranges);
	memory_free(returns);
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
	double values[FORECAST_REPLICATES], unit;
	size_t n = 0;

	for (size_t q = 0; q < QUANTITIES; q++) {
		n = 0;
		for (size_t i = 0; i < FORECAST_REPLICATES; i++)
			if (b->done[i])
				values[n++] = *quantity(&b->points[i], q);
		if (n < REPLICATES_MIN)
			return;
		qsort(values, n, sizeof(*values), ascending);
		unit = *quantity(&report->point, q) / values[n / 2];
		*quantity(&report->low, q) = unit * values[(n + 1) / 20 - 1];
		*quantity(&report->high, q) = unit * values[n - (n + 1) / 20];
	}
	report->replicates = n;
}

/* The window's residuals under the GJR-t expert, each with its range. */
static enum status read_residuals(struct bootstrap *b, struct arena *arena)
{
	struct garch_model model;
	struct garch_data data;
	size_t n = b->window.n;
	enum status status;

	experts_garch(&model, EXPERT_GJR_T);
	b->residuals = ARENA_NEW(arena, double, n);
	b->shares = ARENA_NEW(arena, double, n);
	if (!b->residuals || !b->shares)
		return E_LIMIT;
	status = garch_prepare(&data, &model, b->window.returns, n, arena);
	if (status)
		return status;
	(void)garch_likelihood(&data, b->at);
	garch_residuals(b->residuals, &data);
	for (size_t t = 0; t < n; t++)
		b->shares[t] = b->window.ranges[t] / data.variance[t];
	standardise(b->residuals, n);
	return OK;
}

static enum status prepare(struct bootstrap *b, struct asset_state *state,
			   struct arena *arena)
{
	const struct forecast_order *order = b->order;
	uint64_t at = state->volatility.fitted_at;
	uint64_t size = at < order->policy->window_bars
				? at
				: order->policy->window_bars;
	const struct bar *first = order->bars + (at - size);
	struct forecaster *f = memory_allocate(1, sizeof(*f));
	enum status status;

	b->state = state;
	b->key = rng_key_of(state->history);
	experts_values(b->at, &state->volatility.experts[EXPERT_GJR_T]);
	forecaster_open(f, state, order->policy);
	status = forecaster_window(&b->window, f, first, (size_t)size, arena);
	if (!status)
		status = forecaster_window(&b->all, f, first,
					   (size_t)(state->bar_count - at +
						    size), arena);
	memory_free(f);
	return status ? status : read_residuals(b, arena);
}

void forecast_interval(struct forecast_report *report,
		       const struct forecast_order *order,
		       const struct parallel *parallel)
{
	const struct expert_state *gjr =
		&report->state.volatility.experts[EXPERT_GJR_T];
	struct arena *arena;
	struct bootstrap *b;

	if (!gjr->fitted || !gjr->converged)
		return;
	arena = arena_new((order->count + 128) * BYTES_EACH);
	b = memory_allocate(1, sizeof(*b));
	b->order = order;
	b->steps = report->steps;
	if (!prepare(b, &report->state, arena)) {
		parallel_run(parallel, replicate, b, FORECAST_REPLICATES);
		read_interval(report, b);
	}
	arena_free(arena);
	memory_free(b);
}
