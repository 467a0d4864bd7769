/* secp256k1.c -- see secp256k1.h. */
#include "crypto/secp256k1.h"

#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <string.h>

#include "crypto/keccak.h"

/* The opaque type is libsecp256k1's own context. */
static secp256k1_context *inner(const struct signer_context *context)
{
	return (secp256k1_context *)(uintptr_t)context;
}

struct signer_context *signer_context_create(const uint8_t seed32[32])
{
	secp256k1_context *context =
		secp256k1_context_create(SECP256K1_CONTEXT_SIGN |
					 SECP256K1_CONTEXT_VERIFY);

	if (context && !secp256k1_context_randomize(context, seed32)) {
		secp256k1_context_destroy(context);
		context = NULL;
	}
	return (struct signer_context *)context;
}

void signer_context_destroy(struct signer_context *context)
{
	if (context)
		secp256k1_context_destroy(inner(context));
}

static void serialise(uint8_t out64[PUBLIC_KEY_SIZE],
		      const struct signer_context *context,
		      const secp256k1_pubkey *key)
{
	uint8_t full[65];
	size_t size = sizeof(full);

	secp256k1_ec_pubkey_serialize(inner(context), full, &size, key,
				      SECP256K1_EC_UNCOMPRESSED);
	memcpy(out64, full + 1, PUBLIC_KEY_SIZE);
}

enum status public_key_from_secret(uint8_t out64[PUBLIC_KEY_SIZE],
				   const struct signer_context *context,
				   const uint8_t secret32[SECRET_KEY_SIZE])
{
	secp256k1_pubkey key;

	if (!secp256k1_ec_pubkey_create(inner(context), &key, secret32))
		return E_INPUT;
	serialise(out64, context, &key);
	return OK;
}

void address_from_public_key(uint8_t out20[20],
			     const uint8_t public64[PUBLIC_KEY_SIZE])
{
	uint8_t hash[HASH_SIZE];

	keccak256(hash, public64, PUBLIC_KEY_SIZE);
	memcpy(out20, hash + 12, 20);
}

enum status sign_digest(uint8_t out65[SIGNATURE_SIZE],
			const struct signer_context *context,
			const uint8_t digest32[32],
			const uint8_t secret32[SECRET_KEY_SIZE])
{
	secp256k1_ecdsa_recoverable_signature signature;
	int recovery = 0;

	if (!secp256k1_ecdsa_sign_recoverable(inner(context), &signature,
					      digest32, secret32, NULL, NULL))
		return E_INPUT;
	secp256k1_ecdsa_recoverable_signature_serialize_compact(
		inner(context), out65, &recovery, &signature);
	out65[64] = (uint8_t)(27 + recovery);
	return OK;
}

/* s of a signature is at most half of the group's order, big-endian here. */
static bool is_low_s(const uint8_t signature65[SIGNATURE_SIZE])
{
	static const uint8_t half_order[32] = {
		0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d,
		0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0 };

	return memcmp(signature65 + 32, half_order, sizeof(half_order)) <= 0;
}

enum status recover_public_key(uint8_t out64[PUBLIC_KEY_SIZE],
			       const struct signer_context *context,
			       const uint8_t digest32[32],
			       const uint8_t signature65[SIGNATURE_SIZE])
{
	secp256k1_ecdsa_recoverable_signature signature;
	secp256k1_pubkey key;
	uint8_t v = signature65[64];

	if ((v != 27 && v != 28) || !is_low_s(signature65))
		return E_AUTHENTIC;
	if (!secp256k1_ecdsa_recoverable_signature_parse_compact(
		    inner(context), &signature, signature65, v - 27) ||
	    !secp256k1_ecdsa_recover(inner(context), &key, &signature,
				     digest32))
		return E_AUTHENTIC;
	serialise(out64, context, &key);
	return OK;
}
