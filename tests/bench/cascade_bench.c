/* cascade_bench.c -- what the liquidation engine adds to the cost of paths: 10
 * assets, 144 steps, 1,000 positions; once on paths as a decision draws them
 * and a book that owes mostly stablecoins, once on the cheapest paths there are
 * and assets that have nothing in common, which liquidate most.  Prints `name
 * value` lines for report.awk: CPU seconds on one thread, the least of several
 * runs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/loss/simulate.h"
#include "models/linalg.h"
#include "models/paths.h"
#include "tests/bench/heavy_margins.h"
#include "tests/bench/timing.h"
#include "tests/support/points.h"

#define ASSETS 10
#define PATHS 4000
#define STEPS 144
#define ACCOUNTS 1000
#define CELLS ((size_t)PATHS * ASSETS)
#define STABLES 2 /* the last of the assets */
#define STEPS_A_YEAR 52560.0
#define MARGIN_ROOM ((size_t)1 << 20)

static struct engine_holding holdings[ACCOUNTS][2];
static struct engine_account accounts[ACCOUNTS];
static struct loss_market market;
static double factor[ASSETS * ASSETS], deviation[ASSETS];
static struct path_margin margins[ASSETS];
static struct path_filter filters[ASSETS];

static void make_reserves(bool decided)
{
	const u128 unit = 1000000000000000000u;

	market.asset_count = market.engine.reserve_count = ASSETS;
	market.cost = 0.006;
	market.oracle = (struct loss_oracle){ 0.005, 3600.0, 60.0 };
	for (size_t i = 0; i < ASSETS; i++) {
		struct liquidity_curve quotes = { .count = 2 };
		bool stable = decided && i + STABLES >= ASSETS;
		double yearly = stable ? 0.02 : 0.6 + 0.05 * (double)i;

		market.engine.reserves[i] = (struct engine_reserve){
			.price_e8 = 100000000000u, .unit = unit,
			.lt_bps = 7800, .lb_bps = 10500,
			.protocol_fee_bps = 1000 };
		quotes.points[0] = (struct curve_point){ 2000000, 20 };
		quotes.points[1] = (struct curve_point){ 20000000, 400 };
		if (impact_prepare(&market.curves[i], &quotes, 10000, 0, 1800))
			exit(2);
		market.has_curve[i] = true;
		deviation[i] = yearly / sqrt(STEPS_A_YEAR);
		for (size_t j = 0; j < ASSETS; j++)
			factor[i * ASSETS + j] = i == j ? 1.0
						 : decided ? 0.6 : 0.0;
	}
	if (linalg_factor(factor, ASSETS))
		exit(2);
}

/* One collateral, one debt; where decided, three of four debts are stable. */
static void make_book(bool decided)
{
	const u128 unit = 1000000000000000000u;

	for (size_t i = 0; i < ACCOUNTS; i++) {
		size_t volatile_assets = decided ? ASSETS - STABLES : ASSETS;
		uint8_t c = (uint8_t)whole_between(0, volatile_assets - 1);
		u128 tokens = whole_between(1, 300) * unit;
		bool stable = decided && i % 4;

		holdings[i][0] = (struct engine_holding){
			.reserve = c, .collateral = true, .supplied = tokens };
		holdings[i][1] = (struct engine_holding){
			.reserve = (uint8_t)(stable ? ASSETS - 1 - i % STABLES
						    : (c + 1u) % ASSETS),
			.borrowed = tokens / 1000 * whole_between(300, 740) };
		accounts[i] = (struct engine_account){ 0, 2, holdings[i] };
	}
}

static double *doubles(size_t count)
{
	double *out = calloc(count, sizeof(*out));

	if (!out)
		exit(2);
	return out;
}

static void set_design(struct path_design *out, bool decided)
{
	*out = (struct path_design){ .path_count = PATHS, .step_count = STEPS,
				     .asset_count = ASSETS,
				     .degrees = MARGIN_DEGREES,
				     .factor = factor,
				     .deviation = deviation };
	if (!decided)
		return;
	out->minimum_steps = STEPS;
	out->bar_steps = 6;
	out->margins = margins;
	out->filters = filters;
}

static void bench(const char *name, bool decided)
{
	struct path_output out = { .ratios = doubles(CELLS * STEPS),
				   .minimum = decided ? doubles(CELLS) : NULL,
				   .low = doubles(CELLS),
				   .high = doubles(CELLS) };
	struct path_design design;
	const struct loss_book book = { ACCOUNTS, accounts, 2 * ACCOUNTS, 0 };
	const struct loss_paths paths = {
		.path_count = PATHS, .step_count = STEPS,
		.asset_count = ASSETS, .step_s = 600.0, .ratios = out.ratios,
		.low = out.low, .high = out.high };
	struct loss_result result = { doubles(PATHS), doubles(CELLS),
				      doubles(PATHS), NULL };
	size_t size = loss_memory(ACCOUNTS, 2 * ACCOUNTS);
	struct arena arena;
	double making = 1e9, walking = 1e9;

	arena_init(&arena, doubles(size / 8 + 2), size);
	make_reserves(decided);
	make_book(decided);
	set_design(&design, decided);
	for (int i = 0; i < 5; i++) {
		const struct loss_run run = { .arena = &arena };
		double start = cpu_s();

		if (paths_generate(&out, &design, NULL))
			exit(2);
		keep_least(&making, start, 1.0);
		start = cpu_s();
		if (simulate_losses(&result, &market, &book, &paths, &run))
			exit(2);
		keep_least(&walking, start, 1.0);
	}
	printf("%s_paths_s %.5f\n%s_walk_s %.5f\n", name, making, name,
	       walking);
}

int main(void)
{
	struct arena arena;

	arena_init(&arena, doubles(MARGIN_ROOM / 8), MARGIN_ROOM);
	heavy_margins(margins, ASSETS, &arena);
	for (size_t i = 0; i < ASSETS; i++)
		filters[i] = (struct path_filter){ 1.0, 0.02, 0.05, 0.04,
						   0.91 };
	bench("cascade_decided", true);
	bench("cascade_harsh", false);
	return 0;
}
