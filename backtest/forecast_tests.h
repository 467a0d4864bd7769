/* forecast_tests.h -- were a run's forecasts right, and better than plain
 * rules'?  Every test of backtest/scores on the forecasts of one asset.
 *
 * Host, but asks no clock.  Decisions more frequent than the horizon overlap:
 * tests that take forecasts to be independent are put to every one that begins
 * after the last one's end, forecast_overlap.h to all. */
#ifndef BACKTEST_FORECAST_TESTS_H
#define BACKTEST_FORECAST_TESTS_H

#include "backtest/forecast_overlap.h"
#include "backtest/scores/diebold_mariano.h"
#include "backtest/scores/shortfall.h"
#include "backtest/scores/traffic_light.h"

#define FORECAST_P99 0.01
#define FORECAST_P975 0.025
#define FORECAST_DRAWS 10000u /* simulated p of Z1 and Z2 */
#define FORECAST_LEVEL 0.05   /* p below it: one forecaster is better */

/** The tests of one forecaster; a p that could not be had is NaN. */
struct forecast_tests {
	size_t n;                    /* forecasts tested, none overlaps another;
				      * 0: none there */
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
	struct overlap_tests overlap; /* of all forecasts */
};

/**
 * forecast_tests_run - tests of each forecaster of a set, out
 * [FORECASTERS_COUNT]; of an empty set n is 0 and the rest means nothing.
 *
 * In:   key  of the simulated p
 * Cost: some 10 ms for 2,000 forecasts */
void forecast_tests_run(struct forecast_tests *out,
			const struct forecast_set *set,
			const struct rng_key *key);

/** forecast_dm_mark - who a dm or dm_fz0 says is better, as its p alone does
 *  not: "+" the record, "-" the baseline, "" neither at FORECAST_LEVEL. */
const char *forecast_dm_mark(const struct test_result *dm);

#endif
