/* abi_encode.c -- trees to bytes: heads with offsets, then tails. */
#include "governance/codec/abi.h"

/* A T[] or T[n] is a sequence of one member type, a tuple one of many. */
static const struct abi_type *item_type(const struct abi_type *type, size_t i)
{
	return type->kind == ABI_TUPLE ? &type->members[i] : type->members;
}

bool abi_is_word(enum abi_kind kind)
{
	switch (kind) {
	case ABI_UINT:
	case ABI_INT:
	case ABI_BOOL:
	case ABI_ADDRESS:
	case ABI_FIXED_BYTES:
		return true;
	case ABI_BYTES:
	case ABI_STRING:
	case ABI_LIST:
	case ABI_ARRAY:
	case ABI_TUPLE:
	case ABI_STRUCT:
		return false;
	}
	return false;
}

static bool shape_fits(const struct abi_type *type,
		       const struct abi_value *value)
{
	switch (type->kind) {
	case ABI_BYTES:
	case ABI_STRING:
	case ABI_LIST:
		return true;
	case ABI_ARRAY:
		return value->count == type->size;
	case ABI_TUPLE:
		return value->count == type->member_count;
	case ABI_STRUCT:
		return false;
	case ABI_UINT:
	case ABI_INT:
	case ABI_BOOL:
	case ABI_ADDRESS:
	case ABI_FIXED_BYTES:
		break;
	}
	return value->content.size == ABI_WORD_SIZE;
}

static bool is_blob(enum abi_kind kind)
{
	return kind == ABI_BYTES || kind == ABI_STRING;
}

static size_t padded(struct bytes content)
{
	return (content.size + 31) & ~(size_t)31;
}

static enum status add_size(size_t *total, size_t more)
{
	return __builtin_add_overflow(*total, more, total) ? E_LIMIT : OK;
}

/* Bytes of the value itself: without the offset word of a dynamic one. */
static enum status value_size(size_t *total, const struct abi_type *type,
			      const struct abi_value *value)
{
	enum status status = OK;

	if (!shape_fits(type, value))
		return E_INPUT;
	if (abi_is_word(type->kind))
		return add_size(total, ABI_WORD_SIZE);
	if (is_blob(type->kind))
		return add_size(total, ABI_WORD_SIZE + padded(value->content));
	if (type->kind == ABI_LIST)
		status = add_size(total, ABI_WORD_SIZE);
	for (size_t i = 0; i < value->count && !status; i++) {
		const struct abi_type *item = item_type(type, i);

		if (item->dynamic)
			status = add_size(total, ABI_WORD_SIZE);
		if (!status)
			status = value_size(total, item, &value->items[i]);
	}
	return status;
}

enum status abi_encoded_size(size_t *out, const struct abi_type *type,
			     const struct abi_value *value)
{
	size_t total = 0;
	enum status status = type->kind == ABI_TUPLE
				     ? value_size(&total, type, value)
				     : E_INPUT;

	if (!status)
		*out = total;
	return status;
}

static void put_size(struct buffer *out, size_t value)
{
	uint8_t word[ABI_WORD_SIZE];

	store_be256(word, value);
	buffer_append(out, word, sizeof(word));
}

static void put_blob(struct buffer *out, struct bytes content)
{
	static const uint8_t zeros[ABI_WORD_SIZE];

	put_size(out, content.size);
	buffer_append(out, content.data, content.size);
	buffer_append(out, zeros, padded(content) - content.size);
}

static enum status put_value(struct buffer *out, const struct abi_type *type,
			     const struct abi_value *value);

/* Writes the offset of what follows into the head's word. */
static void patch_offset(struct buffer *out, size_t start, size_t head)
{
	if (!out->overflow)
		store_be256(out->data + head, out->size - start);
}

static enum status put_sequence(struct buffer *out, const struct abi_type *type,
				const struct abi_value *value)
{
	size_t start = out->size, head = start;
	enum status status = OK;

	for (size_t i = 0; i < value->count && !status; i++) {
		const struct abi_type *item = item_type(type, i);

		if (item->dynamic)
			put_size(out, 0);
		else
			status = put_value(out, item, &value->items[i]);
	}
	for (size_t i = 0; i < value->count && !status; i++) {
		const struct abi_type *item = item_type(type, i);

		if (item->dynamic) {
			patch_offset(out, start, head);
			status = put_value(out, item, &value->items[i]);
		}
		head += ABI_WORD_SIZE * item->head_words;
	}
	return status;
}

static enum status put_value(struct buffer *out, const struct abi_type *type,
			     const struct abi_value *value)
{
	enum status status;

	if (!shape_fits(type, value))
		return E_INPUT;
	if (abi_is_word(type->kind)) {
		status = abi_check_word(type, value->content.data);
		if (!status)
			buffer_append(out, value->content.data, ABI_WORD_SIZE);
		return status;
	}
	if (is_blob(type->kind)) {
		put_blob(out, value->content);
		return OK;
	}
	if (type->kind == ABI_LIST)
		put_size(out, value->count);
	return put_sequence(out, type, value);
}

enum status abi_encode(struct buffer *out, const struct abi_type *type,
		       const struct abi_value *value)
{
	enum status status = type->kind == ABI_TUPLE
				     ? put_value(out, type, value)
				     : E_INPUT;

	return !status && out->overflow ? E_LIMIT : status;
}
