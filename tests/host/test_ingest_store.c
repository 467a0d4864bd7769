/* test_ingest_store.c -- live observations in a real private cluster: what a
 * flush keeps, counts and refuses; bars of closed hours and their versions;
 * what is read back. */
#include "tests/host/private_store.h"

#include "sql/bars.h"
#include "sql/ingest.h"
#include "sql/observations.h"

#define HOUR_S 3600
#define DAY0_S INT64_C(1704067200) /* 2024-01-01 */

static int64_t feed_named(const char *asset, const char *source)
{
	struct ingest_feed feed = { .asset = asset, .quote = "USD",
				    .source = source, .kind = FEED_TICKS };
	int64_t id = 0;

	ASSERT_OK(ingest_feed_find(&id, agent, &feed, &error));
	return id;
}

static struct ingest_row tick(int64_t feed_id, int64_t at_s, int64_t cents)
{
	return (struct ingest_row){
		.feed_id = feed_id, .source_time_ms = at_s * 1000,
		.value = decimal_from_scaled(cents, 2),
		.observed_ms = at_s * 1000 + 700 };
}

static struct ingest_result flush(const struct ingest_row *rows, size_t count)
{
	struct ingest_batch batch = { rows, count, HOUR_S, "ingest" };
	struct ingest_result result = { 0 };

	ASSERT_OK(ingest_flush(&result, agent, &batch, &error));
	assert_int_equal(result.added + result.duplicates +
			 result.disagreements, count);
	return result;
}

static enum status refused(const struct ingest_row *row)
{
	struct ingest_batch batch = { row, 1, HOUR_S, "ingest" };
	struct ingest_result result = { .added = 77 };
	enum status status = ingest_flush(&result, agent, &batch, &error);

	assert_int_equal(result.added, 77); /* untouched */
	return status;
}

static struct ingest_bars_result build(int64_t now_s)
{
	struct ingest_bars_result result = { 0 };

	ASSERT_OK(ingest_bars(&result, agent, now_s, HOUR_S, &error));
	return result;
}

static void expect(const char *condition)
{
	if (!holds_for(owner, condition))
		fail_msg("does not hold: %s", condition);
}

/* Bars of a feed that the check against observations names. */
static size_t differences(int64_t feed_id, int64_t snapshot)
{
	struct bars_check_order order = {
		.feed_id = feed_id, .interval_s = HOUR_S,
		.from_s = DAY0_S - 86400, .to_s = DAY0_S + 400 * 86400,
		.snapshot = snapshot, .capacity = 8 };
	struct altered_bar altered[8];
	size_t count = 99;

	ASSERT_OK(bars_check(altered, &count, agent, &order, &error));
	return count;
}

static void test_feeds(void **state)
{
	struct ingest_feed candles = { .asset = "ETH", .quote = "USD",
				       .source = "kraken",
				       .kind = FEED_CANDLES };
	int64_t id = feed_named("ETH", "first"), other = 77;

	(void)state;
	assert_int_equal(id, feed_named("ETH", "first"));
	assert_int_not_equal(id, feed_named("ETH", "second"));
	assert_int_equal(ingest_feed_find(&other, agent, &candles, &error),
			 E_REFUSED);
	assert_int_equal(other, 77);
	assert_int_equal(id, feed_named("ETH", "first"));
}

static void test_flush_counts(void **state)
{
	int64_t feed = feed_named("CNT", "a"), second = feed_named("CNT", "b");
	struct ingest_row rows[] = {
		tick(second, DAY0_S + 50, 101), tick(feed, DAY0_S + 20, 100),
		tick(feed, DAY0_S + 10, 99), tick(feed, DAY0_S + 20, 100) };
	struct ingest_result result = flush(rows, 4);

	(void)state;
	assert_int_equal(result.added, 3); /* the fourth said it before */
	assert_int_equal(result.duplicates, 1);
	expect("(SELECT (rows_read, rows_new, rows_duplicate, feed_id, digest) "
	       "IS NOT DISTINCT FROM (4, 3, 1, NULL, NULL) FROM "
	       "plimsoll.imports WHERE id = (SELECT max(id) FROM "
	       "plimsoll.imports))");
	expect("(SELECT count(*) FROM plimsoll.bars_pending) = 2");
	result = flush(rows, 4);
	assert_int_equal(result.added, 0);
	assert_int_equal(result.duplicates, 4);
	assert_int_equal(result.import_id, 0);
	expect("(SELECT max(id) FROM plimsoll.imports) = (SELECT max(import_id)"
	       " FROM plimsoll.observations)"); /* no trace */
	result = flush(rows, 0);
	assert_int_equal(result.added, 0);
}

static void test_disagreements(void **state)
{
	int64_t feed = feed_named("DIS", "a");
	struct ingest_row row = tick(feed, DAY0_S + 5, 100), twice[2];
	struct ingest_result result = flush(&row, 1);

	(void)state;
	row.value = decimal_from_scaled(10001, 4);
	result = flush(&row, 1);
	assert_int_equal(result.disagreements, 1);
	assert_true(result.import_id > 0);
	result = flush(&row, 1); /* said before: no news */
	assert_int_equal(result.disagreements, 1);
	assert_int_equal(result.import_id, 0);
	expect("(SELECT count(*) = 1 AND bool_and(stored = '{\"value\": 1}' "
	       "AND offered = '{\"value\": 1.0001}') FROM "
	       "plimsoll.disagreements)");
	twice[0] = twice[1] = tick(feed, DAY0_S + 6, 100);
	twice[1].value = decimal_from_scaled(7, 0);
	result = flush(twice, 2); /* within a batch the first counts */
	assert_int_equal(result.added, 1);
	assert_int_equal(result.disagreements, 1);
	row.round = 1; /* another round is another observation */
	assert_int_equal(flush(&row, 1).added, 1);
	expect("(SELECT array_agg(value ORDER BY source_time, round) = "
	       "'{1,1.0001,1}' FROM plimsoll.observations o JOIN plimsoll.feeds"
	       " f ON f.id = o.feed_id WHERE f.asset = 'DIS')");
}

static void full_row(struct ingest_row *out, int64_t feed)
{
	*out = tick(feed, DAY0_S, 0);
	out->source_time_ms += 123;
	out->round = ~(u128)0;
	out->value = (struct decimal){ 999999999999999999, -18 };
	out->open = out->low = (struct decimal){ 1, -30 };
	out->high = (struct decimal){ 999999999999, 0 };
	out->volume = (struct decimal){ 5, 30 };
	out->confidence = (struct decimal){ 25, -3 };
	out->has_candle = out->has_volume = out->has_confidence = true;
	out->has_raw_digest = true;
	memset(out->raw_digest, 0xd5, HASH_SIZE);
	out->block = INT64_MAX;
	out->signature = INGEST_SIGNATURE_VERIFIED;
	out->verdict = INGEST_MARKED;
	strcpy(out->reason, "jump");
}

static struct ingest_row *recent(size_t *count, int64_t feed, size_t limit,
				 int64_t before_ms)
{
	struct ingest_recent_query query = {
		.feed_id = feed, .before_ms = before_ms, .limit = limit,
		.with_rejected = true };
	struct ingest_row *rows = NULL;

	ASSERT_OK(ingest_recent(&rows, count, agent, &query, &error));
	return rows;
}

static void assert_rows_equal(const struct ingest_row *a,
			      const struct ingest_row *b)
{
	const struct decimal *x = &a->value, *y = &b->value;

	for (int i = 0; i < 6; i++) { /* value to confidence */
		assert_int_equal(x[i].mantissa, y[i].mantissa);
		assert_int_equal(x[i].exponent, y[i].exponent);
	}
	assert_int_equal(a->feed_id, b->feed_id);
	assert_int_equal(a->source_time_ms, b->source_time_ms);
	assert_true(a->round == b->round);
	assert_int_equal(a->has_candle, b->has_candle);
	assert_int_equal(a->has_volume, b->has_volume);
	assert_int_equal(a->has_confidence, b->has_confidence);
	assert_int_equal(a->has_raw_digest, b->has_raw_digest);
	assert_memory_equal(a->raw_digest, b->raw_digest, HASH_SIZE);
	assert_int_equal(a->block, b->block);
	assert_int_equal(a->signature, b->signature);
	assert_int_equal(a->verdict, b->verdict);
	assert_string_equal(a->reason, b->reason);
	assert_int_equal(a->observed_ms, b->observed_ms);
}

/* Every field comes back as it went in; rejected ones may have any value. */
static void test_kept_exactly(void **state)
{
	int64_t feed = feed_named("FUL", "a");
	struct ingest_row rows[3], *found;
	size_t count;

	(void)state;
	full_row(&rows[0], feed);
	rows[1] = tick(feed, DAY0_S + 60, -12345);
	rows[1].verdict = INGEST_REJECTED;
	strcpy(rows[1].reason, "negative");
	rows[1].signature = INGEST_SIGNATURE_FAILED;
	rows[2] = tick(feed, DAY0_S + 61, 0);
	rows[2].verdict = INGEST_REJECTED;
	strcpy(rows[2].reason, "zero");
	assert_int_equal(flush(rows, 3).added, 3);
	assert_int_equal(flush(rows, 3).duplicates, 3);
	found = recent(&count, feed, 10, 0);
	assert_int_equal(count, 3);
	for (int i = 0; i < 3; i++)
		assert_rows_equal(&found[i], &rows[i]);
	memory_free(found);
	found = recent(&count, feed, 1, rows[1].source_time_ms);
	assert_int_equal(count, 1);
	assert_rows_equal(found, &rows[0]);
	memory_free(found);
	expect("(SELECT feeds_of_pair = 0 AND price = 0 AND verdict = "
	       "'rejected' FROM risk.v_oracle_health WHERE asset = 'FUL')");
}

static void test_refused(void **state)
{
	int64_t feed = feed_named("REF", "a");
	struct ingest_row row = tick(feed, DAY0_S, 100);

	(void)state;
	row.source_time_ms = row.observed_ms + 86400001;
	assert_int_equal(refused(&row), E_INPUT);
	assert_string_equal(error.hint, "Nothing of this batch was written.");
	assert_non_null(strstr(error.message, "more than a day after "
			       "2024-01-01T00:00:00Z"));
	row.source_time_ms = 0;
	assert_int_equal(refused(&row), E_INPUT);
	assert_non_null(strstr(error.message, "2009"));
	row.source_time_ms = row.observed_ms = INT64_MAX;
	assert_int_equal(refused(&row), E_INPUT);
	row = tick(feed, DAY0_S, 0);
	assert_int_equal(refused(&row), E_INPUT);
	row = tick(feed, DAY0_S, 100);
	row.verdict = INGEST_MARKED;
	assert_int_equal(refused(&row), E_INPUT);
	row.verdict = INGEST_ACCEPTED;
	row.signature = INGEST_SIGNATURE_FAILED;
	assert_int_equal(refused(&row), E_INPUT);
	row = tick(987654321, DAY0_S, 100); /* no such feed */
	assert_int_equal(refused(&row), E_REFUSED);
	expect("NOT EXISTS (SELECT FROM plimsoll.observations o JOIN "
	       "plimsoll.feeds f ON f.id = o.feed_id WHERE asset = 'REF')");
	row.feed_id = feed;
	assert_int_equal(flush(&row, 1).added, 1);
	assert_int_equal(refused(&(struct ingest_row){ .feed_id = feed }),
			 E_INPUT);
}

/* What a snapshot of bars saw, it sees again after later builds. */
static void expect_bars(const char *asset, int64_t snapshot, size_t count,
			int64_t first_close)
{
	struct bars_query query = { .asset = asset, .quote = "USD",
				    .interval_s = HOUR_S,
				    .snapshot = snapshot };
	struct stored_bars bars;

	ASSERT_OK(bars_load(&bars, agent, &query, &error));
	assert_int_equal(bars.count, count);
	assert_int_equal(bars.bars[0].close.mantissa, first_close);
	stored_bars_free(&bars);
}

static int64_t newest_import(const char *asset)
{
	struct bars_query query = { .asset = asset, .quote = "USD",
				    .interval_s = HOUR_S };
	struct stored_bars bars;
	int64_t snapshot;

	ASSERT_OK(bars_load(&bars, agent, &query, &error));
	snapshot = bars.snapshot;
	stored_bars_free(&bars);
	return snapshot;
}

static void test_bars(void **state)
{
	int64_t feed = feed_named("BAR", "a"), hour = DAY0_S + 48 * HOUR_S;
	struct ingest_row row = tick(feed, hour, 500);
	struct ingest_bars_result built;
	int64_t first, second;

	(void)state;
	build(hour); /* what other tests left */
	flush(&row, 1);
	row = tick(feed, hour + 1800, 900);
	flush(&row, 1);
	assert_int_equal(build(hour + HOUR_S - 1).intervals, 0); /* open */
	expect("(SELECT count(*) FROM plimsoll.bars_pending) = 1");
	row = tick(feed, hour + HOUR_S, 100);
	flush(&row, 1); /* the next hour: open when the first has closed */
	assert_int_equal(differences(feed, 0), 0);
	built = build(hour + HOUR_S);
	assert_int_equal(built.intervals, 1);
	assert_int_equal(built.added, 1);
	assert_int_equal(built.versions, 0);
	assert_int_equal(build(hour + HOUR_S).intervals, 0);
	assert_int_equal(differences(feed, 0), 0);
	first = newest_import("BAR");
	row = tick(feed, hour + 3599, 700); /* late: 7.00 closes now */
	flush(&row, 1);
	assert_int_equal(differences(feed, 0), 0);
	expect_bars("BAR", 0, 1, 9);
	built = build(hour + 2 * HOUR_S);
	assert_int_equal(built.added, 2);
	assert_int_equal(built.versions, 1);
	second = newest_import("BAR");
	assert_true(first < second);
	expect_bars("BAR", first, 1, 9);
	expect_bars("BAR", second, 2, 7);
	assert_int_equal(differences(feed, first), 0);
	assert_int_equal(differences(feed, 0), 0);
	expect("(SELECT count(*) FROM plimsoll.bars_pending) = 0");
	expect("(SELECT array_agg(version || ' ' || close || ' ' || count "
	       "ORDER BY open_time, version) = '{1 9 2,2 7 3,1 1 1}' FROM "
	       "plimsoll.bars b JOIN plimsoll.feeds f ON f.id = b.feed_id "
	       "WHERE asset = 'BAR')");
}

/* Marked ones count, rejected ones do not, and altering one is still seen. */
static void test_bars_of_verdicts(void **state)
{
	int64_t feed = feed_named("VER", "a"), hour = DAY0_S + 96 * HOUR_S;
	struct ingest_row rows[] = {
		tick(feed, hour + 1, 100), tick(feed, hour + 2, 300),
		tick(feed, hour + 3, 90000), tick(feed, hour + 7200, 0) };

	(void)state;
	rows[1].verdict = INGEST_MARKED;
	rows[2].verdict = rows[3].verdict = INGEST_REJECTED;
	for (int i = 1; i < 4; i++)
		strcpy(rows[i].reason, "deviation");
	flush(rows, 4);
	expect("(SELECT count(*) FROM plimsoll.bars_pending) = 1");
	assert_int_equal(build(hour + 86400).added, 1);
	expect("(SELECT (high, close, count) = (3, 3, 2) FROM plimsoll.bars b "
	       "JOIN plimsoll.feeds f ON f.id = b.feed_id WHERE asset = "
	       "'VER')");
	assert_int_equal(differences(feed, 0), 0);
	ASSERT_OK(database_script(owner, "SET session_replication_role = "
		"replica; UPDATE plimsoll.observations SET value = 2 WHERE "
		"value = 3; SET session_replication_role = origin", &error));
	assert_int_equal(differences(feed, 0), 1);
	ASSERT_OK(database_script(owner, "SET session_replication_role = "
		"replica; UPDATE plimsoll.observations SET value = 3 WHERE "
		"value = 2; DELETE FROM plimsoll.bars WHERE high = 3; "
		"SET session_replication_role = origin", &error));
	assert_int_equal(differences(feed, 0), 1); /* and a bar that is gone */
}

/* Months and hours are UTC's whatever the session thinks. */
static void test_months(void **state)
{
	int64_t feed = feed_named("MON", "a"), march = 1709251200;
	int64_t change = 1710028800; /* 2024-03-10: New York skips an hour */
	struct ingest_row rows[50];

	(void)state;
	ASSERT_OK(database_script(agent, "SET timezone = 'America/New_York'",
				  &error));
	rows[0] = tick(feed, march - 1, 100);
	rows[0].source_time_ms += 999;
	rows[1] = tick(feed, march, 200);
	for (int i = 0; i < 48; i++)
		rows[2 + i] = tick(feed, change + i * 1800, 300);
	flush(rows, 50);
	assert_int_equal(build(change + 86400).added, 26);
	ASSERT_OK(database_script(agent, "SET timezone = 'UTC'", &error));
	expect("to_regclass('plimsoll.observations_2024_02') IS NOT NULL");
	expect("(SELECT count(*) FROM plimsoll.observations_2024_02) = 1");
	expect("(SELECT array_agg(close ORDER BY open_time) = '{1,2}' FROM "
	       "plimsoll.bars WHERE open_time IN ('2024-02-29 23:00Z', "
	       "'2024-03-01 00:00Z'))");
	expect("(SELECT count(*) = 24 AND bool_and(count = 2) FROM "
	       "plimsoll.bars WHERE open_time >= '2024-03-10Z' AND open_time < "
	       "'2024-03-11Z')");
	expect("to_regclass('plimsoll.observations_2024_04') IS NULL");
}

static void test_read_back(void **state)
{
	int64_t feed = feed_named("RES", "a"), none = feed_named("RES", "b");
	int64_t ids[] = { none, feed };
	struct ingest_feed_ids asked = { ids, 2 }, nobody = { ids, 0 };
	int64_t now_s = DAY0_S + 200 * HOUR_S;
	struct ingest_row rows[] = {
		tick(feed, now_s - 7200, 1), tick(feed, now_s - 60, 2),
		tick(feed, now_s - 60, 3), tick(feed, now_s - 86400, 4) };
	struct ingest_feed_status *all;
	struct ingest_position at[2];
	size_t count;

	(void)state;
	rows[2].round = (u128)5 << 64;
	rows[2].block = 42;
	rows[2].verdict = INGEST_REJECTED;
	strcpy(rows[2].reason, "stale");
	flush(rows, 4);
	ASSERT_OK(ingest_resume(at, agent, &asked, &error));
	assert_false(at[0].found);
	assert_int_equal(at[0].feed_id, none);
	assert_int_equal(at[1].source_time_ms, (now_s - 60) * 1000);
	assert_true(at[1].round == (u128)5 << 64);
	assert_int_equal(at[1].block, 42);
	assert_int_equal(ingest_resume(at, agent, &nobody, &error), E_INPUT);
	ASSERT_OK(ingest_status(&all, &count, agent, now_s, &error));
	while (count && all[count - 1].feed_id != none)
		count--;
	assert_true(count >= 2); /* ascending: source b after source a */
	assert_false(all[count - 1].found);
	assert_int_equal(all[count - 2].feed_id, feed);
	assert_int_equal(all[count - 2].observed_ms, (now_s - 60) * 1000 + 700);
	assert_int_equal(all[count - 2].hour.accepted, 1);
	assert_int_equal(all[count - 2].hour.rejected, 1);
	assert_int_equal(all[count - 2].day.accepted, 2);
	memory_free(all);
	/* A minute and a second ago the newest was not yet. */
	ASSERT_OK(ingest_status(&all, &count, agent, now_s - 61, &error));
	while (count && all[count - 1].feed_id != feed)
		count--;
	assert_true(all[count - 1].found);
	assert_true(all[count - 1].source_time_ms < (now_s - 60) * 1000);
	assert_int_equal(all[count - 1].hour.rejected, 0);
	memory_free(all);
}

/* A file of the same feed keeps its stricter rule. */
static void test_import_stays_strict(void **state)
{
	int64_t feed = feed_named("IMP", "a"), at_s = DAY0_S + 300 * HOUR_S;
	struct ingest_row row = tick(feed, at_s, 100);
	struct observation rows[] = {
		{ .line = 1, .source_time_s = at_s, .value = { 1, 0 } },
		{ .line = 2, .source_time_s = at_s + 9, .value = { 2, 0 } } };
	struct observation_batch batch = {
		.asset = "IMP", .quote = "USD", .source = "a",
		.kind = FEED_TICKS, .bar_interval_s = HOUR_S,
		.origin = "ticks.csv", .rows = rows, .count = 2 };
	struct observation_result result;

	(void)state;
	build(at_s); /* what other tests left */
	flush(&row, 1);
	ASSERT_OK(observations_merge(&result, agent, &batch, &error));
	assert_int_equal(result.added, 1);
	assert_int_equal(result.feed_id, feed);
	assert_int_equal(result.bars_added, 1);
	assert_int_equal(build(at_s + 7200).added, 0); /* the file's stands */
	assert_int_equal(differences(feed, 0), 0);
	rows[0].value.mantissa = 3;
	assert_int_equal(observations_merge(&result, agent, &batch, &error),
			 E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feeds),
		cmocka_unit_test(test_flush_counts),
		cmocka_unit_test(test_disagreements),
		cmocka_unit_test(test_kept_exactly),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_bars_of_verdicts),
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_read_back),
		cmocka_unit_test(test_import_stays_strict),
	};

	return cmocka_run_group_tests(tests, start_store, stop_store);
}
