/* market_sync.h -- the market's state, its parameter changes and how much of
 * it was lent out, from the chain into the store.  Host only.  Doing it again
 * changes nothing. */
#ifndef AGENT_MARKET_SYNC_H
#define AGENT_MARKET_SYNC_H

#include "agent/market_reader.h"
#include "sql/database.h"

struct market_sync_order {
	struct json_rpc *rpc;
	struct database *database;
	uint8_t market[HASH_SIZE]; /* the steward's id of the market */
	struct market_query query;
	uint64_t usage_spacing_blocks; /* market_usage.h; 0: no past blocks */
};

struct market_synced {
	int64_t snapshot; /* its id in the store */
	uint64_t block;
	size_t reserves, changes; /* changes: parameter changes seen */
	uint32_t positions;
	size_t usages; /* new samples of use */
};

/** market_sync - the snapshot at the query's block every parameter change
 *  between its from_block and that block, samples of use.  Errors as market_read and
 *  market_history_read; E_PEER, E_REFUSED of the store. */
MUST_CHECK enum status market_sync(struct market_synced *out,
				   const struct market_sync_order *order,
				   struct error *error);

#endif
