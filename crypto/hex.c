/* hex.c -- see hex.h. */
#include "crypto/hex.h"

#include <string.h>

#include "crypto/keccak.h"

void hex_encode(char *out, const uint8_t *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		out[2 * i] = digits[data[i] >> 4];
		out[2 * i + 1] = digits[data[i] & 15];
	}
	out[2 * size] = 0;
}

void hex_encode_prefixed(char *out, const uint8_t *data, size_t size)
{
	out[0] = '0';
	out[1] = 'x';
	hex_encode(out + 2, data, size);
}

static int digit_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static struct bytes without_prefix(struct bytes text)
{
	if (text.size >= 2 && text.data[0] == '0' &&
	    (text.data[1] == 'x' || text.data[1] == 'X'))
		return bytes_of(text.data + 2, text.size - 2);
	return text;
}

enum status hex_decode(uint8_t *out, size_t *size, size_t capacity,
		       struct bytes text)
{
	struct bytes digits = without_prefix(text);

	if (digits.size % 2)
		return E_MALFORMED;
	if (digits.size / 2 > capacity)
		return E_LIMIT;
	for (size_t i = 0; i < digits.size; i++)
		if (digit_value(digits.data[i]) < 0)
			return E_MALFORMED;
	for (size_t i = 0; i < digits.size / 2; i++)
		out[i] = (uint8_t)(digit_value(digits.data[2 * i]) << 4 |
				   digit_value(digits.data[2 * i + 1]));
	*size = digits.size / 2;
	return OK;
}

enum status hex_decode_fixed(uint8_t *out, size_t size, struct bytes text)
{
	size_t got;

	if (without_prefix(text).size != 2 * size)
		return E_MALFORMED;
	return hex_decode(out, &got, size, text);
}

void address_format(char out[ADDRESS_TEXT_MAX],
		    const uint8_t address[ADDRESS_SIZE])
{
	uint8_t hash[HASH_SIZE];
	char *digits = out + 2;

	hex_encode_prefixed(out, address, ADDRESS_SIZE);
	keccak256(hash, digits, 2 * ADDRESS_SIZE);
	for (size_t i = 0; i < 2 * ADDRESS_SIZE; i++) {
		uint8_t nibble = i % 2 ? hash[i / 2] & 15 : hash[i / 2] >> 4;

		if (digits[i] >= 'a' && nibble >= 8)
			digits[i] = (char)(digits[i] - 'a' + 'A');
	}
}

enum status address_parse(uint8_t out[ADDRESS_SIZE], struct bytes text)
{
	char checksummed[ADDRESS_TEXT_MAX];
	struct bytes digits = without_prefix(text);
	uint8_t address[ADDRESS_SIZE];
	bool upper = false, lower = false;
	enum status status = hex_decode_fixed(address, ADDRESS_SIZE, text);

	if (status)
		return status;
	for (size_t i = 0; i < digits.size; i++) {
		upper |= digits.data[i] >= 'A' && digits.data[i] <= 'F';
		lower |= digits.data[i] >= 'a' && digits.data[i] <= 'f';
	}
	address_format(checksummed, address);
	if (upper && lower && memcmp(checksummed + 2, digits.data, digits.size))
		return E_MALFORMED;
	memcpy(out, address, ADDRESS_SIZE);
	return OK;
}
