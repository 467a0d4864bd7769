/* test_file_writer.c -- a file written piece by piece is there whole or not at
 * all, also where the disk is full; a text passes through its outlet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/host/file_writer.h"

static char folder[64], path[128];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/plimsoll-writer-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

/* No temporary is left, or this fails. */
static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void expect_content(const char *expected)
{
	struct error error;
	uint8_t *data;
	size_t size;

	assert_int_equal(file_read(&data, &size, path, 1 << 20, &error), OK);
	assert_int_equal(size, strlen(expected));
	assert_memory_equal(data, expected, size);
	memory_free(data);
}

static void its_name_comes_at_the_end(void **state)
{
	struct file_writer writer;
	struct error error;

	(void)state;
	assert_int_equal(file_writer_open(&writer, path, &error), OK);
	file_writer_put(&writer, bytes_of_string("one "));
	assert_int_equal(access(path, F_OK), -1);
	file_writer_put(&writer, bytes_of_string("two"));
	assert_int_equal(file_writer_close(&writer, &error), OK);
	expect_content("one two");
}

/* A limit stands for the full disk: what was there stays. */
static void a_full_disk_leaves_what_was_there(void **state)
{
	static uint8_t block[5000];
	struct rlimit limit, small;
	struct file_writer writer;
	struct error error;

	(void)state;
	assert_int_equal(file_write(path, bytes_of_string("before"), &error),
			 OK);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = sizeof(block) + 10;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(file_writer_open(&writer, path, &error), OK);
	for (int i = 0; i < 3; i++)
		file_writer_put(&writer, bytes_of(block, sizeof(block)));
	assert_int_equal(file_writer_close(&writer, &error), E_SYSTEM);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_non_null(strstr(error.message, ".tmp"));
	expect_content("before");
}

static void no_folder_no_file(void **state)
{
	struct file_writer writer;
	struct error error;

	(void)state;
	assert_int_equal(file_writer_open(&writer, "/nowhere/at/all", &error),
			 E_SYSTEM);
}

/* Long texts pass in pieces, and only where they may. */
static void a_text_passes_through(void **state)
{
	struct file_writer writer;
	struct text_outlet outlet = file_writer_outlet(&writer);
	struct text text = { .outlet = &outlet }, whole = { 0 };
	struct error error;
	size_t most = 0;

	(void)state;
	assert_int_equal(file_writer_open(&writer, path, &error), OK);
	for (int i = 0; i < 20000; i++) {
		text_add_format(&text, "line %d\n", i);
		text_add_format(&whole, "line %d\n", i);
		most = text.size > most ? text.size : most;
		text_drain(&text);
		text_drain(&whole); /* has no outlet: stays */
	}
	assert_true(most < whole.size / 2);
	text_flush(&text);
	assert_int_equal(text.size, 0);
	text_free(&text);
	assert_int_equal(file_writer_close(&writer, &error), OK);
	expect_content(whole.data);
	text_free(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_name_comes_at_the_end),
		cmocka_unit_test(a_full_disk_leaves_what_was_there),
		cmocka_unit_test(no_folder_no_file),
		cmocka_unit_test(a_text_passes_through),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
