/* test_market_members.c -- what a decision wants of a market beside its
 * parameters: e-modes, feed bounds, backing, isolation and the history of use,
 * read from the real Aave market of tests/chain/devnet and kept in a private
 * cluster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/cluster.h"
#include "agent/market_internal.h"
#include "agent/market_sync.h"
#include "agent/market_usage.h"

static struct json_rpc *real;
static struct market_query query = { .block = "latest" };
static char folder[] = "/tmp/plimsoll-members-XXXXXX";
static struct cluster cluster;
static struct database *owner, *agent; /* may all; may what commands may */

static int tool(const char *script)
{
	struct text line = { 0 };
	int rc;

	text_add_format(&line, "node tests/chain/devnet/%s --dir %s >%s/log "
			"2>&1", script, folder, folder);
	rc = system(line.data);
	text_free(&line);
	return rc;
}

static int open_chain(struct error *error)
{
	struct json_rpc_options options = { .chain_id = 31337 };
	struct text path = { 0 };
	struct json *root = NULL;
	uint8_t *data = NULL;
	size_t size = 0;
	int wrong;

	text_add_format(&path, "%s/devnet.json", folder);
	wrong = file_read(&data, &size, path.data, 1 << 24, error) ||
		json_parse(&root, bytes_of(data, size), error);
	if (!wrong) {
		options.url = json_string(json_member(root, "rpc"));
		wrong = json_hex_fixed(query.provider, ADDRESS_SIZE,
				       json_member(json_member(root,
							       "addresses"),
						   "provider")) ||
			json_rpc_open(&real, &options, error);
	}
	json_free(root);
	memory_free(data);
	text_free(&path);
	return wrong;
}

static int open_store(struct error *error)
{
	struct migration_report report;
	bool started;

	unsetenv("PLIMSOLL_DB");
	return cluster_locate(&cluster, folder, error) ||
	       cluster_start(&cluster, &started, error) ||
	       database_open_owner(&owner, folder, error) ||
	       database_migrate(&report, owner, error) ||
	       database_open_home(&agent, folder, error);
}

static int start(void **state)
{
	struct error error = { 0 };

	(void)state;
	if (!mkdtemp(folder) || chmod(folder, 0755) || open_store(&error)) {
		fprintf(stderr, "%s\n", error.message);
		return -1;
	}
	if (tool("up.mjs")) {
		printf("SKIP real market: the devnet did not start (`make npm` "
		       "and `node setup/solc/compile.mjs` first)\n");
		return 0;
	}
	if (open_chain(&error)) {
		fprintf(stderr, "%s\n", error.message);
		return -1;
	}
	return 0;
}

static int stop(void **state)
{
	struct error error = { 0 };
	char command[128];
	bool stopped;

	(void)state;
	json_rpc_close(real);
	if (tool("down.mjs"))
		print_message("the devnet was not running\n");
	database_close(agent);
	database_close(owner);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return cluster_stop(&cluster, &stopped, &error) || system(command);
}

/* An answer of one word at the newest block, asked without the reader. */
static u128 ask(const uint8_t to[ADDRESS_SIZE], const char *signature,
		const uint8_t *asset)
{
	struct chain_call call = market_call(to, signature, asset, NULL);
	struct error error = { 0 };
	struct chain_pin pin;
	u128 value = 0;

	assert_int_equal(chain_pin(&pin, real, "latest", &error), OK);
	assert_int_equal(chain_call_all(&(struct chain_view){ real, &pin },
					&call, 1, NULL, &error), OK);
	assert_int_equal(aave_decode_amount(&value, chain_answer(&call)), OK);
	chain_answers_free(&call, 1);
	return value;
}

static void rpc(const char *method, const char *params)
{
	struct json_rpc_answer answer = { 0 };
	struct error error = { 0 };

	if (json_rpc_call_nullable(&answer, real, method, params, &error))
		fail_msg("%s: %s", method, error.message);
	json_rpc_answer_free(&answer);
}

static u128 bit_of(const struct market_snapshot *snapshot, const char *symbol)
{
	return (u128)1 << market_find(snapshot, symbol)->id;
}

/* What somebody holds on one side, as bits of the protocol's ids. */
static u128 held(const struct market_snapshot *snapshot,
		 const struct position *position, bool debt)
{
	u128 ids = 0;

	for (uint8_t h = 0; h < position->count; h++)
		if (debt ? position->holdings[h].borrowed
			 : position->holdings[h].supplied)
			ids |= (u128)1 << snapshot->reserves[
				position->holdings[h].reserve].id;
	return ids;
}

/* The pool takes a call from an account whose key nobody here has. */
static void enter_emode(const struct market_snapshot *snapshot,
			const struct position *position, uint64_t id)
{
	struct aave_argument argument = { NULL, id };
	uint8_t data[AAVE_CALL_MAX];
	size_t size = aave_call(data, "setUserEMode(uint8)", &argument, 1);
	char account[ADDRESS_TEXT_MAX], pool[ADDRESS_TEXT_MAX], hex[80];
	struct text params = { 0 };

	address_format(account, position->account);
	address_format(pool, snapshot->contracts.pool);
	hex_encode_prefixed(hex, data, size);
	text_add_format(&params, "[\"%s\"]", account);
	rpc("anvil_impersonateAccount", params.data);
	text_free(&params);
	text_add_format(&params, "[{\"from\":\"%s\",\"to\":\"%s\","
			"\"gas\":\"0xf4240\",\"data\":\"%s\"}]", account,
			pool, hex);
	rpc("eth_sendTransaction", params.data);
	rpc("evm_mine", "[]");
	text_free(&params);
}

/* Health recomputed with the category's threshold is the Pool's own. */
static void test_real_emodes(void **state)
{
	struct market_snapshot snapshot;
	struct error error = { 0 };
	const struct market_emode *mode;
	u128 members;
	uint32_t chosen = 0;

	(void)state;
	if (!real)
		skip();
	assert_int_equal(market_read(&snapshot, real, &query, &error), OK);
	assert_int_equal(snapshot.emode_count, 2);
	mode = market_find_emode(&snapshot, 11);
	members = bit_of(&snapshot, "WETH") | bit_of(&snapshot, "WBTC");
	assert_non_null(mode);
	assert_true(mode->ltv_bps == 8600 && mode->lt_bps == 8900 &&
		    mode->lb_bps == 10300 && !mode->accounts);
	assert_true(mode->collaterals == members &&
		    mode->borrowables == members);
	assert_true(market_find_emode(&snapshot, 12)->collaterals ==
		    bit_of(&snapshot, "USDC"));
	assert_null(market_find_emode(&snapshot, 13));
	while (chosen < snapshot.position_count) {
		const struct position *p = &snapshot.positions[chosen];

		if (held(&snapshot, p, true) &&
		    !(held(&snapshot, p, true) & ~members) &&
		    (held(&snapshot, p, false) & members))
			break;
		chosen++;
	}
	assert_true(chosen < snapshot.position_count);
	enter_emode(&snapshot, &snapshot.positions[chosen], 11);
	market_snapshot_free(&snapshot);
	assert_int_equal(market_read(&snapshot, real, &query, &error), OK);
	assert_int_equal(snapshot.positions[chosen].emode, 11);
	assert_int_equal(market_find_emode(&snapshot, 11)->accounts, 1);
	assert_int_equal(snapshot.exact_accounts, snapshot.position_count);
	market_snapshot_free(&snapshot);
}

/* FluxAggregators that take 1 to 10^16; a feed stands for one of reserves. */
static void test_real_bounds_and_backing(void **state)
{
	struct market_backing backing = { .symbol = "WETH" };
	struct market_snapshot snapshot;
	struct market_query backed = query;
	struct error error = { 0 };
	const struct market_reserve *weth;
	u128 supply;

	(void)state;
	if (!real)
		skip();
	backed.parameters_only = true;
	assert_int_equal(market_read(&snapshot, real, &backed, &error), OK);
	weth = market_find(&snapshot, "WETH");
	assert_int_equal(weth->core.oracle_low_e8, 1);
	assert_true(weth->core.oracle_high_e8 == 10000000000000000);
	assert_memory_not_equal(weth->aggregator, weth->core.feed,
				ADDRESS_SIZE);
	assert_int_equal(weth->core.backing_ppm, 0);
	supply = ask(weth->core.asset, "totalSupply()", NULL);
	memcpy(backing.feed, weth->core.feed, ADDRESS_SIZE);
	backed.backing_count = 1;
	backed.backings = &backing;
	market_snapshot_free(&snapshot);
	assert_int_equal(market_read(&snapshot, real, &backed, &error), OK);
	weth = market_find(&snapshot, "WETH"); /* 18 decimals, its feed 8 */
	assert_true(weth->core.backing_ppm ==
		    (u128)weth->core.price_e8 * 10000000000 * 1000000 / supply);
	assert_true(weth->core.backing_ppm > 1);
	market_snapshot_free(&snapshot);
	strcpy(backing.symbol, "NOPE");
	assert_int_equal(market_read(&snapshot, real, &backed, &error),
			 E_MISSING);
	strcpy(backing.symbol, "WBTC");
	memset(backing.feed, 0x77, ADDRESS_SIZE); /* nothing there */
	assert_int_equal(market_read(&snapshot, real, &backed, &error),
			 E_MISSING);
}

/* The pool's packed word, written where the pool keeps it: its mapping of
 * reserves is storage slot 52. */
static void set_word_bits(const struct market_snapshot *snapshot,
			  const struct market_reserve *reserve)
{
	uint8_t key[64] = { 0 }, slot[HASH_SIZE], word[32];
	struct error error = { 0 };
	struct chain_pin pin;
	char pool[ADDRESS_TEXT_MAX], at[HASH_TEXT_MAX], value[HASH_TEXT_MAX];
	struct text params = { 0 };

	memcpy(key + 12, reserve->core.asset, ADDRESS_SIZE);
	key[63] = 52;
	keccak256(slot, key, sizeof(key));
	assert_int_equal(chain_pin(&pin, real, "latest", &error), OK);
	assert_int_equal(chain_storage(word, &(struct chain_view){ real, &pin },
				       snapshot->contracts.pool, slot, &error),
			 OK);
	word[31 - 7] |= 0x40;  /* siloed */
	word[31 - 26] |= 0x50; /* bits 212 and 214: 5 cents */
	address_format(pool, snapshot->contracts.pool);
	hex_encode_prefixed(at, slot, HASH_SIZE);
	hex_encode_prefixed(value, word, sizeof(word));
	text_add_format(&params, "[\"%s\",\"%s\",\"%s\"]", pool, at, value);
	rpc("anvil_setStorageAt", params.data);
	rpc("evm_mine", "[]");
	text_free(&params);
}

static void test_real_isolation(void **state)
{
	struct market_snapshot snapshot;
	struct market_query parameters = query;
	struct error error = { 0 };
	const struct market_reserve *link;
	const uint8_t *provider;

	(void)state;
	if (!real)
		skip();
	parameters.parameters_only = true;
	assert_int_equal(market_read(&snapshot, real, &parameters, &error), OK);
	link = market_find(&snapshot, "LINK");
	assert_int_equal(link->core.debt_ceiling_cents, 0);
	assert_false(link->core.flags & (RESERVE_ISOLATED | RESERVE_SILOED));
	set_word_bits(&snapshot, link);
	market_snapshot_free(&snapshot);
	assert_int_equal(market_read(&snapshot, real, &parameters, &error), OK);
	link = market_find(&snapshot, "LINK");
	provider = snapshot.contracts.data_provider;
	assert_int_equal(link->core.debt_ceiling_cents, 5);
	assert_true(link->core.flags & RESERVE_ISOLATED);
	assert_true(link->core.flags & RESERVE_SILOED);
	assert_true(ask(provider, "getDebtCeiling(address)",
			link->core.asset) == 5);
	assert_true(ask(provider, "getSiloedBorrowing(address)",
			link->core.asset) == 1);
	market_snapshot_free(&snapshot);
}

/* --- use ------------------------------------------------------------------ */

static void test_samples(void **state)
{
	struct usage_totals totals = { 3000000, 1000000, 0 };
	struct usage_sample sample = { 9, 9, 9 };

	(void)state;
	totals.borrow_rate_ray = AAVE_RAY / 10000 * 271 + AAVE_RAY / 20000;
	assert_true(market_usage_sample(&sample, &totals, 77));
	assert_int_equal(sample.time_s, 77);
	assert_int_equal(sample.utilisation_ppm, 333333);
	assert_int_equal(sample.borrow_rate_bps, 272); /* half up */
	totals.borrowed = 3000003; /* more than all */
	assert_true(market_usage_sample(&sample, &totals, 77));
	assert_int_equal(sample.utilisation_ppm, 1000001);
	totals.borrowed = ~(u128)0;
	totals.borrow_rate_ray = ~(u128)0;
	assert_true(market_usage_sample(&sample, &totals, 77));
	assert_int_equal(sample.utilisation_ppm, USAGE_PPM_MAX);
	assert_int_equal(sample.borrow_rate_bps, INT32_MAX);
	totals.supplied = 0;
	sample.time_s = 5;
	assert_false(market_usage_sample(&sample, &totals, 77));
	assert_int_equal(sample.time_s, 5); /* untouched */
}

static bool holds(const char *sql)
{
	struct error error = { 0 };
	char script[512]; /* raises unless the condition holds */

	snprintf(script, sizeof(script), "DO $$ BEGIN IF NOT (%s) THEN RAISE "
		 "EXCEPTION 'no'; END IF; END $$", sql);
	return database_script(owner, script, &error) == OK;
}

static void test_store(void **state)
{
	struct usage_record records[5] = { { { 0 }, { 0 }, 0, { 0, 0, 0 } } };
	struct usage_query wanted = { .from_s = 100, .end_s = 400,
				      .limit = 2 };
	struct usage_sample *samples;
	struct error error = { 0 };
	struct row_list blocks;
	size_t added, count;

	(void)state;
	wanted.of.chain_id = 5;
	for (uint32_t i = 0; i < 5; i++) {
		records[i].of.chain_id = 5;
		records[i].block = 10 * i;
		records[i].sample = (struct usage_sample){ 100 * i, i, 7 * i };
	}
	assert_int_equal(usages_store(&added, agent, records, 5, &error), OK);
	assert_int_equal(added, 5);
	records[2].sample.utilisation_ppm = 99; /* the first one stays */
	assert_int_equal(usages_store(&added, agent, records, 5, &error), OK);
	assert_int_equal(added, 0);
	assert_int_equal(usages_load(&samples, &count, agent, &wanted, &error),
			 OK);
	assert_int_equal(count, 2); /* the newest before 400, ascending */
	assert_int_equal(samples[0].time_s, 200);
	assert_int_equal(samples[0].utilisation_ppm, 2);
	assert_int_equal(samples[1].time_s, 300);
	assert_int_equal(samples[1].borrow_rate_bps, 21);
	memory_free(samples);
	wanted.asset[3] = 1; /* another asset */
	assert_int_equal(usages_load(&samples, &count, agent, &wanted, &error),
			 OK);
	assert_int_equal(count, 0);
	memory_free(samples);
	assert_int_equal(usages_blocks(&blocks, agent, &wanted.of,
				       (uint64_t[2]){ 10, 30 }, &error), OK);
	assert_int_equal(blocks.count, 3);
	assert_true(((uint64_t *)blocks.items)[2] == 30);
	memory_free(blocks.items);
	assert_int_not_equal(database_script(owner, "UPDATE plimsoll.usages "
					     "SET borrow_rate_bps = 1", &error),
			     OK);
	assert_int_not_equal(database_script(agent, "DELETE FROM "
					     "plimsoll.usages", &error), OK);
}

static size_t sync_with(uint64_t spacing)
{
	struct market_sync_order order = { .rpc = real, .database = agent,
					   .query = query,
					   .usage_spacing_blocks = spacing };
	struct market_synced synced;
	struct error error = { 0 };

	memset(order.market, 0x4d, HASH_SIZE);
	if (market_sync(&synced, &order, &error))
		fail_msg("%s", error.message);
	return synced.usages;
}

/* Blocks before the market was deployed end the reading back; the same blocks
 * are not read again; what is read of the past is what was true then. */
static void test_real_sync(void **state)
{
	struct market_snapshot snapshot;
	struct usage_sample now, *samples;
	struct usage_query wanted = { .of.chain_id = 31337, .limit = 1000,
				      .end_s = INT32_MAX };
	struct error error = { 0 };
	const struct market_reserve *usdc;
	uint64_t grid;
	size_t added, count, at = 0;
	char number[24];
	struct market_query past = query;

	(void)state;
	if (!real)
		skip();
	assert_int_equal(sync_with(0), 5); /* the block itself */
	assert_int_equal(sync_with(0), 0);
	added = sync_with(20);
	assert_true(added >= 15 && added % 5 == 0);
	assert_int_equal(sync_with(20), 0);
	assert_int_equal(market_read(&snapshot, real, &query, &error), OK);
	grid = (snapshot.block.number - 1) / 20 * 20 - 20;
	market_snapshot_free(&snapshot);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)grid);
	past.block = number;
	past.parameters_only = true;
	assert_int_equal(market_read(&snapshot, real, &past, &error), OK);
	usdc = market_find(&snapshot, "USDC");
	assert_true(market_usage_now(&now, usdc, snapshot.block.time_s));
	assert_true(now.utilisation_ppm > 700000 &&
		    now.borrow_rate_bps > 100);
	memset(wanted.of.market, 0x4d, HASH_SIZE);
	memcpy(wanted.asset, usdc->core.asset, ADDRESS_SIZE);
	assert_int_equal(usages_load(&samples, &count, agent, &wanted, &error),
			 OK);
	assert_int_equal(count, added / 5 + 1);
	while (at < count && samples[at].time_s != now.time_s)
		at++;
	assert_true(at < count);
	assert_memory_equal(&samples[at], &now, sizeof(now));
	assert_true(holds("(SELECT count(DISTINCT asset) FROM plimsoll.usages "
			  "WHERE chain_id = 31337) = 5"));
	memory_free(samples);
	market_snapshot_free(&snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_store),
		cmocka_unit_test(test_real_sync),
		cmocka_unit_test(test_real_emodes),
		cmocka_unit_test(test_real_bounds_and_backing),
		cmocka_unit_test(test_real_isolation),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
