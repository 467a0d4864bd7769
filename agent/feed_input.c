/* feed_input.c -- see feed_report.h: files of messages and of signers. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/feed_report.h"
#include "crypto/base64.h"

enum status feed_input_add(struct feed_input *input, struct bytes message)
{
	struct feed_bytes *to = &input->messages[input->count];

	if (input->count == FEED_INPUTS_MAX)
		return E_LIMIT;
	to->data = memory_allocate(message.size + 1, 1);
	memcpy(to->data, message.data, message.size);
	to->size = message.size;
	input->count++;
	return OK;
}

void feed_input_free(struct feed_input *input)
{
	for (size_t i = 0; i < input->count; i++)
		memory_free(input->messages[i].data);
	input->count = 0;
}

static bool is_hex(struct bytes text)
{
	if (text.size >= 2 && text.data[0] == '0' && text.data[1] == 'x')
		text = bytes_of(text.data + 2, text.size - 2);
	for (size_t i = 0; i < text.size; i++)
		if (!isxdigit(text.data[i]))
			return false;
	return text.size && !(text.size % 2);
}

static enum status add_text(struct feed_input *input, struct bytes text)
{
	uint8_t *room = memory_allocate(text.size + 4, 1);
	size_t size = 0;
	enum status status = is_hex(text)
				     ? hex_decode(room, &size, text.size, text)
				     : base64_decode(room, &size, text.size + 4,
						     text);

	if (!status && !size)
		status = E_MALFORMED;
	if (!status)
		status = feed_input_add(input, bytes_of(room, size));
	memory_free(room);
	return status;
}

enum status feed_input_add_text(struct feed_input *input, const char *text)
{
	return add_text(input, bytes_of_string(text));
}

static struct bytes trimmed(struct bytes in)
{
	while (in.size && isspace(in.data[0]))
		in = bytes_of(in.data + 1, in.size - 1);
	while (in.size && isspace(in.data[in.size - 1]))
		in.size--;
	return in;
}

static bool is_text(struct bytes in)
{
	for (size_t i = 0; i < in.size; i++)
		if ((in.data[i] < ' ' || in.data[i] > '~') &&
		    !isspace(in.data[i]))
			return false;
	return in.size;
}

/* A message a line. */
static enum status add_lines(struct feed_input *out, struct bytes text)
{
	enum status status = OK;

	while (text.size && !status) {
		const uint8_t *end = memchr(text.data, '\n', text.size);
		size_t size = end ? (size_t)(end - text.data) : text.size;
		struct bytes line = trimmed(bytes_of(text.data, size));

		if (line.size)
			status = add_text(out, line);
		size += end ? 1 : 0;
		text = bytes_of(text.data + size, text.size - size);
	}
	return status;
}

/* A message kept with a note of where it is from: the bytes as text under one
 * of these names, or the API's answer under "body". */
static enum status from_recording(struct feed_input *out,
				  const struct json *root,
				  const struct feed_format *format,
				  struct error *error)
{
	static const char *const names[] = { "data_hex", "payload_hex",
					     "full_report_hex" };
	const struct json *body = json_member(root, "body");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *text = json_string(json_member(root, names[i]));

		if (text)
			return feed_input_add_text(out, text)
				       ? error_set(error, E_MALFORMED, "%s is "
						   "no hexadecimal text",
						   names[i])
				       : OK;
	}
	return format->from_json(out, json_is_object(body) ? body : root,
				 error);
}

static enum status read_json(struct feed_input *out, struct bytes text,
			     const struct feed_format *format,
			     struct error *error)
{
	struct json *root = NULL;
	enum status status = json_parse(&root, text, error);

	if (!status)
		status = from_recording(out, root, format, error);
	else
		error->status = status = E_MALFORMED;
	json_free(root);
	return status;
}

static enum status read_messages(struct feed_input *out, struct bytes in,
				 const struct feed_format *format,
				 struct error *error)
{
	struct bytes text = trimmed(in);

	if (!text.size)
		return error_set(error, E_MALFORMED, "the file is empty");
	if (text.data[0] == '{' || text.data[0] == '[')
		return read_json(out, text, format, error);
	if (!is_text(text))
		return feed_input_add(out, in);
	return add_lines(out, text)
		       ? error_set(error, E_MALFORMED, "neither JSON, "
				   "hexadecimal, base64 nor raw bytes")
		       : OK;
}

enum status feed_input_read(struct feed_input *out, const char *path,
			    const struct feed_format *format,
			    struct error *error)
{
	uint8_t *data = NULL;
	size_t size = 0;
	enum status status =
		file_read(&data, &size, path, FEED_INPUT_BYTES_MAX, error);

	out->count = 0;
	if (!status)
		status = read_messages(out, bytes_of(data, size), format,
				       error);
	if (status)
		feed_input_free(out);
	memory_free(data);
	return status;
}

static enum status read_line(struct feed_signers *out, const char *line,
			     struct error *error)
{
	char word[80], extra[2], end[2];
	unsigned long threshold;
	uint8_t address[ADDRESS_SIZE];

	if (sscanf(line, " threshold %lu %1s", &threshold, end) == 1) {
		out->threshold = threshold;
		return OK;
	}
	if (sscanf(line, " %79s %1s", word, extra) != 1 ||
	    address_parse(address, bytes_of_string(word)))
		return error_set(error, E_MALFORMED, "\"%.60s\" is neither an "
				 "address nor `threshold N`", line);
	if (feed_is_signer(out, address))
		return error_set(error, E_MALFORMED, "%.60s stands there twice",
				 word);
	if (out->count == FEED_SIGNERS_MAX)
		return error_set(error, E_LIMIT, "more than %d signers",
				 FEED_SIGNERS_MAX);
	memcpy(out->addresses[out->count++], address, ADDRESS_SIZE);
	return OK;
}

static enum status read_signers(struct feed_signers *out, char *text,
				struct error *error)
{
	enum status status = OK;
	char *rest = NULL;

	for (char *line = strtok_r(text, "\r\n", &rest); line && !status;
	     line = strtok_r(NULL, "\r\n", &rest)) {
		line[strcspn(line, "#")] = '\0';
		if (line[strspn(line, " \t")])
			status = read_line(out, line, error);
	}
	if (!status && (!out->threshold || out->threshold > out->count))
		status = error_set(error, E_MALFORMED, "a line `threshold N` "
				   "with N from 1 to %zu is missing",
				   out->count);
	return status;
}

enum status feed_signers_read(struct feed_signers *out, const char *path,
			      struct error *error)
{
	uint8_t *data = NULL;
	size_t size = 0;
	enum status status = file_read(&data, &size, path, 65536, error);
	char *text;

	memset(out, 0, sizeof(*out));
	if (status)
		return status;
	text = memory_allocate(size + 1, 1);
	memcpy(text, data, size);
	status = memchr(data, 0, size)
			 ? error_set(error, E_MALFORMED, "not text")
			 : read_signers(out, text, error);
	if (status)
		error_hint(error, "One address a line, and a line `threshold "
				  "N`.");
	memory_free(text);
	memory_free(data);
	return status;
}
