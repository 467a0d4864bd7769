/* bytes.h -- borrowed byte strings, bounded output buffers, big-endian words.
 *
 * Pure.  A struct bytes lends; a struct buffer writes into memory that the
 * caller owns and remembers if it overflowed, so a writer checks once. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

__extension__ typedef unsigned __int128 u128;
__extension__ typedef __int128 i128;

struct bytes {
	const uint8_t *data;
	size_t size;
};

struct buffer {
	uint8_t *data;
	size_t size;      /* bytes written */
	size_t capacity;  /* bytes available */
	bool overflow;    /* something did not fit; contents are then unusable */
};

struct bytes bytes_of(const void *data, size_t size);
struct bytes bytes_of_string(const char *text);
bool bytes_equal(struct bytes a, struct bytes b);

void buffer_init(struct buffer *buffer, void *data, size_t capacity);
/** buffer_from_arena - E_LIMIT when the arena has no room for `capacity`. */
MUST_CHECK enum status buffer_from_arena(struct buffer *buffer,
					 struct arena *arena, size_t capacity);
void buffer_append(struct buffer *buffer, const void *data, size_t size);
void buffer_append_byte(struct buffer *buffer, uint8_t byte);
struct bytes buffer_bytes(const struct buffer *buffer);

void store_be16(uint8_t out[2], uint16_t value);
void store_be32(uint8_t out[4], uint32_t value);
void store_be64(uint8_t out[8], uint64_t value);
void store_be128(uint8_t out[16], u128 value);
uint16_t load_be16(const uint8_t in[2]);
uint32_t load_be32(const uint8_t in[4]);
uint64_t load_be64(const uint8_t in[8]);
u128 load_be128(const uint8_t in[16]);

/** u256 words as the EVM lays them out: 32 bytes, big-endian. */
void store_be256(uint8_t out[32], u128 value);
/** load_be256 - E_RANGE when the value needs more than 128 bits. */
MUST_CHECK enum status load_be256(u128 *value, const uint8_t in[32]);

#endif
