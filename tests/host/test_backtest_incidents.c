/* test_backtest_incidents.c -- every staged crisis goes as expected, the same
 * twice and on more threads; without its rule it does not; and no expectation
 * holds of a trial that is spoilt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/threads.h"
#include "backtest/incident_trial.h"

#define SEED 1
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif
#define INCIDENTS_MAX 32

static struct error error;
static struct incident_result expected[INCIDENTS_MAX];
/* Expectations that failed without the rule, or of a spoilt trial. */
static bool refuted[INCIDENTS_MAX][INCIDENT_VERDICTS_MAX];

static void run(struct incident_result *out, size_t i, bool unguarded,
		const struct parallel *parallel)
{
	const struct incident_order order = { SEED, unguarded, parallel };

	if (incident_run(out, incident_at(i), &order, &error))
		fail_msg("%s: %s", incident_text(incident_at(i)).name,
			 error.message);
}

/* Another agent: does the opposite in every decision, and liquidates by a cut
 * of its own; books are empty. */
static void spoil(struct incident_trial *trial)
{
	struct incident_track *track = &trial->plimsoll;
	uint8_t a = trial->stage->attacked;
	struct incident_window window = incident_window(trial);
	struct liquidation_record *call = run_add_liquidation(&track->run);
	struct decision_record *cut = &track->decisions[window.first].record;

	for (size_t d = 0; d < track->count; d++) {
		struct incident_decision *at = &track->decisions[d];

		at->loosening = ~0u;
		at->tightening = at->freezing = 0;
		at->caps_price = at->caps_half = true;
		at->record.outcome = OUTCOME_UPDATE;
		at->record.reasons = d >= window.end
					     ? 1u << REASON_SOURCES_DISAGREE
					     : 0;
		at->record.assets[a].after.ltv_bps =
			d < window.first ? 9000 : 9000 - (uint32_t)d * 40;
		at->record.assets[a].after.borrow_cap = 1000000000;
	}
	cut->assets[a].before.lt_bps = 9000;
	cut->assets[a].after.lt_bps = 4000;
	*call = (struct liquidation_record){
		.time_s = cut->time_s + 3600, .collateral = a,
		.debt = a ? 0 : 1, .health = 0.9, .repaid_usd = 1.0,
		.price_ratio = 1e9 };
	track->run.hours[track->run.hour_count - 1].bad_debt_usd += 1e12;
	trial->stage->plan.assets[a].curve.count = 0;
}

static void as_expected(void **state)
{
	const struct incident_order order = { .seed = SEED };
	char seen[INCIDENT_SEEN_MAX];

	(void)state;
	assert_true(incident_count() >= 14 &&
		    incident_count() <= INCIDENTS_MAX);
	for (size_t i = 0; i < incident_count(); i++) {
		const struct incident *incident = incident_at(i);
		struct incident_trial trial;

		assert_ptr_equal(incident_find(incident->text.name), incident);
		if (incident_play(&trial, incident, &order, &error))
			fail_msg("%s: %s", incident->text.name, error.message);
		incident_judge(&expected[i], incident, &trial);
		assert_true(expected[i].verdict_count >= 3);
		for (size_t v = 0; v < expected[i].verdict_count; v++)
			/* A gap that is closed is no gap: unmark it. */
			if (expected[i].verdicts[v].passed !=
			    !expected[i].verdicts[v].missing)
				fail_msg("%s: %s: %s", incident->text.name,
					 expected[i].verdicts[v].expected,
					 expected[i].verdicts[v].seen);
		spoil(&trial);
		for (size_t v = 0; v < expected[i].verdict_count; v++)
			refuted[i][v] = !incident->expectations[v].holds(
				seen, &trial);
		incident_trial_free(&trial);
	}
	assert_null(incident_find("no-such"));
}

static void without_the_rule_it_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < incident_count(); i++) {
		struct incident_result result;

		run(&result, i, true, NULL);
		if (incident_passed(&result))
			fail_msg("%s does without the rule: %s",
				 incident_text(incident_at(i)).name,
				 incident_text(incident_at(i)).guard);
		for (size_t v = 0; v < result.verdict_count; v++)
			refuted[i][v] |= !result.verdicts[v].passed;
		/* The same run, beside the guarded one. */
		if (expected[i].has_bare)
			assert_true(expected[i].bad_debt_bare_usd ==
				    result.bad_debt_usd);
		incident_result_free(&result);
	}
}

static void every_expectation_can_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < incident_count(); i++)
		for (size_t v = 0; v < expected[i].verdict_count; v++)
			if (!refuted[i][v] && !expected[i].verdicts[v].missing)
				fail_msg("%s: nothing refutes: %s",
					 incident_text(incident_at(i)).name,
					 expected[i].verdicts[v].expected);
}

static void assert_same(const struct incident_result *a,
			const struct incident_result *b)
{
	assert_int_equal(a->step_count, b->step_count);
	for (size_t i = 0; i < a->step_count; i++) {
		assert_true(a->steps[i].after_s == b->steps[i].after_s);
		assert_true(a->steps[i].reasons == b->steps[i].reasons);
		assert_int_equal(a->steps[i].outcome, b->steps[i].outcome);
		assert_int_equal(a->steps[i].decisions, b->steps[i].decisions);
		assert_string_equal(a->steps[i].changed, b->steps[i].changed);
	}
	for (size_t v = 0; v < a->verdict_count; v++)
		assert_string_equal(a->verdicts[v].seen, b->verdicts[v].seen);
	assert_true(a->bad_debt_usd == b->bad_debt_usd &&
		    a->liquidated_usd == b->liquidated_usd &&
		    a->open_before_usd == b->open_before_usd &&
		    a->open_after_usd == b->open_after_usd &&
		    a->cost_usd == b->cost_usd && a->gain_usd == b->gain_usd &&
		    a->lost_ltv_days == b->lost_ltv_days);
}

static void twice_is_the_same(void **state)
{
	const struct parallel two = threads_parallel(2);

	(void)state;
	for (size_t i = 0; i < incident_count(); i++) {
		struct incident_result again;

		run(&again, i, false, &two);
		assert_same(&expected[i], &again);
		incident_result_free(&again);
		incident_result_free(&expected[i]);
	}
}

/* Another seed is another market. */
static void seeds_differ(void **state)
{
	struct incident_stage a, b;

	(void)state;
	incident_stage_begin(&a, 1);
	incident_stage_begin(&b, 2);
	incident_stage_finish(&a);
	incident_stage_finish(&b);
	assert_true(decimal_to_double(a.bars[INCIDENT_COIN][99].close) !=
		    decimal_to_double(b.bars[INCIDENT_COIN][99].close));
	incident_stage_free(&a);
	incident_stage_free(&b);
}

/* Under the sanitizers a decision costs ten times as much: a few incidents,
 * each once. */
static void some_as_expected(void **state)
{
	(void)state;
	for (size_t i = 0; i < incident_count(); i += 5) {
		struct incident_result result;

		run(&result, i, false, NULL);
		assert_true(result.verdict_count >= 3);
		incident_result_free(&result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_expected),
		cmocka_unit_test(without_the_rule_it_fails),
		cmocka_unit_test(every_expectation_can_fail),
		cmocka_unit_test(twice_is_the_same),
		cmocka_unit_test(seeds_differ),
	};
	const struct CMUnitTest few[] = {
		cmocka_unit_test(some_as_expected),
	};

	if (SANITIZED)
		return cmocka_run_group_tests(few, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
