/* test_status.c -- words and exit codes of every status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"

static void test_exit_codes_follow_the_command_line(void **state)
{
	(void)state;
	assert_int_equal(status_exit_code(OK), 0);
	assert_int_equal(status_exit_code(E_REFUSED), 1);
	assert_int_equal(status_exit_code(E_CONVERGENCE), 1);
	assert_int_equal(status_exit_code(E_USAGE), 2);
	assert_int_equal(status_exit_code(E_INPUT), 2);
	assert_int_equal(status_exit_code(E_MISSING), 3);
	assert_int_equal(status_exit_code(E_MALFORMED), 3);
	assert_int_equal(status_exit_code(E_RANGE), 3);
	assert_int_equal(status_exit_code(E_AUTHENTIC), 4);
	assert_int_equal(status_exit_code(E_PEER), 5);
	assert_int_equal(status_exit_code(E_LIMIT), 6);
	assert_int_equal(status_exit_code(E_SYSTEM), 6);
	assert_int_equal(status_exit_code(E_INTERRUPTED), 130);
}

static void test_names_are_there_and_differ(void **state)
{
	(void)state;
	for (int a = OK; a <= E_INTERRUPTED; a++) {
		assert_non_null(status_name((enum status)a));
		for (int b = OK; b < a; b++)
			assert_string_not_equal(status_name((enum status)a),
						status_name((enum status)b));
	}
}

static void test_a_value_that_is_none(void **state)
{
	(void)state;
	assert_string_equal(status_name((enum status)99), "unknown");
	assert_int_equal(status_exit_code((enum status)99), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit_codes_follow_the_command_line),
		cmocka_unit_test(test_names_are_there_and_differ),
		cmocka_unit_test(test_a_value_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
