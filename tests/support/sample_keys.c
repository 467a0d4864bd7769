/* sample_keys.c -- see sample_keys.h. */
#include "tests/support/sample_keys.h"

#include <stdlib.h>

static void secret_of(uint8_t out[SECRET_KEY_SIZE], size_t i)
{
	for (size_t k = 0; k < SECRET_KEY_SIZE; k++)
		out[k] = 0;
	out[SECRET_KEY_SIZE - 1] = (uint8_t)(i + 1);
}

const struct signer_context *sample_context(void)
{
	static struct signer_context *context;
	static const uint8_t seed[32] = { 7 };

	if (!context)
		context = signer_context_create(seed);
	if (!context)
		abort();
	return context;
}

void sample_address(uint8_t out20[20], size_t i)
{
	uint8_t secret[SECRET_KEY_SIZE], key[PUBLIC_KEY_SIZE];

	secret_of(secret, i);
	if (public_key_from_secret(key, sample_context(), secret))
		abort();
	address_from_public_key(out20, key);
}

void sample_sign(uint8_t out65[SIGNATURE_SIZE], size_t i,
	       const uint8_t digest[HASH_SIZE])
{
	uint8_t secret[SECRET_KEY_SIZE];

	secret_of(secret, i);
	if (sign_digest(out65, sample_context(), digest, secret))
		abort();
}

void sample_mirror(uint8_t signature65[SIGNATURE_SIZE])
{
	static const uint8_t order[32] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
		0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b,
		0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41 };
	int borrow = 0;

	for (int i = 31; i >= 0; i--) {
		int digit = order[i] - signature65[32 + i] - borrow;

		borrow = digit < 0;
		signature65[32 + i] = (uint8_t)(digit & 255);
	}
	signature65[64] ^= 27 ^ 28;
}
