/* compound_engine.c -- see compound_engine.h. */
#include "models/positions/compound_engine.h"

#include "base/wide.h"

#define PRINCIPAL_MAX (((i128)1 << 103) - 1)
#define TOTAL_MAX (((u128)1 << 104) - 1)
#define SIGNED_MAX (~(u128)0 >> 1)

static enum status check_market(const struct compound_market *market)
{
	if (market->asset_count > COMPOUND_ASSETS_MAX || !market->base_scale ||
	    !market->supply_index_e15 || !market->borrow_index_e15 ||
	    market->storefront_factor_e18 > COMPOUND_FACTOR_ONE)
		return E_INPUT;
	for (size_t i = 0; i < market->asset_count; i++)
		if (!market->assets[i].scale ||
		    market->assets[i].liquidation_factor_e18 >
			    COMPOUND_FACTOR_ONE)
			return E_INPUT;
	return OK;
}

static enum status times_price(u128 *out, u128 amount, uint64_t price_e8,
			       uint64_t scale)
{
	if (!price_e8)
		return E_INPUT;
	return multiply_divide(out, amount, price_e8, scale, ROUND_DOWN);
}

static enum status times_factor(u128 *out, u128 amount, u128 factor_e18)
{
	return multiply_divide(out, amount, factor_e18, COMPOUND_FACTOR_ONE,
			       ROUND_DOWN);
}

static u128 size_of(i128 value)
{
	return value < 0 ? (u128)0 - (u128)value : (u128)value;
}

enum status compound_present_value(i128 *out, i128 principal,
				   const struct compound_market *market)
{
	u128 index = principal < 0 ? market->borrow_index_e15
				   : market->supply_index_e15;
	u128 present = 0;
	enum status status;

	if (!index)
		return E_INPUT;
	if (principal > PRINCIPAL_MAX || principal < -PRINCIPAL_MAX)
		return E_RANGE;
	status = multiply_divide(&present, size_of(principal), index,
				 COMPOUND_INDEX_ONE, ROUND_DOWN);
	if (status || present > SIGNED_MAX)
		return E_RANGE;
	*out = principal < 0 ? -(i128)present : (i128)present;
	return OK;
}

enum status compound_principal_value(i128 *out, i128 present,
				     const struct compound_market *market)
{
	u128 index = present < 0 ? market->borrow_index_e15
				 : market->supply_index_e15;
	u128 principal = 0;
	enum status status;

	if (!index)
		return E_INPUT;
	status = multiply_divide(&principal, size_of(present),
				 COMPOUND_INDEX_ONE, index,
				 present < 0 ? ROUND_UP : ROUND_DOWN);
	if (status || principal > (u128)PRINCIPAL_MAX)
		return E_RANGE;
	*out = present < 0 ? -(i128)principal : (i128)principal;
	return OK;
}

enum factor { BORROW, LIQUIDATE };

/* Whether collateral by its factors is worth the debt. */
static enum status is_covered(bool *out, const struct compound_account *account,
			      const struct compound_market *market,
			      enum factor factor)
{
	i128 balance = 0;
	u128 debt = 0, covered = 0, value = 0;
	enum status status = check_market(market);

	if (!status)
		status = compound_present_value(&balance, account->principal,
						market);
	if (!status && account->principal < 0)
		status = times_price(&debt, size_of(balance),
				     market->base_price_e8, market->base_scale);
	for (size_t i = 0; !status && i < market->asset_count && covered < debt;
	     i++) {
		const struct compound_asset *asset = &market->assets[i];

		if (!account->collateral[i])
			continue;
		status = times_price(&value, account->collateral[i],
				     asset->price_e8, asset->scale);
		if (!status)
			status = times_factor(
				&value, value,
				factor == BORROW ? asset->borrow_factor_e18
						 : asset->liquidate_factor_e18);
		if (!status && covered + value < covered)
			status = E_RANGE;
		covered += value;
	}
	if (!status)
		*out = covered >= debt;
	return status;
}

enum status compound_is_liquidatable(bool *out,
				     const struct compound_account *account,
				     const struct compound_market *market)
{
	bool covered = false;
	enum status status = is_covered(&covered, account, market, LIQUIDATE);

	if (!status)
		*out = !covered;
	return status;
}

enum status
compound_is_borrow_collateralized(bool *out,
				  const struct compound_account *account,
				  const struct compound_market *market)
{
	return is_covered(out, account, market, BORROW);
}

enum status compound_reserves(i128 *out, const struct compound_totals *totals,
			      const struct compound_market *market)
{
	u128 supply = 0, borrow = 0;
	enum status status;

	if (totals->supply_principal > TOTAL_MAX ||
	    totals->borrow_principal > TOTAL_MAX)
		return E_RANGE;
	status = multiply_divide(&supply, totals->supply_principal,
				 market->supply_index_e15, COMPOUND_INDEX_ONE,
				 ROUND_DOWN);
	if (!status)
		status = multiply_divide(&borrow, totals->borrow_principal,
					 market->borrow_index_e15,
					 COMPOUND_INDEX_ONE, ROUND_DOWN);
	/* Each below 2^126: their sum keeps its sign. */
	if (status || (supply | borrow | totals->base_held) >> 126)
		return E_RANGE;
	*out = (i128)totals->base_held - (i128)supply + (i128)borrow;
	return OK;
}

/* All collateral by its liquidation factors, in base tokens. */
static enum status credit(struct compound_absorption *done,
			  const struct compound_account *account,
			  const struct compound_market *market)
{
	u128 sum = 0, value = 0;
	enum status status = OK;

	for (size_t i = 0; i < market->asset_count && !status; i++) {
		const struct compound_asset *asset = &market->assets[i];

		done->seized[i] = account->collateral[i];
		if (!done->seized[i])
			continue;
		status = times_price(&value, done->seized[i], asset->price_e8,
				     asset->scale);
		if (!status)
			status = times_factor(&value, value,
					      asset->liquidation_factor_e18);
		if (!status && sum + value < sum)
			status = E_RANGE;
		sum += value;
	}
	return status ? status
		      : multiply_divide(&done->credited, sum,
					market->base_scale,
					market->base_price_e8, ROUND_DOWN);
}

/* Debt against credit: the balance that is left, or the bad debt. */
static enum status settle(struct compound_absorption *done, i128 *principal,
			  const struct compound_market *market)
{
	u128 left = 0;
	enum status status;

	if (done->credited > done->debt)
		left = done->credited - done->debt;
	else
		done->bad_debt = done->debt - done->credited;
	if (left > SIGNED_MAX - done->debt)
		return E_RANGE;
	done->balance = left;
	done->paid_out = left + done->debt;
	status = compound_principal_value(principal, (i128)left, market);
	return status ? status
		      : times_price(&done->paid_out_e8, done->paid_out,
				    market->base_price_e8, market->base_scale);
}

static enum status book(struct compound_totals *totals,
			const struct compound_account *account, i128 principal,
			size_t asset_count)
{
	u128 repaid = size_of(account->principal);

	if (totals->borrow_principal < repaid)
		return E_INPUT;
	totals->borrow_principal -= repaid;
	totals->supply_principal += (u128)principal;
	if (totals->supply_principal > TOTAL_MAX)
		return E_RANGE;
	for (size_t i = 0; i < asset_count; i++) {
		if (totals->collateral[i] < account->collateral[i])
			return E_INPUT;
		totals->collateral[i] -= account->collateral[i];
	}
	return OK;
}

enum status compound_absorb(struct compound_absorption *out,
			    struct compound_account *account,
			    struct compound_totals *totals,
			    const struct compound_market *market)
{
	struct compound_absorption done = {.debt = 0};
	struct compound_totals then = *totals;
	bool liquidatable = false;
	i128 balance = 0, principal = 0;
	enum status status =
		compound_is_liquidatable(&liquidatable, account, market);

	if (!status && !liquidatable)
		return E_REFUSED;
	if (!status)
		status = compound_present_value(&balance, account->principal,
						market);
	done.debt = size_of(balance);
	if (!status)
		status = credit(&done, account, market);
	if (!status)
		status = settle(&done, &principal, market);
	if (!status)
		status = book(&then, account, principal, market->asset_count);
	if (status)
		return status;
	account->principal = principal;
	for (size_t i = 0; i < market->asset_count; i++)
		account->collateral[i] = 0;
	*totals = then;
	*out = done;
	return OK;
}

static enum status discounted_price(u128 *out,
				    const struct compound_market *market,
				    const struct compound_asset *asset)
{
	u128 discount = 0;
	enum status status = times_factor(
		&discount, market->storefront_factor_e18,
		COMPOUND_FACTOR_ONE - asset->liquidation_factor_e18);

	if (!asset->price_e8 || !market->base_price_e8)
		return E_INPUT;
	return status ? status
		      : times_factor(out, asset->price_e8,
				     COMPOUND_FACTOR_ONE - discount);
}

enum status compound_quote(u128 *out, const struct compound_market *market,
			   size_t asset, u128 base_amount)
{
	u128 price = 0;
	enum status status = check_market(market);

	if (!status && asset >= market->asset_count)
		return E_INPUT;
	if (!status)
		status = discounted_price(&price, market,
					  &market->assets[asset]);
	if (status)
		return status;
	if (base_amount > ~(u128)0 / market->base_price_e8)
		return E_RANGE;
	/* Two truncated divisions are one by the product. */
	return multiply_divide(out, base_amount * market->base_price_e8,
			       market->assets[asset].scale,
			       price * market->base_scale, ROUND_DOWN);
}

enum status compound_buy(u128 *out, struct compound_totals *totals,
			 const struct compound_market *market,
			 const struct compound_order *order)
{
	u128 bought = 0;
	i128 reserves = 0;
	enum status status = compound_quote(&bought, market, order->asset,
					    order->base_amount);

	if (!status)
		status = compound_reserves(&reserves, totals, market);
	if (status)
		return status;
	if (reserves >= 0 && (u128)reserves >= market->target_reserves)
		return E_REFUSED;
	if (totals->collateral_held[order->asset] <
	    totals->collateral[order->asset])
		return E_INPUT;
	if (bought < order->least ||
	    bought > totals->collateral_held[order->asset] -
			     totals->collateral[order->asset])
		return E_REFUSED;
	if (totals->base_held + order->base_amount < totals->base_held)
		return E_RANGE;
	totals->base_held += order->base_amount;
	totals->collateral_held[order->asset] -= bought;
	*out = bought;
	return OK;
}
