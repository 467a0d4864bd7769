/* fuzz_cbor.c -- the strict reader takes only what the writer writes; the
 * lenient one ends, whatever it is given. */
#include <stdlib.h>
#include <string.h>

#include "base/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status rewrite(struct buffer *out, struct cbor_reader *r,
			   int depth);

static enum status rewrite_items(struct buffer *out, struct cbor_reader *r,
				 uint64_t count, int depth)
{
	enum status status = OK;

	while (count-- && !status)
		status = rewrite(out, r, depth);
	return status;
}

static enum status rewrite_array(struct buffer *out, struct cbor_reader *r,
				 int depth)
{
	uint64_t count;
	enum status status = cbor_get_array(r, &count);

	if (status)
		return status;
	cbor_put_array(out, count);
	return rewrite_items(out, r, count, depth - 1);
}

static enum status rewrite_map(struct buffer *out, struct cbor_reader *r,
			       int depth)
{
	uint64_t pairs;
	enum status status = cbor_get_map(r, &pairs);

	if (status)
		return status;
	if (pairs > UINT64_MAX / 2)
		return E_MALFORMED;
	cbor_put_map(out, pairs);
	return rewrite_items(out, r, 2 * pairs, depth - 1);
}

static enum status rewrite_number(struct buffer *out, struct cbor_reader *r)
{
	int64_t number;
	u128 wide;
	struct cbor_reader before = *r;

	if (!cbor_get_u128(r, &wide)) {
		cbor_put_u128(out, wide);
		return OK;
	}
	*r = before;
	if (cbor_get_signed(r, &number))
		return E_MALFORMED;
	cbor_put_signed(out, number);
	return OK;
}

static enum status rewrite_text(struct buffer *out, struct cbor_reader *r)
{
	char text[65536];
	struct bytes value;
	enum status status = cbor_get_text(r, &value);

	if (status || value.size >= sizeof(text) ||
	    (value.size && memchr(value.data, 0, value.size)))
		return status ? status : E_LIMIT;
	if (value.size)
		memcpy(text, value.data, value.size);
	text[value.size] = 0;
	cbor_put_text(out, text);
	return OK;
}

static enum status rewrite_simple(struct buffer *out, struct cbor_reader *r)
{
	struct cbor_reader before = *r;
	bool truth;

	if (!cbor_get_bool(r, &truth)) {
		cbor_put_bool(out, truth);
		return OK;
	}
	*r = before;
	if (cbor_get_null(r))
		return E_MALFORMED;
	cbor_put_null(out);
	return OK;
}

static enum status rewrite(struct buffer *out, struct cbor_reader *r, int depth)
{
	enum cbor_type type;
	struct bytes value;
	enum status status = depth ? cbor_peek(r, &type) : E_LIMIT;

	if (status)
		return status;
	switch (type) {
	case CBOR_UNSIGNED:
	case CBOR_NEGATIVE:
	case CBOR_TAG:
		return rewrite_number(out, r);
	case CBOR_BYTES:
		status = cbor_get_bytes(r, &value);
		if (!status)
			cbor_put_bytes(out, value);
		return status;
	case CBOR_TEXT:
		return rewrite_text(out, r);
	case CBOR_ARRAY:
		return rewrite_array(out, r, depth);
	case CBOR_MAP:
		return rewrite_map(out, r, depth);
	case CBOR_SIMPLE:
		return rewrite_simple(out, r);
	}
	return E_MALFORMED;
}

static void skip_all(struct bytes input)
{
	struct cbor_reader strict, lenient;
	enum status one, other;

	cbor_reader_init(&strict, input);
	cbor_reader_init_lenient(&lenient, input);
	one = cbor_skip(&strict);
	other = cbor_skip(&lenient);
	if (!one && (other || strict.position != lenient.position))
		abort(); /* lenient takes all that strict takes */
	if (strict.position > input.size || lenient.position > input.size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t again[65536];
	struct bytes input = bytes_of(data, size);
	struct cbor_reader reader;
	struct buffer out;

	if (size > sizeof(again))
		return 0;
	skip_all(input);
	cbor_reader_init(&reader, input);
	buffer_init(&out, again, sizeof(again));
	if (rewrite(&out, &reader, CBOR_DEPTH_MAX))
		return 0;
	if (!bytes_equal(buffer_bytes(&out), bytes_of(data, reader.position)))
		abort();
	return 0;
}
