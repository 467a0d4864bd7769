/* test_bytes.c -- borrowed strings, bounded buffers, big-endian words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

static void test_equality(void **state)
{
	(void)state;
	assert_true(bytes_equal(bytes_of_string("ab"), bytes_of("abc", 2)));
	assert_false(bytes_equal(bytes_of_string("ab"), bytes_of_string("ac")));
	assert_false(bytes_equal(bytes_of_string("ab"), bytes_of_string("a")));
	assert_true(bytes_equal(bytes_of(NULL, 0), bytes_of_string("")));
}

static void test_a_buffer_remembers_that_it_overflowed(void **state)
{
	uint8_t room[4];
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, room, sizeof(room));
	buffer_append(&buffer, "abc", 3);
	assert_false(buffer.overflow);
	buffer_append(&buffer, "de", 2);
	assert_true(buffer.overflow);
	assert_int_equal(buffer.size, 3);
	buffer_append_byte(&buffer, 'd'); /* would fit, but something is lost */
	assert_int_equal(buffer.size, 3);
	assert_true(buffer.overflow);
}

static void test_a_buffer_that_is_just_full(void **state)
{
	uint8_t room[2];
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, room, sizeof(room));
	buffer_append_byte(&buffer, 1);
	buffer_append_byte(&buffer, 2);
	buffer_append(&buffer, NULL, 0);
	assert_false(buffer.overflow);
	assert_int_equal(buffer_bytes(&buffer).size, 2);
}

static void test_a_buffer_from_an_arena(void **state)
{
	static uint8_t block[32] __attribute__((aligned(16)));
	struct arena arena;
	struct buffer buffer;

	(void)state;
	arena_init(&arena, block, sizeof(block));
	assert_int_equal(buffer_from_arena(&buffer, &arena, 33), E_LIMIT);
	assert_int_equal(buffer_from_arena(&buffer, &arena, 32), OK);
	assert_int_equal(buffer.capacity, 32);
}

static void test_words_are_big_endian(void **state)
{
	static const uint8_t expect[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t out[8];

	(void)state;
	store_be64(out, 0x0102030405060708u);
	assert_memory_equal(out, expect, 8);
	assert_true(load_be64(out) == 0x0102030405060708u);
	store_be32(out, 0x01020304u);
	assert_memory_equal(out, expect, 4);
	assert_int_equal(load_be32(out), 0x01020304u);
	store_be16(out, 0x0102u);
	assert_memory_equal(out, expect, 2);
	assert_int_equal(load_be16(out), 0x0102u);
}

static void test_words_of_256_bits(void **state)
{
	u128 big = ((u128)0xfedcba9876543210u << 64) | 0x0123456789abcdefu;
	uint8_t word[32], half[16];
	u128 back = 7;

	(void)state;
	memset(word, 0xaa, sizeof(word));
	store_be256(word, big);
	for (size_t i = 0; i < 16; i++)
		assert_int_equal(word[i], 0);
	assert_int_equal(word[16], 0xfe);
	assert_int_equal(word[31], 0xef);
	assert_int_equal(load_be256(&back, word), OK);
	assert_true(back == big);
	store_be128(half, big);
	assert_memory_equal(half, word + 16, 16);
	assert_true(load_be128(half) == big);
	word[15] = 1;
	back = 7;
	assert_int_equal(load_be256(&back, word), E_RANGE);
	assert_true(back == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equality),
		cmocka_unit_test(test_a_buffer_remembers_that_it_overflowed),
		cmocka_unit_test(test_a_buffer_that_is_just_full),
		cmocka_unit_test(test_a_buffer_from_an_arena),
		cmocka_unit_test(test_words_are_big_endian),
		cmocka_unit_test(test_words_of_256_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
