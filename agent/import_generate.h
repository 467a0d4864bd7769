/* import_generate.h -- a seeded market that never was.
 *
 * Host only.  Hourly candles with what real ones have: volatility that
 * clusters (GARCH(1,1) on the common factor and on each asset's own part),
 * fat tails (Student-t steps), a common factor.  The same seed and symbol give
 * the same path whatever else is generated.  Its feeds carry the source
 * SYNTHETIC, which follows them into every report. */
#ifndef AGENT_IMPORT_GENERATE_H
#define AGENT_IMPORT_GENERATE_H

#include "sql/observations.h"

#define GENERATE_SOURCE "SYNTHETIC"
#define GENERATE_QUOTE "USD"
#define GENERATE_INTERVAL_S 3600
#define GENERATE_HOURS_MAX 87600u /* ten years */

struct generate_order {
	const char *asset;
	uint64_t seed;
	uint32_t hours;
	int64_t end_s; /* the last candle closes here; whole hours */
};

/** generate_known - the symbols it has levels for: WETH WBTC LINK CRV AAVE
 *  USDC. */
bool generate_known(const char *asset);

/** generate_candles - order->hours rows into `rows`, ascending.  E_INPUT for
 *  an unknown asset, too many hours or an end that is no whole hour. */
MUST_CHECK enum status generate_candles(struct observation *rows,
					const struct generate_order *order,
					struct error *error);

#endif
