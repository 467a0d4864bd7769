/* bytes.c -- see bytes.h. */
#include "base/bytes.h"

#include <string.h>

struct bytes bytes_of(const void *data, size_t size)
{
	return (struct bytes){ data, size };
}

struct bytes bytes_of_string(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.size == b.size && (!a.size || !memcmp(a.data, b.data, a.size));
}

void buffer_init(struct buffer *buffer, void *data, size_t capacity)
{
	*buffer = (struct buffer){ data, 0, capacity, false };
}

enum status buffer_from_arena(struct buffer *buffer, struct arena *arena,
			      size_t capacity)
{
	void *data = arena_allocate(arena, capacity, 1);

	if (!data)
		return E_LIMIT;
	buffer_init(buffer, data, capacity);
	return OK;
}

void buffer_append(struct buffer *buffer, const void *data, size_t size)
{
	if (buffer->overflow || size > buffer->capacity - buffer->size) {
		buffer->overflow = true;
		return;
	}
	if (size)
		memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
}

void buffer_append_byte(struct buffer *buffer, uint8_t byte)
{
	buffer_append(buffer, &byte, 1);
}

struct bytes buffer_bytes(const struct buffer *buffer)
{
	return (struct bytes){ buffer->data, buffer->size };
}

static void store(uint8_t *out, size_t size, u128 value)
{
	for (size_t i = size; i > 0; i--, value >>= 8)
		out[i - 1] = (uint8_t)value;
}

static u128 load(const uint8_t *in, size_t size)
{
	u128 value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | in[i];
	return value;
}

void store_be16(uint8_t out[2], uint16_t value)
{
	store(out, 2, value);
}

void store_be32(uint8_t out[4], uint32_t value)
{
	store(out, 4, value);
}

void store_be64(uint8_t out[8], uint64_t value)
{
	store(out, 8, value);
}

void store_be128(uint8_t out[16], u128 value)
{
	store(out, 16, value);
}

uint16_t load_be16(const uint8_t in[2])
{
	return (uint16_t)load(in, 2);
}

uint32_t load_be32(const uint8_t in[4])
{
	return (uint32_t)load(in, 4);
}

uint64_t load_be64(const uint8_t in[8])
{
	return (uint64_t)load(in, 8);
}

u128 load_be128(const uint8_t in[16])
{
	return load(in, 16);
}

void store_be256(uint8_t out[32], u128 value)
{
	memset(out, 0, 16);
	store(out + 16, 16, value);
}

enum status load_be256(u128 *value, const uint8_t in[32])
{
	if (load(in, 16))
		return E_RANGE;
	*value = load(in + 16, 16);
	return OK;
}
