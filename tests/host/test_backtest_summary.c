/* test_backtest_summary.c -- what a made backtest says of itself is what was
 * made into it: scores, forecast tests, crises, comparisons, the verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backtest/compare.h"
#include "backtest/score_input.h"
#include "backtest/summary.h"
#include "backtest/verdict.h"
#include "models/elementary.h"
#include "models/ensemble/scores.h"
#include "tests/host/known_backtest.h"

#define NEAR(a, b, most) \
	assert_true((a) - (b) <= (most) && (b) - (a) <= (most))

static const struct summary_options options = { .replicates = 200 };
static struct known_backtest sample;
static struct backtest_summary *summary;
static struct error error;

static int setup(void **state)
{
	(void)state;
	known_backtest_make(&sample, KNOWN_DAYS);
	assert_int_equal(summary_new(&summary, &sample.record, &options,
				     &error), OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	summary_free(summary);
	known_backtest_free(&sample);
	return 0;
}

static double value(enum setter setter, enum decision_score score)
{
	const struct run_summary *run = summary_run(summary, setter);

	assert_non_null(run);
	assert_true(run->scores.figures[score].exists);
	return run->scores.figures[score].result.value;
}

static void test_scores(void **state)
{
	const double hours = (double)sample.hours;

	(void)state;
	NEAR(value(SETTER_NO_CHANGE, SCORE_BAD_DEBT), 5000.0, 1e-6);
	NEAR(value(SETTER_PLIMSOLL, SCORE_BAD_DEBT), 0.0, 1e-9);
	NEAR(value(SETTER_NO_CHANGE, SCORE_LIQUIDATED), 13000.0, 1e-6);
	NEAR(value(SETTER_NO_CHANGE, SCORE_LIQUIDATIONS), 2.0, 1e-9);
	NEAR(value(SETTER_NO_CHANGE, SCORE_WRONGFUL), 3000.0, 1e-6);
	NEAR(value(SETTER_NO_CHANGE, SCORE_WRONGFUL_SHARE), 3.0 / 13.0, 1e-9);
	NEAR(value(SETTER_NO_CHANGE, SCORE_USABLE_LTV), 0.775, 1e-9);
	NEAR(value(SETTER_PLIMSOLL, SCORE_USABLE_LTV),
	     0.5 * (0.75 + (144.0 * 0.8 + (hours - 144.0) * 0.7) / hours),
	     1e-9);
	/* Only WETH backs debt. */
	NEAR(value(SETTER_NO_CHANGE, SCORE_USABLE_LTV_BY_DEBT), 0.8, 1e-9);
	NEAR(value(SETTER_DAO, SCORE_REVENUE), 12.0 * hours, 1e-6);
	NEAR(value(SETTER_PLIMSOLL, SCORE_CHANGES), 3.0, 1e-9);
	NEAR(value(SETTER_DAO, SCORE_CHANGES), 1.0, 1e-9);
	NEAR(value(SETTER_PLIMSOLL, SCORE_CHURN),
	     1.0 / 8.0 + 800.0 / 8300.0 + 100.0 / 7500.0, 1e-9);
	/* One of two assets at its supply cap for half of the time. */
	NEAR(value(SETTER_DAO, SCORE_AT_SUPPLY_CAP), 0.25, 1e-9);
	NEAR(value(SETTER_DAO, SCORE_AT_BORROW_CAP), 0.0, 1e-9);
}

static void test_run_figures(void **state)
{
	const struct run_summary *own = summary_run(summary, SETTER_PLIMSOLL);
	const struct run_summary *still = summary_run(summary,
						      SETTER_NO_CHANGE);

	(void)state;
	assert_null(summary_run(summary, SETTER_FORESIGHT));
	assert_int_equal(own->outcomes[OUTCOME_UPDATE], 1);
	assert_int_equal(own->outcomes[OUTCOME_HOLD], KNOWN_DAYS - 1);
	assert_int_equal(own->applied, 1);
	NEAR(own->ltv_low[0], 0.7, 1e-6);
	NEAR(own->ltv_high[0], 0.8, 1e-6);
	NEAR(still->bad_debt_usd, 5000.0, 1e-9);
	NEAR(still->bad_debt_peak_usd, 5000.0, 1e-9);
	assert_false(own->has_reaction); /* one crisis is no mean */
}

/* FTX lies in it and concerns what is not stable; CRV is not there. */
static void test_crises(void **state)
{
	const struct crisis_summary *ftx = &summary->crises[0];

	(void)state;
	assert_int_equal(summary->crisis_count, 1);
	assert_string_equal(ftx->window->id, "2022-11-ftx");
	assert_int_equal(ftx->first, 120);
	assert_int_equal(ftx->end, 336);
	assert_int_equal(ftx->deepest, 0);
	assert_true(ftx->falls[0] > 0.25 && ftx->falls[0] < 0.3);
	assert_true(ftx->falls[1] < 0.0);
	/* The fall shows from hour 151; plimsoll tightened at 144 and 168,
	 * dao at 240. */
	assert_int_equal(ftx->runs[0].reaction.kind, REACTION_MADE);
	assert_int_equal(ftx->runs[0].reaction.after_s, 17 * 3600);
	assert_true(ftx->runs[0].reaction.ahead);
	assert_int_equal(ftx->runs[1].reaction.kind, REACTION_NEVER);
	assert_int_equal(ftx->runs[2].reaction.kind, REACTION_MADE);
	assert_int_equal(ftx->runs[2].reaction.after_s, 89 * 3600);
	NEAR(ftx->runs[1].bad_debt_usd, 5000.0, 1e-9);
	NEAR(ftx->runs[1].liquidated_usd, 13000.0, 1e-9);
	NEAR(ftx->runs[0].ltv_before, 0.8, 1e-6);
	NEAR(ftx->runs[0].ltv_low, 0.7, 1e-6);
	NEAR(ftx->runs[2].ltv_end, 0.75, 1e-6);
}

static void test_concerns(void **state)
{
	const struct crisis_window *usdc = &crisis_windows[6];
	const struct crisis_window *october =
		&crisis_windows[crisis_windows_count - 1];

	(void)state;
	assert_string_equal(usdc->id, "2023-03-usdc");
	assert_true(crisis_concerns(usdc, "USDC", true));
	assert_false(crisis_concerns(usdc, "USD", true));
	assert_false(crisis_concerns(usdc, "WETH", false));
	assert_true(crisis_concerns(&crisis_windows[3], "wstETH", false));
	assert_true(crisis_concerns(&crisis_windows[3], "WETH", false));
	assert_true(crisis_concerns(october, "USDe", true));
	assert_true(crisis_concerns(october, "LINK", false));
	assert_false(crisis_concerns(october, "USDC", true));
	for (size_t i = 0; i < crisis_windows_count; i++)
		assert_true(crisis_from(&crisis_windows[i]) <
			    crisis_to(&crisis_windows[i]));
}

/* The day of the fall is the one beyond VaR; the others are within. */
static void test_forecasts(void **state)
{
	const struct forecast_tests *own =
		&summary->runs[0].tests[0][FORECASTER_OWN];
	double pinball = 0.0, beyond = 0.0;
	struct forecast_set set;

	(void)state;
	assert_int_equal(own->n, KNOWN_DAYS - 1);
	assert_int_equal(own->exceed, 1);
	assert_true(own->exact);
	NEAR(own->pof.statistic,
	     coverage_kupiec_ratio(1.0, KNOWN_DAYS - 1, 0.01), 1e-12);
	assert_int_equal(own->light.zone, TRAFFIC_GREEN);
	assert_true(summary->runs[0].derived[0]);
	forecast_set_collect(&set, &sample.store.plan, &sample.record.runs[0],
			     0);
	for (size_t i = 0; i < set.count; i++) {
		double ret = set.points[i].ret;

		pinball += score_pinball(ret, -(double)0.02f, 0.01) /
			   (double)set.count;
		beyond += ret < -(double)0.02f ? 1.0 : 0.0;
	}
	NEAR(own->pinball, pinball, 1e-12);
	NEAR(beyond, 1.0, 0.0);
	forecast_set_free(&set);
	/* Others forecast nothing. */
	assert_int_equal(summary->runs[1].tests[0][FORECASTER_OWN].n, 0);
}

/* Point in time: bars that close later change nothing, one that just closed
 * does. */
static void test_baselines_see_no_future(void **state)
{
	const int64_t now = KNOWN_FROM + 100 * 3600;
	struct fall_forecast before[2], after[2];
	struct known_backtest other;
	struct forecast_history history;

	(void)state;
	known_backtest_make(&other, 12);
	forecast_history_open(&history, &other.store.plan, 0);
	assert_int_equal(forecast_historical(&before[0], &history, now), OK);
	assert_int_equal(forecast_ewma(&before[1], &history, now), OK);
	forecast_history_free(&history);
	for (size_t i = KNOWN_WARM + 100; i < KNOWN_WARM + other.hours; i++)
		other.store.bars[0][i].close.mantissa /= 9;
	forecast_history_open(&history, &other.store.plan, 0);
	assert_int_equal(forecast_historical(&after[0], &history, now), OK);
	assert_int_equal(forecast_ewma(&after[1], &history, now), OK);
	assert_memory_equal(before, after, sizeof(before));
	forecast_history_free(&history);
	other.store.bars[0][KNOWN_WARM + 99].close.mantissa /= 2;
	forecast_history_open(&history, &other.store.plan, 0);
	assert_int_equal(forecast_historical(&after[0], &history, now), OK);
	assert_int_equal(forecast_ewma(&after[1], &history, now), OK);
	assert_true(after[1].var99 > before[1].var99 + 0.01);
	assert_true(after[0].es975 > before[0].es975);
	/* An embargo of two hours takes that bar away again. */
	other.store.plan.embargo_s = 7200;
	assert_int_equal(forecast_ewma(&before[1], &history, now - 7200), OK);
	assert_int_equal(forecast_ewma(&after[1], &history, now), OK);
	assert_true(after[1].var99 < before[1].var99 + 0.01);
	assert_int_equal(forecast_ewma(&after[1], &history,
				       KNOWN_FROM - KNOWN_WARM * 3600),
			 E_MISSING);
	forecast_history_free(&history);
	known_backtest_free(&other);
}

/* Returns of one size, up and down by turns: the variance is known, and the
 * falls over a day are none. */
static void test_baselines_known(void **state)
{
	const double z99 = 2.3263478740408408, up = 1.01;
	struct fall_forecast ewma, historical;
	struct known_backtest other;
	struct forecast_history history;
	double s;

	(void)state;
	known_backtest_make(&other, 12);
	for (size_t i = 0; i < KNOWN_WARM + other.hours; i++)
		other.store.bars[0][i].close =
			decimal_from_scaled(i % 2 ? 1010000 : 1000000, 3);
	forecast_history_open(&history, &other.store.plan, 0);
	assert_int_equal(forecast_ewma(&ewma, &history, KNOWN_FROM), OK);
	assert_int_equal(forecast_historical(&historical, &history,
					     KNOWN_FROM), OK);
	s = elementary_log(up) * sqrt(24.0);
	NEAR(ewma.var99, 1.0 - elementary_exp(-z99 * s), 1e-12);
	NEAR(ewma.es975, 1.0 - elementary_exp(0.5 * s * s) *
				       normal_cdf(-1.9599639845400545 - s) /
				       0.025, 1e-12);
	assert_true(ewma.es975 > ewma.var975 && ewma.var99 > ewma.var975);
	NEAR(historical.var99, 0.0, 1e-12);
	NEAR(historical.es975, 0.0, 1e-12);
	forecast_history_free(&history);
	known_backtest_free(&other);
}

/* Of Student's t itself the derived quantile is the right one. */
static void test_quantile_of_shortfall(void **state)
{
	const double degrees[] = { 2.5, 3.0, 4.0, 5.0, 8.0, 20.0, 150.0 };

	(void)state;
	for (size_t i = 0; i < sizeof(degrees) / sizeof(degrees[0]); i++) {
		double nu = degrees[i], q = student_quantile(0.025, nu);
		double es = elementary_exp(student_log_density(q, nu)) / 0.025 *
			    (nu + q * q) / (nu - 1.0);
		double derived = quantile_of_shortfall(
			-0.02 * student_quantile(0.01, nu), 0.02 * es);

		NEAR(derived / (-0.02 * q), 1.0, 0.005);
	}
	NEAR(quantile_of_shortfall(0.2, 1.0), 0.576029, 1e-12);
	NEAR(quantile_of_shortfall(1.5, 1.0), 0.838379, 1e-12);
}

static void test_compare(void **state)
{
	const struct backtest_record *const same[2] = { &sample.record,
							&sample.record };
	const enum setter both[2] = { SETTER_NO_CHANGE, SETTER_PLIMSOLL };
	const enum setter one[2] = { SETTER_DAO, SETTER_DAO };
	struct run_comparison c;
	const struct bootstrap_result *debt =
		&c.difference.figures[SCORE_BAD_DEBT].result;

	(void)state;
	assert_int_equal(compare_runs(&c, same, both, &options, &error), OK);
	NEAR(debt->value, 5000.0, 1e-6);
	NEAR(c.values[0][SCORE_BAD_DEBT], 5000.0, 1e-6);
	NEAR(c.difference.figures[SCORE_USABLE_LTV].result.value,
	     value(SETTER_NO_CHANGE, SCORE_USABLE_LTV) -
		     value(SETTER_PLIMSOLL, SCORE_USABLE_LTV), 1e-9);
	assert_true(c.difference.figures[SCORE_USABLE_LTV].result.low > 0.0);
	assert_false(c.same_changes);
	assert_int_equal(compare_runs(&c, same, one, &options, &error), OK);
	assert_true(c.same_changes);
	for (int k = 0; k < DECISION_SCORES; k++)
		if (c.difference.figures[k].exists) {
			NEAR(c.difference.figures[k].result.value, 0.0, 0.0);
			NEAR(c.difference.figures[k].result.high, 0.0, 0.0);
		}
}

/* Of another history nothing is compared; of another policy it is. */
static void test_compare_refuses(void **state)
{
	const enum setter own[2] = { SETTER_PLIMSOLL, SETTER_PLIMSOLL };
	const enum setter gone[2] = { SETTER_PLIMSOLL, SETTER_FORESIGHT };
	struct known_backtest other;
	const struct backtest_record *const pair[2] = { &sample.record,
							&other.record };
	struct run_comparison c = { .same_changes = true };

	(void)state;
	known_backtest_make(&other, KNOWN_DAYS);
	other.store.policy_bytes[100] ^= 1;
	plan_digest(other.record.input_digest, &other.store.plan);
	assert_memory_not_equal(other.record.input_digest,
				sample.record.input_digest, HASH_SIZE);
	assert_int_equal(compare_runs(&c, pair, own, &options, &error), OK);
	assert_int_equal(compare_runs(&c, pair, gone, &options, &error),
			 E_MISSING);
	other.store.bars[0][5].open.mantissa++;
	assert_int_equal(compare_check(pair, &error), E_INPUT);
	assert_non_null(strstr(error.message, "prices"));
	other.store.plan.seed[0] ^= 1;
	assert_int_equal(compare_check(pair, &error), E_INPUT);
	assert_non_null(strstr(error.message, "seeds"));
	other.store.plan.to_s += 3600;
	assert_int_equal(compare_runs(&c, pair, own, &options, &error),
			 E_INPUT);
	assert_non_null(strstr(error.message, "times"));
	known_backtest_free(&other);
}

static void test_refused_records(void **state)
{
	struct backtest_summary *untouched = summary, *out = summary;
	struct hour_record *hour = &sample.record.runs[2].hours[7];

	(void)state;
	hour->time_s += 60;
	assert_int_equal(summary_new(&out, &sample.record, &options, &error),
			 E_INPUT);
	assert_non_null(strstr(error.message, "run dao: hour 7"));
	hour->time_s -= 60;
	sample.record.runs[1].hour_count--;
	assert_int_equal(summary_new(&out, &sample.record, &options, &error),
			 E_INPUT);
	assert_non_null(strstr(error.message, "no-change"));
	sample.record.runs[1].hour_count++;
	assert_ptr_equal(out, untouched);
}

/* Forecasts that half of the days exceed are red, and said so. */
static void test_verdict(void **state)
{
	struct known_backtest other;
	struct backtest_summary *red;
	struct verdict verdict;
	enum traffic_zone zone;

	(void)state;
	verdict_of(&verdict, summary);
	assert_true(verdict.tested);
	assert_int_equal(verdict.count, 2);
	assert_int_equal(verdict.worst, TRAFFIC_GREEN);
	assert_int_equal(verdict_check(&verdict, TRAFFIC_YELLOW, &error), OK);
	known_backtest_make(&other, KNOWN_DAYS);
	for (size_t i = 0; i < 30; i++)
		other.record.runs[0].decisions[i].assets[1].realised = -0.5f;
	assert_int_equal(summary_new(&red, &other.record, &options, &error),
			 OK);
	verdict_of(&verdict, red);
	assert_int_equal(verdict.worst, TRAFFIC_RED);
	assert_int_equal(verdict_check(&verdict, TRAFFIC_RED, &error),
			 E_REFUSED);
	assert_non_null(strstr(error.message, "USDC is red: 30 of 59"));
	assert_int_equal(status_exit_code(E_REFUSED), 1);
	red->runs[0].setter = SETTER_DAO; /* nobody of ours */
	verdict_of(&verdict, red);
	assert_int_equal(verdict_check(&verdict, TRAFFIC_RED, &error),
			 E_MISSING);
	assert_int_equal(verdict_parse(&zone, "yellow", &error), OK);
	assert_int_equal(zone, TRAFFIC_YELLOW);
	assert_int_equal(verdict_parse(&zone, "green", &error), E_USAGE);
	summary_free(red);
	known_backtest_free(&other);
}

/* LTV 0 while the decisions say otherwise is a freeze. */
static void test_freeze(void **state)
{
	struct known_backtest other;
	struct score_input input;

	(void)state;
	known_backtest_make(&other, 12);
	for (size_t h = 30; h < 40; h++)
		other.record.runs[0].hours[h].ltv[0] = 0.0f;
	other.record.runs[0].hours[3].price_usd[0] = NAN;
	assert_int_equal(score_input_open(&input, &other.store.plan,
					  &other.record.runs[0], &error), OK);
	assert_int_equal(run_state(&input.run, 29, 0)->values[RUN_FROZEN], 0);
	assert_int_equal(run_state(&input.run, 30, 0)->values[RUN_FROZEN], 1);
	assert_int_equal(run_state(&input.run, 30, 0)->values[RUN_LTV], 8000);
	assert_int_equal(run_state(&input.run, 40, 0)->values[RUN_FROZEN], 0);
	/* The close of an hour is known in the next; a hole keeps the last. */
	NEAR(run_state(&input.run, 3, 0)->price,
	     (double)other.record.runs[0].hours[2].price_usd[0], 0.0);
	NEAR(run_state(&input.run, 4, 0)->price,
	     (double)other.record.runs[0].hours[2].price_usd[0], 0.0);
	score_input_free(&input);
	known_backtest_free(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scores),
		cmocka_unit_test(test_run_figures),
		cmocka_unit_test(test_crises),
		cmocka_unit_test(test_concerns),
		cmocka_unit_test(test_forecasts),
		cmocka_unit_test(test_baselines_see_no_future),
		cmocka_unit_test(test_baselines_known),
		cmocka_unit_test(test_quantile_of_shortfall),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_compare_refuses),
		cmocka_unit_test(test_refused_records),
		cmocka_unit_test(test_verdict),
		cmocka_unit_test(test_freeze),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
