/* recorded.h -- recorded messages of PLIMSOLL_DATA for the tests that read
 * them: a JSON file as a tree, hexadecimal and base64 members as bytes.  Any
 * file that is there and does not parse ends the test. */
#ifndef TESTS_HOST_RECORDED_H
#define TESTS_HOST_RECORDED_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/hex.h"
#include "feeds/net/json.h"

#define RECORDED_BYTES_MAX ((size_t)1 << 20)

static inline const char *recorded_folder(void)
{
	const char *folder = getenv("PLIMSOLL_DATA");

	return folder ? folder : "../shared/data";
}

/** recorded_available - else says so and the test may pass over. */
static inline bool recorded_available(void)
{
	if (!access(recorded_folder(), R_OK))
		return true;
	puts("SKIP data: PLIMSOLL_DATA is not there (real market data is not "
	     "part of the tree)");
	return false;
}

/** recorded_json - of `name` below the folder; json_free it. */
static inline struct json *recorded_json(const char *name)
{
	struct error error;
	struct json *tree = NULL;
	char path[1024];
	uint8_t *data;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", recorded_folder(), name);
	if (file_read(&data, &size, path, RECORDED_BYTES_MAX, &error) ||
	    json_parse(&tree, bytes_of(data, size), &error)) {
		fprintf(stderr, "%s: %s\n", path, error.message);
		exit(1);
	}
	memory_free(data);
	return tree;
}

static inline const char *recorded_text(const struct json *object,
					const char *name)
{
	const char *text = json_string(json_member(object, name));

	if (!text) {
		fprintf(stderr, "no text member %s\n", name);
		exit(1);
	}
	return text;
}

/** recorded_number - of a number or of digits in a text. */
static inline int64_t recorded_number(const struct json *object,
				      const char *name)
{
	const struct json *value = json_member(object, name);
	const char *text = json_string(value);
	int64_t number = 0;

	if (text)
		return strtoll(text, NULL, 10);
	if (json_integer(&number, value)) {
		fprintf(stderr, "no number member %s\n", name);
		exit(1);
	}
	return number;
}

/** recorded_wide - of digits beyond 64 bits in a text. */
static inline u128 recorded_wide(const struct json *object, const char *name)
{
	u128 value = 0;

	for (const char *c = recorded_text(object, name); *c; c++) {
		uint8_t digit = (uint8_t)(*c - '0');

		value = value * 10 + digit;
	}
	return value;
}

/** recorded_hex - bytes of hexadecimal text, with or without 0x, into `room`. */
static inline struct bytes recorded_hex(uint8_t *room, size_t capacity,
					const char *text)
{
	size_t size;

	if (hex_decode(room, &size, capacity, bytes_of_string(text))) {
		fprintf(stderr, "not hexadecimal: %.40s\n", text);
		exit(1);
	}
	return bytes_of(room, size);
}

#endif
