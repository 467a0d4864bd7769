/* test_time.c -- dates, clocks, zones and durations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"

static void parses(const char *text, int64_t expect)
{
	int64_t unix_s = -1;

	assert_int_equal(time_parse(&unix_s, bytes_of_string(text)), OK);
	assert_true(unix_s == expect);
}

static void refuses(const char *text, enum status expect)
{
	int64_t unix_s = -7;

	assert_int_equal(time_parse(&unix_s, bytes_of_string(text)), expect);
	assert_true(unix_s == -7);
}

static void test_what_is_accepted(void **state)
{
	(void)state;
	parses("0", 0);
	parses("1773178560", 1773178560);
	parses("1970-01-01", 0);
	parses("2026-03-10", 1773100800);
	parses("2026-03-10T21:36:00Z", 1773178560);
	parses("2026-03-10 21:36:00Z", 1773178560);
	parses("2026-03-10T23:36:00+02:00", 1773178560);
	parses("2026-03-10T16:06:00-05:30", 1773178560);
	parses("2026-03-10T21:36:00.999Z", 1773178560);
	parses("2000-02-29", 951782400);
	parses("2024-02-29T23:59:59Z", 1709251199);
}

static void test_what_is_refused(void **state)
{
	static const char *const malformed[] = {
		"", "-5", "x", "2026-3-10", "2026-13-01", "2026-00-10",
		"2026-02-29", "2100-02-29", "2026-04-31", "2026-03-10T",
		"2026-03-10T21:36:00", "2026-03-10T24:00:00Z",
		"2026-03-10T21:60:00Z", "2026-03-10T21:36:60Z",
		"2026-03-10T21:36:00.Z", "2026-03-10T21:36:00+2:00",
		"2026-03-10T21:36:00Z ", " 2026-03-10", "1969-12-31",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		refuses(malformed[i], E_MALFORMED);
	refuses("1773178560000", E_RANGE); /* milliseconds */
	refuses("99999999999999999999999", E_RANGE);
	refuses("2201-01-01", E_RANGE);
}

static void test_every_day_comes_back(void **state)
{
	(void)state;
	for (int64_t s = 0; s < 7258118400; s += 86400 * 3 + 12345) {
		char text[TIME_TEXT_MAX];

		time_format(text, s);
		assert_int_equal(strlen(text), 20);
		parses(text, s);
	}
}

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = { { "0s", 0 },	{ "90s", 90 },	   { "15m", 900 },
		     { "24h", 86400 },	{ "7d", 604800 },  { "2w", 1209600 } };
	static const char *const bad[] = { "", "s", "1", "1x", "-1s", "1.5h",
					   "h1", "1 h", "123456789012s" };
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(duration_parse(&seconds,
						bytes_of_string(good[i].text)),
				 OK);
		assert_true(seconds == good[i].seconds);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(duration_parse(&seconds,
						bytes_of_string(bad[i])),
				 E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_accepted),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_every_day_comes_back),
		cmocka_unit_test(test_durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
