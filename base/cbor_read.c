/* cbor_read.c -- the reader half of cbor.h. */
#include "base/cbor.h"

#include <string.h>

#define SIMPLE_FALSE 20
#define SIMPLE_TRUE 21
#define SIMPLE_NULL 22
#define TAG_BIGNUM 2
#define BREAK 0xff
#define INDEFINITE UINT64_MAX

struct head {
	enum cbor_type type;
	uint64_t value;
	bool indefinite;
	size_t size; /* bytes of the head */
};

void cbor_reader_init(struct cbor_reader *reader, struct bytes input)
{
	*reader = (struct cbor_reader){ input.data, input.size, 0, false };
}

void cbor_reader_init_lenient(struct cbor_reader *reader, struct bytes input)
{
	*reader = (struct cbor_reader){ input.data, input.size, 0, true };
}

static bool is_shortest(uint64_t value, size_t size)
{
	switch (size) {
	case 1: return value >= 24;
	case 2: return value > UINT8_MAX;
	case 4: return value > UINT16_MAX;
	default: return value > UINT32_MAX;
	}
}

static enum status read_argument(struct head *head, const uint8_t *at,
				 size_t left, bool lenient)
{
	size_t size = (size_t)1 << ((at[0] & 31) - 24);

	if (left < 1 + size)
		return E_MALFORMED;
	for (size_t i = 0; i < size; i++)
		head->value = head->value << 8 | at[1 + i];
	head->size = 1 + size;
	if (head->type == CBOR_SIMPLE)
		return E_MALFORMED; /* floats and long simple values */
	return lenient || is_shortest(head->value, size) ? OK : E_MALFORMED;
}

static enum status peek_head(struct head *out, const struct cbor_reader *r)
{
	size_t left = r->size - r->position;
	const uint8_t *at = r->data + r->position;
	struct head head = { CBOR_UNSIGNED, 0, false, 1 };
	uint8_t low;

	if (!left)
		return E_MALFORMED;
	head.type = (enum cbor_type)(at[0] >> 5);
	low = at[0] & 31;
	if (low < 24) {
		head.value = low;
	} else if (low <= 27) {
		enum status status = read_argument(&head, at, left, r->lenient);

		if (status)
			return status;
	} else if (low == 31 && r->lenient && head.type >= CBOR_BYTES &&
		   head.type <= CBOR_MAP) {
		head.indefinite = true;
		head.value = INDEFINITE;
	} else {
		return E_MALFORMED;
	}
	*out = head;
	return OK;
}

static enum status take_head(struct head *head, struct cbor_reader *r,
			     enum cbor_type type)
{
	enum status status = peek_head(head, r);

	if (status)
		return status;
	if (head->type != type)
		return E_MALFORMED;
	r->position += head->size;
	return OK;
}

enum status cbor_peek(const struct cbor_reader *reader, enum cbor_type *type)
{
	struct head head;
	enum status status = peek_head(&head, reader);

	if (!status)
		*type = head.type;
	return status;
}

enum status cbor_get_unsigned(struct cbor_reader *r, uint64_t *out)
{
	struct head head;
	enum status status = take_head(&head, r, CBOR_UNSIGNED);

	if (!status)
		*out = head.value;
	return status;
}

enum status cbor_get_signed(struct cbor_reader *r, int64_t *out)
{
	struct head head;
	enum status status = peek_head(&head, r);

	if (status)
		return status;
	if (head.type != CBOR_UNSIGNED && head.type != CBOR_NEGATIVE)
		return E_MALFORMED;
	if (head.value > INT64_MAX)
		return E_RANGE;
	r->position += head.size;
	*out = head.type == CBOR_UNSIGNED ? (int64_t)head.value
					  : -(int64_t)head.value - 1;
	return OK;
}

static enum status get_bignum(struct cbor_reader *r, u128 *out)
{
	struct head head;
	struct bytes bytes;
	u128 value = 0;
	enum status status = take_head(&head, r, CBOR_TAG);

	if (!status && head.value != TAG_BIGNUM)
		status = E_MALFORMED;
	if (!status)
		status = cbor_get_bytes(r, &bytes);
	if (status)
		return status;
	if (bytes.size > 16)
		return E_RANGE;
	if (bytes.size <= 8 || !bytes.data[0])
		return E_MALFORMED; /* the writer would have been shorter */
	for (size_t i = 0; i < bytes.size; i++)
		value = value << 8 | bytes.data[i];
	*out = value;
	return OK;
}

enum status cbor_get_u128(struct cbor_reader *r, u128 *out)
{
	enum cbor_type type;
	uint64_t value;
	enum status status = cbor_peek(r, &type);

	if (status)
		return status;
	if (type == CBOR_TAG)
		return get_bignum(r, out);
	status = cbor_get_unsigned(r, &value);
	if (!status)
		*out = value;
	return status;
}

static enum status get_string(struct cbor_reader *r, struct bytes *out,
			      enum cbor_type type)
{
	struct head head;
	struct cbor_reader saved = *r;
	enum status status = take_head(&head, r, type);

	if (!status && (head.indefinite || head.value > r->size - r->position))
		status = E_MALFORMED;
	if (status) {
		*r = saved;
		return status;
	}
	*out = bytes_of(r->data + r->position, (size_t)head.value);
	r->position += (size_t)head.value;
	return OK;
}

enum status cbor_get_bytes(struct cbor_reader *r, struct bytes *out)
{
	return get_string(r, out, CBOR_BYTES);
}

enum status cbor_get_text(struct cbor_reader *r, struct bytes *out)
{
	return get_string(r, out, CBOR_TEXT);
}

enum status cbor_get_fixed(struct cbor_reader *r, uint8_t *out, size_t size)
{
	struct bytes bytes;
	enum status status = cbor_get_bytes(r, &bytes);

	if (status)
		return status;
	if (bytes.size != size)
		return E_MALFORMED;
	memcpy(out, bytes.data, size);
	return OK;
}

enum status cbor_get_bool(struct cbor_reader *r, bool *out)
{
	struct head head;
	enum status status = take_head(&head, r, CBOR_SIMPLE);

	if (status)
		return status;
	if (head.value != SIMPLE_FALSE && head.value != SIMPLE_TRUE)
		return E_MALFORMED;
	*out = head.value == SIMPLE_TRUE;
	return OK;
}

enum status cbor_get_null(struct cbor_reader *r)
{
	struct head head;
	enum status status = take_head(&head, r, CBOR_SIMPLE);

	return !status && head.value != SIMPLE_NULL ? E_MALFORMED : status;
}

enum status cbor_get_array(struct cbor_reader *r, uint64_t *count)
{
	struct head head;
	enum status status = take_head(&head, r, CBOR_ARRAY);

	if (!status)
		*count = head.value;
	return status;
}

enum status cbor_get_map(struct cbor_reader *r, uint64_t *pairs)
{
	struct head head;
	enum status status = take_head(&head, r, CBOR_MAP);

	if (!status)
		*pairs = head.value;
	return status;
}

enum status cbor_expect_array(struct cbor_reader *r, uint64_t count)
{
	uint64_t found = 0;
	enum status status = cbor_get_array(r, &found);

	return !status && found != count ? E_MALFORMED : status;
}

bool cbor_at_break(struct cbor_reader *r)
{
	if (!r->lenient || r->position >= r->size ||
	    r->data[r->position] != BREAK)
		return false;
	r->position++;
	return true;
}

static enum status skip_item(struct cbor_reader *r, int depth);

static enum status skip_members(struct cbor_reader *r, const struct head *head,
				int depth)
{
	uint64_t factor = head->type == CBOR_MAP ? 2 : 1;

	for (uint64_t i = 0; head->indefinite || i < head->value; i++) {
		if (head->indefinite && cbor_at_break(r))
			return OK;
		for (uint64_t k = 0; k < factor; k++) {
			enum status status = skip_item(r, depth - 1);

			if (status)
				return status;
		}
	}
	return OK;
}

static enum status skip_item(struct cbor_reader *r, int depth)
{
	struct head head;
	struct bytes ignored;
	enum status status = depth ? peek_head(&head, r) : E_MALFORMED;

	if (status)
		return status;
	if (!head.indefinite &&
	    (head.type == CBOR_BYTES || head.type == CBOR_TEXT))
		return get_string(r, &ignored, head.type);
	r->position += head.size;
	if (head.type == CBOR_TAG)
		return skip_item(r, depth - 1);
	if (head.type < CBOR_BYTES || head.type == CBOR_SIMPLE)
		return OK;
	return skip_members(r, &head, depth);
}

enum status cbor_skip(struct cbor_reader *r)
{
	struct cbor_reader saved = *r;
	enum status status = skip_item(r, CBOR_DEPTH_MAX);

	if (status)
		*r = saved;
	return status;
}

enum status cbor_finish(const struct cbor_reader *r)
{
	return r->position == r->size ? OK : E_MALFORMED;
}
