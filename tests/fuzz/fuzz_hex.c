/* fuzz_hex.c -- hex and addresses: what is read is written back the same. */
#include <stdlib.h>
#include <string.h>

#include "crypto/hex.h"

#define ROOM 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_bytes(struct bytes text)
{
	uint8_t value[ROOM], again[ROOM];
	char printed[2 * ROOM + 3];
	size_t size, size_again;

	if (hex_decode(value, &size, sizeof(value), text))
		return;
	hex_encode_prefixed(printed, value, size);
	if (hex_decode(again, &size_again, sizeof(again),
		       bytes_of_string(printed)) ||
	    size != size_again || memcmp(value, again, size))
		abort();
	if (hex_decode_fixed(again, size, text) || memcmp(value, again, size))
		abort();
}

static void try_address(struct bytes text)
{
	uint8_t address[ADDRESS_SIZE], again[ADDRESS_SIZE];
	char printed[ADDRESS_TEXT_MAX];

	if (address_parse(address, text))
		return;
	address_format(printed, address);
	if (address_parse(again, bytes_of_string(printed)) ||
	    memcmp(address, again, sizeof(again)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_bytes(bytes_of(data, size));
	try_address(bytes_of(data, size));
	return 0;
}
