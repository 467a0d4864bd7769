/* genesis.h -- the first carried state, rebuilt by anyone from history.  Host.
 */
#ifndef AGENT_GENESIS_H
#define AGENT_GENESIS_H

#include "agent/history.h"
#include "agent/policy_file.h"

struct genesis_order {
	const struct policy_document *policy;
	const struct history_sources *sources;
	struct history_range range;
};

/** genesis_build - folds every asset's bars into a fresh state.
 *  E_MISSING when an asset of the policy has no series or no bars. */
MUST_CHECK enum status genesis_build(struct state *out,
				     struct database *database,
				     const struct genesis_order *order,
				     struct error *error);

#endif
