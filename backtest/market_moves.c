/* market_moves.c -- see market.h: what accounts and lenders may do, and the
 * one place where balances turn into the engine's raw units and back. */
#include "backtest/market.h"

#define RAW_MAX 0x1p127
#define NO_DEBT 1e300

static const struct market_asset *collateral_of(const struct market *market,
						const struct borrower *who)
{
	return &market->assets[who->collateral];
}

static const struct market_asset *debt_of(const struct market *market,
					  const struct borrower *who)
{
	return &market->assets[who->debt];
}

double market_collateral(const struct market *market,
			 const struct borrower *who)
{
	return who->supplied_scaled * collateral_of(market, who)->supply_index;
}

double market_debt(const struct market *market, const struct borrower *who)
{
	return who->borrowed_scaled * debt_of(market, who)->borrow_index;
}

static double usd_of(const struct market_asset *asset, double raw)
{
	return raw / asset->unit * asset->price_usd;
}

static double raw_of(const struct market_asset *asset, double usd)
{
	return usd / asset->price_usd * asset->unit;
}

double market_collateral_usd(const struct market *market,
			     const struct borrower *who)
{
	return usd_of(collateral_of(market, who),
		      market_collateral(market, who));
}

double market_debt_usd(const struct market *market,
		       const struct borrower *who)
{
	return usd_of(debt_of(market, who), market_debt(market, who));
}

bool market_is_under_water(const struct market *market,
			   const struct borrower *who)
{
	const struct market_asset *c = collateral_of(market, who);
	const struct market_asset *d = debt_of(market, who);
	double debt = market_debt(market, who) / d->unit * d->market_usd;

	return debt > 0.0 && debt >= market_collateral(market, who) / c->unit *
					     c->market_usd;
}

double market_health(const struct market *market, const struct borrower *who)
{
	double debt = market_debt_usd(market, who);

	if (debt <= 0.0)
		return NO_DEBT;
	return market_collateral_usd(market, who) *
	       (collateral_of(market, who)->values.lt_bps / 1e4) / debt;
}

static u128 units_of(double raw)
{
	if (!(raw > 0.0))
		return 0;
	return (u128)(raw < RAW_MAX ? raw : RAW_MAX);
}

void market_settle(const struct market *market, struct borrower *who)
{
	who->holdings[0] = (struct engine_holding){
		.reserve = who->collateral, .collateral = true,
		.supplied = units_of(market_collateral(market, who)) };
	who->holdings[1] = (struct engine_holding){
		.reserve = who->debt,
		.borrowed = units_of(market_debt(market, who)) };
}

static double at_least_zero(double x)
{
	return x > 0.0 ? x : 0.0;
}

static void adopt_collateral(struct market *market, struct borrower *who,
			     double fee)
{
	struct market_asset *asset = &market->assets[who->collateral];
	double after = (double)who->holdings[0].supplied;
	double gone = at_least_zero(market_collateral(market, who) - after);
	double paid, kept;

	fee = fee < gone ? fee : gone;
	kept = gone - fee;
	paid = market_liquidity(asset);
	paid = paid < kept ? paid : kept;
	asset->supplied -= paid;
	asset->lent += kept - paid;
	asset->treasury += fee;
	asset->revenue_usd += usd_of(asset, fee);
	who->supplied_scaled = after / asset->supply_index;
}

static void adopt_debt(struct market *market, struct borrower *who,
		       double repaid, bool deficit)
{
	struct market_asset *asset = &market->assets[who->debt];
	double after = (double)who->holdings[1].borrowed;
	double gone = at_least_zero(market_debt(market, who) - after);
	double lost = deficit ? at_least_zero(gone - repaid) : 0.0;

	asset->borrowed = at_least_zero(asset->borrowed - gone);
	asset->deficit += lost;
	asset->deficit_usd += usd_of(asset, lost);
	who->borrowed_scaled = after / asset->borrow_index;
}

/* Debt first: what is repaid can pay out collateral of the same reserve. */
void market_adopt(struct market *market, struct borrower *who,
		  const struct engine_liquidation *done)
{
	adopt_debt(market, who, (double)done->debt_repaid, done->deficit > 0);
	adopt_collateral(market, who, (double)done->protocol_fee);
	who->liquidated = true;
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

/* Raw units until a cap in whole tokens; 0: there is none. */
static double room_below(uint64_t cap, double unit, double used)
{
	if (cap == 0)
		return RAW_MAX;
	return at_least_zero((double)cap * unit - used);
}

static double supply_room(const struct market_asset *asset)
{
	return asset->frozen ? 0.0
			     : room_below(asset->values.supply_cap, asset->unit,
					  asset->supplied);
}

double market_supply(struct market *market, struct borrower *who, double raw)
{
	struct market_asset *asset = &market->assets[who->collateral];

	raw = least(at_least_zero(raw), supply_room(asset));
	who->supplied_scaled += raw / asset->supply_index;
	asset->supplied += raw;
	return raw;
}

/* What LTV still lets be borrowed; a frozen collateral's LTV is 0. */
static double borrowing_power(const struct market *market,
			      const struct borrower *who)
{
	const struct market_asset *asset = collateral_of(market, who);
	double ltv = asset->frozen ? 0.0 : asset->values.ltv_bps / 1e4;

	return raw_of(debt_of(market, who),
		      at_least_zero(market_collateral_usd(market, who) * ltv -
				    market_debt_usd(market, who)));
}

double market_borrow(struct market *market, struct borrower *who, double raw)
{
	struct market_asset *asset = &market->assets[who->debt];

	if (asset->frozen)
		return 0.0;
	raw = least(at_least_zero(raw), borrowing_power(market, who));
	raw = least(raw, room_below(asset->values.borrow_cap, asset->unit,
				    asset->borrowed));
	raw = least(raw, market_liquidity(asset));
	who->borrowed_scaled += raw / asset->borrow_index;
	asset->borrowed += raw;
	return raw;
}

double market_repay(struct market *market, struct borrower *who, double raw)
{
	struct market_asset *asset = &market->assets[who->debt];
	double debt = market_debt(market, who);

	if (raw >= debt) {
		raw = debt;
		who->borrowed_scaled = 0.0;
	} else {
		raw = at_least_zero(raw);
		who->borrowed_scaled -= raw / asset->borrow_index;
	}
	asset->borrowed = at_least_zero(asset->borrowed - raw);
	return raw;
}

/* Raw collateral above what keeps health at 1. */
static double withdrawable(const struct market *market,
			   const struct borrower *who)
{
	const struct market_asset *asset = collateral_of(market, who);
	double debt = market_debt_usd(market, who);
	double lt = asset->values.lt_bps / 1e4;

	if (debt <= 0.0)
		return RAW_MAX;
	if (lt <= 0.0)
		return 0.0;
	return raw_of(asset, at_least_zero(market_collateral_usd(market, who) -
					   debt / lt));
}

double market_withdraw(struct market *market, struct borrower *who, double raw)
{
	struct market_asset *asset = &market->assets[who->collateral];
	double balance = market_collateral(market, who);

	raw = least(at_least_zero(raw), withdrawable(market, who));
	raw = least(raw, market_liquidity(asset));
	if (raw >= balance) {
		raw = balance;
		who->supplied_scaled = 0.0;
	} else {
		who->supplied_scaled -= raw / asset->supply_index;
	}
	asset->supplied = at_least_zero(asset->supplied - raw);
	return raw;
}

double market_lend(struct market_asset *asset, double raw)
{
	if (raw > 0.0)
		raw = least(raw, supply_room(asset));
	else
		raw = -least(-raw, least(asset->lent, market_liquidity(asset)));
	asset->lent += raw;
	asset->supplied += raw;
	return raw;
}
