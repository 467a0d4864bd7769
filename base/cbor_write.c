/* cbor_write.c -- the writer half of cbor.h: shortest heads only. */
#include "base/cbor.h"

#include <string.h>

#define SIMPLE_FALSE 20
#define SIMPLE_TRUE 21
#define SIMPLE_NULL 22
#define TAG_BIGNUM 2

static void put_head(struct buffer *out, enum cbor_type type, uint64_t value)
{
	uint8_t head[9];
	uint8_t major = (uint8_t)((unsigned)type << 5);
	size_t size = value < 24 ? 0
		      : value <= UINT8_MAX  ? 1
		      : value <= UINT16_MAX ? 2
		      : value <= UINT32_MAX ? 4
					    : 8;
	static const uint8_t codes[9] = { 0, 24, 25, 0, 26, 0, 0, 0, 27 };

	head[0] = (uint8_t)(major | (size ? codes[size] : value));
	for (size_t i = 0; i < size; i++)
		head[1 + i] = (uint8_t)(value >> (8 * (size - 1 - i)));
	buffer_append(out, head, 1 + size);
}

void cbor_put_unsigned(struct buffer *out, uint64_t value)
{
	put_head(out, CBOR_UNSIGNED, value);
}

void cbor_put_signed(struct buffer *out, int64_t value)
{
	if (value >= 0)
		put_head(out, CBOR_UNSIGNED, (uint64_t)value);
	else
		put_head(out, CBOR_NEGATIVE, (uint64_t)(-(value + 1)));
}

void cbor_put_u128(struct buffer *out, u128 value)
{
	uint8_t word[16];
	size_t skip = 0;

	if (value <= UINT64_MAX) {
		cbor_put_unsigned(out, (uint64_t)value);
		return;
	}
	store_be128(word, value);
	while (!word[skip])
		skip++;
	put_head(out, CBOR_TAG, TAG_BIGNUM);
	cbor_put_bytes(out, bytes_of(word + skip, sizeof(word) - skip));
}

void cbor_put_bytes(struct buffer *out, struct bytes value)
{
	put_head(out, CBOR_BYTES, value.size);
	buffer_append(out, value.data, value.size);
}

void cbor_put_text(struct buffer *out, const char *value)
{
	size_t size = strlen(value);

	put_head(out, CBOR_TEXT, size);
	buffer_append(out, value, size);
}

void cbor_put_array(struct buffer *out, uint64_t count)
{
	put_head(out, CBOR_ARRAY, count);
}

void cbor_put_map(struct buffer *out, uint64_t pairs)
{
	put_head(out, CBOR_MAP, pairs);
}

void cbor_put_bool(struct buffer *out, bool value)
{
	put_head(out, CBOR_SIMPLE, value ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void cbor_put_null(struct buffer *out)
{
	put_head(out, CBOR_SIMPLE, SIMPLE_NULL);
}

void cbor_put_bytes_or_null(struct buffer *out, struct bytes value)
{
	if (value.data)
		cbor_put_bytes(out, value);
	else
		cbor_put_null(out);
}
