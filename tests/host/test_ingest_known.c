/* test_ingest_known.c -- which rows of a flush are taken as new without being
 * merged: known names all over a batch, more names in its span than are read,
 * and stored names that no row can have. */
#include "tests/host/private_store.h"

#include <inttypes.h>

#include "sql/ingest.h"

#define DAY0_S INT64_C(1704067200) /* 2024-01-01 */
#define STORED 500

static int64_t feed_named(const char *asset)
{
	struct ingest_feed feed = { .asset = asset, .quote = "USD",
				    .source = "known", .kind = FEED_TICKS };
	int64_t id = 0;

	ASSERT_OK(ingest_feed_find(&id, agent, &feed, &error));
	return id;
}

static struct ingest_row tick(int64_t feed_id, int64_t at_ms, int64_t cents)
{
	return (struct ingest_row){
		.feed_id = feed_id, .source_time_ms = DAY0_S * 1000 + at_ms,
		.value = decimal_from_scaled(cents, 2),
		.observed_ms = DAY0_S * 1000 + at_ms + 700 };
}

static struct ingest_result flush(const struct ingest_row *rows, size_t count)
{
	struct ingest_batch batch = { rows, count, 3600, "ingest" };
	struct ingest_result result = { 0 };

	ASSERT_OK(ingest_flush(&result, agent, &batch, &error));
	return result;
}

static void expect_counts(struct ingest_result result, int64_t added,
			  int64_t duplicates, int64_t disagreements)
{
	assert_int_equal(result.added, added);
	assert_int_equal(result.duplicates, duplicates);
	assert_int_equal(result.disagreements, disagreements);
}

static void expect_stored(int64_t feed, size_t count, const char *sum)
{
	char condition[256];

	snprintf(condition, sizeof(condition), "(SELECT (count(*), sum(value)) "
		 "= (%zu, %s) FROM plimsoll.observations WHERE feed_id = %"
		 PRId64 ")", count, sum, feed);
	assert_true(holds_for(owner, condition));
}

/* Every third row is there; one of those says otherwise, and a new one comes
 * twice with two values. */
static void test_scattered(void **state)
{
	int64_t feed = feed_named("SCA"), other = feed_named("SCB");
	struct ingest_row rows[20], known[6];
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < 18; i++)
		rows[i] = tick(i % 2 ? feed : other, 1000 * (int64_t)i, 100);
	for (size_t i = 2; i < 18; i += 3)
		known[count++] = rows[i];
	expect_counts(flush(known, count), 6, 0, 0);
	rows[5].value = decimal_from_scaled(7, 0);
	rows[18] = rows[6];
	rows[18].value = decimal_from_scaled(9, 0);
	rows[19] = rows[2];
	expect_counts(flush(rows, 20), 12, 6, 2);
	expect_stored(feed, 9, "9.00");
	expect_stored(other, 9, "9.00");
	expect_counts(flush(rows, 20), 0, 18, 2);
}

/* Two rows between which more is stored than is read for them: the one beyond
 * is merged, and each is right. */
static void test_wide_span(void **state)
{
	int64_t feed = feed_named("WID");
	struct ingest_row *rows = memory_allocate(STORED, sizeof(*rows));
	struct ingest_row few[4];

	(void)state;
	for (size_t i = 0; i < STORED; i++)
		rows[i] = tick(feed, 1000 * (int64_t)i, 100);
	expect_counts(flush(rows, STORED), STORED, 0, 0);
	few[0] = tick(feed, 1500, 200);                 /* new, soon */
	few[1] = tick(feed, 1000 * (STORED - 2), 100);  /* known */
	few[2] = tick(feed, 1000 * (STORED - 2) + 1, 300); /* new, late */
	few[3] = tick(feed, 1000 * (STORED - 1), 500);  /* says otherwise */
	expect_counts(flush(few, 4), 2, 1, 1);
	expect_stored(feed, STORED + 2, "505.00");
	expect_counts(flush(rows, STORED), 0, STORED, 0);
	memory_free(rows);
}

/* Files may hold microseconds and rounds beyond 128 bits. */
static void test_other_names(void **state)
{
	int64_t feed = feed_named("OTH");
	struct ingest_row rows[3] = { tick(feed, 1000, 100),
				      tick(feed, 1001, 100),
				      tick(feed, 1002, 100) };
	char statement[512];

	(void)state;
	expect_counts(flush(rows, 1), 1, 0, 0);
	snprintf(statement, sizeof(statement), "INSERT INTO "
		 "plimsoll.observations (feed_id, source_time, round, value, "
		 "import_id) SELECT %" PRId64 ", '2024-01-01 00:00:01.0005Z'::"
		 "timestamptz + i * interval '0.0005 s', i * 10::numeric ^ 60, "
		 "5, max(id) FROM plimsoll.imports, generate_series(0, 1) i "
		 "GROUP BY i", feed);
	ASSERT_OK(database_script(owner, statement, &error));
	expect_counts(flush(rows, 3), 2, 1, 0);
	expect_stored(feed, 5, "13.00");
	expect_counts(flush(rows, 3), 0, 3, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scattered),
		cmocka_unit_test(test_wide_span),
		cmocka_unit_test(test_other_names),
	};

	return cmocka_run_group_tests(tests, start_store, stop_store);
}
