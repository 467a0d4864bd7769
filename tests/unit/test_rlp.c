/* test_rlp.c -- RLP: the examples of the definition, the edges of every head,
 * strict reading, and trees of hexadecimal texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hex.h"
#include "governance/codec/rlp.h"
#include "governance/codec/rlp_tree.h"

#define ROOM 70000

static uint8_t room[ROOM], block[1u << 20] __attribute__((aligned(16)));

static struct bytes unhex(uint8_t *out, const char *digits)
{
	size_t size = 0;

	assert_int_equal(hex_decode(out, &size, ROOM, bytes_of_string(digits)),
			 OK);
	return bytes_of(out, size);
}

static void assert_bytes(const struct buffer *out, const char *digits)
{
	static uint8_t expected[ROOM];
	struct bytes bytes = unhex(expected, digits);

	assert_false(out->overflow);
	assert_int_equal(out->size, bytes.size);
	assert_memory_equal(out->data, bytes.data, bytes.size);
}

static struct buffer begin(void)
{
	struct buffer out;

	buffer_init(&out, room, sizeof(room));
	return out;
}

static void strings_take_the_shortest_head(void **state)
{
	static const struct {
		const char *text, *encoded;
	} rows[] = {
		{ "", "80" },
		{ "dog", "83646f67" },
		{ "\x7f", "7f" },
		{ "\x80", "8180" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer out = begin();

		rlp_put_bytes(&out, bytes_of_string(rows[i].text));
		assert_bytes(&out, rows[i].encoded);
	}
}

static void heads_grow_at_56_256_and_65536(void **state)
{
	static const uint8_t zeros[65536];
	static const struct {
		size_t size;
		uint8_t head[4];
		size_t head_size;
	} rows[] = {
		{ 55, { 0xb7 }, 1 },
		{ 56, { 0xb8, 56 }, 2 },
		{ 255, { 0xb8, 255 }, 2 },
		{ 256, { 0xb9, 1, 0 }, 3 },
		{ 65535, { 0xb9, 255, 255 }, 3 },
		{ 65536, { 0xba, 1, 0, 0 }, 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer out = begin();
		struct bytes input;
		struct rlp_item item;

		rlp_put_bytes(&out, bytes_of(zeros, rows[i].size));
		assert_int_equal(out.size, rows[i].size + rows[i].head_size);
		assert_memory_equal(out.data, rows[i].head, rows[i].head_size);
		input = buffer_bytes(&out);
		assert_int_equal(rlp_get(&item, &input), OK);
		assert_false(item.list);
		assert_int_equal(item.content.size, rows[i].size);
		assert_int_equal(input.size, 0);
	}
}

static void integers_have_no_leading_zeros(void **state)
{
	static const uint8_t word[32] = { [30] = 4 };
	struct buffer out = begin();

	(void)state;
	rlp_put_integer(&out, 0);
	rlp_put_integer(&out, 127);
	rlp_put_integer(&out, 128);
	rlp_put_integer(&out, 1024);
	rlp_put_integer(&out, ~(u128)0);
	rlp_put_word(&out, bytes_of(word, sizeof(word)));
	assert_bytes(&out, "807f8180820400"
			   "90ffffffffffffffffffffffffffffffff820400");
}

static void reader_takes_lists_apart(void **state)
{
	static uint8_t encoded[16];
	struct bytes input = unhex(encoded, "c88363617483646f67"), members;
	struct rlp_item item;

	(void)state;
	assert_int_equal(rlp_get(&item, &input), OK);
	assert_true(item.list);
	assert_int_equal(input.size, 0);
	members = item.content;
	assert_int_equal(rlp_get(&item, &members), OK);
	assert_memory_equal(item.content.data, "cat", 3);
	assert_int_equal(rlp_get(&item, &members), OK);
	assert_memory_equal(item.content.data, "dog", 3);
	assert_int_equal(rlp_get(&item, &members), E_MALFORMED);
}

static void other_forms_are_malformed(void **state)
{
	static const char *const rows[] = {
		"",         "8101",     "817f",       "83646f",
		"b801",     "b837",     "b80061",     "b900ff",
		"bfffffffffffffffff",   "c2",         "c383",
		"f800",     "f837",     "f90001",     "ffffffffffffffffff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t encoded[16];
		struct bytes input = unhex(encoded, rows[i]);
		struct rlp_item item = { true, { NULL, 77 } };

		assert_int_equal(rlp_get(&item, &input), E_MALFORMED);
		assert_int_equal(item.content.size, 77);
	}
}

static enum status put_json(struct buffer *out, const char *json)
{
	struct codec_trouble trouble = { 0 };
	struct arena arena;
	struct tree *tree = NULL;
	enum status status;

	arena_init(&arena, block, sizeof(block));
	assert_int_equal(tree_parse_json(&tree, &arena, &trouble,
					 bytes_of_string(json)), OK);
	status = rlp_put_tree(out, &arena, tree, &trouble);
	assert_true(!status || trouble.reason);
	return status;
}

static void trees_encode_at_any_depth(void **state)
{
	struct buffer out = begin();

	(void)state;
	assert_int_equal(put_json(&out, "[[],[[]],[[],[[]]]]"), OK);
	assert_bytes(&out, "c7c0c1c0c3c0c1c0");
	out = begin();
	assert_int_equal(put_json(&out, "[\"0x\",\"0x00\",[\"0x0400\"]]"), OK);
	assert_bytes(&out, "c68000c3820400");
}

static void trees_of_other_things_are_refused(void **state)
{
	static const char *const rows[] = { "1", "[true]", "\"ff\"", "\"0xf\"",
					    "[\"0xzz\"]", "{}", "[null]" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer out = begin();

		assert_int_equal(put_json(&out, rows[i]), E_MALFORMED);
	}
}

static void a_full_buffer_is_a_limit(void **state)
{
	struct buffer out;

	(void)state;
	buffer_init(&out, room, 3);
	assert_int_equal(put_json(&out, "[\"0x010203\"]"), E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_take_the_shortest_head),
		cmocka_unit_test(heads_grow_at_56_256_and_65536),
		cmocka_unit_test(integers_have_no_leading_zeros),
		cmocka_unit_test(reader_takes_lists_apart),
		cmocka_unit_test(other_forms_are_malformed),
		cmocka_unit_test(trees_encode_at_any_depth),
		cmocka_unit_test(trees_of_other_things_are_refused),
		cmocka_unit_test(a_full_buffer_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
