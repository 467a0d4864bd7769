/* json_writer.h -- JSON text, written in order.  Host only.
 *
 * Keys stay in the order they are written.  Integers beyond 2^53 and money go
 * out as strings; doubles with 17 significant digits. */
#ifndef BASE_HOST_JSON_WRITER_H
#define BASE_HOST_JSON_WRITER_H

#include <stdbool.h>

#include "base/host/memory.h"

#define JSON_WRITER_DEPTH 32

struct json_writer {
	struct text *out;
	bool comma[JSON_WRITER_DEPTH];
	int depth;
};

void json_writer_init(struct json_writer *writer, struct text *out);

/* A NULL key inside an array or at the top. */
void json_open_object(struct json_writer *writer, const char *key);
void json_close_object(struct json_writer *writer);
void json_open_array(struct json_writer *writer, const char *key);
void json_close_array(struct json_writer *writer);
void json_put_string(struct json_writer *writer, const char *key,
		     const char *value);
void json_put_integer(struct json_writer *writer, const char *key,
		      int64_t value);
void json_put_double(struct json_writer *writer, const char *key, double value);
void json_put_bool(struct json_writer *writer, const char *key, bool value);
void json_put_null(struct json_writer *writer, const char *key);
/** A decimal string, exact. */
void json_put_u128(struct json_writer *writer, const char *key, u128 value);
/** A value that is JSON already. */
void json_put_raw(struct json_writer *writer, const char *key,
		  const char *json);

/** u128_format - decimal digits; out holds 40. */
void u128_format(char out[40], u128 value);

#endif
