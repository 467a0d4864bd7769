/* market_check.c -- do the numbers that were read agree with each other?
 *
 * Totals: aToken balances round down and debt balances up (3.5 on; half up
 * before), so n holders differ from the total by at most n units.  Accounts:
 * the Pool's own sums are recomputed from balances, prices and thresholds
 * (aave-v3-origin 3.6.0, GenericLogic.calculateUserAccountData). */
#include <string.h>

#include "agent/market_internal.h"
#include "base/wide.h"

static u128 distance(u128 a, u128 b)
{
	return a > b ? a - b : b - a;
}

static enum status bad_total(const struct market_reserve *reserve,
			     const char *what, u128 difference,
			     struct error *error)
{
	error_set(error, E_PEER, "%s: the holders' %s differ from the total by "
		  "%llu raw units or more", reserve->core.symbol, what,
		  difference >> 64 ? ~0ull : (unsigned long long)difference);
	return error_hint(error, "The node left logs out, or --from-block is "
			  "later than the market's first transaction.");
}

enum status market_check_totals(const struct market_read *read,
				struct error *error)
{
	const struct market_snapshot *snapshot = read->snapshot;

	for (size_t r = 0; r < snapshot->reserve_count; r++) {
		const struct market_reserve *reserve = &snapshot->reserves[r];
		u128 supplied = 0, borrowed = 0, holders = 1;

		for (uint32_t p = 0; p < snapshot->position_count; p++) {
			const struct position *position =
				&snapshot->positions[p];

			for (size_t h = 0; h < position->count; h++) {
				if (position->holdings[h].reserve != r)
					continue;
				supplied += position->holdings[h].supplied;
				borrowed += position->holdings[h].borrowed;
				holders++;
			}
		}
		if (distance(supplied, reserve->atoken_total) > holders)
			return bad_total(reserve, "balances",
					 distance(supplied,
						  reserve->atoken_total),
					 error);
		if (distance(borrowed, reserve->core.borrowed) > holders)
			return bad_total(reserve, "debts",
					 distance(borrowed,
						  reserve->core.borrowed),
					 error);
	}
	return OK;
}

/** What the Pool computes of an account, in its units. */
struct sums {
	u128 collateral_e8, debt_e8;
	u128 weighted; /* sum of collateral_e8 * lt_bps */
};

static u128 power_of_ten(uint8_t exponent)
{
	u128 value = 1;

	while (exponent--)
		value *= 10;
	return value;
}

static uint32_t threshold(const struct market_read *read,
			  const struct market_reserve *reserve, uint8_t emode)
{
	const struct market_emode *mode =
		market_find_emode(read->snapshot, emode);

	return mode && (mode->collaterals >> reserve->id & 1)
		       ? mode->lt_bps : reserve->core.lt_bps;
}

static enum status add_holding(struct sums *sums,
			       const struct market_reserve *reserve,
			       const struct holding *holding, uint32_t lt_bps)
{
	u128 unit = power_of_ten(reserve->core.decimals);
	uint64_t price_e8 = reserve->core.price_e8;
	u128 value;
	enum status status = multiply_divide(&value, holding->borrowed,
					     price_e8, unit, ROUND_UP);

	if (status)
		return status;
	sums->debt_e8 += value;
	if (!holding->collateral)
		return OK;
	status = multiply_divide(&value, holding->supplied, price_e8, unit,
				 ROUND_DOWN);
	if (!status && value >> 100)
		status = E_RANGE; /* 1e22 dollars: keeps the sums below 2^128 */
	if (status)
		return status;
	sums->collateral_e8 += value;
	sums->weighted += value * lt_bps;
	return OK;
}

/* weighted * 1e18 / debt, half up, then / 10000 rounded down. */
static enum status health(u128 *out_e18, const struct sums *sums)
{
	u128 wad = (u128)1000000000 * 1000000000;
	enum status status = multiply_divide(out_e18, sums->weighted, wad,
					     sums->debt_e8, ROUND_HALF_UP);

	if (!status)
		*out_e18 /= 10000;
	return status;
}

static enum status bad_account(const struct position *position,
			       const char *what, struct error *error)
{
	char account[ADDRESS_TEXT_MAX];

	address_format(account, position->account);
	error_set(error, E_PEER, "account %s: its %s recomputed from balances "
		  "and prices is not what the Pool says", account, what);
	return error_hint(error, "The node is inconsistent, or this market "
			  "values positions in a way not known here.");
}

/* Health may differ by what one e8 a holding does to the smaller sum. */
static bool health_close(u128 computed, const struct aave_account *reported,
			 u128 slack)
{
	u128 smaller = reported->debt_e8 < reported->collateral_e8
			       ? reported->debt_e8 : reported->collateral_e8;
	u128 room;

	if (computed == reported->health_e18 || smaller <= slack)
		return true;
	if (multiply_divide(&room, reported->health_e18, 2 * slack, smaller,
			    ROUND_UP))
		return true;
	return distance(computed, reported->health_e18) <= room + 1;
}

static enum status compare(struct market_account *account,
			   const struct position *position,
			   const struct sums *sums, struct error *error)
{
	const struct aave_account *reported = &account->reported;
	u128 health_e18 = 0, slack = position->count;

	if (distance(sums->collateral_e8, reported->collateral_e8) > slack)
		return bad_account(position, "collateral", error);
	if (distance(sums->debt_e8, reported->debt_e8) > slack)
		return bad_account(position, "debt", error);
	if (reported->has_debt && sums->debt_e8 && health(&health_e18, sums))
		return bad_account(position, "health factor", error);
	if (reported->has_debt &&
	    !health_close(health_e18, reported, slack))
		return bad_account(position, "health factor", error);
	account->checked = true;
	account->exact = sums->collateral_e8 == reported->collateral_e8 &&
			 sums->debt_e8 == reported->debt_e8 &&
			 health_e18 == reported->health_e18;
	return OK;
}

static enum status check_account(struct market_read *read, uint32_t index,
				 struct error *error)
{
	struct market_snapshot *snapshot = read->snapshot;
	const struct position *position = &snapshot->positions[index];
	struct sums sums = { 0 };

	if (position->emode && !market_find_emode(snapshot, position->emode))
		return OK; /* before 3.2: left unchecked, and said so */
	for (size_t h = 0; h < position->count; h++) {
		const struct holding *holding = &position->holdings[h];
		const struct market_reserve *reserve =
			&snapshot->reserves[holding->reserve];
		uint32_t lt_bps = threshold(read, reserve, position->emode);

		if (add_holding(&sums, reserve, holding, lt_bps))
			return error_set(error, E_RANGE, "%s: a value beyond "
					 "128 bits", reserve->core.symbol);
	}
	return compare(&snapshot->accounts[index], position, &sums, error);
}

enum status market_check_accounts(struct market_read *read,
				  struct error *error)
{
	struct market_snapshot *snapshot = read->snapshot;
	enum status status = OK;

	for (uint32_t i = 0; i < snapshot->position_count && !status; i++) {
		status = check_account(read, i, error);
		snapshot->exact_accounts += snapshot->accounts[i].exact;
	}
	return status;
}
