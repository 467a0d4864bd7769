/* forecast_set.h -- the forecasts of a run with what came, and what the plain
 * rules would have forecast at the same moments.
 *
 * Host, but asks no clock.  Tests of them: forecast_tests.h. */
#ifndef BACKTEST_FORECAST_SET_H
#define BACKTEST_FORECAST_SET_H

#include "backtest/forecast_baselines.h"
#include "backtest/record.h"

/** One forecast with what came. */
struct forecast_point {
	size_t decision;             /* index in the run */
	int64_t time_s;
	double ret;                  /* over the horizon after it, a share */
	struct fall_forecast forecast[FORECASTERS_COUNT];
};

struct forecast_set {
	size_t count;
	struct forecast_point *points; /* ascending, none overlaps another;
					* forecast_set_free */
	size_t all_count;
	struct forecast_point *all;  /* ascending, those that overlap too */
	size_t in_horizon;           /* most of all that begin within a horizon
				      * of one; 1: none overlaps */
	bool derived;                /* VaR 97.5 was not told */
};

/** forecast_set_collect - those of the run's decisions that have a forecast, a
 *  realised return and both baselines. */
void forecast_set_collect(struct forecast_set *out,
			  const struct backtest_plan *plan,
			  const struct run_record *run, size_t asset);
void forecast_set_free(struct forecast_set *set);

/** One forecaster's forecasts, signed as returns. */
struct forecast_series {
	double *ret, *var99, *var975, *es975; /* [n] */
};

/** forecast_series_open - of n points, in the arena.  E_LIMIT. */
MUST_CHECK enum status forecast_series_open(struct forecast_series *out,
					    const struct forecast_point *points,
					    size_t n, enum forecaster who,
					    struct arena *arena);

/**
 * quantile_of_shortfall - VaR 97.5 of a Student's t whose VaR 99 stands to its
 * ES 97.5 as the given ones do: for records that do not tell it.
 *
 *   VaR 97.5 / ES 97.5 as a function of VaR 99 / ES 97.5, piecewise linear
 *   between degrees 2.5, 3, 4, 6, 10, 30 and the normal's. */
double quantile_of_shortfall(double var99, double es975);

#endif
