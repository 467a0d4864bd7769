/* test_store.c -- policies, cases with their inputs, decisions,
 * submissions, transactions and markets in a real private cluster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/cluster.h"
#include "sql/bars.h"
#include "sql/cases.h"
#include "sql/decisions.h"
#include "sql/liquidity.h"
#include "sql/markets.h"
#include "sql/observations.h"
#include "sql/policies.h"
#include "sql/transactions.h"
#include "tests/support/sample_case.h"

static char home[] = "/tmp/plimsoll-test-XXXXXX";
static struct cluster cluster;
static struct database *owner, *agent; /* may all; may what commands may */
static struct error error;

static uint8_t case_bytes[1 << 20], decision_bytes[1 << 16];
static struct case_input sample;
static struct bytes sample_bytes_;

#define ASSERT_OK(call)                                          \
	do {                                                     \
		if (call)                                        \
			fail_msg("%s: %s", #call, error.message); \
	} while (0)

static int start(void **state)
{
	struct migration_report report;
	struct buffer buffer;
	bool started;

	(void)state;
	unsetenv("PLIMSOLL_DB");
	if (!mkdtemp(home) || chmod(home, 0755) ||
	    cluster_locate(&cluster, home, &error) ||
	    cluster_start(&cluster, &started, &error) ||
	    database_open_owner(&owner, home, &error) ||
	    database_migrate(&report, owner, &error) ||
	    database_open_home(&agent, home, &error)) {
		fprintf(stderr, "%s\n", error.message);
		return -1;
	}
	sample_case(&sample);
	buffer_init(&buffer, case_bytes, sizeof(case_bytes));
	case_encode(&buffer, &sample);
	sample_bytes_ = buffer_bytes(&buffer);
	return buffer.overflow ? -1 : 0;
}

static int stop(void **state)
{
	char command[128];
	bool stopped;

	(void)state;
	database_close(agent);
	database_close(owner);
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return cluster_stop(&cluster, &stopped, &error) || system(command);
}

/* The sample's series, imported as candles of a source. */
static void import_series(struct observation_result *out, uint8_t index)
{
	static struct observation rows[64];
	const struct series *series = &sample.series[index];
	struct observation_batch batch = {
		.asset = sample.reserves[index].symbol, .quote = "USD",
		.source = series->source, .kind = FEED_CANDLES,
		.interval_s = 3600, .bar_interval_s = 3600,
		.origin = "sample", .rows_read = series->count,
		.rows = rows, .count = series->count };

	memset(batch.digest, index + 1, HASH_SIZE);
	for (uint32_t i = 0; i < series->count; i++) {
		const struct bar *bar = &series->bars[i];

		rows[i] = (struct observation){
			.line = i + 2, .source_time_s = bar->open_time_s,
			.value = bar->close, .open = bar->open,
			.high = bar->high, .low = bar->low };
	}
	ASSERT_OK(observations_merge(out, agent, &batch, &error));
}

static bool holds(const char *sql)
{
	char script[512]; /* raises unless the condition holds */
	snprintf(script, sizeof(script), "DO $$ BEGIN IF NOT (%s) THEN RAISE "
		 "EXCEPTION 'no'; END IF; END $$", sql);
	return database_script(owner, script, &error) == OK;
}

static void test_policy(void **state)
{
	struct bytes loaded;
	uint8_t hash[HASH_SIZE];

	(void)state;
	policy_hash(hash, sample.policy);
	assert_int_equal(policy_load(&loaded, agent, hash, &error), E_MISSING);
	ASSERT_OK(policy_store(agent, hash, sample.policy, "[policy]\n",
			       &error));
	ASSERT_OK(policy_store(agent, hash, bytes_of("x", 1), "other",
			       &error));
	ASSERT_OK(policy_load(&loaded, agent, hash, &error));
	assert_true(bytes_equal(loaded, sample.policy));
	memory_free((void *)(uintptr_t)loaded.data);
	assert_true(holds("(SELECT source FROM plimsoll.policies) = "
			  "E'[policy]\\n'"));
}

static void sample_input(struct case_input_record *out, uint8_t index)
{
	const struct series *series = &sample.series[index];
	struct observation_result imported;

	import_series(&imported, index);
	*out = (struct case_input_record){
		.feed_id = imported.feed_id, .interval_s = 3600,
		.first_open_s = series->bars[0].open_time_s,
		.last_open_s = series->bars[series->count - 1].open_time_s,
		.count = series->count, .snapshot = imported.import_id };
	bars_digest(out->digest, series->bars, series->count);
}

static void sample_record(struct case_record *out,
			  const struct case_input_record inputs[2])
{
	*out = (struct case_record){
		.chain_id = sample.domain.chain_id, .epoch = sample.epoch,
		.anchor_block = sample.anchor_block, .bytes = sample_bytes_,
		.input_count = 2, .inputs = inputs };
	case_digest(out->digest, sample_bytes_);
	policy_hash(out->policy_hash, sample.policy);
	memcpy(out->market, sample.market, HASH_SIZE);
}

static void check_inputs(const uint8_t digest[HASH_SIZE],
			 const struct case_input_record stored[2])
{
	struct case_input_record *inputs;
	size_t count;

	ASSERT_OK(case_inputs_load(&inputs, &count, agent, digest, &error));
	assert_int_equal(count, 2);
	assert_string_equal(inputs[1].asset, "USDC");
	assert_string_equal(inputs[1].quote, "USD");
	assert_string_equal(inputs[1].source, "binance");
	for (size_t i = 0; i < 2; i++) {
		assert_memory_equal(inputs[i].digest, stored[i].digest,
				    HASH_SIZE);
		assert_int_equal(inputs[i].interval_s, 3600);
		assert_int_equal(inputs[i].first_open_s,
				 stored[i].first_open_s);
		assert_int_equal(inputs[i].last_open_s, stored[i].last_open_s);
		assert_int_equal(inputs[i].snapshot, stored[i].snapshot);
	}
	memory_free(inputs);
}

/* From the case by SQL to an observation that was altered behind its back. */
static void check_altered(const uint8_t digest[HASH_SIZE])
{
	struct case_input_record *inputs;
	struct altered_bar altered;
	size_t count;

	ASSERT_OK(case_inputs_load(&inputs, &count, agent, digest, &error));
	struct bars_check_order order = {
		.feed_id = inputs[0].feed_id,
		.interval_s = inputs[0].interval_s,
		.from_s = inputs[0].first_open_s,
		.to_s = inputs[0].last_open_s + 3600,
		.snapshot = inputs[0].snapshot, .capacity = 1 };

	ASSERT_OK(bars_check(&altered, &count, agent, &order, &error));
	assert_int_equal(count, 0);
	ASSERT_OK(database_script(owner, "SET session_replication_role = "
				  "replica; UPDATE plimsoll.observations o SET "
				  "low = low - 0.001 FROM plimsoll.feeds f "
				  "WHERE f.id = o.feed_id AND f.asset = 'WETH' "
				  "AND source_time = (SELECT min(source_time) "
				  "FROM plimsoll.observations); SET "
				  "session_replication_role = origin",
				  &error));
	ASSERT_OK(bars_check(&altered, &count, agent, &order, &error));
	assert_int_equal(count, 1);
	assert_string_equal(altered.field, "low");
	assert_int_equal(altered.open_time_s,
			 sample.series[0].bars[0].open_time_s);
	memory_free(inputs);
}

static void test_case_and_inputs(void **state)
{
	struct case_input_record inputs[2];
	struct case_record record;
	struct bytes loaded;

	(void)state;
	sample_input(&inputs[0], 0);
	sample_input(&inputs[1], 1);
	sample_record(&record, inputs);
	assert_int_equal(case_load(&loaded, agent, record.digest, &error),
			 E_MISSING);
	assert_true(holds("NOT (SELECT bool_or(used) FROM plimsoll.bars)"));
	ASSERT_OK(case_store(agent, &record, &error));
	ASSERT_OK(case_store(agent, &record, &error)); /* again: nothing */
	assert_true(holds("(SELECT bool_and(used) FROM plimsoll.bars)"));
	ASSERT_OK(case_load(&loaded, agent, record.digest, &error));
	assert_true(bytes_equal(loaded, sample_bytes_));
	memory_free((void *)(uintptr_t)loaded.data);
	check_inputs(record.digest, inputs);
	check_altered(record.digest);
}

/* A series that the store does not have stops the whole case. */
static void test_case_all_or_nothing(void **state)
{
	struct case_input_record inputs[2] = { 0 };
	struct case_record record;
	struct bytes loaded;

	(void)state;
	sample_record(&record, inputs);
	record.digest[0] ^= 1;
	inputs[0].feed_id = 987654321;
	inputs[0].interval_s = 3600;
	inputs[0].count = 1;
	assert_int_equal(case_store(agent, &record, &error), E_REFUSED);
	assert_int_equal(case_load(&loaded, agent, record.digest, &error),
			 E_MISSING);
}

static void sample_decision_record(struct decision_record *out,
				   struct signed_decision *whole)
{
	static uint8_t signature[65];
	struct buffer buffer;

	memset(signature, 0x5a, sizeof(signature));
	sample_decision(whole);
	buffer_init(&buffer, decision_bytes, sizeof(decision_bytes));
	signed_decision_encode(&buffer, whole);
	assert_false(buffer.overflow);
	*out = (struct decision_record){
		.domain = &whole->domain, .decision = &whole->decision,
		.bytes = buffer_bytes(&buffer), .signature = signature,
		.signer = whole->domain.steward, .json = "{\"tuples\":[]}" };
	decision_digest(out->digest, &whole->decision, &whole->domain);
}

static void test_decision(void **state)
{
	static struct signed_decision whole;
	struct decision_record record;
	struct stored_decision stored;

	(void)state;
	sample_decision_record(&record, &whole);
	assert_int_equal(decision_load(&stored, agent, record.digest, &error),
			 E_MISSING);
	ASSERT_OK(decision_store(agent, &record, &error));
	ASSERT_OK(decision_store(agent, &record, &error));
	ASSERT_OK(decision_load(&stored, agent, record.digest, &error));
	assert_true(bytes_equal(stored.bytes, record.bytes));
	assert_true(stored.has_signature);
	assert_memory_equal(stored.signature, record.signature, 65);
	assert_memory_equal(stored.signer, record.signer, ADDRESS_SIZE);
	assert_string_equal(stored.outcome, "UPDATE");
	assert_int_equal(stored.epoch, whole.decision.epoch);
	assert_int_equal(stored.as_of_s, whole.decision.as_of);
	stored_decision_free(&stored);
}

static void test_decision_refused(void **state)
{
	static struct signed_decision whole;
	struct decision_record record;

	(void)state;
	sample_decision_record(&record, &whole);
	record.digest[0] ^= 1;
	record.json = "no JSON";
	assert_int_equal(decision_store(agent, &record, &error), E_REFUSED);
	assert_true(holds("(SELECT count(*) FROM plimsoll.decisions) = 1"));
}

static void test_decision_list(void **state)
{
	struct decision_filter filter = { .chain_id = 31337, .limit = 5 };
	struct stored_decision *found;
	size_t count;

	(void)state;
	ASSERT_OK(decision_list(&found, &count, agent, &filter, &error));
	assert_int_equal(count, 1);
	assert_string_equal(found->evidence, "A");
	assert_null(found->json);
	memory_free(found);
	filter.market = sample.anchor_hash; /* no market's name */
	ASSERT_OK(decision_list(&found, &count, agent, &filter, &error));
	assert_int_equal(count, 0);
	memory_free(found);
}

static void sample_transaction(struct transaction_row *out, int64_t id)
{
	*out = (struct transaction_row){
		.submission_id = id, .chain_id = 31337, .nonce = 9,
		.state = "sent", .gas_limit = 900000,
		.max_fee = ((u128)1 << 100) + 7, .priority_fee = 1,
		.reason = "" };
	memset(out->hash, 0xab, HASH_SIZE);
	memset(out->sender, 0x01, ADDRESS_SIZE);
	memset(out->recipient, 0x02, ADDRESS_SIZE);
}

static struct transaction_summary *list(size_t *count, bool open_only)
{
	struct transaction_summary *out;

	ASSERT_OK(transaction_list(&out, count, agent, open_only, &error));
	return out;
}

/* A receipt brings the row up to date; what was signed stays. */
static void check_mined(struct transaction_row *row)
{
	struct transaction_summary *found;
	size_t count;

	row->state = "reverted";
	row->reason = "StepTooLarge(1, 2)";
	row->block = 55;
	row->gas_used = 123456;
	memset(row->block_hash, 0xcd, HASH_SIZE);
	ASSERT_OK(transaction_store(agent, row, &error));
	memory_free(list(&count, true));
	assert_int_equal(count, 0);
	found = list(&count, false);
	assert_int_equal(count, 1);
	assert_string_equal(found->reason, "StepTooLarge(1, 2)");
	assert_string_equal(found->via, "steward");
	assert_int_equal(found->gas_used, 123456);
	memory_free(found);
	assert_true(holds("(SELECT max_fee FROM plimsoll.transactions) = "
			  "1267650600228229401496703205383"));
}

static void test_transactions(void **state)
{
	static struct signed_decision whole;
	uint8_t unknown[HASH_SIZE] = { 1 };
	struct decision_record record;
	struct transaction_summary *found;
	struct transaction_row row;
	int64_t id, none;
	size_t count;

	(void)state;
	sample_decision_record(&record, &whole);
	assert_int_equal(submission_open(&none, agent, unknown, "steward",
					 &error), E_REFUSED);
	assert_int_equal(submission_open(&none, agent, record.digest, "letter",
					 &error), E_REFUSED);
	ASSERT_OK(submission_open(&id, agent, record.digest, "steward",
				  &error));
	ASSERT_OK(submission_update(agent, id, "confirmed", "3 groups",
				    &error));
	assert_int_equal(submission_update(agent, id + 1, "x", "", &error),
			 E_MISSING);
	sample_transaction(&row, id);
	ASSERT_OK(transaction_store(agent, &row, &error));
	found = list(&count, true);
	assert_int_equal(count, 1);
	assert_int_equal(found->block, 0);
	assert_string_equal(found->state, "sent");
	memory_free(found);
	check_mined(&row);
}

static const struct reserve *reserves[2];

static void market_record_of(struct market_record *out)
{
	reserves[0] = &sample.reserves[0];
	reserves[1] = &sample.reserves[1];
	*out = (struct market_record){
		.chain_id = 31337, .block = 123,
		.block_time_s = sample.anchor_time_s, .reserves = reserves,
		.reserve_count = 2, .positions = sample.positions,
		.position_count = sample.position_count };
	memcpy(out->market, sample.market, HASH_SIZE);
	memset(out->block_hash, 0xbb, HASH_SIZE);
	memcpy(out->fingerprint, sample.fingerprint, HASH_SIZE);
}

static void test_market(void **state)
{
	struct market_record record;
	int64_t id, again;
	uint64_t block;

	(void)state;
	market_record_of(&record);
	ASSERT_OK(market_store(&id, agent, &record, &error));
	ASSERT_OK(market_store(&again, agent, &record, &error));
	assert_int_equal(id, again);
	ASSERT_OK(market_newest_block(&block, agent, 31337, sample.market,
				      &error));
	assert_int_equal(block, 123);
	assert_true(holds("(SELECT count(*) FROM plimsoll.positions) = 8"));
	assert_true(holds("(SELECT supplied FROM plimsoll.positions WHERE "
			  "reserve = 0 ORDER BY account LIMIT 1) = 1e19"));
	assert_true(holds("(SELECT count(*) FROM risk.v_reserve) = 2"));
}

/* A holding of a reserve that is not there: nothing of the snapshot stays. */
static void test_market_all_or_nothing(void **state)
{
	struct market_record record;
	int64_t id;

	(void)state;
	market_record_of(&record);
	memset(record.block_hash, 0xcc, HASH_SIZE);
	record.reserve_count = 1;
	assert_int_equal(market_store(&id, agent, &record, &error), E_REFUSED);
	assert_true(holds("(SELECT count(*) FROM plimsoll.markets) = 1"));
	assert_true(holds("(SELECT count(*) FROM plimsoll.reserves) = 2"));
}

static void test_liquidity(void **state)
{
	const struct liquidity_curve *curve = &sample.curves[0];
	struct liquidity_curve newest;

	(void)state;
	ASSERT_OK(liquidity_store(agent, "WETH", curve, &error));
	ASSERT_OK(liquidity_store(agent, "WETH", curve, &error));
	assert_int_equal(liquidity_newest(&newest, agent, "WETH",
					  curve->time_s - 1, &error),
			 E_MISSING);
	ASSERT_OK(liquidity_newest(&newest, agent, "WETH", curve->time_s,
				   &error));
	assert_int_equal(newest.count, curve->count);
	assert_string_equal(newest.source, "quotes");
	assert_memory_equal(newest.points, curve->points,
			    curve->count * sizeof(curve->points[0]));
}

static void test_parameter_change(void **state)
{
	struct parameter_change change = {
		.chain_id = 31337, .log_index = 4, .component = "ltv",
		.symbol = "WETH", .kind = "collateral", .new_value = 7900,
		.block = 9, .time_s = 1700000000 };

	(void)state;
	ASSERT_OK(parameter_change_store(agent, &change, &error));
	ASSERT_OK(parameter_change_store(agent, &change, &error));
	assert_true(holds("(SELECT count(*) FROM risk.v_parameter_change_log"
			  " WHERE param = 'ltv' AND old IS NULL AND new = "
			  "7900 AND update_id IS NULL) = 1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_case_and_inputs),
		cmocka_unit_test(test_case_all_or_nothing),
		cmocka_unit_test(test_decision),
		cmocka_unit_test(test_decision_refused),
		cmocka_unit_test(test_decision_list),
		cmocka_unit_test(test_transactions),
		cmocka_unit_test(test_market),
		cmocka_unit_test(test_market_all_or_nothing),
		cmocka_unit_test(test_liquidity),
		cmocka_unit_test(test_parameter_change),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
