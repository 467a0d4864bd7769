/* abi.c -- values of abi.h to bytes; types are in abi_type.c. */
#include "governance/codec/abi.h"

#include <string.h>

#include "crypto/hex.h"

struct encoder {
	struct buffer *out;
	struct codec_trouble *trouble;
};

static enum status put_value(struct encoder *e, const struct abi_type *type,
			     const struct tree *value);

static enum status mistyped(struct codec_trouble *trouble,
			    const struct abi_type *type, const char *reason)
{
	return codec_trouble(trouble, E_MALFORMED, reason, type->text);
}

static enum status integer_word(uint8_t out32[WORD_SIZE],
				const struct abi_type *type,
				const struct tree *value,
				struct codec_trouble *trouble)
{
	struct integer_range range = { type->size, type->kind == ABI_SIGNED };
	enum status status = E_MALFORMED;

	if (value->kind == TREE_NUMBER || value->kind == TREE_TEXT)
		status = integer_parse(out32, range, value->text);
	return status ? codec_trouble(trouble, status,
				      status == E_RANGE
					      ? "the number does not fit"
					      : "the value is not an integer",
				      type->text)
		      : OK;
}

static enum status bool_word(uint8_t out32[WORD_SIZE],
			     const struct abi_type *type,
			     const struct tree *value,
			     struct codec_trouble *trouble)
{
	if (value->kind != TREE_BOOL)
		return mistyped(trouble, type, "the value is not true or false");
	store_be256(out32, value->truth);
	return OK;
}

static bool has_hex_prefix(const struct tree *value)
{
	return value->kind == TREE_TEXT && value->text.size >= 2 &&
	       value->text.data[0] == '0' && value->text.data[1] == 'x';
}

static enum status address_word(uint8_t out32[WORD_SIZE],
				const struct abi_type *type,
				const struct tree *value,
				struct codec_trouble *trouble)
{
	uint8_t address[ADDRESS_SIZE];

	if (value->kind != TREE_TEXT || address_parse(address, value->text))
		return mistyped(trouble, type,
				"the value is not an address, or its checksum "
				"is wrong");
	memset(out32, 0, WORD_SIZE);
	memcpy(out32 + WORD_SIZE - ADDRESS_SIZE, address, ADDRESS_SIZE);
	return OK;
}

static enum status bytes_word(uint8_t out32[WORD_SIZE],
			      const struct abi_type *type,
			      const struct tree *value,
			      struct codec_trouble *trouble)
{
	uint8_t word[WORD_SIZE] = { 0 };

	if (!has_hex_prefix(value) ||
	    hex_decode_fixed(word, type->size, value->text))
		return mistyped(trouble, type,
				"the value is not 0x and digits of this length");
	memcpy(out32, word, WORD_SIZE);
	return OK;
}

enum status abi_word(uint8_t out32[WORD_SIZE], const struct abi_type *type,
		     const struct tree *value, struct codec_trouble *trouble)
{
	switch (type->kind) {
	case ABI_UNSIGNED:
	case ABI_SIGNED:
		return integer_word(out32, type, value, trouble);
	case ABI_ADDRESS:
		return address_word(out32, type, value, trouble);
	case ABI_BOOL:
		return bool_word(out32, type, value, trouble);
	case ABI_FIXED_BYTES:
		return bytes_word(out32, type, value, trouble);
	case ABI_BYTES:
	case ABI_STRING:
	case ABI_ARRAY:
	case ABI_FIXED_ARRAY:
	case ABI_TUPLE:
		break;
	}
	return mistyped(trouble, type, "the type is not a single word");
}

static enum status check_content(size_t *size, const struct abi_type *type,
				 const struct tree *value,
				 struct codec_trouble *trouble)
{
	if (type->kind == ABI_STRING) {
		if (value->kind != TREE_TEXT)
			return mistyped(trouble, type, "the value is not text");
		*size = value->text.size;
		return OK;
	}
	if (type->kind != ABI_BYTES || !has_hex_prefix(value))
		return mistyped(trouble, type,
				"the value is not 0x and digits");
	*size = (value->text.size - 2) / 2;
	return OK;
}

static enum status copy_content(uint8_t *out, size_t size,
				const struct abi_type *type,
				const struct tree *value,
				struct codec_trouble *trouble)
{
	if (type->kind == ABI_STRING) {
		if (size)
			memcpy(out, value->text.data, size);
		return OK;
	}
	if (hex_decode_fixed(out, size, value->text))
		return mistyped(trouble, type,
				"the value is not 0x and digits");
	return OK;
}

enum status abi_content(struct bytes *out, struct arena *arena,
			const struct abi_type *type, const struct tree *value,
			struct codec_trouble *trouble)
{
	size_t size = 0;
	uint8_t *data;
	enum status status = check_content(&size, type, value, trouble);

	if (status)
		return status;
	data = arena_allocate(arena, size, 1);
	if (!data)
		return codec_trouble(trouble, E_LIMIT, "too large", type->text);
	status = copy_content(data, size, type, value, trouble);
	if (!status)
		*out = bytes_of(data, size);
	return status;
}

/* `size` zero bytes more; NULL when they do not fit. */
static uint8_t *extend(struct buffer *out, size_t size)
{
	uint8_t *at;

	if (out->overflow || size > out->capacity - out->size) {
		out->overflow = true;
		return NULL;
	}
	at = out->data + out->size;
	memset(at, 0, size);
	out->size += size;
	return at;
}

static enum status full(struct encoder *e)
{
	return codec_trouble(e->trouble, E_LIMIT, "the encoding is too large",
			     bytes_of("", 0));
}

static void put_number(struct encoder *e, u128 value)
{
	uint8_t word[WORD_SIZE];

	store_be256(word, value);
	buffer_append(e->out, word, WORD_SIZE);
}

static enum status put_content(struct encoder *e, const struct abi_type *type,
			       const struct tree *value)
{
	size_t size = 0;
	uint8_t *at;
	enum status status = check_content(&size, type, value, e->trouble);

	if (status)
		return status;
	put_number(e, size);
	at = extend(e->out, (size + WORD_SIZE - 1) / WORD_SIZE * WORD_SIZE);
	return at ? copy_content(at, size, type, value, e->trouble) : full(e);
}

/* A walk over members and their values: of a tuple, or equal elements. */
struct walk {
	const struct abi_type *type;
	const struct tree *value;
	bool repeats;         /* type stays the same */
	const struct tree *by_name; /* the object that values are looked up in */
};

static void settle(struct walk *w)
{
	if (w->by_name)
		w->value = w->type ? tree_member(w->by_name, w->type->name)
				   : NULL;
}

static struct walk walk_begin(const struct abi_type *type,
			      const struct tree *values)
{
	struct walk w = { type->first, values->first,
			  type->kind != ABI_TUPLE,
			  values->kind == TREE_OBJECT ? values : NULL };

	settle(&w);
	return w;
}

static void walk_next(struct walk *w)
{
	if (!w->repeats)
		w->type = w->type->next;
	if (!w->by_name)
		w->value = w->value->next;
	settle(w);
}

static size_t head_bytes(const struct abi_type *type)
{
	return type->head_words * WORD_SIZE;
}

/* The static members, and room for the offsets of the dynamic ones. */
static enum status put_heads(struct encoder *e, struct walk w, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++, walk_next(&w)) {
		enum status status = OK;

		if (!w.value)
			return codec_trouble(e->trouble, E_INPUT,
					     "a member is missing",
					     w.type->name);
		if (w.type->dynamic)
			put_number(e, 0);
		else
			status = put_value(e, w.type, w.value);
		if (status)
			return status;
	}
	return OK;
}

static enum status put_tails(struct encoder *e, struct walk w, uint64_t count,
			     size_t start)
{
	size_t head = start;

	for (uint64_t i = 0; i < count; i++, walk_next(&w)) {
		enum status status;

		if (w.type->dynamic) {
			if (e->out->overflow)
				return full(e);
			store_be256(e->out->data + head, e->out->size - start);
			status = put_value(e, w.type, w.value);
			if (status)
				return status;
		}
		head += head_bytes(w.type);
	}
	return OK;
}

static enum status put_sequence(struct encoder *e, const struct abi_type *type,
				const struct tree *values, uint64_t count)
{
	size_t start = e->out->size;
	struct walk w = walk_begin(type, values);
	enum status status = put_heads(e, w, count);

	return status ? status : put_tails(e, w, count, start);
}

static enum status put_list(struct encoder *e, const struct abi_type *type,
			    const struct tree *values)
{
	bool tuple = type->kind == ABI_TUPLE;

	if (values->kind != TREE_LIST && !(tuple && values->kind == TREE_OBJECT))
		return mistyped(e->trouble, type,
				tuple ? "the value is not a list or an object"
				      : "the value is not a list");
	if (values->kind == TREE_LIST && type->kind != ABI_ARRAY &&
	    values->count != type->count)
		return codec_trouble(e->trouble, E_INPUT,
				     "the number of values differs",
				     type->text);
	if (type->kind == ABI_ARRAY)
		put_number(e, values->count);
	return put_sequence(e, type, values, tuple ? type->count : values->count);
}

static enum status put_value(struct encoder *e, const struct abi_type *type,
			     const struct tree *value)
{
	uint8_t word[WORD_SIZE];
	enum status status;

	switch (type->kind) {
	case ABI_BYTES:
	case ABI_STRING:
		return put_content(e, type, value);
	case ABI_ARRAY:
	case ABI_FIXED_ARRAY:
	case ABI_TUPLE:
		return put_list(e, type, value);
	case ABI_UNSIGNED:
	case ABI_SIGNED:
	case ABI_ADDRESS:
	case ABI_BOOL:
	case ABI_FIXED_BYTES:
		break;
	}
	status = abi_word(word, type, value, e->trouble);
	if (!status)
		buffer_append(e->out, word, WORD_SIZE);
	return status;
}

enum status abi_encode(struct buffer *out, const struct abi_type *tuple,
		       const struct tree *values, struct codec_trouble *trouble)
{
	struct encoder e = { out, trouble };
	enum status status = put_list(&e, tuple, values);

	return !status && out->overflow ? full(&e) : status;
}
