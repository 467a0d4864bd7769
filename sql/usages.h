/* usages.h -- how much of a reserve was lent out, at past blocks.  Host only.
 *
 * Samples are added, never changed: the first of an asset and time stays. */
#ifndef SQL_USAGES_H
#define SQL_USAGES_H

#include "case/case.h"
#include "sql/database.h"

/** Whose samples: a market of a chain. */
struct usage_market {
	uint64_t chain_id;
	uint8_t market[HASH_SIZE];
};

struct usage_record {
	struct usage_market of;
	uint8_t asset[ADDRESS_SIZE];
	uint64_t block;
	struct usage_sample sample;
};

/** usages_store - all or none, in one transaction; *added counts those that
 *  were not there. */
MUST_CHECK enum status usages_store(size_t *added, struct database *database,
				    const struct usage_record *records,
				    size_t count, struct error *error);

struct usage_query {
	struct usage_market of;
	uint8_t asset[ADDRESS_SIZE];
	int64_t from_s, end_s;  /* end_s is not included */
	size_t limit;           /* the newest so many */
};

/** usages_load - ascending in time, memory_free'd by the caller; none is OK. */
MUST_CHECK enum status usages_load(struct usage_sample **out, size_t *count,
				   struct database *database,
				   const struct usage_query *query,
				   struct error *error);

/** usages_blocks - numbers of the blocks in [blocks[0], blocks[1]] that have
 *  samples, ascending, memory_free'd by the caller. */
MUST_CHECK enum status usages_blocks(struct row_list *out,
				     struct database *database,
				     const struct usage_market *of,
				     const uint64_t blocks[2],
				     struct error *error);

#endif
