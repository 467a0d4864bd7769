/* hex.h -- hexadecimal text and EIP-55 addresses.  Pure. */
#ifndef CRYPTO_HEX_H
#define CRYPTO_HEX_H

#include "base/bytes.h"

#define ADDRESS_SIZE 20
#define ADDRESS_TEXT_MAX 43 /* 0x + 40 + NUL */
#define HASH_TEXT_MAX 67    /* 0x + 64 + NUL */

/** hex_encode - lower case, no prefix; out holds 2 * size + 1. */
void hex_encode(char *out, const uint8_t *data, size_t size);
/** hex_encode_prefixed - with 0x; out holds 2 * size + 3. */
void hex_encode_prefixed(char *out, const uint8_t *data, size_t size);
/** hex_decode - even digits, optional 0x; E_MALFORMED for other characters,
 *  E_LIMIT beyond capacity. */
MUST_CHECK enum status hex_decode(uint8_t *out, size_t *size, size_t capacity,
				  struct bytes text);
/** hex_decode_fixed - exactly `size` bytes. */
MUST_CHECK enum status hex_decode_fixed(uint8_t *out, size_t size,
					struct bytes text);
/** address_format - EIP-55 checksum text. */
void address_format(char out[ADDRESS_TEXT_MAX],
		    const uint8_t address[ADDRESS_SIZE]);
/** address_parse - all-lower, all-upper, or a correct EIP-55 checksum. */
MUST_CHECK enum status address_parse(uint8_t out[ADDRESS_SIZE],
				     struct bytes text);

#endif
