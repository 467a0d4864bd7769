/* market.c -- see market.h: opening, totals, interest.
 *
 * Balances are scaled by an index of their reserve, as the protocol has them,
 * so that an hour's interest touches no account. */
#include "backtest/market.h"

#include <string.h>

#include "backtest/population.h"
#include "base/host/memory.h"
#include "models/choice/rates.h"

#define SECONDS_A_YEAR 31536000.0
#define DECIMALS_MAX 24
#define BORROWERS_MAX 100000u /* of each collateral asset */
#define SUPPLY_USD_MAX 1e12

double market_liquidity(const struct market_asset *asset)
{
	double left = asset->supplied - asset->deficit - asset->borrowed;

	return left > 0.0 ? left : 0.0;
}

double market_utilisation(const struct market_asset *asset)
{
	double backed = asset->supplied - asset->deficit;

	return backed > 0.0 && asset->borrowed > 0.0
		       ? asset->borrowed / backed : 0.0;
}

double market_rate(const struct parameters *values, double utilisation)
{
	struct rate_curve curve = { values->optimal_bps, values->base_bps,
				    values->slope1_bps, values->slope2_bps };

	if (curve.optimal_bps < 1)
		curve.optimal_bps = 1; /* no rule of Aave's allows it */
	return rate_at(&curve, utilisation);
}

void market_totals(struct market *market)
{
	double supplied[ASSETS_MAX] = { 0.0 }, borrowed[ASSETS_MAX] = { 0.0 };

	for (size_t i = 0; i < market->borrower_count; i++) {
		const struct borrower *who = &market->borrowers[i];

		supplied[who->collateral] += who->supplied_scaled;
		borrowed[who->debt] += who->borrowed_scaled;
	}
	for (size_t i = 0; i < market->asset_count; i++) {
		struct market_asset *asset = &market->assets[i];

		asset->supplied = asset->lent + asset->treasury +
				  supplied[i] * asset->supply_index;
		asset->borrowed = borrowed[i] * asset->borrow_index;
		asset->borrow_rate = market_rate(&asset->values,
						 market_utilisation(asset));
	}
}

/* The treasury is a lender too; its share of new interest comes on top. */
static void accrue_asset(struct market_asset *asset, double reserve_factor,
			 double years)
{
	double x = asset->borrow_rate * years;
	double growth = x + x * x / 2.0 + x * x * x / 6.0;
	double interest = asset->borrowed * growth;
	double revenue = interest * reserve_factor, factor;

	if (interest <= 0.0 || asset->supplied <= 0.0)
		return;
	factor = 1.0 + (interest - revenue) / asset->supplied;
	asset->borrow_index *= 1.0 + growth;
	asset->borrowed += interest;
	asset->supply_index *= factor;
	asset->lent *= factor;
	asset->treasury = asset->treasury * factor + revenue;
	asset->supplied += interest;
	asset->revenue_usd += revenue / asset->unit * asset->price_usd;
}

void market_accrue(struct market *market, double seconds)
{
	for (size_t i = 0; i < market->asset_count; i++)
		accrue_asset(&market->assets[i],
			     market->plan->assets[i].reserve_factor_bps / 1e4,
			     seconds / SECONDS_A_YEAR);
}

/* A phrase, or NULL for an asset that can be simulated. */
static const char *asset_fault(const struct plan_asset *asset, size_t count,
			       double price_usd)
{
	const struct parameters *start = &asset->start;

	if (!(price_usd > 0.0 && price_usd < 1e12))
		return "has no price at the start";
	if (asset->decimals > DECIMALS_MAX)
		return "has more decimals than any token";
	if (asset->parent >= count)
		return "is a claim on an asset that is not there";
	if (start->lt_bps > 10000 || start->ltv_bps > start->lt_bps)
		return "has an LTV above its LT, or an LT above 100 %";
	if (start->optimal_bps < 1 || start->optimal_bps > 9999)
		return "has no kink between 0 and 100 %";
	if (start->base_bps > 100000 || start->slope1_bps > 100000 ||
	    start->slope2_bps > 100000)
		return "has a rate above 1000 %";
	if (asset->reserve_factor_bps > 10000 ||
	    asset->protocol_fee_bps > 10000)
		return "has a reserve factor or fee above 100 %";
	if (!(asset->supply_usd >= 0.0 && asset->supply_usd <= SUPPLY_USD_MAX))
		return "has a supply that is negative or too large";
	return NULL;
}

static enum status check_plan(const struct backtest_plan *plan,
			      const double *prices_usd, struct error *error)
{
	const struct plan_population *p = &plan->population;

	if (plan->asset_count < 1 || plan->asset_count > ASSETS_MAX)
		return error_set(error, E_INPUT, "plan: %zu assets, 1 to %d",
				 plan->asset_count, ASSETS_MAX);
	if (p->borrowers > BORROWERS_MAX)
		return error_set(error, E_INPUT,
				 "plan: %u borrowers of an asset, at most %u",
				 p->borrowers, BORROWERS_MAX);
	if (p->follow_ppm > 1000000 || p->short_ppm > 1000000 ||
	    p->loop_ppm > 1000000 || p->largest_ppm > 1000000)
		return error_set(error, E_INPUT,
				 "plan: a share of the population above 1");
	for (size_t i = 0; i < plan->asset_count; i++) {
		const char *fault = asset_fault(&plan->assets[i],
						plan->asset_count,
						prices_usd[i]);

		if (fault)
			return error_set(error, E_INPUT, "plan: %s %s",
					 plan->assets[i].symbol, fault);
	}
	return OK;
}

static void open_asset(struct market_asset *out, const struct plan_asset *asset,
		       double price_usd)
{
	double unit = 1.0;

	for (int i = 0; i < asset->decimals; i++)
		unit *= 10.0;
	memset(out, 0, sizeof(*out));
	out->values = asset->start;
	out->unit = unit;
	out->price_usd = out->market_usd = price_usd;
	out->supply_index = out->borrow_index = 1.0;
	out->lent = out->supplied = asset->supply_usd / price_usd * unit;
}

enum status market_open(struct market *out, const struct backtest_plan *plan,
			const double *prices_usd, struct error *error)
{
	enum status status = check_plan(plan, prices_usd, error);
	struct market market = { .plan = plan,
				 .asset_count = plan->asset_count };

	if (status)
		return status;
	for (size_t i = 0; i < plan->asset_count; i++)
		open_asset(&market.assets[i], &plan->assets[i], prices_usd[i]);
	market.borrower_count = population_count(plan);
	market.borrowers = memory_allocate(market.borrower_count + 1,
					   sizeof(*market.borrowers));
	population_draw(market.borrowers, plan);
	population_begin(&market);
	*out = market;
	return OK;
}

void market_free(struct market *market)
{
	memory_free(market->borrowers);
	market->borrowers = NULL;
	market->borrower_count = 0;
}
