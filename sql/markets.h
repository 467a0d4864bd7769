/* markets.h -- snapshots of a lending market at one block.  Host only. */
#ifndef SQL_MARKETS_H
#define SQL_MARKETS_H

#include "case/case.h"
#include "sql/database.h"

struct market_record {
	uint64_t chain_id;
	uint8_t market[HASH_SIZE];
	uint64_t block;
	uint8_t block_hash[HASH_SIZE];
	uint64_t block_time_s;
	uint8_t fingerprint[HASH_SIZE];
	size_t reserve_count;
	const struct reserve *const *reserves; /* [reserve_count] */
	uint32_t position_count;
	const struct position *positions;
};

/** market_store - one transaction; a snapshot of a block that is there already
 *  is left as it is.  *id names it.  E_PEER, E_REFUSED. */
MUST_CHECK enum status market_store(int64_t *id, struct database *database,
				    const struct market_record *record,
				    struct error *error);

/** market_newest_block - block of the newest snapshot; E_MISSING none. */
MUST_CHECK enum status market_newest_block(uint64_t *block,
					   struct database *database,
					   uint64_t chain_id,
					   const uint8_t market32[HASH_SIZE],
					   struct error *error);

#endif
