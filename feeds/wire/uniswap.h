/* uniswap.h -- observations of a Uniswap v3 pool: mean ticks and their prices.
 *
 * Pure, all integers.  A tick i is the price 1.0001^i of token 0 in token 1,
 * raw units.  observe() answers cumulative ticks, oldest question first; the
 * mean tick between two is their difference over the time, rounded down, and
 * its price the geometric mean.  A window longer than what the pool remembers
 * reverts with "OLD": read the cardinality of slot0() first.
 * Source: uniswap.org v3 whitepaper, sections 5 and 6.1. */
#ifndef FEEDS_WIRE_UNISWAP_H
#define FEEDS_WIRE_UNISWAP_H

#include "base/bytes.h"

#define UNISWAP_TICK_MAX 887272

/** slot0(). */
struct uniswap_slot {
	uint8_t root_price_x96[20]; /* u160, big-endian */
	int32_t tick;
	uint16_t observation, cardinality, cardinality_next;
	uint8_t protocol_fee;
	bool unlocked;
};

/** observe([window, 0]) */
struct uniswap_observation {
	int64_t ticks[2];              /* cumulative, i56; they wrap */
	uint8_t seconds_per_liquidity[2][20]; /* u160, times 2^128 */
};

/** Both: E_MALFORMED another layout; E_RANGE a value beyond its type. */
MUST_CHECK enum status uniswap_decode_slot(struct uniswap_slot *out,
					   struct bytes in);
MUST_CHECK enum status
uniswap_decode_observation(struct uniswap_observation *out, struct bytes in);

/** uniswap_mean_tick - between two cumulatives window_s apart, rounded down.
 *  E_INPUT a window of 0; E_RANGE beyond UNISWAP_TICK_MAX. */
MUST_CHECK enum status
uniswap_mean_tick(int32_t *out, const struct uniswap_observation *observation,
		  uint32_t window_s);

/**
 * uniswap_price_e8 - whole token 0 in whole tokens 1, units of 1e-8.
 *   Rounded to the nearest; the relative error before that is below 1e-27.
 * In:      tick       within +-UNISWAP_TICK_MAX
 *          decimals0, decimals1  at most 36
 * Returns: E_INPUT out of these, E_RANGE the price needs more than 63 bits */
MUST_CHECK enum status uniswap_price_e8(uint64_t *out, int32_t tick,
					uint8_t decimals0, uint8_t decimals1);

#endif
