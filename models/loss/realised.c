/* realised.c -- see realised.h. */
#include "models/loss/realised.h"

#include <string.h>

#include "models/loss/cascade.h"

#define BPS 10000.0
#define REACH (1.0 + 1e-6) /* or so close that the cascade must tell */

static double to_double(u128 value)
{
	return (double)(uint64_t)(value >> 64) * 0x1p64 +
	       (double)(uint64_t)value;
}

/* Lowest and highest price of each asset that the stretch can show: sales that
 * are not yet absorbed press it still. */
struct bounds {
	double low_usd[ASSETS_MAX], high_usd[ASSETS_MAX];
};

static void widen(struct bounds *bounds, size_t asset, double usd)
{
	if (usd < bounds->low_usd[asset])
		bounds->low_usd[asset] = usd;
	if (usd > bounds->high_usd[asset])
		bounds->high_usd[asset] = usd;
}

static void find_bounds(struct bounds *out, const struct loss_carry *carry,
			const struct loss_stretch *stretch)
{
	const struct loss_market *market = stretch->market;
	size_t n = market->asset_count;

	for (size_t a = 0; a < n; a++) {
		double pressed = 1.0;

		out->low_usd[a] = out->high_usd[a] = carry->answer_usd[a];
		widen(out, a, carry->seen_usd[a]);
		for (size_t k = 0; k < carry->waiting; k++)
			widen(out, a, carry->answers[k][a]);
		if (carry->pressure_usd[a] > 0.0 && market->has_curve[a])
			pressed = 1.0 - impact_of(&market->curves[a],
						  carry->pressure_usd[a] /
							  stretch->depth);
		for (size_t s = 0; s < stretch->step_count; s++) {
			double usd = stretch->prices_usd[s * n + a];

			widen(out, a, usd);
			widen(out, a, usd * pressed);
			if (stretch->said_usd &&
			    stretch->said_usd[s * n + a] > 0.0)
				widen(out, a, stretch->said_usd[s * n + a]);
		}
	}
}

/* Health at the worst that the bounds allow: all collateral at its lowest, all
 * debt at its highest. */
static double worst_health(const struct engine_account *account,
			   const struct engine_market *engine,
			   const struct bounds *bounds)
{
	double backing = 0.0, debt = 0.0;

	for (size_t i = 0; i < account->count; i++) {
		const struct engine_holding *h = &account->holdings[i];
		double unit = to_double(engine->reserves[h->reserve].unit);

		debt += to_double(h->borrowed) / unit *
			bounds->high_usd[h->reserve];
		if (h->collateral)
			backing += to_double(h->supplied) / unit *
				   bounds->low_usd[h->reserve] *
				   (double)engine_threshold_bps(
					   engine, account->emode,
					   h->reserve) / BPS;
	}
	return debt > 0.0 ? backing / debt : 1e300;
}

static bool anyone_in_reach(const struct loss_stretch *stretch,
			    const struct bounds *bounds)
{
	for (size_t i = 0; i < stretch->account_count; i++)
		if (worst_health(&stretch->accounts[i],
				 &stretch->market->engine, bounds) < REACH)
			return true;
	return false;
}

static void begin_carry(struct loss_carry *carry,
			const struct loss_stretch *stretch)
{
	size_t size = stretch->market->asset_count * sizeof(double);

	memset(carry, 0, sizeof(*carry));
	carry->begun = true;
	memcpy(carry->answer_usd, stretch->prices_usd, size);
	memcpy(carry->seen_usd, stretch->prices_usd, size);
	for (size_t k = 0; k <= LOSS_DELAY_STEPS_MAX; k++)
		memcpy(carry->answers[k], stretch->prices_usd, size);
}

/* The prices of a path are ratios to those of now; here they are prices, and
 * now is 1. */
static void resume_prices(struct cascade_prices *p,
			  const struct loss_carry *carry, double depth)
{
	for (size_t a = 0; a < p->assets; a++)
		p->now_usd[a] = 1.0;
	cascade_prices_begin(p, depth);
	for (size_t a = 0; a < p->padded; a++) {
		size_t from = a < p->assets ? a : 0;

		p->answer_usd[a] = carry->answer_usd[from];
		p->answer_age_s[a] = carry->answer_age_s[from];
		p->seen_usd[a] = carry->seen_usd[from];
		for (size_t k = 0; k <= LOSS_DELAY_STEPS_MAX; k++)
			p->answers[k][a] = carry->answers[k][from];
	}
	for (size_t a = 0; a < p->assets; a++) {
		p->pressure_usd[a] = carry->pressure_usd[a];
		if (p->pressure_usd[a] > 0.0)
			p->pressed |= (uint32_t)1 << a;
	}
	cascade_prices_base(p);
}

static void keep_prices(struct loss_carry *carry,
			const struct cascade_prices *p)
{
	size_t size = p->assets * sizeof(double);

	memcpy(carry->answer_usd, p->answer_usd, size);
	memcpy(carry->answer_age_s, p->answer_age_s, size);
	memcpy(carry->seen_usd, p->seen_usd, size);
	memcpy(carry->pressure_usd, p->pressure_usd, size);
	carry->waiting = p->delay_steps ? (uint32_t)p->delay_steps + 1 : 0;
	for (size_t k = 0; k < carry->waiting; k++)
		memcpy(carry->answers[k], p->answers[k], size);
}

/* Whom the liquidators called, back into the caller's book. */
static void keep_accounts(const struct loss_stretch *stretch,
			  const struct cascade *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct engine_account *from = &c->accounts[i];
		struct engine_account *to = &stretch->accounts[c->members[i]];

		if (c->touched[i])
			memcpy(to->holdings, from->holdings,
			       from->count * sizeof(*to->holdings));
	}
}

static enum status walk(struct cascade *c, struct loss_carry *carry,
			const struct loss_stretch *stretch)
{
	size_t n = c->prices.assets;
	enum status status = OK;

	for (size_t s = 0; s < stretch->step_count && !status; s++) {
		if (stretch->said_usd)
			c->prices.said_usd = stretch->said_usd + s * n;
		cascade_prices_step(&c->prices, stretch->market,
				    stretch->prices_usd + s * n, carry->step++,
				    stretch->step_s);
		status = cascade_step(c);
	}
	return status;
}

static enum status run(struct loss_realised *out, struct loss_carry *carry,
		       const struct loss_stretch *stretch, bool reach,
		       struct arena *arena)
{
	struct loss_book book = { .account_count = reach
							   ? stretch->account_count
							   : 0,
				  .accounts = stretch->accounts };
	struct cascade_book *made = ARENA_NEW(arena, struct cascade_book, 1);
	struct cascade *c = ARENA_NEW(arena, struct cascade, 1);
	enum status status;

	if (!made || !c)
		return E_LIMIT;
	for (size_t i = 0; i < book.account_count; i++)
		book.holding_count += stretch->accounts[i].count;
	made->market = stretch->market;
	status = cascade_book_make(made, &book, arena);
	if (!status)
		status = cascade_make(c, made, stretch->step_s, arena);
	if (status)
		return status;
	for (size_t i = 0; i < book.account_count; i++)
		c->members[c->count++] = (uint32_t)i;
	c->listener = (struct cascade_listener){ stretch->told, stretch->user };
	resume_prices(&c->prices, carry, stretch->depth);
	cascade_begin(c);
	status = walk(c, carry, stretch);
	keep_prices(carry, &c->prices);
	keep_accounts(stretch, c);
	*out = (struct loss_realised){ c->loss_usd, c->liquidated_usd,
				       c->liquidated_accounts };
	return status;
}

enum status loss_realise(struct loss_realised *out, struct loss_carry *carry,
			 const struct loss_stretch *stretch,
			 struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct bounds bounds;
	enum status status;

	if (!carry->begun)
		begin_carry(carry, stretch);
	find_bounds(&bounds, carry, stretch);
	status = run(out, carry, stretch, anyone_in_reach(stretch, &bounds),
		     arena);
	arena_reset(arena, mark);
	return status;
}
