/* test_base64.c -- the vectors of RFC 4648 section 10, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/base64.h"

static void published_vectors(void **state)
{
	const char *const texts[] = { "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==",
				      "Zm9vYmE=", "Zm9vYmFy" };
	uint8_t out[16];

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		size_t size = 99;

		assert_int_equal(base64_decode(out, &size, sizeof(out),
					       bytes_of_string(texts[i])), OK);
		assert_int_equal(size, i);
		assert_memory_equal(out, "foobar", i);
	}
}

static void what_is_refused(void **state)
{
	const char *const texts[] = { "Zg=", "Zg", "Z", "Zm9v Yg==", "Zm9v\n",
				      "Zm9v-_==", "=Zg=", "Zg==Zg==", "Zh==" };
	uint8_t out[16];
	size_t size = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(base64_decode(out, &size, sizeof(out),
					       bytes_of_string(texts[i])),
				 E_MALFORMED);
	assert_int_equal(base64_decode(out, &size, 5,
				       bytes_of_string("Zm9vYmFy")), E_LIMIT);
	assert_int_equal(size, 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors),
		cmocka_unit_test(what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
