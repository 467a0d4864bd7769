/* test_crypto.c -- Keccak-256, hexadecimal text, EIP-55 and secp256k1: published
 * answers, round trips and refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hex.h"
#include "crypto/keccak.h"
#include "crypto/secp256k1.h"
#include "tests/support/points.h"
#include "tests/support/sample_keys.h"

static struct bytes text(const char *value)
{
	return bytes_of((const uint8_t *)value, strlen(value));
}

static void hashes_to(const char *data, size_t size, const char *expected)
{
	uint8_t hash[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];

	keccak256(hash, data, size);
	hex_encode(hex, hash, HASH_SIZE);
	assert_string_equal(hex, expected);
}

/* Of the Ethereum yellow paper and of the Keccak team's 0x01-padded vectors. */
static void keccak_known_answers(void **state)
{
	(void)state;
	hashes_to("", 0,
		  "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
	hashes_to("abc", 3,
		  "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
	hashes_to("\x80", 1,
		  "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
	hashes_to("transfer(address,uint256)", 25,
		  "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b");
}

/* Around the block of 136 bytes, whatever the pieces. */
static void keccak_in_pieces_is_the_same(void **state)
{
	uint8_t data[600], whole[HASH_SIZE], pieces[HASH_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)next_random();
	for (size_t size = 0; size <= sizeof(data); size += 1 + size % 7) {
		struct keccak keccak;
		size_t at = 0;

		keccak_init(&keccak);
		while (at < size) {
			size_t step = whole_between(1, 300);

			step = step > size - at ? size - at : step;
			keccak_update(&keccak, data + at, step);
			at += step;
		}
		keccak_final(&keccak, pieces);
		keccak256(whole, data, size);
		assert_memory_equal(whole, pieces, HASH_SIZE);
	}
}

static void hex_refuses_what_is_none(void **state)
{
	uint8_t out[4];
	size_t size;

	(void)state;
	assert_int_equal(hex_decode(out, &size, 4, text("0xDeadBeef")), OK);
	assert_int_equal(size, 4);
	assert_memory_equal(out, "\xde\xad\xbe\xef", 4);
	assert_int_equal(hex_decode(out, &size, 4, text("")), OK);
	assert_int_equal(size, 0);
	assert_int_equal(hex_decode(out, &size, 4, text("abc")), E_MALFORMED);
	assert_int_equal(hex_decode(out, &size, 4, text("0xg0")), E_MALFORMED);
	assert_int_equal(hex_decode(out, &size, 4, text("0x 0")), E_MALFORMED);
	assert_int_equal(hex_decode(out, &size, 4, text("0011223344")), E_LIMIT);
	assert_int_not_equal(hex_decode_fixed(out, 4, text("001122")), OK);
	assert_int_not_equal(hex_decode_fixed(out, 4, text("0011223344")), OK);
}

/* The addresses of EIP-55 itself. */
static void addresses_carry_their_checksum(void **state)
{
	static const char *const published[] = {
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
		"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
		"0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
		"0x52908400098527886E0F7030069857D2E4169EE7",
		"0xde709f2102306220921060314715629080e2fb77",
	};
	uint8_t address[ADDRESS_SIZE];
	char out[ADDRESS_TEXT_MAX], broken[ADDRESS_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(address_parse(address, text(published[i])), OK);
		address_format(out, address);
		assert_string_equal(out, published[i]);
	}
	memcpy(broken, published[0], sizeof(broken));
	broken[3] = 'A' ^ 'a' ^ broken[3];
	assert_int_not_equal(address_parse(address, text(broken)), OK);
	assert_int_not_equal(address_parse(address, text("0x1234")), OK);
}

static struct signer_context *context;

static int make_context(void **state)
{
	(void)state;
	context = signer_context_create((const uint8_t[32]){ 7 });
	return context ? 0 : -1;
}

static int destroy_context(void **state)
{
	(void)state;
	signer_context_destroy(context);
	return 0;
}

/* The address of key 1, and the first account of every development node. */
static void addresses_of_known_keys(void **state)
{
	static const char *const known[][2] = {
		{ "0000000000000000000000000000000000000000000000000000000000000001",
		  "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf" },
		{ "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
		  "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266" },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t secret[32], key[PUBLIC_KEY_SIZE], address[20];
		char out[ADDRESS_TEXT_MAX];

		assert_int_equal(hex_decode_fixed(secret, 32, text(known[i][0])),
				 OK);
		assert_int_equal(public_key_from_secret(key, context, secret),
				 OK);
		address_from_public_key(address, key);
		address_format(out, address);
		assert_string_equal(out, known[i][1]);
	}
}

/* Zero, the order of the group and more are no keys. */
static void impossible_keys_are_refused(void **state)
{
	uint8_t secret[32] = { 0 }, key[PUBLIC_KEY_SIZE], out[SIGNATURE_SIZE];

	(void)state;
	assert_int_equal(public_key_from_secret(key, context, secret), E_INPUT);
	assert_int_not_equal(sign_digest(out, context, secret, secret), OK);
	assert_int_equal(
		hex_decode_fixed(
			secret, 32,
			text("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")),
		OK);
	assert_int_equal(public_key_from_secret(key, context, secret), E_INPUT);
	secret[31]--;
	assert_int_equal(public_key_from_secret(key, context, secret), OK);
}

static void signatures_recover_their_key_and_no_other(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++) {
		uint8_t secret[32], digest[32], key[PUBLIC_KEY_SIZE];
		uint8_t found[PUBLIC_KEY_SIZE], made[SIGNATURE_SIZE];
		uint8_t again[SIGNATURE_SIZE];

		for (int k = 0; k < 32; k++) {
			secret[k] = (uint8_t)next_random();
			digest[k] = (uint8_t)next_random();
		}
		assert_int_equal(public_key_from_secret(key, context, secret),
				 OK);
		assert_int_equal(sign_digest(made, context, digest, secret), OK);
		assert_int_equal(sign_digest(again, context, digest, secret),
				 OK);
		assert_memory_equal(made, again, SIGNATURE_SIZE);
		assert_true(made[32] < 0x80 && (made[64] == 27 || made[64] == 28));
		assert_int_equal(recover_public_key(found, context, digest, made),
				 OK);
		assert_memory_equal(found, key, PUBLIC_KEY_SIZE);
		digest[i % 32] ^= 1;
		if (recover_public_key(found, context, digest, made) == OK)
			assert_memory_not_equal(found, key, PUBLIC_KEY_SIZE);
		digest[i % 32] ^= 1;
		sample_mirror(made);
		assert_int_equal(recover_public_key(found, context, digest, made),
				 E_AUTHENTIC);
	}
}

static void malformed_signatures_are_refused(void **state)
{
	uint8_t digest[32] = { 1 }, secret[32] = { 2 }, key[PUBLIC_KEY_SIZE];
	uint8_t good[SIGNATURE_SIZE], bad[SIGNATURE_SIZE];

	(void)state;
	assert_int_equal(sign_digest(good, context, digest, secret), OK);
	for (int v = 0; v < 256; v++) {
		memcpy(bad, good, sizeof(bad));
		bad[64] = (uint8_t)v;
		if (v == 27 || v == 28)
			continue;
		assert_int_equal(recover_public_key(key, context, digest, bad),
				 E_AUTHENTIC);
	}
	memcpy(bad, good, sizeof(bad));
	memset(bad, 0, 32);
	assert_int_equal(recover_public_key(key, context, digest, bad),
			 E_AUTHENTIC);
	memcpy(bad, good, sizeof(bad));
	memset(bad + 32, 0, 32);
	assert_int_equal(recover_public_key(key, context, digest, bad),
			 E_AUTHENTIC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keccak_known_answers),
		cmocka_unit_test(keccak_in_pieces_is_the_same),
		cmocka_unit_test(hex_refuses_what_is_none),
		cmocka_unit_test(addresses_carry_their_checksum),
		cmocka_unit_test(addresses_of_known_keys),
		cmocka_unit_test(impossible_keys_are_refused),
		cmocka_unit_test(signatures_recover_their_key_and_no_other),
		cmocka_unit_test(malformed_signatures_are_refused),
	};

	return cmocka_run_group_tests(tests, make_context, destroy_context);
}
