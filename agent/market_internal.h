/* market_internal.h -- shared by the market_*.c files of the reader only. */
#ifndef AGENT_MARKET_INTERNAL_H
#define AGENT_MARKET_INTERNAL_H

#include "agent/market_reader.h"

/** One e-mode category, read when some account is in it. */
struct market_emode {
	bool wanted, known;
	uint32_t lt_bps;
	u128 collaterals;  /* bit i: reserve id i counts with this lt */
};

/** A read under way. */
struct market_read {
	struct chain_view view;  /* pin points to the next member */
	struct chain_pin pin;
	const struct market_query *query;
	struct market_snapshot *snapshot;
	struct market_emode emodes[256];
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
