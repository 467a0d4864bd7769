/* abi_word.h -- 256-bit integers as text and as the ABI's words.  Pure. */
#ifndef GOVERNANCE_CODEC_ABI_WORD_H
#define GOVERNANCE_CODEC_ABI_WORD_H

#include "governance/codec/abi.h"

#define ABI_WORD_TEXT_MAX 80 /* sign, 78 digits, NUL */

/**
 * abi_word_parse - "12", "-7", "0x1f" as a word of a UINT or INT type.
 * Returns: E_MALFORMED  other text; E_RANGE  does not fit the type
 * Cost:    one pass over 32 bytes a digit */
MUST_CHECK enum status abi_word_parse(uint8_t out32[ABI_WORD_SIZE],
				      const struct abi_type *type,
				      struct bytes text);

/** abi_word_format - decimal; `is_signed` reads two's complement. */
void abi_word_format(char out[ABI_WORD_TEXT_MAX],
		     const uint8_t word32[ABI_WORD_SIZE], bool is_signed);

/** abi_word_u64 - E_RANGE beyond 64 bits. */
MUST_CHECK enum status abi_word_u64(uint64_t *out,
				    const uint8_t word32[ABI_WORD_SIZE]);

#endif
