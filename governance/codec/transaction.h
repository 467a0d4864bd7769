/* transaction.h -- EIP-1559 transactions: bytes, hash, signature.  Pure. */
#ifndef GOVERNANCE_CODEC_TRANSACTION_H
#define GOVERNANCE_CODEC_TRANSACTION_H

#include "base/arena.h"
#include "crypto/hex.h"
#include "crypto/keccak.h"
#include "crypto/secp256k1.h"

/** One entry of an access list. */
struct access_entry {
	uint8_t address[ADDRESS_SIZE];
	size_t key_count;
	const uint8_t (*keys)[HASH_SIZE];
};

struct transaction {
	uint64_t chain_id, nonce, gas_limit;
	struct bytes priority_fee, max_fee, value; /* big-endian, wei */
	bool creates;               /* no recipient */
	uint8_t to[ADDRESS_SIZE];
	struct bytes data;
	size_t access_count;
	const struct access_entry *access;
};

struct signed_transaction {
	struct bytes raw;           /* in the arena */
	uint8_t hash[HASH_SIZE];
	uint8_t from[ADDRESS_SIZE];
};

/**
 * transaction_sign_1559 - raw bytes 0x02 || rlp([...]) and their hash.
 * Returns: OK, E_INPUT invalid key, E_LIMIT arena too small
 * Cost:    one signature; memory about four times the data
 * Source:  EIP-1559, EIP-2930 */
struct transaction_key {
	const struct signer_context *context;
	const uint8_t *secret32;
};
MUST_CHECK enum status
transaction_sign_1559(struct signed_transaction *out,
		      const struct transaction *transaction,
		      const struct transaction_key *key, struct arena *arena);

/** transaction_digest_1559 - what is signed: keccak of the unsigned bytes. */
MUST_CHECK enum status
transaction_digest_1559(uint8_t out32[HASH_SIZE],
			const struct transaction *transaction,
			struct arena *arena);

#endif
