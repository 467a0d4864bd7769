/* test_backtest_disturbance.c -- what disturbances make of oracles, books and
 * cases, hour by hour; and that what is decided every hour takes effect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backtest/disturbance.h"
#include "backtest/walk.h"
#include "base/host/memory.h"
#include "case/policy.h"
#include "tests/support/sample_backtest.h"

static struct backtest_plan plan;
static struct plan_disturbance one;
static struct error error;

/* The sample's first asset costs 20, the second 1500. */
static const double market_usd[] = { 20.0, 1500.0, 1.0, 21.0, 1510.0, 1.0,
				     22.0, 1520.0, 1.0 };

static void disturb(enum disturbance_kind kind, double value)
{
	sample_backtest(&plan, 1, 1);
	one = (struct plan_disturbance){ .kind = (uint8_t)kind,
					 .from_s = plan.from_s + 3600,
					 .to_s = plan.from_s + 7200,
					 .value = value };
	plan.disturbances = &one;
	plan.disturbance_count = 1;
}

/* What the first asset's oracle says in each step of the second hour; the
 * hours beside it are left alone. */
static void says(double first, double second, double third)
{
	double said[9];

	assert_false(disturbance_oracle(said, &plan, market_usd, plan.from_s));
	assert_false(disturbance_oracle(said, &plan, market_usd,
					plan.from_s + 7200));
	if (!disturbance_oracle(said, &plan, market_usd, plan.from_s + 3600))
		memset(said, 0, sizeof(said));
	assert_true(said[0] == first && said[3] == second && said[6] == third);
	assert_true(said[1] == 0.0 && said[2] == 0.0);
}

static void oracles_say(void **state)
{
	(void)state;
	disturb(DISTURBANCE_ORACLE_HELD, 7.0);
	says(7.0, 7.0, 7.0);
	disturb(DISTURBANCE_ORACLE_SCALED, 2.0);
	says(40.0, 42.0, 44.0);
	disturb(DISTURBANCE_ORACLE_LEAST, 20.5);
	says(20.5, 0.0, 0.0);
	disturb(DISTURBANCE_ORACLE_SILENT, 0.0);
	says(-1.0, -1.0, -1.0);
	/* A claim on the second: 1.4 % of it, a year old, grown by 3 %. */
	disturb(DISTURBANCE_CAP, 0.0138);
	plan.assets[0].parent = 1;
	one.since_s = one.from_s - 31536000;
	one.rate = 0.03;
	says(0.0, 0.0, 1520.0 * 0.0138 * 1.03);
	disturb(DISTURBANCE_QUOTE, 2.0);
	says(0.0, 0.0, 0.0);
}

static void books_empty(void **state)
{
	struct liquidity_curve curve;

	(void)state;
	disturb(DISTURBANCE_DEPTH, 0.5);
	disturbance_curve(&curve, &plan, 0, one.from_s);
	assert_int_equal(curve.points[1].size_usd, 250000);
	disturbance_curve(&curve, &plan, 0, one.to_s);
	assert_int_equal(curve.points[1].size_usd, 500000);
	one.value = 0.0;
	disturbance_curve(&curve, &plan, 0, one.from_s);
	for (uint8_t i = 0; i < curve.count; i++)
		assert_int_equal(curve.points[i].size_usd, i + 1);
}

/* A case at ten knows what was before ten. */
static void cases_show(void **state)
{
	struct reserve reserve = { 0 };

	(void)state;
	disturb(DISTURBANCE_BOUND, 0.1);
	disturbance_reserve(&reserve, &plan, 0, one.from_s);
	assert_true(reserve.oracle_low_e8 == 0);
	disturbance_reserve(&reserve, &plan, 0, one.to_s);
	assert_true(reserve.oracle_low_e8 == 10000000);
	disturb(DISTURBANCE_BACKING, 0.25);
	disturbance_reserve(&reserve, &plan, 0, one.to_s);
	assert_int_equal(reserve.backing_ppm, 250000);
	disturb(DISTURBANCE_CAP, 1.1572);
	one.rate = 0.0968;
	one.since_s = 1600000000;
	disturbance_reserve(&reserve, &plan, 0, one.to_s);
	assert_true(reserve.cap_ratio_e18 == (u128)1157200000 * 1000000000u);
	assert_int_equal(reserve.cap_growth_bps, 968);
	assert_true(reserve.cap_time_s == 1600000000);
	disturb(DISTURBANCE_QUOTE, 1.3);
	one.family = 2;
	assert_true(disturbance_quote(&plan, 0, 2, one.to_s) == 1.3);
	assert_true(disturbance_quote(&plan, 0, 2, one.from_s) == 1.0);
	assert_true(disturbance_quote(&plan, 0, 1, one.to_s) == 1.0);
	assert_true(disturbance_quote(&plan, 1, 2, one.to_s) == 1.0);
}

/* A plan whose decisions are an hour apart. */
static void hourly(struct policy *policy, uint8_t bytes[16384])
{
	struct buffer buffer;

	*policy = *plan.policy;
	policy->epoch_period_s = 3600;
	buffer_init(&buffer, bytes, 16384);
	policy_encode(&buffer, policy);
	assert_false(buffer.overflow);
	plan.policy = policy;
	plan.policy_bytes = buffer_bytes(&buffer);
}

/* Five minutes after each decision it is in force, the next an hour later. */
static void hourly_decisions_take_effect(void **state)
{
	static uint8_t bytes[16384];
	static struct policy policy;
	const struct backtest_hooks none = { 0 };
	struct backtest_record record;
	uint32_t applied = 0, wanted = 0;

	(void)state;
	sample_backtest(&plan, 1, 1);
	hourly(&policy, bytes);
	if (backtest_run(&record, &plan, 1u << SETTER_PLIMSOLL, &none, &error))
		fail_msg("%s", error.message);
	for (size_t d = 0; d + 1 < record.runs[0].decision_count; d++) {
		const struct decision_record *made =
			&record.runs[0].decisions[d];

		wanted += made->tuples;
		applied += made->applied + made->queued + made->confirmed;
		assert_true(made->assets[0].after.lt_bps > 0);
		assert_memory_equal(&made->assets[0].after,
				    &made[1].assets[0].before,
				    sizeof(struct parameters));
	}
	assert_true(wanted > 0 && applied > 0);
	backtest_record_free(&record);
}

/* Families quote the market, whatever the oracle says: what a case is told. */
static void cases_have_quotes(void **state)
{
	struct price_grid grid;
	struct walk_start start = { .grid = &grid, .setter = SETTER_NO_CHANGE };
	struct walk *walk = memory_allocate(1, sizeof(*walk));
	struct case_history *history = memory_allocate(1, sizeof(*history));
	struct buffer made = { 0 };
	struct case_input in;
	struct arena *arena = arena_new(1u << 24);

	(void)state;
	disturb(DISTURBANCE_QUOTE, 0.5);
	plan.families = 3;
	one.asset = 1;
	one.family = 1;
	assert_int_equal(prices_open(&grid, &plan, &error), OK);
	assert_int_equal(walk_open(walk, &start, &error), OK);
	assert_int_equal(walk_hour(walk, &error), OK);
	assert_int_equal(walk_hour(walk, &error), OK);
	assert_int_equal(
		case_make(&made, &(struct case_order){
			&grid, &walk->market, &walk->steward, history,
			&walk->carry, bytes_of("", 0), 1.0,
			plan.from_s + 7200 }, &error), OK);
	assert_int_equal(case_decode(&in, buffer_bytes(&made), arena), OK);
	assert_int_equal(in.quote_count, 9);
	for (uint8_t i = 0; i < 9; i++) {
		double close = prices_hour(&grid, 1, i / 3)->close;
		double usd = decimal_to_double(in.quotes[i].price_usd);

		assert_int_equal(in.quotes[i].reserve, i / 3);
		close *= i == 4 ? 0.5 : 1.0;
		assert_true(usd > close - 2e-8 && usd < close + 2e-8);
	}
	memory_free(made.data);
	arena_free(arena);
	walk_close(walk);
	prices_free(&grid);
	memory_free(walk);
	memory_free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oracles_say),
		cmocka_unit_test(books_empty),
		cmocka_unit_test(cases_show),
		cmocka_unit_test(cases_have_quotes),
		cmocka_unit_test(hourly_decisions_take_effect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
