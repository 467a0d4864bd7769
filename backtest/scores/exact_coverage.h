/* exact_coverage.h -- tests of coverage without large samples: the exact
 * probability of a likelihood ratio as large, instead of chi-square's.
 *
 * Pure.  At 1 % and 250 bars two or three hits are expected, and chi-square is
 * a poor guide: the ratio takes few values. */
#ifndef BACKTEST_SCORES_EXACT_COVERAGE_H
#define BACKTEST_SCORES_EXACT_COVERAGE_H

#include "models/tails/coverage.h"

#define EXACT_COVERAGE_BARS_MAX 5000u

/** Statistics as in models/tails/coverage.h, p exact. */
struct exact_coverage {
	struct test_result kupiec, independence, conditional;
};

/**
 * exact_coverage - p of Kupiec's, Christoffersen's independence and his
 * conditional coverage ratio under: hits are independent, each of probability
 * p (known, as the forecast claims it; for independence too).
 *
 *   All sequences with x hits in r runs, that begin and end alike, have the
 *   same ratios; there are C(x - 1, r - 1) C(n - x - 1, s - 1) of them, s runs
 *   without hits between.  Every (x, r, s) is summed, so nothing is drawn.
 *   Sequences whose ratio is within 1e-9 of the observed one count as equal.
 *   Counts of hits that are less likely than 1e-20 are not taken apart: for
 *   independence and conditional coverage all of them count as extreme, which
 *   makes p larger by less than 1e-16.
 *
 * Out:     out   untouched unless OK
 * In:      data  n <= EXACT_COVERAGE_BARS_MAX; shortfall is not looked at
 *          arena scratch, given back: 16 n + 64 bytes
 * Returns: OK; E_INPUT as coverage_check; E_LIMIT n or arena
 * Cost:    about 10^5 ratios for 5,000 bars at 1 %, 5 10^6 at 50 %
 * Source:  Mood (1940), Ann. Math. Statist. 11, for the runs; Christoffersen
 *          and Pelletier (2004), J. Financial Econometrics 2, for the need */
MUST_CHECK enum status exact_coverage(struct exact_coverage *out,
				      const struct coverage_data *data,
				      struct arena *arena);

#endif
