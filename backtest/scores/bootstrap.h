/* bootstrap.h -- how sure is a mean, a ratio of means or a difference, when
 * neighbours depend on each other?  Resampling in blocks.
 *
 * Pure.  Replicate k uses the counters of path k alone, so that order and
 * threads do not matter; the same key gives the same numbers everywhere. */
#ifndef BACKTEST_SCORES_BOOTSTRAP_H
#define BACKTEST_SCORES_BOOTSTRAP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"
#include "models/parallel.h"
#include "models/rng.h"

#define BOOTSTRAP_STEPS_MIN 2u
#define BOOTSTRAP_STEPS_MAX 10000000u
#define BOOTSTRAP_REPLICATES_MIN 100u
#define BOOTSTRAP_REPLICATES_MAX 100000u
#define BOOTSTRAP_COLUMNS_MAX 4

enum bootstrap_statistic {
	BOOTSTRAP_MEAN,             /* mean of column 0 */
	BOOTSTRAP_RATIO,            /* mean 0 / mean 1 */
	BOOTSTRAP_DIFFERENCE,       /* mean 0 - mean 1, of the same steps */
	BOOTSTRAP_RATIO_DIFFERENCE, /* mean 0 / mean 1 - mean 2 / mean 3 */
};

enum bootstrap_blocks {
	BOOTSTRAP_STATIONARY, /* geometric lengths with the given mean */
	BOOTSTRAP_CIRCULAR,   /* all of the given length, rounded */
};

struct bootstrap_data {
	enum bootstrap_statistic statistic;
	const double *columns[BOOTSTRAP_COLUMNS_MAX]; /* [n] each that the
						       * statistic names */
	size_t n;
};

struct bootstrap_plan {
	const struct rng_key *key;
	uint32_t stream;       /* of the counters: one a use of the key */
	uint32_t replicates;
	enum bootstrap_blocks blocks;
	double block;          /* length in steps, >= 1; 0: automatic */
	double block_least;    /* the automatic length is no shorter; 0: none */
	double level;          /* of the interval, in (0, 1) */
	double null;           /* value that p is about */
	const struct parallel *parallel; /* NULL: serial */
};

struct bootstrap_result {
	double value;        /* of the data */
	double error;        /* standard deviation of the replicates */
	double low, high;    /* their quantiles at (1 -+ level) / 2 */
	double p;            /* two-sided, of value = null */
	double block;        /* length that was used, steps */
	uint32_t replicates; /* of which the statistic exists */
};

/**
 * bootstrap - value, error and interval of a statistic of a series.
 *
 *   Blocks start anywhere with equal probability and wrap around the end.  The
 *   interval is the percentile one; p is the share of replicates whose
 *   distance from `value` is at least that of `value` from `null`, one more
 *   counted on either side.  A replicate whose denominator is 0 has no ratio
 *   and is left out.
 *
 * Out:     out    untouched unless OK
 * In:      data   n in [BOOTSTRAP_STEPS_MIN, BOOTSTRAP_STEPS_MAX], finite, oldest
 *                 first, any unit; denominators >= 0
 *          plan   replicates in [BOOTSTRAP_REPLICATES_MIN,
 *                 BOOTSTRAP_REPLICATES_MAX]; block at most n (longer: n)
 * Returns: OK; E_INPUT out of range or not finite; E_MISSING a denominator
 *          that is 0 throughout, or more than half of the replicates without a
 *          ratio; E_LIMIT 8 (columns + 1) n + 24 replicates + 256 bytes
 * Cost:    replicates x n / block x some 25 ns: a block costs the same however
 *          long it is (prefix sums)
 * Source:  Politis and Romano (1994), JASA 89 (stationary) and (1992), in
 *          LePage and Billard, Exploring the Limits of Bootstrap (circular) */
MUST_CHECK enum status bootstrap(struct bootstrap_result *out,
				 const struct bootstrap_data *data,
				 const struct bootstrap_plan *plan,
				 struct arena *arena);

/** bootstrap_mean - the same of one column. */
MUST_CHECK enum status bootstrap_mean(struct bootstrap_result *out,
				      const double *values, size_t n,
				      const struct bootstrap_plan *plan,
				      struct arena *arena);

/**
 * bootstrap_block_length - the mean block length that makes the error of the
 * mean of `x` most accurate, by the correlogram under a flat-top window: lags
 * up to twice the last one before max(5, sqrt(log10 n)) small correlations in
 * a row (below 2 sqrt(log10 n / n)).
 *
 * Returns: steps, in [1, min(3 sqrt n, n / 3)]; 1 where x does not vary
 * In:      x [n] finite, oldest first
 * Cost:    O(n sqrt n)
 * Source:  Politis and White (2004), Econometric Reviews 23, with Patton,
 *          Politis and White (2009), ibid. 28 */
double bootstrap_block_length(const double *x, size_t n,
			      enum bootstrap_blocks blocks);

#endif
