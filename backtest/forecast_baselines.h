/* forecast_baselines.h -- what two plain rules would have forecast at the same
 * moments, from the same bars: the yardsticks of forecasts.
 *
 * Host, but asks no clock.  Point in time: a bar is seen once it has closed and
 * the plan's embargo is over. */
#ifndef BACKTEST_FORECAST_BASELINES_H
#define BACKTEST_FORECAST_BASELINES_H

#include "backtest/plan.h"
#include "base/host/memory.h"

enum forecaster {
	FORECASTER_OWN,        /* of the record: decide()'s */
	FORECASTER_HISTORICAL, /* historical simulation */
	FORECASTER_EWMA,       /* exponential weights 0.94 a day, normal */
	FORECASTERS_COUNT,
};

/** forecaster_name - "plimsoll", "historical-simulation", "ewma-0.94". */
const char *forecaster_name(enum forecaster forecaster);

/** A forecast of the return over the horizon: falls, as shares of the price. */
struct fall_forecast {
	double var99, var975, es975;
};

/** Closes of one asset, ready to be asked. */
struct forecast_history {
	const struct backtest_plan *plan;
	size_t count;
	int64_t *closed_s; /* [count] when a bar's close was known */
	double *close;     /* [count] */
	double *variance;  /* [count] EWMA of squared log returns a bar, with
			    * the bar's own; 0 for the first */
	struct arena *arena;
};

/** forecast_history_open - O(bars); forecast_history_free frees it. */
void forecast_history_open(struct forecast_history *out,
			   const struct backtest_plan *plan, size_t asset);
void forecast_history_free(struct forecast_history *history);

/**
 * forecast_historical - VaR and ES of the returns over the policy's horizon
 * that ended at each of the last window_bars bars, equally likely.
 *
 * Out:     out  untouched unless OK
 * Returns: OK; E_MISSING fewer than FORECAST_RETURNS_LEAST such returns by
 *          that time
 * Cost:    O(window log window)
 * Source:  loss_var and loss_es (models/loss/statistics.h) */
MUST_CHECK enum status forecast_historical(struct fall_forecast *out,
					   const struct forecast_history *from,
					   int64_t time_s);

/**
 * forecast_ewma - log returns normal with mean 0 and variance EWMA times bars
 * in the horizon; decay 0.94 a day whatever the bars' length.
 *   fall at p = 1 - exp(s z_p), mean beyond = 1 - exp(s^2 / 2) N(z_p - s) / p
 * Returns: as forecast_historical
 * Cost:    O(log bars)
 * Source:  RiskMetrics Technical Document (1996), section 5.2 */
MUST_CHECK enum status forecast_ewma(struct fall_forecast *out,
				     const struct forecast_history *from,
				     int64_t time_s);

#define FORECAST_RETURNS_LEAST 250

#endif
