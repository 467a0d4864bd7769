/* buckets_internal.h -- what buckets.c (sorting, writing, bounds) and
 * buckets_key.c (where an account belongs) share.
 *
 * Pure, private to models/positions. */
#ifndef MODELS_POSITIONS_BUCKETS_INTERNAL_H
#define MODELS_POSITIONS_BUCKETS_INTERNAL_H

#include "models/positions/buckets.h"

/* An account's amounts by reserve, whatever its holdings look like. */
struct bucket_amounts {
	u128 collateral[ASSETS_MAX], idle[ASSETS_MAX], borrowed[ASSETS_MAX];
};

/* What an account is sorted and merged by. */
struct bucket_entry {
	u128 debt_e8;
	u128 low_e18, width_e18; /* of its cell of health */
	uint64_t cell;
	uint64_t *parts; /* [part_count] cells of collaterals, debts */
	uint32_t account;
	uint32_t collateral, idle, borrowed; /* bit r: reserve r */
	uint32_t part_count;
	uint8_t emode;
	bool single;
};

struct bucket_work {
	const struct bucket_request *request;
	struct bucket_entry *entries; /* [count] */
	uint64_t *parts;	      /* [holdings] */
	size_t part_count;
	uint32_t *order, *spare;	 /* [count] */
	struct engine_holding *holdings; /* of the output, to be filled */
};

/** bucket_part_e18 - the width of collaterals' parts beside a cell of health,
 *  bucket_share_e18 - of debts' shares. */
u128 bucket_part_e18(const struct bucket_request *request,
		     const struct bucket_entry *entry);
u128 bucket_share_e18(const struct bucket_request *request);

uint32_t bucket_bits(uint32_t mask);

/** bucket_add - an account's amounts to *sum.  Returns: E_INPUT, E_RANGE. */
MUST_CHECK enum status bucket_add(struct bucket_amounts *sum,
				  const struct engine_account *account,
				  const struct engine_market *market);

/** bucket_describe - fills the entry of account `index`; parts are taken from
 *  work->parts in turn.  Returns: as bucket_add. */
MUST_CHECK enum status bucket_describe(struct bucket_work *work, size_t index);

/** bucket_is_simple - one collateral with a threshold, one debt: health says
 *  all of what prices do to it. */
bool bucket_is_simple(const struct bucket_entry *entry,
		      const struct engine_market *market);

/** bucket_weight_bps - a collateral's threshold; 10000 without one, for it
 *  still may be seized. */
uint32_t bucket_weight_bps(const struct bucket_entry *entry,
			   const struct engine_market *market, uint8_t reserve);

/** Orders, negative, 0 or positive: by composition (single ones last), by
 *  composition and cells (0: one bucket), by all that is in the accounts. */
int bucket_compare_composition(const struct bucket_entry *a,
			       const struct bucket_entry *b);
int bucket_compare_cells(const struct bucket_entry *a,
			 const struct bucket_entry *b);
int bucket_compare(const struct bucket_work *work, uint32_t left,
		   uint32_t right);

#endif
