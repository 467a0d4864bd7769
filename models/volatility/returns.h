/* returns.h -- log returns of bars, gaps kept as gaps.  Pure. */
#ifndef MODELS_VOLATILITY_RETURNS_H
#define MODELS_VOLATILITY_RETURNS_H

#include "case/case.h"

/** bar_return - log(close / previous close) when `bar` opens exactly one
 *  interval after `previous_open_s` and both closes are above 0; false: a gap,
 *  no return. */
bool bar_return(double *out, const struct bar *bar, int64_t previous_open_s,
		struct decimal previous_close, uint32_t interval_s);

/** series_returns - returns inside bars[0 .. count), at most count - 1 of
 *  them, gaps left out; returns how many. */
size_t series_returns(double *out, const struct bar *bars, size_t count,
		      uint32_t interval_s);

/** Closing prices and the times their bars open, oldest first. */
struct price_series {
	const int64_t *times_s;
	const double *closes;
	size_t count;
	uint32_t interval_s;
};

/**
 * log_returns - the same from plain numbers.
 * Out:     returns [count - 1 at most]; index [same] of the later bar of each,
 *          or NULL; n how many there are
 * Returns: OK; E_INPUT no interval, a close not finite or not above 0, or times
 *          that do not rise
 * Cost:    one logarithm a bar */
struct return_series {
	double *returns;
	size_t *index;
	size_t n;
};
MUST_CHECK enum status log_returns(struct return_series *out,
				   const struct price_series *prices);

#endif
