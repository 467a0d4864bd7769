/* cascade.c -- see cascade.h. */
#include "models/loss/cascade.h"

#include <string.h>

#define CALLS_PER_STEP 4
#define BPS 10000.0
/* Members whose health is above this are not looked at until prices have moved
 * against each other by as much. */
#define CLOSE_HEALTH 1.06

static double to_double(u128 value)
{
	return (double)(uint64_t)(value >> 64) * 0x1p64 +
	       (double)(uint64_t)value;
}

static u128 to_raw(double amount, u128 unit)
{
	double raw = amount * to_double(unit);

	return raw < 1.0 ? 0 : raw > 0x1p120 ? (u128)1 << 120 : (u128)raw;
}

static void load_holding(struct cascade *c, size_t h)
{
	const struct engine_holding *holding = &c->holdings[h];
	double unit = to_double(c->engine.reserves[holding->reserve].unit);

	c->supplied[h] = holding->collateral
				 ? to_double(holding->supplied) / unit
				 : 0.0;
	c->borrowed[h] = to_double(holding->borrowed) / unit;
}

static void load_members(struct cascade *c)
{
	size_t at = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct engine_account *from =
			&c->book->accounts[c->members[i]];

		c->accounts[i] = *from;
		c->accounts[i].holdings = c->holdings + at;
		memcpy(c->holdings + at, from->holdings,
		       from->count * sizeof(*from->holdings));
		for (size_t h = at; h < at + from->count; h++)
			load_holding(c, h);
		c->touched[i] = 0;
		at += from->count;
	}
}

/* At least 1; beyond 64 bits, which no price is, the most they hold. */
static uint64_t price_e8_of(double price)
{
	double scaled = price * 1e8;

	if (scaled < 1.0)
		return 1;
	return scaled < 18446744073709551616.0 ? (uint64_t)scaled : UINT64_MAX;
}

static void see(struct cascade *c, size_t asset, double price)
{
	c->seen_usd[asset] = price;
	c->engine.reserves[asset].price_e8 = price_e8_of(price);
	if (price < c->seen_low[asset])
		c->seen_low[asset] = price;
	if (price > c->seen_high[asset])
		c->seen_high[asset] = price;
	if (price < c->base_low * c->base_usd[asset])
		c->base_low = price / c->base_usd[asset];
	if (price > c->base_high * c->base_usd[asset])
		c->base_high = price / c->base_usd[asset];
}

/* The market's price under pressure, and the oracle's answer to it. */
static void set_price(struct cascade *c, size_t asset)
{
	const struct loss_market *market = c->book->market;
	const struct loss_oracle *oracle = &market->oracle;
	double price = c->path_usd[asset], answer = c->answer_usd[asset], move;

	if (market->has_curve[asset] && c->pressure_usd[asset] > 0.0)
		price *= 1.0 - impact_of(&market->curves[asset],
					 c->pressure_usd[asset] / c->depth);
	c->market_usd[asset] = price;
	move = price > answer ? price - answer : answer - price;
	if (move > oracle->deviation * answer ||
	    c->answer_age_s[asset] >= oracle->heartbeat_s) {
		c->answer_usd[asset] = price;
		c->answer_age_s[asset] = 0.0;
	}
	if (!c->delay_steps)
		see(c, asset, c->answer_usd[asset]);
}

static void begin_path(struct cascade *c, const struct loss_paths *paths,
		       size_t path)
{
	c->depth = paths->depth ? paths->depth[path] : 1.0;
	c->loss_usd = 0.0;
	c->liquidated_usd = 0.0;
	c->liquidated_accounts = 0;
	for (size_t a = 0; a < paths->asset_count; a++) {
		double now = c->now_usd[a];

		c->pressure_usd[a] = 0.0;
		c->asset_loss_usd[a] = 0.0;
		c->answer_usd[a] = now;
		c->answer_age_s[a] = 0.0;
		c->seen_low[a] = now;
		c->seen_high[a] = now;
		for (size_t k = 0; k <= c->delay_steps; k++)
			c->answers[k][a] = now;
	}
	load_members(c);
	c->base_low = 0.0; /* nothing is listed yet */
	c->base_high = 1.0;
}

static void begin_step(struct cascade *c, const struct loss_paths *paths,
		       size_t path, size_t step)
{
	const double *ratios =
		paths->ratios +
		(path * paths->step_count + step) * paths->asset_count;
	size_t slots = c->delay_steps + 1;

	for (size_t a = 0; a < paths->asset_count; a++) {
		c->pressure_usd[a] *= c->decay[a];
		c->path_usd[a] = ratios[a] * c->now_usd[a];
		c->answer_age_s[a] += paths->step_s;
		set_price(c, a);
		if (!c->delay_steps)
			continue;
		see(c, a, c->answers[step % slots][a]);
		c->answers[(step + c->delay_steps) % slots][a] =
			c->answer_usd[a];
	}
}

/* Is a member's debt more than `share` of what backs it?  In doubles, to find
 * the few accounts that need the integer rule. */
static bool owes_more(const struct cascade *c, size_t member, double share)
{
	const struct engine_account *a = &c->accounts[member];
	size_t first = (size_t)(a->holdings - c->holdings);
	double collateral = 0.0, debt = 0.0;

	for (size_t h = first; h < first + a->count; h++) {
		uint8_t r = c->holdings[h].reserve;
		double price = c->seen_usd[r];

		if (c->supplied[h] > 0.0)
			collateral += c->supplied[h] * price *
				      (double)engine_threshold_bps(
					      &c->engine, a->emode, r);
		debt += c->borrowed[h] * price;
	}
	return debt * BPS > collateral * share;
}

/* Lists the members close to their thresholds at the prices seen now.  While
 * prices keep together, no other can come below a health of 1: backing falls
 * at most by the lowest ratio to now and debt rises at most by the highest. */
static void list_close(struct cascade *c)
{
	size_t assets = c->book->market->asset_count;

	memcpy(c->base_usd, c->seen_usd, assets * sizeof(double));
	c->base_low = c->base_high = 1.0;
	c->close_count = 0;
	for (uint32_t i = 0; i < c->count; i++)
		if (owes_more(c, i, 1.0 / CLOSE_HEALTH))
			c->close[c->close_count++] = i;
}

static bool prices_parted(const struct cascade *c)
{
	return c->base_high > c->base_low * (CLOSE_HEALTH * (1.0 - 1e-8));
}

/* The liquidator takes the largest collateral against the largest debt. */
static bool pick_call(struct engine_call *call, const struct cascade *c,
		      const struct engine_account *account)
{
	size_t first = (size_t)(account->holdings - c->holdings);
	double best_collateral = 0.0, best_debt = 0.0;

	for (size_t i = 0; i < account->count; i++) {
		uint8_t r = account->holdings[i].reserve;
		double supplied = c->supplied[first + i] * c->seen_usd[r];
		double borrowed = c->borrowed[first + i] * c->seen_usd[r];

		if (supplied > best_collateral) {
			best_collateral = supplied;
			call->collateral = (uint8_t)i;
		}
		if (borrowed > best_debt) {
			best_debt = borrowed;
			call->debt = (uint8_t)i;
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

/* Debt that a liquidator repays with profit at the depth that is left: the
 * seized collateral is valued by the oracle and sold at the market. */
static u128 profitable_debt(const struct cascade *c,
			    const struct engine_account *account,
			    const struct engine_call *call)
{
	const struct loss_market *market = c->book->market;
	uint8_t x = account->holdings[call->collateral].reserve;
	uint8_t d = account->holdings[call->debt].reserve;
	double kept = kept_bonus(c, account, x);
	double stale_collateral = c->seen_usd[x] / c->path_usd[x];
	double stale_debt = c->market_usd[d] / c->seen_usd[d];
	double impact = 1.0 - (1.0 + market->cost) * stale_collateral *
				      stale_debt / kept;
	double room_usd;

	if (!market->has_curve[x] || impact <= 0.0)
		return 0;
	room_usd = impact_capacity(&market->curves[x],
				   impact < 1.0 ? impact : 1.0) * c->depth -
		   c->pressure_usd[x];
	if (room_usd <= 0.0)
		return 0;
	return to_raw(room_usd * stale_collateral / kept / c->seen_usd[d],
		      c->engine.reserves[d].unit);
}

static void book_call(struct cascade *c, const struct engine_account *account,
		      const struct engine_liquidation *done)
{
	uint8_t x = account->holdings[done->collateral].reserve;
	uint8_t d = account->holdings[done->debt].reserve;
	size_t first = (size_t)(account->holdings - c->holdings);

	c->pressure_usd[x] += to_double(done->collateral_seized) /
			      to_double(c->engine.reserves[x].unit) *
			      c->path_usd[x];
	c->liquidated_usd += to_double(done->debt_repaid) /
			     to_double(c->engine.reserves[d].unit) *
			     c->seen_usd[d];
	for (size_t i = 0; i < account->count; i++)
		load_holding(c, first + i);
	set_price(c, x);
}

/* Value of what an account owes beyond its collateral, and the reserve of its
 * largest collateral, which the loss is booked to. */
static double shortfall(const struct cascade *c, size_t member,
			size_t *largest)
{
	const struct engine_account *a = &c->accounts[member];
	size_t first = (size_t)(a->holdings - c->holdings);
	double collateral = 0.0, debt = 0.0, best = -1.0;

	for (size_t h = first; h < first + a->count; h++) {
		uint8_t r = c->holdings[h].reserve;
		double value = c->supplied[h] * c->path_usd[r];

		collateral += value;
		debt += c->borrowed[h] * c->path_usd[r];
		if (c->holdings[h].collateral && value > best) {
			best = value;
			*largest = r;
		}
	}
	return debt > collateral ? debt - collateral : 0.0;
}

static enum status liquidate_member(struct cascade *c, size_t member)
{
	struct engine_account *account = &c->accounts[member];
	size_t largest = 0;

	(void)shortfall(c, member, &largest);
	for (int i = 0; i < CALLS_PER_STEP; i++) {
		struct engine_liquidation done;
		struct engine_call call = { 0, 0, 0 };
		enum status status;

		if (!pick_call(&call, c, account))
			return OK;
		call.debt_to_cover = profitable_debt(c, account, &call);
		if (!call.debt_to_cover)
			return OK;
		status = engine_liquidate(&done, account, &c->engine, &call);
		if (status == E_REFUSED)
			return OK; /* healthy after all, or only dust */
		if (status)
			return status;
		c->liquidated_accounts += !c->touched[member];
		c->touched[member] = 1;
		c->loss_usd += to_double(done.deficit) * 1e-8;
		c->asset_loss_usd[largest] += to_double(done.deficit) * 1e-8;
		book_call(c, account, &done);
	}
	return OK;
}

/* Every member in order; where a sale parts the prices, the list of those to
 * look at is made anew for the members that are still to come. */
static enum status walk_step(struct cascade *c)
{
	if (prices_parted(c))
		list_close(c);
	for (size_t k = 0; k < c->close_count; k++) {
		uint32_t member = c->close[k];
		enum status status;

		if (!owes_more(c, member, 1.0 - 1e-9))
			continue;
		status = liquidate_member(c, member);
		if (status)
			return status;
		if (!prices_parted(c))
			continue;
		list_close(c);
		for (k = 0; k < c->close_count && c->close[k] <= member;)
			k++;
		k--;
	}
	return OK;
}

enum status cascade_walk(struct cascade *c, const struct loss_paths *paths,
			 size_t path)
{
	begin_path(c, paths, path);
	for (size_t step = 0; step < paths->step_count; step++) {
		enum status status;

		begin_step(c, paths, path, step);
		status = walk_step(c);
		if (status)
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
