/* test_ingest_loop.c -- `ingest --once` against servers on loopback that answer,
 * fail, lie about the time or list a candle too early.
 *
 * Runs alone: it times a pass, and the servers' answers have deadlines. */
#include "tests/host/private_store.h"

#include "agent/ingest_run.h"
#include "base/host/clock.h"
#include "base/time.h"
#include "tests/host/feeds_file.h"
#include "tests/support/hostile_server.h"

#define HOUR_S 3600

static struct text body;    /* what the exchange says */
static int64_t hour_s;      /* the one under way */

/* The last two closed candles, and the one under way when `early`. */
static void make_body(bool early)
{
	text_free(&body);
	while (clock_unix_s() % HOUR_S > HOUR_S - 20)
		clock_sleep_ms(1000); /* no hour turns while a test runs */
	hour_s = clock_unix_s() / HOUR_S * HOUR_S;
	text_add_string(&body, "[");
	if (early)
		text_add_format(&body, "[%lld,1,3,2,2.5,9],",
				(long long)hour_s);
	text_add_format(&body, "[%lld,99,103,100,102,5],[%lld,98,101,100,100,"
			"5]]", (long long)hour_s - HOUR_S,
			(long long)hour_s - 2 * HOUR_S);
}

static struct hostile_step good(void)
{
	return (struct hostile_step){ .kind = HOSTILE_BODY, .body = body.data };
}

static const struct hostile_step broken = { .kind = HOSTILE_CODE, .code = 500,
					    .body = "" };

static void add_section(struct text *out, const char *name, const char *asset,
			const char *first, const char *second)
{
	char since[TIME_TEXT_MAX];

	time_format(since, clock_unix_s() / HOUR_S * HOUR_S - 2 * HOUR_S);
	text_add_format(out, "[%s]\nkind = coinbase\ninterval_s = 3600\nsince "
			"= %s\nurl = %s\n", name, since, first);
	if (second)
		text_add_format(out, "url = %s\n", second);
	text_add_format(out, "feed = %s/USD X-USD\n", asset);
}

static enum status run_once(struct ingest_run *run, struct text *feeds)
{
	enum status status;

	*run = (struct ingest_run){ .once = true, .show.quiet = true };
	feeds_write(feeds->data);
	text_free(feeds);
	ASSERT_OK(ingest_plan_make(&run->plan, feeds_path, NULL, 0, &error));
	ASSERT_OK(ingest_writer_open(&run->writer, home, HOUR_S, &error));
	ASSERT_OK(ingest_take_up(&run->plan, run->writer.database, &error));
	status = ingest_run_loop(run, &error);
	ingest_writer_close(&run->writer);
	return status;
}

static void end_run(struct ingest_run *run)
{
	ingest_plan_free(&run->plan);
	readings_free(&run->readings);
}

static struct ingest_run run;

static void test_one_is_sick_the_others_are_stored(void **state)
{
	struct hostile_server well, sick;
	struct hostile_step step;
	struct text feeds = { 0 };

	(void)state;
	make_body(false);
	step = good();
	assert_true(hostile_start(&well, &step, 1));
	assert_true(hostile_start(&sick, &broken, 1));
	add_section(&feeds, "well", "AAA", well.url, NULL);
	add_section(&feeds, "sick", "AAA", sick.url, NULL);
	assert_int_equal(run_once(&run, &feeds), E_PEER);
	assert_non_null(strstr(error.message, "from sick: "));
	assert_non_null(strstr(error.message, "HTTP 500"));
	assert_null(strstr(error.message, "key-in-path"));
	assert_int_equal(run.writer.totals.added, 2);
	assert_int_equal(run.writer.bars_added, 2);
	assert_true(ingest_source_is_well(&run.plan.sources[0]));
	assert_false(ingest_source_is_well(&run.plan.sources[1]));
	assert_int_equal(run.plan.jobs[1].requests, INGEST_TRIES);
	end_run(&run);
	hostile_stop(&well);
	hostile_stop(&sick);
}

static void test_the_second_address_answers(void **state)
{
	struct hostile_server first, second;
	struct hostile_step step;
	struct text feeds = { 0 };

	(void)state;
	make_body(false);
	step = good();
	assert_true(hostile_start(&first, &broken, 1));
	assert_true(hostile_start(&second, &step, 1));
	add_section(&feeds, "two", "BBB", first.url, second.url);
	ASSERT_OK(run_once(&run, &feeds));
	assert_int_equal(run.writer.totals.added, 2);
	assert_int_equal(*first.requests, 1);
	assert_int_equal(*second.requests, 1);
	end_run(&run);
	/* Again: the newest is stored, so nothing is even asked. */
	add_section(&feeds, "two", "BBB", first.url, second.url);
	ASSERT_OK(run_once(&run, &feeds));
	assert_int_equal(run.plan.jobs[0].requests, 0);
	assert_true(ingest_source_is_well(&run.plan.sources[0]));
	end_run(&run);
	hostile_stop(&first);
	hostile_stop(&second);
}

/* Our clock is fast: the exchange's says that the hour is not over. */
static void test_a_candle_too_early_is_left(void **state)
{
	struct hostile_server server;
	struct hostile_step step;
	struct text feeds = { 0 };
	char date[80];
	int64_t then_s;

	(void)state;
	make_body(false);
	then_s = hour_s - 1; /* within the newest of its candles */
	{
		static const char *const months[] = {
			"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
			"Sep", "Oct", "Nov", "Dec" };
		char text[TIME_TEXT_MAX];

		time_format(text, then_s);
		snprintf(date, sizeof(date), "Date: %.2s %s %.4s %.8s GMT\r\n",
			 text + 8, months[atoi(text + 5) - 1], text, text + 11);
	}
	step = good();
	step.header = date;
	assert_true(hostile_start(&server, &step, 1));
	add_section(&feeds, "fast", "CCC", server.url, NULL);
	ASSERT_OK(run_once(&run, &feeds));
	assert_int_equal(run.writer.totals.added, 1);
	assert_int_equal(run.plan.jobs[0].job.items[0].newest_ms,
			 (hour_s - 2 * HOUR_S) * 1000);
	assert_true(clock_watch_skew(&run.clock) < 0);
	end_run(&run);
	step.header = NULL; /* and taken when it has closed */
	hostile_stop(&server);
	assert_true(hostile_start(&server, &step, 1));
	add_section(&feeds, "fast", "CCC", server.url, NULL);
	ASSERT_OK(run_once(&run, &feeds));
	assert_int_equal(run.writer.totals.added, 1);
	end_run(&run);
	hostile_stop(&server);
}

/* Twelve feeds of a server that takes eight requests at once and eight more a
 * second: waiting for that is nobody's failure, and all are asked. */
static void test_more_feeds_than_the_budget(void **state)
{
	struct hostile_server server;
	struct hostile_step step;
	struct text feeds = { 0 };

	(void)state;
	make_body(false);
	step = good();
	step.header = "Connection: close\r\n"; /* it serves one at a time */
	assert_true(hostile_start(&server, &step, 1));
	add_section(&feeds, "many", "E00", server.url, NULL);
	for (int i = 1; i < 12; i++)
		text_add_format(&feeds, "feed = E%02d/USD X-USD\n", i);
	ASSERT_OK(run_once(&run, &feeds));
	assert_int_equal(run.writer.totals.added, 2 * 12);
	assert_int_equal(*server.requests, 12);
	assert_int_equal(run.plan.sources[0].active, 0);
	end_run(&run);
	hostile_stop(&server);
}

/* Told to wait for longer than one is ready to: at once it is given up, and the
 * jobs of the same host with it. */
static void test_told_to_wait_for_long(void **state)
{
	static const struct hostile_step limited = {
		.kind = HOSTILE_CODE, .code = 429, .body = "",
		.header = "Retry-After: 600\r\nConnection: close\r\n" };
	struct hostile_server server;
	struct text feeds = { 0 };
	int64_t began_ms = clock_monotonic_ms();

	(void)state;
	assert_true(hostile_start(&server, &limited, 1));
	add_section(&feeds, "limited", "F00", server.url, NULL);
	for (int i = 1; i < 20; i++)
		text_add_format(&feeds, "feed = F%02d/USD X-USD\n", i);
	assert_int_equal(run_once(&run, &feeds), E_PEER);
	assert_non_null(strstr(error.message, "limited F00/USD"));
	assert_true(clock_monotonic_ms() - began_ms < 5000);
	assert_in_range(*server.requests, 1, 8);
	for (size_t i = 0; i < run.plan.job_count; i++)
		assert_true(run.plan.jobs[i].given_up &&
			    *run.plan.jobs[i].message);
	end_run(&run);
	hostile_stop(&server);
}

static void test_an_open_candle_is_no_answer_to_what_was_asked(void **state)
{
	struct hostile_server server;
	struct hostile_step step;
	struct text feeds = { 0 };

	(void)state;
	make_body(true);
	step = good();
	assert_true(hostile_start(&server, &step, 1));
	add_section(&feeds, "open", "DDD", server.url, NULL);
	ASSERT_OK(run_once(&run, &feeds));
	assert_int_equal(run.writer.totals.added, 2);
	assert_true(holds_for(owner, "(SELECT bool_and(value > 50) FROM "
			      "plimsoll.observations)"));
	end_run(&run);
	hostile_stop(&server);
	text_free(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_is_sick_the_others_are_stored),
		cmocka_unit_test(test_the_second_address_answers),
		cmocka_unit_test(test_a_candle_too_early_is_left),
		cmocka_unit_test(test_more_feeds_than_the_budget),
		cmocka_unit_test(test_told_to_wait_for_long),
		cmocka_unit_test(
			test_an_open_candle_is_no_answer_to_what_was_asked),
	};

	return cmocka_run_group_tests_name("ingest_loop", tests, start_store,
					   stop_store);
}
