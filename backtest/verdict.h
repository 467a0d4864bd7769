/* verdict.h -- do the forecasts pass?  What --fail-on asks of a backtest.
 * Host only. */
#ifndef BACKTEST_VERDICT_H
#define BACKTEST_VERDICT_H

#include "backtest/summary.h"

#define VERDICT_REASON_MAX 160

/** Traffic lights of plimsoll's own forecasts, asset by asset. */
struct verdict {
	bool tested;               /* some asset has forecasts that came due */
	enum traffic_zone worst;
	size_t count;              /* assets that were tested */
	struct {
		uint8_t asset;
		enum traffic_zone zone;
		char reason[VERDICT_REASON_MAX]; /* "WETH is red: 21 of ..." */
	} assets[ASSETS_MAX];
};

void verdict_of(struct verdict *out, const struct backtest_summary *summary);

/**
 * verdict_check - OK while no asset is in the zone `fail_on` or a worse one.
 * Returns: E_REFUSED  one is; the message says which, the hint the rest
 *          E_MISSING  no forecast could be tested: nothing was shown */
MUST_CHECK enum status verdict_check(const struct verdict *verdict,
				     enum traffic_zone fail_on,
				     struct error *error);

/** verdict_parse - "yellow" or "red"; E_USAGE other words. */
MUST_CHECK enum status verdict_parse(enum traffic_zone *out, const char *word,
				     struct error *error);

#endif
