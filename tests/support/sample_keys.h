/* sample_keys.h -- known keys that sign what tests make: number i + 1 as a
 * secret.  Worth nothing anywhere. */
#ifndef TESTS_SUPPORT_SAMPLE_KEYS_H
#define TESTS_SUPPORT_SAMPLE_KEYS_H

#include "crypto/keccak.h"
#include "crypto/secp256k1.h"

/** sample_context - one for the process. */
const struct signer_context *sample_context(void);

/** sample_address - of key i. */
void sample_address(uint8_t out20[20], size_t i);

/** sample_sign - r | s | v by key i, v of 27 or 28. */
void sample_sign(uint8_t out65[SIGNATURE_SIZE], size_t i,
	       const uint8_t digest[HASH_SIZE]);

/** sample_mirror - the other signature that the same key could have given: the
 *  order less s, the other v.  Sound on a curve, refused everywhere here. */
void sample_mirror(uint8_t signature65[SIGNATURE_SIZE]);

#endif
