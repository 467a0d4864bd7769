/* integer.c -- see integer.h. */
#include "governance/codec/integer.h"

#include <string.h>

static int digit_value(uint8_t c, unsigned base)
{
	int value = c >= '0' && c <= '9'   ? c - '0'
		    : c >= 'a' && c <= 'f' ? c - 'a' + 10
		    : c >= 'A' && c <= 'F' ? c - 'A' + 10
					   : -1;

	return value < (int)base ? value : -1;
}

/* word = word * base + digit; false when it overflows 256 bits. */
static bool shift_in(uint8_t word[WORD_SIZE], unsigned base, unsigned digit)
{
	unsigned carry = digit;

	for (size_t i = WORD_SIZE; i > 0; i--) {
		carry += word[i - 1] * base;
		word[i - 1] = (uint8_t)carry;
		carry >>= 8;
	}
	return !carry;
}

static enum status parse_magnitude(uint8_t out32[WORD_SIZE], struct bytes text)
{
	bool hex = text.size >= 2 && text.data[0] == '0' &&
		   (text.data[1] == 'x' || text.data[1] == 'X');
	unsigned base = hex ? 16 : 10;
	bool fits = true;

	if (!text.size)
		return E_MALFORMED;
	memset(out32, 0, WORD_SIZE);
	for (size_t i = hex ? 2 : 0; i < text.size; i++) {
		int digit = digit_value(text.data[i], base);

		if (digit < 0)
			return E_MALFORMED;
		fits = fits && shift_in(out32, base, (unsigned)digit);
	}
	return fits ? OK : E_RANGE;
}

/* Bits without leading zeros. */
static unsigned bit_length(const uint8_t word[WORD_SIZE])
{
	for (unsigned i = 0; i < WORD_SIZE; i++)
		for (unsigned bit = 8; bit > 0; bit--)
			if (word[i] >> (bit - 1))
				return (WORD_SIZE - 1 - i) * 8 + bit;
	return 0;
}

static void negate(uint8_t word[WORD_SIZE])
{
	unsigned carry = 1;

	for (size_t i = WORD_SIZE; i > 0; i--) {
		carry += (uint8_t)~word[i - 1];
		word[i - 1] = (uint8_t)carry;
		carry >>= 8;
	}
}

/* -2^(bits-1) is the one magnitude of full length that fits. */
static bool is_minimum(const uint8_t word[WORD_SIZE], unsigned bits)
{
	uint8_t less[WORD_SIZE];

	memcpy(less, word, WORD_SIZE);
	for (size_t i = WORD_SIZE; i > 0 && less[i - 1]-- == 0; i--)
		;
	return bit_length(word) == bits && bit_length(less) < bits;
}

enum status integer_parse(uint8_t out32[WORD_SIZE], struct integer_range range,
			  struct bytes text)
{
	bool negative = text.size && text.data[0] == '-';
	uint8_t word[WORD_SIZE];
	unsigned length, room = range.bits - (range.is_signed ? 1 : 0);
	enum status status;

	if (negative)
		text = bytes_of(text.data + 1, text.size - 1);
	status = parse_magnitude(word, text);
	if (status)
		return status;
	length = bit_length(word);
	if (negative && length && !range.is_signed)
		return E_RANGE;
	if (length > room && !(negative && is_minimum(word, range.bits)))
		return E_RANGE;
	if (negative)
		negate(word);
	memcpy(out32, word, WORD_SIZE);
	return OK;
}

enum status integer_parse_u64(uint64_t *out, struct bytes text)
{
	uint8_t word[WORD_SIZE];
	enum status status =
		integer_parse(word, (struct integer_range){ 64, false }, text);

	if (!status)
		*out = load_be64(word + WORD_SIZE - 8);
	return status;
}
