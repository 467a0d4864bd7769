/* keccak.c -- see keccak.h.  The permutation is nettle's. */
#include "crypto/keccak.h"

#include <nettle/sha3.h>
#include <string.h>

#define RATE 136u

_Static_assert(sizeof(((struct keccak *)0)->block) == RATE, "rate of 256 bits");

_Static_assert(sizeof(((struct keccak *)0)->state) == sizeof(struct sha3_state),
	       "nettle permutes our state where it lies");

static void absorb(struct keccak *keccak, const uint8_t *block)
{
	for (size_t i = 0; i < RATE / 8; i++) {
		uint64_t lane;

		memcpy(&lane, block + 8 * i, 8); /* x86-64: little-endian */
		keccak->state[i] ^= lane;
	}
	sha3_permute((struct sha3_state *)(void *)keccak->state);
}

void keccak_init(struct keccak *keccak)
{
	memset(keccak->state, 0, sizeof(keccak->state));
	keccak->filled = 0;
}

void keccak_update(struct keccak *keccak, const void *data, size_t size)
{
	const uint8_t *at = data;

	while (size) {
		size_t room = RATE - keccak->filled;
		size_t take = size < room ? size : room;

		memcpy(keccak->block + keccak->filled, at, take);
		keccak->filled += take;
		at += take;
		size -= take;
		if (keccak->filled == RATE) {
			absorb(keccak, keccak->block);
			keccak->filled = 0;
		}
	}
}

void keccak_final(struct keccak *keccak, uint8_t out32[HASH_SIZE])
{
	memset(keccak->block + keccak->filled, 0, RATE - keccak->filled);
	keccak->block[keccak->filled] = 0x01;
	keccak->block[RATE - 1] |= 0x80;
	absorb(keccak, keccak->block);
	memcpy(out32, keccak->state, HASH_SIZE);
}

void keccak256(uint8_t out32[HASH_SIZE], const void *data, size_t size)
{
	struct keccak keccak;

	keccak_init(&keccak);
	keccak_update(&keccak, data, size);
	keccak_final(&keccak, out32);
}
