/* aave.c -- word by word; see aave.h for the layouts. */
#include "feeds/wire/aave.h"

#include <assert.h>
#include <string.h>

#include "crypto/keccak.h"
#include "feeds/wire/abi_words.h"

enum status aave_decode_configuration(struct aave_configuration *out,
				      struct bytes in)
{
	struct words words = words_of(in, 10);
	struct aave_configuration read = { 0 };

	read.decimals = (uint8_t)words_bounded(&words, UINT8_MAX);
	read.ltv_bps = words_bps(&words);
	read.lt_bps = words_bps(&words);
	read.lb_bps = words_bps(&words);
	read.reserve_factor_bps = words_bps(&words);
	read.collateral = words_flag(&words);
	read.borrowing = words_flag(&words);
	words_flag(&words); /* stable rate: gone since 3.2 */
	read.active = words_flag(&words);
	read.frozen = words_flag(&words);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status aave_decode_caps(struct aave_caps *out, struct bytes in)
{
	struct words words = words_of(in, 2);
	struct aave_caps read;

	read.borrow = words_bounded(&words, AAVE_CAP_MAX);
	read.supply = words_bounded(&words, AAVE_CAP_MAX);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status aave_decode_reserve_data(struct aave_reserve_data *out,
				     struct bytes in)
{
	struct words words = words_of(in, 12);
	struct aave_reserve_data read = { 0 };

	words_skip(&words, 1); /* unbacked */
	read.treasury_scaled = words_amount(&words);
	read.atoken_total = words_amount(&words);
	words_skip(&words, 1); /* stable debt */
	read.debt_total = words_amount(&words);
	read.liquidity_rate_ray = words_amount(&words);
	read.borrow_rate_ray = words_amount(&words);
	words_skip(&words, 2); /* stable rates */
	read.liquidity_index_ray = words_amount(&words);
	read.borrow_index_ray = words_amount(&words);
	read.updated_s = words_bounded(&words, ((uint64_t)1 << 40) - 1);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status aave_decode_rates(struct aave_rates *out, struct bytes in)
{
	struct words words = words_of(in, 4);
	struct aave_rates read;

	read.optimal_bps = words_bps(&words);
	read.base_bps = words_bps(&words);
	read.slope1_bps = words_bps(&words);
	read.slope2_bps = words_bps(&words);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status aave_decode_user_reserve(struct aave_user_reserve *out,
				     struct bytes in)
{
	struct words words = words_of(in, 9);
	struct aave_user_reserve read = { 0 };

	read.supplied = words_amount(&words);
	words_skip(&words, 1);
	read.borrowed = words_amount(&words);
	words_skip(&words, 1);
	read.borrowed_scaled = words_amount(&words);
	words_skip(&words, 3);
	read.collateral = words_flag(&words);
	if (!words.status)
		*out = read;
	return words.status;
}

static bool all_ones(const uint8_t word[WORD])
{
	for (size_t i = 0; i < WORD; i++)
		if (word[i] != 0xff)
			return false;
	return true;
}

enum status aave_decode_account(struct aave_account *out, struct bytes in)
{
	struct words words = words_of(in, 6);
	struct aave_account read = { 0 };

	read.collateral_e8 = words_amount(&words);
	read.debt_e8 = words_amount(&words);
	read.available_e8 = words_amount(&words);
	read.lt_bps = words_bps(&words);
	read.ltv_bps = words_bps(&words);
	if (words.status)
		return words.status;
	read.has_debt = !all_ones(in.data + 5 * WORD);
	if (read.has_debt)
		read.health_e18 = words_amount(&words);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status aave_decode_emode(struct aave_emode *out, struct bytes in)
{
	struct words words = words_of(in, 3);
	struct aave_emode read;

	read.ltv_bps = (uint32_t)words_bounded(&words, UINT16_MAX);
	read.lt_bps = (uint32_t)words_bounded(&words, UINT16_MAX);
	read.lb_bps = (uint32_t)words_bounded(&words, UINT16_MAX);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status aave_decode_isolation(struct aave_isolation *out, struct bytes in)
{
	const uint64_t ceiling_mask = ((uint64_t)1 << 40) - 1;

	if (in.size != WORD)
		return E_MALFORMED;
	out->debt_ceiling_cents =
		(uint64_t)(load_be128(in.data) >> (212 - 128)) & ceiling_mask;
	out->siloed = load_be128(in.data + 16) >> 62 & 1;
	return OK;
}

enum status aave_decode_reserve_id(uint8_t *out, struct bytes in)
{
	struct words words = words_of(in, 15);
	uint64_t id;

	words_skip(&words, 7);
	id = words_bounded(&words, 127);
	if (!words.status)
		*out = (uint8_t)id;
	return words.status;
}

enum status aave_decode_tokens(uint8_t atoken20[ADDRESS_SIZE],
			       uint8_t debt20[ADDRESS_SIZE], struct bytes in)
{
	struct words words = words_of(in, 3);
	uint8_t read[3][ADDRESS_SIZE];

	for (size_t i = 0; i < 3; i++)
		words_address(read[i], &words);
	if (words.status)
		return words.status;
	memcpy(atoken20, read[0], ADDRESS_SIZE);
	memcpy(debt20, read[2], ADDRESS_SIZE);
	return OK;
}

enum status aave_decode_amount(u128 *out, struct bytes in)
{
	struct words words = words_of(in, 1);
	u128 value = words_amount(&words);

	if (!words.status)
		*out = value;
	return words.status;
}

enum status aave_decode_bps(uint32_t *out, struct bytes in)
{
	struct words words = words_of(in, 1);
	uint32_t value = words_bps(&words);

	if (!words.status)
		*out = value;
	return words.status;
}

enum status aave_decode_flag(bool *out, struct bytes in)
{
	struct words words = words_of(in, 1);
	bool value = words_flag(&words);

	if (!words.status)
		*out = value;
	return words.status;
}

enum status aave_decode_address(uint8_t out20[ADDRESS_SIZE], struct bytes in)
{
	struct words words = words_of(in, 1);
	uint8_t read[ADDRESS_SIZE];

	words_address(read, &words);
	if (!words.status)
		memcpy(out20, read, ADDRESS_SIZE);
	return words.status;
}

/* Head of a lone dynamic value: offset 32, then a count. */
static enum status dynamic_head(size_t *count, struct bytes in)
{
	u128 offset, length;

	if (in.size < 2 * WORD || load_be256(&offset, in.data) ||
	    offset != WORD || load_be256(&length, in.data + WORD) ||
	    length > in.size)
		return E_MALFORMED;
	*count = (size_t)length;
	return OK;
}

enum status aave_decode_addresses(uint8_t (*out)[ADDRESS_SIZE], size_t *count,
				  size_t capacity, struct bytes in)
{
	size_t length;
	enum status status = dynamic_head(&length, in);
	struct words words;

	if (status)
		return status;
	if (length > in.size / WORD)
		return E_MALFORMED;
	if (length > capacity)
		return E_LIMIT;
	words = words_of(in, length + 2);
	words_skip(&words, 2);
	for (size_t pass = 0; pass < 2; pass++) {
		uint8_t scratch[ADDRESS_SIZE];

		words.at = 2 * WORD; /* first pass only looks */
		for (size_t i = 0; i < length && !words.status; i++)
			words_address(pass ? out[i] : scratch, &words);
	}
	if (!words.status)
		*count = length;
	return words.status;
}

static void copy_symbol(char out[AAVE_SYMBOL_MAX], const uint8_t *text,
			size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < size && used + 1 < AAVE_SYMBOL_MAX; i++)
		out[used++] = text[i] > ' ' && text[i] <= '~' ? (char)text[i]
							      : '?';
	out[used] = 0;
}

enum status aave_decode_symbol(char out[AAVE_SYMBOL_MAX], struct bytes in)
{
	size_t length;

	if (in.size == WORD) {
		length = 0;
		while (length < WORD && in.data[length])
			length++;
		copy_symbol(out, in.data, length);
		return length ? OK : E_MALFORMED;
	}
	if (dynamic_head(&length, in) || length > in.size - 2 * WORD || !length)
		return E_MALFORMED;
	copy_symbol(out, in.data + 2 * WORD, length);
	return OK;
}

size_t aave_call(uint8_t out[AAVE_CALL_MAX], const char *signature,
		 const struct aave_argument *arguments, size_t count)
{
	uint8_t hash[HASH_SIZE];

	assert(count <= 3);
	keccak256(hash, signature, strlen(signature));
	memcpy(out, hash, 4);
	for (size_t i = 0; i < count; i++) {
		uint8_t *word = out + 4 + i * WORD;

		store_be256(word, arguments[i].number);
		if (arguments[i].address)
			memcpy(word + WORD - ADDRESS_SIZE,
			       arguments[i].address, ADDRESS_SIZE);
	}
	return 4 + count * WORD;
}
