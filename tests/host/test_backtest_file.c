/* test_backtest_file.c -- the file of a simulated market: caps in USD become
 * tokens at the first price of the range; what cannot be is named, there and in
 * the DAO's changes.  Not: the command's options (tests/e2e/backtest.sh). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/backtest_file.h"
#include "base/decimal.h"
#include "case/report.h"

#define FROM INT64_C(1704067200) /* 2024-01-01 */

static char folder[] = "/tmp/plimsoll-test-XXXXXX";
static char market_path[64], policy_path[64], changes_path[64];
static struct backtest_document document;
static struct error error;

static void write_preset(const char *extra)
{
	struct text market = { 0 }, policy = { 0 };

	assert_int_equal(backtest_preset_write(&market, &policy, "ETH,stETH,USD",
					       "standard", &error), OK);
	text_add_string(&market, extra);
	assert_int_equal(file_write(market_path, bytes_of_string(market.data),
				    &error), OK);
	assert_int_equal(file_write(policy_path, bytes_of_string(policy.data),
				    &error), OK);
	text_free(&market);
	text_free(&policy);
}

static struct decimal price_of(const char *text)
{
	struct decimal price;

	assert_int_equal(decimal_parse(&price, bytes_of_string(text)), OK);
	return price;
}

static void caps_are_tokens_at_the_first_price(void **state)
{
	static struct bar bars[3];
	const struct backtest_plan *plan = &document.plan;

	(void)state;
	write_preset("");
	assert_int_equal(backtest_file_read(&document, policy_path,
					    market_path, &error), OK);
	for (int i = 0; i < 3; i++)
		bars[i] = (struct bar){ .open_time_s = FROM + (i - 1) * 3600 };
	bars[0].open = price_of("1000");
	bars[1].open = price_of("2500");
	bars[2].open = price_of("7000");
	document.plan.from_s = FROM;
	document.plan.assets[0].bars = bars;
	document.plan.assets[0].bar_count = 3;
	backtest_caps_in_tokens(&document);
	/* Four and three times the billion that is supplied. */
	assert_int_equal(plan->assets[0].start.supply_cap, 1600000);
	assert_int_equal(plan->assets[0].start.borrow_cap, 1200000);
	assert_int_equal(plan->assets[1].start.borrow_cap, 1); /* in tokens */
	assert_int_equal(plan->population.largest_ppm, 20000);
	backtest_document_free(&document);
}

static void caps_that_cannot_be_are_named(void **state)
{
	(void)state;
	write_preset("[asset ETH]\nsupply_cap_usd = 0\n");
	assert_int_equal(backtest_file_read(&document, policy_path,
					    market_path, &error), E_USAGE);
	assert_non_null(strstr(error.message, "supply_cap_usd"));
	backtest_document_free(&document);
}

/* A curve is named by its asset; a flat one is none that falls. */
static void an_impact_that_falls_is_named(void **state)
{
	(void)state;
	write_preset("[asset ETH]\ncurve = 100000:2 1000000:1\n");
	assert_int_equal(backtest_file_read(&document, policy_path,
					    market_path, &error), E_USAGE);
	assert_non_null(strstr(error.message, "asset ETH.curve"));
	assert_non_null(strstr(error.message, "not ascending"));
	backtest_document_free(&document);
	write_preset("[asset ETH]\ncurve = 100000:2 1000000:2 2000000:3\n");
	assert_int_equal(backtest_file_read(&document, policy_path,
					    market_path, &error), OK);
	assert_int_equal(document.plan.assets[0].curve.count, 3);
	backtest_document_free(&document);
}

/* The status of a history of these rows; the document is to be freed. */
static enum status load_changes(const char *rows)
{
	struct text file = { 0 };

	text_add_string(&file, "time,symbol,parameter,value_to,chain_id\n");
	text_add_string(&file, rows);
	write_preset("");
	assert_int_equal(backtest_file_read(&document, policy_path,
					    market_path, &error), OK);
	assert_int_equal(file_write(changes_path, bytes_of(file.data,
							   file.size),
				    &error), OK);
	text_free(&file);
	return backtest_load_history(&document, changes_path, 1, &error);
}

static void changes_of_others_are_not_taken(void **state)
{
	const struct plan_change *change;

	(void)state;
	assert_int_equal(load_changes(
		"2024-03-06T00:00:00Z,WETH,liquidationBonus,10500,1\n"
		"2024-03-05T00:00:00Z,WETH,ltv,7000,1\n"
		"2024-03-05T00:00:00Z,WETH,ltv,99999,10\n"
		"2024-03-05T00:00:00Z,DOGE,ltv,99999,1\n"
		"2024-03-05T00:00:00Z,WETH,LTV,99999,1\n"), OK);
	assert_int_equal(document.plan.change_count, 2);
	change = &document.plan.changes[0];
	assert_int_equal(change->component, COMPONENT_LTV);
	assert_int_equal(change->value, 7000);
	assert_int_equal(change->asset, 0);
	assert_int_equal(change[1].component, COMPONENT_LB);
	backtest_document_free(&document);
}

static void changes_that_cannot_be_are_named(void **state)
{
	static const char *const rows[] = {
		"ltv,10001", "liquidationThreshold,10001",
		"liquidationBonus,9999", "liquidationBonus,20001",
		"supplyCap,68719476736", "borrowCap,68719476736",
		"optimalUsageRatio,99", "optimalUsageRatio,9901",
		"baseVariableBorrowRate,100001", "variableRateSlope1,100001",
		"variableRateSlope2,100001" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];

		snprintf(text, sizeof(text), "2024-03-05T00:00:00Z,WETH,ltv,"
			 "10000,1\n2024-03-06T00:00:00Z,WETH,%s,1\n",
			 rows[i]);
		assert_int_equal(load_changes(text), E_INPUT);
		assert_non_null(strstr(error.message, "line 3"));
		assert_non_null(strstr(error.message, strchr(rows[i], ',') + 1));
		assert_true(*error.hint);
		backtest_document_free(&document);
	}
	assert_int_equal(load_changes("2024-03-05,WETH,ltv,70.5,1\n"),
			 E_MALFORMED);
	backtest_document_free(&document);
}

static int clean(void **state)
{
	(void)state;
	unlink(changes_path);
	unlink(market_path);
	unlink(policy_path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caps_are_tokens_at_the_first_price),
		cmocka_unit_test(caps_that_cannot_be_are_named),
		cmocka_unit_test(an_impact_that_falls_is_named),
		cmocka_unit_test(changes_of_others_are_not_taken),
		cmocka_unit_test(changes_that_cannot_be_are_named),
	};

	if (!mkdtemp(folder))
		return 2;
	snprintf(market_path, sizeof(market_path), "%s/backtest.ini", folder);
	snprintf(policy_path, sizeof(policy_path), "%s/policy.ini", folder);
	snprintf(changes_path, sizeof(changes_path), "%s/changes.csv", folder);
	return cmocka_run_group_tests(tests, NULL, clean);
}
