/* test_spool.c -- arrays in nameless files: what is written is there after a
 * rest and a move, no file is left, and without a folder it is memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/host/spool.h"

#define COUNT 300000u

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/plimsoll-spool-XXXXXX");
	return !mkdtemp(folder) || setenv("TMPDIR", folder, 1);
}

/* It must be empty, or it stays and this fails. */
static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static size_t resident_pages(void)
{
	unsigned long all = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lu %lu", &all, &resident), 2);
	fclose(file);
	return resident;
}

static void check(const uint64_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(numbers[i], i * i);
}

static void a_rest_and_a_move_change_nothing(void **state)
{
	uint64_t *numbers = spool_allocate(COUNT, sizeof(*numbers));

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(numbers[i], 0);
	for (size_t i = 0; i < COUNT; i++)
		numbers[i] = i * i;
	spool_rest(numbers, COUNT * sizeof(*numbers));
	check(numbers, COUNT);
	numbers = spool_resize(numbers, 2 * COUNT, sizeof(*numbers));
	check(numbers, COUNT);
	for (size_t i = COUNT; i < 2 * COUNT; i++)
		assert_int_equal(numbers[i], 0);
	numbers = spool_resize(numbers, 7, sizeof(*numbers));
	check(numbers, 7);
	spool_free(numbers);
	spool_free(NULL);
	spool_rest(NULL, 0);
}

/* Odd sizes: the last page is never beyond what was asked for. */
static void a_rest_of_a_part_keeps_the_rest(void **state)
{
	uint8_t *block = spool_resize(NULL, 4097, 3);

	(void)state;
	memset(block, 0x5a, 3u * 4097);
	for (size_t size = 0; size <= 3u * 4097; size += 1000)
		spool_rest(block, size);
	for (size_t i = 0; i < 3u * 4097; i++)
		assert_int_equal(block[i], 0x5a);
	spool_free(block);
}

static void what_rests_is_not_in_memory(void **state)
{
	const size_t size = (size_t)32 << 20, pages = size / 4096;
	uint8_t *block = spool_allocate(size, 1);
	size_t with;

	(void)state;
	if (!spool_is_file(block))
		skip();
	memset(block, 1, size);
	with = resident_pages();
	spool_rest(block, size);
	assert_true(resident_pages() + pages - pages / 8 < with);
	spool_free(block);
}

static void without_a_folder_it_is_memory(void **state)
{
	uint64_t *numbers;

	(void)state;
	assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
	numbers = spool_allocate(COUNT, sizeof(*numbers));
	assert_false(spool_is_file(numbers));
	for (size_t i = 0; i < COUNT; i++)
		numbers[i] = i * i;
	spool_rest(numbers, COUNT * sizeof(*numbers));
	check(numbers, COUNT);
	spool_free(numbers);
	assert_int_equal(setenv("TMPDIR", folder, 1), 0);
}

static void beyond_a_limit_it_is_memory(void **state)
{
	struct rlimit limit, small;
	uint64_t *numbers;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = 4 * 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	numbers = spool_allocate(COUNT, sizeof(*numbers));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_false(spool_is_file(numbers));
	numbers[COUNT - 1] = 7;
	spool_free(numbers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rest_and_a_move_change_nothing),
		cmocka_unit_test(a_rest_of_a_part_keeps_the_rest),
		cmocka_unit_test(what_rests_is_not_in_memory),
		cmocka_unit_test(without_a_folder_it_is_memory),
		cmocka_unit_test(beyond_a_limit_it_is_memory),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
