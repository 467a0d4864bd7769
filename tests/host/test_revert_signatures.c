/* test_revert_signatures.c -- the hand-kept list against our contracts: every
 * `error Name(types);` of governance/contracts/src must be in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ctype.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/host/memory.h"
#include "crypto/keccak.h"
#include "feeds/wire/revert_reasons.h"
#include "feeds/wire/revert_signatures.h"

static int declared, missing;

static bool listed(const char *signature)
{
	for (const struct revert_signature *s = revert_signatures; s->signature;
	     s++)
		if (!strcmp(s->signature, signature))
			return true;
	return false;
}

/* "uint256 a, address b" -> "uint256,address" */
static void add_types(struct text *out, const char *from, const char *to)
{
	bool take = true;

	while (from < to && isspace((unsigned char)*from))
		from++;
	for (; from < to; from++) {
		if (*from == ',') {
			text_add_string(out, ",");
			take = true;
			while (from + 1 < to &&
			       isspace((unsigned char)from[1]))
				from++;
		} else if (isspace((unsigned char)*from)) {
			take = false;
		} else if (take) {
			text_add(out, from, 1);
		}
	}
}

static void check_declaration(const char *path, const char *at)
{
	const char *open = strchr(at, '('), *close = strchr(at, ')');
	struct text signature = { 0 };

	if (!open || !close || close[1] != ';')
		return; /* prose */
	text_add(&signature, at, (size_t)(open - at) + 1);
	add_types(&signature, open + 1, close);
	text_add_string(&signature, ")");
	declared++;
	if (!listed(signature.data)) {
		print_message("%s: %s is not in revert_signatures.c\n", path,
			      signature.data);
		missing++;
	}
	text_free(&signature);
}

static int visit(const char *path, const struct stat *info, int type)
{
	size_t length = strlen(path), size;
	struct error error = { 0 };
	uint8_t *data = NULL;
	const char *at;

	(void)info;
	if (type != FTW_F || length < 4 || strcmp(path + length - 4, ".sol"))
		return 0;
	assert_int_equal(file_read(&data, &size, path, 1 << 20, &error), OK);
	data = memory_resize(data, size + 1, 1);
	data[size] = 0;
	for (at = strstr((char *)data, "    error "); at;
	     at = strstr(at, "    error ")) {
		at += strlen("    error ");
		check_declaration(path, at);
	}
	memory_free(data);
	return 0;
}

static void test_contract_errors_are_known(void **state)
{
	(void)state;
	assert_int_equal(ftw("governance/contracts/src", visit, 16), 0);
	assert_true(declared > 10);
	assert_int_equal(missing, 0);
}

/* No two entries may share a selector: the first would hide the second. */
static void test_selectors_differ(void **state)
{
	(void)state;
	for (const struct revert_signature *a = revert_signatures; a->signature;
	     a++) {
		uint8_t hash[HASH_SIZE];

		keccak256(hash, a->signature, strlen(a->signature));
		for (const struct revert_signature *b = a + 1; b->signature;
		     b++)
			if (revert_matches(bytes_of(hash, 4), b->signature))
				fail_msg("%s and %s", a->signature,
					 b->signature);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contract_errors_are_known),
		cmocka_unit_test(test_selectors_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
