/* fuzz_policy_file.c -- policy.ini: refused, or a policy within its bounds
 * whose canonical bytes are those of its own members. */
#include <stdlib.h>
#include <string.h>

#include "agent/policy_file.h"
#include "tests/fuzz/host/input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct policy_document *document)
{
	static struct policy again;
	uint8_t hash[HASH_SIZE];
	struct bytes bytes = bytes_of(document->bytes, document->size);
	struct text differences = { 0 };

	if (policy_check(&document->policy) || policy_decode(&again, bytes))
		abort();
	policy_hash(hash, bytes);
	policy_file_differences(&differences, &document->policy, &again);
	if (memcmp(hash, document->hash, HASH_SIZE) || differences.size)
		abort();
	text_free(&differences);
	for (size_t i = 0; i < again.asset_count; i++)
		if (!policy_asset(&document->policy, again.assets[i].asset))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct policy_document document, untouched;
	struct error error = { 0 };
	enum status status;

	memset(&document, 0x5a, sizeof(document));
	memset(&untouched, 0x5a, sizeof(untouched));
	status = policy_file_read(&document, input_file(data, size), &error);
	if (!status) {
		check(&document);
		return 0;
	}
	if (status != E_USAGE || error.status != status || !*error.message ||
	    memcmp(&document, &untouched, sizeof(document)))
		abort();
	return 0;
}
