/* fuzz_configuration.c -- key = value text: refused, or entries without blanks
 * around them that read the same when written out again. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "agent/configuration.h"
#include "base/host/memory.h"
#include "tests/fuzz/host/input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_entry(const struct configuration_entry *entry)
{
	size_t length = strlen(entry->value);

	if (strchr(entry->key, '\n') || strchr(entry->value, '\n'))
		abort();
	if (length && (isspace((unsigned char)entry->value[0]) ||
		       isspace((unsigned char)entry->value[length - 1])))
		abort();
}

/* Keys that themselves look like something else are not written again. */
static bool is_plain(const char *text)
{
	return *text && !text[strcspn(text, "[];#=: \t\r\v\f\"\\")] &&
	       strlen(text) < 80;
}

static void check_again(const struct configuration *read)
{
	struct configuration again;
	struct error error = { 0 };
	struct text text = { 0 };
	size_t kept = 0;

	text_add_string(&text, "");
	for (size_t i = 0; i < read->count; i++)
		if (is_plain(read->entries[i].key) &&
		    is_plain(read->entries[i].value))
			text_add_format(&text, "%s = %s\n",
					read->entries[i].key,
					read->entries[i].value);
	if (configuration_parse(&again, text.data, "again", &error))
		abort();
	for (size_t i = 0; i < read->count; i++) {
		const struct configuration_entry *entry = &read->entries[i];

		if (!is_plain(entry->key) || !is_plain(entry->value))
			continue;
		if (kept == again.count ||
		    strcmp(again.entries[kept].key, entry->key) ||
		    strcmp(again.entries[kept].value, entry->value))
			abort();
		kept++;
	}
	if (kept != again.count)
		abort();
	configuration_free(&again);
	text_free(&text);
}

/* Each entry has a line of its own, short and not indented. */
static void check_lines(const uint8_t *data, size_t size, size_t entries)
{
	size_t lines = 0, length = 0;

	for (size_t i = 0; i < size; i++) {
		lines += !length;
		length = data[i] == '\n' ? 0 : length + 1;
		if (length > 198)
			abort();
	}
	if (entries > lines)
		abort();
}

static void check(const struct configuration *read)
{
	for (size_t i = 0; i < read->count; i++)
		check_entry(&read->entries[i]);
	for (size_t i = 0; i < read->count; i++)
		if (!configuration_get(read, read->entries[i].key))
			abort();
	check_again(read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct configuration read, untouched;
	struct error error = { 0 };
	enum status status;

	memset(&read, 0x5a, sizeof(read));
	untouched = read;
	status = configuration_read(&read, input_file(data, size), &error);
	if (status) {
		if (status != E_USAGE || error.status != status ||
		    memcmp(&read, &untouched, sizeof(read)))
			abort();
		return 0;
	}
	check(&read);
	check_lines(data, size, read.count);
	configuration_free(&read);
	return 0;
}
