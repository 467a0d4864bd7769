/* base64.h -- base64 text as bytes (RFC 4648 section 4, with padding).
 *
 * Pure.  The decoder is nettle's; white space is refused here. */
#ifndef CRYPTO_BASE64_H
#define CRYPTO_BASE64_H

#include "base/bytes.h"

/** base64_decode - E_MALFORMED for other characters, white space or wrong
 *  padding, E_LIMIT when the text could need more than `capacity`.  Out:
 *  *size untouched unless OK. */
MUST_CHECK enum status base64_decode(uint8_t *out, size_t *size,
				     size_t capacity, struct bytes text);

#endif
