/* diebold_mariano.h -- is one forecaster better than another?
 *
 * Pure.  Works on losses of the same forecasts; the losses themselves are in
 * models: qlike (volatility/ewma.h), score_fz0 and score_pinball
 * (ensemble/scores.h). */
#ifndef BACKTEST_SCORES_DIEBOLD_MARIANO_H
#define BACKTEST_SCORES_DIEBOLD_MARIANO_H

#include "base/arena.h"
#include "base/status.h"

#define DIEBOLD_MARIANO_MIN 8u

struct diebold_mariano {
	double mean;      /* of a - b: below 0, a is better */
	double error;     /* its standard error, Newey and West's */
	double plain;     /* mean / error */
	double statistic; /* the same with the small-sample correction */
	double p;         /* two-sided: equally good */
	double p_better;  /* of a statistic as low: small, a is better */
	double p_worse;   /* of one as high: small, b is better */
};

/**
 * diebold_mariano - t test of the mean difference of two series of losses.
 *
 *   d = a - b, with the long-run variance under Bartlett weights to lag
 *   horizon - 1 (errors of forecasts over `horizon` bars made at each bar are
 *   alike that far); statistic = plain sqrt((n + 1 - 2 h + h (h - 1) / n) / n),
 *   compared with Student's t of n - 1 degrees.  The correction was derived
 *   for equal weights; at horizon 1 there is no difference.
 *
 * Out:     out      untouched unless OK
 * In:      losses   a and b, [n] each, of the same dates, oldest first
 *          n        DIEBOLD_MARIANO_MIN .. 1e6, at least 2 horizon
 *          horizon  in bars, >= 1
 *          arena    scratch, given back: 8 n bytes
 * Returns: OK; E_INPUT out of range or not finite; E_CONVERGENCE a long-run
 *          variance of 0 (losses that differ by nothing or by a constant);
 *          E_LIMIT
 * Cost:    O(n horizon)
 * Source:  Diebold and Mariano (1995), JBES 13; Harvey, Leybourne and Newbold
 *          (1997), Int. J. Forecasting 13, equation 9 */
MUST_CHECK enum status diebold_mariano(struct diebold_mariano *out,
				       const double *const losses[2], size_t n,
				       size_t horizon, struct arena *arena);

#endif
