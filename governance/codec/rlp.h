/* rlp.h -- recursive length prefix, Ethereum's serialisation.
 *
 * Pure.  A writer that emits the one valid form, and a strict reader.
 * Source: Ethereum Yellow Paper, appendix B. */
#ifndef GOVERNANCE_CODEC_RLP_H
#define GOVERNANCE_CODEC_RLP_H

#include "base/bytes.h"

#define RLP_DEPTH_MAX 64

void rlp_put_bytes(struct buffer *out, struct bytes value);
/** rlp_put_integer - big-endian without leading zeros; 0 is the empty string. */
void rlp_put_integer(struct buffer *out, u128 value);
/** rlp_put_word - a big-endian integer of any size, leading zeros dropped. */
void rlp_put_word(struct buffer *out, struct bytes big_endian);
/** rlp_put_list - a list whose members are already encoded in `payload`. */
void rlp_put_list(struct buffer *out, struct bytes payload);

struct rlp_item {
	bool list;
	struct bytes content; /* string bytes, or the encoded members */
};

/** rlp_get - the next item of *input, which advances past it.  E_MALFORMED for
 *  truncated input, lengths not in their shortest form, or a single byte below
 *  0x80 written as a string. */
MUST_CHECK enum status rlp_get(struct rlp_item *out, struct bytes *input);

#endif
