/* fuzz_rpc_answer.c -- JSON from a node: parsed or refused, never a crash. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "feeds/net/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every accessor on every value, as the readers of answers use them. */
static void visit(const struct json *value)
{
	uint64_t small;
	u128 wide;
	int64_t number;
	uint8_t fixed[32], *bytes = NULL;
	size_t size;

	if (!json_hex_u64(&small, value) && json_hex_u128(&wide, value))
		abort();
	if (!json_integer(&number, value) && !json_number(value))
		abort();
	if (json_string(value) && json_number(value))
		abort();
	if (!json_hex_bytes(&bytes, &size, value))
		memory_free(bytes);
	if (!json_hex_fixed(fixed, sizeof(fixed), value) &&
	    !json_string(value))
		abort();
	for (const struct json *i = json_first(value); i; i = json_next(i))
		visit(i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *root = NULL;
	struct error error = { 0 };

	if (json_parse(&root, bytes_of(data, size), &error))
		return 0;
	visit(root);
	visit(json_member(root, "result"));
	json_free(root);
	return 0;
}
