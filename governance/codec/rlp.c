/* rlp.c -- see rlp.h. */
#include "governance/codec/rlp.h"

#define STRING_BASE 0x80u
#define LIST_BASE 0xc0u
#define SHORT_MAX 55u

static void put_head(struct buffer *out, uint8_t base, size_t size)
{
	uint8_t length[8];
	size_t skip = 0;

	if (size <= SHORT_MAX) {
		buffer_append_byte(out, (uint8_t)(base + size));
		return;
	}
	store_be64(length, size);
	while (!length[skip])
		skip++;
	buffer_append_byte(out, (uint8_t)(base + SHORT_MAX + (8 - skip)));
	buffer_append(out, length + skip, 8 - skip);
}

void rlp_put_bytes(struct buffer *out, struct bytes value)
{
	if (value.size != 1 || value.data[0] >= STRING_BASE)
		put_head(out, STRING_BASE, value.size);
	buffer_append(out, value.data, value.size);
}

void rlp_put_word(struct buffer *out, struct bytes big_endian)
{
	size_t skip = 0;

	while (skip < big_endian.size && !big_endian.data[skip])
		skip++;
	rlp_put_bytes(out, bytes_of(big_endian.data + skip,
				    big_endian.size - skip));
}

void rlp_put_integer(struct buffer *out, u128 value)
{
	uint8_t word[16];

	store_be128(word, value);
	rlp_put_word(out, bytes_of(word, sizeof(word)));
}

void rlp_put_list(struct buffer *out, struct bytes payload)
{
	put_head(out, LIST_BASE, payload.size);
	buffer_append(out, payload.data, payload.size);
}

/* Length that follows a long head: shortest form, above SHORT_MAX. */
static enum status long_length(size_t *length, struct bytes input, size_t bytes)
{
	size_t value = 0;

	if (input.size < 1 + bytes || !input.data[1])
		return E_MALFORMED;
	for (size_t i = 0; i < bytes; i++) {
		if (value >> (8 * sizeof(value) - 8))
			return E_MALFORMED;
		value = value << 8 | input.data[1 + i];
	}
	if (value <= SHORT_MAX)
		return E_MALFORMED;
	*length = value;
	return OK;
}

enum status rlp_get(struct rlp_item *out, struct bytes *input)
{
	uint8_t first;
	size_t head = 1, size, base;
	bool list;

	if (!input->size)
		return E_MALFORMED;
	first = input->data[0];
	list = first >= LIST_BASE;
	base = list ? LIST_BASE : STRING_BASE;
	if (first < STRING_BASE) {
		head = 0;
		size = 1;
	} else if (first - base <= SHORT_MAX) {
		size = first - base;
	} else {
		size_t bytes = first - base - SHORT_MAX;
		enum status status = long_length(&size, *input, bytes);

		if (status)
			return status;
		head += bytes;
	}
	if (size > input->size - head)
		return E_MALFORMED;
	if (head == 1 && !list && size == 1 && input->data[1] < STRING_BASE)
		return E_MALFORMED;
	*out = (struct rlp_item){ list, { input->data + head, size } };
	*input = bytes_of(input->data + head + size, input->size - head - size);
	return OK;
}
