/* market_internal.h -- shared by the market_*.c files of the reader only. */
#ifndef AGENT_MARKET_INTERNAL_H
#define AGENT_MARKET_INTERNAL_H

#include "agent/market_reader.h"

/** A read under way. */
struct market_read {
	struct chain_view view;  /* pin points to the next member */
	struct chain_pin pin;
	const struct market_query *query;
	struct market_snapshot *snapshot;
};

/** market_call - fills a chain_call; `first` and `second` are addresses or
 *  NULL. */
struct chain_call market_call(const uint8_t to20[ADDRESS_SIZE],
			      const char *signature, const uint8_t *first,
			      const uint8_t *second);
/** market_bad_answer - E_PEER or E_RANGE naming the function that answered. */
enum status market_bad_answer(const struct chain_call *call,
			      enum status status, struct error *error);

MUST_CHECK enum status market_read_contracts(struct market_read *read,
					     struct error *error);
MUST_CHECK enum status market_read_reserves(struct market_read *read,
					    struct error *error);
/** market_read_bounds - of the feeds; after the reserves.  market_read_backing -
 *  of the reserves the query names. */
MUST_CHECK enum status market_read_bounds(struct market_read *read,
					  struct error *error);
MUST_CHECK enum status market_read_backing(struct market_read *read,
					   struct error *error);

#define BACKING_PPM_MAX 10000000 /* ten times the supply: more says no more */

struct market_backing_answer {
	i128 reserves;           /* the feed's answer */
	uint8_t feed_decimals, token_decimals;
	u128 supply;             /* raw units of the token */
};
/** market_backing_ppm - reserves by supply, rounded down: 1 .. BACKING_PPM_MAX,
 *  0 (unknown) when there is no supply.  E_RANGE negative reserves, decimals
 *  above 38. */
MUST_CHECK enum status
market_backing_ppm(uint32_t *out, const struct market_backing_answer *answer);

MUST_CHECK enum status market_read_emodes(struct market_read *read,
					  struct error *error);
/** market_count_emodes - accounts of each category, after the positions. */
void market_count_emodes(struct market_read *read);
/** market_read_fingerprint - after the reserves. */
MUST_CHECK enum status market_read_fingerprint(struct market_read *read,
					       struct error *error);
MUST_CHECK enum status market_read_positions(struct market_read *read,
					     struct error *error);
MUST_CHECK enum status market_check_totals(const struct market_read *read,
					   struct error *error);
MUST_CHECK enum status market_check_accounts(struct market_read *read,
					     struct error *error);

#endif
