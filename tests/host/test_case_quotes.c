/* test_case_quotes.c -- prices of other sources in a case: the newest that was
 * known at the anchor, of each source one, none that was rejected. */
#include "tests/host/private_store.h"

#include "agent/case_quotes.h"
#include "sql/ingest.h"

#define AT_S INT64_C(1790000000)
#define AGE_S 7200

static struct quotes_query eth = { .asset = "ETH", .quote = "USDT",
				   .at_s = AT_S, .since_s = AT_S - AGE_S };

/** One observation of a source. */
struct said {
	const char *asset, *quote, *source;
	int64_t time_s, observed_s; /* before the anchor: below 0 */
	int64_t cents;
	enum ingest_verdict verdict;
	uint32_t interval_s;        /* 0: a tick */
};

static void store(const struct said *said)
{
	struct ingest_feed feed = {
		.asset = said->asset, .quote = said->quote,
		.source = said->source, .interval_s = said->interval_s,
		.kind = said->interval_s ? FEED_CANDLES : FEED_TICKS,
		.synthetic = !strcmp(said->source, "SYNTHETIC") };
	struct ingest_row row = {
		.source_time_ms = (AT_S + said->time_s) * 1000,
		.observed_ms = (AT_S + said->observed_s) * 1000,
		.value = decimal_from_scaled(said->cents, 2),
		.verdict = said->verdict };
	struct ingest_batch batch = { &row, 1, 0, "test" };
	struct ingest_result result;

	row.open = row.high = row.low = row.value;
	row.has_candle = said->interval_s > 0;
	if (said->verdict)
		snprintf(row.reason, sizeof(row.reason), "why");
	ASSERT_OK(ingest_feed_find(&row.feed_id, agent, &feed, &error));
	ASSERT_OK(ingest_flush(&result, agent, &batch, &error));
	assert_int_equal(result.added, 1);
}

/* Before they reach a case: which, and of when. */
static void test_point_in_time(void **state)
{
	static const struct said said[] = {
		{ "ETH", "USDT", "binance", -3600, -10, 250000, 0, 3600 },
		{ "ETH", "USDT", "okx", -900, -899, 250100, 0, 0 },
		{ "ETH", "USDT", "okx", -300, -299, 250200, INGEST_MARKED, 0 },
		{ "ETH", "USDT", "okx", -200, -199, 1, INGEST_REJECTED, 0 },
		{ "ETH", "USDT", "okx", -100, 5, 250300, 0, 0 }, /* later */
		{ "ETH", "USD", "node", -5000, -4990, 249900, 0, 0 },
		{ "ETH", "USD", "ahead", 30, -1, 1000, 0, 0 },
		{ "ETH", "USD", "old", -AGE_S - 1, -7000, 1000, 0, 0 },
		{ "ETH", "USD", "bar", -3599, -5, 1000, 0, 3600 }, /* open */
		{ "ETH", "USD", "SYNTHETIC", -60, -59, 1000, 0, 0 },
		{ "ETH", "EUR", "euro", -60, -59, 1000, 0, 0 },
		{ "BTC", "USDT", "okx", -60, -59, 9000000, 0, 0 },
	};
	struct stored_quote *list = NULL;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		store(&said[i]);
	ASSERT_OK(quotes_newest(&list, &count, agent, &eth, &error));
	assert_int_equal(count, 3);
	assert_string_equal(list[0].source, "binance");
	assert_int_equal(list[0].time_s, AT_S); /* when it closed */
	assert_string_equal(list[1].source, "node");
	assert_int_equal(list[1].time_s, AT_S - 5000);
	assert_string_equal(list[2].source, "okx");
	assert_int_equal(list[2].time_s, AT_S - 300);
	assert_int_equal(decimal_compare(list[2].price,
					 decimal_from_scaled(250200, 2)), 0);
	memory_free(list);
}

static void test_beside_the_series(void **state)
{
	struct quote room[CASE_QUOTES_EACH] = {
		{ .reserve = 4, .family = "binance", .time_s = 1 } };
	struct case_quotes quotes = { room, 1 };

	(void)state;
	ASSERT_OK(case_quotes_add(&quotes, agent, &eth, "binance", &error));
	assert_int_equal(quotes.count, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(room[i].reserve, 4);
	assert_string_equal(room[0].family, "binance");
	assert_int_equal(room[0].time_s, 1); /* its own, once */
	assert_string_equal(room[1].family, "node");
	assert_string_equal(room[2].family, "okx");
}

/* More than there is room for: decide() asks for the extremes. */
static void test_the_extremes_are_kept(void **state)
{
	static const struct said more[] = {
		{ "ETH", "USD", "zulu", -60, -59, 230000, 0, 0 },
		{ "ETH", "USD", "alpha", -60, -59, 270000, 0, 0 },
	};
	struct quote room[CASE_QUOTES_EACH] = { { .family = "binance" } };
	struct case_quotes quotes = { room, 1 };

	(void)state;
	store(&more[0]);
	store(&more[1]);
	ASSERT_OK(case_quotes_add(&quotes, agent, &eth, "binance", &error));
	assert_int_equal(quotes.count, 3);
	assert_string_equal(room[0].family, "alpha");
	assert_string_equal(room[1].family, "binance");
	assert_string_equal(room[2].family, "zulu");
}

/* As in a store of imported history: nothing was known then. */
static void test_nothing_is_fine(void **state)
{
	struct quotes_query before = eth;
	struct quote room[CASE_QUOTES_EACH] = { { .family = "binance" } };
	struct case_quotes quotes = { room, 1 };

	(void)state;
	before.at_s -= 86400;
	before.since_s -= 86400;
	ASSERT_OK(case_quotes_add(&quotes, agent, &before, "binance", &error));
	assert_int_equal(quotes.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_point_in_time),
		cmocka_unit_test(test_beside_the_series),
		cmocka_unit_test(test_the_extremes_are_kept),
		cmocka_unit_test(test_nothing_is_fine),
	};

	return cmocka_run_group_tests_name("case_quotes", tests, start_store,
					   stop_store);
}
