/* forecast_tests.h -- were a run's forecasts right, and better than plain
 * rules'?  Every test of backtest/scores on the forecasts of one asset.
 *
 * Host, but asks no clock.  Decisions more frequent than the horizon overlap:
 * of those only every one that begins after the last one's end is tested. */
#ifndef BACKTEST_FORECAST_TESTS_H
#define BACKTEST_FORECAST_TESTS_H

#include "backtest/forecast_baselines.h"
#include "backtest/record.h"
#include "backtest/scores/diebold_mariano.h"
#include "backtest/scores/shortfall.h"
#include "backtest/scores/traffic_light.h"

#define FORECAST_P99 0.01
#define FORECAST_P975 0.025
#define FORECAST_DRAWS 10000u /* simulated p of Z1 and Z2 */

/** The tests of one forecaster; a p that could not be had is NaN. */
struct forecast_tests {
	size_t n;                    /* forecasts tested; 0: none there */
	size_t exceed;               /* falls beyond VaR 99 */
	bool exact;                  /* p of the three ratios is exact */
	struct test_result pof, independence, conditional, quantile;
	size_t exceed975;
	struct test_result z1, z2;   /* of ES 97.5; p simulated */
	double pinball, fz0;         /* mean losses: VaR 99; VaR and ES 97.5 */
	struct traffic_light light;
	struct test_result dm, dm_fz0; /* baselines: the record's losses less
					* theirs; statistic below 0: the record
					* is better */
};

/** One forecast with what came. */
struct forecast_point {
	size_t decision;             /* index in the run */
	int64_t time_s;
	double ret;                  /* over the horizon after it, a share */
	struct fall_forecast forecast[FORECASTERS_COUNT];
};

struct forecast_set {
	size_t count;
	struct forecast_point *points; /* ascending; forecast_set_free */
	bool derived;                /* VaR 97.5 was not told */
};

/** forecast_set_collect - those of the run's decisions that have a forecast, a
 *  realised return and both baselines, and do not overlap. */
void forecast_set_collect(struct forecast_set *out,
			  const struct backtest_plan *plan,
			  const struct run_record *run, size_t asset);
void forecast_set_free(struct forecast_set *set);

/**
 * forecast_tests_run - tests of each forecaster of a set, out
 * [FORECASTERS_COUNT]; of an empty set n is 0 and the rest means nothing.
 *
 * In:   key  of the simulated p
 * Cost: some 10 ms for 2,000 forecasts */
void forecast_tests_run(struct forecast_tests *out,
			const struct forecast_set *set,
			const struct rng_key *key);

/**
 * quantile_of_shortfall - VaR 97.5 of a Student's t whose VaR 99 stands to its
 * ES 97.5 as the given ones do: for records that do not tell it.
 *
 *   VaR 97.5 / ES 97.5 as a function of VaR 99 / ES 97.5, piecewise linear
 *   between degrees 2.5, 3, 4, 6, 10, 30 and the normal's. */
double quantile_of_shortfall(double var99, double es975);

#endif
