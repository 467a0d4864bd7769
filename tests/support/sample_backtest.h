/* sample_backtest.h -- a small market with made-up prices for tests of the
 * backtest: a volatile asset that crashes once, a quieter one, a stable one. */
#ifndef TESTS_SUPPORT_SAMPLE_BACKTEST_H
#define TESTS_SUPPORT_SAMPLE_BACKTEST_H

#include "backtest/backtest.h"

#define SAMPLE_BACKTEST_WARM 500 /* hours before from_s */

/** sample_backtest - a plan of so many days; daily decisions.  All it points to
 *  is static, and a second call writes it anew.  `seed` draws the prices. */
void sample_backtest(struct backtest_plan *out, uint64_t seed, uint32_t days);

/** sample_backtest_bars - those of an asset, to be spoilt. */
struct bar *sample_backtest_bars(size_t asset);

#endif
