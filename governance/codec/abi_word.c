/* abi_word.c -- see abi_word.h. */
#include "governance/codec/abi_word.h"

#include <string.h>

#define DIGITS_MAX 78 /* 2^256 has 78 decimal digits */

static int digit_value(uint8_t c, unsigned base)
{
	int value = -1;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if (c >= 'a' && c <= 'f')
		value = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		value = c - 'A' + 10;
	return value < (int)base ? value : -1;
}

/* word = word * base + digit; the carry out of 256 bits. */
static unsigned push_digit(uint8_t word[ABI_WORD_SIZE], unsigned base,
			   unsigned digit)
{
	unsigned carry = digit;

	for (size_t i = ABI_WORD_SIZE; i-- > 0;) {
		carry += word[i] * base;
		word[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return carry;
}

static enum status parse_magnitude(uint8_t word[ABI_WORD_SIZE],
				   struct bytes text)
{
	unsigned base = 10;
	size_t at = 0;
	bool fits = true;

	memset(word, 0, ABI_WORD_SIZE);
	if (text.size > 2 && text.data[0] == '0' && text.data[1] == 'x') {
		base = 16;
		at = 2;
	}
	if (at == text.size)
		return E_MALFORMED;
	for (; at < text.size; at++) {
		int digit = digit_value(text.data[at], base);

		if (digit < 0)
			return E_MALFORMED;
		fits = fits && !push_digit(word, base, (unsigned)digit);
	}
	return fits ? OK : E_RANGE;
}

static void negate(uint8_t word[ABI_WORD_SIZE])
{
	unsigned carry = 1;

	for (size_t i = ABI_WORD_SIZE; i-- > 0;) {
		carry += (uint8_t)~word[i];
		word[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

static bool is_zero(const uint8_t *word, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (word[i])
			return false;
	return true;
}

enum status abi_word_parse(uint8_t out32[ABI_WORD_SIZE],
			   const struct abi_type *type, struct bytes text)
{
	bool negative = text.size && text.data[0] == '-';
	uint8_t word[ABI_WORD_SIZE];
	enum status status =
		parse_magnitude(word, bytes_of(text.data + negative,
					       text.size - negative));

	if (status)
		return status;
	if (is_zero(word, ABI_WORD_SIZE))
		negative = false;
	if (negative)
		negate(word);
	if (type->kind == ABI_INT ? (word[0] >> 7) != negative : negative)
		return E_RANGE;
	status = abi_check_word(type, word);
	if (!status)
		memcpy(out32, word, ABI_WORD_SIZE);
	return status;
}

/* word = word / 10; the remainder. */
static unsigned pop_digit(uint8_t word[ABI_WORD_SIZE])
{
	unsigned rest = 0;

	for (size_t i = 0; i < ABI_WORD_SIZE; i++) {
		rest = rest << 8 | word[i];
		word[i] = (uint8_t)(rest / 10);
		rest %= 10;
	}
	return rest;
}

void abi_word_format(char out[ABI_WORD_TEXT_MAX],
		     const uint8_t word32[ABI_WORD_SIZE], bool is_signed)
{
	uint8_t word[ABI_WORD_SIZE];
	char digits[DIGITS_MAX];
	size_t count = 0;

	memcpy(word, word32, sizeof(word));
	if (is_signed && word[0] >> 7) {
		negate(word);
		*out++ = '-';
	}
	do
		digits[count++] = (char)('0' + pop_digit(word));
	while (!is_zero(word, sizeof(word)));
	while (count)
		*out++ = digits[--count];
	*out = 0;
}

enum status abi_word_u64(uint64_t *out, const uint8_t word32[ABI_WORD_SIZE])
{
	if (!is_zero(word32, 24))
		return E_RANGE;
	*out = load_be64(word32 + 24);
	return OK;
}

static bool all_equal(const uint8_t *data, size_t size, uint8_t byte)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] != byte)
			return false;
	return true;
}

static bool word_fits(const struct abi_type *type, const uint8_t *word)
{
	size_t unused = ABI_WORD_SIZE - type->size / 8;

	switch (type->kind) {
	case ABI_UINT:
		return all_equal(word, unused, 0);
	case ABI_INT:
		return all_equal(word, unused, word[unused] >> 7 ? 0xff : 0);
	case ABI_BOOL:
		return all_equal(word, 31, 0) && word[31] <= 1;
	case ABI_ADDRESS:
		return all_equal(word, 12, 0);
	case ABI_FIXED_BYTES:
		return all_equal(word + type->size, ABI_WORD_SIZE - type->size,
				 0);
	case ABI_BYTES:
	case ABI_STRING:
	case ABI_LIST:
	case ABI_ARRAY:
	case ABI_TUPLE:
	case ABI_STRUCT:
		break;
	}
	return false;
}

enum status abi_check_word(const struct abi_type *type,
			   const uint8_t word32[ABI_WORD_SIZE])
{
	return word_fits(type, word32) ? OK : E_RANGE;
}
