/* json.c -- cJSON behind json.h: parsing, duplicate keys, hex integers. */
#include "feeds/net/json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hex.h"
#include "feeds/net/json_scan.h"

static const cJSON *inner(const struct json *value)
{
	return (const cJSON *)(const void *)value;
}

static const struct json *outer(const cJSON *value)
{
	return (const struct json *)(const void *)value;
}

/* First key that occurs twice in an object anywhere below; NULL when none.
 * *crowded: some object has more than JSON_KEYS_MAX members. */
static const char *repeated_key(const cJSON *value, bool *crowded)
{
	const char *found = NULL;
	int members = 0;

	for (const cJSON *a = value->child; a && !found; a = a->next) {
		if (cJSON_IsObject(value)) {
			if (++members > JSON_KEYS_MAX) {
				*crowded = true;
				return "";
			}
			for (const cJSON *b = value->child; b != a; b = b->next)
				if (!strcmp(a->string, b->string))
					return a->string;
		}
		if (a->child)
			found = repeated_key(a, crowded);
	}
	return found;
}

static enum status refuse_repeated(const cJSON *root, struct error *error)
{
	bool crowded = false;
	const char *key = repeated_key(root, &crowded);

	if (!key)
		return OK;
	if (crowded)
		return error_set(error, E_PEER,
				 "JSON object with more than %d members",
				 JSON_KEYS_MAX);
	return error_set(error, E_PEER, "JSON has the key \"%.60s\" twice", key);
}

enum status json_parse(struct json **out, struct bytes text,
		       struct error *error)
{
	struct text checked = { 0 };
	size_t at = 0;
	const char *wrong = json_scan(&checked, &at, text);
	enum status status;
	cJSON *root;

	if (wrong) {
		text_free(&checked);
		return error_set(error, E_PEER, "not JSON: %s at byte %zu",
				 wrong, at);
	}
	root = cJSON_ParseWithLength(checked.data, checked.size);
	text_free(&checked);
	if (!root)
		return error_set(error, E_PEER, "not JSON: bad escape");
	status = refuse_repeated(root, error);
	if (status) {
		cJSON_Delete(root);
		return status;
	}
	*out = (struct json *)(void *)root;
	return OK;
}

void json_free(struct json *root)
{
	cJSON_Delete((cJSON *)(void *)root);
}

const struct json *json_member(const struct json *object, const char *name)
{
	return outer(cJSON_GetObjectItemCaseSensitive(inner(object), name));
}

const struct json *json_item(const struct json *array, size_t index)
{
	const struct json *item = json_is_array(array) ? json_first(array)
						       : NULL;

	while (item && index--)
		item = json_next(item);
	return item;
}

const struct json *json_first(const struct json *array_or_object)
{
	return array_or_object ? outer(inner(array_or_object)->child) : NULL;
}

const struct json *json_next(const struct json *item)
{
	return outer(inner(item)->next);
}

const char *json_key(const struct json *member)
{
	return inner(member)->string;
}

size_t json_count(const struct json *array)
{
	size_t count = 0;

	for (const struct json *i = json_first(array); i; i = json_next(i))
		count++;
	return count;
}

bool json_is_null(const struct json *value)
{
	return cJSON_IsNull(inner(value));
}

bool json_is_array(const struct json *value)
{
	return cJSON_IsArray(inner(value));
}

bool json_is_object(const struct json *value)
{
	return cJSON_IsObject(inner(value));
}

bool json_is_true(const struct json *value)
{
	return cJSON_IsTrue(inner(value));
}

const char *json_string(const struct json *value)
{
	const char *text = cJSON_GetStringValue(inner(value));

	return text && text[0] != JSON_NUMBER_MARK ? text : NULL;
}

const char *json_number(const struct json *value)
{
	const char *text = cJSON_GetStringValue(inner(value));

	return text && text[0] == JSON_NUMBER_MARK ? text + 1 : NULL;
}

enum status json_integer(int64_t *out, const struct json *value)
{
	const char *text = json_number(value);
	int64_t total = 0;
	bool negative;

	if (!text)
		return E_MALFORMED;
	negative = *text == '-';
	for (text += negative; *text; text++) {
		if (*text < '0' || *text > '9')
			return E_MALFORMED;
		if (__builtin_mul_overflow(total, 10, &total) ||
		    __builtin_add_overflow(total, *text - '0', &total))
			return E_RANGE;
	}
	*out = negative ? -total : total;
	return OK;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum status json_hex_u128(u128 *out, const struct json *value)
{
	const char *text = json_string(value);
	u128 total = 0;

	if (!text || text[0] != '0' || text[1] != 'x' || !text[2])
		return E_MALFORMED;
	for (text += 2; *text; text++) {
		int digit = hex_digit(*text);

		if (digit < 0)
			return E_MALFORMED;
		if (total >> 124)
			return E_RANGE;
		total = (total << 4) + (unsigned)digit;
	}
	*out = total;
	return OK;
}

enum status json_hex_u64(uint64_t *out, const struct json *value)
{
	u128 wide;
	enum status status = json_hex_u128(&wide, value);

	if (status)
		return status;
	if (wide >> 64)
		return E_RANGE;
	*out = (uint64_t)wide;
	return OK;
}

static bool has_prefix(const char *text)
{
	return text && text[0] == '0' && text[1] == 'x';
}

enum status json_hex_fixed(uint8_t *out, size_t size, const struct json *value)
{
	const char *text = json_string(value);

	if (!has_prefix(text))
		return E_MALFORMED;
	return hex_decode_fixed(out, size, bytes_of_string(text));
}

enum status json_hex_bytes(uint8_t **out, size_t *size,
			   const struct json *value)
{
	const char *text = json_string(value);
	size_t capacity;
	enum status status;
	uint8_t *data;

	if (!has_prefix(text))
		return E_MALFORMED;
	capacity = strlen(text) / 2;
	data = memory_allocate(capacity + 1, 1);
	status = hex_decode(data, size, capacity, bytes_of_string(text));
	if (status) {
		memory_free(data);
		return status;
	}
	*out = data;
	return OK;
}

void json_add_string(struct text *out, const char *string)
{
	text_add(out, "\"", 1);
	for (; *string; string++) {
		unsigned char c = (unsigned char)*string;

		if (c == '"' || c == '\\')
			text_add_format(out, "\\%c", c);
		else if (c < 0x20)
			text_add_format(out, "\\u%04x", c);
		else
			text_add(out, string, 1);
	}
	text_add(out, "\"", 1);
}
