/* epoch_block.h -- the block that an epoch's randomness hangs on.  Host only;
 * who builds a case and who verifies one look for it in the same way. */
#ifndef AGENT_EPOCH_BLOCK_H
#define AGENT_EPOCH_BLOCK_H

#include "feeds/net/chain.h"

/** epoch_block - first block with a timestamp of at least start_s, at or
 *  before `anchor`.  E_PEER.
 *  Cost: twice the logarithm of the distance, in calls */
MUST_CHECK enum status epoch_block(struct chain_block *out,
				   struct json_rpc *rpc,
				   const struct chain_block *anchor,
				   uint64_t start_s, struct error *error);

#endif
