/* returns.h -- log returns of bars, gaps kept as gaps.  Pure. */
#ifndef MODELS_VOLATILITY_RETURNS_H
#define MODELS_VOLATILITY_RETURNS_H

#include "case/case.h"

/** bar_return - log(close / previous close) when `bar` opens exactly one
 *  interval after `previous_open_s` and both closes are above 0; false: a gap,
 *  no return. */
bool bar_return(double *out, const struct bar *bar, int64_t previous_open_s,
		struct decimal previous_close, uint32_t interval_s);

#endif
