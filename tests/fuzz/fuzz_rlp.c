/* fuzz_rlp.c -- what the reader takes, the writer writes back byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "governance/codec/rlp.h"

#define ROOM (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The items of `input`, written again; lists by recursion. */
static enum status rewrite(struct buffer *out, struct bytes input,
			   struct arena *arena, int depth)
{
	enum status status = depth > RLP_DEPTH_MAX ? E_LIMIT : OK;

	while (input.size && !status) {
		struct rlp_item item;
		struct buffer members;

		status = rlp_get(&item, &input);
		if (!status && !item.list)
			rlp_put_bytes(out, item.content);
		if (status || !item.list)
			continue;
		status = buffer_from_arena(&members, arena,
					   item.content.size);
		if (!status)
			status = rewrite(&members, item.content, arena,
					 depth + 1);
		if (!status)
			rlp_put_list(out, buffer_bytes(&members));
	}
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t block[ROOM] __attribute__((aligned(16)));
	static uint8_t again[65536];
	struct arena arena;
	struct buffer out;

	if (size > sizeof(again))
		return 0;
	arena_init(&arena, block, sizeof(block));
	buffer_init(&out, again, sizeof(again));
	if (rewrite(&out, bytes_of(data, size), &arena, 0))
		return 0;
	if (!bytes_equal(buffer_bytes(&out), bytes_of(data, size)))
		abort();
	return 0;
}
