/* sample_redstone.c -- see sample_redstone.h. */
#include "tests/support/sample_redstone.h"

#include <stdlib.h>

#include "feeds/wire/redstone.h"
#include "tests/support/sample_keys.h"

#define VALUE_SIZE 32

static void add_package(struct buffer *out, const struct sample_vote *vote)
{
	uint8_t feed[REDSTONE_FEED_SIZE], value[VALUE_SIZE], time[8];
	uint8_t signature[SIGNATURE_SIZE], digest[HASH_SIZE];
	const uint8_t tail[] = { 0, 0, 0, VALUE_SIZE, 0, 0, 1 };
	size_t start = out->size;

	if (redstone_feed(feed, vote->feed))
		abort();
	store_be256(value, vote->value);
	store_be64(time, vote->time_ms);
	buffer_append(out, feed, sizeof(feed));
	buffer_append(out, value, sizeof(value));
	buffer_append(out, time + 2, 6);
	buffer_append(out, tail, sizeof(tail));
	keccak256(digest, out->data + start, out->size - start);
	sample_sign(signature, vote->signer, digest);
	buffer_append(out, signature, sizeof(signature));
}

void sample_redstone_payload(struct buffer *out, const struct sample_vote *votes,
			     size_t count)
{
	static const char metadata[SAMPLE_REDSTONE_METADATA] = "1#unsigned";
	static const uint8_t footer[SAMPLE_REDSTONE_FOOTER] = {
		0, 0, SAMPLE_REDSTONE_METADATA,
		0x00, 0x00, 0x02, 0xed, 0x57, 0x01, 0x1e, 0x00, 0x00 };
	uint8_t number[2];

	for (size_t i = 0; i < count; i++)
		add_package(out, &votes[i]);
	store_be16(number, (uint16_t)count);
	buffer_append(out, number, sizeof(number));
	buffer_append(out, metadata, sizeof(metadata));
	buffer_append(out, footer, sizeof(footer));
}
