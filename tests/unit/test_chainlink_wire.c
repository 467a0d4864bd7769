/* test_chainlink_wire.c -- rounds of Chainlink feeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/wire/chainlink.h"

#define WORD 32

/* Published example: proxy round 92233720368547771158 is phase 5, 13078. */
static const u128 published = ((u128)5 << 64) + 13078;

static struct bytes round_words(uint8_t out[5 * WORD], uint64_t updated_s)
{
	memset(out, 0, 5 * WORD);
	store_be256(out, published);
	store_be256(out + WORD, 204512345678);
	store_be256(out + 2 * WORD, 1700000000);
	store_be256(out + 3 * WORD, updated_s);
	store_be256(out + 4 * WORD, published);
	return bytes_of(out, 5 * WORD);
}

static void test_split(void **state)
{
	u128 decimal = (u128)9223372036854777115u * 10 + 8;
	uint16_t phase;
	uint64_t round;

	(void)state;
	chainlink_split(&phase, &round, decimal);
	assert_int_equal(phase, 5);
	assert_int_equal(round, 13078);
	assert_true(chainlink_join(phase, round) == decimal);
}

static void test_round(void **state)
{
	uint8_t data[5 * WORD];
	struct bytes in = round_words(data, 1700000001);
	struct chainlink_round read = { .phase = 9 };

	(void)state;
	assert_int_equal(chainlink_decode_round(
		&read, bytes_of(in.data, in.size - WORD)), E_MALFORMED);
	assert_int_equal(read.phase, 9); /* untouched */
	assert_int_equal(chainlink_decode_round(&read, in), OK);
	assert_int_equal(read.phase, 5);
	assert_int_equal(read.round, 13078);
	assert_true(read.answer == 204512345678);
	assert_int_equal(read.updated_s, 1700000001);
	assert_int_equal(read.answered_round, 13078);
}

static void test_out_of_range(void **state)
{
	uint8_t data[5 * WORD];
	struct bytes in = round_words(data, 1);
	struct chainlink_round read;

	(void)state;
	data[WORD - 11] = 1; /* round id of 81 bits */
	assert_int_equal(chainlink_decode_round(&read, in), E_RANGE);
	in = round_words(data, 1);
	data[2 * WORD - 17] = 1; /* answer of 129 bits */
	assert_int_equal(chainlink_decode_round(&read, in), E_RANGE);
	in = round_words(data, 1);
	data[2 * WORD - 16] = 0x80; /* answer 2^127: does not fit i128 */
	assert_int_equal(chainlink_decode_round(&read, in), E_RANGE);
	in = round_words(data, 1);
	data[4 * WORD - 9] = 1; /* updatedAt of 65 bits */
	assert_int_equal(chainlink_decode_round(&read, in), E_RANGE);
}

static void test_checks(void **state)
{
	uint8_t data[5 * WORD];
	struct bytes in = round_words(data, 1700000001);
	struct chainlink_round read;

	(void)state;
	assert_int_equal(chainlink_decode_round(&read, in), OK);
	assert_int_equal(chainlink_check(&read, 1700000001), CHAINLINK_SOUND);
	assert_int_equal(chainlink_check(&read, 1700000000),
			 CHAINLINK_IN_FUTURE);
	read.updated_s = 0;
	assert_int_equal(chainlink_check(&read, 1), CHAINLINK_NEVER_UPDATED);
	read.answer = 0;
	assert_int_equal(chainlink_check(&read, 1), CHAINLINK_NOT_POSITIVE);
	memset(data + WORD, 0xff, WORD); /* -1 */
	assert_int_equal(chainlink_decode_round(&read, in), OK);
	assert_true(read.answer == -1);
	assert_int_equal(chainlink_check(&read, 1700000001),
			 CHAINLINK_NOT_POSITIVE);
	assert_string_equal(chainlink_fault_text(CHAINLINK_NOT_POSITIVE),
			    "answer is not positive");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_out_of_range),
		cmocka_unit_test(test_checks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
