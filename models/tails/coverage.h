/* coverage.h -- were the quantiles right?  Tests of a series of forecasts.
 *
 * Pure.  A hit is a return below the forecast quantile. */
#ifndef MODELS_TAILS_COVERAGE_H
#define MODELS_TAILS_COVERAGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "models/volatility/diagnostics.h"

/** Forecasts with what came, oldest first. */
struct coverage_data {
	const double *returns;  /* [n] */
	const double *quantile; /* [n] lower quantile, negative as a rule */
	const double *shortfall; /* [n] mean below it; NULL where not tested */
	size_t n;
	double p;               /* nominal */
};

/** coverage_check - E_INPUT n 0, p outside (0, 1), a return or quantile that is
 *  not finite (1e100 and more counts as infinite). */
MUST_CHECK enum status coverage_check(const struct coverage_data *data);
/** coverage_shortfall_check - the same; also no shortfall, or one not below 0. */
MUST_CHECK enum status
coverage_shortfall_check(const struct coverage_data *data);

/** coverage_is_hit, coverage_hits - does return t lie below; how many do. */
bool coverage_is_hit(const struct coverage_data *data, size_t t);
size_t coverage_hits(const struct coverage_data *data);
/** coverage_shortfall_part - ret [hit] / es of bar t: its mean is p, and 1 over
 *  the hits alone, where quantile and shortfall are right. */
double coverage_shortfall_part(const struct coverage_data *data, size_t t);

/** coverage_kupiec_ratio, coverage_independence_ratio - the likelihood ratios of
 *  counts: hits among n at p; pairs of bars that follow each other, pairs[0] of
 *  two without a hit, [1] of a hit after none, [2] of none after a hit, [3] of
 *  two hits (the ratio is 0 where all bars but the last are alike). */
double coverage_kupiec_ratio(double hits, double n, double p);
double coverage_independence_ratio(const double pairs[4]);

/** coverage_kupiec - likelihood ratio of p against the share of hits, chi-square
 *  with 1 degree.  E_INPUT n 0 or p outside (0, 1).
 *  Source: Kupiec (1995), J. Derivatives 3 */
MUST_CHECK enum status coverage_kupiec(struct test_result *out,
				       const struct coverage_data *data);

/** coverage_independence - does a hit make the next one likelier or rarer:
 *  first-order independence, 1 degree.  Source: as below, equation 6 */
MUST_CHECK enum status coverage_independence(struct test_result *out,
					     const struct coverage_data *data);

/** coverage_christoffersen - conditional coverage: the former plus first-order
 *  independence of hits, 2 degrees.
 *  Source: Christoffersen (1998), International Economic Review 39 */
MUST_CHECK enum status coverage_christoffersen(struct test_result *out,
					       const struct coverage_data *data);

/** coverage_dynamic_quantile - hits regressed on a constant, four hits before
 *  and the quantile: 6 degrees.  E_INPUT fewer than 50; E_CONVERGENCE no hit
 *  or a constant quantile; E_LIMIT 56 bytes an observation.
 *  Source: Engle and Manganelli (2004), JBES 22, equation 13 */
MUST_CHECK enum status
coverage_dynamic_quantile(struct test_result *out,
			  const struct coverage_data *data,
			  struct arena *arena);

/** coverage_shortfall - Acerbi and Szekely's second test: Z2 = 1 - mean of
 *  ret [hit] / (p es), es < 0: 0 where the shortfall is right, below 0 where
 *  losses exceed it; p: of a Z2 as low, by the central limit theorem
 *  with the sample's own variance.  E_INPUT no shortfall, or n below 50.
 *  Source: Acerbi and Szekely (2014), Risk, test 2 */
MUST_CHECK enum status coverage_shortfall(struct test_result *out,
					  const struct coverage_data *data);

#endif
