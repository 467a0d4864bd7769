/* test_realised.c -- a stretch of history through the cascade: the same as a
 * simulated path to the last unit, however it is cut into pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/elementary.h"
#include "models/loss/realised.h"
#include "models/rng.h"

#define ETHER ((u128)1000000000000000000u)
#define DOLLAR ((u128)1000000u)
#define ACCOUNTS 40
#define STEPS 24
#define TRIALS 40

static uint8_t memory[16u << 20] __attribute__((aligned(16)));
static struct engine_holding holdings[ACCOUNTS][2];
static struct engine_account accounts[ACCOUNTS];
static double prices[STEPS * 2], ratios[STEPS * 2];
static double loss, by_asset[2], liquidated;
static struct rng_key key;

static double uniform(uint32_t trial, uint32_t i)
{
	double out[2];

	rng_uniforms(out, &key, &(struct rng_counter){ trial, i, 0 });
	return out[0];
}

static struct loss_market market_of(uint32_t trial)
{
	struct loss_market market;
	struct liquidity_curve quotes;

	memset(&market, 0, sizeof(market));
	memset(&quotes, 0, sizeof(quotes));
	market.asset_count = 2;
	market.engine.reserve_count = 2;
	market.engine.reserves[0] = (struct engine_reserve){
		.price_e8 = 200000000000u, .unit = ETHER, .lt_bps = 8000,
		.lb_bps = 10500, .protocol_fee_bps = 1000 };
	market.engine.reserves[1] = (struct engine_reserve){
		.price_e8 = 100000000u, .unit = DOLLAR, .lt_bps = 7500,
		.lb_bps = 10450 };
	quotes.count = 2;
	quotes.points[0] = (struct curve_point){ 100000, 20 };
	quotes.points[1] = (struct curve_point){ 2000000, 800 };
	for (size_t a = 0; a < 2; a++) {
		assert_int_equal(impact_prepare(&market.curves[a], &quotes,
						10000, 0, 3600), OK);
		market.has_curve[a] = true;
	}
	market.cost = 0.002;
	market.oracle = (struct loss_oracle){ trial % 2 ? 0.01 : 0.0,
					      trial % 2 ? 3600.0 : 0.0,
					      1200.0 * (trial % 3) };
	return market;
}

static void fill(uint32_t trial)
{
	double price = 2000.0;

	for (uint32_t i = 0; i < ACCOUNTS; i++) {
		double health = 1.02 + 0.6 * uniform(trial, i);
		u128 ether = (u128)(1 + (uint64_t)(400.0 *
						   uniform(trial, 100 + i))) *
			     ETHER;

		holdings[i][0] = (struct engine_holding){ 0, true, ether, 0 };
		holdings[i][1] = (struct engine_holding){
			1, false, 0,
			(u128)((double)(uint64_t)(ether / ETHER) * 1600.0 /
			       health * 1e6) };
		accounts[i] = (struct engine_account){ 0, 2, holdings[i] };
	}
	for (uint32_t s = 0; s < STEPS; s++) {
		price *= elementary_exp(0.06 * (uniform(trial, 200 + s) - 0.62));
		prices[s * 2] = price;
		prices[s * 2 + 1] = 1.0;
		ratios[s * 2] = price / 2000.0;
		ratios[s * 2 + 1] = 1.0;
	}
}

/* In pieces of `piece` steps, from the prices of now on. */
static struct loss_realised realise(const struct loss_market *market,
				    size_t piece)
{
	struct loss_carry carry = { .begun = true };
	struct loss_realised sum = { 0.0, 0.0, 0 }, part;
	struct arena arena;

	for (size_t k = 0; k <= LOSS_DELAY_STEPS_MAX; k++) {
		carry.answers[k][0] = carry.answer_usd[0] =
			carry.seen_usd[0] = 2000.0;
		carry.answers[k][1] = carry.answer_usd[1] =
			carry.seen_usd[1] = 1.0;
	}
	arena_init(&arena, memory, sizeof(memory));
	for (size_t s = 0; s < STEPS; s += piece) {
		struct loss_stretch stretch = {
			.market = market, .account_count = ACCOUNTS,
			.accounts = accounts,
			.step_count = STEPS - s < piece ? STEPS - s : piece,
			.step_s = 1200.0, .prices_usd = prices + 2 * s,
			.depth = 0.7 };

		assert_int_equal(loss_realise(&part, &carry, &stretch, &arena),
				 OK);
		sum.deficit_usd += part.deficit_usd;
		sum.liquidated_usd += part.liquidated_usd;
	}
	assert_int_equal(arena.used, 0);
	return sum;
}

static double shortfall(void)
{
	double sum = 0.0;

	for (size_t i = 0; i < ACCOUNTS; i++) {
		double debt = (double)(uint64_t)holdings[i][1].borrowed / 1e6;
		double value = (double)(uint64_t)(holdings[i][0].supplied /
						  (ETHER / 1000000)) /
			       1e6 * prices[(STEPS - 1) * 2];

		sum += debt > value ? debt - value : 0.0;
	}
	return sum;
}

static void simulate(const struct loss_market *market)
{
	static const double depth[1] = { 0.7 };
	struct arena arena;
	const struct loss_book book = { ACCOUNTS, accounts, 2 * ACCOUNTS, 0 };
	const struct loss_paths paths = { .path_count = 1,
					  .step_count = STEPS,
					  .asset_count = 2,
					  .step_s = 1200.0,
					  .ratios = ratios,
					  .depth = depth };
	struct loss_result result = { &loss, by_asset, &liquidated, NULL };
	const struct loss_run run = { .arena = &arena };

	arena_init(&arena, memory, sizeof(memory));
	assert_int_equal(simulate_losses(&result, market, &book, &paths, &run),
			 OK);
}

static bool near(double a, double b)
{
	double apart = a > b ? a - b : b - a;

	return apart <= 1e-6 + 1e-7 * b;
}

static void one_history_is_one_path(void **state)
{
	double most = 0.0, largest = 0.0;

	(void)state;
	for (uint32_t trial = 0; trial < TRIALS; trial++) {
		struct loss_market market = market_of(trial);
		struct loss_realised whole;

		fill(trial);
		simulate(&market);
		whole = realise(&market, STEPS);
		assert_true(near(whole.liquidated_usd, liquidated));
		assert_true(near(whole.deficit_usd + shortfall(), loss));
		most = loss > most ? loss : most;
		largest = liquidated > largest ? liquidated : largest;
	}
	assert_true(most > 10000.0 && largest > 100000.0);
}

static void pieces_make_the_whole(void **state)
{
	static struct engine_holding kept[ACCOUNTS][2];

	(void)state;
	for (uint32_t trial = 0; trial < TRIALS; trial++) {
		struct loss_market market = market_of(trial);

		fill(trial);
		realise(&market, STEPS);
		memcpy(kept, holdings, sizeof(kept));
		for (size_t piece = 1; piece <= 9; piece += 2) {
			fill(trial);
			realise(&market, piece);
			assert_memory_equal(kept, holdings, sizeof(kept));
		}
	}
}

static size_t heard;
static double heard_usd, lowest;

static void hear(void *user, const struct loss_call *call)
{
	(void)user;
	heard++;
	heard_usd += (double)(uint64_t)call->done.debt_repaid / 1e6 *
		     call->debt_usd;
	lowest = call->health < lowest ? call->health : lowest;
	assert_true(call->health < 1.0 + 1e-8 && call->account < ACCOUNTS);
	assert_int_equal(call->collateral, 0);
	assert_int_equal(call->debt, 1);
}

static void every_call_is_told(void **state)
{
	struct loss_market market = market_of(0);
	struct loss_carry carry = { 0 };
	struct loss_realised out;
	struct arena arena;
	struct loss_stretch stretch = {
		.market = &market, .account_count = ACCOUNTS,
		.accounts = accounts, .step_count = STEPS, .step_s = 1200.0,
		.prices_usd = prices, .depth = 1.0, .told = hear };

	(void)state;
	fill(0);
	arena_init(&arena, memory, sizeof(memory));
	heard = 0, heard_usd = 0.0, lowest = 2.0;
	assert_int_equal(loss_realise(&out, &carry, &stretch, &arena), OK);
	assert_true(heard > 5 && lowest > 0.3);
	assert_true(near(heard_usd, out.liquidated_usd));
}

/* Nobody in reach: the oracle's answers and the pressure go on all the same. */
static void without_accounts_time_passes(void **state)
{
	struct loss_market market = market_of(1);
	struct loss_carry with = { 0 }, without = { 0 };
	struct loss_realised out;
	struct arena arena;
	struct loss_stretch stretch = {
		.market = &market, .account_count = ACCOUNTS,
		.accounts = accounts, .step_count = STEPS, .step_s = 1200.0,
		.prices_usd = prices, .depth = 1.0 };

	(void)state;
	fill(1);
	for (size_t i = 0; i < ACCOUNTS; i++)
		holdings[i][1].borrowed = DOLLAR;
	arena_init(&arena, memory, sizeof(memory));
	assert_int_equal(loss_realise(&out, &with, &stretch, &arena), OK);
	assert_true(out.liquidated_usd == 0.0);
	stretch.account_count = 0;
	assert_int_equal(loss_realise(&out, &without, &stretch, &arena), OK);
	assert_memory_equal(&with, &without, sizeof(with));
	assert_true(with.answer_usd[0] != prices[0]);
}

/* As many steps as there are, of what the oracle of the first asset says. */
static struct loss_realised say(struct loss_carry *carry, double usd)
{
	static double said[STEPS * 2];
	struct loss_market market = market_of(0);
	struct loss_stretch stretch = {
		.market = &market, .account_count = ACCOUNTS,
		.accounts = accounts, .step_count = STEPS, .step_s = 1200.0,
		.prices_usd = prices, .said_usd = said, .depth = 0.7 };
	struct loss_realised out;
	struct arena arena;

	for (size_t s = 0; s < STEPS; s++)
		said[s * 2] = usd;
	*carry = (struct loss_carry){ .begun = true };
	carry->answer_usd[0] = carry->seen_usd[0] = 2000.0;
	carry->answer_usd[1] = carry->seen_usd[1] = 1.0;
	arena_init(&arena, memory, sizeof(memory));
	assert_int_equal(loss_realise(&out, carry, &stretch, &arena), OK);
	return out;
}

/* The market falls; who is liquidated hangs on what the oracle says of it. */
static void an_oracle_may_say_something_else(void **state)
{
	struct loss_carry carry;
	struct loss_realised plain, held, silent, low;

	(void)state;
	fill(0);
	plain = say(&carry, 0.0);
	assert_true(plain.liquidated_usd > 0.0);
	assert_true(carry.answer_age_s[0] < 1200.0);
	fill(0);
	held = say(&carry, 2000.0);
	assert_true(held.liquidated_usd == 0.0);
	assert_true(carry.seen_usd[0] == 2000.0 && carry.answer_age_s[0] == 0.0);
	fill(0);
	silent = say(&carry, -1.0);
	assert_true(silent.liquidated_usd == 0.0);
	assert_true(carry.seen_usd[0] == 2000.0 &&
		    carry.answer_age_s[0] == 1200.0 * STEPS);
	fill(0);
	low = say(&carry, 1.0);
	assert_true(low.liquidated_usd > 0.0 && low.deficit_usd > 0.0);
	assert_true(carry.seen_usd[0] == 1.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_history_is_one_path),
		cmocka_unit_test(pieces_make_the_whole),
		cmocka_unit_test(every_call_is_told),
		cmocka_unit_test(without_accounts_time_passes),
		cmocka_unit_test(an_oracle_may_say_something_else),
	};
	static const uint8_t seed[32] = { 5 };

	key = rng_key_of(seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
