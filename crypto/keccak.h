/* keccak.h -- Keccak-256 with Ethereum's 0x01 padding (not SHA3-256).
 *
 * Pure.  The permutation is nettle's; absorbing and padding are here. */
#ifndef CRYPTO_KECCAK_H
#define CRYPTO_KECCAK_H

#include "base/bytes.h"

#define HASH_SIZE 32

struct keccak {
	uint64_t state[25];
	uint8_t block[136];
	size_t filled;  /* bytes waiting in block */
};

void keccak_init(struct keccak *keccak);
void keccak_update(struct keccak *keccak, const void *data, size_t size);
void keccak_final(struct keccak *keccak, uint8_t out32[HASH_SIZE]);

/** keccak256 - hash of `size` bytes in one call. */
void keccak256(uint8_t out32[HASH_SIZE], const void *data, size_t size);

#endif
