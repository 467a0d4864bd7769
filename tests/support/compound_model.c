/* compound_model.c -- see compound_model.h. */
#include "tests/support/compound_model.h"

#include <assert.h>
#include <string.h>

#define LIMBS 10 /* of 32 bits, lowest first */

struct big {
	bool negative;
	uint32_t limb[LIMBS];
};

static struct big big_of(i128 value)
{
	u128 rest = value < 0 ? (u128)0 - (u128)value : (u128)value;
	struct big big = { .negative = value < 0 };

	for (int i = 0; i < 4; i++, rest >>= 32)
		big.limb[i] = (uint32_t)rest;
	return big;
}

static struct big big_of_unsigned(u128 value)
{
	struct big big = { .negative = false };

	for (int i = 0; i < 4; i++, value >>= 32)
		big.limb[i] = (uint32_t)value;
	return big;
}

static u128 size_of(struct big big)
{
	u128 value = 0;

	for (int i = LIMBS - 1; i >= 4; i--)
		assert(!big.limb[i]);
	for (int i = 3; i >= 0; i--)
		value = value << 32 | big.limb[i];
	return value;
}

static bool is_zero(struct big big)
{
	for (int i = 0; i < LIMBS; i++)
		if (big.limb[i])
			return false;
	return true;
}

static bool is_below_zero(struct big big)
{
	return big.negative && !is_zero(big);
}

static i128 signed_of(struct big big)
{
	i128 value = (i128)size_of(big);

	return big.negative ? -value : value;
}

static int compare_sizes(const struct big *a, const struct big *b)
{
	for (int i = LIMBS - 1; i >= 0; i--)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	return 0;
}

static void add_size(struct big *a, const struct big *b)
{
	uint64_t carry = 0;

	for (int i = 0; i < LIMBS; i++) {
		carry += (uint64_t)a->limb[i] + b->limb[i];
		a->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	assert(!carry);
}

static void subtract_size(struct big *a, const struct big *b)
{
	int64_t borrow = 0;

	for (int i = 0; i < LIMBS; i++) {
		borrow += (int64_t)a->limb[i] - (int64_t)b->limb[i];
		a->limb[i] = (uint32_t)borrow;
		borrow = borrow < 0 ? -1 : 0;
	}
	assert(!borrow);
}

static struct big sum(struct big a, struct big b)
{
	if (a.negative == b.negative) {
		add_size(&a, &b);
		return a;
	}
	if (compare_sizes(&a, &b) < 0) {
		subtract_size(&b, &a);
		return b;
	}
	subtract_size(&a, &b);
	return a;
}

static struct big minus(struct big a)
{
	a.negative = !a.negative;
	return a;
}

static struct big product(struct big a, struct big b)
{
	struct big out = { .negative = a.negative != b.negative };

	for (int i = 0; i < LIMBS; i++) {
		uint64_t carry = 0;

		for (int k = 0; i + k < LIMBS; k++) {
			carry += (uint64_t)a.limb[i] * b.limb[k] +
				 out.limb[i + k];
			out.limb[i + k] = (uint32_t)carry;
			carry >>= 32;
		}
		assert(!carry);
	}
	return out;
}

/* Bit by bit, from the highest; truncates toward zero. */
static struct big quotient(struct big a, struct big b)
{
	struct big out = { .negative = a.negative != b.negative };
	struct big rest = { .negative = false };

	assert(!is_zero(b));
	for (int bit = 32 * LIMBS - 1; bit >= 0; bit--) {
		add_size(&rest, &rest);
		rest.limb[0] |= a.limb[bit / 32] >> (bit % 32) & 1;
		if (compare_sizes(&rest, &b) >= 0) {
			subtract_size(&rest, &b);
			out.limb[bit / 32] |= (uint32_t)1 << (bit % 32);
		}
	}
	return out;
}

static struct big ten_to(int power)
{
	struct big out = big_of(1);

	while (power-- > 0)
		out = product(out, big_of(10));
	return out;
}

static struct big by_factor(struct big n, uint64_t factor)
{
	return quotient(product(n, big_of(factor)), ten_to(18));
}

static struct big by_price(struct big n, uint64_t price, uint64_t scale)
{
	return quotient(product(n, big_of(price)), big_of(scale));
}

static struct big present(i128 principal, const struct compound_market *market)
{
	uint64_t index = principal >= 0 ? market->supply_index_e15
					: market->borrow_index_e15;

	return quotient(product(big_of(principal), big_of(index)), ten_to(15));
}

/* Liquidity: what collateral leaves of the debt, USD with 8 decimals. */
static struct big liquidity(const struct compound_account *account,
			    const struct compound_market *market, bool borrow)
{
	struct big left = by_price(present(account->principal, market),
				   market->base_price_e8, market->base_scale);

	for (size_t i = 0; i < market->asset_count; i++) {
		const struct compound_asset *asset = &market->assets[i];
		struct big value =
			by_price(big_of_unsigned(account->collateral[i]),
				 asset->price_e8, asset->scale);

		left = sum(left, by_factor(value,
					   borrow ? asset->borrow_factor_e18
						  : asset->liquidate_factor_e18));
	}
	return left;
}

bool compound_model_liquidatable(const struct compound_account *account,
				 const struct compound_market *market)
{
	return account->principal < 0 &&
	       is_below_zero(liquidity(account, market, false));
}

bool compound_model_collateralized(const struct compound_account *account,
				   const struct compound_market *market)
{
	return account->principal >= 0 ||
	       !is_below_zero(liquidity(account, market, true));
}

static struct big worth_in_base(const struct compound_account *account,
				const struct compound_market *market)
{
	struct big value = big_of(0);

	for (size_t i = 0; i < market->asset_count; i++)
		value = sum(value,
			    by_factor(by_price(big_of_unsigned(
						       account->collateral[i]),
					       market->assets[i].price_e8,
					       market->assets[i].scale),
				      market->assets[i].liquidation_factor_e18));
	return quotient(product(value, big_of(market->base_scale)),
			big_of(market->base_price_e8));
}

struct compound_model_absorbed
compound_model_absorb(const struct compound_account *account,
		      const struct compound_totals *totals,
		      const struct compound_market *market)
{
	struct compound_model_absorbed out;
	struct big before = present(account->principal, market);
	struct big after = sum(before, worth_in_base(account, market));
	struct big principal, paid;

	if (is_below_zero(after))
		after = big_of(0);
	principal = quotient(product(after, ten_to(15)),
			     big_of(market->supply_index_e15));
	paid = sum(after, minus(before));
	out.principal = signed_of(principal);
	out.paid_out = size_of(paid);
	out.paid_out_e8 = size_of(by_price(paid, market->base_price_e8,
					   market->base_scale));
	out.supply_principal =
		size_of(sum(big_of_unsigned(totals->supply_principal), principal));
	out.borrow_principal = size_of(sum(big_of_unsigned(totals->borrow_principal),
					   big_of(account->principal)));
	out.reserves = signed_of(
		sum(sum(big_of_unsigned(totals->base_held),
			minus(present((i128)out.supply_principal, market))),
		    minus(present(-(i128)out.borrow_principal, market))));
	return out;
}

u128 compound_model_price_e8(const struct compound_market *market, size_t asset)
{
	const struct compound_asset *info = &market->assets[asset];
	struct big one = ten_to(18);
	struct big discount = by_factor(
		sum(one, minus(big_of(info->liquidation_factor_e18))),
		market->storefront_factor_e18);

	return size_of(quotient(product(big_of(info->price_e8),
					sum(one, minus(discount))),
				one));
}

u128 compound_model_quote(const struct compound_market *market, size_t asset,
			  u128 base_amount)
{
	struct big price =
		big_of_unsigned(compound_model_price_e8(market, asset));
	struct big n = product(product(big_of(market->base_price_e8),
				       big_of_unsigned(base_amount)),
			       big_of(market->assets[asset].scale));

	return size_of(quotient(quotient(n, price), big_of(market->base_scale)));
}
