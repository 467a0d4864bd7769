/* test_backtest_run.c -- a whole backtest on a small made-up market: the same
 * bytes twice, in pieces, on more threads; nothing looks ahead; what is broken
 * is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/threads.h"
#include "backtest/forecast_set.h"
#include "backtest/record_file.h"
#include "tests/support/sample_backtest.h"

/* Under the sanitizers a decision costs ten times as much. */
#ifdef __SANITIZE_ADDRESS__
#define DAYS 16
#else
#define DAYS 24
#endif
#define ALL (~0u)

static struct error error;
static char folder[] = "/tmp/plimsoll-backtest-XXXXXX";
static char path[64];

/* Interrupts after so many hours; 0: never. */
static size_t patience, patient;

static bool tired(void)
{
	return patience && ++patient >= patience;
}

static size_t heard[SETTERS_COUNT];

static void hear(void *user, enum setter setter,
		 const struct decision_record *record)
{
	(void)user;
	(void)record;
	heard[setter]++;
}

static struct text encoded(const struct backtest_record *record)
{
	struct text out = { 0 };

	record_file_encode(&out, record);
	return out;
}

static struct text run_with(const struct backtest_plan *plan,
			    const struct backtest_hooks *hooks)
{
	struct backtest_record record;
	struct text out;

	if (backtest_run(&record, plan, ALL, hooks, &error))
		fail_msg("%s", error.message);
	out = encoded(&record);
	backtest_record_free(&record);
	return out;
}

static void assert_same(struct text *a, struct text *b)
{
	assert_int_equal(a->size, b->size);
	assert_memory_equal(a->data, b->data, a->size);
	text_free(b);
}

static void two_runs_are_one(void **state)
{
	const struct parallel two = threads_parallel(2);
	const struct backtest_hooks alone = { .decided = hear };
	const struct backtest_hooks both = { .parallel = &two };
	struct backtest_plan plan;
	struct text first, second;

	(void)state;
	sample_backtest(&plan, 1, DAYS);
	first = run_with(&plan, &alone);
	assert_int_equal(heard[SETTER_PLIMSOLL], DAYS);
	assert_int_equal(heard[SETTER_SMART_LTV], DAYS);
	assert_int_equal(heard[SETTER_DAO], 0);
	second = run_with(&plan, &both);
	assert_same(&first, &second);
	text_free(&first);
}

static void pieces_make_the_whole(void **state)
{
	const struct backtest_hooks whole = { 0 };
	const struct backtest_hooks pieces = { .interrupted = tired,
					       .checkpoint = path };
	struct backtest_plan plan;
	struct backtest_record record;
	struct text first, second;
	enum status status = E_INTERRUPTED;
	int rounds = 0;

	(void)state;
	sample_backtest(&plan, 2, DAYS);
	plan.match_ltv = true; /* rules are then played several times */
	first = run_with(&plan, &whole);
	unlink(path);
	while (status == E_INTERRUPTED) {
		patience = 100 + (size_t)rounds * 61 % 400;
		patient = 0;
		status = backtest_run(&record, &plan, ALL, &pieces, &error);
		rounds++;
	}
	patience = 0;
	assert_int_equal(status, OK);
	assert_true(rounds > DAYS / 2);
	second = encoded(&record);
	backtest_record_free(&record);
	assert_same(&first, &second);
	text_free(&first);
}

static void play(struct backtest_record *out, const struct backtest_plan *plan)
{
	const struct backtest_hooks hooks = { 0 };

	if (backtest_run(out, plan, ALL, &hooks, &error))
		fail_msg("%s", error.message);
}

/* With the future cut off and scrambled nothing before may change; where a
 * decision differs, it is named. */
static void nothing_looks_ahead(void **state)
{
	const struct backtest_hooks hooks = { 0 };
	struct backtest_plan plan;
	struct backtest_record whole;
	struct lookahead_report report;

	(void)state;
	sample_backtest(&plan, 3, DAYS);
	play(&whole, &plan);
	assert_int_equal(backtest_check_lookahead(
				 &report, &whole, plan.from_s + 10 * 86400,
				 &hooks, &error), OK);
	assert_false(report.differs);
	assert_true(report.decisions >= 2 * 11 * 5);
	assert_true(report.hours >= 2 * 240 * 5);
	whole.runs[0].decisions[9].digest[3] ^= 1;
	assert_int_equal(backtest_check_lookahead(
				 &report, &whole, plan.from_s + 10 * 86400,
				 &hooks, &error), OK);
	assert_true(report.differs && report.decision);
	assert_int_equal(report.setter, SETTER_PLIMSOLL);
	assert_int_equal(report.time_s, plan.from_s + 9 * 86400);
	assert_int_equal(backtest_check_lookahead(&report, &whole, plan.to_s,
						  &hooks, &error), E_USAGE);
	backtest_record_free(&whole);
}

static const struct run_record *run_of(const struct backtest_record *record,
				       enum setter setter)
{
	for (size_t i = 0; i < record->run_count; i++)
		if (record->runs[i].setter == setter)
			return &record->runs[i];
	fail();
	return NULL;
}

static double bad_debt(const struct backtest_record *record, enum setter setter)
{
	const struct run_record *run = run_of(record, setter);

	return run->hours[run->hour_count - 1].bad_debt_usd;
}

/* The crash of the sample comes out of the blue: it is felt, who foresaw it
 * loses nothing, and decide() tightens once it has happened. */
static void the_crash_is_felt(void **state)
{
	const size_t crash_day = 12;
	struct backtest_plan plan;
	struct backtest_record record;
	const struct decision_record *d;

	(void)state;
	sample_backtest(&plan, 4, DAYS);
	play(&record, &plan);
	for (size_t r = 0; r < record.run_count; r++) {
		assert_int_equal(record.runs[r].hour_count, DAYS * 24);
		assert_true(record.runs[r].liquidation_count > 0);
	}
	assert_true(bad_debt(&record, SETTER_NO_CHANGE) > 0.0);
	assert_true(bad_debt(&record, SETTER_FORESIGHT) == 0.0);
	d = run_of(&record, SETTER_PLIMSOLL)->decisions;
	assert_true(d[crash_day + 2].assets[0].after.ltv_bps <
		    d[crash_day].assets[0].after.ltv_bps);
	assert_true(d[crash_day + 1].assets[0].volatility_bps >
		    d[crash_day].assets[0].volatility_bps * 3 / 2);
	backtest_record_free(&record);
}

static double usable_ltv(const struct run_record *run, size_t asset)
{
	double sum = 0.0;

	for (size_t h = 0; h < run->hour_count; h++)
		sum += (double)run->hours[h].ltv[asset];
	return sum / (double)run->hour_count;
}

/* At one leverage: thresholds of the rules are shifted until they meet it. */
static void rules_meet_the_leverage(void **state)
{
	struct backtest_plan plan;
	struct backtest_record record;

	(void)state;
	sample_backtest(&plan, 4, DAYS);
	plan.match_ltv = true;
	play(&record, &plan);
	for (size_t r = 1; r < record.run_count; r++) {
		const struct run_record *run = &record.runs[r];
		/* Rules that set thresholds come only as near as the limiter
		 * lets them within these days. */
		if (run->setter != SETTER_NO_CHANGE &&
		    run->setter != SETTER_CAPS)
			continue;
		for (size_t a = 0; a < plan.asset_count; a++) {
			double apart = usable_ltv(run, a) -
				       usable_ltv(&record.runs[0], a);

			assert_true(apart < 0.0006 && apart > -0.0006);
		}
	}
	assert_true(run_of(&record, SETTER_NO_CHANGE)->shift.bps[0] < 0);
	assert_true(run_of(&record, SETTER_SMART_LTV)->shift.bps[0] > 0);
	backtest_record_free(&record);
}

static uint32_t first_ltv(const struct run_record *run, size_t asset)
{
	return run->decisions[0].assets[asset].before.ltv_bps;
}

/* And all of them begin there, plimsoll too; what a rule wants may be moved
 * farther than its start. */
static void all_begin_at_the_leverage(void **state)
{
	struct backtest_plan plan;
	struct backtest_record own, matched;

	(void)state;
	sample_backtest(&plan, 6, DAYS);
	play(&own, &plan);
	plan.match_ltv = true;
	play(&matched, &plan);
	for (size_t a = 0; a < plan.asset_count; a++) {
		double mean = usable_ltv(&own.runs[0], a) * 10000.0;
		uint32_t begun = first_ltv(&matched.runs[0], a);

		assert_int_equal(first_ltv(&own.runs[0], a),
				 plan.assets[a].start.ltv_bps);
		assert_true(begun < mean + 6.0 && begun > mean - 6.0);
		assert_int_equal((int)begun - (int)plan.assets[a].start.ltv_bps,
				 matched.runs[0].shift.bps[a]);
		assert_int_equal(first_ltv(run_of(&matched, SETTER_EXCURSION),
					   a), begun);
	}
	assert_true(matched.runs[0].shift.bps[0] < -6);
	assert_int_not_equal(run_of(&matched, SETTER_EXCURSION)->shift.bps[0],
			     matched.runs[0].shift.bps[0]);
	backtest_record_free(&own);
	backtest_record_free(&matched);
}

static enum status refused(const struct backtest_plan *plan)
{
	const struct backtest_hooks hooks = { .checkpoint = path };
	struct backtest_record record;
	enum status status;

	memset(&error, 0, sizeof(error));
	status = backtest_run(&record, plan, ALL, &hooks, &error);
	if (!status)
		backtest_record_free(&record);
	else
		assert_true(*error.message);
	return status;
}

static void broken_checkpoints_are_refused(void **state)
{
	const struct backtest_hooks pieces = { .interrupted = tired,
					       .checkpoint = path };
	struct backtest_plan plan;
	struct backtest_record record;
	uint8_t *data;
	size_t size;

	(void)state;
	sample_backtest(&plan, 5, DAYS);
	unlink(path);
	patience = 40, patient = 0;
	assert_int_equal(backtest_run(&record, &plan, ALL, &pieces, &error),
			 E_INTERRUPTED);
	patience = 0;
	assert_int_equal(file_read(&data, &size, path, 1u << 28, &error), OK);
	plan.seed[0]++;
	assert_int_equal(refused(&plan), E_REFUSED);
	plan.seed[0]--;
	for (size_t at = 0; at < size; at += size / 37 + 1) {
		data[at] ^= 0x10;
		assert_int_equal(file_write(path, bytes_of(data, size),
					    &error), OK);
		assert_int_equal(refused(&plan), E_MALFORMED);
		data[at] ^= 0x10;
	}
	assert_int_equal(file_write(path, bytes_of(data, size / 2), &error),
			 OK);
	assert_int_equal(refused(&plan), E_MALFORMED);
	memory_free(data);
	unlink(path);
}

static void a_full_disk_ends_the_run(void **state)
{
	const struct backtest_hooks hooks = { .checkpoint = "/dev/full/x" };
	struct backtest_plan plan;
	struct backtest_record record;

	(void)state;
	sample_backtest(&plan, 6, DAYS);
	assert_int_not_equal(backtest_run(&record, &plan, ALL, &hooks, &error),
			     OK);
}

static void ranges_outside_the_data_are_refused(void **state)
{
	struct backtest_plan plan, other;

	(void)state;
	unlink(path);
	sample_backtest(&plan, 6, DAYS);
	other = plan;
	other.to_s += 3600;
	assert_int_equal(refused(&other), E_MISSING);
	assert_non_null(strstr(error.hint, "--timerange"));
	other = plan;
	other.from_s -= (SAMPLE_BACKTEST_WARM - 10) * 3600;
	assert_int_equal(refused(&other), E_MISSING);
	assert_non_null(strstr(error.message, "burn_in"));
	other = plan;
	other.from_s = other.to_s;
	assert_int_equal(refused(&other), E_USAGE);
	other = plan;
	other.from_s += 60;
	assert_int_equal(refused(&other), E_USAGE);
	other = plan;
	other.steward.submission_delay_s = plan.policy->epoch_period_s + 1;
	assert_int_equal(refused(&other), E_USAGE);
}

/* A day without bars of one asset: decisions hold, the run goes on. */
static void a_hole_is_lived_through(void **state)
{
	struct backtest_plan plan;
	struct backtest_record record;
	struct bar *bars = sample_backtest_bars(0);
	const size_t hole = SAMPLE_BACKTEST_WARM + 5 * 24 - 12;
	uint32_t held = 0;

	(void)state;
	sample_backtest(&plan, 7, DAYS);
	memmove(&bars[hole], &bars[hole + 30],
		(plan.assets[0].bar_count - hole - 30) * sizeof(*bars));
	plan.assets[0].bar_count -= 30;
	play(&record, &plan);
	for (size_t d = 0; d < record.runs[0].decision_count; d++)
		held += record.runs[0].decisions[d].reasons >>
				REASON_BARS_STALE & 1;
	assert_int_equal(held, 1);
	assert_int_equal(record.runs[0].hour_count, DAYS * 24);
	backtest_record_free(&record);
}

/* VaR 97.5 is decide()'s own, near what a Student's t with the same VaR 99 and
 * ES 97.5 would have and not that: nothing is derived. */
static void the_quantile_is_told(void **state)
{
	struct backtest_plan plan;
	struct backtest_record record;
	struct forecast_set set;
	double ratio = 0.0;
	size_t count;

	(void)state;
	sample_backtest(&plan, 8, DAYS);
	play(&record, &plan);
	count = record.runs[0].decision_count;
	for (size_t d = 0; d < count; d++) {
		const struct decision_asset *a =
			&record.runs[0].decisions[d].assets[0];
		double derived = quantile_of_shortfall((double)a->var99,
						       (double)a->es975);

		assert_true(a->var975 > 0.0f && a->var975 <= a->es975);
		ratio += (double)a->var975 / derived / (double)count;
	}
	print_message("VaR 97.5 told over derived: %.4f\n", ratio);
	/* VaR 95 would be about 0.87, VaR 99 about 1.25 */
	assert_true(ratio > 0.93 && ratio < 1.13 && ratio != 1.0);
	forecast_set_collect(&set, &plan, &record.runs[0], 0);
	assert_true(set.count > 0);
	assert_false(set.derived);
	forecast_set_free(&set);
	backtest_record_free(&record);
}

static int clean(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_runs_are_one),
		cmocka_unit_test(pieces_make_the_whole),
		cmocka_unit_test(nothing_looks_ahead),
		cmocka_unit_test(the_crash_is_felt),
		cmocka_unit_test(rules_meet_the_leverage),
		cmocka_unit_test(all_begin_at_the_leverage),
		cmocka_unit_test(broken_checkpoints_are_refused),
		cmocka_unit_test(a_full_disk_ends_the_run),
		cmocka_unit_test(ranges_outside_the_data_are_refused),
		cmocka_unit_test(a_hole_is_lived_through),
		cmocka_unit_test(the_quantile_is_told),
	};

	if (!mkdtemp(folder))
		return 2;
	snprintf(path, sizeof(path), "%s/checkpoint.cbor", folder);
	return cmocka_run_group_tests(tests, NULL, clean);
}
