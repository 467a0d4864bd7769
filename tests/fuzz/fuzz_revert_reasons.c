/* fuzz_revert_reasons.c -- revert bytes in words: printable, ended, the same
 * each time, and never without a text. */
#include <stdlib.h>
#include <string.h>

#include "feeds/wire/revert_reasons.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(const char *text, size_t capacity)
{
	size_t length = strnlen(text, capacity);

	if (length == capacity)
		abort();
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct revert_reason reason, again;
	struct bytes in = bytes_of(data, size);

	memset(&reason, 0x5a, sizeof(reason));
	memset(&again, 0xa5, sizeof(again));
	revert_describe(&reason, in);
	revert_describe(&again, in);
	check_printable(reason.name, sizeof(reason.name));
	check_printable(reason.text, sizeof(reason.text));
	if (!*reason.text || !reason.meaning ||
	    reason.known != (*reason.name != 0))
		abort();
	if (reason.known != again.known || strcmp(reason.name, again.name) ||
	    strcmp(reason.text, again.text) || reason.meaning != again.meaning)
		abort();
	if (reason.known && strncmp(reason.text, reason.name,
				    strlen(reason.name)) &&
	    revert_matches(in, "Error(string)") +
	    revert_matches(in, "Panic(uint256)") == 0)
		abort();
	return 0;
}
