/* secp256k1.h -- keys, recoverable signatures and addresses.
 *
 * Wraps libsecp256k1: RFC 6979 nonces, always low s.  The context is made
 * once by the caller (process lifetime) and randomised with 32 bytes that the
 * caller supplies; nothing here reads randomness or a clock. */
#ifndef CRYPTO_SECP256K1_H
#define CRYPTO_SECP256K1_H

#include "base/bytes.h"

#define SECRET_KEY_SIZE 32
#define PUBLIC_KEY_SIZE 64  /* x || y, no 04 prefix */
#define SIGNATURE_SIZE 65   /* r || s || v, v = 27 or 28 */

struct signer_context; /* opaque */

/** signer_context_create - NULL when memory is out. */
struct signer_context *signer_context_create(const uint8_t seed32[32]);
void signer_context_destroy(struct signer_context *context);

/** public_key_from_secret - E_INPUT for zero or not below the order. */
MUST_CHECK enum status
public_key_from_secret(uint8_t out64[PUBLIC_KEY_SIZE],
		       const struct signer_context *context,
		       const uint8_t secret32[SECRET_KEY_SIZE]);

/** address_from_public_key - last 20 bytes of keccak256(x || y). */
void address_from_public_key(uint8_t out20[20],
			     const uint8_t public64[PUBLIC_KEY_SIZE]);

/** sign_digest - recoverable signature, low s, v = 27 + recovery id. */
MUST_CHECK enum status sign_digest(uint8_t out65[SIGNATURE_SIZE],
				   const struct signer_context *context,
				   const uint8_t digest32[32],
				   const uint8_t secret32[SECRET_KEY_SIZE]);

/** recover_public_key - E_AUTHENTIC for high s, v outside {27, 28}, r or s out
 *  of range, or no such point. */
MUST_CHECK enum status
recover_public_key(uint8_t out64[PUBLIC_KEY_SIZE],
		   const struct signer_context *context,
		   const uint8_t digest32[32],
		   const uint8_t signature65[SIGNATURE_SIZE]);

#endif
