/* json.h -- JSON from outside, read strictly.
 *
 * Host only; the one user of cJSON in feeds.  Before cJSON sees a byte the
 * text is checked here: UTF-8-agnostic RFC 8259 strings without control
 * characters or U+0000, numbers by the grammar, depth at most 64, nothing
 * after the value.  Numbers keep their exact text and never become doubles.
 * Objects with a key twice are refused. */
#ifndef FEEDS_NET_JSON_H
#define FEEDS_NET_JSON_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/host/error.h"
#include "base/host/memory.h"

#define JSON_DEPTH_MAX 64
#define JSON_KEYS_MAX 256 /* members of one object */

struct json; /* a value; parts live as long as the root */

/** json_parse - E_PEER "not JSON: reason at byte N" for anything else.  The
 *  root is freed with json_free. */
MUST_CHECK enum status json_parse(struct json **out, struct bytes text,
				  struct error *error);
void json_free(struct json *root);

/* Accessors take NULL and then answer as for a value of another type. */
const struct json *json_member(const struct json *object, const char *name);
const struct json *json_item(const struct json *array, size_t index);
const struct json *json_first(const struct json *array_or_object);
const struct json *json_next(const struct json *item);
const char *json_key(const struct json *member);
size_t json_count(const struct json *array);
bool json_is_null(const struct json *value);
bool json_is_array(const struct json *value);
bool json_is_object(const struct json *value);
bool json_is_true(const struct json *value);
/** json_string / json_number - text of a string or number, else NULL. */
const char *json_string(const struct json *value);
const char *json_number(const struct json *value);
/** json_integer - a JSON number without fraction or exponent. */
MUST_CHECK enum status json_integer(int64_t *out, const struct json *value);

/** Ethereum's hex: "0x" and digits.  E_MALFORMED other text or absent,
 *  E_RANGE too large for the type. */
MUST_CHECK enum status json_hex_u64(uint64_t *out, const struct json *value);
MUST_CHECK enum status json_hex_u128(u128 *out, const struct json *value);
MUST_CHECK enum status json_hex_fixed(uint8_t *out, size_t size,
				      const struct json *value);
/** json_hex_bytes - any length; *out is memory_free'd by the caller. */
MUST_CHECK enum status json_hex_bytes(uint8_t **out, size_t *size,
				      const struct json *value);

/** json_add_string - appends a quoted, escaped JSON string. */
void json_add_string(struct text *out, const char *string);

#endif
