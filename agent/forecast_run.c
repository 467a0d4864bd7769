/* forecast_run.c -- see forecast_run.h. */
#include "agent/forecast_run.h"

#include <math.h>
#include <string.h>

#include "base/host/memory.h"
#include "models/volatility/garch.h"

#define SCRATCH ((size_t)64 << 20)
#define EXCURSION_LEVEL 0.999

const double forecast_levels[FORECAST_LEVELS] = { 0.95, 0.975, 0.99 };

void forecast_point_of(struct forecast_point *out,
		       const struct horizon_forecast *horizon)
{
	out->deviation = sqrt(horizon->used);
	for (int i = 0; i < FORECAST_LEVELS; i++) {
		out->var[i] = forecaster_fall(horizon, forecast_levels[i]);
		out->es[i] = forecaster_shortfall(horizon, forecast_levels[i]);
	}
}

static enum status fold(struct forecast_report *report,
			const struct forecast_order *order,
			struct arena *arena)
{
	struct series series;

	memset(&series, 0, sizeof(series));
	series.count = (uint32_t)order->count;
	series.bars = (struct bar *)(uintptr_t)order->bars;
	return forecaster_advance(&report->state, &series, order->policy,
				  arena);
}

static void read_report(struct forecast_report *report,
			const struct forecast_order *order,
			struct arena *arena)
{
	struct excursion_design design = { order->bars, order->count,
					   order->policy->bar_interval_s, 1 };
	struct forecaster *f = memory_allocate(1, sizeof(*f));

	forecaster_open(f, &report->state, order->policy);
	report->steps = forecaster_bars(order->policy, order->horizon_s);
	forecaster_horizon(&report->horizon, f, report->steps,
			   order->floor_bps);
	forecast_point_of(&report->point, &report->horizon);
	report->has_excursion = !excursion_quantile(
		&report->worst_hour, &design, EXCURSION_LEVEL, arena);
	memory_free(f);
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
	struct arena *arena = arena_new(SCRATCH);
	enum status status;

	memset(report, 0, sizeof(*report));
	status = fold(report, order, arena);
	if (!status && !report->state.volatility.fitted)
		status = E_MALFORMED;
	if (!status) {
		read_report(report, order, arena);
		forecast_interval(report, order, parallel);
	}
	arena_free(arena);
	return explain(status, error);
}
