/* incident_money.c -- see incident_trial.h: what an attack costs, and what the
 * oracle's prices give away.  Upper bounds and list prices, no strategy. */
#include "backtest/incident_trial.h"

#include "backtest/disturbance.h"

#define BPS 10000.0
#define PIECES 64 /* of a sale, for the mean of its impact */
#define NO_CAP 1e300

static double room_below(uint64_t cap, double raw, double unit)
{
	double room = (double)cap - raw / unit;

	return !cap ? NO_CAP : room > 0.0 ? room : 0.0;
}

static double market_usd(const struct walk *walk, size_t a)
{
	const struct case_order now = {
		.grid = walk->grid, .carry = &walk->carry,
		.depth = walk->depth.share,
		.time_s = walk->grid->plan->from_s +
			  (int64_t)walk->hour * PRICES_HOUR_S };

	return case_price_usd(&now, a);
}

/* What can be borrowed of the other reserves, USD by the oracle, as far as
 * liquidity and borrow caps go. */
static double others_usd(const struct walk *walk, size_t but)
{
	double sum = 0.0;

	for (size_t a = 0; a < walk->market.asset_count; a++) {
		const struct market_asset *at = &walk->market.assets[a];
		double tokens = market_liquidity(at) / at->unit;
		double room = room_below(at->values.borrow_cap, at->borrowed,
					 at->unit);

		if (a == but || at->frozen)
			continue;
		sum += (tokens < room ? tokens : room) * at->price_usd;
	}
	return sum;
}

/* Supplied up to its cap at the oracle's price, and never fetched. */
static double gain_supplying(const struct walk *walk, size_t a)
{
	const struct market_asset *at = &walk->market.assets[a];
	double lent = at->price_usd * (double)at->values.ltv_bps / BPS;
	double more = lent - market_usd(walk, a);
	double tokens = room_below(at->values.supply_cap, at->supplied,
				   at->unit);
	double enough;

	if (!(more > 0.0))
		return 0.0;
	enough = others_usd(walk, a) / lent;
	return more * (tokens < enough ? tokens : enough);
}

/* Borrowed at the oracle's price against the asset that is lent most on, and
 * never repaid. */
static double gain_borrowing(const struct walk *walk, size_t a)
{
	const struct market_asset *at = &walk->market.assets[a];
	double best = 0.0, more, tokens, room;

	for (size_t c = 0; c < walk->market.asset_count; c++) {
		const struct market_asset *with = &walk->market.assets[c];
		double ltv = (double)with->values.ltv_bps / BPS;

		if (c != a && !with->frozen && ltv > best)
			best = ltv;
	}
	if (!(best > 0.0))
		return 0.0;
	more = market_usd(walk, a) - at->price_usd / best;
	tokens = market_liquidity(at) / at->unit;
	room = room_below(at->values.borrow_cap, at->borrowed, at->unit);
	return more > 0.0 ? more * (tokens < room ? tokens : room) : 0.0;
}

double incident_open_usd(const struct walk *walk)
{
	double most = 0.0;

	for (size_t a = 0; a < walk->market.asset_count; a++) {
		double gains[2];

		if (walk->market.assets[a].frozen)
			continue;
		gains[0] = gain_supplying(walk, a);
		gains[1] = gain_borrowing(walk, a);
		for (size_t i = 0; i < 2; i++)
			most = gains[i] > most ? gains[i] : most;
	}
	return most;
}

double incident_swing_cost_usd(const struct backtest_plan *plan, size_t asset,
			       int64_t time_s, double share)
{
	struct liquidity_curve quotes;
	struct impact_curve curve;
	double size, sum = 0.0;

	disturbance_curve(&quotes, plan, asset, time_s);
	if (impact_prepare(&curve, &quotes, 10000, 0,
			   plan->policy->recovery_half_life_s))
		return 0.0;
	size = impact_capacity(&curve, share < 1.0 ? share : 1.0);
	for (size_t i = 0; i < PIECES; i++)
		sum += impact_of(&curve, size * ((double)i + 0.5) / PIECES);
	return size * sum / PIECES;
}

double incident_liquidated(const struct incident_track *track)
{
	double sum = 0.0;

	for (size_t i = 0; i < track->run.liquidation_count; i++)
		sum += track->run.liquidations[i].repaid_usd;
	return sum;
}

double incident_bonus_usd(const struct incident_trial *trial,
			  const struct incident_track *track)
{
	double sum = 0.0;

	for (size_t i = 0; i < track->run.liquidation_count; i++) {
		const struct liquidation_record *l =
			&track->run.liquidations[i];

		if (l->time_s >= incident_start_s(trial->stage))
			sum += l->seized_usd - l->repaid_usd;
	}
	return sum;
}

double incident_bad_debt(const struct incident_track *track)
{
	return track->run.hour_count
		       ? track->run.hours[track->run.hour_count - 1].bad_debt_usd
		       : 0.0;
}
