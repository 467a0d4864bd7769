/* cbor.h -- deterministic CBOR (RFC 8949 section 4.2): a writer and a reader.
 *
 * Pure.  The writer emits shortest heads and definite lengths only.  The
 * reader is strict by default (refuses anything the writer would not emit);
 * `lenient` admits indefinite lengths and non-shortest heads, which genuine
 * attestation documents contain.  Floats are not supported at all: no float
 * enters a digest. */
#ifndef BASE_CBOR_H
#define BASE_CBOR_H

#include "base/bytes.h"

#define CBOR_DEPTH_MAX 16

enum cbor_type {
	CBOR_UNSIGNED = 0,
	CBOR_NEGATIVE = 1,
	CBOR_BYTES = 2,
	CBOR_TEXT = 3,
	CBOR_ARRAY = 4,
	CBOR_MAP = 5,
	CBOR_TAG = 6,
	CBOR_SIMPLE = 7, /* false, true, null */
};

void cbor_put_unsigned(struct buffer *out, uint64_t value);
void cbor_put_signed(struct buffer *out, int64_t value);
/** cbor_put_u128 - shortest: an integer up to 64 bits, else tag 2 bignum. */
void cbor_put_u128(struct buffer *out, u128 value);
void cbor_put_bytes(struct buffer *out, struct bytes value);
void cbor_put_text(struct buffer *out, const char *value);
void cbor_put_array(struct buffer *out, uint64_t count);
void cbor_put_map(struct buffer *out, uint64_t pairs);
void cbor_put_bool(struct buffer *out, bool value);
void cbor_put_null(struct buffer *out);
/** cbor_put_bytes_or_null - null where value.data is NULL. */
void cbor_put_bytes_or_null(struct buffer *out, struct bytes value);

struct cbor_reader {
	const uint8_t *data;
	size_t size;
	size_t position;
	bool lenient;
};

void cbor_reader_init(struct cbor_reader *reader, struct bytes input);
void cbor_reader_init_lenient(struct cbor_reader *reader, struct bytes input);
/** cbor_peek - major type of the next item without consuming it. */
MUST_CHECK enum status cbor_peek(const struct cbor_reader *reader,
				 enum cbor_type *type);

/* Each getter returns E_MALFORMED for any other type, a head that is not
 * shortest (strict), or a truncated item; E_RANGE when it does not fit.
 * Returned bytes and text point into the input. */
MUST_CHECK enum status cbor_get_unsigned(struct cbor_reader *r, uint64_t *out);
MUST_CHECK enum status cbor_get_signed(struct cbor_reader *r, int64_t *out);
MUST_CHECK enum status cbor_get_u128(struct cbor_reader *r, u128 *out);
MUST_CHECK enum status cbor_get_bytes(struct cbor_reader *r, struct bytes *out);
/** cbor_get_fixed - a byte string of exactly `size` bytes, copied to out. */
MUST_CHECK enum status cbor_get_fixed(struct cbor_reader *r, uint8_t *out,
				      size_t size);
MUST_CHECK enum status cbor_get_text(struct cbor_reader *r, struct bytes *out);
MUST_CHECK enum status cbor_get_bool(struct cbor_reader *r, bool *out);
MUST_CHECK enum status cbor_get_null(struct cbor_reader *r);
/** cbor_get_array / cbor_get_map - count of elements or pairs to follow.
 *  Lenient readers get UINT64_MAX for indefinite lengths and then use
 *  cbor_at_break. */
MUST_CHECK enum status cbor_get_array(struct cbor_reader *r, uint64_t *count);
MUST_CHECK enum status cbor_get_map(struct cbor_reader *r, uint64_t *pairs);
/** cbor_expect_array - an array of exactly `count` elements. */
MUST_CHECK enum status cbor_expect_array(struct cbor_reader *r, uint64_t count);
/** cbor_at_break - consumes the break code when it is next. */
bool cbor_at_break(struct cbor_reader *r);
/** cbor_skip - consume one whole item, depth at most CBOR_DEPTH_MAX. */
MUST_CHECK enum status cbor_skip(struct cbor_reader *r);
/** cbor_finish - OK when every byte was consumed. */
MUST_CHECK enum status cbor_finish(const struct cbor_reader *r);

#endif
