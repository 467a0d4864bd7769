/* copy_binary.c -- see copy_binary.h.
 *
 * A numeric is digits of base 10,000, the first worth 10,000^weight; neither
 * leading nor trailing zero digits are sent, as the server stores it. */
#include "sql/copy_binary.h"

#include <string.h>

#define EPOCH_2000_MS 946684800000
#define BASE 10000u
#define BASE_DIGITS 4        /* decimal ones in a digit */
#define NUMERIC_DIGITS 10    /* of 2^128 */
#define NUMERIC_NEGATIVE 0x4000u
#define LIMB 10000000000000000u /* BASE^4 */

static uint8_t *room(struct text *out, size_t size)
{
	static const char zeros[64];

	text_add(out, zeros, size);
	return (uint8_t *)out->data + out->size - size;
}

void copy_binary_start(struct text *out)
{
	static const char header[19] = "PGCOPY\n\377\r\n"; /* then zeros */

	text_add(out, header, sizeof(header));
}

void copy_binary_row(struct text *out, int fields)
{
	store_be16(room(out, 2), (uint16_t)fields);
}

void copy_binary_end(struct text *out)
{
	store_be16(room(out, 2), 0xffff);
}

void copy_binary_null(struct text *out)
{
	store_be32(room(out, 4), 0xffffffff);
}

void copy_binary_int64(struct text *out, int64_t value)
{
	uint8_t *at = room(out, 12);

	store_be32(at, 8);
	store_be64(at + 4, (uint64_t)value);
}

void copy_binary_time(struct text *out, int64_t unix_ms)
{
	copy_binary_int64(out, (unix_ms - EPOCH_2000_MS) * 1000);
}

/* Digits of a number, the last one first. */
struct numeric {
	int count;
	int weight; /* of the last digit, then of the first */
	uint16_t digits[NUMERIC_DIGITS];
};

static void push(struct numeric *numeric, uint64_t value)
{
	for (; value; value /= BASE)
		numeric->digits[numeric->count++] = (uint16_t)(value % BASE);
}

/* As push, but with the zeros in front that other digits follow. */
static void push_limb(struct numeric *numeric, uint64_t value)
{
	for (int i = 0; i < BASE_DIGITS; i++, value /= BASE)
		numeric->digits[numeric->count++] = (uint16_t)(value % BASE);
}

static void send(struct text *out, const struct numeric *numeric, bool negative,
		 int scale)
{
	int last = 0, count = numeric->count;
	uint8_t *at;

	while (last < count && !numeric->digits[last])
		last++;
	at = room(out, 12 + 2 * (size_t)(count - last));
	store_be32(at, 8 + 2 * (uint32_t)(count - last));
	store_be16(at + 4, (uint16_t)(count - last));
	store_be16(at + 6, (uint16_t)(count ? numeric->weight + count - 1 : 0));
	store_be16(at + 8, negative ? NUMERIC_NEGATIVE : 0);
	store_be16(at + 10, (uint16_t)scale);
	for (at += 12; count-- > last; at += 2)
		store_be16(at, numeric->digits[count]);
}

/* A digit of the exponent's remainder comes off first, so that the rest is in
 * step with powers of 10,000 and nothing leaves 64 bits. */
void copy_binary_decimal(struct text *out, struct decimal value)
{
	static const uint32_t power[] = { 1, 10, 100, 1000, 10000 };
	struct numeric numeric = { 0 };
	bool negative = value.mantissa < 0;
	uint64_t rest = negative ? -(uint64_t)value.mantissa
				 : (uint64_t)value.mantissa;
	int shift = (value.exponent % BASE_DIGITS + BASE_DIGITS) % BASE_DIGITS;

	numeric.weight = (value.exponent - shift) / BASE_DIGITS;
	if (shift && rest) {
		uint32_t split = power[BASE_DIGITS - shift];

		numeric.digits[numeric.count++] =
			(uint16_t)(rest % split * power[shift]);
		rest /= split;
	}
	push(&numeric, rest);
	send(out, &numeric, negative,
	     value.exponent < 0 ? -value.exponent : 0);
}

void copy_binary_u128(struct text *out, u128 value)
{
	struct numeric numeric = { 0 };

	for (; value >= LIMB; value /= LIMB)
		push_limb(&numeric, (uint64_t)(value % LIMB));
	push(&numeric, (uint64_t)value);
	send(out, &numeric, false, 0);
}

void copy_binary_bytes(struct text *out, const void *data, size_t size)
{
	store_be32(room(out, 4), (uint32_t)size);
	text_add(out, data, size);
}
