/* returns.h -- log returns of bars, gaps kept as gaps.  Pure. */
#ifndef MODELS_VOLATILITY_RETURNS_H
#define MODELS_VOLATILITY_RETURNS_H

#include "case/case.h"

/** bar_return - log(close / previous close) when `bar` opens exactly one
 *  interval after `previous_open_s`; false: a gap, no return. */
bool bar_return(double *out, const struct bar *bar, int64_t previous_open_s,
		struct decimal previous_close, uint32_t interval_s);

/** series_returns - returns inside bars[0 .. count), at most count - 1 of
 *  them, gaps left out; returns how many. */
size_t series_returns(double *out, const struct bar *bars, size_t count,
		      uint32_t interval_s);

#endif
