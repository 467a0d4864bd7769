/* abi_decode.c -- bytes of a contract's answer to trees.  Every position is
 * checked against the end; the arena bounds how much a small input can grow. */
#include "governance/codec/abi.h"

struct decoder {
	struct bytes input;
	struct arena *arena;
};

static enum status get_value(struct decoder *decoder, struct abi_value *out,
			     const struct abi_type *type, size_t at);

static enum status get_word(const struct decoder *decoder, struct bytes *word,
			    size_t at)
{
	if (decoder->input.size < ABI_WORD_SIZE ||
	    at > decoder->input.size - ABI_WORD_SIZE)
		return E_MALFORMED;
	*word = bytes_of(decoder->input.data + at, ABI_WORD_SIZE);
	return OK;
}

/* A length or offset: at most the bytes that are left after `at`. */
static enum status get_size(const struct decoder *decoder, size_t *out,
			    size_t at, size_t from)
{
	struct bytes word;
	u128 value;
	enum status status = get_word(decoder, &word, at);

	if (!status)
		status = load_be256(&value, word.data);
	if (status || from > decoder->input.size ||
	    value > decoder->input.size - from)
		return E_MALFORMED;
	*out = (size_t)value;
	return OK;
}

static enum status get_blob(const struct decoder *decoder, struct abi_value *out,
			    size_t at)
{
	size_t size, from = at + ABI_WORD_SIZE;
	enum status status = get_size(decoder, &size, at, from);

	if (status)
		return status;
	if (((size + 31) & ~(size_t)31) > decoder->input.size - from)
		return E_MALFORMED;
	out->content = bytes_of(decoder->input.data + from, size);
	return OK;
}

/* Do `count` heads from `start` on lie within the input? */
static bool heads_fit(const struct decoder *decoder, size_t count,
		      const struct abi_type *type, size_t start)
{
	size_t least = ABI_WORD_SIZE;

	if (type->kind == ABI_TUPLE)
		return true; /* few, and each is checked */
	least *= type->members->head_words;
	return start <= decoder->input.size &&
	       count <= (decoder->input.size - start) / least;
}

/* out->count items whose heads begin at `start`. */
static enum status get_items(struct decoder *decoder, struct abi_value *out,
			     const struct abi_type *type, size_t start)
{
	struct abi_value *items;
	size_t head = start;
	enum status status;

	if (!heads_fit(decoder, out->count, type, start))
		return E_MALFORMED;
	items = ARENA_NEW(decoder->arena, struct abi_value, out->count);
	status = items ? OK : E_LIMIT;
	for (size_t i = 0; i < out->count && !status; i++) {
		const struct abi_type *item = type->kind == ABI_TUPLE
						      ? &type->members[i]
						      : type->members;
		size_t offset = head - start;

		if (item->dynamic)
			status = get_size(decoder, &offset, head, start);
		if (!status)
			status = get_value(decoder, &items[i], item,
					   start + offset);
		head += ABI_WORD_SIZE * item->head_words;
	}
	out->items = items;
	return status;
}

static enum status get_list(struct decoder *decoder, struct abi_value *out,
			    const struct abi_type *type, size_t at)
{
	size_t from = at + ABI_WORD_SIZE;
	enum status status = get_size(decoder, &out->count, at, from);

	return status ? status : get_items(decoder, out, type, from);
}

static enum status get_value(struct decoder *decoder, struct abi_value *out,
			     const struct abi_type *type, size_t at)
{
	enum status status;

	*out = (struct abi_value){ 0 };
	switch (type->kind) {
	case ABI_UINT:
	case ABI_INT:
	case ABI_BOOL:
	case ABI_ADDRESS:
	case ABI_FIXED_BYTES:
		status = get_word(decoder, &out->content, at);
		return status ? status
			      : abi_check_word(type, out->content.data);
	case ABI_BYTES:
	case ABI_STRING:
		return get_blob(decoder, out, at);
	case ABI_LIST:
		return get_list(decoder, out, type, at);
	case ABI_ARRAY:
		out->count = type->size;
		return get_items(decoder, out, type, at);
	case ABI_TUPLE:
		out->count = type->member_count;
		return get_items(decoder, out, type, at);
	case ABI_STRUCT:
		break;
	}
	return E_INPUT;
}

enum status abi_decode(struct abi_value *out, const struct abi_type *type,
		       struct bytes input, struct arena *arena)
{
	struct decoder decoder = { input, arena };
	struct abi_value value;
	enum status status = type->kind == ABI_TUPLE
				     ? get_value(&decoder, &value, type, 0)
				     : E_INPUT;

	if (!status)
		*out = value;
	return status;
}
