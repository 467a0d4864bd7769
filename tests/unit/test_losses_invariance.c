/* test_losses_invariance.c -- what must not change bad debt: the order of
 * assets and of accounts, the unit that amounts are counted in, what is
 * remembered of earlier walks; and where a liquidation begins to harm the account
 * it is made on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/loss/simulate.h"
#include "tests/support/points.h"

#define ETHER ((u128)1000000000000000000u)
#define ASSETS 3
#define ACCOUNTS 30
#define PATHS 24
#define STEPS 10

static uint8_t memory[8u << 20] __attribute__((aligned(16)));

/* A market of ASSETS reserves, a book and paths; everything by asset index. */
struct world {
	struct loss_market market;
	struct engine_holding holdings[ACCOUNTS][2];
	struct engine_account accounts[ACCOUNTS];
	double ratios[PATHS * STEPS * ASSETS];
	double losses[PATHS], liquidated[PATHS], by_asset[PATHS * ASSETS];
};

static struct world a, b;

static void make_market(struct loss_market *market, bool sellable)
{
	memset(market, 0, sizeof(*market));
	market->asset_count = market->engine.reserve_count = ASSETS;
	market->cost = 0.002;
	market->oracle = (struct loss_oracle){ 0.005, 3600.0, 0.0 };
	for (size_t i = 0; i < ASSETS; i++) {
		struct liquidity_curve quotes = { .count = 2 };

		market->engine.reserves[i] = (struct engine_reserve){
			.price_e8 = whole_between(50, 300000) * 1000000,
			.unit = ETHER, .lt_bps = 7800,
			.lb_bps = 10500, .protocol_fee_bps = 1000 };
		quotes.points[0] = (struct curve_point){ 500000, 20 };
		quotes.points[1] = (struct curve_point){ 5000000, 300 };
		assert_int_equal(impact_prepare(&market->curves[i], &quotes,
						10000, 0, 3600),
				 OK);
		market->has_curve[i] = sellable;
	}
}

static void make_accounts(struct world *w)
{
	for (size_t i = 0; i < ACCOUNTS; i++) {
		uint8_t c = (uint8_t)whole_between(0, ASSETS - 1);
		uint8_t d = (uint8_t)((c + whole_between(1, 2)) % ASSETS);
		double usd = uniform(1e4, 2e6);
		const struct engine_reserve *r = w->market.engine.reserves;
		struct engine_holding *h = w->holdings[i];

		h[0] = (struct engine_holding){
			.reserve = c, .collateral = true,
			.supplied = (u128)(usd / ((double)r[c].price_e8 * 1e-8) *
					   1e12) * 1000000 };
		h[1] = (struct engine_holding){
			.reserve = d,
			.borrowed = (u128)(usd * uniform(0.6, 0.77) /
					   ((double)r[d].price_e8 * 1e-8) *
					   1e12) * 1000000 };
		w->accounts[i] = (struct engine_account){ 0, 2, h };
	}
}

static void make_world(struct world *w, bool sellable)
{
	make_market(&w->market, sellable);
	make_accounts(w);
	for (size_t p = 0; p < PATHS; p++) {
		double level[ASSETS] = { 1.0, 1.0, 1.0 };

		for (size_t t = 0; t < STEPS; t++)
			for (size_t i = 0; i < ASSETS; i++) {
				level[i] *= uniform(0.85, 1.12);
				w->ratios[(p * STEPS + t) * ASSETS + i] =
					level[i];
			}
	}
}

/* The run's arena is set here. */
static void simulate_with(struct world *w, struct loss_run run)
{
	const struct loss_book book = { ACCOUNTS, w->accounts, 2 * ACCOUNTS,
					0 };
	const struct loss_paths paths = { .path_count = PATHS,
					  .step_count = STEPS,
					  .asset_count = ASSETS,
					  .step_s = 3600.0,
					  .ratios = w->ratios };
	struct loss_result result = { w->losses, w->by_asset, w->liquidated,
				      NULL };
	struct arena arena;

	arena_init(&arena, memory, sizeof(memory));
	run.arena = &arena;
	assert_int_equal(simulate_losses(&result, &w->market, &book, &paths,
					 &run),
			 OK);
}

static void simulate(struct world *w)
{
	simulate_with(w, (struct loss_run){ .parallel = NULL });
}

static double worst_difference(void)
{
	double worst = 0.0, scale = 1.0;

	for (size_t p = 0; p < PATHS; p++) {
		double d = fabs(a.losses[p] - b.losses[p]);
		double l = fabs(a.liquidated[p] - b.liquidated[p]);

		worst = d > worst ? d : worst;
		worst = l > worst ? l : worst;
		scale += a.losses[p];
	}
	return worst / scale;
}

/* Asset i becomes asset (i + 1) mod ASSETS everywhere. */
static void rotate_assets(void)
{
	b = a;
	for (size_t i = 0; i < ASSETS; i++) {
		size_t to = (i + 1) % ASSETS;

		b.market.engine.reserves[to] = a.market.engine.reserves[i];
		b.market.curves[to] = a.market.curves[i];
		b.market.has_curve[to] = a.market.has_curve[i];
		for (size_t k = 0; k < PATHS * STEPS; k++)
			b.ratios[k * ASSETS + to] = a.ratios[k * ASSETS + i];
	}
	for (size_t i = 0; i < ACCOUNTS; i++) {
		b.accounts[i].holdings = b.holdings[i];
		for (size_t h = 0; h < 2; h++)
			b.holdings[i][h].reserve = (uint8_t)(
				(b.holdings[i][h].reserve + 1) % ASSETS);
	}
}

static void the_order_of_assets_changes_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		make_world(&a, true);
		rotate_assets();
		simulate(&a);
		simulate(&b);
		assert_true(worst_difference() < 1e-12);
		for (size_t p = 0; p < PATHS; p++)
			for (size_t k = 0; k < ASSETS; k++)
				assert_true(
					fabs(a.by_asset[p * ASSETS + k] -
					     b.by_asset[p * ASSETS +
							(k + 1) % ASSETS]) <=
					1e-6);
	}
}

/* Where nothing can be sold accounts do not compete for depth. */
static void the_order_of_accounts_changes_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		make_world(&a, false);
		b = a;
		for (size_t k = 0; k < ACCOUNTS; k++)
			b.accounts[k] = a.accounts[ACCOUNTS - 1 - k];
		simulate(&a);
		simulate(&b);
		assert_true(a.losses[0] >= 0.0);
		assert_true(worst_difference() < 1e-12);
	}
}

/* A token with 12 decimals instead of 18 is the same token. */
static void the_unit_of_an_asset_changes_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		make_world(&a, true);
		b = a;
		b.market.engine.reserves[1].unit = ETHER / 1000000;
		for (size_t k = 0; k < ACCOUNTS; k++) {
			b.accounts[k].holdings = b.holdings[k];
			for (size_t h = 0; h < 2; h++)
				if (b.holdings[k][h].reserve == 1) {
					b.holdings[k][h].supplied /= 1000000;
					b.holdings[k][h].borrowed /= 1000000;
				}
		}
		simulate(&a);
		simulate(&b);
		assert_true(worst_difference() < 1e-6);
	}
}

static void set_thresholds(struct loss_market *market, uint32_t lt_bps)
{
	for (size_t i = 0; i < ASSETS; i++)
		market->engine.reserves[i].lt_bps = lt_bps;
}

/* The same bits, whatever other points the paths were walked at before. */
static void what_is_remembered_of_paths_changes_nothing(void **state)
{
	static double low[PATHS * ASSETS], high[PATHS * ASSETS];
	const struct loss_reach reach = { low, high };
	const struct loss_run run = { .reach = &reach };

	(void)state;
	for (int i = 0; i < 20; i++) {
		make_world(&a, true);
		b = a;
		memset(low, 0, sizeof(low));
		memset(high, 0, sizeof(high));
		for (uint32_t lt_bps = 7600; lt_bps <= 8000; lt_bps += 100) {
			set_thresholds(&a.market, lt_bps);
			set_thresholds(&b.market, lt_bps);
			simulate(&a);
			simulate_with(&b, run);
			assert_memory_equal(a.losses, b.losses,
					    sizeof(a.losses));
			assert_memory_equal(a.by_asset, b.by_asset,
					    sizeof(a.by_asset));
			assert_memory_equal(a.liquidated, b.liquidated,
					    sizeof(a.liquidated));
		}
		for (size_t k = 0; k < PATHS * ASSETS; k++)
			assert_true(low[k] == 0.0 || low[k] < high[k]);
	}
}

/* Above what is enough a loss is only known to be; up to it, to the bit. */
static void enough_is_enough_where_the_whole_loss_is(void **state)
{
	size_t stopped = 0, above = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct loss_run run = { .enough_usd = 1e3 };

		make_world(&a, true);
		b = a;
		simulate(&a);
		simulate_with(&b, run);
		for (size_t p = 0; p < PATHS; p++) {
			if (!(a.losses[p] > run.enough_usd)) {
				assert_true(a.losses[p] == b.losses[p]);
				continue;
			}
			assert_true(b.losses[p] > run.enough_usd &&
				    b.losses[p] <= a.losses[p]);
			stopped += b.losses[p] < a.losses[p];
			above++;
		}
	}
	assert_true(stopped > 10 && above > stopped && above < 20 * PATHS);
}

static u128 health(struct engine_account *account,
		   const struct engine_market *market)
{
	struct engine_totals totals;

	assert_int_equal(engine_totals(&totals, account, market), OK);
	return totals.health_e18;
}

/* A repayment seizes (1 + bonus) as much: health rises with it while LT * LB is
 * below 1, and falls beyond: the toxic spiral begins exactly there. */
static void the_spiral_begins_where_threshold_times_bonus_is_one(void **state)
{
	(void)state;
	for (uint32_t lt = 9300; lt <= 9750; lt += 5) {
		struct engine_market market = { .reserve_count = 2 };
		struct engine_holding h[2] = {
			{ .reserve = 0, .collateral = true,
			  .supplied = 1000 * ETHER },
			{ .reserve = 1,
			  .borrowed = (u128)lt * 100 * ETHER + 10 * ETHER }
		};
		struct engine_account account = { 0, 2, h };
		struct engine_call call = { 0, 1, 2000 * ETHER / 10 };
		struct engine_liquidation done;
		u128 before;

		for (size_t r = 0; r < 2; r++)
			market.reserves[r] = (struct engine_reserve){
				.price_e8 = r ? 100000000u : 100000000000u,
				.unit = ETHER, .lt_bps = r ? 7000 : lt,
				.lb_bps = 10500 };
		before = health(&account, &market);
		assert_int_equal(engine_liquidate(&done, &account, &market,
						  &call),
				 OK);
		if (lt * 10500ull < 99990000ull)
			assert_true(health(&account, &market) > before);
		if (lt * 10500ull > 100110000ull)
			assert_true(health(&account, &market) < before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_of_assets_changes_nothing),
		cmocka_unit_test(the_order_of_accounts_changes_nothing),
		cmocka_unit_test(the_unit_of_an_asset_changes_nothing),
		cmocka_unit_test(what_is_remembered_of_paths_changes_nothing),
		cmocka_unit_test(enough_is_enough_where_the_whole_loss_is),
		cmocka_unit_test(
			the_spiral_begins_where_threshold_times_bonus_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
