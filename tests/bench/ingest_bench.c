/* ingest_bench.c -- a million live observations beside the bare statements
 * that could store them, small durable batches, and a two-year window out of
 * ten years of partitions, the last two of which hold twenty million
 * observations; on a private cluster with fsync, as the product starts it.  Prints `name value` lines for report.awk: elapsed seconds, as
 * nearly all the work is the server's.  Not a test: nothing is asserted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/cluster.h"
#include "sql/bars.h"
#include "sql/copy_binary.h"
#include "sql/ingest.h"
#include "sql/ingest_rows.h"

#define FEEDS 20
#define ROWS 1000000
#define KNOWN 20000        /* of them stored before */
#define STATEMENT_ROWS 1000
#define ROUNDS 2           /* of which the faster counts */
#define BATCH 500
#define BATCHES 1000
#define FIRST_S INT64_C(1709251200)  /* 2024-03-01 */
#define YEARS_S INT64_C(1640995200)  /* 2022-01-01: two years until 2024 */
#define HOURS 17520
#define QUERIES 20

static char home[] = "/tmp/plimsoll-bench-XXXXXX";
static struct cluster cluster;
static struct database *owner, *agent;
static struct error error;
static struct ingest_row *rows;
static int64_t feeds[FEEDS];

/* Nothing is left behind, also where something failed. */
static void clean_up(void)
{
	struct error ignored;
	char command[128];
	bool stopped;

	if (cluster.data[0] && cluster_stop(&cluster, &stopped, &ignored))
		fprintf(stderr, "ingest_bench: %s\n", ignored.message);
	snprintf(command, sizeof(command), "rm -rf %s", home);
	if (system(command))
		fprintf(stderr, "ingest_bench: %s stays\n", home);
}

static void check(enum status status)
{
	if (!status)
		return;
	fprintf(stderr, "ingest_bench: %s\n", error.message);
	exit(2);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void start(void)
{
	struct migration_report report;
	bool started;

	unsetenv("PLIMSOLL_DB");
	if (!mkdtemp(home) || chmod(home, 0755) || atexit(clean_up))
		exit(2);
	check(cluster_locate(&cluster, home, &error));
	check(cluster_start(&cluster, &started, &error));
	check(database_open_owner(&owner, home, &error));
	check(database_migrate(&report, owner, &error));
	check(database_open_home(&agent, home, &error));
}

static void make_feeds(void)
{
	for (int i = 0; i < FEEDS; i++) {
		char asset[8];
		struct ingest_feed feed = { .asset = asset, .quote = "USD",
					    .source = "bench",
					    .kind = FEED_TICKS };

		snprintf(asset, sizeof(asset), "A%02d", i);
		check(ingest_feed_find(&feeds[i], agent, &feed, &error));
	}
}

/* The i-th row as feeds are polled: every feed each minute, eight digits. */
static void make_row(struct ingest_row *row, int64_t i, int64_t first_s)
{
	int64_t at_s = first_s + i / FEEDS * 60;

	*row = (struct ingest_row){
		.feed_id = feeds[i % FEEDS], .source_time_ms = at_s * 1000,
		.value = decimal_from_scaled(300000000000 + i * 7919 % 100000007,
					     8),
		.observed_ms = at_s * 1000 + 350 };
}

static void make_rows(void)
{
	rows = memory_allocate(ROWS, sizeof(*rows));
	for (int64_t i = 0; i < ROWS; i++)
		make_row(&rows[i], i, FIRST_S);
}

static struct ingest_result flush(const struct ingest_row *first, size_t count)
{
	struct ingest_batch batch = { first, count, 3600, "bench" };
	struct ingest_result result;

	check(ingest_flush(&result, agent, &batch, &error));
	return result;
}

/* The same start for each: months there, the known rows stored.  They are the
 * first ones, as after a restart, or scattered up to the last. */
static void prepare(bool scattered)
{
	struct ingest_row *known = memory_allocate(KNOWN, sizeof(*known));

	for (int64_t i = 0; i < KNOWN; i++)
		known[i] = rows[scattered ? (i + 1) * (ROWS / KNOWN) - 1 -
						    i % FEEDS
					  : i];
	check(database_script(owner, "SET session_replication_role = replica; "
			      "TRUNCATE plimsoll.observations, "
			      "plimsoll.bars_pending, plimsoll.disagreements; "
			      "SET session_replication_role = origin", &error));
	flush(known, KNOWN);
	memory_free(known);
	check(database_script(owner, "CHECKPOINT", &error));
}

static double run_ours(void)
{
	double start_s = now_s();

	if (flush(rows, ROWS).added != ROWS - KNOWN)
		exit(2);
	return now_s() - start_s;
}

static struct text encoded; /* all rows by feed: the peer need not sort */

static void encode(void)
{
	copy_binary_start(&encoded);
	for (int feed = 0; feed < FEEDS; feed++)
		for (int i = feed; i < ROWS; i += FEEDS)
			ingest_encode(&encoded, &rows[i], 0);
	copy_binary_end(&encoded);
}

/* COPY of ready bytes and the merge one would write by hand. */
static double run_copy(void)
{
	double start_s;

	check(database_script(agent, "DISCARD TEMP; CREATE TEMP TABLE "
			      "ingest_staging (feed_id bigint, source_time "
			      "timestamptz, round numeric, value numeric, open "
			      "numeric, high numeric, low numeric, volume "
			      "numeric, confidence numeric, block bigint, "
			      "raw_digest bytea, signature text, verdict text, "
			      "reason text, observed_at timestamptz, "
			      "import_id bigint)", &error));
	start_s = now_s();
	check(database_begin(agent, &error));
	check(database_copy_begin(agent, "ingest_copy", &error));
	check(database_copy_write(agent, bytes_of(encoded.data, encoded.size),
				  &error));
	check(database_copy_end(agent, &error));
	check(database_script(agent, "INSERT INTO plimsoll.observations "
			      "(feed_id, source_time, round, value, open, high,"
			      " low, volume, confidence, block, raw_digest, "
			      "signature, verdict, reason, observed_at, "
			      "import_id) SELECT feed_id, source_time, round, "
			      "value, open, high, low, volume, confidence, "
			      "block, raw_digest, signature, verdict, reason, "
			      "observed_at, (SELECT max(id) FROM "
			      "plimsoll.imports) FROM ingest_staging "
			      "ON CONFLICT DO NOTHING", &error));
	check(database_commit(agent, &error));
	start_s = now_s() - start_s;
	check(database_script(agent, "DISCARD TEMP", &error));
	return start_s;
}

static void statement_text(struct text *out, const struct ingest_row *first)
{
	char digits[DECIMAL_TEXT_MAX];

	text_add_string(out, "INSERT INTO plimsoll.observations (feed_id, "
			"source_time, value, observed_at, import_id) SELECT f, "
			"to_timestamp(t), v, to_timestamp(o), (SELECT max(id) "
			"FROM plimsoll.imports) FROM (VALUES ");
	for (int i = 0; i < STATEMENT_ROWS; i++) {
		decimal_format(digits, first[i].value);
		text_add_format(out, "%s(%" PRId64 ",%" PRId64 ",%s,%" PRId64
				".35)", i ? "," : "", first[i].feed_id,
				first[i].source_time_ms / 1000, digits,
				first[i].source_time_ms / 1000);
	}
	text_add_string(out, ") x (f, t, v, o) ON CONFLICT DO NOTHING");
}

/* Statements of 1,000 rows, from the same rows as ours. */
static void send_statements(void)
{
	struct text text = { 0 };

	for (int i = 0; i < ROWS; i += STATEMENT_ROWS) {
		text.size = 0;
		statement_text(&text, &rows[i]);
		check(database_script(agent, text.data, &error));
	}
	text_free(&text);
}

/* All in one transaction, as ours is one. */
static double run_statements(void)
{
	double start_s = now_s();

	check(database_begin(agent, &error));
	send_statements();
	check(database_commit(agent, &error));
	return now_s() - start_s;
}

/* Each durable by itself, as it is where nobody begins a transaction. */
static double run_committed(void)
{
	double start_s = now_s();

	send_statements();
	return now_s() - start_s;
}

static void bench_million(bool scattered)
{
	static double (*const runs[])(void) = { run_ours, run_copy,
						run_statements, run_committed };
	static const char *const names[] = { "ours", "copy", "statements",
					     "committed" };
	const char *known = scattered ? "scattered" : "overlap";
	double best[4] = { 1e9, 1e9, 1e9, 1e9 };

	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < 4; i++) {
			double took_s;

			prepare(scattered);
			took_s = runs[i]();
			best[i] = took_s < best[i] ? took_s : best[i];
		}
	for (int i = 0; i < 4; i++)
		printf("ingest_%s_%s_rows %.0f\n", known, names[i],
		       ROWS / best[i]);
}

/* Made by the server: ten years of partitions and of every feed's hourly bars,
 * as of a hundred million observations, and of these the last two years' 21
 * million, one a minute.  Without the checks of foreign keys and the like,
 * which are ours to keep. */
static void generate(void)
{
	double start_s = now_s();

	check(database_script(owner, "SET session_replication_role = replica; "
		"SELECT plimsoll.ensure_partitions('observations', "
		"'2014-01-01Z', '2023-12-31Z'), plimsoll.ensure_partitions("
		"'bars', '2014-01-01Z', '2023-12-31Z'); "
		"INSERT INTO plimsoll.observations (feed_id, source_time, "
		"value, observed_at, import_id) SELECT f.id, t, 3000 + "
		"extract(minute FROM t), t, 1 FROM plimsoll.feeds f, "
		"generate_series('2022-01-01Z'::timestamptz, "
		"'2023-12-31 23:59Z', '1 minute') t; "
		"INSERT INTO plimsoll.bars (feed_id, interval_s, open_time, "
		"version, open, high, low, close, count, import_id) "
		"SELECT f.id, 3600, t, 1, 3000, 3059, 3000, 3059, 60, 1 FROM "
		"plimsoll.feeds f, generate_series('2014-01-01Z'::timestamptz, "
		"'2023-12-31 23:00Z', '1 hour') t; "
		"SET session_replication_role = origin", &error));
	check(database_script(owner, "VACUUM ANALYZE plimsoll.observations, "
			      "plimsoll.bars", &error));
	check(database_script(owner, "CHECKPOINT", &error));
	printf("ingest_generated %d\ningest_generate_s %.1f\n",
	       FEEDS * HOURS * 60, now_s() - start_s);
}

/* What there is to look through, and that the server agrees. */
static void count_partitions(void)
{
	check(database_script(owner, "DO $$ BEGIN IF (SELECT count(*) FROM "
		"pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE "
		"inhparent = 'plimsoll.observations'::regclass AND c.relname < "
		"'observations_2024') <> 120 THEN RAISE EXCEPTION 'not 120 partitions'; END IF; "
		"END $$", &error));
	puts("ingest_partitions 120");
}

static int compare_seconds(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* New rows each, a tenth said before, as polls find them; hours close. */
static void bench_batches(void)
{
	static double took_s[BATCHES];
	struct ingest_row *batch = memory_allocate(BATCH, sizeof(*batch));
	struct ingest_bars_result built = { 0 };
	double bars_s = 0.0, start_s;

	for (int64_t b = 0; b < BATCHES; b++) {
		for (int64_t i = 0; i < BATCH; i++)
			make_row(&batch[i], b * BATCH * 9 / 10 + i,
				 FIRST_S + 40 * INT64_C(86400));
		start_s = now_s();
		flush(batch, BATCH);
		took_s[b] = now_s() - start_s;
	}
	qsort(took_s, BATCHES, sizeof(took_s[0]), compare_seconds);
	printf("ingest_batch_p50_s %.6f\n", took_s[BATCHES / 2]);
	printf("ingest_batch_p99_s %.6f\n", took_s[BATCHES * 99 / 100]);
	start_s = now_s();
	check(ingest_bars(&built, agent, FIRST_S + 400 * INT64_C(86400), 3600,
			  &error));
	bars_s = now_s() - start_s;
	printf("ingest_bars_built %" PRId64 "\ningest_bars_s %.3f\n",
	       built.added, bars_s);
	memory_free(batch);
}

static void load_window(int feed)
{
	char asset[8];
	struct bars_query query = { .asset = asset, .quote = "USD",
				    .source = "bench", .interval_s = 3600,
				    .from_s = YEARS_S,
				    .to_s = YEARS_S + HOURS * INT64_C(3600) };
	struct stored_bars bars;

	snprintf(asset, sizeof(asset), "A%02d", feed);
	check(bars_load(&bars, agent, &query, &error));
	if (bars.count != HOURS)
		exit(2);
	stored_bars_free(&bars);
}

static void bench_reads(void)
{
	struct ingest_recent_query query = { .limit = 10000 };
	struct ingest_feed_status *status;
	struct ingest_row *recent;
	double best_s = 1e9, worst_s = 0.0, first_s = 0.0, start_s;
	size_t count;

	for (int i = 0; i < QUERIES; i++) {
		double took_s;

		start_s = now_s();
		load_window(i);
		took_s = now_s() - start_s;
		if (!i) { /* has the server read its catalogue, too */
			first_s = took_s;
			continue;
		}
		best_s = took_s < best_s ? took_s : best_s;
		worst_s = took_s > worst_s ? took_s : worst_s;
	}
	printf("ingest_window_first_s %.6f\n", first_s);
	printf("ingest_window_s %.6f\ningest_window_worst_s %.6f\n", best_s,
	       worst_s);
	query.feed_id = feeds[0];
	start_s = now_s();
	check(ingest_recent(&recent, &count, agent, &query, &error));
	printf("ingest_recent_s %.6f\n", now_s() - start_s);
	memory_free(recent);
	start_s = now_s();
	check(ingest_status(&status, &count, agent, FIRST_S +
			    55 * INT64_C(86400), &error));
	printf("ingest_status_s %.6f\n", now_s() - start_s);
	memory_free(status);
}

int main(void)
{
	setlinebuf(stdout);
	start();
	make_feeds();
	make_rows();
	encode();
	bench_million(false);
	bench_million(true);
	text_free(&encoded);
	generate();
	count_partitions();
	bench_batches();
	bench_reads();
	database_close(agent);
	database_close(owner);
	memory_free(rows);
	return 0;
}
