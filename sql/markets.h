/* markets.h -- snapshots of lending markets at rest: reserves, positions,
 * liquidity curves, and the changes of parameters seen on chain.
 *
 * Host only.  A snapshot is one market at one block hash, in the nouns of
 * case/case.h; views of schema risk read the newest. */
#ifndef SQL_MARKETS_H
#define SQL_MARKETS_H

#include "case/case.h"
#include "sql/database.h"

struct market_record {
	uint64_t chain_id;
	const uint8_t *market32;
	uint64_t block;
	const uint8_t *block_hash32;
	int64_t block_time_s;
	const uint8_t *fingerprint32;
	const struct reserve *reserves;
	size_t reserve_count;
	const struct position *positions; /* holdings index the reserves */
	size_t position_count;
};

/** market_store - the whole snapshot in one transaction of its own; one of the
 *  same market and block hash is left alone.  *id names it either way.
 *  Returns: E_REFUSED what the schema forbids; E_PEER
 *  Cost: a statement a reserve, positions by COPY. */
MUST_CHECK enum status market_store(int64_t *id, struct database *database,
				    const struct market_record *record,
				    struct error *error);

struct market_summary {
	int64_t id;
	uint64_t block;
	uint8_t block_hash[HASH_SIZE], fingerprint[HASH_SIZE];
	int64_t block_time_s;
	uint64_t reserves, accounts; /* accounts with a holding */
};

/** market_newest - E_MISSING no snapshot of that market. */
MUST_CHECK enum status market_newest(struct market_summary *out,
				     struct database *database,
				     uint64_t chain_id,
				     const uint8_t market32[HASH_SIZE],
				     struct error *error);

/** liquidity_store - one asset's curve; the same asset, source and time is
 *  stored once. */
MUST_CHECK enum status liquidity_store(struct database *database,
				       const char *asset,
				       const struct liquidity_curve *curve,
				       struct error *error);

/** One component of one parameter that changed. */
struct parameter_change {
	uint64_t chain_id;
	uint8_t transaction[HASH_SIZE];
	uint32_t log_index;
	const char *component;     /* "ltv", "cap", ... */
	uint8_t market[HASH_SIZE];
	uint8_t asset[ADDRESS_SIZE];
	const char *symbol, *kind; /* "WETH", "collateral" */
	bool old_known;
	u128 old_value, new_value; /* the setter's units */
	uint64_t block;
	int64_t time_s;
	const uint8_t *author20;   /* NULL: unknown */
	const uint8_t *decision32; /* NULL: not by a decision stored here */
};

/** parameter_change_store - storing it again changes nothing. */
MUST_CHECK enum status
parameter_change_store(struct database *database,
		       const struct parameter_change *change,
		       struct error *error);

#endif
