/* json_writer.c -- see json_writer.h. */
#include "base/host/json_writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void json_writer_init(struct json_writer *writer, struct text *out)
{
	*writer = (struct json_writer){ .out = out };
}

/* Short escapes where there are some: our reader takes no others. */
static void put_quoted(struct text *out, const char *value)
{
	static const char controls[] = "\b\f\n\r\t", letters[] = "bfnrt";

	text_add_string(out, "\"");
	for (const char *at = value; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (c == '"' || c == '\\')
			text_add_format(out, "\\%c", c);
		else if (strchr(controls, c))
			text_add_format(out, "\\%c",
					letters[strchr(controls, c) - controls]);
		else if (c < 0x20)
			text_add_format(out, "\\u%04x", c);
		else
			text_add(out, at, 1);
	}
	text_add_string(out, "\"");
}

/* The comma and key before a value. */
static void begin(struct json_writer *writer, const char *key)
{
	if (writer->comma[writer->depth])
		text_add_string(writer->out, ",");
	writer->comma[writer->depth] = true;
	if (key) {
		put_quoted(writer->out, key);
		text_add_string(writer->out, ":");
	}
}

static void open(struct json_writer *writer, const char *key, const char *mark)
{
	begin(writer, key);
	text_add_string(writer->out, mark);
	assert(writer->depth + 1 < JSON_WRITER_DEPTH);
	writer->comma[++writer->depth] = false;
}

static void shut(struct json_writer *writer, const char *mark)
{
	assert(writer->depth > 0);
	writer->depth--;
	text_add_string(writer->out, mark);
}

void json_open_object(struct json_writer *writer, const char *key)
{
	open(writer, key, "{");
}

void json_close_object(struct json_writer *writer)
{
	shut(writer, "}");
}

void json_open_array(struct json_writer *writer, const char *key)
{
	open(writer, key, "[");
}

void json_close_array(struct json_writer *writer)
{
	shut(writer, "]");
}

void json_put_string(struct json_writer *writer, const char *key,
		     const char *value)
{
	begin(writer, key);
	put_quoted(writer->out, value);
}

void json_put_integer(struct json_writer *writer, const char *key,
		      int64_t value)
{
	begin(writer, key);
	text_add_format(writer->out, "%" PRId64, value);
}

void json_put_double(struct json_writer *writer, const char *key, double value)
{
	begin(writer, key);
	text_add_format(writer->out, "%.17g", value);
}

void json_put_bool(struct json_writer *writer, const char *key, bool value)
{
	begin(writer, key);
	text_add_string(writer->out, value ? "true" : "false");
}

void json_put_null(struct json_writer *writer, const char *key)
{
	begin(writer, key);
	text_add_string(writer->out, "null");
}

void u128_format(char out[40], u128 value)
{
	char digits[40];
	int count = 0, at = 0;

	do
		digits[count++] = (char)('0' + (int)(value % 10));
	while (value /= 10);
	while (count)
		out[at++] = digits[--count];
	out[at] = 0;
}

void json_put_u128(struct json_writer *writer, const char *key, u128 value)
{
	char digits[40];

	u128_format(digits, value);
	json_put_string(writer, key, digits);
}

void json_put_raw(struct json_writer *writer, const char *key, const char *json)
{
	begin(writer, key);
	text_add_string(writer->out, json);
}
