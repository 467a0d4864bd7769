/* market_usage.h -- how much of each reserve was lent out, now and at past
 * blocks, into the store.  Host only; the rate curve's and the borrow cap's
 * models want such a history.
 *
 * Every sync adds the sample of its block.  Past blocks that are multiples of
 * a spacing are read back too, at most USAGE_READS of them: the same blocks
 * each time, so what is stored already is not asked again. */
#ifndef AGENT_MARKET_USAGE_H
#define AGENT_MARKET_USAGE_H

#include "agent/market_reader.h"
#include "sql/usages.h"

#define USAGE_READS 64
#define USAGE_SPACING_BLOCKS 1800 /* 6 hours of 12 s: 16 days back */
#define USAGE_WINDOW_S (60 * 86400)

/** What a sample is made of. */
struct usage_totals {
	u128 supplied, borrowed;   /* raw units; with accrued treasury */
	u128 borrow_rate_ray;
};

/** market_usage_sample - parts of a million and basis points, half up, at most
 *  USAGE_PPM_MAX and the rate's 32 bits; false when nothing is supplied. */
#define USAGE_PPM_MAX 100000000u
bool market_usage_sample(struct usage_sample *out,
			 const struct usage_totals *totals, uint64_t time_s);
/** market_usage_now - the sample of a reserve that was read. */
bool market_usage_now(struct usage_sample *out,
		      const struct market_reserve *reserve, uint64_t time_s);

struct usage_order {
	struct json_rpc *rpc;
	struct database *database;
	uint8_t market[HASH_SIZE];  /* the steward's id of the market */
	uint64_t from_block;        /* nothing is read before it */
	uint64_t spacing_blocks;    /* 0: no past blocks */
};

/** market_usage_sync - *added counts the samples that are new.  A past block
 *  the node cannot answer (it keeps no old states, or the market was not there
 *  yet) ends the reading back and is no error.  Errors: of the store, and
 *  E_INTERRUPTED.  Cost: 2 calls a reserve and past block. */
MUST_CHECK enum status market_usage_sync(size_t *added,
					 const struct usage_order *order,
					 const struct market_snapshot *snapshot,
					 struct error *error);

#endif
