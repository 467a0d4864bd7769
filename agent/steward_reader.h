/* steward_reader.h -- what the RiskSteward says at one pinned block.
 *
 * Host only.  Reads the views that a case needs; judges nothing. */
#ifndef AGENT_STEWARD_READER_H
#define AGENT_STEWARD_READER_H

#include "case/case.h"
#include "feeds/net/chain.h"
#include "feeds/wire/steward.h"

struct steward_snapshot {
	uint8_t steward[ADDRESS_SIZE];
	uint8_t registry[ADDRESS_SIZE];
	struct steward_config config;
	struct steward_state state;
	uint8_t fingerprint[HASH_SIZE]; /* the adapter's own */
};

struct steward_query {
	struct chain_view view;
	uint8_t steward[ADDRESS_SIZE];
	uint8_t market[HASH_SIZE];
};

/** steward_read - market-wide state.  E_MISSING no such contract, E_REFUSED a
 *  view reverts, E_PEER. */
MUST_CHECK enum status steward_read(struct steward_snapshot *out,
				    const struct steward_query *query,
				    struct error *error);

/** steward_read_kinds - limits, buckets and pending items of the kinds that
 *  decide() manages, into each reserve; kinds without limits are left out. */
MUST_CHECK enum status steward_read_kinds(struct reserve *reserves,
					  size_t count,
					  const struct steward_query *query,
					  struct error *error);

/** What the registry says of a key. */
struct registered_key {
	bool valid;
	uint8_t image_id[HASH_SIZE], model_hash[HASH_SIZE];
	uint8_t policy_hash[HASH_SIZE];
	uint8_t operator_address[ADDRESS_SIZE];
	uint64_t expires_s;
};

/** steward_read_key - checkKey(key, market); valid is false when the registry
 *  refuses it. */
MUST_CHECK enum status steward_read_key(struct registered_key *out,
					const struct steward_query *query,
					const uint8_t key20[ADDRESS_SIZE],
					struct error *error);

#endif
