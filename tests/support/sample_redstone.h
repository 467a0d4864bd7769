/* sample_redstone.h -- RedStone payloads made and signed with test keys. */
#ifndef TESTS_SUPPORT_SAMPLE_REDSTONE_H
#define TESTS_SUPPORT_SAMPLE_REDSTONE_H

#include "base/bytes.h"

#define SAMPLE_REDSTONE_METADATA 11 /* bytes that nobody signs, and behind */
#define SAMPLE_REDSTONE_FOOTER 12   /* them their length and the marker */

/** One package of one point: what a signer says of a feed. */
struct sample_vote {
	size_t signer; /* of sample_keys.h */
	const char *feed;
	uint64_t value, time_ms;
};

/** sample_redstone_payload - of one package a vote, in their order. */
void sample_redstone_payload(struct buffer *out, const struct sample_vote *votes,
			     size_t count);

#endif
