/* fields.c -- see fields.h. */
#include "case/fields.h"

#include <assert.h>
#include <string.h>

static uint64_t load_unsigned(const void *from, size_t size)
{
	uint64_t v64 = 0;
	uint32_t v32;
	uint16_t v16;
	uint8_t v8;

	switch (size) {
	case 1: memcpy(&v8, from, 1); return v8;
	case 2: memcpy(&v16, from, 2); return v16;
	case 4: memcpy(&v32, from, 4); return v32;
	default: assert(size == 8); memcpy(&v64, from, 8); return v64;
	}
}

static enum status save_unsigned(void *to, size_t size, uint64_t value)
{
	uint32_t v32 = (uint32_t)value;
	uint16_t v16 = (uint16_t)value;
	uint8_t v8 = (uint8_t)value;

	if (size < 8 && value >> (8 * size))
		return E_RANGE;
	switch (size) {
	case 1: memcpy(to, &v8, 1); return OK;
	case 2: memcpy(to, &v16, 2); return OK;
	case 4: memcpy(to, &v32, 4); return OK;
	default: assert(size == 8); memcpy(to, &value, 8); return OK;
	}
}

static int64_t load_signed(const void *from, size_t size)
{
	int64_t v64 = 0;
	int32_t v32;

	if (size == 4) {
		memcpy(&v32, from, 4);
		return v32;
	}
	assert(size == 8);
	memcpy(&v64, from, 8);
	return v64;
}

static enum status save_signed(void *to, size_t size, int64_t value)
{
	int32_t v32 = (int32_t)value;

	if (size == 8) {
		memcpy(to, &value, 8);
		return OK;
	}
	assert(size == 4);
	if (v32 != value)
		return E_RANGE;
	memcpy(to, &v32, 4);
	return OK;
}

static void encode_one(struct buffer *out, const uint8_t *at,
		       const struct field *field)
{
	u128 wide;
	bool flag;

	switch (field->type) {
	case FIELD_BOOL:
		memcpy(&flag, at, sizeof(flag));
		cbor_put_bool(out, flag);
		return;
	case FIELD_UNSIGNED:
		cbor_put_unsigned(out, load_unsigned(at, field->size));
		return;
	case FIELD_SIGNED:
		cbor_put_signed(out, load_signed(at, field->size));
		return;
	case FIELD_U128:
		memcpy(&wide, at, sizeof(wide));
		cbor_put_u128(out, wide);
		return;
	case FIELD_BYTES:
		cbor_put_bytes(out, bytes_of(at, field->size));
		return;
	case FIELD_TEXT:
		cbor_put_text(out, (const char *)at);
		return;
	}
}

void fields_encode(struct buffer *out, const void *object,
		   const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		encode_one(out, (const uint8_t *)object + fields[i].offset,
			   &fields[i]);
}

static enum status decode_text(uint8_t *at, size_t size,
			       struct cbor_reader *reader)
{
	struct bytes text;
	enum status status = cbor_get_text(reader, &text);

	if (status)
		return status;
	if (text.size >= size)
		return E_MALFORMED;
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < 0x20 || text.data[i] > 0x7e)
			return E_MALFORMED;
	memset(at, 0, size);
	if (text.size)
		memcpy(at, text.data, text.size);
	return OK;
}

static enum status decode_integer(uint8_t *at, struct cbor_reader *reader,
				  const struct field *field)
{
	enum status status;
	uint64_t value;
	int64_t negative;

	if (field->type == FIELD_UNSIGNED) {
		status = cbor_get_unsigned(reader, &value);
		return status ? status : save_unsigned(at, field->size, value);
	}
	status = cbor_get_signed(reader, &negative);
	return status ? status : save_signed(at, field->size, negative);
}

static enum status decode_one(uint8_t *at, struct cbor_reader *reader,
			      const struct field *field)
{
	enum status status;
	bool flag;
	u128 wide;

	switch (field->type) {
	case FIELD_BOOL:
		status = cbor_get_bool(reader, &flag);
		if (!status)
			memcpy(at, &flag, sizeof(flag));
		return status;
	case FIELD_UNSIGNED:
	case FIELD_SIGNED:
		return decode_integer(at, reader, field);
	case FIELD_U128:
		status = cbor_get_u128(reader, &wide);
		if (!status)
			memcpy(at, &wide, sizeof(wide));
		return status;
	case FIELD_BYTES:
		return cbor_get_fixed(reader, at, field->size);
	case FIELD_TEXT:
		return decode_text(at, field->size, reader);
	}
	return E_MALFORMED;
}

enum status fields_decode(void *object, struct cbor_reader *reader,
			  const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum status status =
			decode_one((uint8_t *)object + fields[i].offset,
				   reader, &fields[i]);

		if (status)
			return status == E_RANGE ? E_MALFORMED : status;
	}
	return OK;
}

enum status record_decode(void *object, struct cbor_reader *reader,
			  const struct field *fields, size_t count)
{
	enum status status = cbor_expect_array(reader, count);

	return status ? status : fields_decode(object, reader, fields, count);
}

enum status record_open(struct cbor_reader *reader, size_t members,
			uint64_t version)
{
	uint64_t read = 0;
	enum status status = cbor_expect_array(reader, members);

	if (!status)
		status = cbor_get_unsigned(reader, &read);
	return !status && read != version ? E_MALFORMED : status;
}

enum status list_open(size_t *count, struct cbor_reader *reader, size_t most)
{
	uint64_t read = 0;
	enum status status = cbor_get_array(reader, &read);

	if (status)
		return status;
	if (read > most)
		return E_MALFORMED;
	*count = (size_t)read;
	return OK;
}
