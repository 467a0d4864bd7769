/* range.h -- variance of a bar from its open, high, low and close.
 *
 * Pure.  A range says far more of a bar's variance than its return does; a
 * bar that holds one price only (open = high = low = close) says what its
 * return says. */
#ifndef MODELS_VOLATILITY_RANGE_H
#define MODELS_VOLATILITY_RANGE_H

#include "base/status.h"
#include "case/case.h"

enum range_estimator {
	RANGE_PARKINSON,       /* log(H/L)^2 / (4 log 2) */
	RANGE_GARMAN_KLASS,    /* log(H/L)^2 / 2 - (2 log 2 - 1) log(C/O)^2 */
	RANGE_ROGERS_SATCHELL, /* log(H/C) log(H/O) + log(L/C) log(L/O) */
};

/**
 * range_variance - of one bar, unit 1 per bar.  The square is of the logarithm
 * of the ratio, never the logarithm of the square: a peer's published code has
 * the second and overstates volatility sixfold.
 *
 * Returns: OK; E_INPUT a price that is not above 0, a high below open, low or
 *          close, a low above them
 * Sources: Parkinson (1980), J. Business 53; Garman and Klass (1980), ibid.;
 *          Rogers and Satchell (1991), Annals of Applied Probability 1 */
MUST_CHECK enum status range_variance(double *out, const struct bar *bar,
				      enum range_estimator estimator);

/** range_bar_variance - Garman-Klass plus the squared move from the close
 *  before to this open; of two bars that follow one another.  Where a bar's
 *  prices contradict each other, the squared return. */
double range_bar_variance(const struct bar *bar, const struct bar *before);

/**
 * range_yang_zhang - mean variance of bars[1 .. count) with their opening
 * moves: variance of opens + k variance of closes + (1 - k) mean of
 * Rogers-Satchell, k = 0.34 / (1.34 + (n + 1) / (n - 1)).
 *
 * Returns: OK; E_INPUT fewer than 3 bars, or as above
 * Source:  Yang and Zhang (2000), J. Business 73, equations 7 and 10 */
MUST_CHECK enum status range_yang_zhang(double *out, const struct bar *bars,
					size_t count);

#endif
