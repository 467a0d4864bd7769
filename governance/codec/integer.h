/* integer.h -- 256-bit integers between text and EVM words.  Pure. */
#ifndef GOVERNANCE_CODEC_INTEGER_H
#define GOVERNANCE_CODEC_INTEGER_H

#include "base/bytes.h"

#define WORD_SIZE 32

/**
 * integer_parse - decimal or 0x text, with an optional '-', as a word:
 * unsigned, or two's complement.  "0x" alone is 0.
 * In:      bits 8 to 256, is_signed: the range to keep
 * Returns: E_MALFORMED not an integer; E_RANGE does not fit */
struct integer_range {
	unsigned bits;
	bool is_signed;
};
MUST_CHECK enum status integer_parse(uint8_t out32[WORD_SIZE],
				     struct integer_range range,
				     struct bytes text);

/** integer_parse_u64 - the same for 0 .. 2^64 - 1. */
MUST_CHECK enum status integer_parse_u64(uint64_t *out, struct bytes text);

#endif
