/* market_history.h -- past parameter changes of a market, from its events.
 *
 * Host only.  Reads PoolConfigurator's events, who sent each transaction and
 * when; judges nothing.  Values in the setter's units (bps, whole tokens). */
#ifndef AGENT_MARKET_HISTORY_H
#define AGENT_MARKET_HISTORY_H

#include "feeds/net/chain.h"

#define CHANGE_VALUES_MAX 4

struct market_change {
	uint64_t block, log_index, time_s;
	uint8_t transaction[HASH_SIZE];
	uint8_t author[ADDRESS_SIZE];     /* the transaction's sender */
	uint8_t asset[ADDRESS_SIZE];
	const char *parameter;            /* "collateral", "supply_cap", ... */
	size_t count;
	const char *const *names;         /* of the values */
	bool old_known;                   /* said by or before the event */
	u128 old_values[CHANGE_VALUES_MAX];
	u128 new_values[CHANGE_VALUES_MAX];
};

struct market_history {
	struct market_change *changes;    /* in the chain's order */
	size_t count, capacity;
};

/** market_history_read - events of `configurator20` in [from, to]; where an
 *  event does not say the old values they are those of the same asset's and
 *  parameter's previous event in the range.
 *  Cost: one log query (halved as needed), then two calls a transaction. */
MUST_CHECK enum status
market_history_read(struct market_history *out, struct json_rpc *rpc,
		    const uint8_t configurator20[ADDRESS_SIZE],
		    const uint64_t blocks[2], struct error *error);
void market_history_free(struct market_history *history);

#endif
