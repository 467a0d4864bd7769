/* abi_read.c -- the reads of abi.h: words, bytes and arrays of an answer. */
#include <string.h>

#include "governance/codec/abi.h"

enum status abi_read_word(uint8_t out32[WORD_SIZE], struct bytes data,
			  size_t index)
{
	if (index >= data.size / WORD_SIZE)
		return E_MALFORMED;
	memcpy(out32, data.data + index * WORD_SIZE, WORD_SIZE);
	return OK;
}

/* What the offset in head word `index` points at: a length and the rest. */
static enum status follow(uint64_t *length, struct bytes *rest,
			  struct bytes data, size_t index)
{
	uint8_t word[WORD_SIZE];
	u128 offset, count;
	enum status status = abi_read_word(word, data, index);

	if (status)
		return status;
	if (load_be256(&offset, word) || offset > data.size ||
	    data.size - (size_t)offset < WORD_SIZE)
		return E_MALFORMED;
	*rest = bytes_of(data.data + (size_t)offset,
			 data.size - (size_t)offset);
	if (load_be256(&count, rest->data) || count > data.size)
		return E_MALFORMED;
	*length = (uint64_t)count;
	*rest = bytes_of(rest->data + WORD_SIZE, rest->size - WORD_SIZE);
	return OK;
}

enum status abi_read_bytes(struct bytes *out, struct bytes data, size_t index)
{
	uint64_t length;
	struct bytes rest;
	enum status status = follow(&length, &rest, data, index);

	if (status)
		return status;
	if (length > rest.size)
		return E_MALFORMED;
	*out = bytes_of(rest.data, (size_t)length);
	return OK;
}

enum status abi_read_array(struct bytes *elements, size_t *count,
			   struct bytes data, size_t index,
			   size_t element_words)
{
	uint64_t length;
	struct bytes rest;
	enum status status = follow(&length, &rest, data, index);

	if (status)
		return status;
	if ((u128)length * element_words * WORD_SIZE > rest.size)
		return E_MALFORMED;
	*elements = rest;
	*count = (size_t)length;
	return OK;
}
