/* test_backtest_file.c -- the file of a simulated market: caps in USD become
 * tokens at the first price of the range; what cannot be is named.  Not: the
 * command's options (tests/e2e/backtest.sh). */
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

#define FROM INT64_C(1704067200) /* 2024-01-01 */

static char folder[] = "/tmp/plimsoll-test-XXXXXX";
static char market_path[64], policy_path[64];
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

static int clean(void **state)
{
	(void)state;
	unlink(market_path);
	unlink(policy_path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caps_are_tokens_at_the_first_price),
		cmocka_unit_test(caps_that_cannot_be_are_named),
	};

	if (!mkdtemp(folder))
		return 2;
	snprintf(market_path, sizeof(market_path), "%s/backtest.ini", folder);
	snprintf(policy_path, sizeof(policy_path), "%s/policy.ini", folder);
	return cmocka_run_group_tests(tests, NULL, clean);
}
