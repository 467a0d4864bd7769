/* test_backtest_draw.c -- who the borrowers of a plan are: as many, as large,
 * as indebted as is stated, the plan's shares of each kind, and random numbers
 * that belong to their hour. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/host/memory.h"
#include "tests/host/backtest_checks.h"

#define MANY 2000

static struct plan_fixture fixture;

static int by_number(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double quantile(double *x, size_t n, double p)
{
	qsort(x, n, sizeof(*x), by_number);
	return x[(size_t)(p * (double)(n - 1) + 0.5)];
}

static bool loops(const struct borrower *who)
{
	return who->collateral == STETH && who->debt == WETH;
}

static double wanted(const struct borrower *who)
{
	return who->appetite * who->size_usd *
	       fixture.plan.assets[who->collateral].start.ltv_bps / 1e4;
}

static struct borrower *draw(size_t *count)
{
	struct borrower *out;

	*count = population_count(&fixture.plan);
	out = memory_allocate(*count + 1, sizeof(*out));
	population_draw(out, &fixture.plan);
	return out;
}

static void test_how_many(void **state)
{
	(void)state;
	plan_fixture_init(&fixture, 10);
	assert_int_equal(population_count(&fixture.plan), 50);
	fixture.plan.population.short_ppm = 0; /* stables hold no borrowers */
	assert_int_equal(population_count(&fixture.plan), 30);
	fixture.plan.assets[WBTC].start.lt_bps = 0;
	fixture.plan.assets[WBTC].start.ltv_bps = 0;
	assert_int_equal(population_count(&fixture.plan), 20);
	/* No dollar to borrow: loops are left. */
	fixture.policy.assets[USDC].borrowable = false;
	fixture.policy.assets[DAI].borrowable = false;
	assert_int_equal(population_count(&fixture.plan), 10);
	fixture.plan.population.loop_ppm = 0;
	assert_int_equal(population_count(&fixture.plan), 0);
}

static void test_sizes(void **state)
{
	const struct population_traits *t = &population_traits;
	double sum[PLAN_ASSETS] = { 0.0 }, mean = 0.0, square = 0.0;
	double largest = 0.0;
	struct borrower *all;
	size_t count;

	(void)state;
	plan_fixture_init(&fixture, MANY);
	all = draw(&count);
	for (size_t i = 0; i < count; i++) {
		assert_true(all[i].size_usd > 0.0);
		sum[all[i].collateral] += all[i].size_usd;
		if (all[i].collateral != WBTC)
			continue;
		mean += log(all[i].size_usd) / MANY;
		largest = fmax(largest, log(all[i].size_usd));
	}
	for (size_t i = 0; i < count; i++)
		if (all[i].collateral == WBTC)
			square += pow(log(all[i].size_usd) - mean, 2.0);
	square = sqrt(square / MANY);
	assert_true(fabs(square / t->size_log_sd - 1.0) < 0.05);
	assert_true((largest - mean) / square < t->size_z_max * 1.05);
	assert_true(sum[WBTC] <= t->borrowed_against * 6e8 * (1.0 + 1e-9));
	assert_true(fabs(sum[USDC] / (0.05 * 8e8) - 1.0) < 1e-9);
	memory_free(all);
	/* With dollars enough it is the stated share. */
	fixture.plan.assets[USDC].supply_usd = 1e11;
	fixture.plan.assets[DAI].supply_usd = 1e11;
	fixture.plan.population.short_ppm = 0;
	all = draw(&count);
	sum[WBTC] = 0.0;
	for (size_t i = 0; i < count; i++)
		sum[WBTC] += all[i].collateral == WBTC ? all[i].size_usd : 0.0;
	assert_true(fabs(sum[WBTC] / (t->borrowed_against * 6e8) - 1.0) < 1e-9);
	memory_free(all);
}

static void test_no_size_beyond_the_largest_seen(void **state)
{
	const struct population_traits *t = &population_traits;
	struct borrower *all;
	size_t count;

	(void)state;
	plan_fixture_init(&fixture, 50000);
	fixture.plan.asset_count = 2; /* WETH against USDC */
	fixture.plan.population.short_ppm = 0;
	all = draw(&count);
	assert_int_equal(count, 50000);
	/* 4 of 50,000 lie further out on either side: they are cut */
	assert_true(fabs(log(all[count - 1].size_usd / all[0].size_usd) -
			 2.0 * t->size_z_max * t->size_log_sd) < 1e-9);
	memory_free(all);
}

static double largest_share(uint32_t largest_ppm, uint32_t borrowers)
{
	double sum = 0.0, most = 0.0;
	struct borrower *all;
	size_t count;

	plan_fixture_init(&fixture, borrowers);
	fixture.plan.assets[USDC].supply_usd = 1e11; /* binds nobody */
	fixture.plan.assets[DAI].supply_usd = 1e11;
	fixture.plan.population.largest_ppm = largest_ppm;
	all = draw(&count);
	for (size_t i = 0; i < count; i++)
		if (all[i].collateral == WBTC) {
			sum += all[i].size_usd;
			most = fmax(most, all[i].size_usd);
		}
	memory_free(all);
	assert_true(fabs(sum / (population_traits.borrowed_against * 6e8) -
			 1.0) < 1e-9);
	return most / sum;
}

static void test_nobody_beyond_the_plans_bound(void **state)
{
	(void)state;
	assert_true(largest_share(0, 150) > 0.1);
	assert_true(fabs(largest_share(30000, 150) - 0.03) < 1e-9);
	assert_true(fabs(largest_share(900000, 150) -
			 largest_share(0, 150)) < 1e-12);
	/* Ten cannot all be below a twentieth: they are alike. */
	assert_true(fabs(largest_share(50000, 10) - 0.1) < 0.02);
}

static void test_dollars_bound_what_is_borrowed(void **state)
{
	const struct population_traits *t = &population_traits;
	double owed[PLAN_ASSETS] = { 0.0 };
	struct borrower *all;
	size_t count;

	(void)state;
	plan_fixture_init(&fixture, 100);
	fixture.plan.assets[USDC].supply_usd = 1e8;
	all = draw(&count);
	for (size_t i = 0; i < count; i++)
		owed[all[i].debt] += wanted(&all[i]);
	assert_true(fabs(owed[USDC] / (1e8 * 0.9 * t->utilisation_share) -
			 1.0) < 1e-9);
	assert_true(owed[DAI] <= 3e8 * 0.9 * t->utilisation_share *
				 (1.0 + 1e-9));
	memory_free(all);
}

/* Within five standard deviations of the probability, seen as a value by the
 * stated quantiles on either side. */
static void test_use_has_the_stated_quantiles(void **state)
{
	const struct population_traits *t = &population_traits;
	static double loop[MANY], other[5 * MANY];
	struct borrower *all;
	size_t count, n = 0, m = 0;

	(void)state;
	plan_fixture_init(&fixture, MANY);
	all = draw(&count);
	for (size_t i = 0; i < count; i++) {
		if (loops(&all[i]))
			loop[n++] = all[i].appetite;
		else
			other[m++] = all[i].appetite;
	}
	assert_true(n > MANY / 4 && n < MANY * 3 / 4);
	for (size_t k = 0; k < POPULATION_LEVELS; k++) {
		double p = t->use_levels[k];
		double a = fmin(t->use_loop[k], t->appetite_max);
		double b = fmin(t->use_other[k], t->appetite_max);
		double wide = 5.0 * sqrt(p * (1.0 - p) / (double)n);
		double slim = 5.0 * sqrt(p * (1.0 - p) / (double)m);

		assert_true(quantile(loop, n, p) >=
			    population_use(true, p - wide) - 1e-9);
		assert_true(quantile(loop, n, p) <=
			    population_use(true, p + wide) + 1e-9);
		assert_true(quantile(other, m, p) >=
			    population_use(false, p - slim) - 1e-9);
		assert_true(quantile(other, m, p) <=
			    population_use(false, p + slim) + 1e-9);
		assert_true(fabs(population_use(true, p) - a) < 1e-9);
		assert_true(fabs(population_use(false, p) - b) < 1e-9);
	}
	memory_free(all);
}

static void test_wishes_are_whole(void **state)
{
	struct borrower *all;
	size_t count;

	(void)state;
	plan_fixture_init(&fixture, 300);
	all = draw(&count);
	for (size_t i = 0; i < count; i++) {
		const struct borrower *who = &all[i];
		const struct parameters *start =
			&fixture.plan.assets[who->collateral].start;
		bool stable = fixture.plan.assets[who->collateral].stable;

		assert_true(who->appetite > 0.0 && who->appetite < 1.0);
		assert_true(who->health > 1.0);
		assert_true(fabs(start->lt_bps / who->health -
				 who->appetite * start->ltv_bps) < 1e-6);
		assert_true(who->attention > 0.0 && who->attention <= 0.5);
		assert_int_not_equal(who->debt, who->collateral);
		assert_true(loops(who) ||
			    fixture.plan.assets[who->debt].stable != stable);
		assert_int_equal(who->lt_bps, start->lt_bps);
	}
	memory_free(all);
}

static void shares(double *follow, double *loop, uint32_t follow_ppm,
		   uint32_t loop_ppm)
{
	double debt = 0.0, following = 0.0, held = 0.0, looped = 0.0;
	struct borrower *all;
	size_t count;

	plan_fixture_init(&fixture, 200);
	/* supplies that bind nobody: sizes are those that shares are of */
	for (size_t i = 0; i < PLAN_ASSETS; i++)
		if (i != STETH)
			fixture.plan.assets[i].supply_usd = 1e10;
	fixture.plan.population.follow_ppm = follow_ppm;
	fixture.plan.population.loop_ppm = loop_ppm;
	all = draw(&count);
	for (size_t i = 0; i < count; i++) {
		debt += wanted(&all[i]);
		following += all[i].follows ? wanted(&all[i]) : 0.0;
		held += all[i].collateral == STETH ? all[i].size_usd : 0.0;
		looped += loops(&all[i]) ? all[i].size_usd : 0.0;
	}
	*follow = following / debt;
	*loop = looped / held;
	memory_free(all);
}

static void test_shares_are_the_plans(void **state)
{
	static const uint32_t ppm[] = { 0, 50000, 100000, 333333, 700000,
					1000000 };
	double follow, loop;

	(void)state;
	for (size_t i = 0; i < sizeof(ppm) / sizeof(ppm[0]); i++) {
		shares(&follow, &loop, ppm[i], 1000000 - ppm[i]);
		assert_true(fabs(follow - ppm[i] / 1e6) < 0.002);
		assert_true(fabs(loop - (1.0 - ppm[i] / 1e6)) < 0.002);
	}
}

static void test_a_number_belongs_to_its_hour(void **state)
{
	struct market walked, jumped;
	size_t same = 0;

	(void)state;
	plan_fixture_init(&fixture, 100);
	open_with(&walked, &fixture);
	open_with(&jumped, &fixture);
	hours(&walked, 0, 700);
	jumped.assets[WETH].values.ltv_bps = 5000; /* another setter */
	hours(&jumped, 699, 1);
	for (size_t i = 0; i < walked.borrower_count; i++) {
		assert_true(walked.borrowers[i].block ==
			    jumped.borrowers[i].block);
		assert_true(walked.borrowers[i].attends ==
			    jumped.borrowers[i].attends);
		same += walked.borrowers[i].attends != 0;
	}
	assert_true(same > 100);
	market_free(&walked);
	market_free(&jumped);
}

static bool same_bits(double a, double b)
{
	return !memcmp(&a, &b, sizeof(a));
}

static void test_same_bits_twice(void **state)
{
	struct market one, two;

	(void)state;
	plan_fixture_init(&fixture, 60);
	open_with(&one, &fixture);
	open_with(&two, &fixture);
	hours(&one, 0, 400);
	hours(&two, 0, 400);
	for (size_t i = 0; i < one.borrower_count; i++) {
		assert_true(same_bits(one.borrowers[i].supplied_scaled,
				      two.borrowers[i].supplied_scaled));
		assert_true(same_bits(one.borrowers[i].borrowed_scaled,
				      two.borrowers[i].borrowed_scaled));
	}
	for (size_t i = 0; i < PLAN_ASSETS; i++)
		assert_true(same_bits(one.assets[i].lent, two.assets[i].lent));
	market_free(&one);
	market_free(&two);
	fixture.plan.seed[31] ^= 1;
	open_with(&two, &fixture);
	fixture.plan.seed[31] ^= 1;
	open_with(&one, &fixture);
	assert_false(same_bits(one.borrowers[0].size_usd,
			       two.borrowers[0].size_usd));
	market_free(&one);
	market_free(&two);
}

/* Bits over 300 blocks against the chance, five standard deviations. */
static void test_attention_comes_at_its_chance(void **state)
{
	struct market market;
	double seen = 0.0, expected = 0.0, variance = 0.0;

	(void)state;
	plan_fixture_init(&fixture, 50);
	open_with(&market, &fixture);
	for (int b = 0; b < 300; b++) {
		population_act(&market,
			       PLAN_FROM_S + (int64_t)b * 64 * HOUR_S);
		for (size_t i = 0; i < market.borrower_count; i++) {
			double p = market.borrowers[i].attention;

			seen += __builtin_popcountll(
				market.borrowers[i].attends);
			expected += 64.0 * p;
			variance += 64.0 * p * (1.0 - p);
		}
	}
	assert_true(fabs(seen - expected) < 5.0 * sqrt(variance));
	market_free(&market);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_many),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_no_size_beyond_the_largest_seen),
		cmocka_unit_test(test_nobody_beyond_the_plans_bound),
		cmocka_unit_test(test_dollars_bound_what_is_borrowed),
		cmocka_unit_test(test_use_has_the_stated_quantiles),
		cmocka_unit_test(test_wishes_are_whole),
		cmocka_unit_test(test_shares_are_the_plans),
		cmocka_unit_test(test_a_number_belongs_to_its_hour),
		cmocka_unit_test(test_same_bits_twice),
		cmocka_unit_test(test_attention_comes_at_its_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
