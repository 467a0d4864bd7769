/* fuzz_key_file.c -- key files: taken only as 64 hex digits, with 0x or one
 * line end or neither, and no text of the key stays behind. */
#include <stdlib.h>
#include <string.h>

#include "agent/key_file.c" /* read_key takes a descriptor */
#include "tests/fuzz/host/input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same by the letter of key_file.h. */
static bool is_key_text(struct bytes text)
{
	if (text.size && text.data[text.size - 1] == '\n')
		text.size--;
	if (text.size && text.data[text.size - 1] == '\r')
		text.size--;
	if (text.size >= 2 && text.data[0] == '0' &&
	    (text.data[1] | ' ') == 'x')
		text = bytes_of(text.data + 2, text.size - 2);
	for (size_t i = 0; i < text.size; i++)
		if (!strchr("0123456789abcdefABCDEF", text.data[i]) ||
		    !text.data[i])
			return false;
	return text.size == 64;
}

static void check_taken(const struct submission_key *key, struct bytes text)
{
	static const uint8_t wiped[PAGE - SECRET_KEY_SIZE];
	uint8_t public_key[PUBLIC_KEY_SIZE], address[ADDRESS_SIZE];

	if (!is_key_text(text) ||
	    memcmp(key->secret + SECRET_KEY_SIZE, wiped, sizeof(wiped)) ||
	    public_key_from_secret(public_key, key->context, key->secret))
		abort();
	address_from_public_key(address, public_key);
	if (memcmp(address, key->address, ADDRESS_SIZE))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct submission_key key = { 0 };
	struct error error = { 0 };
	int descriptor = input_file_open(data, size);
	enum status status = lock_page(&key.secret, &error);

	if (status)
		abort();
	status = read_key(&key, descriptor, "input", &error);
	if (!status)
		check_taken(&key, bytes_of(data, size));
	else if (status != E_MALFORMED || error.status != status)
		abort();
	close(descriptor);
	key_file_close(&key);
	return 0;
}
