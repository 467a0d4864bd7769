/* market_reader.h -- the whole state of an Aave v3 market at one block.
 *
 * Host only.  Reads, checks that the numbers agree with each other, and hands
 * out case/case.h's structs; decides nothing and stores nothing.  Versions
 * 3.0.2 to 3.6.  Values beyond 128 bits are refused, never cut. */
#ifndef AGENT_MARKET_READER_H
#define AGENT_MARKET_READER_H

#include "case/case.h"
#include "feeds/net/chain.h"
#include "feeds/wire/aave.h"
#include "feeds/wire/chainlink.h"

#define MARKET_RESERVES_MAX 128 /* the protocol's own bound */

/** Addresses behind a PoolAddressesProvider; `implementation` is what its
 *  EIP-1967 slot names. */
struct market_contracts {
	uint8_t provider[ADDRESS_SIZE];
	uint8_t pool[ADDRESS_SIZE], pool_implementation[ADDRESS_SIZE];
	uint8_t configurator[ADDRESS_SIZE];
	uint8_t configurator_implementation[ADDRESS_SIZE];
	uint8_t oracle[ADDRESS_SIZE];
	uint8_t data_provider[ADDRESS_SIZE];
	uint8_t acl_manager[ADDRESS_SIZE];
};

/** One reserve: the case's fields and what only the host needs. */
struct market_reserve {
	struct reserve core;       /* kinds and outside_change_s stay empty */
	uint8_t id;                /* the protocol's own index */
	uint8_t list_index;        /* in getReservesList() */
	uint8_t atoken[ADDRESS_SIZE], debt_token[ADDRESS_SIZE];
	uint8_t rate_strategy[ADDRESS_SIZE];
	uint32_t live_ltv_bps;     /* what the pool uses now */
	uint32_t pending_ltv_bps;  /* waiting while frozen or ltv-zero; 0 none */
	bool collateral;           /* may be used as collateral: lt is not 0 */
	bool feed_readable;        /* the price source answered latestRoundData */
	uint8_t aggregator[ADDRESS_SIZE]; /* behind the price source, or itself */
	uint8_t feed_decimals;
	struct chainlink_round feed_round;
	u128 atoken_total;         /* raw units without treasury accrual */
	u128 treasury;             /* raw units accrued, rounded up */
	u128 income_index_ray, debt_index_ray; /* at this block */
	u128 liquidity_rate_ray, borrow_rate_ray;
};

/** One e-mode category that exists; masks by the protocol's reserve ids. */
struct market_emode {
	uint8_t id;
	uint32_t ltv_bps, lt_bps, lb_bps;
	u128 collaterals, borrowables; /* bit i: the reserve whose id is i */
	uint32_t accounts;             /* positions in it */
};

/** getUserAccountData of positions[i], kept for cross-checks. */
struct market_account {
	struct aave_account reported;
	bool checked; /* recomputed (not: e-mode before 3.2) */
	bool exact;   /* equal to the last digit, else within rounding */
};

struct market_snapshot {
	uint64_t chain_id;
	struct chain_block block;
	struct market_contracts contracts;
	uint8_t fingerprint[HASH_SIZE];   /* as the adapter's */
	size_t reserve_count;
	struct market_reserve *reserves;  /* ascending by asset */
	size_t emode_count;               /* none on pools before 3.2 */
	struct market_emode *emodes;      /* ascending by id */
	uint32_t position_count;
	struct position *positions;       /* ascending by account */
	struct market_account *accounts;  /* one per position */
	uint32_t exact_accounts;          /* how many were exact */
	struct arena *arena;              /* holds positions and holdings */
};

/** Where a token's reserves are attested: a feed in whole tokens with its own
 *  decimals (Chainlink's proof of reserve). */
struct market_backing {
	char symbol[SYMBOL_MAX];
	uint8_t feed[ADDRESS_SIZE];
};

struct market_query {
	uint8_t provider[ADDRESS_SIZE];
	const char *block;       /* "latest", "finalized", number */
	uint64_t from_block;     /* first block searched for users */
	bool parameters_only;    /* no positions */
	size_t backing_count;    /* reserves whose backing is read */
	const struct market_backing *backings;
};

/**
 * market_read - everything above, at one pinned block.
 * Checks: each reserve's balances add up to its totals within one unit a
 * holder; each health factor, collateral and debt value recomputed from
 * balances, prices and thresholds equals getUserAccountData, to the last digit
 * or within one rounding a holding; the block is still the same at the end.
 * Returns: E_MISSING no such contract, block or reserve to back; E_PEER node or inconsistent
 *          answers; E_RANGE a value beyond 128 bits; E_LIMIT too many
 *          reserves or positions; E_REFUSED a call reverts; E_INTERRUPTED
 * Cost: about 27 calls a reserve, 255 for e-modes, 2 a user and 1 a holding,
 * batched by 100. */
MUST_CHECK enum status market_read(struct market_snapshot *out,
				   struct json_rpc *rpc,
				   const struct market_query *query,
				   struct error *error);
void market_snapshot_free(struct market_snapshot *snapshot);

/** market_find - reserve by asset address or symbol; NULL when absent. */
const struct market_reserve *market_find(const struct market_snapshot *snapshot,
					 const char *asset);
/** market_find_emode - NULL when the category does not exist. */
const struct market_emode *
market_find_emode(const struct market_snapshot *snapshot, uint8_t id);

#endif
