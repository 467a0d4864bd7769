/* json_writer.c -- see json_writer.h. */
#include "agent/json_writer.h"

#include "crypto/hex.h"

void json_put_hex(struct json_writer *writer, const char *key,
		  const uint8_t *data, size_t size)
{
	char *digits = memory_allocate(2 * size + 3, 1);

	hex_encode_prefixed(digits, data, size);
	json_put_string(writer, key, digits);
	memory_free(digits);
}

void json_put_address(struct json_writer *writer, const char *key,
		      const uint8_t *address)
{
	char digits[ADDRESS_TEXT_MAX];

	address_format(digits, address);
	json_put_string(writer, key, digits);
}
