/* crises.h -- the days on which money markets were tested: named windows of
 * history with what happened and what should have been done.  Pure data. */
#ifndef BACKTEST_CRISES_H
#define BACKTEST_CRISES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crisis_window {
	const char *id;      /* "2022-05-luna": stable, in JSON */
	const char *name;
	const char *from, *to; /* "2022-05-07": [from, to), days in UTC */
	const char *symbols; /* space separated; *: every asset that is not
			      * stable */
	const char *happened;
	const char *should;  /* what a risk setter should have done */
};

extern const struct crisis_window crisis_windows[];
extern const size_t crisis_windows_count;

/** crisis_from, crisis_to - the window in unix seconds. */
int64_t crisis_from(const struct crisis_window *crisis);
int64_t crisis_to(const struct crisis_window *crisis);

/** crisis_concerns - does it name this asset?  Wrapped names are their own
 *  symbols: WETH is ETH, WBTC is BTC, wstETH is stETH. */
bool crisis_concerns(const struct crisis_window *crisis, const char *symbol,
		     bool stable);

#endif
