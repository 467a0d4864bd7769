/* fuzz_tree.c -- the JSON reader of the codec: what it takes, it takes again
 * from its own source slices, with the same shape. */
#include <stdlib.h>
#include <string.h>

#include "governance/codec/integer.h"
#include "governance/codec/tree.h"

#define ROOM (16u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t block[ROOM] __attribute__((aligned(16)));

static bool same(const struct tree *a, const struct tree *b)
{
	if (a->kind != b->kind || a->truth != b->truth ||
	    a->count != b->count || !bytes_equal(a->text, b->text) ||
	    !bytes_equal(a->name, b->name))
		return false;
	a = a->first;
	b = b->first;
	for (; a && b; a = a->next, b = b->next)
		if (!same(a, b))
			return false;
	return !a && !b;
}

static void check_numbers(const struct tree *tree)
{
	uint8_t word[WORD_SIZE], wide[WORD_SIZE];
	struct integer_range small = { 64, true }, large = { 256, true };
	bool text = tree->kind == TREE_NUMBER || tree->kind == TREE_TEXT;

	if (text && !integer_parse(word, small, tree->text) &&
	    (integer_parse(wide, large, tree->text) ||
	     memcmp(word, wide, WORD_SIZE)))
		abort(); /* what fits 64 bits is the same in 256 */
	for (const struct tree *t = tree->first; t; t = t->next)
		check_numbers(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct codec_trouble trouble = { 0 };
	struct tree *root, *again;
	struct arena arena;

	if (size > 32768)
		return 0;
	arena_init(&arena, block, sizeof(block));
	if (tree_parse_json(&root, &arena, &trouble, bytes_of(data, size))) {
		if (!trouble.reason || trouble.at > size)
			abort();
		return 0;
	}
	if (tree_parse_json(&again, &arena, &trouble, root->source) ||
	    !same(root, again))
		abort();
	check_numbers(root);
	return 0;
}
