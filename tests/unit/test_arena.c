/* test_arena.c -- memory that is handed out once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static uint8_t block[256] __attribute__((aligned(16)));

static void test_zeroed_aligned_and_apart(void **state)
{
	struct arena arena;
	uint8_t *a, *b;

	(void)state;
	memset(block, 0xff, sizeof(block));
	arena_init(&arena, block, sizeof(block));
	a = arena_allocate(&arena, 3, 1);
	b = arena_allocate(&arena, 5, 8);
	assert_ptr_equal(a, block);
	assert_int_equal((uintptr_t)b % 16, 0);
	assert_true(b >= a + 3);
	for (size_t i = 0; i < 40; i++)
		assert_int_equal(b[i], 0);
	assert_int_equal(block[3], 0xff); /* only what was asked for */
	a = arena_room(&arena, 2, 8);
	assert_int_equal((uintptr_t)a % 16, 0);
	assert_int_equal(a[0], 0xff); /* left as it was */
	assert_null(arena_room(&arena, 257, 1));
	assert_null(arena_room(&arena, SIZE_MAX / 2, 4));
}

static void test_exhausted_exactly_at_the_end(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, block, sizeof(block));
	assert_null(arena_allocate(&arena, 257, 1));
	assert_int_equal(arena.used, 0);
	assert_non_null(arena_allocate(&arena, 256, 1));
	assert_null(arena_allocate(&arena, 1, 1));
	assert_non_null(arena_allocate(&arena, 0, 1));
}

static void test_a_product_that_overflows(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, block, sizeof(block));
	assert_null(arena_allocate(&arena, SIZE_MAX / 2, 4));
	assert_null(arena_allocate(&arena, SIZE_MAX, 1));
	assert_non_null(arena_allocate(&arena, 16, 1));
}

static void test_mark_reset_and_peak(void **state)
{
	struct arena arena;
	size_t mark;
	void *first;

	(void)state;
	arena_init(&arena, block, sizeof(block));
	assert_non_null(arena_allocate(&arena, 16, 1));
	mark = arena_mark(&arena);
	first = arena_allocate(&arena, 100, 1);
	arena_reset(&arena, mark);
	assert_ptr_equal(arena_allocate(&arena, 8, 1), first);
	assert_int_equal(arena.used, 24);
	assert_int_equal(arena.peak, 116);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zeroed_aligned_and_apart),
		cmocka_unit_test(test_exhausted_exactly_at_the_end),
		cmocka_unit_test(test_a_product_that_overflows),
		cmocka_unit_test(test_mark_reset_and_peak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
