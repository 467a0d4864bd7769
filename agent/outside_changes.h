/* outside_changes.h -- when somebody other than the steward last changed a
 * parameter (architecture.md, decision rule 8: humans come first).  Host. */
#ifndef AGENT_OUTSIDE_CHANGES_H
#define AGENT_OUTSIDE_CHANGES_H

#include "case/case.h"
#include "feeds/net/chain.h"

struct outside_query {
	struct json_rpc *rpc;
	uint8_t configurator[ADDRESS_SIZE], steward[ADDRESS_SIZE];
	uint64_t from_block, to_block;
};

/** outside_changes_read - sets outside_change_s of each reserve: time of its
 *  newest configurator event in a transaction without an event of the steward
 *  (0 none in the range).  Cost: two log queries, two calls a transaction. */
MUST_CHECK enum status outside_changes_read(struct reserve *reserves,
					    size_t count,
					    const struct outside_query *query,
					    struct error *error);

#endif
