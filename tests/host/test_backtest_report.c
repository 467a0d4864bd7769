/* test_backtest_report.c -- reports of a made backtest, read back: JSON by our
 * own reader, tables cell by cell.  The page: test_backtest_page.c. */
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

#include "backtest/compare.h"
#include "backtest/report.h"
#include "feeds/net/json.h"
#include "tests/host/known_backtest.h"

static const struct summary_options options = { .replicates = 100 };
static struct known_backtest sample;
static struct backtest_summary *summary;
static struct report_input input;
static struct error error;

static int setup(void **state)
{
	(void)state;
	known_backtest_make(&sample, KNOWN_DAYS);
	assert_int_equal(summary_new(&summary, &sample.record, &options,
				     &error), OK);
	input.summary = summary;
	input.command = "plimsoll backtest run --plan a<b> & \"c\"";
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	summary_free(summary);
	known_backtest_free(&sample);
	return 0;
}

static struct json *parse(const struct text *text)
{
	struct json *root = NULL;

	if (json_parse(&root, bytes_of(text->data, text->size), &error))
		fail_msg("%s", error.message);
	return root;
}

static const char *text_at(const struct json *object, const char *name)
{
	const char *text = json_string(json_member(object, name));

	if (!text)
		fail_msg("no string %s", name);
	return text;
}

static double number_at(const struct json *object, const char *name)
{
	const char *text = json_number(json_member(object, name));

	if (!text)
		fail_msg("no number %s", name);
	return strtod(text, NULL);
}

static void test_json_forecasts(void **state)
{
	static const char *const strings[] = { "runId", "modelId", "asset",
					       "trafficLight" };
	static const char *const numbers[] = {
		"n", "exceed", "pofLr", "pofP", "indP", "ccP", "z2", "z2P",
		"pinball", "baselinePinball", "dmP" };
	struct text out = { 0 };
	struct json *root;
	const struct json *rows;

	(void)state;
	report_json(&out, &input);
	root = parse(&out);
	rows = json_member(root, "forecasts");
	assert_int_equal(json_count(rows), 2 * FORECASTERS_COUNT);
	for (const struct json *row = json_first(rows); row;
	     row = json_next(row)) {
		for (size_t i = 0; i < 4; i++)
			text_at(row, strings[i]);
		for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
			number_at(row, numbers[i]);
		assert_non_null(json_member(row, "dqP")); /* may be null */
	}
	assert_true(number_at(json_item(rows, 0), "exceed") == 1.0);
	assert_true(number_at(json_item(rows, 0), "pinball") ==
		    summary->runs[0].tests[0][0].pinball);
	assert_string_equal(text_at(json_item(rows, 2), "modelId"),
			    "ewma-0.94");
	assert_true(json_is_null(json_member(json_item(rows, 0),
					     "overlapping")));
	assert_string_equal(text_at(json_item(rows, 0), "coverageBy"),
			    "kupiec");
	json_free(root);
	text_free(&out);
}

static void test_json_runs(void **state)
{
	struct text out = { 0 };
	struct json *root;
	const struct json *run, *scores, *crisis;

	(void)state;
	report_json(&out, &input);
	root = parse(&out);
	assert_string_equal(text_at(root, "from"), "2022-11-01T00:00:00Z");
	assert_string_equal(text_at(root, "command"), input.command);
	assert_string_equal(text_at(root, "evidence"), "C");
	assert_true(json_is_true(json_member(root, "evidenceSupposed")));
	assert_int_equal(strlen(text_at(root, "inputDigest")), 66);
	assert_string_equal(text_at(json_member(root, "verdict"),
				    "trafficLight"), "green");
	run = json_item(json_member(root, "runs"), 1);
	assert_string_equal(text_at(run, "setter"), "no-change");
	assert_string_equal(text_at(run, "badDebtEndUsd"), "5000.00");
	scores = json_member(run, "scores");
	assert_string_equal(text_at(json_member(scores, "badDebt"), "value"),
			    "5000.00");
	assert_string_equal(text_at(json_member(scores, "liquidated"), "value"),
			    "13000.00");
	assert_true(number_at(json_member(scores, "usableLtv"), "low") <=
		    0.775);
	assert_true(json_is_null(json_member(
		json_member(json_item(json_member(root, "runs"), 0), "scores"),
		"wrongfulShare"))); /* it had no liquidation to judge */
	crisis = json_item(json_member(root, "crises"), 0);
	assert_string_equal(text_at(crisis, "id"), "2022-11-ftx");
	assert_true(number_at(json_item(json_member(crisis, "runs"), 0),
			      "afterS") == 17.0 * 3600.0);
	json_free(root);
	text_free(&out);
}

static void test_json_events(void **state)
{
	struct text out = { 0 };
	struct json *root;
	const struct json *asset;

	(void)state;
	report_event_json(&out, &sample.store.plan, SETTER_PLIMSOLL,
			  &sample.record.runs[0].decisions[6]);
	assert_ptr_equal(strchr(out.data, '\n'), out.data + out.size - 1);
	root = parse(&out);
	assert_string_equal(text_at(root, "outcome"), "UPDATE");
	assert_string_equal(text_at(root, "es975Usd"), "12345.50");
	assert_string_equal(json_string(json_first(json_member(root,
							       "reasons"))),
			    "evidence-c");
	asset = json_first(json_member(root, "assets"));
	assert_true(number_at(json_member(asset, "after"), "ltv") == 7000.0);
	assert_string_equal(text_at(json_member(asset, "after"), "supplyCap"),
			    "1000000");
	assert_string_equal(text_at(json_member(asset, "binding"), "lt"),
			    "b-spiral");
	json_free(root);
	out.size = 0;
	report_event_json(&out, &sample.store.plan, SETTER_PLIMSOLL,
			  &sample.record.runs[0].decisions[KNOWN_DAYS - 1]);
	root = parse(&out);
	asset = json_first(json_member(root, "assets"));
	assert_true(json_is_null(json_member(asset, "realised")));
	json_free(root);
	text_free(&out);
}

static void test_comparison(void **state)
{
	const struct backtest_record *const records[2] = { &sample.record,
							   &sample.record };
	const enum setter setters[2] = { SETTER_NO_CHANGE, SETTER_PLIMSOLL };
	const char *const names[2] = { "one", "other" };
	struct run_comparison comparison;
	struct text out = { 0 };
	struct json *root;
	const struct json *debt, *values;

	(void)state;
	assert_int_equal(compare_runs(&comparison, records, setters, &options,
				      &error), OK);
	compare_json(&out, &comparison, names);
	root = parse(&out);
	debt = json_member(json_member(root, "differences"), "badDebt");
	assert_string_equal(text_at(debt, "value"), "5000.00");
	number_at(debt, "p");
	assert_string_equal(text_at(json_member(root, "b"), "of"), "other");
	values = json_member(json_member(root, "a"), "values");
	assert_string_equal(text_at(values, "badDebt"), "5000.00");
	assert_string_equal(text_at(values, "liquidated"), "13000.00");
	assert_true(number_at(values, "liquidations") == 2.0);
	number_at(values, "usableLtv");
	assert_true(json_is_null(json_member(
		json_member(json_member(root, "b"), "values"),
		"wrongfulShare")));
	json_free(root);
	out.size = 0;
	compare_text(&out, &comparison, names);
	assert_non_null(strstr(out.data, "bad-debt"));
	assert_non_null(strstr(out.data, "5000"));
	text_free(&out);
}

/* Cells of a line without quotes. */
static size_t cells_of(const char *line)
{
	size_t count = 1;

	for (; *line && *line != '\n'; line++)
		count += *line == ',';
	return count;
}

static size_t check_table(struct text *out)
{
	size_t lines = 0, cells = cells_of(out->data);

	for (const char *at = out->data; *at; at = strchr(at, '\n') + 1) {
		assert_int_equal(cells_of(at), cells);
		lines++;
	}
	return lines;
}

static void test_tables(void **state)
{
	struct text out = { 0 };

	(void)state;
	report_csv_decisions(&out, &sample.record);
	assert_int_equal(check_table(&out), 1 + 3 * KNOWN_DAYS * 2);
	assert_non_null(strstr(out.data,
			       "\nplimsoll,2022-11-07T00:00:00Z,UPDATE,"
			       "evidence-c,0x0707"));
	out.size = 0;
	report_csv_hours(&out, &sample.record);
	assert_int_equal(check_table(&out), 1 + 3 * sample.hours);
	assert_non_null(strstr(out.data, "\nno-change,2022-11-07T16:00:00Z,"
					 "5000,0,"));
	out.size = 0;
	report_csv_liquidations(&out, &sample.record);
	assert_int_equal(check_table(&out), 3);
	out.size = 0;
	report_csv_forecasts(&out, summary);
	assert_int_equal(check_table(&out), 1 + 2 * FORECASTERS_COUNT);
	assert_non_null(strstr(out.data, ",kupiec,0,0,,,,,0,"));
	out.size = 0;
	report_csv_summary(&out, summary);
	check_table(&out);
	assert_non_null(strstr(out.data, "\nno-change,bad-debt,USD,5000,"));
	text_free(&out);
}

/* A decision a day that forecasts four: all of them are tested in blocks, and
 * that shows in every report. */
static void test_overlap_reported(void **state)
{
	struct report_input longer = { 0 };
	struct backtest_summary *other;
	struct text out = { 0 };
	const struct json *row, *blocks;
	struct json *root;

	(void)state;
	sample.store.policy.horizon_s = 4 * 86400;
	assert_int_equal(summary_new(&other, &sample.record, &options, &error),
			 OK);
	longer.summary = other;
	report_json(&out, &longer);
	root = parse(&out);
	row = json_item(json_member(root, "forecasts"), 0);
	blocks = json_member(row, "overlapping");
	assert_true(number_at(row, "n") == 15.0);
	assert_true(number_at(blocks, "n") == KNOWN_DAYS - 1);
	assert_true(number_at(blocks, "inHorizon") == 4.0);
	assert_true(number_at(blocks, "exceed") == 1.0);
	assert_true(number_at(json_member(blocks, "share99"), "p") <= 1.0);
	assert_true(number_at(json_member(blocks, "z2"), "value") ==
		    other->runs[0].tests[0][0].overlap.z2.value);
	assert_string_equal(text_at(row, "coverageBy"), "kupiec");
	assert_non_null(strstr(text_at(row, "coverageWhy"), "only 0.6 falls"));
	json_free(root);
	out.size = 0;
	report_csv_forecasts(&out, other);
	assert_int_equal(check_table(&out), 1 + 2 * FORECASTERS_COUNT);
	assert_non_null(strstr(out.data, "\nplimsoll,WETH,15,"));
	assert_non_null(strstr(out.data, ",kupiec,59,1,0.0169491525,"));
	out.size = 0;
	report_html(&out, &longer);
	assert_non_null(strstr(out.data, "WETH: coverage of forecasts that "
					 "overlap"));
	assert_non_null(strstr(out.data, "1 of 59, 0.6 expected"));
	assert_null(strstr(out.data, "nan"));
	text_free(&out);
	summary_free(other);
	sample.store.policy.horizon_s = 86400;
}

/* A cell with commas and quotes is quoted; reasons are words with spaces. */
static void test_cells_quoted(void **state)
{
	struct decision_record *d = &sample.record.runs[0].decisions[0];
	struct text out = { 0 };

	(void)state;
	d->reasons = 3;
	strcpy(sample.store.plan.assets[1].symbol, "A,\"B\"");
	report_csv_decisions(&out, &sample.record);
	assert_non_null(strstr(out.data, ",input-missing price-stale,"));
	assert_non_null(strstr(out.data, ",\"A,\"\"B\"\"\","));
	strcpy(sample.store.plan.assets[1].symbol, "USDC");
	d->reasons = 0;
	out.size = 0;
	report_csv_decisions(&out, &sample.record);
	assert_non_null(strstr(out.data, "HOLD,,0x0101"));
	d->reasons = 1u << REASON_EVIDENCE_C;
	text_free(&out);
}

static void test_folder(void **state)
{
	static const char *const names[] = {
		"report.html", "summary.json", "summary.csv", "forecasts.csv",
		"decisions.csv", "hours.csv", "liquidations.csv" };
	char folder[] = "/tmp/plimsoll-report-XXXXXX", path[128];

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(report_write(folder, &input, &error), OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct stat file;

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		assert_int_equal(stat(path, &file), 0);
		assert_true(file.st_size > 100);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(folder), 0);
	assert_int_not_equal(report_write(folder, &input, &error), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_forecasts),
		cmocka_unit_test(test_json_runs),
		cmocka_unit_test(test_json_events),
		cmocka_unit_test(test_comparison),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_overlap_reported),
		cmocka_unit_test(test_cells_quoted),
		cmocka_unit_test(test_folder),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
