/* test_conninfo.c -- what of PLIMSOLL_DB may stand in a process's arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sql/conninfo.h"

static void splits(const char *conninfo, const char *shown,
		   const char *password)
{
	struct text out = { 0 }, secret = { 0 };
	struct error error = { 0 };

	assert_int_equal(conninfo_split(&out, &secret, conninfo, &error), OK);
	assert_string_equal(out.size ? out.data : "", shown);
	assert_string_equal(secret.size ? secret.data : "", password);
	text_free(&out);
	text_free(&secret);
}

static void the_password_is_not_shown(void **state)
{
	(void)state;
	splits("postgresql://ann:s3cret@db.example:5433/plimsoll",
	       "user='ann' dbname='plimsoll' host='db.example' port='5433' ",
	       "s3cret");
	splits("host=/run/x password='a b\\'c' user=ann",
	       "user='ann' host='/run/x' ", "a b'c");
	splits("dbname=plimsoll", "dbname='plimsoll' ", "");
	splits("", "", "");
}

static void values_are_quoted(void **state)
{
	(void)state;
	splits("user='it\\'s' dbname='b\\\\s'",
	       "user='it\\'s' dbname='b\\\\s' ", "");
}

static void what_is_none_is_refused_without_repeating_it(void **state)
{
	struct text out = { 0 }, secret = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(conninfo_split(&out, &secret, "password s3cret",
					&error), E_USAGE);
	assert_null(strstr(error.message, "s3cret"));
	assert_int_equal(out.size + secret.size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_password_is_not_shown),
		cmocka_unit_test(values_are_quoted),
		cmocka_unit_test(what_is_none_is_refused_without_repeating_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
