/* redstone_gateway.c -- see redstone_gateway.h. */
#include "feeds/net/redstone_gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/base64.h"
#include "feeds/wire/redstone.h"

#define VALUE_SIZE 32
#define VALUE_MAX 1e12 /* 20 digits with the 8 behind the point */
#define POINTS_MAX 255
#define PACKAGES_MAX REDSTONE_PACKAGES_MAX

static enum status bad(struct error *error, const char *feed, const char *what)
{
	return error_set(error, E_PEER, "RedStone's answer for %.32s: %s", feed,
			 what);
}

/* The signed integer of a number's text: 8 decimals of the double. */
static enum status value_of(u128 *out, const char *text)
{
	char digits[64];
	char *end;
	double value = text ? strtod(text, &end) : -1.0;
	u128 number = 0;

	if (!(value >= 0.0) || value > VALUE_MAX || *end)
		return E_MALFORMED;
	snprintf(digits, sizeof(digits), "%.8f", value);
	for (const char *c = digits; *c; c++)
		if (*c >= '0' && *c <= '9')
			number = number * 10 + (unsigned)(*c - '0');
	*out = number;
	return OK;
}

static enum status add_point(struct buffer *out, const struct json *point)
{
	uint8_t id[REDSTONE_FEED_SIZE], word[VALUE_SIZE];
	const char *name = json_string(json_member(point, "dataFeedId"));
	u128 value = 0;
	enum status status = name ? redstone_feed(id, name) : E_MALFORMED;

	if (!status)
		status = value_of(&value,
				  json_number(json_member(point, "value")));
	if (status)
		return status;
	store_be256(word, value);
	buffer_append(out, id, sizeof(id));
	buffer_append(out, word, sizeof(word));
	return OK;
}

static enum status add_signature(struct buffer *out, const char *text)
{
	uint8_t signature[SIGNATURE_SIZE + 3];
	size_t size;

	if (!text ||
	    base64_decode(signature, &size, sizeof(signature),
			  bytes_of_string(text)) ||
	    size != SIGNATURE_SIZE)
		return E_MALFORMED;
	buffer_append(out, signature, size);
	return OK;
}

static enum status add_package(struct buffer *out, const struct json *package)
{
	const struct json *points = json_member(package, "dataPoints");
	size_t count = json_is_array(points) ? json_count(points) : 0;
	uint8_t tail[13] = { 0 }, time[8];
	int64_t time_ms;
	enum status status = OK;

	if (!count || count > POINTS_MAX ||
	    json_integer(&time_ms, json_member(package,
					       "timestampMilliseconds")) ||
	    time_ms < 0 || time_ms >> 48)
		return E_MALFORMED;
	for (const struct json *p = json_first(points); p && !status;
	     p = json_next(p))
		status = add_point(out, p);
	store_be64(time, (uint64_t)time_ms);
	memcpy(tail, time + 2, 6);
	tail[9] = VALUE_SIZE;
	tail[12] = (uint8_t)count;
	buffer_append(out, tail, sizeof(tail));
	return status ? status
		      : add_signature(out, json_string(json_member(
						   package, "signature")));
}

enum status redstone_gateway_payload(struct buffer *out,
				     const struct json *body, const char *feed,
				     struct error *error)
{
	static const uint8_t footer[] = { 0,    0,    0,    0x00, 0x00, 0x02,
					  0xed, 0x57, 0x01, 0x1e, 0x00, 0x00 };
	const struct json *packages = json_member(body, feed);
	size_t count = json_is_array(packages) ? json_count(packages) : 0;
	uint8_t number[2];

	if (!packages)
		return error_set(error, E_MISSING,
				 "RedStone's answer has no feed %.32s", feed);
	if (!count || count > PACKAGES_MAX)
		return bad(error, feed, "not 1 to 128 packages");
	for (const struct json *p = json_first(packages); p; p = json_next(p))
		if (add_package(out, p))
			return bad(error, feed, "a package without time, "
						"points or signature");
	store_be16(number, (uint16_t)count);
	buffer_append(out, number, sizeof(number));
	buffer_append(out, footer, sizeof(footer)); /* no metadata */
	return out->overflow ? bad(error, feed, "too large") : OK;
}
