/* test_aave_wire.c -- answers of Aave's contracts and revert bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/wire/aave.h"
#include "feeds/wire/chainlink.h"
#include "feeds/wire/revert_reasons.h"

#define WORD 32

static uint8_t words[16 * WORD];

/* The words of `values` as one answer. */
static struct bytes answer(const uint64_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		store_be256(words + i * WORD, values[i]);
	return bytes_of(words, count * WORD);
}
#define ANSWER(...)                                                        \
	answer((const uint64_t[]){ __VA_ARGS__ },                          \
	       sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))

static void test_configuration(void **state)
{
	struct aave_configuration read = { .decimals = 77 };
	struct bytes in = ANSWER(18, 8000, 8250, 10500, 1500, 1, 1, 0, 1, 0);

	(void)state;
	assert_int_equal(aave_decode_configuration(
		&read, bytes_of(in.data, in.size - 1)), E_MALFORMED);
	assert_int_equal(aave_decode_configuration(
		&read, bytes_of(in.data, in.size + WORD)), E_MALFORMED);
	assert_int_equal(read.decimals, 77); /* untouched */
	assert_int_equal(aave_decode_configuration(&read, in), OK);
	assert_int_equal(read.decimals, 18);
	assert_int_equal(read.ltv_bps, 8000);
	assert_int_equal(read.lt_bps, 8250);
	assert_int_equal(read.lb_bps, 10500);
	assert_int_equal(read.reserve_factor_bps, 1500);
	assert_true(read.collateral && read.borrowing && read.active);
	assert_false(read.frozen);
	in = ANSWER(18, 8000, 8250, 10500, 1500, 2, 1, 0, 1, 0);
	assert_int_equal(aave_decode_configuration(&read, in), E_MALFORMED);
	in = ANSWER(256, 8000, 8250, 10500, 1500, 1, 1, 0, 1, 0);
	assert_int_equal(aave_decode_configuration(&read, in), E_RANGE);
}

static void test_caps_are_borrow_then_supply(void **state)
{
	struct aave_caps caps;

	(void)state;
	assert_int_equal(aave_decode_caps(&caps, ANSWER(5, 68719476735)), OK);
	assert_true(caps.borrow == 5 && caps.supply == 68719476735);
	assert_int_equal(aave_decode_caps(&caps, ANSWER(5, 68719476736)),
			 E_RANGE);
}

static void test_reserve_data(void **state)
{
	struct aave_reserve_data data;
	struct bytes in = ANSWER(0, 11, 22, 0, 33, 44, 55, 0, 0, 66, 77, 88);

	(void)state;
	assert_int_equal(aave_decode_reserve_data(&data, in), OK);
	assert_true(data.treasury_scaled == 11 && data.atoken_total == 22 &&
		    data.debt_total == 33 && data.liquidity_rate_ray == 44 &&
		    data.borrow_rate_ray == 55 &&
		    data.liquidity_index_ray == 66 &&
		    data.borrow_index_ray == 77 && data.updated_s == 88);
	words[2 * WORD + 15] = 1; /* 2^128 in atoken_total */
	assert_int_equal(aave_decode_reserve_data(&data, in), E_RANGE);
}

static void test_account(void **state)
{
	struct aave_account account;
	struct bytes in = ANSWER(100, 0, 50, 8250, 8000, 0);

	(void)state;
	memset(words + 5 * WORD, 0xff, WORD); /* no debt: 2^256 - 1 */
	assert_int_equal(aave_decode_account(&account, in), OK);
	assert_false(account.has_debt);
	assert_true(account.collateral_e8 == 100 && account.lt_bps == 8250);
	words[5 * WORD + 31] = 0xfe; /* large, but a number */
	assert_int_equal(aave_decode_account(&account, in), E_RANGE);
	in = ANSWER(100, 60, 0, 8250, 8000, 1375000000000000000);
	assert_int_equal(aave_decode_account(&account, in), OK);
	assert_true(account.has_debt &&
		    account.health_e18 == 1375000000000000000);
}

static void test_user_reserve_and_tokens(void **state)
{
	struct aave_user_reserve held;
	uint8_t atoken[ADDRESS_SIZE], debt[ADDRESS_SIZE];

	(void)state;
	assert_int_equal(aave_decode_user_reserve(
		&held, ANSWER(7, 0, 8, 0, 6, 0, 0, 0, 1)), OK);
	assert_true(held.supplied == 7 && held.borrowed == 8 &&
		    held.borrowed_scaled == 6 && held.collateral);
	assert_int_equal(aave_decode_tokens(atoken, debt, ANSWER(1, 0, 2)),
			 OK);
	assert_int_equal(atoken[19], 1);
	assert_int_equal(debt[19], 2);
	words[0] = 1; /* no address */
	assert_int_equal(aave_decode_tokens(atoken, debt,
					    bytes_of(words, 3 * WORD)),
			 E_MALFORMED);
}

static void test_addresses(void **state)
{
	uint8_t out[2][ADDRESS_SIZE];
	size_t count = 9;

	(void)state;
	assert_int_equal(aave_decode_addresses(out, &count, 2,
					       ANSWER(32, 2, 10, 11)), OK);
	assert_int_equal(count, 2);
	assert_int_equal(out[1][19], 11);
	assert_int_equal(aave_decode_addresses(out, &count, 1,
					       ANSWER(32, 2, 10, 11)), E_LIMIT);
	assert_int_equal(aave_decode_addresses(out, &count, 2,
					       ANSWER(32, 2, 10)), E_MALFORMED);
	assert_int_equal(aave_decode_addresses(out, &count, 2,
					       ANSWER(64, 1, 10)), E_MALFORMED);
	assert_int_equal(aave_decode_addresses(
		out, &count, 2, ANSWER(32, UINT64_MAX, 10)), E_MALFORMED);
	assert_int_equal(aave_decode_addresses(out, &count, 2, ANSWER(32, 0)),
			 OK);
	assert_int_equal(count, 0);
}

static void test_symbol(void **state)
{
	char symbol[AAVE_SYMBOL_MAX];
	struct bytes in = ANSWER(32, 4, 0);

	(void)state;
	memcpy(words + 2 * WORD, "WE\n\xff", 4);
	assert_int_equal(aave_decode_symbol(symbol, in), OK);
	assert_string_equal(symbol, "WE??");
	memset(words, 0, WORD);
	memcpy(words, "MKR", 3);
	assert_int_equal(aave_decode_symbol(symbol, bytes_of(words, WORD)), OK);
	assert_string_equal(symbol, "MKR");
	assert_int_equal(aave_decode_symbol(symbol, ANSWER(32, 999, 0)),
			 E_MALFORMED);
	assert_int_equal(aave_decode_symbol(symbol, bytes_of(words, 0)),
			 E_MALFORMED);
}

/* Bits of the packed word, counted from its last byte. */
static void test_isolation(void **state)
{
	struct aave_isolation isolation = { 7, true };
	struct bytes in = ANSWER(0);

	(void)state;
	assert_int_equal(aave_decode_isolation(&isolation,
					       bytes_of(words, WORD - 1)),
			 E_MALFORMED);
	assert_int_equal(isolation.debt_ceiling_cents, 7); /* untouched */
	assert_int_equal(aave_decode_isolation(&isolation, in), OK);
	assert_true(!isolation.debt_ceiling_cents && !isolation.siloed);
	words[WORD - 1 - 7] = 0x40; /* bit 62 */
	words[WORD - 1 - 26] = 0x10; /* bit 212: one cent */
	assert_int_equal(aave_decode_isolation(&isolation, in), OK);
	assert_int_equal(isolation.debt_ceiling_cents, 1);
	assert_true(isolation.siloed);
	memset(words, 0xff, WORD); /* other bits are not taken for it */
	assert_int_equal(aave_decode_isolation(&isolation, in), OK);
	assert_true(isolation.debt_ceiling_cents == 1099511627775);
	words[WORD - 1 - 7] = 0xbf; /* bit 61: borrowable in isolation */
	words[WORD - 1 - 31] = 0x0f;
	words[WORD - 1 - 26] = 0x0f; /* bits 208-211 are not the ceiling's */
	memset(words + 1, 0, 4);
	words[0] = 0xf0;
	assert_int_equal(aave_decode_isolation(&isolation, in), OK);
	assert_int_equal(isolation.debt_ceiling_cents, 0);
	assert_false(isolation.siloed);
}

static void test_feed_bounds(void **state)
{
	uint64_t out = 3;
	i128 bound = 3;

	(void)state;
	assert_int_equal(chainlink_decode_answer(&bound, ANSWER(1, 2)),
			 E_MALFORMED);
	assert_int_equal(chainlink_decode_answer(&bound, ANSWER(5)), OK);
	assert_true(bound == 5);
	memset(words, 0xff, WORD);
	assert_int_equal(chainlink_decode_answer(&bound,
						 bytes_of(words, WORD)), OK);
	assert_true(bound == -1);
	words[0] = 0; /* int192's maximum and the like: beyond 127 bits */
	assert_int_equal(chainlink_decode_answer(&bound,
						 bytes_of(words, WORD)),
			 E_RANGE);
	assert_int_equal(chainlink_answer_e8(&out, -1, 8), E_RANGE);
	assert_int_equal(chainlink_answer_e8(&out, 1, 39), E_RANGE);
	assert_int_equal(chainlink_answer_e8(&out, (i128)1 << 64, 8), E_RANGE);
	assert_int_equal(out, 3); /* untouched */
	assert_int_equal(chainlink_answer_e8(&out, 123456789, 8), OK);
	assert_int_equal(out, 123456789);
	assert_int_equal(chainlink_answer_e8(&out, 1999999999999999999, 18),
			 OK);
	assert_int_equal(out, 199999999); /* down */
	assert_int_equal(chainlink_answer_e8(&out, 7, 0), OK);
	assert_int_equal(out, 700000000);
}

/* Selectors as listed in Aave's interfaces, computed from the signatures. */
static void test_calls(void **state)
{
	static const struct { const char *signature; uint32_t selector; } list[] = {
		{ "getReserveConfigurationData(address)", 0x3e150141 },
		{ "getReserveCaps(address)", 0x46fbe558 },
		{ "getReserveData(address)", 0x35ea6a75 },
		{ "getUserReserveData(address,address)", 0x28dd2d01 },
		{ "getAssetPrice(address)", 0xb3596f07 },
		{ "getUserAccountData(address)", 0xbf92857c },
		{ "getReservesList()", 0xd1946dbc },
		{ "latestRoundData()", 0xfeaf968c },
		{ "minAnswer()", 0x22adbc78 },
		{ "maxAnswer()", 0x70da2f67 },
		{ "aggregator()", 0x245a7bfc },
		{ "getConfiguration(address)", 0xc44b11f7 },
	};
	uint8_t out[AAVE_CALL_MAX], address[ADDRESS_SIZE];
	struct aave_argument arguments[2] = { { address, 0 }, { NULL, 5 } };

	(void)state;
	memset(address, 0xab, sizeof(address));
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		assert_int_equal(aave_call(out, list[i].signature, NULL, 0), 4);
		assert_int_equal(load_be32(out), list[i].selector);
	}
	assert_int_equal(aave_call(out, "f(address,uint8)", arguments, 2), 68);
	assert_int_equal(out[4 + 11], 0);
	assert_int_equal(out[4 + 12], 0xab);
	assert_int_equal(out[67], 5);
}

static void describe(const char *hex, const char *text)
{
	uint8_t data[256];
	size_t size;
	struct revert_reason reason;

	assert_int_equal(hex_decode(data, &size, sizeof(data),
				    bytes_of_string(hex)), OK);
	revert_describe(&reason, bytes_of(data, size));
	assert_string_equal(reason.text, text);
}

static void test_reverts(void **state)
{
	struct revert_reason reason;
	uint8_t long_data[600] = { 0x08, 0xc3, 0x79, 0xa0 };

	(void)state;
	describe("0x66e574d7", "CallerNotRiskOrPoolAdmin()");
	describe("0x32d6d3ef", "InvalidReserveParams()");
	describe("0xc0d76d92", "InvalidSupplyCap()");
	describe("0xa7e9b5b6", "InvalidBorrowCap()");
	describe("0xd33c1528", "Slope2MustBeGteSlope1()");
	describe("0xee69f6c0", "InvalidMaxRate()");
	describe("0xc7b86539", "UpdateNotInRange()");
	describe("0xab607300", "DebounceNotRespected()");
	describe("0x", "no reason given");
	describe("0xdeadbeef", "unknown error 0xdeadbeef");
	describe("0x4e487b71000000000000000000000000000000000000000000000000"
		 "0000000000000011", "Panic(17)");
	describe("0x08c379a0000000000000000000000000000000000000000000000000"
		 "000000000000002000000000000000000000000000000000000000000000"
		 "000000000000000000023230000000000000000000000000000000000000"
		 "000000000000000000000000", "\"20\"");
	/* OwnableUnauthorizedAccount(address) */
	describe("0x118cdaa7000000000000000000000000f39fd6e51aad88f6f4ce6ab8"
		 "827279cfffb92266", "OwnableUnauthorizedAccount("
		 "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266)");
	describe("0x118cdaa7", "OwnableUnauthorizedAccount(...)");
	/* Error(string) whose text is longer than the line: cut */
	store_be256(long_data + 4, 32);
	store_be256(long_data + 36, 500);
	memset(long_data + 68, 'x', 500);
	revert_describe(&reason, bytes_of(long_data, sizeof(long_data)));
	assert_int_equal(strlen(reason.text), REVERT_TEXT_MAX - 1);
	store_be256(long_data + 36, 5000); /* lies about its length */
	revert_describe(&reason, bytes_of(long_data, sizeof(long_data)));
	assert_memory_equal(reason.text, "unknown error ", 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_configuration),
		cmocka_unit_test(test_caps_are_borrow_then_supply),
		cmocka_unit_test(test_reserve_data),
		cmocka_unit_test(test_account),
		cmocka_unit_test(test_user_reserve_and_tokens),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_symbol),
		cmocka_unit_test(test_isolation),
		cmocka_unit_test(test_feed_bounds),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_reverts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
