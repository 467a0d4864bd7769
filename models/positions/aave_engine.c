/* aave_engine.c -- see aave_engine.h. */
#include "models/positions/aave_engine.h"

#include "base/wide.h"

#define BPS 10000u
#define CLOSE_FACTOR_BPS 5000u
#define CLOSE_FACTOR_HEALTH ((u128)950000000000000000u)
#define FULL_CLOSE_BELOW_E8 ((u128)200000000000u) /* 2,000 USD */
#define RAY ((u128)1000000000u * ENGINE_HEALTH_ONE)
#define LEFTOVER_E8 ((u128)100000000000u)         /* 1,000 USD */

static enum status value_e8(u128 *out, u128 amount,
			    const struct engine_reserve *reserve,
			    enum rounding rounding)
{
	return multiply_divide(out, amount, reserve->price_e8, reserve->unit,
			       rounding);
}

/* The category that counts `reserve` as its collateral; NULL: none does. */
static const struct engine_category *
category_of(const struct engine_market *market, uint8_t emode, uint8_t reserve)
{
	for (size_t i = 0; emode && i < market->category_count; i++)
		if (market->categories[i].id == emode &&
		    market->categories[i].collateral >> reserve & 1)
			return &market->categories[i];
	return NULL;
}

uint32_t engine_threshold_bps(const struct engine_market *market,
			      uint8_t emode, uint8_t reserve)
{
	const struct engine_category *category =
		category_of(market, emode, reserve);

	return category ? category->lt_bps : market->reserves[reserve].lt_bps;
}

uint32_t engine_bonus_bps(const struct engine_market *market, uint8_t emode,
			  uint8_t reserve)
{
	const struct engine_category *category =
		category_of(market, emode, reserve);

	return category ? category->lb_bps : market->reserves[reserve].lb_bps;
}

static enum status add_holding(struct engine_totals *totals, u128 *weighted,
			       const struct engine_holding *holding,
			       const struct engine_market *market,
			       uint8_t emode)
{
	const struct engine_reserve *reserve =
		&market->reserves[holding->reserve];
	u128 value = 0;
	enum status status = OK;

	if (holding->collateral && holding->supplied) {
		status = value_e8(&value, holding->supplied, reserve,
				  ROUND_DOWN);
		if (status || value >> 100)
			return E_RANGE;
		totals->collateral_e8 += value;
		*weighted += value * engine_threshold_bps(market, emode,
							  holding->reserve);
	}
	if (holding->borrowed) {
		status = value_e8(&value, holding->borrowed, reserve, ROUND_UP);
		if (status || value >> 100)
			return E_RANGE;
		totals->debt_e8 += value;
	}
	return status;
}

enum status engine_totals(struct engine_totals *out,
			const struct engine_account *account,
			const struct engine_market *market)
{
	struct engine_totals totals = { 0, 0, ENGINE_HEALTH_NO_DEBT };
	u128 weighted = 0;
	enum status status = OK;

	for (size_t i = 0; i < account->count && !status; i++)
		status = add_holding(&totals, &weighted, &account->holdings[i],
				     market, account->emode);
	if (!status && totals.debt_e8) {
		status = multiply_divide(&totals.health_e18, weighted,
					 ENGINE_HEALTH_ONE, totals.debt_e8,
					 ROUND_HALF_UP);
		totals.health_e18 /= BPS;
	}
	if (!status)
		*out = totals;
	return status;
}

/* The largest debt of the reserve that one call may repay. */
static enum status close_limit(u128 *out, const struct engine_totals *totals,
			       const struct engine_holding *debt,
			       const struct engine_market *market,
			       u128 collateral_e8)
{
	const struct engine_reserve *debt_reserve =
		&market->reserves[debt->reserve];
	u128 debt_e8 = 0, half_e8 = 0;
	enum status status = value_e8(&debt_e8, debt->borrowed, debt_reserve,
				      ROUND_UP);

	*out = debt->borrowed;
	if (market->rule == ENGINE_AAVE_V2)
		return multiply_divide(out, debt->borrowed, CLOSE_FACTOR_BPS,
				       BPS, ROUND_HALF_UP);
	if (status || collateral_e8 < FULL_CLOSE_BELOW_E8 ||
	    debt_e8 < FULL_CLOSE_BELOW_E8 ||
	    totals->health_e18 <= CLOSE_FACTOR_HEALTH)
		return status;
	status = multiply_divide(&half_e8, totals->debt_e8, CLOSE_FACTOR_BPS,
				 BPS, ROUND_HALF_UP);
	if (status || debt_e8 <= half_e8)
		return status;
	return multiply_divide(out, half_e8, debt_reserve->unit,
			       debt_reserve->price_e8, ROUND_DOWN);
}

/* What one call is made on: both reserves and the account's bonus. */
struct engine_terms {
	const struct engine_reserve *collateral, *debt;
	uint32_t bonus_bps;
};

static bool product_fits(uint64_t price, u128 amount)
{
	return !price || amount <= ~(u128)0 / price;
}

/* How many of `other` a unit is; 0: not a whole number of 64 bits. */
static uint64_t units_of(u128 unit, u128 other)
{
	uint64_t a = (uint64_t)unit, b = (uint64_t)other;

	return unit >> 64 || other >> 64 || !b || a % b ? 0 : a / b;
}

/* An amount of one reserve in another at their prices, floored: the fraction is
 * reduced by the smaller unit, which spares the wide division. */
static enum status exchange(u128 *out, u128 amount,
			    const struct engine_reserve *from,
			    const struct engine_reserve *to)
{
	u128 value = (u128)from->price_e8 * amount;
	uint64_t more = units_of(to->unit, from->unit);
	uint64_t less = units_of(from->unit, to->unit);

	if (more)
		return multiply_divide(out, value, more, to->price_e8,
				       ROUND_DOWN);
	if (less)
		return multiply_divide(out, value, 1, (u128)to->price_e8 * less,
				       ROUND_DOWN);
	return multiply_divide(out, value, to->unit,
			       (u128)to->price_e8 * from->unit, ROUND_DOWN);
}

/* Collateral worth `debt` with bonus, capped by the balance; may lower debt. */
static enum status seize(u128 *collateral, u128 *debt, u128 balance,
			 const struct engine_terms *terms)
{
	const struct engine_reserve *c = terms->collateral, *d = terms->debt;
	u128 base = 0, with_bonus = 0, needed = 0;
	enum status status;

	if (!product_fits(d->price_e8, *debt) ||
	    !product_fits(c->price_e8, balance))
		return E_RANGE;
	status = exchange(&base, *debt, d, c);
	if (!status)
		status = multiply_divide(&with_bonus, base, terms->bonus_bps, BPS,
					 ROUND_HALF_UP);
	if (status)
		return status;
	if (with_bonus <= balance) {
		*collateral = with_bonus;
		return OK;
	}
	*collateral = balance;
	status = exchange(&needed, balance, c, d);
	return status ? status
		      : multiply_divide(debt, needed, BPS, terms->bonus_bps, ROUND_UP);
}

static enum status fee_of(u128 *fee, u128 collateral,
			  const struct engine_terms *terms)
{
	const struct engine_reserve *reserve = terms->collateral;
	u128 without_bonus = 0;
	enum status status;

	*fee = 0;
	if (!reserve->protocol_fee_bps)
		return OK;
	status = multiply_divide(&without_bonus, collateral, BPS,
				 terms->bonus_bps, ROUND_HALF_UP);
	return status ? status
		      : multiply_divide(fee, collateral - without_bonus,
					reserve->protocol_fee_bps, BPS,
					ROUND_HALF_UP);
}

static enum status check_dust(const struct engine_holding *collateral,
			      const struct engine_holding *debt, u128 seized,
			      u128 repaid, const struct engine_market *market)
{
	u128 debt_left = 0, collateral_left = 0;
	enum status status;

	if (repaid >= debt->borrowed || seized >= collateral->supplied)
		return OK;
	status = value_e8(&debt_left, debt->borrowed - repaid,
			  &market->reserves[debt->reserve], ROUND_UP);
	if (!status)
		status = value_e8(&collateral_left,
				  collateral->supplied - seized,
				  &market->reserves[collateral->reserve], ROUND_DOWN);
	if (status)
		return status;
	return debt_left >= LEFTOVER_E8 && collateral_left >= LEFTOVER_E8
		       ? OK
		       : E_REFUSED;
}

/* What a debt balance is after `repaid`: kept scaled, it shrinks by no more.
 * Tokens that nothing would be burnt of refuse the call. */
static enum status debt_after(u128 *left, u128 borrowed, u128 repaid,
			      u128 index)
{
	u128 scaled = borrowed, burnt = repaid;
	enum status status = OK;

	if (index)
		status = multiply_divide(&scaled, borrowed, RAY, index,
					 ROUND_DOWN);
	if (index && !status)
		status = multiply_divide(&burnt, repaid, RAY, index, ROUND_DOWN);
	if (!status && !burnt)
		return E_REFUSED;
	*left = scaled - burnt;
	if (index && !status)
		status = multiply_divide(left, *left, index, RAY, ROUND_UP);
	return status;
}

/* The collateral balance after the call, which takes rounded up shares; the
 * fee is what is left when the shares do not suffice. */
static enum status collateral_after(u128 *left, u128 *fee, u128 supplied,
				    u128 seized, u128 index)
{
	u128 scaled = 0, burnt = 0, charged = 0;
	enum status status;

	*left = supplied - seized - *fee;
	if (!seized)
		return E_REFUSED;
	if (!index)
		return OK;
	status = multiply_divide(&scaled, supplied, RAY, index, ROUND_UP);
	if (!status)
		status = multiply_divide(&burnt, seized, RAY, index, ROUND_UP);
	if (!status)
		status = multiply_divide(&charged, *fee, RAY, index, ROUND_UP);
	if (status)
		return status;
	scaled -= burnt;
	if (charged > scaled) {
		charged = scaled;
		status = multiply_divide(fee, charged, index, RAY, ROUND_DOWN);
	}
	return status ? status
		      : multiply_divide(left, scaled - charged, index, RAY,
					ROUND_DOWN);
}

/* Without collateral nothing will ever be repaid: all debt is deficit. */
static enum status burn_bad_debt(u128 *deficit_e8, struct engine_account *account,
				 const struct engine_market *market)
{
	for (size_t i = 0; i < account->count; i++) {
		struct engine_holding *holding = &account->holdings[i];
		u128 value = 0;
		enum status status =
			value_e8(&value, holding->borrowed,
				 &market->reserves[holding->reserve], ROUND_UP);

		if (status)
			return status;
		*deficit_e8 += value;
		holding->borrowed = 0;
	}
	return OK;
}

static enum status check_call(const struct engine_account *account,
			      const struct engine_call *call)
{
	if (call->collateral >= account->count || call->debt >= account->count)
		return E_INPUT;
	if (!account->holdings[call->collateral].collateral ||
	    !account->holdings[call->collateral].supplied ||
	    !account->holdings[call->debt].borrowed || !call->debt_to_cover)
		return E_INPUT;
	return OK;
}

/* Amounts of the call in *out, account untouched. */
static enum status plan(struct engine_liquidation *out,
			const struct engine_account *account,
			const struct engine_market *market,
			const struct engine_call *call)
{
	const struct engine_holding *c = &account->holdings[call->collateral];
	const struct engine_holding *d = &account->holdings[call->debt];
	const struct engine_terms terms = {
		&market->reserves[c->reserve], &market->reserves[d->reserve],
		engine_bonus_bps(market, account->emode, c->reserve) };
	struct engine_totals totals;
	u128 limit = 0, collateral_e8 = 0, seized = 0;
	enum status status = engine_totals(&totals, account, market);

	if (!status && totals.health_e18 >= ENGINE_HEALTH_ONE)
		return E_REFUSED;
	if (!status)
		status = value_e8(&collateral_e8, c->supplied,
				  terms.collateral, ROUND_DOWN);
	if (!status)
		status = close_limit(&limit, &totals, d, market,
				     collateral_e8);
	if (status)
		return status;
	out->debt_repaid = call->debt_to_cover < limit ? call->debt_to_cover
						       : limit;
	status = seize(&seized, &out->debt_repaid, c->supplied, &terms);
	if (!status && market->rule == ENGINE_AAVE_V3)
		status = check_dust(c, d, seized, out->debt_repaid, market);
	if (!status && market->rule == ENGINE_AAVE_V3)
		status = fee_of(&out->protocol_fee, seized, &terms);
	out->collateral_seized = seized - out->protocol_fee;
	if (!status)
		status = value_e8(&collateral_e8, seized, terms.collateral,
				  ROUND_DOWN);
	out->cleared = market->rule == ENGINE_AAVE_V3 &&
		       collateral_e8 == totals.collateral_e8;
	return status;
}

/* The balances after *done, into the two holdings of the call. */
static enum status settle(struct engine_liquidation *done,
			  struct engine_holding *collateral,
			  struct engine_holding *debt,
			  const struct engine_market *market)
{
	u128 supplied = 0, borrowed = 0;
	enum status status = collateral_after(
		&supplied, &done->protocol_fee, collateral->supplied,
		done->collateral_seized,
		market->reserves[collateral->reserve].supply_index_e27);

	if (!status)
		status = debt_after(&borrowed, debt->borrowed,
				    done->cleared ? debt->borrowed
						  : done->debt_repaid,
				    market->reserves[debt->reserve].borrow_index_e27);
	if (status)
		return status;
	collateral->supplied = supplied;
	debt->borrowed = done->cleared ? debt->borrowed - done->debt_repaid
				       : borrowed;
	return OK;
}

enum status engine_liquidate(struct engine_liquidation *out,
			   struct engine_account *account,
			   const struct engine_market *market,
			   const struct engine_call *call)
{
	struct engine_liquidation done = { .collateral = call->collateral,
					   .debt = call->debt };
	enum status status = check_call(account, call);

	if (!status)
		status = plan(&done, account, market, call);
	if (status)
		return status;
	status = settle(&done, &account->holdings[call->collateral],
			&account->holdings[call->debt], market);
	if (!status && done.cleared)
		status = burn_bad_debt(&done.deficit, account, market);
	if (!status)
		*out = done;
	return status;
}
