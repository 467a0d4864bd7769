/* traffic_light.h -- the Basel committee's zones of a VaR back-test.
 *
 * Pure. */
#ifndef BACKTEST_SCORES_TRAFFIC_LIGHT_H
#define BACKTEST_SCORES_TRAFFIC_LIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#define TRAFFIC_LIGHT_BARS_MAX 1000000u

enum traffic_zone { TRAFFIC_GREEN, TRAFFIC_YELLOW, TRAFFIC_RED };

struct traffic_light {
	enum traffic_zone zone;
	double probability;      /* of as many hits or fewer, were p right */
	size_t yellow_from, red_from; /* least hits of either zone */
	bool has_multiplier;     /* only for 250 bars at 1 % */
	double multiplier;       /* added to the capital multiplier of 3 */
};

/**
 * traffic_light - yellow from the least count of hits whose binomial
 * distribution function reaches 95 %, red from that which reaches 99.99 %.
 * Too few hits are green, none always: the zones look for losses only.
 *
 * Out:     out   untouched unless OK
 * In:      hits  <= n
 *          n     bars, 1 .. TRAFFIC_LIGHT_BARS_MAX
 *          p     nominal, in (0, 1)
 * Returns: OK; E_INPUT out of range
 * Cost:    O(n)
 * Source:  Basel Committee (1996), Supervisory framework for the use of
 *          "backtesting", table 2 (250 bars, 1 %: 5 and 10) */
MUST_CHECK enum status traffic_light(struct traffic_light *out, size_t hits,
				     size_t n, double p);

/** traffic_zone_name - "green", "yellow", "red". */
const char *traffic_zone_name(enum traffic_zone zone);

#endif
