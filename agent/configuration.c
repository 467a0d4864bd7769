/* configuration.c -- see configuration.h. */
#include "agent/configuration.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/host/memory.h"

#define CONFIGURATION_ENTRIES_MAX 4096
#define CONFIGURATION_BYTES_MAX (1u << 20)
#define LINE_MAX_LENGTH 198 /* inih takes the rest for another line */

static int add_entry(void *context, const char *section, const char *name,
		     const char *value)
{
	struct configuration *out = context;
	struct text key = { 0 };

	if (out->count >= CONFIGURATION_ENTRIES_MAX)
		return 0;
	if (*section)
		text_add_format(&key, "%s.%s", section, name);
	else
		text_add_string(&key, name);
	out->entries = memory_resize(out->entries, out->count + 1,
				     sizeof(*out->entries));
	out->entries[out->count++] = (struct configuration_entry){
		.key = key.data, .value = memory_copy_string(value), .line = 0
	};
	return 1;
}

/* What inih would misread without a word: NULL, or why the line is refused.
 * An indented line continues the value above for it. */
static const char *wrong_line(const char *line, size_t length)
{
	size_t blank = strspn(line, " \t\r\v\f");

	if (length > LINE_MAX_LENGTH)
		return "is longer than 198 characters";
	if (blank && blank < length && !strchr(";#", line[blank]))
		return "is indented";
	return NULL;
}

static enum status check_lines(const char *text, const char *name,
			       struct error *error)
{
	for (int line = 1; *text; line++) {
		size_t length = strcspn(text, "\n");
		const char *wrong = wrong_line(text, length);

		if (wrong)
			return error_set(error, E_USAGE, "%s: line %d %s", name,
					 line, wrong);
		text += length + (text[length] == '\n');
	}
	return OK;
}

enum status configuration_parse(struct configuration *out, const char *text,
				const char *name, struct error *error)
{
	struct configuration read = { 0 };
	enum status status = check_lines(text, name, error);
	int line;

	if (status)
		return status;
	line = ini_parse_string(text, add_entry, &read);
	if (line) {
		configuration_free(&read);
		return error_set(error, E_USAGE, "%s: line %d is not `key = "
				 "value`, `[section]` or a comment", name, line);
	}
	*out = read;
	return OK;
}

enum status configuration_read(struct configuration *out, const char *path,
			       struct error *error)
{
	uint8_t *data;
	size_t size;
	struct text text = { 0 };
	enum status status = file_read(&data, &size, path,
				       CONFIGURATION_BYTES_MAX, error);

	if (status)
		return status;
	if (memchr(data, 0, size)) {
		memory_free(data);
		return error_set(error, E_USAGE, "%s: has a NUL byte", path);
	}
	text_add(&text, (const char *)data, size);
	text_add_string(&text, "");
	memory_free(data);
	status = configuration_parse(out, text.data ? text.data : "", path,
				     error);
	text_free(&text);
	return status;
}

const char *configuration_get(const struct configuration *configuration,
			      const char *key)
{
	for (size_t i = configuration->count; i > 0; i--)
		if (!strcmp(configuration->entries[i - 1].key, key))
			return configuration->entries[i - 1].value;
	return NULL;
}

void configuration_free(struct configuration *configuration)
{
	for (size_t i = 0; i < configuration->count; i++) {
		memory_free(configuration->entries[i].key);
		memory_free(configuration->entries[i].value);
	}
	memory_free(configuration->entries);
	*configuration = (struct configuration){ 0 };
}
