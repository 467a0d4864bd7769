/* forecast_overlap.h -- tests of forecasts that overlap: all of them are kept
 * and resampled in blocks of at least a horizon.
 *
 * Host, but asks no clock.  Kupiec's and the other tests of forecast_tests.h
 * take hits to be independent, which those of overlapping horizons are not. */
#ifndef BACKTEST_FORECAST_OVERLAP_H
#define BACKTEST_FORECAST_OVERLAP_H

#include "backtest/forecast_set.h"
#include "backtest/scores/shortfall.h"

#define FORECAST_P99 0.01
#define FORECAST_P975 0.025
#define OVERLAP_REPLICATES 1000u
#define OVERLAP_STREAM 0x5b0000u /* of the bootstraps' counters */
#define OVERLAP_FALLS_LEAST 30.0 /* expected; with fewer, blocks reject what is
				  * right too often (scores/README.md) */

struct overlap_tests {
	size_t n;                  /* forecasts, overlapping; 0: none overlaps
				    * or they could not be tested */
	size_t in_horizon;         /* at most so many begin within a horizon */
	size_t exceed, exceed975;  /* falls beyond VaR 99 and 97.5 */
	struct bootstrap_result share99, share975; /* of falls beyond; p: that
				    * the share is the level's; NaN: no fall */
	struct bootstrap_result z2; /* of ES 97.5; p: that it is 0 */
};

/** forecast_overlap_test - of one forecaster, where forecasts of the set
 *  overlap.  Cost: three bootstraps. */
void forecast_overlap_test(struct overlap_tests *out,
			   const struct forecast_set *set, enum forecaster who,
			   const struct rng_key *key);

/** overlap_counts - forecasts overlap and are enough to be judged at the level
 *  p by blocks; else Kupiec's test of those apart is the one that counts. */
bool overlap_counts(const struct overlap_tests *tests, double p);

/** overlap_words - which test of coverage counts, and why: a sentence. */
#define OVERLAP_WORDS_MAX 320
void overlap_words(char out[OVERLAP_WORDS_MAX],
		   const struct overlap_tests *tests, size_t apart);

#endif
