/* cascade.c -- see cascade.h. */
#include "models/loss/cascade.h"

#include <string.h>

#define CALLS_PER_STEP 4
#define BPS 10000.0
/* Members whose health is above this are not looked at until prices have moved
 * against each other by as much: a longer list costs each step, a shorter more
 * lists. */
#define CLOSE_HEALTH 1.02
#define UNHEALTHY (1.0 + 1e-9) /* or so close that the integers must tell */

static double to_double(u128 value)
{
	return (double)(uint64_t)(value >> 64) * 0x1p64 +
	       (double)(uint64_t)value;
}

static u128 to_raw(double amount, double unit)
{
	double raw = amount * unit;

	return raw < 1.0 ? 0 : raw > 0x1p120 ? (u128)1 << 120 : (u128)raw;
}

static void load_holding(struct cascade *c, size_t h)
{
	const struct engine_holding *holding = &c->holdings[h];
	double unit = c->book->unit[holding->reserve];
	double threshold = c->supplied[h] > 0.0
				   ? c->backing[h] / c->supplied[h]
				   : 0.0;

	c->supplied[h] = holding->collateral
				 ? to_double(holding->supplied) / unit
				 : 0.0;
	c->borrowed[h] = to_double(holding->borrowed) / unit;
	c->backing[h] = c->supplied[h] * threshold;
}

/* The members' amounts; their integers are copied when they are called. */
static void load_members(struct cascade *c)
{
	const struct cascade_book *book = c->book;
	size_t at = 0;

	for (size_t i = 0; i < c->count; i++) {
		size_t from = book->first[c->members[i]];
		size_t n = book->first[c->members[i] + 1] - from;

		c->first[i] = at;
		c->accounts[i].holdings = NULL;
		c->touched[i] = 0;
		for (size_t h = 0; h < n; h++) {
			c->asset[at + h] = book->asset[from + h];
			c->collateral[at + h] = book->collateral[from + h];
			c->supplied[at + h] = book->supplied[from + h];
			c->borrowed[at + h] = book->borrowed[from + h];
			c->backing[at + h] = book->backing[from + h];
		}
		at += n;
	}
	c->first[c->count] = at;
}

static void load_account(struct cascade *c, size_t member)
{
	const struct engine_account *from =
		&c->book->accounts[c->members[member]];
	struct engine_account *account = &c->accounts[member];

	if (account->holdings)
		return;
	*account = *from;
	account->holdings = c->holdings + c->first[member];
	memcpy(account->holdings, from->holdings,
	       from->count * sizeof(*from->holdings));
}

/* At least 1; beyond 64 bits, which no price is, the most they hold. */
static uint64_t price_e8_of(double price)
{
	double scaled = price * 1e8;

	if (scaled < 1.0)
		return 1;
	return scaled < 18446744073709551616.0 ? (uint64_t)scaled : UINT64_MAX;
}

/* The same where its product with an amount still fits the engine's integers:
 * beyond, an account would be worth more than all money. */
static uint64_t price_within(double price, u128 amount)
{
	uint64_t price_e8 = price_e8_of(price);
	u128 most;

	if (!(amount >> 64)) /* 64 bits by 64 bits always fit */
		return price_e8;
	most = ~(u128)0 / amount;
	return most < price_e8 ? (uint64_t)most : price_e8;
}

/* What an account's reserves are seen at, for the engine. */
static void set_engine_prices(struct cascade *c, size_t member)
{
	const struct engine_account *account = &c->accounts[member];

	for (size_t h = 0; h < account->count; h++) {
		const struct engine_holding *holding = &account->holdings[h];
		u128 amount = holding->supplied > holding->borrowed
				      ? holding->supplied
				      : holding->borrowed;

		c->engine.reserves[holding->reserve].price_e8 = price_within(
			c->prices.seen_usd[holding->reserve], amount);
	}
}

/* A member's health at the prices seen, in doubles: to find the few accounts
 * that need the integer rule.  Without debt, more than any. */
static double health_of(const struct cascade *c, size_t member)
{
	double backing = 0.0, debt = 0.0;

	for (size_t h = c->first[member]; h < c->first[member + 1]; h++) {
		double price = c->prices.seen_usd[c->asset[h]];

		backing += c->backing[h] * price;
		debt += c->borrowed[h] * price;
	}
	return debt > 0.0 ? backing / debt : 1e300;
}

/* Lists the members that are close to their thresholds at the prices seen now.
 * While prices keep together, no other can come below a health of 1: no health
 * falls by more than the spread. */
static void list_close(struct cascade *c)
{
	const size_t *first = c->first;
	const double *backs = c->backing, *borrowed = c->borrowed;
	const double *seen_usd = c->prices.seen_usd;

	cascade_prices_base(&c->prices);
	c->close_count = 0;
	for (uint32_t i = 0; i < c->count; i++) {
		double backing = 0.0, debt = 0.0;

		for (size_t h = first[i]; h < first[i + 1]; h++) {
			double price = seen_usd[c->asset[h]];

			backing += backs[h] * price;
			debt += borrowed[h] * price;
		}
		if (backing >= CLOSE_HEALTH * debt) /* or nothing is left */
			continue;
		c->close_health[c->close_count] = debt > 0.0 ? backing / debt
							     : 1e300;
		c->close[c->close_count++] = i;
	}
}

/* The liquidator takes the largest collateral against the largest debt. */
static bool pick_call(struct engine_call *call, const struct cascade *c,
		      size_t member)
{
	size_t first = c->first[member];
	double best_collateral = 0.0, best_debt = 0.0;

	for (size_t h = first; h < c->first[member + 1]; h++) {
		double price = c->prices.seen_usd[c->asset[h]];

		if (c->supplied[h] * price > best_collateral) {
			best_collateral = c->supplied[h] * price;
			call->collateral = (uint8_t)(h - first);
		}
		if (c->borrowed[h] * price > best_debt) {
			best_debt = c->borrowed[h] * price;
			call->debt = (uint8_t)(h - first);
		}
	}
	return best_collateral > 0.0 && best_debt > 0.0;
}

/* Share of the seized value that stays with the liquidator, over the debt. */
static double kept_bonus(const struct cascade *c,
			 const struct engine_account *account, uint8_t reserve)
{
	const struct engine_reserve *r = &c->engine.reserves[reserve];
	double bonus = (double)engine_bonus_bps(&c->engine, account->emode,
						reserve) / BPS - 1.0;

	return 1.0 + bonus * (1.0 - (double)r->protocol_fee_bps / BPS);
}

/* impact_capacity of collateral x, sold against debt d: between two sales of
 * either it stays what it was. */
static double capacity_usd(struct cascade *c, uint8_t x, uint8_t d,
			   double impact)
{
	struct cascade_capacity *last = &c->capacities[x][d];

	if (last->impact != impact) {
		last->usd = impact_capacity(&c->book->market->curves[x],
					    impact);
		last->impact = impact;
	}
	return last->usd;
}

/* Debt that a liquidator repays with profit at the depth that is left: the
 * seized collateral is valued by the oracle and sold at the market. */
static u128 profitable_debt(struct cascade *c,
			    const struct engine_account *account,
			    const struct engine_call *call)
{
	const struct loss_market *market = c->book->market;
	uint8_t x = account->holdings[call->collateral].reserve;
	uint8_t d = account->holdings[call->debt].reserve;
	const struct cascade_prices *p = &c->prices;
	double kept = kept_bonus(c, account, x);
	double stale_collateral = p->seen_usd[x] / p->path_usd[x];
	double stale_debt = p->market_usd[d] / p->seen_usd[d];
	double impact = 1.0 - (1.0 + market->cost) * stale_collateral *
				      stale_debt / kept;
	double room_usd;

	if (!market->has_curve[x] || impact <= 0.0)
		return 0;
	room_usd = capacity_usd(c, x, d, impact < 1.0 ? impact : 1.0) *
			   p->depth -
		   p->pressure_usd[x];
	if (room_usd <= 0.0)
		return 0;
	return to_raw(room_usd * stale_collateral / kept / p->seen_usd[d],
		      c->book->unit[d]);
}

/* The member's amounts are still those before the call. */
static void tell(const struct cascade *c, size_t member,
		 const struct engine_liquidation *done)
{
	size_t first = c->first[member];
	struct loss_call call = { .account = c->members[member],
				  .collateral = c->asset[first +
							 done->collateral],
				  .debt = c->asset[first + done->debt],
				  .health = 0.0,
				  .done = *done };

	if (!c->listener.told)
		return;
	call.health = health_of(c, member);
	call.collateral_usd = c->prices.seen_usd[call.collateral];
	call.debt_usd = c->prices.seen_usd[call.debt];
	c->listener.told(c->listener.user, &call);
}

static void book_call(struct cascade *c, size_t member,
		      const struct engine_liquidation *done)
{
	size_t first = c->first[member];
	uint8_t x = c->asset[first + done->collateral];
	uint8_t d = c->asset[first + done->debt];

	tell(c, member, done);
	c->liquidated_usd += to_double(done->debt_repaid) / c->book->unit[d] *
			     c->prices.seen_usd[d];
	for (size_t h = first; h < c->first[member + 1]; h++)
		load_holding(c, h);
	cascade_prices_sale(&c->prices, c->book->market, x,
			    to_double(done->collateral_seized) /
				    c->book->unit[x] * c->prices.path_usd[x]);
}

/* Value of what an account owes beyond its collateral, and the reserve of its
 * largest collateral, which the loss is booked to. */
static double shortfall(const struct cascade *c, size_t member,
			size_t *largest)
{
	double collateral = 0.0, debt = 0.0, best = -1.0;

	for (size_t h = c->first[member]; h < c->first[member + 1]; h++) {
		uint8_t r = c->asset[h];
		double value = c->supplied[h] * c->prices.path_usd[r];

		collateral += value;
		debt += c->borrowed[h] * c->prices.path_usd[r];
		if (c->collateral[h] && value > best) {
			best = value;
			*largest = r;
		}
	}
	return debt > collateral ? debt - collateral : 0.0;
}

/* One call, if someone profits by it; *again: another may follow. */
static enum status call_once(struct cascade *c, size_t member, size_t largest,
			     bool *again)
{
	struct engine_account *account = &c->accounts[member];
	struct engine_liquidation done;
	struct engine_call call = { 0, 0, 0 };
	enum status status;

	*again = false;
	if (!pick_call(&call, c, member))
		return OK;
	call.debt_to_cover = profitable_debt(c, account, &call);
	if (!call.debt_to_cover)
		return OK;
	set_engine_prices(c, member);
	status = engine_liquidate(&done, account, &c->engine, &call);
	if (status == E_REFUSED)
		return OK; /* healthy after all, or only dust */
	if (status)
		return status;
	c->liquidated_accounts += !c->touched[member];
	c->touched[member] = 1;
	c->loss_usd += to_double(done.deficit) * 1e-8;
	c->asset_loss_usd[largest] += to_double(done.deficit) * 1e-8;
	book_call(c, member, &done);
	*again = health_of(c, member) < UNHEALTHY;
	return OK;
}

static enum status liquidate_member(struct cascade *c, size_t member)
{
	size_t largest = 0;
	bool again = true;
	enum status status = OK;

	load_account(c, member);
	(void)shortfall(c, member, &largest);
	for (int i = 0; i < CALLS_PER_STEP && again && !status; i++)
		status = call_once(c, member, largest, &again);
	return status;
}

/* Its health at the base prices, from that at those seen now: lower by the
 * spread at most. */
static void relist(struct cascade *c, size_t k)
{
	c->close_health[k] = health_of(c, c->close[k]) *
			     (c->prices.base_low / c->prices.base_high);
}

/* Every member in order, at the same answers: what one sells presses the price
 * that the next one gets. */
enum status cascade_step(struct cascade *c)
{
	enum status status = OK;

	if (cascade_prices_reach(&c->prices, CLOSE_HEALTH))
		list_close(c);
	for (size_t k = 0; k < c->close_count && !status; k++) {
		uint32_t member = c->close[k];

		if (!cascade_prices_reach(&c->prices, c->close_health[k]) ||
		    health_of(c, member) > UNHEALTHY)
			continue;
		status = liquidate_member(c, member);
		relist(c, k);
	}
	return status;
}

void cascade_begin(struct cascade *c)
{
	c->loss_usd = 0.0;
	c->liquidated_usd = 0.0;
	c->liquidated_accounts = 0;
	memset(c->asset_loss_usd, 0, sizeof(c->asset_loss_usd));
	load_members(c);
	list_close(c);
}

enum status cascade_walk(struct cascade *c, const struct loss_paths *paths,
			 size_t path)
{
	cascade_prices_begin(&c->prices,
			     paths->depth ? paths->depth[path] : 1.0);
	cascade_begin(c);
	for (size_t step = 0; step < paths->step_count; step++) {
		enum status status;

		cascade_prices_step(&c->prices, c->book->market,
				    paths->ratios +
					    (path * paths->step_count + step) *
						    paths->asset_count,
				    step, paths->step_s);
		status = cascade_step(c);
		if (status || c->loss_usd > c->enough_usd)
			return status;
	}
	for (size_t i = 0; i < c->count; i++) {
		size_t largest = 0;
		double loss = shortfall(c, i, &largest);

		c->loss_usd += loss;
		c->asset_loss_usd[largest] += loss;
	}
	return OK;
}
