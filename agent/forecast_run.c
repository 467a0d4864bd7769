/* forecast_run.c -- see forecast_run.h. */
#include "agent/forecast_run.h"

#include <math.h>
#include <string.h>

#include "base/host/memory.h"
#include "models/volatility/forecast.h"
#include "models/volatility/returns.h"

#define SCRATCH ((size_t)64 << 20)
#define E18 1e18

const double forecast_levels[FORECAST_LEVELS] = { 0.95, 0.975, 0.99 };

/* One pass over the bars. */
struct walk {
	const struct forecast_order *order;
	struct asset_state *state;
	uint8_t (*prefix)[HASH_SIZE]; /* [count + 1] digest before each bar */
	struct arena *arena;
	double *returns;              /* [count] room */
	struct garch_fit normal;
	uint64_t normal_at;           /* bar_count of its fit; 0 none */
	double loss[EXPERT_COUNT];
	size_t scored;
};

size_t forecast_window(double *out, size_t *fitted,
		       const struct asset_state *state,
		       const struct forecast_order *order)
{
	uint64_t at = state->volatility.fitted_at;
	uint64_t size = at < order->policy->window_bars
				? at
				: order->policy->window_bars;
	const struct bar *first = order->bars + (at - size);
	uint32_t interval_s = order->policy->bar_interval_s;

	*fitted = series_returns(out, first, (size_t)size, interval_s);
	return series_returns(out, first,
			      (size_t)(state->bar_count - at + size),
			      interval_s);
}

static enum status advance(struct walk *walk, uint64_t first, uint64_t end)
{
	struct series series;

	memset(&series, 0, sizeof(series));
	series.first_index = first;
	series.count = (uint32_t)(end - first);
	series.bars = (struct bar *)(uintptr_t)&walk->order->bars[first];
	memcpy(series.prefix, walk->prefix[first], HASH_SIZE);
	return forecaster_advance(walk->state, &series, walk->order->policy,
				  walk->arena);
}

/* The next bar alone, or with its window where a refit is due. */
static enum status advance_one(struct walk *walk)
{
	struct asset_state before = *walk->state;
	uint64_t at = before.bar_count;
	uint32_t window = walk->order->policy->window_bars;
	enum status status = advance(walk, at, at + 1);

	if (status != E_MISSING)
		return status;
	*walk->state = before;
	return advance(walk, at + 1 > window ? at + 1 - window : 0, at + 1);
}

/* The normal expert: fitted when the state's model is, on the same window. */
static bool normal_variance(double *out, struct walk *walk)
{
	static const struct garch_model model = { GARCH_NORMAL,
						  GARCH_START_FCP, true };
	size_t fitted, n = forecast_window(walk->returns, &fitted, walk->state,
					   walk->order);
	struct garch_point point;

	if (walk->normal_at != walk->state->volatility.fitted_at) {
		if (garch_fit_series(&walk->normal, &model, walk->returns,
				     fitted, walk->arena))
			return false;
		walk->normal_at = walk->state->volatility.fitted_at;
	}
	garch_evaluate(&point, &model, walk->normal.estimate, walk->returns, n);
	*out = point.next_variance;
	return true;
}

static void score_next(struct walk *walk)
{
	const struct volatility_state *v = &walk->state->volatility;
	const struct bar *bar = &walk->order->bars[walk->state->bar_count];
	double normal, ret;

	if (!v->fitted || !v->converged ||
	    !bar_return(&ret, bar, bar[-1].open_time_s, bar[-1].close,
			walk->order->policy->bar_interval_s) ||
	    !normal_variance(&normal, walk))
		return;
	walk->loss[EXPERT_GARCH_T] +=
		qlike(ret * ret, (double)v->garch_variance_e18 / E18);
	walk->loss[EXPERT_EWMA] +=
		qlike(ret * ret, (double)v->ewma_variance_e18 / E18);
	walk->loss[EXPERT_GARCH_NORMAL] += qlike(ret * ret, normal);
	walk->scored++;
}

static enum status fold(struct walk *walk)
{
	size_t count = walk->order->count;
	size_t burn_in = walk->order->policy->burn_in_bars;
	size_t first = count > FORECAST_SCORED_MAX + burn_in
			       ? count - FORECAST_SCORED_MAX
			       : burn_in;
	enum status status;

	memset(walk->prefix[0], 0, HASH_SIZE);
	for (size_t i = 0; i < count; i++) {
		memcpy(walk->prefix[i + 1], walk->prefix[i], HASH_SIZE);
		bar_chain(walk->prefix[i + 1], &walk->order->bars[i]);
	}
	status = advance(walk, 0, first);
	while (!status && walk->state->bar_count < count) {
		score_next(walk);
		status = advance_one(walk);
	}
	return status;
}

void forecast_point_of(struct forecast_point *out,
		       const struct volatility_state *state,
		       const struct forecast_order *order)
{
	uint32_t steps = forecaster_bars(order->policy, order->horizon_s);
	double nu = forecaster_used_degrees(state);

	out->deviation = sqrt(forecaster_used_variance(
		state, order->policy, order->floor_bps, steps));
	for (int i = 0; i < FORECAST_LEVELS; i++) {
		out->var[i] = forecaster_fall(out->deviation, nu,
					      forecast_levels[i]);
		out->es[i] = forecaster_shortfall(out->deviation, nu,
						  forecast_levels[i]);
	}
}

static void report_experts(struct forecast_report *report, struct walk *walk)
{
	struct horizon_variance v = forecaster_variance(
		&report->state.volatility, report->steps);
	double used = report->point.deviation;
	struct expert_report *experts = report->experts;
	struct return_forecast normal = { 0.0, (double)NAN, 0.0 };

	if (normal_variance(&walk->normal.next_variance, walk) &&
	    forecast_garch(&normal, &walk->normal, report->steps))
		normal.variance = (double)NAN;
	experts[EXPERT_GARCH_T].deviation = sqrt(v.garch);
	experts[EXPERT_EWMA].deviation = sqrt(v.ewma);
	experts[EXPERT_GARCH_NORMAL].deviation = sqrt(normal.variance);
	for (int i = 0; i < EXPERT_COUNT; i++)
		experts[i].loss = walk->scored ? walk->loss[i] /
							 (double)walk->scored
					       : (double)NAN;
	report->floored = used > sqrt(v.garch) && used > sqrt(v.ewma);
	experts[EXPERT_GARCH_T].used = !report->floored && v.garch >= v.ewma;
	experts[EXPERT_EWMA].used = !report->floored && v.garch < v.ewma;
	report->scored = walk->scored;
}

static enum status explain(enum status status, struct error *error)
{
	if (status == E_MALFORMED) {
		error_set(error, status, "no window of these bars can be "
			  "fitted: constant prices, or mostly gaps");
		return error_hint(error, "A fit needs %d returns between "
				  "adjacent bars that are not all equal.",
				  GARCH_OBSERVATIONS_MIN);
	}
	return status ? error_set(error, status, "the forecast failed (%s)",
				  status_name(status))
		      : OK;
}

enum status forecast_run(struct forecast_report *report,
			 const struct forecast_order *order,
			 const struct parallel *parallel, struct error *error)
{
	struct walk walk = { .order = order, .state = &report->state };
	enum status status;

	memset(report, 0, sizeof(*report));
	walk.prefix = memory_allocate(order->count + 1, HASH_SIZE);
	walk.returns = memory_allocate(order->count, sizeof(double));
	walk.arena = arena_new(SCRATCH);
	status = fold(&walk);
	if (!status && !report->state.volatility.fitted)
		status = E_MALFORMED;
	if (!status) {
		report->steps = forecaster_bars(order->policy,
						order->horizon_s);
		forecast_point_of(&report->point, &report->state.volatility,
				  order);
		report_experts(report, &walk);
		forecast_interval(report, order, parallel);
	}
	arena_free(walk.arena);
	memory_free(walk.returns);
	memory_free(walk.prefix);
	return explain(status, error);
}
