/* test_ingest_run.c -- an ingest and its store: a run that begins where another
 * ended, a connection that dies, a buffer that fills, breakers that stay open. */
#include "tests/host/private_store.h"

#include "agent/ingest_judge.h"
#include "agent/ingest_run.h"
#include "base/host/clock.h"
#include "sql/breakers.h"
#include "tests/host/feeds_file.h"

#define START_S INT64_C(1790000000)
#define ROUNDS 300
#define SOURCE(name) \
	"[" name "]\nkind = chainlink\nurl = http://127.0.0.1:1\n" \
	"chain_id = 1\nfeed = ETH/USD " \
	"0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419 heartbeat_s=3600\n"
#define FEEDS SOURCE("one") SOURCE("two") SOURCE("three") \
	"[exchange]\nkind = coinbase\ninterval_s = 60\nfeed = ETH/USD ETH-USD\n"

static uint64_t seed = 20261128;

static double uniform(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(seed >> 11) / 9007199254740992.0;
}

static struct ingest_run *new_run(void)
{
	struct ingest_run *run = memory_allocate(1, sizeof(*run));

	feeds_write(FEEDS);
	ASSERT_OK(ingest_plan_make(&run->plan, feeds_path, NULL, 0, &error));
	ASSERT_OK(ingest_writer_open(&run->writer, home, 3600, &error));
	ASSERT_OK(ingest_take_up(&run->plan, run->writer.database, &error));
	run->show.quiet = true;
	for (size_t i = 0; i < run->plan.job_count; i++)
		run->plan.jobs[i].run = run;
	return run;
}

static void end_run(struct ingest_run *run)
{
	ingest_writer_close(&run->writer);
	ingest_plan_free(&run->plan);
	readings_free(&run->readings);
	memory_free(run);
}

static void step(struct ingest_run *run, int64_t now_ms)
{
	ASSERT_OK(ingest_writer_step(&run->writer, now_ms, START_S + 86400,
				     &error));
}

/* A reading of minute i; some are wild, some late. */
static struct reading odd_reading(bool candle, int i)
{
	int64_t cents = 250000 + (int64_t)(uniform() * 800);
	struct reading out = { .time_ms = (START_S + i * 60) * 1000 };

	if (uniform() < 0.05)
		cents = cents * 13 / 10;
	if (uniform() < 0.04)
		out.time_ms -= 600 * 1000 + 1000;
	out.value = decimal_from_scaled(cents, 2);
	out.round = candle ? 0 : (u128)1 << 66 | (unsigned)i;
	out.block = candle ? 0 : 1000 + (unsigned)i;
	out.is_candle = out.is_past = candle;
	out.open = out.high = out.low = out.value;
	out.volume = decimal_from_scaled(1, 0);
	return out;
}

static void say(struct ingest_run *run, size_t job, struct reading reading)
{
	struct ingest_row row;

	if (ingest_judge(&row, &run->plan.jobs[job], &reading,
			 reading.time_ms + 700))
		ingest_writer_add(&run->writer, &row);
}

static void say_minutes(struct ingest_run *run, int from, int to)
{
	for (int i = from; i < to; i++)
		for (size_t job = 0; job < run->plan.job_count; job++)
			say(run, job, odd_reading(job == 3, i));
}

/* The second run remembers what the first one does, and judges the same. */
static void test_restart_is_an_undisturbed_run(void **state)
{
	struct ingest_run *first = new_run(), *second;

	(void)state;
	say_minutes(first, 0, ROUNDS);
	step(first, 5000);
	assert_int_equal(first->writer.count, 0);
	assert_true(first->writer.totals.added > 4 * ROUNDS - 10);
	second = new_run();
	assert_memory_equal(&first->plan.pairs[0].state,
			    &second->plan.pairs[0].state,
			    sizeof(struct quality_state));
	for (size_t i = 0; i < first->plan.feed_count; i++) {
		const struct live_feed *a = &first->plan.feeds[i];
		const struct live_feed *b = &second->plan.feeds[i];

		assert_int_equal(a->id, b->id);
		assert_int_equal(a->last.source_time_ms, b->last.source_time_ms);
		assert_true(a->last.round == b->last.round);
	}
	for (int i = 0; i < 3; i++)
		assert_true(second->plan.jobs[i].job.chain.read_block ==
			    1000 + ROUNDS - 2 ||
			    second->plan.jobs[i].job.chain.read_block ==
			    1000 + ROUNDS - 3);
	assert_int_equal(second->plan.jobs[3].job.items[0].newest_ms,
			 second->plan.feeds[3].last.source_time_ms);
	{
		uint64_t mark = seed;

		say_minutes(first, ROUNDS, ROUNDS + 100);
		seed = mark;
		say_minutes(second, ROUNDS, ROUNDS + 100);
	}
	assert_int_equal(first->writer.count, second->writer.count);
	for (size_t i = 0; i < first->writer.count; i++) {
		assert_int_equal(first->writer.rows[i].verdict,
				 second->writer.rows[i].verdict);
		assert_string_equal(first->writer.rows[i].reason,
				    second->writer.rows[i].reason);
	}
	/* Both store: as if one had. */
	step(first, 10000);
	step(second, 10000);
	assert_int_equal(second->writer.totals.added, 0);
	assert_int_equal(second->writer.totals.disagreements, 0);
	assert_true(second->writer.totals.duplicates >= 390);
	end_run(first);
	end_run(second);
}

static void test_bars_follow(void **state)
{
	struct ingest_run *run = new_run();

	(void)state;
	run->writer.bars_ms = 0;
	step(run, 60000);
	assert_true(run->writer.bars_added > 0 ||
		    holds_for(owner, "(SELECT count(*) > 20 FROM "
				     "plimsoll.bars)"));
	assert_true(holds_for(owner, "(SELECT count(*) = 0 FROM "
				     "plimsoll.bars_pending)"));
	end_run(run);
}

static void kill_connections(void)
{
	ASSERT_OK(database_script(owner, "SELECT pg_terminate_backend(pid) "
				  "FROM pg_stat_activity WHERE backend_type = "
				  "'client backend' AND pid <> "
				  "pg_backend_pid()", &error));
	database_close(agent); /* it died too */
	ASSERT_OK(database_open_home(&agent, home, &error));
}

static void test_database_goes_and_comes(void **state)
{
	struct ingest_run *run = new_run();
	int64_t before = run->writer.totals.added;
	size_t waiting;

	(void)state;
	say_minutes(run, 1000, 1010);
	waiting = run->writer.count;
	kill_connections();
	step(run, 100000);
	assert_null(run->writer.database);
	assert_true(*run->writer.message);
	assert_int_equal(run->writer.count, waiting);
	step(run, 100001); /* not yet */
	assert_null(run->writer.database);
	say_minutes(run, 1010, 1020);
	assert_false(ingest_writer_due(&run->writer, 100001));
	step(run, 100000 + WRITER_RETRY_FIRST_MS);
	assert_non_null(run->writer.database);
	assert_int_equal(run->writer.count, 0);
	assert_true(run->writer.totals.added > before + (int64_t)waiting);
	assert_true(holds_for(owner, "(SELECT count(*) = count(DISTINCT "
			      "(feed_id, source_time, round)) FROM "
			      "plimsoll.observations)"));
	end_run(run);
}

static void test_waits_grow_to_a_bound(void **state)
{
	struct ingest_writer writer = { .home = "/nosuch/home" };
	int64_t now_ms = 1000, longest_ms = 0;

	(void)state;
	error_set(&error, E_PEER, "it went");
	ingest_writer_lost(&writer, now_ms, &error);
	for (int i = 0; i < 12; i++) {
		int64_t wait_ms = writer.retry_ms - now_ms;

		assert_true(wait_ms >= longest_ms &&
			    wait_ms <= WRITER_RETRY_LONGEST_MS);
		longest_ms = wait_ms;
		now_ms = writer.retry_ms;
		ASSERT_OK(ingest_writer_step(&writer, now_ms, START_S,
					     &error));
		assert_null(writer.database);
		assert_int_equal(writer.lost_ms, 1000);
	}
	assert_int_equal(longest_ms, WRITER_RETRY_LONGEST_MS);
	ingest_writer_close(&writer);
}

/* While the database is away the buffer fills to its bound, and drains whole
 * afterwards; what it held is given back. */
static void test_buffer_is_bounded(void **state)
{
	struct ingest_run *run = new_run();
	struct ingest_row row = { .feed_id = run->plan.feeds[0].id,
				  .value = decimal_from_scaled(1, 0) };

	(void)state;
	error_set(&error, E_PEER, "it went");
	ingest_writer_lost(&run->writer, 1000, &error);
	for (int i = 0; i < WRITER_ROWS_MAX; i++) {
		assert_false(ingest_writer_full(&run->writer));
		row.source_time_ms = (START_S + 1000000 + i) * 1000;
		row.observed_ms = row.source_time_ms;
		ingest_writer_add(&run->writer, &row);
	}
	assert_true(ingest_writer_full(&run->writer));
	run->pool = http_pool_open();
	ingest_ask_due(run, 2000); /* nobody is asked */
	for (size_t i = 0; i < run->plan.job_count; i++)
		assert_int_equal(run->plan.jobs[i].requests, 0);
	step(run, 5000);
	assert_int_equal(run->writer.count, 0);
	assert_int_equal(run->writer.capacity, 0);
	assert_int_equal(run->writer.totals.added, WRITER_ROWS_MAX);
	ingest_ask_due(run, 10000);
	assert_true(run->plan.jobs[0].requests == 1);
	http_pool_close(run->pool);
	end_run(run);
}

static void test_finish_says_what_is_lost(void **state)
{
	struct ingest_writer writer = { .home = "/nosuch/home" };
	struct ingest_row row = { .feed_id = 1 };

	(void)state;
	ingest_writer_add(&writer, &row);
	assert_int_equal(ingest_writer_finish(&writer, 0, &error), E_PEER);
	assert_non_null(strstr(error.message, "1 observations"));
	ingest_writer_close(&writer);
}

/* Three families 3 % apart, once a minute. */
static void disagree(struct ingest_run *run, int minute, int64_t percent)
{
	for (size_t job = 0; job < 3; job++) {
		struct reading reading = {
			.time_ms = (START_S + 100000000 + minute * 60) * 1000,
			.value = decimal_from_scaled(
				250000 + (int64_t)job * 1250 * percent, 2) };

		say(run, job, reading);
	}
}

static void test_breaker_is_stored(void **state)
{
	int64_t at_ms = (START_S + 100000000) * 1000;
	struct ingest_run *run = new_run(), *other;
	struct live_pair *pair = &run->plan.pairs[0];
	struct breaker_change *list = NULL;
	size_t count = 0;

	(void)state;
	memset(&pair->state, 0, sizeof(pair->state));
	pair->rules.agreement = 0.1; /* each believes its own */
	for (int i = 0; i < 3; i++) {
		disagree(run, i, 3);
		assert_false(pair->breaker.open);
		ingest_breakers_step(run, at_ms + i * 60000);
	}
	assert_true(pair->breaker.open && pair->price.enough);
	assert_true(pair->price.dispersion > 0.02);
	for (int twice = 0; twice < 2; twice++)
		ASSERT_OK(ingest_breakers_store(&run->plan,
						run->writer.database, &error));
	other = new_run(); /* the clock of this machine may be before at_ms */
	other->plan.pairs[0].breaker = pair->breaker;
	other->plan.pairs[0].changed_ms = pair->changed_ms;
	ASSERT_OK(ingest_breakers_store(&other->plan, other->writer.database,
					&error));
	ASSERT_OK(breakers_load(&list, &count, agent, at_ms / 1000 + 120,
				&error));
	assert_int_equal(count, 1); /* two writers saw the same */
	assert_true(list[0].opened && list[0].families == 3);
	assert_int_equal(list[0].changed_ms, at_ms + 120000);
	assert_true(list[0].dispersion_ppm > 20000);
	assert_ptr_equal(breaker_find(list, count, "ETH", "USD"), &list[0]);
	assert_null(breaker_find(list, count, "ETH", "EUR"));
	memory_free(list);
	ASSERT_OK(breakers_load(&list, &count, agent, at_ms / 1000 + 119,
				&error));
	assert_int_equal(count, 0); /* not yet at that time */
	memory_free(list);
	for (int i = 3; i < 10; i++) {
		disagree(run, i, 0);
		ingest_breakers_step(run, at_ms + i * 60000);
	}
	assert_false(pair->breaker.open);
	ASSERT_OK(ingest_breakers_store(&run->plan, run->writer.database,
					&error));
	assert_true(holds_for(owner, "(SELECT array_agg(opened ORDER BY id) = "
			      "'{t,f}' FROM plimsoll.breakers)"));
	end_run(run);
	end_run(other);
}

static void test_open_breaker_is_taken_up(void **state)
{
	struct breaker_change change = { "ETH", "USD", true, 0, 30000, 3 };
	struct ingest_run *run;

	(void)state;
	change.changed_ms = clock_unix_ms() - 1000;
	ASSERT_OK(database_script(owner, "ALTER TABLE plimsoll.breakers "
				  "DISABLE TRIGGER ALL; TRUNCATE "
				  "plimsoll.breakers", &error));
	ASSERT_OK(breaker_record(agent, &change, &error));
	run = new_run();
	assert_true(run->plan.pairs[0].breaker.open &&
		    run->plan.pairs[0].stored_open);
	assert_int_equal(run->plan.pairs[0].changed_ms, change.changed_ms);
	end_run(run);
	change.asset[0] = '\0';
	assert_int_equal(breaker_record(agent, &change, &error), E_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_restart_is_an_undisturbed_run),
		cmocka_unit_test(test_bars_follow),
		cmocka_unit_test(test_database_goes_and_comes),
		cmocka_unit_test(test_waits_grow_to_a_bound),
		cmocka_unit_test(test_buffer_is_bounded),
		cmocka_unit_test(test_finish_says_what_is_lost),
		cmocka_unit_test(test_breaker_is_stored),
		cmocka_unit_test(test_open_breaker_is_taken_up),
	};

	return cmocka_run_group_tests_name("ingest_run", tests, start_store,
					   stop_store);
}
