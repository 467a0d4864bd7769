/* sample_stream.c -- see sample_stream.h. */
#include "tests/support/sample_stream.h"

#include <string.h>

#include "tests/support/sample_keys.h"

#define WORD 32
#define HEAD 8 /* words before the blob */
#define BLOB 9

static void add_word(struct buffer *out, u128 value)
{
	uint8_t word[WORD];

	store_be256(word, value);
	buffer_append(out, word, sizeof(word));
}

static void put_blob(uint8_t out[BLOB * WORD])
{
	static const u128 token = 1000000000000000000u;

	memset(out, 0, WORD);
	out[1] = 3; /* schema */
	out[31] = 0x77;
	store_be256(out + WORD, 1750000000);
	store_be256(out + 2 * WORD, 1750000001);
	store_be256(out + 3 * WORD, 5);
	store_be256(out + 4 * WORD, 6);
	store_be256(out + 5 * WORD, 1750086400);
	store_be256(out + 6 * WORD, 2500 * token);
	store_be256(out + 7 * WORD, 2499 * token);
	memset(out + 8 * WORD, 0xff, WORD); /* -1 */
}

static void digest_of(uint8_t out[HASH_SIZE], const uint8_t context[3 * WORD],
		      const uint8_t blob[BLOB * WORD])
{
	uint8_t both[4 * WORD];

	keccak256(both, blob, BLOB * WORD);
	memcpy(both + WORD, context, 3 * WORD);
	keccak256(out, both, sizeof(both));
}

void sample_stream_report(struct buffer *out, size_t count)
{
	uint8_t context[3 * WORD] = { [3] = 0xab, [62] = 13 }, v[WORD] = { 0 };
	uint8_t blob[BLOB * WORD], digest[HASH_SIZE];
	uint8_t signatures[WORD][SIGNATURE_SIZE] = { 0 };

	put_blob(blob);
	digest_of(digest, context, blob);
	for (size_t i = 0; i < count; i++) {
		sample_sign(signatures[i], i, digest);
		v[i] = (uint8_t)(signatures[i][64] - 27);
	}
	buffer_append(out, context, sizeof(context));
	add_word(out, 7 * WORD);
	add_word(out, (HEAD + BLOB) * WORD);
	add_word(out, (HEAD + BLOB + 1 + count) * WORD);
	buffer_append(out, v, sizeof(v));
	add_word(out, BLOB * WORD);
	buffer_append(out, blob, sizeof(blob));
	for (size_t half = 0; half < 2; half++) { /* r[], s[] */
		add_word(out, count);
		for (size_t i = 0; i < count; i++)
			buffer_append(out, signatures[i] + half * WORD, WORD);
	}
}
