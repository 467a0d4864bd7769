/* compound.c -- word by word; see compound.h. */
#include "feeds/wire/compound.h"

#include "feeds/wire/abi_words.h"

#define U40_MAX (((uint64_t)1 << 40) - 1)

/* An unsigned number of `bits`, fewer than 128. */
static u128 narrow(struct words *words, unsigned bits)
{
	u128 value = words_amount(words);

	if (value >> bits) {
		words_fail(words, E_RANGE);
		return 0;
	}
	return value;
}

enum status compound_decode_asset(struct compound_asset *out, struct bytes in)
{
	struct words words = words_of(in, 8);
	struct compound_asset read = { 0 };

	read.offset = (uint8_t)words_bounded(&words, UINT8_MAX);
	words_address(read.asset, &words);
	words_address(read.price_feed, &words);
	read.scale = words_bounded(&words, UINT64_MAX);
	read.borrow_factor_e18 = words_bounded(&words, UINT64_MAX);
	read.liquidate_factor_e18 = words_bounded(&words, UINT64_MAX);
	read.liquidation_factor_e18 = words_bounded(&words, UINT64_MAX);
	read.supply_cap = words_amount(&words);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status compound_decode_totals(struct compound_totals *out, struct bytes in)
{
	struct words words = words_of(in, 8);
	struct compound_totals read = { 0 };

	read.supply_index_e15 = words_bounded(&words, UINT64_MAX);
	read.borrow_index_e15 = words_bounded(&words, UINT64_MAX);
	read.tracking_supply_index = words_bounded(&words, UINT64_MAX);
	read.tracking_borrow_index = words_bounded(&words, UINT64_MAX);
	read.supply_principal = narrow(&words, 104);
	read.borrow_principal = narrow(&words, 104);
	read.accrued_s = words_bounded(&words, U40_MAX);
	read.pause_flags = (uint8_t)words_bounded(&words, UINT8_MAX);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status
compound_decode_collateral_totals(struct compound_collateral_totals *out,
				  struct bytes in)
{
	struct words words = words_of(in, 2);
	struct compound_collateral_totals read;

	read.supplied = words_amount(&words);
	read.reserved = words_amount(&words);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status compound_decode_user(struct compound_user *out, struct bytes in)
{
	struct words words = words_of(in, 5);
	struct compound_user read = { 0 };
	const i128 limit = (i128)1 << 103;

	read.principal = words_signed(&words);
	if (read.principal >= limit || read.principal < -limit)
		words_fail(&words, E_RANGE);
	read.tracking_index = words_bounded(&words, UINT64_MAX);
	read.tracking_accrued = words_bounded(&words, UINT64_MAX);
	read.assets_in = (uint16_t)words_bounded(&words, UINT16_MAX);
	read.reserved = (uint8_t)words_bounded(&words, UINT8_MAX);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status
compound_decode_user_collateral(struct compound_user_collateral *out,
				struct bytes in)
{
	struct words words = words_of(in, 2);
	struct compound_user_collateral read;

	read.balance = words_amount(&words);
	read.reserved = words_amount(&words);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status compound_decode_amount(u128 *out, struct bytes in)
{
	struct words words = words_of(in, 1);
	u128 read = words_amount(&words);

	if (!words.status)
		*out = read;
	return words.status;
}

enum status compound_decode_reserves(i128 *out, struct bytes in)
{
	struct words words = words_of(in, 1);
	i128 read = words_signed(&words);

	if (!words.status)
		*out = read;
	return words.status;
}
