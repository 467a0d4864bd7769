/* fuzz_abi.c -- a signature, a newline, values as JSON: what encodes does so
 * to whole words, twice the same, and the reads stay inside. */
#include <stdlib.h>
#include <string.h>

#include "governance/codec/abi.h"

#define ROOM (8u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t block[ROOM] __attribute__((aligned(16)));
static uint8_t first[65536], second[65536];

static void check_inside(struct bytes part, struct bytes whole)
{
	if (part.data < whole.data || part.size > whole.size ||
	    (size_t)(part.data - whole.data) > whole.size - part.size)
		abort();
}

/* Every read at every head word of whatever bytes. */
static void read_all(struct bytes answer)
{
	for (size_t i = 0; i <= answer.size / WORD_SIZE + 1; i++) {
		uint8_t word[WORD_SIZE];
		struct bytes part;
		size_t count;

		if (!abi_read_word(word, answer, i) &&
		    (i + 1) * WORD_SIZE > answer.size)
			abort();
		if (!abi_read_bytes(&part, answer, i))
			check_inside(part, answer);
		if (abi_read_array(&part, &count, answer, i, 2))
			continue;
		check_inside(part, answer);
		if (count * 2 * WORD_SIZE > part.size)
			abort();
	}
}

/* A dynamic member that was encoded can be found again. */
static void find_members(const struct abi_type *tuple, struct bytes encoded)
{
	size_t word = 0;

	for (const struct abi_type *m = tuple->first; m; m = m->next) {
		struct bytes content;

		if ((m->kind == ABI_BYTES || m->kind == ABI_STRING) &&
		    abi_read_bytes(&content, encoded, word))
			abort();
		word += m->head_words;
	}
}

static void encode(const struct abi_signature *signature,
		   const struct tree *values)
{
	struct codec_trouble trouble = { 0 };
	struct buffer out, again;

	buffer_init(&out, first, sizeof(first));
	buffer_init(&again, second, sizeof(second));
	if (abi_encode(&out, &signature->parameters, values, &trouble)) {
		if (!trouble.reason)
			abort();
		return;
	}
	if (abi_encode(&again, &signature->parameters, values, &trouble) ||
	    out.size % WORD_SIZE ||
	    !bytes_equal(buffer_bytes(&out), buffer_bytes(&again)))
		abort();
	find_members(&signature->parameters, buffer_bytes(&out));
	read_all(buffer_bytes(&out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t text = end ? (size_t)(end - data) : size;
	struct codec_trouble trouble = { 0 };
	struct abi_signature signature;
	uint8_t hash[HASH_SIZE];
	struct arena arena;
	struct tree *values;

	if (size > 8192)
		return 0;
	arena_init(&arena, block, sizeof(block));
	read_all(bytes_of(data, size));
	if (abi_parse_signature(&signature, &arena, &trouble,
				bytes_of(data, text))) {
		if (!trouble.reason)
			abort();
		return 0;
	}
	if (abi_signature_hash(hash, &signature, &arena))
		return 0;
	if (end && !tree_parse_json(&values, &arena, &trouble,
				    bytes_of(end + 1, size - text - 1)))
		encode(&signature, values);
	return 0;
}
