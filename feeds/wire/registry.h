/* registry.h -- the EnclaveRegistry's words and the development notary's
 * message.
 *
 * Pure.  Layouts are those of EnclaveRegistry.sol, IAttestationVerifier.sol
 * and DevAttestationVerifier.sol. */
#ifndef FEEDS_WIRE_REGISTRY_H
#define FEEDS_WIRE_REGISTRY_H

#include "crypto/hex.h"
#include "crypto/keccak.h"

/** What a verified attestation document says (contract struct Attestation). */
struct attestation_claim {
	uint8_t image_id[32];
	uint64_t timestamp_ms;
	struct bytes public_key, user_data, nonce;
};

/** notary_digest - EIP-712 digest that the development notary signs. */
void notary_digest(uint8_t out32[HASH_SIZE],
		   const struct attestation_claim *claim, uint64_t chain_id,
		   const uint8_t verifier20[ADDRESS_SIZE]);

/** registry_put_register - call data of registerEnclave(evidence, blockNumber)
 *  with evidence = abi.encode(Attestation, signature). */
struct registration_words {
	struct attestation_claim claim;
	uint8_t signature[65];
	uint64_t block_number;
};
void registry_put_register(struct buffer *out,
			   const struct registration_words *words);

/** registry_put_challenge - call data of challenge(operator, blockNumber). */
void registry_put_challenge(struct buffer *out, const uint8_t operator20[20],
			    uint64_t block_number);

#endif
