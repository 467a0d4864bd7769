/* test_ingest_plan.c -- from a file of feeds to jobs and pairs, what --feed
 * leaves of it, and whose clock is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/ingest_clock.h"
#include "agent/ingest_plan.h"
#include "tests/host/feeds_file.h"

#define PYTH_ID "e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43"
#define CHAINLINK \
	"[node]\nkind = chainlink\nurl = http://127.0.0.1:8545/secret-key\n" \
	"url = http://127.0.0.1:8546\nchain_id = 10\n" \
	"sequencer = 0x371EAD81c9102C9BF4874A9075FFFf170F2Ee389\n"
#define KRAKEN \
	"[kraken]\nkind = kraken\ninterval_s = 3600\nfamily = cex\n" \
	"feed = ETH/USD XETHZUSD\nfeed = USDC/USD USDCUSD peg=1\n" \
	"feed = BTC/USD XXBTZUSD\n"
#define COINBASE \
	"[coinbase]\nkind = coinbase\ninterval_s = 3600\nfamily = cex\n" \
	"feed = ETH/USD ETH-USD lowest=1 highest=1000000\n"
#define HERMES \
	"[hermes]\nkind = pyth\nsigners = guardians.txt\n" \
	"feed = BTC/USD " PYTH_ID "\nfeed = ETH/USD " PYTH_ID \
	" heartbeat_s=7\n"
#define NODE_FEED "feed = ETH/USD 0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419\n"
#define WHOLE CHAINLINK NODE_FEED KRAKEN COINBASE HERMES

static struct error error;
static struct live_plan plan;

static enum status make(const char *content, const char *const *names,
			size_t count)
{
	feeds_write(content);
	feeds_put("guardians.txt",
		  "0x0000000000000000000000000000000000000001\nthreshold 1\n");
	return ingest_plan_make(&plan, feeds_path, names, count, &error);
}

static void test_whole_file(void **state)
{
	const struct live_pair *eth = &plan.pairs[0];

	(void)state;
	assert_int_equal(make(WHOLE, NULL, 0), OK);
	eth = &plan.pairs[0];
	assert_int_equal(plan.source_count, 4);
	assert_int_equal(plan.job_count, 1 + 3 + 1 + 1);
	assert_int_equal(plan.feed_count, 7);
	assert_int_equal(plan.pair_count, 3);
	assert_string_equal(eth->asset, "ETH");
	assert_int_equal(eth->rules.source_count, 4);
	assert_int_equal(eth->family_count, 3); /* two exchanges are one */
	assert_int_equal(eth->rules.sources[1].family,
			 eth->rules.sources[2].family);
	assert_true(eth->rules.sources[2].lowest >= 1 &&
		    eth->rules.sources[2].lowest <= 1);
	assert_int_equal(eth->rules.sources[3].heartbeat_s, 7);
	assert_true(plan.pairs[1].rules.peg >= 1 && eth->rules.peg <= 0);
	assert_int_equal(plan.jobs[0].endpoints.count, 2);
	assert_int_equal(plan.jobs[0].job.chain.chain_id, 10);
	assert_int_equal(strlen(plan.jobs[0].job.chain.uptime), 42);
	assert_true(plan.jobs[5].job.trust.any_set);
	assert_int_equal(plan.jobs[5].stream.endpoints.count, 1);
	for (size_t i = 0; i < plan.job_count; i++)
		for (size_t f = 0; f < plan.jobs[i].job.item_count; f++)
			assert_ptr_equal(plan.jobs[i].feeds[f].entry->key,
					 plan.jobs[i].job.items[f].key);
	ingest_plan_free(&plan);
}

static void test_names_of_jobs(void **state)
{
	char name[64];

	(void)state;
	assert_int_equal(make(WHOLE, NULL, 0), OK);
	ingest_job_name(name, &plan.jobs[0]);
	assert_string_equal(name, "node");
	ingest_job_name(name, &plan.jobs[2]);
	assert_string_equal(name, "kraken USDC/USD");
	assert_int_equal(ingest_feed_kind(plan.feeds[0].source), FEED_ROUNDS);
	assert_int_equal(ingest_feed_kind(plan.feeds[1].source), FEED_CANDLES);
	assert_int_equal(ingest_feed_kind(plan.feeds[5].source), FEED_TICKS);
	ingest_plan_free(&plan);
}

static size_t feeds_of(const char *first, const char *second)
{
	const char *names[] = { first, second };
	size_t count;

	assert_int_equal(make(WHOLE, names, second ? 2 : 1), OK);
	count = plan.feed_count;
	ingest_plan_free(&plan);
	return count;
}

static void test_selection(void **state)
{
	static const char *const unknown[] = { "ETH/USD", "ETH/USD@nosuch" };
	static const char *const odd[] = { "ETH", "ETH/", "ETH/USD@", "",
					   "@kraken", "kraken@ETH/USD" };

	(void)state;
	assert_int_equal(feeds_of("kraken", NULL), 3);
	assert_int_equal(feeds_of("ETH/USD", NULL), 4);
	assert_int_equal(feeds_of("ETH/USD@kraken", NULL), 1);
	assert_int_equal(feeds_of("ETH/USD@kraken", "kraken"), 3);
	assert_int_equal(feeds_of("USDC/USD", "hermes"), 3);
	assert_int_equal(make(WHOLE, unknown, 2), E_USAGE);
	assert_non_null(strstr(error.message, "\"ETH/USD@nosuch\""));
	assert_non_null(strstr(error.message, "ETH/USD@coinbase"));
	assert_null(strstr(error.message, "secret-key"));
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_int_equal(make(WHOLE, &odd[i], 1), E_USAGE);
}

/* 40 feeds of a kind that takes 32 at once, and each pair its own. */
static void test_many_feeds_of_a_section(void **state)
{
	struct text text = { 0 };

	(void)state;
	text_add_string(&text, CHAINLINK);
	for (int i = 0; i < 40; i++)
		text_add_format(&text, "feed = A%d/USD 0x%040x\n", i, i + 1);
	assert_int_equal(make(text.data, NULL, 0), OK);
	assert_int_equal(plan.job_count, 2);
	assert_int_equal(plan.jobs[0].job.item_count, 32);
	assert_int_equal(plan.jobs[1].job.item_count, 8);
	assert_string_equal(plan.jobs[1].feeds[0].entry->asset, "A32");
	assert_int_equal(plan.pair_count, 40);
	ingest_plan_free(&plan);
	text_free(&text);
}

static void test_what_cannot_be(void **state)
{
	struct text text = { 0 };

	(void)state;
	for (int i = 0; i < QUALITY_SOURCES_MAX + 1; i++)
		text_add_format(&text, "[s%d]\nkind = coinbase\ninterval_s = "
				"60\nfeed = ETH/USD ETH-USD\n", i);
	assert_int_equal(make(text.data, NULL, 0), E_USAGE);
	assert_non_null(strstr(error.message, "feeds of ETH/USD"));
	text_free(&text);
	assert_int_equal(make(CHAINLINK "feed = ETH/USD 0x12\n", NULL, 0),
			 E_USAGE);
	assert_non_null(strstr(error.message, "[node]"));
	assert_null(strstr(error.message, "secret-key"));
	assert_int_equal(make(KRAKEN COINBASE "feed = USDC/USD USDC-USD "
			      "peg=2\n", NULL, 0), E_USAGE);
	assert_non_null(strstr(error.message, "two pegs"));
	feeds_put("guardians.txt", "nobody\n");
	feeds_write("[h]\nkind = pyth\nsigners = guardians.txt\nfeed = A/B "
		    PYTH_ID "\n");
	assert_int_equal(ingest_plan_make(&plan, feeds_path, NULL, 0, &error),
			 E_MALFORMED);
	feeds_write("[h]\nkind = pyth\nsigners = nosuch.txt\nfeed = A/B "
		    PYTH_ID "\n");
	assert_int_equal(ingest_plan_make(&plan, feeds_path, NULL, 0, &error),
			 E_MISSING);
	assert_int_equal(ingest_plan_make(&plan, "/nosuch", NULL, 0, &error),
			 E_MISSING);
}

static void test_more_hosts_than_there_is_room_for(void **state)
{
	struct text text = { 0 };

	(void)state;
	for (int i = 0; i < 22; i++) {
		text_add_format(&text, "[s%d]\nkind = coinbase\ninterval_s = "
				"60\nfeed = A%d/USD X\n", i, i);
		for (int u = 0; u < 3; u++)
			text_add_format(&text, "url = http://127.0.0.1:%d\n",
					1000 + 3 * i + u);
	}
	assert_int_equal(make(text.data, NULL, 0), E_USAGE);
	assert_non_null(strstr(error.message, "hosts"));
	text_free(&text);
}

static void test_clock(void **state)
{
	static const struct host hosts[3];
	struct clock_watch watch = { 0 };

	(void)state;
	assert_false(clock_watch_wrong(&watch, true));
	clock_watch_note(&watch, &hosts[0], 0, 1000); /* said nothing */
	assert_int_equal(watch.count, 0);
	clock_watch_note(&watch, &hosts[0], 1000 + CLOCK_SKEW_MOST_S, 1000);
	assert_false(clock_watch_wrong(&watch, true)); /* not beyond */
	clock_watch_note(&watch, &hosts[0], 1001 + CLOCK_SKEW_MOST_S, 1000);
	assert_false(clock_watch_wrong(&watch, false)); /* one may be wrong */
	assert_true(clock_watch_wrong(&watch, true)); /* there is no other */
	clock_watch_note(&watch, &hosts[1], 1000, 1000);
	assert_false(clock_watch_wrong(&watch, true)); /* there is, and no */
	clock_watch_note(&watch, &hosts[2], 900, 1000); /* the other way */
	assert_false(clock_watch_wrong(&watch, true));
	clock_watch_note(&watch, &hosts[1], 940, 1000);
	assert_true(clock_watch_wrong(&watch, false));
	/* Of those that have it wrong, though a third says something else. */
	assert_int_equal(clock_watch_skew(&watch), -100);
	clock_watch_note(&watch, &hosts[1], 1000, 1000);
	assert_int_equal(clock_watch_skew(&watch), 0);
	assert_int_equal(watch.count, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_file),
		cmocka_unit_test(test_names_of_jobs),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_many_feeds_of_a_section),
		cmocka_unit_test(test_what_cannot_be),
		cmocka_unit_test(test_more_hosts_than_there_is_room_for),
		cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests_name("ingest_plan", tests, NULL, NULL);
}
