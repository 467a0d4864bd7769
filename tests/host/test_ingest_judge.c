/* test_ingest_judge.c -- what becomes of readings: verdicts, reasons, what is
 * known already, what no store takes, and that all of it is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/ingest_judge.h"
#include "tests/host/feeds_file.h"

#define NOW_MS INT64_C(1795900000000)
#define MINUTE_MS INT64_C(60000)
#define FEEDS \
	"[node]\nkind = chainlink\nurl = http://127.0.0.1:1\nchain_id = 10\n" \
	"sequencer = 0x371EAD81c9102C9BF4874A9075FFFf170F2Ee389\n" \
	"grace_s = 3600\n" \
	"feed = ETH/USD 0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419 " \
	"heartbeat_s=3600 lowest=10\n" \
	"[coinbase]\nkind = coinbase\ninterval_s = 3600\n" \
	"feed = ETH/USD ETH-USD\n" \
	"[hermes]\nkind = pyth\nsigners = guardians.txt\n" \
	"feed = ETH/USD e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658af" \
	"edf0f4a415b43\n"

enum job { NODE, COINBASE, HERMES };

static struct error error;
static struct live_plan plan;
static struct ingest_row row;

static int begin(void **state)
{
	(void)state;
	feeds_write(FEEDS);
	feeds_put("guardians.txt",
		  "0x0000000000000000000000000000000000000001\nthreshold 1\n");
	assert_int_equal(ingest_plan_make(&plan, feeds_path, NULL, 0, &error),
			 OK);
	for (size_t i = 0; i < plan.feed_count; i++)
		plan.feeds[i].id = (int64_t)i + 100;
	plan.jobs[NODE].job.chain.is_up = true;
	plan.jobs[NODE].job.chain.uptime_since_s = NOW_MS / 1000 - 86400;
	return 0;
}

static int end(void **state)
{
	(void)state;
	ingest_plan_free(&plan);
	return 0;
}

static struct reading price(int64_t time_ms, int64_t cents)
{
	struct reading out = { .time_ms = time_ms,
			       .value = decimal_from_scaled(cents, 2) };

	memcpy(out.raw_digest, &cents, sizeof(cents));
	memcpy(out.raw_digest + 8, &time_ms, sizeof(time_ms));
	return out;
}

/* Came in as it was made. */
static bool judge(enum job job, struct reading reading)
{
	return ingest_judge(&row, &plan.jobs[job], &reading, reading.time_ms);
}

static void expect(enum ingest_verdict verdict, const char *reason)
{
	assert_string_equal(row.reason, reason);
	assert_int_equal(row.verdict, verdict);
	assert_int_equal(ingest_row_check(&row, &error), OK);
}

static void test_plain(void **state)
{
	struct reading reading = price(NOW_MS, 250012);

	(void)state;
	reading.round = 7;
	reading.block = 1234;
	assert_true(judge(NODE, reading));
	expect(INGEST_ACCEPTED, "");
	assert_int_equal(row.feed_id, 100);
	assert_true(row.round == 7 && row.block == 1234);
	assert_int_equal(row.source_time_ms, NOW_MS);
	assert_int_equal(row.signature, INGEST_SIGNATURE_NONE);
	assert_memory_equal(row.raw_digest, reading.raw_digest, HASH_SIZE);
	assert_true(judge(NODE, price(NOW_MS + MINUTE_MS, 900)));
	expect(INGEST_REJECTED, "at-bound");
	assert_true(judge(NODE, price(NOW_MS + 2 * MINUTE_MS, -900)));
	expect(INGEST_REJECTED, "not-positive");
	assert_string_equal(plan.feeds[0].reason, "not-positive");
}

static void test_said_again(void **state)
{
	struct reading reading = price(NOW_MS, 250012);

	(void)state;
	assert_true(judge(NODE, reading));
	reading.block = 99; /* the same round in the next snapshot */
	for (int i = 0; i < 5; i++)
		assert_false(judge(NODE, reading));
	assert_int_equal(plan.feeds[0].counts.duplicates, 5);
	assert_int_equal(plan.feeds[0].counts.accepted, 1);
	/* What says otherwise of the moment goes to the store, which records
	 * it; the checks learn nothing of it. */
	reading.value = decimal_from_scaled(990000, 2);
	{
		struct quality_state before = plan.pairs[0].state;

		assert_true(judge(NODE, reading));
		expect(INGEST_REJECTED, "said-otherwise");
		assert_memory_equal(&before, &plan.pairs[0].state,
				    sizeof(before));
	}
	assert_false(judge(NODE, price(NOW_MS, 250012)));
	/* A second of Pyth has many prices, and its first counts. */
	reading = price(NOW_MS, 250000);
	reading.signature = READING_VERIFIED;
	assert_true(judge(HERMES, reading));
	expect(INGEST_ACCEPTED, "");
	assert_int_equal(row.signature, INGEST_SIGNATURE_VERIFIED);
	reading.value = decimal_from_scaled(250001, 2);
	assert_false(judge(HERMES, reading));
}

static void test_forged(void **state)
{
	struct reading forged = price(NOW_MS, 1);
	u128 round;

	(void)state;
	forged.signature = READING_FORGED;
	assert_true(judge(HERMES, forged));
	expect(INGEST_REJECTED, "signature");
	assert_int_equal(row.signature, INGEST_SIGNATURE_FAILED);
	round = row.round;
	assert_true(round != 0); /* it takes nobody's place */
	forged.raw_digest[3] ^= 1;
	assert_true(judge(HERMES, forged));
	assert_true(row.round != round);
	assert_false(plan.feeds[2].has_last);
	forged = price(NOW_MS, 250000);
	forged.signature = READING_VERIFIED;
	assert_true(judge(HERMES, forged));
	expect(INGEST_ACCEPTED, "");
	assert_true(row.round == 0);
	forged.signature = READING_FORGED; /* of no price and no time */
	forged.value = (struct decimal){ 0, 0 };
	forged.time_ms = 0;
	assert_false(ingest_judge(&row, &plan.jobs[HERMES], &forged, NOW_MS));
	assert_int_equal(plan.feeds[2].counts.unstorable, 1);
	assert_non_null(strstr(plan.feeds[2].reason, "source time"));
}

static void test_candles(void **state)
{
	struct reading candle = price(NOW_MS - 3600000, 250000);

	(void)state;
	candle.is_candle = candle.is_past = true;
	candle.open = candle.low = decimal_from_scaled(249000, 2);
	candle.high = decimal_from_scaled(251000, 2);
	candle.volume = decimal_from_scaled(5, 0);
	assert_true(judge(COINBASE, candle));
	expect(INGEST_ACCEPTED, "");
	assert_true(row.has_candle && row.has_volume);
	/* The checks know it when it closed. */
	assert_int_equal(plan.pairs[0].state.sources[1].said_s[0],
			 NOW_MS / 1000);
	candle.time_ms += 3600000;
	candle.low = decimal_from_scaled(252000, 2); /* above its high */
	assert_true(judge(COINBASE, candle));
	expect(INGEST_REJECTED, "not-positive");
}

static void test_late_and_early(void **state)
{
	struct reading reading = price(NOW_MS, 250000);

	(void)state;
	assert_true(ingest_judge(&row, &plan.jobs[NODE], &reading,
				 NOW_MS + 3 * 3600 * 1000));
	expect(INGEST_MARKED, "stale");
	reading.is_past = true; /* an event of then */
	reading.time_ms += 1000;
	assert_true(ingest_judge(&row, &plan.jobs[NODE], &reading,
				 NOW_MS + 3 * 3600 * 1000));
	expect(INGEST_ACCEPTED, "");
	reading = price(NOW_MS + 300000, 250000);
	assert_true(ingest_judge(&row, &plan.jobs[HERMES], &reading, NOW_MS));
	expect(INGEST_REJECTED, "in-future");
	reading.time_ms = NOW_MS + INT64_C(2) * 86400 * 1000;
	assert_false(ingest_judge(&row, &plan.jobs[HERMES], &reading, NOW_MS));
	assert_int_equal(plan.feeds[2].counts.unstorable, 1);
}

static void test_sequencer(void **state)
{
	struct source_chain *chain = &plan.jobs[NODE].job.chain;
	struct quality_state before;
	struct reading past = price(NOW_MS, 250000);

	(void)state;
	assert_true(judge(NODE, price(NOW_MS, 250000)));
	expect(INGEST_ACCEPTED, "");
	before = plan.pairs[0].state;
	chain->is_up = false;
	assert_true(judge(NODE, price(NOW_MS + MINUTE_MS, 250100)));
	expect(INGEST_MARKED, "sequencer");
	assert_true(judge(NODE, price(NOW_MS + MINUTE_MS + 1, -1)));
	expect(INGEST_REJECTED, "not-positive");
	chain->is_up = true; /* again, a minute ago: in grace */
	chain->uptime_since_s = NOW_MS / 1000 + 60;
	assert_true(judge(NODE, price(NOW_MS + 2 * MINUTE_MS, 250100)));
	expect(INGEST_MARKED, "sequencer");
	assert_memory_equal(&before, &plan.pairs[0].state, sizeof(before));
	/* Events of a time that the state of now says nothing of. */
	past.is_past = true;
	past.time_ms += MINUTE_MS / 2;
	assert_true(ingest_judge(&row, &plan.jobs[NODE], &past,
				 NOW_MS + INT64_C(5) * 3600 * 1000));
	expect(INGEST_MARKED, "sequencer");
	assert_true(judge(NODE, price(NOW_MS + 61 * MINUTE_MS, 250100)));
	expect(INGEST_MARKED, "sequencer"); /* exactly the grace */
	assert_true(judge(NODE, price(NOW_MS + 61 * MINUTE_MS + 1000, 250100)));
	expect(INGEST_ACCEPTED, "");
	/* Other sources are not of that chain. */
	chain->is_up = false;
	assert_true(judge(HERMES, price(NOW_MS + 62 * MINUTE_MS, 250100)));
	expect(INGEST_ACCEPTED, "");
}

static void test_rate(void **state)
{
	const struct live_feed *feed = &plan.feeds[2];
	int64_t now_s = NOW_MS / 1000;

	(void)state;
	assert_int_equal(ingest_rate(feed, now_s), 0);
	for (int i = 0; i < 200; i++)
		judge(HERMES, price(NOW_MS + i * 1000, 250000));
	assert_int_equal(ingest_rate(feed, now_s + 199), 60);
	assert_int_equal(ingest_rate(feed, now_s + 229), 30);
	assert_int_equal(ingest_rate(feed, now_s + 600), 0);
	judge(HERMES, price(NOW_MS + 600000, 250000));
	judge(HERMES, price(NOW_MS + 600000, 250000));
	assert_int_equal(ingest_rate(feed, now_s + 600), 2);
}

static void test_all_is_counted(void **state)
{
	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct reading r = price(NOW_MS + i * 7919 % 1000 * MINUTE_MS,
					 250000 + i * 104729 % 1000);

		r.signature = i % 5 ? READING_VERIFIED : READING_FORGED;
		if (i % 7 == 0)
			r.value.mantissa = -1;
		if (i % 11 == 0)
			r.time_ms = i;
		ingest_judge(&row, &plan.jobs[HERMES], &r, NOW_MS);
		ingest_judge(&row, &plan.jobs[HERMES], &r, NOW_MS);
	}
	{
		const struct live_counts *c = &plan.feeds[2].counts;

		assert_int_equal(c->received, 6000);
		assert_int_equal(c->accepted + c->marked + c->rejected +
				 c->duplicates + c->unstorable, 6000);
		assert_true(c->unstorable > 100 && c->rejected > 100);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain),    TEST(test_said_again),
		TEST(test_forged),   TEST(test_candles),
		TEST(test_late_and_early), TEST(test_sequencer),
		TEST(test_rate),     TEST(test_all_is_counted),
	};

	return cmocka_run_group_tests_name("ingest_judge", tests, NULL, NULL);
}
