/* sample_wormhole.h -- Wormhole messages and Pyth updates made and signed with
 * test keys. */
#ifndef TESTS_SUPPORT_SAMPLE_WORMHOLE_H
#define TESTS_SUPPORT_SAMPLE_WORMHOLE_H

#include "feeds/wire/pyth.h"

/** What a message says of itself; guardians 0 .. count - 1 sign. */
struct sample_message {
	uint32_t set;
	size_t count;
	uint16_t chain;
	const uint8_t *emitter; /* 32 bytes */
	struct bytes payload;
};

extern const uint8_t sample_pyth_emitter[WORMHOLE_EMITTER_SIZE];
extern const uint8_t sample_governance[WORMHOLE_EMITTER_SIZE];

void sample_guardians(struct guardian_set *out, uint32_t index, size_t count);
void sample_message(struct buffer *out, const struct sample_message *message);
/** sample_upgrade - by `signers` of set `set`, to one of `count` guardians. */
void sample_upgrade(struct buffer *out, uint32_t set, size_t signers,
		    size_t count);

/** sample_price - of feed i, 85 bytes. */
void sample_price(uint8_t out[85], uint8_t feed, int64_t price);
/** sample_update - of `count` (1, 2 or 4) messages below one root. */
void sample_update(struct buffer *out, const struct bytes *messages,
		   size_t count, size_t guardians);
/** sample_deep_update - `count` prices from all over a tree of 2^steps (at most
 *  12) of them. */
void sample_deep_update(struct buffer *out, size_t count, size_t steps,
			size_t guardians);

#endif
