/* shortfall.h -- Acerbi and Szekely's tests of expected shortfall, with
 * simulated probabilities; tests of forecasts whose horizons overlap.
 *
 * Pure.  models/tails/coverage.h has Z2 with the central limit theorem's p. */
#ifndef BACKTEST_SCORES_SHORTFALL_H
#define BACKTEST_SCORES_SHORTFALL_H

#include "backtest/scores/bootstrap.h"
#include "models/rng.h"
#include "models/tails/coverage.h"

#define SHORTFALL_DRAWS_MIN 100u
#define SHORTFALL_DRAWS_MAX 1000000u
#define SHORTFALL_STREAM 0x5a0000u /* the counters' stream */

/** What the forecasts are taken to mean under the null hypothesis. */
struct shortfall_null {
	const struct rng_key *key;
	uint32_t draws;
	double shape; /* of the tail beyond the quantile: 0 exponential, up to
	               * 0.9; at 0.5 and more its variance is infinite */
};

struct shortfall_test {
	size_t hits;
	bool has_z1;       /* false without hits */
	double z1, z1_p;
	double z2, z2_p;
	uint32_t z1_draws; /* those with a hit */
};

/**
 * shortfall_test - Z1 and Z2, and how probable values as low are.
 *
 *   Z1 = 1 - sum of ret [hit] / es, over the number of hits
 *   Z2 = 1 - sum of ret [hit] / es, over n p
 *   Both 0 on average where quantile and shortfall are right, below 0 where
 *   losses exceed them (ret, quantile, es of the return: es below 0).
 *
 *   The null: bars are independent; each is a hit with probability p; a hit's
 *   return is quantile - Y with Y generalised Pareto of the given shape and of
 *   mean quantile - es.  Quantile and shortfall of every bar are then exactly
 *   those forecast.  Of returns that are no hits nothing is assumed: neither
 *   statistic sees them.  p is (1 + draws as low) / (1 + draws); for Z1 among
 *   the draws with a hit.
 *
 * Out:     out   untouched unless OK
 * In:      data  shortfall < 0 and at or below quantile, which is below 0
 *          null  draws in [SHORTFALL_DRAWS_MIN, SHORTFALL_DRAWS_MAX], shape in
 *                [0, 0.9]
 * Returns: OK; E_INPUT out of range, as coverage_shortfall_check
 * Cost:    draws x n p x some 40 ns, no memory; n below 2^32
 * Source:  Acerbi and Szekely (2014), Risk, tests 1 and 2; the gaps between
 *          hits are geometric (inversion), the tail McNeil, Frey and Embrechts
 *          (2015), equation 5.16 */
MUST_CHECK enum status shortfall_test(struct shortfall_test *out,
				      const struct coverage_data *data,
				      const struct shortfall_null *null);

/**
 * coverage_thinned - every `horizon`-th forecast, from `offset` on: forecasts
 * over `horizon` bars made at each bar overlap and are not independent; these
 * do not, and every test of this folder may be put to them.
 *
 * Out:     out    arrays in the arena; untouched unless OK
 * In:      data   n forecasts, one a bar; shortfall may be NULL
 *          offset below horizon
 * Returns: OK; E_INPUT horizon 0, offset beyond, nothing left; E_LIMIT
 * Cost:    O(n / horizon), 24 bytes of arena each */
MUST_CHECK enum status coverage_thinned(struct coverage_data *out,
					const struct coverage_data *data,
					size_t horizon, size_t offset,
					struct arena *arena);

/**
 * coverage_overlapping_share - share of hits of forecasts whose horizons
 * overlap, by block bootstrap: the null is only that the mean share is p.
 *
 * Out:     out    untouched unless OK
 * In:      data   shortfall is not looked at
 *          horizon in bars, 1 .. n; blocks are no shorter
 *          plan   as bootstrap(); its `null` is not looked at
 * Returns: OK; E_INPUT as coverage_check and bootstrap; E_LIMIT 8 bytes of
 *          arena a bar besides the bootstrap's
 * Cost:    a bootstrap */
MUST_CHECK enum status
coverage_overlapping_share(struct bootstrap_result *out,
			   const struct coverage_data *data, size_t horizon,
			   const struct bootstrap_plan *plan,
			   struct arena *arena);

/** Tests that keep all forecasts and resample them in blocks. */
struct overlapping_test {
	struct bootstrap_result share; /* of hits; p: of share = p */
	struct bootstrap_result z2;    /* p: of Z2 = 0 */
};

/**
 * coverage_overlapping - share of hits and Z2 of forecasts whose horizons
 * overlap, by block bootstrap: the null is only that their means are right.
 *
 * Out:     out    untouched unless OK
 * In:      data   with shortfall
 *          horizon in bars, 1 .. n; blocks are no shorter
 *          plan   as bootstrap(); its `null` is not looked at
 * Returns: OK; E_INPUT as coverage_shortfall_check and bootstrap; E_LIMIT
 *          8 bytes of arena a bar besides the bootstrap's
 * Cost:    two bootstraps
 * Source:  Politis and Romano (1994), JASA 89 */
MUST_CHECK enum status coverage_overlapping(struct overlapping_test *out,
					    const struct coverage_data *data,
					    size_t horizon,
					    const struct bootstrap_plan *plan,
					    struct arena *arena);

#endif
