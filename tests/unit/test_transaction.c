/* test_transaction.c -- EIP-1559 transactions whose bytes, digest and hash
 * another implementation (ethers 6) made from the same key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "governance/codec/transaction.h"

static uint8_t block[65536] __attribute__((aligned(16)));
static const uint8_t secret[32] = {
	0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46,
	0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46,
	0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46,
};
static struct signer_context *context;

static int set_up(void **state)
{
	static const uint8_t seed[32] = { 1 };

	(void)state;
	context = signer_context_create(seed);
	return context ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	signer_context_destroy(context);
	return 0;
}

static void assert_hex(const uint8_t *data, size_t size, const char *digits)
{
	char text[2048];

	assert_true(2 * size + 1 <= sizeof(text));
	hex_encode(text, data, size);
	assert_string_equal(text, digits);
}

static void sign(struct signed_transaction *out, const struct transaction *t,
		 struct arena *arena)
{
	const struct transaction_key key = { context, secret };

	arena_init(arena, block, sizeof(block));
	assert_int_equal(transaction_sign_1559(out, t, &key, arena), OK);
}

static struct bytes word(uint8_t out[32], u128 value)
{
	store_be256(out, value);
	return bytes_of(out, 32);
}

static struct transaction transfer(uint8_t words[3][32])
{
	struct transaction t = { .chain_id = 1, .nonce = 9,
				 .gas_limit = 21000 };

	t.priority_fee = word(words[0], 1000000000u);
	t.max_fee = word(words[1], 20000000000u);
	t.value = word(words[2], 1000000000000000000u);
	memset(t.to, 0x35, ADDRESS_SIZE);
	return t;
}

static void a_transfer_is_signed_as_ethers_does(void **state)
{
	uint8_t words[3][32], digest[HASH_SIZE];
	struct transaction t = transfer(words);
	struct signed_transaction made;
	struct arena arena;

	(void)state;
	sign(&made, &t, &arena);
	assert_hex(made.raw.data, made.raw.size,
		   "02f8730109843b9aca008504a817c800825208943535353535353535353"
		   "535353535353535353535880de0b6b3a764000080c080a04e87ced8b47d"
		   "801c979c6baa52bbd78b42c9db2515c9d1f473e06f65d49aaa90a023576"
		   "71517c59544ebd95012d1988c102292eb570cc840ac9af72bb4c52e5edd");
	assert_hex(made.hash, HASH_SIZE, "85c29adc6584224bbd5a304d2e7a3a2f26ca6"
					 "7e4e4dd69e64cc0c71a028a12a3");
	assert_hex(made.from, ADDRESS_SIZE,
		   "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
	assert_int_equal(transaction_digest_1559(digest, &t, &arena), OK);
	assert_hex(digest, HASH_SIZE, "577f072b4be21dbe73cdd90f32675d67d2fdfefde"
				      "cfbc579f52025caf096400a");
}

static void a_creation_with_an_access_list_is_signed_as_ethers_does(
	void **state)
{
	static const uint8_t code[5] = { 0x60, 1, 0x60, 1, 0x55 };
	uint8_t keys[2][HASH_SIZE] = { { [31] = 1 } };
	struct access_entry access[2] = {
		{ .key_count = 2, .keys = (const uint8_t (*)[HASH_SIZE])keys },
		{ .key_count = 0 },
	};
	uint8_t words[3][32];
	struct transaction t = {
		.chain_id = 31337, .gas_limit = 1000000, .creates = true,
		.priority_fee = word(words[0], 0),
		.max_fee = word(words[1], 7), .value = word(words[2], 0),
		.data = bytes_of(code, sizeof(code)), .access_count = 2,
		.access = access };
	struct signed_transaction made;
	struct arena arena;

	(void)state;
	memset(keys[1], 0x22, HASH_SIZE);
	memset(access[0].address, 0x11, ADDRESS_SIZE);
	memset(access[1].address, 0x33, ADDRESS_SIZE);
	sign(&made, &t, &arena);
	assert_hex(made.raw.data, made.raw.size,
		   "02f8c9827a69808007830f42408080856001600155f872f859941111111"
		   "111111111111111111111111111111111f842a000000000000000000000"
		   "00000000000000000000000000000000000000000001a02222222222222"
		   "222222222222222222222222222222222222222222222222222d6943333"
		   "333333333333333333333333333333333333c080a051998895b6db53ca9"
		   "4c863b5764614590d00b53c1f61dd5e3b4c36175eccd41fa04b98afe68a"
		   "99fe898aa8ef568212764058b611eb6c7a67a9a2ee1e6febad7d10");
	assert_hex(made.hash, HASH_SIZE, "4970974a95b6064740fb0c1ce9c47731422cb"
					 "f5866c1f73a5b771fbd276c49d5");
}

static void the_signer_is_recovered_from_the_digest(void **state)
{
	uint8_t words[3][32], digest[HASH_SIZE], signature[SIGNATURE_SIZE];
	uint8_t public_key[PUBLIC_KEY_SIZE], address[ADDRESS_SIZE];
	struct transaction t = transfer(words);
	struct signed_transaction made;
	struct arena arena;

	(void)state;
	sign(&made, &t, &arena);
	assert_int_equal(transaction_digest_1559(digest, &t, &arena), OK);
	/* The tail of the bytes: parity, then r and s as 32-byte strings. */
	memcpy(signature, made.raw.data + made.raw.size - 65, 32);
	memcpy(signature + 32, made.raw.data + made.raw.size - 32, 32);
	signature[64] = 27; /* parity 0 is written as the empty string */
	assert_int_equal(made.raw.data[made.raw.size - 67], 0x80);
	assert_int_equal(recover_public_key(public_key, context, digest,
					    signature), OK);
	address_from_public_key(address, public_key);
	assert_memory_equal(address, made.from, ADDRESS_SIZE);
}

static void keys_out_of_range_are_refused(void **state)
{
	static const uint8_t zero[32];
	uint8_t words[3][32], ones[32];
	struct transaction t = transfer(words);
	struct transaction_key keys[2] = { { context, zero },
					   { context, ones } };
	struct arena arena;

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	for (size_t i = 0; i < 2; i++) {
		struct signed_transaction made = { .from = { 7 } };

		arena_init(&arena, block, sizeof(block));
		assert_int_equal(transaction_sign_1559(&made, &t, &keys[i],
						       &arena), E_INPUT);
		assert_int_equal(made.from[0], 7);
		assert_null(made.raw.data);
	}
}

static void a_small_arena_is_a_limit_at_every_size(void **state)
{
	const struct transaction_key key = { context, secret };
	uint8_t words[3][32];
	struct transaction t = transfer(words);
	struct signed_transaction made;
	struct arena arena;
	size_t enough;

	(void)state;
	sign(&made, &t, &arena);
	enough = arena.peak;
	for (size_t size = 0; size < enough; size += 16) {
		arena_init(&arena, block, size);
		assert_int_equal(transaction_sign_1559(&made, &t, &key,
						       &arena), E_LIMIT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_transfer_is_signed_as_ethers_does),
		cmocka_unit_test(
			a_creation_with_an_access_list_is_signed_as_ethers_does),
		cmocka_unit_test(the_signer_is_recovered_from_the_digest),
		cmocka_unit_test(keys_out_of_range_are_refused),
		cmocka_unit_test(a_small_arena_is_a_limit_at_every_size),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
