/* market_show.h -- a market snapshot and its history, for people and for
 * programs.  Host only; text is appended to `out`.
 *
 * JSON (amounts and prices are strings): {"chainId","block":{"number","hash",
 * "time"},"contracts":{…},"fingerprint","reserves":[{"asset","symbol","decimals","price",
 * "priceTime","feed","aggregator","oracleLow","oracleHigh","feedRound","ltv","lt","lb","liveLtv","pendingLtv",
 * "supplyCap","borrowCap","rates":{"optimal","base","slope1","slope2"},
 * "reserveFactor","liquidationProtocolFee","debtCeilingCents","backing" (ppm of
 * the supply, null unknown),"active","frozen","paused","borrowing","ltvZero",
 * "isolated","siloed","supplied","borrowed","available","deficit","treasury",
 * "supplyUse","borrowUse","utilisation"}],"emodes":[{"id","ltv","lt","lb",
 * "collateral":[symbols],"borrowable":[symbols],"accounts"}],"positions":
 * {"count","exact","belowOne"}}; uses in basis points, null where there is no
 * cap; bounds of a feed null where it has none. */
#ifndef AGENT_MARKET_SHOW_H
#define AGENT_MARKET_SHOW_H

#include "agent/market_history.h"
#include "agent/market_reader.h"

void market_show_table(struct text *out,
		       const struct market_snapshot *snapshot);
void market_show_json(struct text *out,
		      const struct market_snapshot *snapshot);
/** `snapshot` names the assets; unknown ones are shown by address. */
void market_show_history_table(struct text *out,
			       const struct market_history *history,
			       const struct market_snapshot *snapshot);
void market_show_history_json(struct text *out,
			      const struct market_history *history,
			      const struct market_snapshot *snapshot);

#endif
