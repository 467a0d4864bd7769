/* verification_chain.h -- the checks of verify that ask the chain.  Host. */
#ifndef AGENT_VERIFICATION_CHAIN_H
#define AGENT_VERIFICATION_CHAIN_H

#include "agent/verification.h"
#include "feeds/net/chain.h"

/** verify_chain - chain id, anchor's hash, the key at the registry, its model
 *  and policy against the decision's, and the steward's policy hash.  A NULL
 *  connection is "not checked".  E_PEER when the node cannot be asked. */
MUST_CHECK enum status verify_chain(struct verification *v,
				    const struct decision_document *decision,
				    struct json_rpc *rpc, struct error *error);

#endif
