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

/* The topic as published. */
static void test_update_log(void **state)
{
	static const uint8_t topic[32] = {
		0x05, 0x59, 0x88, 0x4f, 0xd3, 0xa4, 0x60, 0xdb, 0x30, 0x73, 0xb7,
		0xfc, 0x89, 0x6c, 0xc7, 0x79, 0x86, 0xf1, 0x6e, 0x37, 0x82, 0x10,
		0xde, 0xd4, 0x31, 0x86, 0x17, 0x5b, 0xf6, 0x46, 0xfc, 0x5f };
	uint8_t topics[3 * WORD] = { 0 }, data[WORD] = { 0 };
	struct chainlink_update update = { .round = 77 };

	(void)state;
	chainlink_update_topic(topics);
	assert_memory_equal(topics, topic, sizeof(topic));
	memset(topics + WORD, 0xff, WORD); /* -1 */
	store_be256(topics + 2 * WORD, 13078);
	store_be256(data, 1750000000);
	assert_int_equal(chainlink_decode_update(
		&update, bytes_of(topics, 2 * WORD), bytes_of(data, WORD)),
			 E_MALFORMED);
	assert_int_equal(chainlink_decode_update(
		&update, bytes_of(topics, 3 * WORD), bytes_of(data, 31)),
			 E_MALFORMED);
	assert_int_equal(update.round, 77);
	assert_int_equal(chainlink_decode_update(
		&update, bytes_of(topics, 3 * WORD), bytes_of(data, WORD)), OK);
	assert_true(update.answer == -1 && update.round == 13078 &&
		    update.updated_s == 1750000000);
	topics[2 * WORD + 23] = 1;
	assert_int_equal(chainlink_decode_update(
		&update, bytes_of(topics, 3 * WORD), bytes_of(data, WORD)),
			 E_RANGE);
	topics[0] ^= 1; /* another event */
	assert_int_equal(chainlink_decode_update(
		&update, bytes_of(topics, 3 * WORD), bytes_of(data, WORD)),
			 E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update_log),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_out_of_range),
		cmocka_unit_test(test_checks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
