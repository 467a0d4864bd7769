/* test_ingest_faults.c -- flushes whose connection dies at any moment, two
 * writers at once, and batches in any order: the same rows every time. */
#include "tests/host/private_store.h"

#include <sys/wait.h>
#include <time.h>

#include "sql/ingest.h"

#define HOUR_S 3600
#define DAY0_S INT64_C(1704067200) /* 2024-01-01 */
#define BATCH 500
#define KILLS 40
#define WRITERS 2

static uint64_t seed = 20261124;
static struct ingest_row rows[BATCH * KILLS];

static uint64_t next_random(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return seed >> 33;
}

static int64_t feed_of(struct database *database, const char *asset)
{
	struct ingest_feed feed = { .asset = asset, .quote = "USD",
				    .source = "a", .kind = FEED_TICKS };
	int64_t id = 0;

	ASSERT_OK(ingest_feed_find(&id, database, &feed, &error));
	return id;
}

/* The same for every feed but its id; spans months. */
static void make_rows(int64_t feed_id)
{
	for (int i = 0; i < BATCH * KILLS; i++) {
		int64_t at_ms = (DAY0_S + i * INT64_C(300)) * 1000 + i % 7;

		rows[i] = (struct ingest_row){
			.feed_id = feed_id, .source_time_ms = at_ms,
			.round = (u128)i * 3,
			.value = decimal_from_scaled(100 + i * 7919 % 1000, 2),
			.observed_ms = at_ms + 900 };
	}
}

static enum status flush(struct ingest_result *out, struct database *database,
			 const struct ingest_row *first, size_t count)
{
	struct ingest_batch batch = { first, count, HOUR_S, "ingest" };

	return ingest_flush(out, database, &batch, &error);
}

/* What a feed's rows and bars are, whatever imports brought them. */
static void expect_same(int64_t feed, int64_t reference)
{
	char condition[900];

	snprintf(condition, sizeof(condition), "(SELECT count(*) = 2 AND "
		 "count(DISTINCT md5) = 1 AND min(rows) = %d FROM (SELECT "
		 "count(*) AS rows, md5(string_agg("
		 "concat_ws(' ', source_time, round, value, verdict, "
		 "observed_at), ',' ORDER BY source_time, round)) FROM "
		 "plimsoll.observations WHERE feed_id IN (%lld, %lld) "
		 "GROUP BY feed_id) x)",
		 BATCH * KILLS, (long long)feed, (long long)reference);
	if (!holds_for(owner, condition))
		fail_msg("feed %lld has other observations", (long long)feed);
	snprintf(condition, sizeof(condition), "(SELECT count(*) = 2 AND "
		 "count(DISTINCT md5) = 1 FROM (SELECT md5(string_agg("
		 "concat_ws(' ', open_time, open, high, low, close, count), "
		 "',' ORDER BY open_time)) FROM (SELECT DISTINCT ON (feed_id, "
		 "open_time) * FROM plimsoll.bars WHERE feed_id IN (%lld, %lld)"
		 " ORDER BY feed_id, open_time, version DESC) b "
		 "GROUP BY feed_id) x)", (long long)feed, (long long)reference);
	if (!holds_for(owner, condition))
		fail_msg("feed %lld has other bars", (long long)feed);
}

static void build_all(void)
{
	struct ingest_bars_result built;

	ASSERT_OK(ingest_bars(&built, agent, DAY0_S + 400 * INT64_C(86400),
			      HOUR_S, &error));
}

static int64_t reference; /* feed whose rows came in one flush */

static void test_one_flush(void **state)
{
	struct ingest_result result;

	(void)state;
	reference = feed_of(agent, "REF");
	make_rows(reference);
	ASSERT_OK(flush(&result, agent, rows, BATCH * KILLS));
	assert_int_equal(result.added, BATCH * KILLS);
	build_all();
}

static void test_any_order(void **state)
{
	int64_t feed = feed_of(agent, "ANY");
	struct ingest_result result;

	(void)state;
	make_rows(feed);
	for (size_t i = BATCH * KILLS - 1; i > 0; i--) {
		size_t j = next_random() % (i + 1);
		struct ingest_row row = rows[i];

		rows[i] = rows[j];
		rows[j] = row;
	}
	for (size_t i = 0; i < KILLS; i++) {
		ASSERT_OK(flush(&result, agent, &rows[i * BATCH], BATCH));
		assert_int_equal(result.added, BATCH);
		if (i % 10 == 9)
			build_all(); /* early bars get later versions */
	}
	build_all();
	expect_same(feed, reference);
}

/* A process that ends the agent's backend after a while, counted from when
 * this returns. */
static pid_t kill_after(int64_t delay_us)
{
	struct timespec pause = { 0, delay_us * 1000 };
	struct database *own;
	int ready[2];
	char byte = 0;
	pid_t child;

	if (pipe(ready))
		fail_msg("no pipe");
	child = fork();
	if (child) {
		close(ready[1]);
		assert_int_equal(read(ready[0], &byte, 1), 1);
		close(ready[0]);
		return child;
	}
	if (database_open_owner(&own, home, &error) ||
	    write(ready[1], &byte, 1) != 1)
		_exit(1);
	nanosleep(&pause, NULL);
	_exit(database_script(own, "SELECT pg_terminate_backend(pid) FROM "
			      "pg_stat_activity WHERE application_name = "
			      "'victim'", &error) != OK);
}

static void open_victim(void)
{
	database_close(agent);
	ASSERT_OK(database_open_home(&agent, home, &error));
	ASSERT_OK(database_script(agent, "SET application_name = 'victim'",
				  &error));
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Flushes the batch again and again until the end comes; how often that was in
 * the middle of one. */
static bool flush_until_killed(const struct ingest_row *batch, pid_t killer)
{
	struct ingest_result result;
	enum status status;
	bool again = false;
	int code;

	do { /* unless the first was hit, repeats without news are */
		status = flush(&result, agent, batch, BATCH);
		again = again || !status;
	} while (!status);
	assert_int_equal(status, E_PEER);
	assert_int_equal(waitpid(killer, &code, 0), killer);
	assert_int_equal(code, 0);
	open_victim();
	return !again;
}

static void test_killed(void **state)
{
	int64_t feed = feed_of(agent, "KIL"), start_us, took_us = 0;
	struct ingest_result result;
	int first_hit = 0;

	(void)state;
	make_rows(feed);
	open_victim();
	for (size_t i = 0; i < KILLS; i++) {
		const struct ingest_row *batch = &rows[i * BATCH];
		pid_t killer;

		if (i % 4 == 0) { /* undisturbed: how long one takes */
			start_us = now_us();
			ASSERT_OK(flush(&result, agent, batch, BATCH));
			took_us = now_us() - start_us;
			continue;
		}
		killer = kill_after((int64_t)next_random() % (took_us + 1));
		first_hit += flush_until_killed(batch, killer);
		ASSERT_OK(flush(&result, agent, batch, BATCH));
		assert_int_equal(result.added + result.duplicates, BATCH);
	}
	print_message("%d of %d kills hit a first flush\n", first_hit,
		      KILLS - KILLS / 4);
	build_all();
	expect_same(feed, reference);
	assert_true(holds_for(owner, "NOT EXISTS (SELECT FROM "
			      "plimsoll.bars_pending)"));
	assert_true(holds_for(owner, "(SELECT bool_and(rows_read = rows_new + "
			      "rows_duplicate) FROM plimsoll.imports WHERE "
			      "origin = 'ingest')"));
}

/* One of the writers: every batch, forwards or backwards. */
static int write_all(int writer)
{
	struct database *own;
	struct ingest_result result;

	if (database_open_home(&own, home, &error))
		return 1;
	for (size_t i = 0; i < KILLS; i++) {
		size_t at = writer ? KILLS - 1 - i : i;

		if (flush(&result, own, &rows[at * BATCH], BATCH)) {
			fprintf(stderr, "%s\n", error.message);
			return 2;
		}
	}
	database_close(own);
	return 0;
}

/* Import ids ascend in the order of commits: up to the newest one seen, none
 * appears later. */
static void watch_imports(const pid_t writers[WRITERS])
{
	int code, running = WRITERS;

	ASSERT_OK(database_script(owner, "CREATE TEMP TABLE seen (newest "
				  "bigint, count bigint)", &error));
	while (running) {
		ASSERT_OK(database_script(owner, "INSERT INTO seen SELECT "
					  "max(id), count(*) FROM "
					  "plimsoll.imports", &error));
		for (int i = 0; i < WRITERS; i++)
			if (waitpid(writers[i], &code, WNOHANG) == writers[i]) {
				assert_int_equal(code, 0);
				running--;
			}
	}
	assert_true(holds_for(owner, "NOT EXISTS (SELECT FROM seen WHERE count "
			      "<> (SELECT count(*) FROM plimsoll.imports "
			      "WHERE id <= newest))"));
}

static void test_two_writers(void **state)
{
	int64_t feed = feed_of(agent, "TWO");
	pid_t writers[WRITERS];

	(void)state;
	make_rows(feed);
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = fork();
		if (!writers[i])
			_exit(write_all(i));
	}
	watch_imports(writers);
	build_all();
	expect_same(feed, reference);
	assert_true(holds_for(owner, "NOT EXISTS (SELECT FROM "
			      "plimsoll.disagreements)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_flush),
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_two_writers),
	};

	return cmocka_run_group_tests(tests, start_store, stop_store);
}
