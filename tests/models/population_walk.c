/* population_walk.c -- see population_walk.h. */
#include "tests/models/population_walk.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backtest/population.h"
#include "base/host/clock.h"
#include "base/host/memory.h"
#include "tests/models/market_files.h"

#define HOUR_S 3600
#define WINDOW_HOURS 18
#define BORROWERS 400
#define CHANGED 0.01

enum { WETH, USDC, WALK_ASSETS };

/* A borrower as a window began. */
struct seen {
	double supplied_scaled, borrowed_scaled, value_usd, health;
	bool below;
};

static void plan_of(struct backtest_plan *out, struct policy *policy)
{
	static const struct parameters weth = { 8000, 8250, 10500, 0, 0, 8000,
						0, 300, 8000 };
	static const struct parameters usdc = { 0, 0, 10500, 0, 0, 9000, 0, 400,
						6000 };

	memset(policy, 0, sizeof(*policy));
	memset(out, 0, sizeof(*out));
	out->policy = policy;
	policy->asset_count = out->asset_count = WALK_ASSETS;
	out->assets[WETH] = (struct plan_asset){
		.symbol = "WETH", .decimals = 18, .parent = WETH, .start = weth,
		.reserve_factor_bps = 1000, .supply_usd = 1e8 };
	out->assets[USDC] = (struct plan_asset){
		.symbol = "USDC", .decimals = 6, .parent = USDC, .start = usdc,
		.reserve_factor_bps = 1000, .supply_usd = 1e9, .stable = true };
	policy->assets[USDC].borrowable = true;
	out->population.borrowers = BORROWERS;
}

static struct seen see(const struct market *market, const struct borrower *who)
{
	return (struct seen){
		who->supplied_scaled, who->borrowed_scaled,
		market_collateral_usd(market, who) +
			market_debt_usd(market, who),
		market_health(market, who), false };
}

/* What moved, at the prices and indices of now: neither price nor interest. */
static bool has_changed(const struct market *market, const struct borrower *who,
			const struct seen *before)
{
	struct borrower then = *who;
	double moved;

	then.supplied_scaled = before->supplied_scaled;
	then.borrowed_scaled = before->borrowed_scaled;
	moved = fabs(market_collateral_usd(market, who) -
		     market_collateral_usd(market, &then)) +
		fabs(market_debt_usd(market, who) -
		     market_debt_usd(market, &then));
	return moved > CHANGED * before->value_usd;
}

static void close_windows(struct population_walk *out, struct seen *seen,
			  const struct market *market)
{
	for (size_t i = 0; i < market->borrower_count; i++) {
		const struct borrower *who = &market->borrowers[i];
		bool below = seen[i].below || market_health(market, who) < 1.0;

		if (seen[i].health >= 1.0 && seen[i].health < 10.0) {
			out->days += WINDOW_HOURS / 24.0;
			out->changes += has_changed(market, who, &seen[i]);
		}
		seen[i] = see(market, who);
		seen[i].below = below;
	}
}

static void walk(struct population_walk *out, struct market *market,
		 const struct bar *bars, size_t count)
{
	struct seen *seen = memory_allocate(market->borrower_count + 1,
					    sizeof(*seen));
	int64_t begin = clock_monotonic_ms();

	for (size_t i = 0; i < market->borrower_count; i++)
		seen[i] = see(market, &market->borrowers[i]);
	for (size_t h = 0; h < count; h++) {
		market_accrue(market, HOUR_S);
		market->assets[WETH].price_usd =
			market->assets[WETH].market_usd =
			decimal_to_double(bars[h].close);
		population_act(market, bars[h].open_time_s + HOUR_S);
		market_totals(market);
		if (h % WINDOW_HOURS == WINDOW_HOURS - 1)
			close_windows(out, seen, market);
	}
	for (size_t i = 0; i < market->borrower_count; i++)
		out->ever_below += seen[i].below;
	out->nanoseconds = (double)(clock_monotonic_ms() - begin) * 1e6 /
			   (double)count / (double)market->borrower_count;
	memory_free(seen);
}

void population_walk_run(struct population_walk *out, const char *folder,
			 int64_t from_s, int64_t to_s)
{
	static struct policy policy;
	static struct backtest_plan plan;
	struct market_file file;
	struct market market;
	struct error error;
	size_t first = 0, last;
	double prices[WALK_ASSETS] = { 0.0, 1.0 };

	memset(out, 0, sizeof(*out));
	market_file_read(&file, folder, "ETHUSDT-binance-1h.csv.gz");
	while (first < file.count && file.bars[first].open_time_s < from_s)
		first++;
	for (last = first; last < file.count; last++)
		if (file.bars[last].open_time_s >= to_s)
			break;
	plan_of(&plan, &policy);
	if (first < file.count)
		prices[WETH] = decimal_to_double(file.bars[first].open);
	if (market_open(&market, &plan, prices, &error)) {
		fprintf(stderr, "population: %s\n", error.message);
		exit(2);
	}
	out->borrowers = market.borrower_count;
	walk(out, &market, file.bars + first, last - first);
	market_free(&market);
	memory_free(file.bars);
}
