/* population.c -- what everybody does in an hour, see population.h.
 *
 * Hours of attention come from a block of 64 hours at once (a bit each), so
 * that an hour without attention costs a test of a bit.  Figures marked (C) as
 * in population_draw.c. */
#include "backtest/population.h"

#include "backtest/population_internal.h"
#include "models/elementary.h"

#define HOUR_S 3600
#define HOURS_A_DAY 24.0
#define BLOCK_HOURS 64

const struct population_conduct population_conduct = {
	.band = 0.06,            /* (C) median change of debt over collateral */
	.repays = 0.42,          /* (C) of changes with much debt, lower it */
	.borrows = 0.91,         /* (C) of changes with little debt, raise it */
	.elasticity = 3.0,
	.leaves = 0.25,          /* 46 % a year above the usual rate */
	.most = 1.25,
	.returns_days = 30.0,
	.resizes_at = 2.0,
	.lenders_a_day = 0.5,
	.lenders_a_day_max = 0.05,
};

/* What an hour is for everybody. */
struct hour {
	struct market *market;
	struct rng_key key;
	int64_t time_s;
	uint32_t number;             /* of the hour since 1970 */
	double rate_factor[ASSETS_MAX]; /* on the debt wanted of an asset */
};

static double usd_to_raw(const struct market_asset *asset, double usd)
{
	return usd / asset->price_usd * asset->unit;
}

/* Against the rate at the kink of the start, where borrowers were content. */
static double rate_factor(const struct market_asset *asset,
			  const struct parameters *start)
{
	double usual = (start->base_bps + start->slope1_bps) / 1e4;
	double factor = elementary_exp(population_conduct.elasticity *
				       (usual - asset->borrow_rate));

	return factor < population_conduct.most ? factor
						: population_conduct.most;
}

/* Debt over collateral at the health of his own.  A higher LT than when he
 * came is no reason to borrow more, a lower one is to repay. */
static double healthy_share(const struct market_asset *collateral,
			    const struct borrower *who)
{
	double lt = collateral->values.lt_bps;

	return (lt < who->lt_bps ? lt : who->lt_bps) / 1e4 / who->health;
}

/* What he borrows up to. */
static double wanted_share(const struct market_asset *collateral,
			   const struct borrower *who)
{
	double ltv = collateral->frozen ? 0.0 : collateral->values.ltv_bps;

	return who->follows ? who->appetite * ltv / 1e4
			    : healthy_share(collateral, who);
}

/* What he repays down to: LTV asks nothing of old debt, so that a lower one
 * alone makes no follower repay below his own health. */
static double kept_share(const struct market_asset *collateral,
			 const struct borrower *who)
{
	double wanted = wanted_share(collateral, who);
	double healthy = healthy_share(collateral, who);

	return wanted > healthy ? wanted : healthy;
}

static void adjust(struct hour *hour, struct borrower *who, double u)
{
	const struct population_conduct *conduct = &population_conduct;
	struct market *market = hour->market;
	const struct market_asset *c = &market->assets[who->collateral];
	const struct market_asset *d = &market->assets[who->debt];
	double debt = market_debt_usd(market, who);
	double value = market_collateral_usd(market, who);
	double usual = value * hour->rate_factor[who->debt];
	double wanted = usual * wanted_share(c, who);
	double kept = usual * kept_share(c, who);

	if (debt < wanted * (1.0 - conduct->band) && u < conduct->borrows)
		market_borrow(market, who, usd_to_raw(d, wanted - debt));
	if (debt > kept * (1.0 + conduct->band) && u < conduct->repays)
		market_repay(market, who, usd_to_raw(d, debt - kept));
}

static bool leaves(const struct hour *hour, const struct borrower *who)
{
	return hour->rate_factor[who->debt] <= population_conduct.leaves;
}

static void leave(struct hour *hour, struct borrower *who)
{
	market_repay(hour->market, who, market_debt(hour->market, who));
	market_withdraw(hour->market, who,
			market_collateral(hour->market, who));
}

static bool is_out(const struct market *market, const struct borrower *who)
{
	return who->supplied_scaled <= 0.0 ||
	       market_collateral_usd(market, who) < 0.01 * who->size_usd;
}

static int64_t return_time(const struct hour *hour, double u)
{
	double days = -population_conduct.returns_days * elementary_log(u);

	return hour->time_s + (int64_t)(days * 24.0) * HOUR_S + HOUR_S;
}

/* With collateral of his size again, and what he wants against it. */
static void come_back(struct hour *hour, struct borrower *who)
{
	struct market *market = hour->market;
	const struct market_asset *asset = &market->assets[who->collateral];
	double value = market_collateral_usd(market, who);
	double missing = who->size_usd - value;

	if (hour->rate_factor[who->debt] <= population_conduct.leaves)
		return;
	if (missing > 0.0 &&
	    market_supply(market, who, usd_to_raw(asset, missing)) <= 0.0)
		return;
	who->returns_s = 0;
	who->lt_bps = asset->values.lt_bps;
	adjust(hour, who, 0.0);
}

/* Once in a month or so who holds twice what he came with takes the gain out,
 * with its share of the debt, and who holds half of it brings the rest: a market
 * does not grow with a price for years.  u in (0, 1) */
static void resize(struct hour *hour, struct borrower *who, double u)
{
	const struct population_conduct *conduct = &population_conduct;
	struct market *market = hour->market;
	const struct market_asset *c = &market->assets[who->collateral];
	double value = market_collateral_usd(market, who);
	double looks = who->attention * HOURS_A_DAY * conduct->returns_days;
	double out = 1.0 - who->size_usd / value;

	if (u * looks >= 1.0)
		return;
	if (value > who->size_usd * conduct->resizes_at) {
		market_repay(market, who, out * market_debt(market, who));
		market_withdraw(market, who,
				out * market_collateral(market, who));
	} else if (value * conduct->resizes_at < who->size_usd) {
		market_supply(market, who, usd_to_raw(c, who->size_usd - value));
	}
}

static void stay(struct hour *hour, struct borrower *who, const double u[2])
{
	if (who->returns_s == 0)
		resize(hour, who, u[1]);
	adjust(hour, who, u[0]);
}

/* Nobody saves a position that is worth less than it owes, whatever an oracle
 * says of it. */
static void act(struct hour *hour, struct borrower *who, uint32_t index)
{
	double u[2];

	draw_pair(u, &hour->key, index, hour->number, DRAW_ACT);
	if (who->returns_s == 0 &&
	    (who->liquidated || is_out(hour->market, who)))
		who->returns_s = return_time(hour, u[1]);
	who->liquidated = false;
	if (market_is_under_water(hour->market, who))
		return;
	if (who->returns_s != 0 && hour->time_s >= who->returns_s)
		come_back(hour, who);
	else if (leaves(hour, who))
		leave(hour, who);
	else
		stay(hour, who, u);
}

/* Hours between are geometric: each hour has the same chance, whatever the
 * ones before, and the block is a function of its own number. */
static uint64_t attended(const struct rng_key *key, uint32_t index,
			 uint32_t block, double idle_log)
{
	uint64_t bits = 0;
	double at = -1.0;

	for (uint32_t k = 0; k < BLOCK_HOURS; k++) {
		double u[2];

		draw_pair(u, key, index, block, DRAW_HOURS + k);
		for (int j = 0; j < 2; j++) {
			at += 1.0 + (double)(int64_t)(elementary_log(u[j]) /
						      idle_log);
			if (at >= BLOCK_HOURS)
				return bits;
			bits |= (uint64_t)1 << (unsigned)at;
		}
	}
	return bits;
}

static bool attends(const struct hour *hour, struct borrower *who,
		    uint32_t index)
{
	uint32_t block = hour->number / BLOCK_HOURS;

	if (who->block != (int64_t)block) {
		who->block = block;
		who->attends = attended(&hour->key, index, block,
					who->idle_log);
	}
	return who->attends >> (hour->number % BLOCK_HOURS) & 1;
}

/* Toward the kink from above it, toward what they are content with from
 * below; between the two they stay. */
static void lenders_act(struct market_asset *asset)
{
	const struct population_conduct *conduct = &population_conduct;
	double use = market_utilisation(asset);
	double kink = asset->values.optimal_bps / 1e4;
	double rest = asset->rest < kink ? asset->rest : kink, pull = 0.0;

	if (use > kink && kink > 0.0)
		pull = conduct->lenders_a_day * (use / kink - 1.0);
	else if (use < rest)
		pull = conduct->lenders_a_day * (use / rest - 1.0);
	pull = pull > conduct->lenders_a_day_max ? conduct->lenders_a_day_max
						 : pull;
	pull = pull < -conduct->lenders_a_day_max ? -conduct->lenders_a_day_max
						  : pull;
	market_lend(asset, asset->supplied * pull / HOURS_A_DAY);
}

static void begin_hour(struct hour *out, struct market *market, int64_t time_s)
{
	out->market = market;
	out->key = rng_key_of(market->plan->seed);
	out->time_s = time_s;
	out->number = (uint32_t)(time_s / HOUR_S);
	for (size_t i = 0; i < market->asset_count; i++)
		out->rate_factor[i] = rate_factor(&market->assets[i],
						  &market->plan->assets[i].start);
}

/* Who comes first, where caps and liquidity let not everybody: another one
 * each hour. */
static size_t first_of(const struct hour *hour)
{
	double u[2];

	draw_pair(u, &hour->key, 0, hour->number, DRAW_ORDER);
	return (size_t)(u[0] * (double)hour->market->borrower_count);
}

void population_act(struct market *market, int64_t time_s)
{
	struct hour hour;
	size_t count = market->borrower_count, start;

	begin_hour(&hour, market, time_s);
	for (size_t i = 0; i < market->asset_count; i++)
		lenders_act(&market->assets[i]);
	start = first_of(&hour);
	for (size_t k = 0; k < count; k++) {
		size_t i = start + k < count ? start + k : start + k - count;
		struct borrower *who = &market->borrowers[i];

		if (attends(&hour, who, (uint32_t)i))
			act(&hour, who, (uint32_t)i);
	}
}

/* Collateral is part of what is supplied at the start; caps ask nothing of
 * what is there already. */
static void place(struct market *market, struct borrower *who)
{
	struct market_asset *asset = &market->assets[who->collateral];
	double raw = usd_to_raw(asset, who->size_usd);

	raw = raw < asset->lent ? raw : asset->lent;
	who->supplied_scaled = raw / asset->supply_index;
	asset->lent -= raw;
}

void population_begin(struct market *market)
{
	for (size_t i = 0; i < market->borrower_count; i++)
		place(market, &market->borrowers[i]);
	for (size_t i = 0; i < market->borrower_count; i++) {
		struct borrower *who = &market->borrowers[i];
		const struct market_asset *c = &market->assets[who->collateral];
		double wanted = wanted_share(c, who) *
				market_collateral_usd(market, who);

		market_borrow(market, who,
			      usd_to_raw(&market->assets[who->debt], wanted));
	}
	market_totals(market);
	for (size_t i = 0; i < market->asset_count; i++)
		market->assets[i].rest = market_utilisation(&market->assets[i]);
}
