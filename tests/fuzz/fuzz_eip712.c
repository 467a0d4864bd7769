/* fuzz_eip712.c -- {"types","primaryType","domain","message"} as JSON: hashed
 * or refused with a reason; type texts begin with their struct. */
#include <stdlib.h>
#include <string.h>

#include "governance/codec/eip712.h"

#define ROOM (16u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t block[ROOM] __attribute__((aligned(16)));

static void check_text(const struct eip712_types *types, struct bytes name)
{
	struct bytes text;

	if (eip712_encode_type(&text, types, name))
		return;
	if (text.size < name.size + 2 ||
	    memcmp(text.data, name.data, name.size) ||
	    text.data[name.size] != '(' || text.data[text.size - 1] != ')')
		abort();
}

static void hash(const struct eip712_types *types, const struct tree *root)
{
	const struct tree *primary = tree_get(root, "primaryType");
	uint8_t one[HASH_SIZE], other[HASH_SIZE], domain[HASH_SIZE];
	enum status status;

	if (!primary || primary->kind != TREE_TEXT)
		return;
	check_text(types, primary->text);
	status = eip712_hash_struct(one, types, primary->text,
				    tree_get(root, "message"));
	if (status && !types->trouble->reason)
		abort();
	if (!status && (eip712_hash_struct(other, types, primary->text,
					   tree_get(root, "message")) ||
			memcmp(one, other, HASH_SIZE)))
		abort();
	status = eip712_hash_domain(domain, types, tree_get(root, "domain"));
	if (status && !types->trouble->reason)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct codec_trouble trouble = { 0 };
	struct eip712_types types;
	struct arena arena;
	struct tree *root;

	if (size > 16384)
		return 0;
	arena_init(&arena, block, sizeof(block));
	if (tree_parse_json(&root, &arena, &trouble, bytes_of(data, size))) {
		if (!trouble.reason || trouble.at > size)
			abort();
		return 0;
	}
	if (eip712_types_parse(&types, &arena, &trouble,
			       tree_get(root, "types"))) {
		if (!trouble.reason)
			abort();
		return 0;
	}
	trouble.reason = NULL;
	hash(&types, root);
	return 0;
}
