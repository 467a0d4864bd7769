/* test_backtest_population.c -- borrowers and lenders do what they are said to
 * do, and nothing else. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/elementary.h"
#include "tests/host/backtest_checks.h"

static struct plan_fixture fixture;

/* Debt of those who do and do not follow, over their collateral. */
static void leverage(double out[2], const struct market *market,
		     uint8_t collateral)
{
	double debt[2] = { 0.0, 0.0 }, value[2] = { 0.0, 0.0 };

	for (size_t i = 0; i < market->borrower_count; i++) {
		const struct borrower *who = &market->borrowers[i];

		if (who->collateral != collateral)
			continue;
		debt[who->follows] += market_debt_usd(market, who);
		value[who->follows] += market_collateral_usd(market, who);
	}
	out[0] = debt[0] / value[0];
	out[1] = debt[1] / value[1];
}

/* Dollars without end and at no interest: only parameters move anybody. */
static void open_calm(struct market *out)
{
	plan_fixture_init(&fixture, 200);
	fixture.plan.population.follow_ppm = 300000;
	for (size_t i = 0; i < PLAN_ASSETS; i++) {
		struct plan_asset *asset = &fixture.plan.assets[i];

		asset->start.slope1_bps = asset->start.slope2_bps = 0;
		if (asset->stable)
			asset->supply_usd = 1e11;
	}
	fixture.plan.population.short_ppm = 0;
	open_with(out, &fixture);
}

static void test_followers_alone_take_a_higher_ltv(void **state)
{
	struct market market;
	double before[2], after[2];

	(void)state;
	open_calm(&market);
	hours(&market, 0, 24);
	leverage(before, &market, WBTC);
	market.assets[WBTC].values.ltv_bps = 8000;
	market.assets[WBTC].values.lt_bps = 9200; /* by more than the band */
	hours(&market, 24, 24 * 90);
	leverage(after, &market, WBTC);
	assert_true(fabs(after[1] / before[1] - 8000.0 / 7200.0) < 0.01);
	assert_true(fabs(after[0] / before[0] - 1.0) < 1e-6);
	market_free(&market);
}

static void test_a_lower_ltv_asks_nothing_a_lower_lt_does(void **state)
{
	struct market market;
	double before[2], after[2];

	(void)state;
	open_calm(&market);
	leverage(before, &market, WBTC);
	market.assets[WBTC].values.ltv_bps = 6000;
	hours(&market, 0, 24 * 60);
	leverage(after, &market, WBTC);
	assert_true(fabs(after[0] / before[0] - 1.0) < 1e-6);
	assert_true(fabs(after[1] / before[1] - 1.0) < 1e-6);
	market.assets[WBTC].values.lt_bps = 7000;
	hours(&market, 24 * 60, 24 * 120);
	leverage(after, &market, WBTC);
	assert_true(fabs(after[0] / before[0] - 7000.0 / 8300.0) < 0.01);
	assert_true(fabs(after[1] / before[1] - 7000.0 / 8300.0) < 0.01);
	market_free(&market);
}

/* Share of WBTC's borrowers whose debt moved within hours of a price. */
static double movers(double factor, int within)
{
	struct market market;
	double debts[1000];
	size_t count = 0, moved = 0;

	open_calm(&market);
	for (size_t i = 0; i < market.borrower_count; i++)
		debts[i] = market_debt(&market, &market.borrowers[i]);
	move_price(&market, WBTC, factor);
	hours(&market, 0, within);
	for (size_t i = 0; i < market.borrower_count; i++) {
		const struct borrower *who = &market.borrowers[i];

		if (who->collateral != WBTC)
			continue;
		count++;
		moved += !near(market_debt(&market, who), debts[i], 0.01);
	}
	market_free(&market);
	return (double)moved / (double)count;
}

/* At half a day between looks 1 - e^-0.42 and 1 - e^-0.91 of the median one;
 * within the band nobody moves. */
static void test_falls_are_repaid_slower_than_rises_are_used(void **state)
{
	double fall = movers(0.9, 12), rise = movers(1.0 / 0.9, 12);

	(void)state;
	assert_true(fall > 0.25 && fall < 0.45);
	/* Who did not act may do so at his next look. */
	assert_true(movers(0.9, 48) > 0.6);
	assert_true(rise > 0.5 && rise < 0.7);
	assert_true(movers(1.0, 12) <= 0.0);
	assert_true(movers(0.96, 12) <= 0.0);
	assert_true(movers(1.04, 12) <= 0.0);
}

/* Collateral of WBTC's borrowers over the sizes they came with. */
static double grown(const struct market *market)
{
	double value = 0.0, size = 0.0;

	for (size_t i = 0; i < market->borrower_count; i++) {
		const struct borrower *who = &market->borrowers[i];

		if (who->collateral != WBTC)
			continue;
		value += market_collateral_usd(market, who);
		size += who->size_usd;
	}
	return value / size;
}

static void test_sizes_come_back(void **state)
{
	struct market market;
	double before[2], after[2];

	(void)state;
	open_calm(&market);
	leverage(before, &market, WBTC);
	move_price(&market, WBTC, 4.0);
	hours(&market, 0, 24);
	assert_true(grown(&market) > 3.0); /* not at once */
	hours(&market, 24, 24 * 300);
	assert_true(fabs(grown(&market) - 1.0) < 0.01);
	leverage(after, &market, WBTC);
	assert_true(fabs(after[1] / before[1] - 1.0) < 0.01);
	/* Within a half and the double of it everybody stays. */
	move_price(&market, WBTC, 1.9);
	hours(&market, 24 * 300, 24 * 500);
	assert_true(fabs(grown(&market) - 1.9) < 0.02);
	market_free(&market);
}

/* Who holds less than half brings the rest; who holds more than that does not. */
static void test_half_is_filled_up(void **state)
{
	static const double parts[] = { 0.4, 0.6 }, after[] = { 1.0, 0.6 };

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct market market;

		open_calm(&market);
		for (size_t i = 0; i < market.borrower_count; i++) {
			market.borrowers[i].supplied_scaled *= parts[k];
			market.borrowers[i].borrowed_scaled *= parts[k];
		}
		hours(&market, 0, 24 * 300);
		assert_true(fabs(grown(&market) - after[k]) < 0.01);
		market_free(&market);
	}
}

static void test_nobody_saves_what_is_lost(void **state)
{
	struct market market;
	double before[2], after[2];

	(void)state;
	open_calm(&market);
	move_price(&market, WBTC, 0.005); /* all owe more than that */
	leverage(before, &market, WBTC);
	hours(&market, 0, 24 * 200);
	leverage(after, &market, WBTC);
	assert_true(before[0] > 1.0 && before[1] > 1.0);
	assert_true(fabs(after[0] / before[0] - 1.0) < 0.01);
	assert_true(fabs(after[1] / before[1] - 1.0) < 0.01);
	market_free(&market);
}

/* Also where the oracle says that nothing is lost: the market's price is what
 * his collateral fetches. */
static void test_nobody_saves_what_only_the_oracle_holds_up(void **state)
{
	struct market market;
	double before[2], after[2];

	(void)state;
	open_calm(&market);
	move_price(&market, WBTC, 0.005);
	market.assets[WBTC].price_usd *= 2000.0;
	leverage(before, &market, WBTC);
	hours(&market, 0, 24 * 200);
	leverage(after, &market, WBTC);
	assert_true(before[0] < 1.0 && before[1] < 1.0);
	assert_true(fabs(after[0] / before[0] - 1.0) < 0.01);
	assert_true(fabs(after[1] / before[1] - 1.0) < 0.01);
	market_free(&market);
}

static void test_frozen_stands_still(void **state)
{
	struct market market;
	double supplied, debt[2], after[2];

	(void)state;
	open_calm(&market);
	supplied = market.assets[WBTC].supplied;
	move_price(&market, WBTC, 1.3);
	leverage(debt, &market, WBTC);
	market.assets[WBTC].frozen = true;
	hours(&market, 0, 24 * 30);
	leverage(after, &market, WBTC);
	assert_true(after[0] <= debt[0] && after[1] <= debt[1]);
	assert_true(market.assets[WBTC].supplied <= supplied);
	market.assets[WBTC].frozen = false;
	hours(&market, 24 * 30, 24 * 30);
	leverage(after, &market, WBTC);
	assert_true(after[0] > debt[0] * 1.1 && after[1] > debt[1] * 1.1);
	market_free(&market);
}

/* Everybody with WBTC loses everything. */
static size_t wipe_out(struct market *market)
{
	struct engine_liquidation done = { .debt_repaid = ~(u128)0 };
	size_t count = 0;

	for (size_t i = 0; i < market->borrower_count; i++) {
		struct borrower *who = &market->borrowers[i];

		if (who->collateral != WBTC)
			continue;
		market_settle(market, who);
		who->holdings[0].supplied = who->holdings[1].borrowed = 0;
		market_adopt(market, who, &done);
		count++;
	}
	market_totals(market);
	return count;
}

static size_t holders(const struct market *market)
{
	size_t count = 0;

	for (size_t i = 0; i < market->borrower_count; i++)
		count += market->borrowers[i].collateral == WBTC &&
			 market->borrowers[i].supplied_scaled > 0.0 &&
			 market->borrowers[i].borrowed_scaled > 0.0;
	return count;
}

static void test_who_is_out_comes_back(void **state)
{
	struct market market;
	size_t count, back;

	(void)state;
	open_calm(&market);
	count = wipe_out(&market);
	assert_int_equal(holders(&market), 0);
	market.assets[WBTC].values.supply_cap = 1; /* no room: nobody */
	hours(&market, 0, 24 * 20);
	assert_int_equal(holders(&market), 0);
	market_free(&market);
	open_calm(&market);
	wipe_out(&market);
	market.assets[WBTC].values.lt_bps = 8250;
	hours(&market, 0, 24 * 24);
	/* 1 - e^(-23 / 30): a day is lost by noticing and by looking again */
	back = holders(&market);
	assert_true(back > count * 42 / 100 && back < count * 65 / 100);
	hours(&market, 24 * 24, 24 * 220);
	assert_true(holders(&market) > count * 97 / 100);
	for (size_t i = 0; i < market.borrower_count; i++) {
		const struct borrower *who = &market.borrowers[i];

		if (who->collateral != WBTC || who->borrowed_scaled <= 0.0)
			continue;
		assert_true(who->returns_s == 0);
		assert_int_equal(who->lt_bps, 8250);
		assert_true(fabs(market_collateral_usd(&market, who) /
				 who->size_usd - 1.0) < 1e-6);
	}
	market_free(&market);
}

/* Half of collateral and debt is gone: he goes on, and fills it up later. */
static void test_who_lost_a_part_fills_it_up(void **state)
{
	struct engine_liquidation done = { .debt_repaid = ~(u128)0 };
	struct market market;
	struct borrower *who;

	(void)state;
	open_calm(&market);
	who = account(&market, WBTC);
	market_settle(&market, who);
	who->holdings[0].supplied /= 2;
	who->holdings[1].borrowed /= 2;
	market_adopt(&market, who, &done);
	hours(&market, 0, 1);
	assert_true(market_collateral_usd(&market, who) <
		    0.51 * who->size_usd);
	hours(&market, 1, 24 * 365);
	assert_true(fabs(market_collateral_usd(&market, who) /
			 who->size_usd - 1.0) < 1e-6);
	market_free(&market);
}

static double debt_of(const struct market *market, uint8_t asset)
{
	double sum = 0.0;

	for (size_t i = 0; i < market->borrower_count; i++)
		if (market->borrowers[i].debt == asset)
			sum += market_debt_usd(market, &market->borrowers[i]);
	return sum;
}

static void test_dear_money_is_borrowed_less(void **state)
{
	struct market market;
	double before;
	size_t left = 0;

	(void)state;
	open_calm(&market);
	before = debt_of(&market, USDC);
	for (int h = 0; h < 24 * 60; h++) {
		market.assets[USDC].borrow_rate = 0.2; /* usual: 0 */
		population_act(&market, PLAN_FROM_S + (int64_t)h * HOUR_S);
	}
	assert_true(fabs(debt_of(&market, USDC) / before -
			 exp(-0.2 * population_conduct.elasticity)) < 0.04);
	for (int h = 24 * 60; h < 24 * 120; h++) {
		market.assets[USDC].borrow_rate = 0.6;
		population_act(&market, PLAN_FROM_S + (int64_t)h * HOUR_S);
	}
	assert_true(debt_of(&market, USDC) < 0.05 * before);
	for (size_t i = 0; i < market.borrower_count; i++)
		left += market.borrowers[i].debt == USDC &&
			market.borrowers[i].supplied_scaled <= 0.0;
	assert_true(left > 100);
	market_free(&market);
}

static void test_lenders(void **state)
{
	struct market market;
	struct market_asset *dai;
	double lent, supplied;

	(void)state;
	plan_fixture_init(&fixture, 20);
	open_with(&market, &fixture);
	dai = &market.assets[DAI];
	lent = dai->lent;
	population_act(&market, PLAN_FROM_S); /* content: nobody moves */
	assert_true(fabs(dai->lent / lent - 1.0) < 1e-9);
	dai->borrowed = dai->supplied;
	supplied = dai->supplied;
	population_act(&market, PLAN_FROM_S);
	assert_true(dai->supplied - supplied > 0.0);
	assert_true(dai->supplied - supplied <=
		    population_conduct.lenders_a_day_max / 24.0 * supplied *
			    (1.0 + 1e-12));
	dai->values.supply_cap = 1; /* no room */
	supplied = dai->supplied;
	population_act(&market, PLAN_FROM_S);
	assert_true(dai->supplied <= supplied);
	dai->borrowed = 0.0;
	supplied = dai->supplied;
	population_act(&market, PLAN_FROM_S);
	assert_true(supplied - dai->supplied > 0.9 *
		    population_conduct.lenders_a_day_max / 24.0 * supplied);
	market_free(&market);
}

static double step_of(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (double)(*state >> 33) / 2147483648.0 - 0.5;
}

/* Wild prices; WBTC falls by half once and takes its borrowers along. */
static void rough_hour(struct market *market, int hour, uint64_t *dice)
{
	for (size_t i = 0; i < PLAN_ASSETS; i++)
		if (!fixture.plan.assets[i].stable)
			move_price(market, i, elementary_exp(0.06 * step_of(dice)));
	if (hour == 500) {
		move_price(market, WBTC, 0.5);
		wipe_out(market);
	}
	market_accrue(market, HOUR_S);
}

static void assert_sound(struct market *market)
{
	double supplied[PLAN_ASSETS], sum = 0.0;

	for (size_t i = 0; i < PLAN_ASSETS; i++)
		supplied[i] = market->assets[i].supplied;
	market_totals(market);
	for (size_t i = 0; i < PLAN_ASSETS; i++) {
		struct market_asset *asset = &market->assets[i];

		assert_true(fabs(asset->supplied / supplied[i] - 1.0) < 1e-11);
		assert_true(market_utilisation(asset) <= 1.0 + 1e-9);
		assert_true(asset->lent >= 0.0);
	}
	for (size_t i = 0; i < market->borrower_count; i++) {
		const struct borrower *who = &market->borrowers[i];

		assert_true(who->supplied_scaled >= 0.0);
		assert_true(who->borrowed_scaled >= 0.0);
		sum += who->debt == USDC ? market_debt(market, who) : 0.0;
	}
	assert_true(fabs(market->assets[USDC].borrowed - sum) <= 1e-12 * sum);
}

/* Bounds hold in each hour, and they are reached; nothing is lost. */
static void test_bounds_hold_in_rough_water(void **state)
{
	const uint64_t wbtc_cap = 20001, usdc_cap = 300000000;
	struct market market;
	uint64_t dice = 1;
	int full = 0, lent_out = 0;

	(void)state;
	plan_fixture_init(&fixture, 40);
	fixture.plan.assets[WBTC].start.supply_cap = wbtc_cap;
	fixture.plan.assets[USDC].start.borrow_cap = usdc_cap;
	open_with(&market, &fixture);
	for (int h = 0; h < 5000; h++) {
		struct market_asset *wbtc = &market.assets[WBTC];
		struct market_asset *usdc = &market.assets[USDC];
		double supplied, borrowed;

		rough_hour(&market, h, &dice);
		supplied = fmax(wbtc->supplied, (double)wbtc_cap * wbtc->unit);
		borrowed = fmax(usdc->borrowed, (double)usdc_cap * usdc->unit);
		population_act(&market, PLAN_FROM_S + (int64_t)h * HOUR_S);
		assert_true(wbtc->supplied <= supplied * (1.0 + 1e-12));
		assert_true(usdc->borrowed <= borrowed * (1.0 + 1e-12));
		full += wbtc->supplied >= 0.999 * supplied;
		lent_out += usdc->borrowed >= 0.999 * borrowed;
		assert_sound(&market);
	}
	assert_true(full > 0 && full < 5000);
	assert_true(lent_out > 0 && lent_out < 5000);
	market_free(&market);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_followers_alone_take_a_higher_ltv),
		cmocka_unit_test(test_a_lower_ltv_asks_nothing_a_lower_lt_does),
		cmocka_unit_test(test_falls_are_repaid_slower_than_rises_are_used),
		cmocka_unit_test(test_sizes_come_back),
		cmocka_unit_test(test_half_is_filled_up),
		cmocka_unit_test(test_nobody_saves_what_is_lost),
		cmocka_unit_test(
			test_nobody_saves_what_only_the_oracle_holds_up),
		cmocka_unit_test(test_frozen_stands_still),
		cmocka_unit_test(test_who_is_out_comes_back),
		cmocka_unit_test(test_who_lost_a_part_fills_it_up),
		cmocka_unit_test(test_dear_money_is_borrowed_less),
		cmocka_unit_test(test_lenders),
		cmocka_unit_test(test_bounds_hold_in_rough_water),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
