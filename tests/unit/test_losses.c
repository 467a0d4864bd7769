/* test_losses.c -- bad debt along prices: answers worked out by hand, properties
 * of the cascade, and the statistics of simulated losses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/loss/simulate.h"
#include "models/loss/statistics.h"
#include "tests/support/points.h"

#define ETHER ((u128)1000000000000000000u)
#define DOLLAR ((u128)1000000u)
#define ACCOUNTS 40
#define PATHS 64
#define STEPS 12

static uint8_t memory[8u << 20] __attribute__((aligned(16)));
static struct engine_holding holdings[ACCOUNTS][2];
static struct engine_account accounts[ACCOUNTS];
static double ratios[PATHS * STEPS * 2];
static double losses[PATHS], by_asset[PATHS * 2], liquidated[PATHS];

/* 0: 2,000 USD, LT 80 %, bonus 5 %; 1: dollars.  Deep: 10 bps a million. */
static struct loss_market deep_market(uint32_t depth_bps)
{
	struct loss_market market;
	struct liquidity_curve quotes;

	memset(&market, 0, sizeof(market));
	memset(&quotes, 0, sizeof(quotes));
	market.asset_count = 2;
	market.engine.reserves[0] = (struct engine_reserve){
		.price_e8 = 200000000000u, .unit = ETHER, .lt_bps = 8000,
		.lb_bps = 10500 };
	market.engine.reserves[1] = (struct engine_reserve){
		.price_e8 = 100000000u, .unit = DOLLAR, .lt_bps = 7500,
		.lb_bps = 10450 };
	quotes.count = 2;
	quotes.points[0] = (struct curve_point){ 1000000, 10 };
	quotes.points[1] = (struct curve_point){ 10000000, 200 };
	assert_int_equal(impact_prepare(&market.curves[0], &quotes, depth_bps,
					0, 3600),
			 OK);
	market.has_curve[0] = true;
	market.cost = 0.001;
	return market;
}

static void set_account(size_t i, u128 supplied, u128 borrowed)
{
	holdings[i][0] = (struct engine_holding){ 0, true, supplied, 0 };
	holdings[i][1] = (struct engine_holding){ 1, false, 0, borrowed };
	accounts[i] = (struct engine_account){ 0, 2, holdings[i] };
}

static void simulate(const struct loss_market *market, size_t account_count,
		     size_t path_count, size_t step_count)
{
	struct arena arena;
	const struct loss_book book = { account_count, accounts,
					2 * account_count, 0 };
	const struct loss_paths paths = { .path_count = path_count,
					  .step_count = step_count,
					  .asset_count = 2,
					  .step_s = 3600.0,
					  .ratios = ratios };
	struct loss_result result = { losses, by_asset, liquidated, NULL };
	const struct loss_run run = { .arena = &arena };

	arena_init(&arena, memory, sizeof(memory));
	assert_int_equal(simulate_losses(&result, market, &book, &paths, &run),
			 OK);
}

static double one_step(const struct loss_market *market, double ratio)
{
	ratios[0] = ratio;
	ratios[1] = 1.0;
	simulate(market, 1, 1, 1);
	return losses[0];
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-6 * (1.0 + fabs(b));
}

/* 10 ETH against 12,000: healthy at 2,000; nothing happens. */
static void calm_loses_nothing(void **state)
{
	struct loss_market market = deep_market(10000);

	(void)state;
	set_account(0, 10 * ETHER, 12000 * DOLLAR);
	assert_true(one_step(&market, 1.0) == 0.0);
	assert_true(liquidated[0] == 0.0);
}

/* At 1,400 the account is liquidated whole: 12,000 repaid for 12,600 of 14,000
 * of collateral; no loss. */
static void a_fall_within_the_margin_is_liquidated(void **state)
{
	struct loss_market market = deep_market(10000);

	(void)state;
	set_account(0, 10 * ETHER, 12000 * DOLLAR);
	assert_true(one_step(&market, 0.7) == 0.0);
	assert_true(near(liquidated[0], 12000.0));
}

/* At 1,000 the collateral is 10,000: 10,000 / 1.05 is repaid, the rest of
 * 12,000 is lost, and it is the collateral's loss. */
static void a_fall_through_the_debt_leaves_the_rest(void **state)
{
	struct loss_market market = deep_market(10000);

	(void)state;
	set_account(0, 10 * ETHER, 12000 * DOLLAR);
	assert_true(near(one_step(&market, 0.5), 12000.0 - 10000.0 / 1.05));
	assert_true(near(by_asset[0], losses[0]) && by_asset[1] == 0.0);
}

/* Without a buyer nothing is liquidated: 12,000 against 10,000 at the end. */
static void without_a_market_the_shortfall_is_the_loss(void **state)
{
	struct loss_market market = deep_market(10000);

	(void)state;
	market.has_curve[0] = false;
	set_account(0, 10 * ETHER, 12000 * DOLLAR);
	assert_true(near(one_step(&market, 0.5), 2000.0));
	assert_true(liquidated[0] == 0.0);
	assert_true(one_step(&market, 0.7) == 0.0);
}

/* A liquidation in the first hour saves what the second would take. */
static void early_liquidation_saves(void **state)
{
	struct loss_market market = deep_market(10000);

	(void)state;
	set_account(0, 10 * ETHER, 12000 * DOLLAR);
	memcpy(ratios, (double[]){ 0.7, 1.0, 0.5, 1.0 }, 4 * sizeof(double));
	simulate(&market, 1, 1, 2);
	assert_true(losses[0] == 0.0);
}

/* Three accounts of 126,000 USD to be seized, in a market that takes less: who is
 * called in a step shares what it takes at the bonus, and the rest waits. */
static void a_step_shares_what_the_market_takes(void **state)
{
	struct loss_market market = deep_market(100);
	double most = impact_capacity(&market.curves[0], 1.0 - 1.001 / 1.05);

	(void)state;
	assert_true(most > 126000.0 && most < 3 * 126000.0);
	for (size_t i = 0; i < 3; i++)
		set_account(i, 100 * ETHER, 120000 * DOLLAR);
	for (size_t i = 0; i < 4; i++)
		ratios[i] = i % 2 ? 1.0 : 0.7;
	simulate(&market, 3, 1, 1);
	assert_true(near(liquidated[0], most / 1.05));
	simulate(&market, 3, 1, 2);
	assert_true(liquidated[0] > 1.2 * most / 1.05);
}

/* What a sale did to the price is seen with the next step: only then is called
 * who was healthy at the path's own prices. */
static void the_oracle_answers_a_sale_with_the_next_step(void **state)
{
	struct loss_market market = deep_market(100);

	(void)state;
	set_account(0, 100 * ETHER, 120000 * DOLLAR);
	set_account(1, 100 * ETHER, 111500 * DOLLAR);
	for (size_t i = 0; i < 4; i++)
		ratios[i] = i % 2 ? 1.0 : 0.7;
	simulate(&market, 2, 1, 1);
	assert_true(near(liquidated[0], 120000.0));
	simulate(&market, 2, 1, 2);
	assert_true(liquidated[0] > 121000.0);
	set_account(0, 100 * ETHER, 0);
	simulate(&market, 2, 1, 2);
	assert_true(liquidated[0] == 0.0);
}

/* Collateral too small to repay a unit of debt is gone in the first call: the
 * whole debt is lost, once, and the next step finds nothing to liquidate. */
static void dust_collateral_loses_the_debt_once(void **state)
{
	struct loss_market market = deep_market(10000);

	(void)state;
	set_account(0, 1, 1000 * DOLLAR);
	for (size_t i = 0; i < 6; i++)
		ratios[i] = 1.0;
	simulate(&market, 1, 1, 3);
	assert_true(near(losses[0], 1000.0));
	assert_true(liquidated[0] == 0.0);
}

/* Paths of falling prices for a book of random accounts. */
static void random_world(void)
{
	for (size_t i = 0; i < ACCOUNTS; i++) {
		u128 supplied = whole_between(1, 20000) * (ETHER / 10);

		set_account(i, supplied,
			    supplied / (ETHER / DOLLAR) *
				    whole_between(1000, 1580));
	}
	for (size_t p = 0; p < PATHS; p++) {
		double price = 1.0;

		for (size_t t = 0; t < STEPS; t++) {
			price *= uniform(0.86, 1.1);
			ratios[(p * STEPS + t) * 2] = price;
			ratios[(p * STEPS + t) * 2 + 1] = 1.0;
		}
	}
}

static double mean_loss(const struct loss_market *market)
{
	simulate(market, ACCOUNTS, PATHS, STEPS);
	return loss_mean(losses, NULL, PATHS);
}

/* The first tenth of the accounts' debts raised: never less is lost. */
static void more_debt_never_loses_less(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		struct loss_market market = deep_market(10000);
		double before, after;

		random_world();
		market.has_curve[0] = false;
		before = mean_loss(&market);
		for (size_t a = 0; a < ACCOUNTS / 10; a++)
			holdings[a][1].borrowed += 1000 * DOLLAR;
		after = mean_loss(&market);
		assert_true(before > 0.0 && after > before);
	}
}

static void less_depth_never_loses_less(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		struct loss_market deep = deep_market(10000);
		struct loss_market thin = deep_market(300);
		double lost;

		random_world();
		lost = mean_loss(&deep);
		assert_true(mean_loss(&thin) >= lost);
	}
}

/* Losses by asset are the whole's parts. */
static void parts_add_up(void **state)
{
	struct loss_market market = deep_market(500);

	(void)state;
	random_world();
	assert_true(mean_loss(&market) > 0.0);
	for (size_t p = 0; p < PATHS; p++)
		assert_true(near(by_asset[2 * p] + by_asset[2 * p + 1],
				 losses[p]));
}

static void a_small_arena_is_a_limit(void **state)
{
	struct loss_market market = deep_market(10000);
	struct arena arena;
	const struct loss_book book = { 1, accounts, 2, 0 };
	const struct loss_paths paths = { .path_count = 1,
					  .step_count = 1,
					  .asset_count = 2,
					  .step_s = 3600.0,
					  .ratios = ratios };
	struct loss_result result = { losses, by_asset, liquidated, NULL };
	const struct loss_run run = { .arena = &arena };

	(void)state;
	set_account(0, ETHER, DOLLAR);
	arena_init(&arena, memory, 64);
	assert_int_equal(simulate_losses(&result, &market, &book, &paths, &run),
			 E_LIMIT);
}

static struct loss_sample sample_of(const double *values, const size_t *order,
				    size_t count)
{
	return (struct loss_sample){ .count = count, .losses = values,
				     .order = order };
}

/* 1 .. 1000 in a scrambled order: VaR 99 is 990, ES 97.5 the mean of 976 .. 1000
 * = 988. */
static void quantiles_of_known_numbers(void **state)
{
	static double values[1000], other[2000];
	static size_t order[1000];
	struct loss_sample sample = sample_of(values, order, 1000);
	struct arena arena;

	(void)state;
	arena_init(&arena, memory, sizeof(memory));
	for (size_t i = 0; i < 1000; i++) {
		values[i] = (double)((i * 387) % 1000 + 1);
		other[2 * i] = values[i] * 0.25;
	}
	assert_int_equal(loss_sort(order, values, 1000, &arena), OK);
	for (size_t i = 0; i < 1000; i++)
		assert_true(values[order[i]] == (double)(i + 1));
	assert_true(loss_var(&sample, 990000).value == 990.0);
	assert_true(near(loss_es(&sample, 975000).value, 988.0));
	assert_true(near(loss_share(&sample, other, 2, 975000).value,
			 0.25 * 988.0));
	assert_true(near(loss_mean(values, NULL, 1000), 500.5));
}

/* A weight of two is the path twice, a weight of nought is no path. */
static void a_weight_is_a_multiplicity(void **state)
{
	static double twice[400], values[300], weights[300];
	static size_t order_twice[400], order[300];
	struct loss_sample all = sample_of(twice, order_twice, 400);
	struct loss_sample weighted = sample_of(values, order, 300);
	struct arena arena;

	(void)state;
	weighted.weights = weights;
	for (size_t i = 0; i < 200; i++) {
		values[i] = uniform(0.0, 100.0);
		weights[i] = 2.0;
		twice[2 * i] = twice[2 * i + 1] = values[i];
	}
	for (size_t i = 200; i < 300; i++)
		values[i] = 1000.0;
	arena_init(&arena, memory, sizeof(memory));
	assert_int_equal(loss_sort(order, values, 300, &arena), OK);
	assert_int_equal(loss_sort(order_twice, twice, 400, &arena), OK);
	for (uint32_t level = 500000; level < 1000000; level += 12500) {
		assert_true(loss_var(&weighted, level).value ==
			    loss_var(&all, level).value);
		assert_true(near(loss_es(&weighted, level).value,
				 loss_es(&all, level).value));
	}
	assert_true(near(loss_mean(values, weights, 300),
			 loss_mean(twice, NULL, 400)));
}

static void ties_are_sorted_by_index(void **state)
{
	static const double values[] = { 2.0, 0.0, 2.0, 0.0, 1.0 };
	static const size_t expected[] = { 1, 3, 4, 0, 2 };
	size_t order[5];
	struct arena arena;

	(void)state;
	arena_init(&arena, memory, sizeof(memory));
	assert_int_equal(loss_sort(order, values, 5, &arena), OK);
	assert_memory_equal(order, expected, sizeof(order));
	arena_init(&arena, memory, 8);
	assert_int_equal(loss_sort(order, values, 5, &arena), E_LIMIT);
}

struct experiment {
	double mean, spread, stated; /* of the estimates; mean stated error */
	int covered;                 /* true value within two stated errors */
};

enum design { PLAIN, CONTROLLED, TILTED };
#define DRAWS 2000
#define SHIFT 2.0

/* Loss e^(z s), z standard normal or, on every other pair, shifted; ES 97.5 is
 * known: e^(s^2 / 2) Phi(s - q) / 0.025, q the quantile of z. */
static void draw(double *losses_out, double *weights, double *factors,
		 enum design design)
{
	for (size_t i = 0; i < DRAWS; i++) {
		bool shifted = design == TILTED && i / 2 % 2;
		double z = sqrt(-2.0 * log(uniform(1e-16, 1.0))) *
				   cos(6.283185307179586 * uniform(0.0, 1.0)) +
			   (shifted ? SHIFT : 0.0);
		double ratio = exp(SHIFT * z - 0.5 * SHIFT * SHIFT);

		losses_out[i] = exp(0.5 * z);
		factors[i] = z;
		weights[i] = design == TILTED ? 2.0 / (1.0 + ratio) : 1.0;
	}
}

static struct experiment repeat(enum design design, double truth)
{
	static double values[DRAWS], weights[DRAWS], factors[DRAWS];
	static size_t order[DRAWS];
	struct loss_sample sample = { DRAWS, values, weights,
				      design == PLAIN ? NULL : factors, order };
	struct experiment out = { 0.0, 0.0, 0.0, 0 };
	double squares = 0.0;

	for (int k = 0; k < 400; k++) {
		struct arena arena;
		struct estimate es;

		arena_init(&arena, memory, sizeof(memory));
		draw(values, weights, factors, design);
		assert_int_equal(loss_sort(order, values, DRAWS, &arena), OK);
		es = loss_es(&sample, 975000);
		out.mean += es.value / 400.0;
		squares += es.value * es.value / 400.0;
		out.stated += es.error / 400.0;
		out.covered += fabs(es.value - truth) <= 2.0 * es.error;
	}
	out.spread = sqrt(squares - out.mean * out.mean);
	return out;
}

/* The estimate is right, its stated error is its spread, and each means of
 * reducing variance reduces it. */
static void stated_errors_cover(void **state)
{
	const double q = 1.959963984540054;
	double truth = exp(0.125) * 0.5 * erfc((q - 0.5) / sqrt(2.0)) / 0.025;
	struct experiment plain = repeat(PLAIN, truth);
	struct experiment controlled = repeat(CONTROLLED, truth);
	struct experiment tilted = repeat(TILTED, truth);
	const struct experiment *all[] = { &plain, &controlled, &tilted };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(fabs(all[i]->mean - truth) <
			    3.0 * all[i]->spread / 20.0 + 0.01 * truth);
		assert_true(all[i]->stated > 0.8 * all[i]->spread &&
			    all[i]->stated < 1.25 * all[i]->spread);
		assert_in_range(all[i]->covered, 360, 399);
	}
	assert_true(controlled.spread < 0.9 * plain.spread);
	assert_true(tilted.spread < 0.5 * plain.spread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calm_loses_nothing),
		cmocka_unit_test(a_fall_within_the_margin_is_liquidated),
		cmocka_unit_test(a_fall_through_the_debt_leaves_the_rest),
		cmocka_unit_test(without_a_market_the_shortfall_is_the_loss),
		cmocka_unit_test(early_liquidation_saves),
		cmocka_unit_test(a_step_shares_what_the_market_takes),
		cmocka_unit_test(the_oracle_answers_a_sale_with_the_next_step),
		cmocka_unit_test(dust_collateral_loses_the_debt_once),
		cmocka_unit_test(more_debt_never_loses_less),
		cmocka_unit_test(less_depth_never_loses_less),
		cmocka_unit_test(parts_add_up),
		cmocka_unit_test(a_small_arena_is_a_limit),
		cmocka_unit_test(quantiles_of_known_numbers),
		cmocka_unit_test(a_weight_is_a_multiplicity),
		cmocka_unit_test(ties_are_sorted_by_index),
		cmocka_unit_test(stated_errors_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
