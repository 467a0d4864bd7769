/* test_scores_decision.c -- decision scores and reaction times of runs small
 * enough to count by hand; what must not matter does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "backtest/scores/decision_scores.h"
#include "backtest/scores/reaction.h"
#include "tests/support/points.h"

#define STEPS 200
#define ASSETS 2
#define HOUR INT64_C(3600)
#define START INT64_C(1600000000)

static double bad_debt[STEPS], revenue[STEPS];
static struct run_asset states[STEPS][ASSETS];
static struct run_liquidation sold[8];
static struct scored_run run;
static uint8_t block[1u << 18] __attribute__((aligned(16)));
static const uint8_t seed[32] = { 9 };
static struct rng_key key;
static struct arena arena;
static struct bootstrap_plan plan;

/* Asset 0 at 2000, asset 1 at 1, nothing happens. */
static int calm(void **state)
{
	static const uint64_t values[ASSETS][RUN_VALUES] = {
		{ 8000, 8300, 10500, 1000, 500, 8000, 0, 400, 6000, 1500, 0 },
		{ 6000, 7000, 10500, 0, 0, 9000, 0, 400, 6000, 1000, 0 },
	};

	(void)state;
	memset(bad_debt, 0, sizeof(bad_debt));
	memset(revenue, 0, sizeof(revenue));
	for (size_t s = 0; s < STEPS; s++)
		for (size_t a = 0; a < ASSETS; a++) {
			states[s][a] = (struct run_asset){
				a ? 1.0 : 2000.0, 100.0, 50.0, a ? 1.0 : 3.0,
				{ 0 } };
			memcpy(states[s][a].values, values[a],
			       sizeof(values[a]));
		}
	run = (struct scored_run){ START, HOUR, STEPS, ASSETS, bad_debt,
				   revenue, &states[0][0], sold, 0 };
	plan = (struct bootstrap_plan){ .key = &key, .replicates = 400,
					.level = 0.9 };
	return 0;
}

static void set_from(size_t step, size_t asset, enum run_value value,
		     uint64_t to)
{
	for (size_t s = step; s < STEPS; s++)
		states[s][asset].values[value] = to;
}

static struct decision_scores scored(void)
{
	struct decision_scores scores;

	assert_int_equal(decision_scores(&scores, &run, &plan, &arena), OK);
	assert_int_equal(arena.used, 0);
	return scores;
}

static void assert_value(const struct decision_scores *s,
			 enum decision_score k, double value)
{
	assert_true(s->figures[k].exists);
	assert_true(fabs(s->figures[k].result.value - value) <
		    1e-9 * (1.0 + fabs(value)));
	assert_true(s->figures[k].result.low <=
		    s->figures[k].result.high);
}

static void a_calm_run(void **state)
{
	struct decision_scores s = scored();

	(void)state;
	assert_value(&s, SCORE_BAD_DEBT, 0.0);
	assert_value(&s, SCORE_LIQUIDATED, 0.0);
	assert_false(s.figures[SCORE_WRONGFUL_SHARE].exists);
	assert_value(&s, SCORE_USABLE_LTV, 0.7);
	assert_value(&s, SCORE_USABLE_LTV_BY_DEBT, 0.75);
	assert_value(&s, SCORE_CHANGES, 0.0);
	assert_value(&s, SCORE_CHURN, 0.0);
	assert_value(&s, SCORE_AT_CAPS, 0.0);
	assert_true(s.figures[SCORE_BAD_DEBT].result.high == 0.0);
	for (int k = 0; k < DECISION_SCORES; k++) {
		assert_non_null(decision_score_name((enum decision_score)k));
		assert_non_null(decision_score_unit((enum decision_score)k));
	}
	assert_null(decision_score_name(DECISION_SCORES));
	for (int v = 0; v < RUN_VALUES; v++)
		assert_non_null(run_value_name((enum run_value)v));
}

static void totals_and_their_intervals(void **state)
{
	struct decision_scores s;
	double sum = 0.0;

	(void)state;
	for (size_t t = 0; t < STEPS; t++) {
		revenue[t] = uniform(0.0, 10.0);
		sum += revenue[t];
	}
	bad_debt[70] = 5000.0;
	bad_debt[71] = 1000.0;
	s = scored();
	assert_value(&s, SCORE_REVENUE, sum);
	assert_value(&s, SCORE_BAD_DEBT, 6000.0);
	/* 200 uniform draws: sd 10 / sqrt(12) sqrt(200) = 40.8 */
	assert_true(fabs(s.figures[SCORE_REVENUE].result.error - 40.8) < 15.0);
	assert_true(s.figures[SCORE_BAD_DEBT].result.low == 0.0 &&
		    s.figures[SCORE_BAD_DEBT].result.high >= 6000.0);
}

/* Sold at 0.95 of health: healthy again at 1900 / 0.95 = 2000. */
static void recovered_within_a_day_is_wrongful(void **state)
{
	struct decision_scores s;

	(void)state;
	for (size_t t = 10; t < STEPS; t++)
		states[t][0].price = 1900.0;
	states[34][0].price = 2000.0; /* 24 h after step 10 */
	states[140][0].price = 1999.9;
	sold[0] = (struct run_liquidation){ START + 10 * HOUR, 0, 1, 1900.0,
					    0.95, 100.0 };
	/* the hour before sees no recovery: 24 h end before step 34 */
	sold[1] = (struct run_liquidation){ START + 9 * HOUR + 1800, 0, 1,
					    1900.0, 0.95, 30.0 };
	sold[2] = (struct run_liquidation){ START + 130 * HOUR, 0,
					    RUN_NUMERAIRE, 1900.0, 0.95, 70.0 };
	sold[3] = (struct run_liquidation){ START + 180 * HOUR, 0, 1, 1900.0,
					    0.95, 900.0 }; /* nobody knows */
	run.liquidation_count = 4;
	assert_int_equal(decision_scores(&s, &run, &plan, &arena), E_INPUT);
	sold[4] = sold[0]; /* in order of time */
	sold[0] = sold[1];
	sold[1] = sold[4];
	s = scored();
	assert_value(&s, SCORE_LIQUIDATED, 1100.0);
	assert_value(&s, SCORE_LIQUIDATIONS, 4.0);
	assert_value(&s, SCORE_WRONGFUL, 100.0);
	assert_value(&s, SCORE_WRONGFUL_SHARE, 0.5);
	assert_int_equal(s.unjudged, 1);
	/* the debt asset falling as much as the collateral rose is the same */
	for (size_t t = 11; t < STEPS; t++)
		states[t][1].price = t == 35 ? 0.95 : 1.0;
	states[34][0].price = 1900.0;
	s = scored();
	assert_value(&s, SCORE_WRONGFUL, 0.0); /* 25 h are too long */
	states[33][1].price = 0.95;
	s = scored();
	assert_value(&s, SCORE_WRONGFUL, 130.0);
	/* and of the numeraire's price nothing is asked */
	states[132][1].price = 0.5;
	s = scored();
	assert_value(&s, SCORE_WRONGFUL, 130.0);
}

static void frozen_assets_lend_nothing(void **state)
{
	struct decision_scores s;

	(void)state;
	set_from(100, 0, RUN_FROZEN, 1);
	set_from(150, 1, RUN_LTV, 0);
	s = scored();
	/* asset 0: 0.8 half of the time; asset 1: 0.6 three quarters of it */
	assert_value(&s, SCORE_USABLE_LTV, (0.4 + 0.45) / 2.0);
	assert_value(&s, SCORE_USABLE_LTV_BY_DEBT, (3.0 * 0.4 + 0.45) / 4.0);
	assert_value(&s, SCORE_CHANGES, 2.0);
	assert_value(&s, SCORE_CHURN, 2.0); /* from 0, and to 0 */
}

static void churn_is_relative_and_even(void **state)
{
	struct decision_scores s;

	(void)state;
	set_from(50, 0, RUN_SUPPLY_CAP, 500);
	set_from(60, 0, RUN_SUPPLY_CAP, 1000);
	set_from(60, 1, RUN_LTV, 4500);
	s = scored();
	assert_value(&s, SCORE_CHANGES, 3.0);
	assert_value(&s, SCORE_CHURN, 0.5 + 0.5 + 0.25);
}

static void time_at_caps(void **state)
{
	struct decision_scores s;

	(void)state;
	for (size_t t = 0; t < 50; t++)
		states[t][0].supplied = 990.0; /* of 1000 */
	for (size_t t = 40; t < 60; t++)
		states[t][0].borrowed = 494.9; /* of 500: just below 99 % */
	for (size_t t = 45; t < 55; t++)
		states[t][0].borrowed = 600.0;
	s = scored();
	assert_value(&s, SCORE_AT_SUPPLY_CAP, 0.25);
	assert_value(&s, SCORE_AT_BORROW_CAP, 0.05);
	assert_value(&s, SCORE_AT_CAPS, 55.0 / 200.0);
	/* an asset without caps does not count as time below them; with: */
	set_from(0, 1, RUN_BORROW_CAP, 1000000);
	s = scored();
	assert_value(&s, SCORE_AT_BORROW_CAP, 0.025);
	set_from(0, 0, RUN_SUPPLY_CAP, 0);
	s = scored();
	assert_false(s.figures[SCORE_AT_SUPPLY_CAP].exists);
}

/* A run less itself is nought; less one with more revenue it is that. */
static void differences_of_runs(void **state)
{
	static double more[STEPS];
	struct scored_run other = run;
	const struct scored_run *const same[2] = { &run, &run };
	const struct scored_run *const runs[2] = { &other, &run };
	struct decision_scores s;

	(void)state;
	for (size_t t = 0; t < STEPS; t++) {
		revenue[t] = uniform(0.0, 1000.0);
		more[t] = revenue[t] + uniform(1.0, 2.0);
	}
	other.revenue_usd = more;
	assert_int_equal(decision_scores_difference(&s, same, &plan, &arena),
			 OK);
	for (int k = 0; k < DECISION_SCORES; k++)
		assert_true(!s.figures[k].exists ||
			    (s.figures[k].result.value == 0.0 &&
			     s.figures[k].result.p == 1.0));
	assert_true(s.figures[SCORE_USABLE_LTV].exists);
	assert_int_equal(decision_scores_difference(&s, runs, &plan, &arena),
			 OK);
	/* paired: the noise of both runs is not in it */
	assert_true(s.figures[SCORE_REVENUE].result.low > 280.0 &&
		    s.figures[SCORE_REVENUE].result.high < 320.0 &&
		    s.figures[SCORE_REVENUE].result.p < 0.01);
	other.first_s += 1;
	assert_int_equal(decision_scores_difference(&s, runs, &plan, &arena),
			 E_INPUT);
	assert_int_equal(arena.used, 0);
}

/* The order of assets does not matter, nor (but for units) the unit of USD. */
static void invariances(void **state)
{
	struct decision_scores a, b;

	(void)state;
	for (size_t t = 0; t < STEPS; t++) {
		states[t][0].debt_usd = uniform(0.0, 9.0);
		states[t][0].supplied = uniform(900.0, 1000.0);
		bad_debt[t] = uniform(0.0, 1.0);
	}
	set_from(77, 0, RUN_LTV, 7000);
	a = scored();
	for (size_t t = 0; t < STEPS; t++) {
		struct run_asset first = states[t][0];

		states[t][0] = states[t][1];
		states[t][1] = first;
		states[t][0].debt_usd *= 4.0;
		states[t][1].debt_usd *= 4.0;
		bad_debt[t] *= 4.0;
	}
	b = scored();
	for (int k = 1; k < DECISION_SCORES; k++)
		assert_true(!a.figures[k].exists ||
			    fabs(a.figures[k].result.high -
				 b.figures[k].result.high) < 1e-12);
	assert_true(a.figures[SCORE_BAD_DEBT].result.low * 4.0 ==
		    b.figures[SCORE_BAD_DEBT].result.low);
}

static void bad_runs_are_refused(void **state)
{
	struct decision_scores s;

	(void)state;
	states[3][1].price = 0.0;
	assert_int_equal(decision_scores(&s, &run, &plan, &arena), E_INPUT);
	calm(NULL);
	states[3][1].borrowed = (double)NAN;
	assert_int_equal(decision_scores(&s, &run, &plan, &arena), E_INPUT);
	calm(NULL);
	bad_debt[9] = (double)INFINITY;
	assert_int_equal(decision_scores(&s, &run, &plan, &arena), E_INPUT);
	calm(NULL);
	run.step_s = 2 * RUN_DAY_S;
	assert_int_equal(decision_scores(&s, &run, &plan, &arena), E_INPUT);
	calm(NULL);
	run.liquidation_count = 1;
	sold[0] = (struct run_liquidation){ START + STEPS * HOUR, 0, 1, 1.0,
					    0.9, 1.0 };
	assert_int_equal(run_check(&run), E_INPUT); /* after the end */
	sold[0].time_s--;
	assert_int_equal(run_check(&run), OK);
	sold[0].collateral = 2;
	assert_int_equal(run_check(&run), E_INPUT);
}

/* 2000, from step 100 on 1700 (15 % below), from 110 on 1500. */
static void fall(void)
{
	for (size_t s = 100; s < STEPS; s++)
		states[s][0].price = s < 110 ? 1700.0 : 1500.0;
}

static struct reaction reaction_to(double share)
{
	struct crisis c = { "fall", 0, START + 90 * HOUR, START + 160 * HOUR,
			    share };
	struct reaction r;

	assert_int_equal(reaction_times(&r, &run, &c, 1), OK);
	return r;
}

static void reactions_are_timed_from_the_fall(void **state)
{
	struct reaction r;

	(void)state;
	fall();
	r = reaction_to(0.15);
	assert_int_equal(r.kind, REACTION_NEVER);
	assert_int_equal(r.start_s, START + 100 * HOUR);
	assert_int_equal(r.after_s, 60 * HOUR);
	assert_int_equal(reaction_to(0.16).start_s, START + 110 * HOUR);
	assert_int_equal(reaction_to(0.3).kind, REACTION_NO_CRISIS);
	set_from(120, 0, RUN_LTV, 8100); /* looser, and another asset: no */
	set_from(121, 1, RUN_LT, 100);
	assert_int_equal(reaction_to(0.15).kind, REACTION_NEVER);
	set_from(130, 0, RUN_LT, 8299);
	r = reaction_to(0.15);
	assert_int_equal(r.kind, REACTION_MADE);
	assert_int_equal(r.after_s, 30 * HOUR);
	assert_int_equal(reaction_to(0.25).after_s, 20 * HOUR);
	assert_false(r.ahead);
	set_from(100, 0, RUN_BORROW_CAP, 499);
	assert_int_equal(reaction_to(0.15).after_s, 0);
}

static void caps_and_freezes_tighten(void **state)
{
	struct run_asset before, now;

	(void)state;
	before = now = states[0][0];
	assert_false(run_tightens(&before, &now));
	now.values[RUN_SUPPLY_CAP] = 0; /* none: looser */
	assert_false(run_tightens(&before, &now));
	assert_true(run_tightens(&now, &before));
	now = before;
	now.values[RUN_FROZEN] = 1;
	assert_true(run_tightens(&before, &now));
	assert_false(run_tightens(&now, &before));
	now = before;
	now.values[RUN_LB] = now.values[RUN_SLOPE2] = 0;
	assert_false(run_tightens(&before, &now));
}

static void being_ahead_is_said(void **state)
{
	struct reaction r;

	(void)state;
	fall();
	set_from(76, 0, RUN_LTV, 7000);
	r = reaction_to(0.15);
	assert_true(r.kind == REACTION_NEVER && r.ahead);
	calm(NULL);
	fall();
	set_from(75, 0, RUN_LTV, 7000); /* 25 h before */
	assert_false(reaction_to(0.15).ahead);
}

static void reactions_are_summed_up(void **state)
{
	static const struct reaction reactions[] = {
		{ REACTION_MADE, START, 3600, false },
		{ REACTION_NO_CRISIS, 0, 0, false },
		{ REACTION_NEVER, START, 36000, true },
		{ REACTION_MADE, START, 7200, false },
	};
	struct reaction_summary s;
	struct crisis c = { "none", 2, START, START, 0.1 };
	struct reaction r;

	(void)state;
	assert_int_equal(reaction_summarise(&s, reactions, 4, &plan, &arena),
			 OK);
	assert_true(s.crises == 3 && s.made == 2 && s.never == 1 &&
		    s.ahead == 1);
	assert_true(fabs(s.mean.value - 15600.0) < 1e-9);
	assert_true(s.mean.low >= 3600.0 && s.mean.high <= 36000.0 &&
		    s.mean.low < s.mean.high && s.mean.block == 1.0);
	assert_int_equal(reaction_summarise(&s, reactions, 2, &plan, &arena),
			 E_MISSING);
	assert_int_equal(reaction_times(&r, &run, &c, 1), E_INPUT);
	c = (struct crisis){ "outside", 0, START + STEPS * HOUR,
			     START + 300 * HOUR, 0.1 };
	assert_int_equal(reaction_times(&r, &run, &c, 1), OK);
	assert_int_equal(r.kind, REACTION_NO_CRISIS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_calm_run, calm),
		cmocka_unit_test_setup(totals_and_their_intervals, calm),
		cmocka_unit_test_setup(recovered_within_a_day_is_wrongful, calm),
		cmocka_unit_test_setup(frozen_assets_lend_nothing, calm),
		cmocka_unit_test_setup(churn_is_relative_and_even, calm),
		cmocka_unit_test_setup(time_at_caps, calm),
		cmocka_unit_test_setup(differences_of_runs, calm),
		cmocka_unit_test_setup(invariances, calm),
		cmocka_unit_test_setup(bad_runs_are_refused, calm),
		cmocka_unit_test_setup(reactions_are_timed_from_the_fall, calm),
		cmocka_unit_test_setup(caps_and_freezes_tighten, calm),
		cmocka_unit_test_setup(being_ahead_is_said, calm),
		cmocka_unit_test_setup(reactions_are_summed_up, calm),
	};

	arena_init(&arena, block, sizeof(block));
	key = rng_key_of(seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
