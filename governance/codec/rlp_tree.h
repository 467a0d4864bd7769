/* rlp_tree.h -- nested lists of 0x texts as RLP.  Pure. */
#ifndef GOVERNANCE_CODEC_RLP_TREE_H
#define GOVERNANCE_CODEC_RLP_TREE_H

#include "governance/codec/rlp.h"
#include "governance/codec/tree.h"

/**
 * rlp_put_tree - texts become strings, lists become lists.
 * Returns: E_MALFORMED a value that is neither; E_LIMIT out or arena is full
 * Cost:    linear in the text times the depth */
MUST_CHECK enum status rlp_put_tree(struct buffer *out, struct arena *arena,
				    const struct tree *value,
				    struct codec_trouble *trouble);

#endif
