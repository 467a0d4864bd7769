/* test_market_reader.c -- the reader's cross-checks on made-up books, and the
 * whole reader on the real Aave market of tests/chain/devnet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/market_history.h"
#include "agent/market_internal.h"
#include "agent/market_show.h"

/* One account: 10 tokens of 18 decimals at 2000 USD, lt 83 %, against 9000
 * tokens of 6 decimals at 1 USD: health 16600 / 9000 = 1.8444… */
struct book {
	struct market_snapshot snapshot;
	struct market_reserve reserves[2];
	struct position position;
	struct holding holdings[2];
	struct market_account account;
	struct market_emode emode;
	struct market_read read;
};

static void make_book(struct book *book)
{
	*book = (struct book){ 0 };
	book->reserves[0].core = (struct reserve){
		.symbol = "WETH", .decimals = 18, .lt_bps = 8300,
		.price_e8 = 200000000000 };
	book->reserves[1].core = (struct reserve){
		.symbol = "USDC", .decimals = 6, .lt_bps = 7800,
		.price_e8 = 100000000, .borrowed = 9000000000 };
	book->reserves[1].id = 1;
	book->reserves[0].atoken_total = (u128)10000000000 * 1000000000;
	book->holdings[0] = (struct holding){
		.reserve = 0, .collateral = true,
		.supplied = (u128)10000000000 * 1000000000 };
	book->holdings[1] = (struct holding){ .reserve = 1,
					      .borrowed = 9000000000 };
	book->position = (struct position){ .count = 2,
					    .holdings = book->holdings };
	book->account.reported = (struct aave_account){
		.collateral_e8 = 2000000000000, .debt_e8 = 900000000000,
		.has_debt = true, .health_e18 = 1844444444444444444 };
	book->snapshot = (struct market_snapshot){
		.reserve_count = 2, .reserves = book->reserves,
		.position_count = 1, .positions = &book->position,
		.accounts = &book->account, .emodes = &book->emode };
	book->read.snapshot = &book->snapshot;
}

static void test_exact_account(void **state)
{
	struct error error = { 0 };
	struct book book;

	(void)state;
	make_book(&book);
	assert_int_equal(market_check_totals(&book.read, &error), OK);
	assert_int_equal(market_check_accounts(&book.read, &error), OK);
	assert_true(book.account.checked && book.account.exact);
	assert_int_equal(book.snapshot.exact_accounts, 1);
}

static void test_rounding_is_admitted_and_told(void **state)
{
	struct error error = { 0 };
	struct book book;

	(void)state;
	make_book(&book);
	book.account.reported.debt_e8 -= 1; /* older versions round down */
	assert_int_equal(market_check_accounts(&book.read, &error), OK);
	assert_true(book.account.checked);
	assert_false(book.account.exact);
}

static void test_wrong_numbers_are_refused(void **state)
{
	struct error error = { 0 };
	struct book book;

	(void)state;
	make_book(&book);
	book.account.reported.health_e18 -= 1000000000000;
	assert_int_equal(market_check_accounts(&book.read, &error), E_PEER);
	assert_non_null(strstr(error.message, "health factor"));
	make_book(&book);
	book.account.reported.collateral_e8 += 3;
	assert_int_equal(market_check_accounts(&book.read, &error), E_PEER);
	make_book(&book);
	book.account.reported.debt_e8 += 3;
	assert_int_equal(market_check_accounts(&book.read, &error), E_PEER);
	make_book(&book);
	book.reserves[0].core.lt_bps = 8299;
	assert_int_equal(market_check_accounts(&book.read, &error), E_PEER);
	make_book(&book);
	book.holdings[0].supplied = ~(u128)0 / 2; /* worth beyond 2^100 */
	assert_int_equal(market_check_accounts(&book.read, &error), E_RANGE);
}

static void test_missing_holder(void **state)
{
	struct error error = { 0 };
	struct book book;

	(void)state;
	make_book(&book);
	book.reserves[0].atoken_total += 3;
	assert_int_equal(market_check_totals(&book.read, &error), E_PEER);
	assert_non_null(strstr(error.hint, "--from-block"));
	make_book(&book);
	book.holdings[1].borrowed -= 3;
	assert_int_equal(market_check_totals(&book.read, &error), E_PEER);
}

static void test_emode_threshold(void **state)
{
	struct error error = { 0 };
	struct book book;

	(void)state;
	make_book(&book);
	book.position.emode = 3;
	assert_int_equal(market_check_accounts(&book.read, &error), OK);
	assert_false(book.account.checked); /* category not readable */
	book.emode = (struct market_emode){ .id = 3, .lt_bps = 9300,
					    .collaterals = 2 }; /* not it */
	book.snapshot.emode_count = 1;
	assert_int_equal(market_check_accounts(&book.read, &error), OK);
	assert_true(book.account.exact);
	book.emode.collaterals = 1;
	book.account.reported.health_e18 = 2066666666666666666;
	assert_int_equal(market_check_accounts(&book.read, &error), OK);
	assert_true(book.account.exact);
}

static void test_backing(void **state)
{
	struct market_backing_answer answer = { 1000, 0, 0, 1000 };
	uint32_t ppm = 7;

	(void)state;
	assert_int_equal(market_backing_ppm(&ppm, &answer), OK);
	assert_int_equal(ppm, 1000000);
	answer = (struct market_backing_answer){ 123456789, 2, 8,
						 123456780000000 };
	assert_int_equal(market_backing_ppm(&ppm, &answer), OK);
	assert_int_equal(ppm, 1000000); /* 1,234,567.89 of 1,234,567.80 */
	answer.supply++;
	answer.reserves = 123456780;
	assert_int_equal(market_backing_ppm(&ppm, &answer), OK);
	assert_int_equal(ppm, 999999); /* rounded down */
	answer.reserves = 0;
	assert_int_equal(market_backing_ppm(&ppm, &answer), OK);
	assert_int_equal(ppm, 1); /* nothing there is known, 0 is not */
	answer.reserves = (i128)1 << 126;
	assert_int_equal(market_backing_ppm(&ppm, &answer), OK);
	assert_int_equal(ppm, BACKING_PPM_MAX);
	answer.supply = 0;
	assert_int_equal(market_backing_ppm(&ppm, &answer), OK);
	assert_int_equal(ppm, 0);
	answer.reserves = -1;
	assert_int_equal(market_backing_ppm(&ppm, &answer), E_RANGE);
}

/* --- a real market ------------------------------------------------------ */

static struct json_rpc *real;
static struct market_query query = { .block = "latest" };
static uint8_t adapter[ADDRESS_SIZE];
static char folder[] = "/tmp/plimsoll-market-XXXXXX";

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

/* RPC address, market and adapter from DIR/devnet.json. */
static int read_devnet(struct json_rpc_options *options, struct json **root)
{
	struct text path = { 0 };
	struct error error = { 0 };
	const struct json *addresses;
	uint8_t *data = NULL;
	size_t size = 0;
	enum status status;

	text_add_format(&path, "%s/devnet.json", folder);
	status = file_read(&data, &size, path.data, 1 << 24, &error);
	text_free(&path);
	if (!status)
		status = json_parse(root, bytes_of(data, size), &error);
	memory_free(data);
	if (status)
		return -1;
	options->url = json_string(json_member(*root, "rpc"));
	addresses = json_member(*root, "addresses");
	return json_hex_fixed(query.provider, ADDRESS_SIZE,
			      json_member(addresses, "provider")) ||
	       json_hex_fixed(adapter, ADDRESS_SIZE,
			      json_member(addresses, "adapter"));
}

static int connect_real(void **state)
{
	struct json_rpc_options options = { .chain_id = 31337 };
	struct error error = { 0 };
	struct json *root = NULL;
	int wrong;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	if (tool("up.mjs")) {
		printf("SKIP real market: the devnet did not start (`make npm` "
		       "and `node setup/solc/compile.mjs` first)\n");
		return 0;
	}
	wrong = tool("steward.mjs") || read_devnet(&options, &root) ||
		json_rpc_open(&real, &options, &error);
	json_free(root);
	return wrong;
}

static int disconnect_real(void **state)
{
	struct text line = { 0 };

	(void)state;
	json_rpc_close(real);
	if (tool("down.mjs"))
		print_message("the devnet was not running\n");
	text_add_format(&line, "rm -rf %s", folder);
	if (system(line.data))
		print_message("%s stays\n", folder);
	text_free(&line);
	return 0;
}

static void test_real_market(void **state)
{
	struct market_snapshot snapshot;
	struct error error = { 0 };
	struct text text = { 0 };

	(void)state;
	if (!real)
		skip();
	if (market_read(&snapshot, real, &query, &error))
		fail_msg("%s", error.message);
	assert_true(snapshot.reserve_count >= 3);
	assert_true(snapshot.position_count >= 200);
	/* v3.6: the reader's arithmetic is the Pool's, digit for digit. */
	assert_int_equal(snapshot.exact_accounts, snapshot.position_count);
	for (size_t i = 1; i < snapshot.reserve_count; i++)
		assert_true(memcmp(snapshot.reserves[i - 1].core.asset,
				   snapshot.reserves[i].core.asset,
				   ADDRESS_SIZE) < 0);
	for (uint32_t i = 1; i < snapshot.position_count; i++)
		assert_true(memcmp(snapshot.positions[i - 1].account,
				   snapshot.positions[i].account,
				   ADDRESS_SIZE) < 0);
	assert_non_null(market_find(&snapshot, "WETH"));
	assert_null(market_find(&snapshot, "NOPE"));
	assert_true(market_find(&snapshot, "WETH")->feed_readable);
	market_show_table(&text, &snapshot);
	assert_non_null(strstr(text.data, "WETH"));
	text_free(&text);
	market_snapshot_free(&snapshot);
}

/* The same block gives the same snapshot, whatever happened since. */
static void test_real_market_is_pinned(void **state)
{
	struct market_snapshot first, again;
	struct market_query pinned = query;
	struct error error = { 0 };
	struct json_rpc_answer answer = { 0 };
	struct text a = { 0 }, b = { 0 };
	char number[24];

	(void)state;
	if (!real)
		skip();
	assert_int_equal(market_read(&first, real, &query, &error), OK);
	assert_int_equal(json_rpc_call_nullable(&answer, real, "evm_mine",
						"[]", &error), OK);
	json_rpc_answer_free(&answer);
	snprintf(number, sizeof(number), "%llu",
		 (unsigned long long)first.block.number);
	pinned.block = number;
	assert_int_equal(market_read(&again, real, &pinned, &error), OK);
	market_show_json(&a, &first);
	market_show_json(&b, &again);
	assert_string_equal(a.data, b.data);
	text_free(&a);
	text_free(&b);
	market_snapshot_free(&first);
	market_snapshot_free(&again);
}

static void test_real_history(void **state)
{
	struct market_snapshot snapshot;
	struct market_history history = { 0 };
	struct market_query parameters = query;
	struct error error = { 0 };
	bool cap_seen = false;

	(void)state;
	if (!real)
		skip();
	parameters.parameters_only = true;
	assert_int_equal(market_read(&snapshot, real, &parameters, &error), OK);
	assert_null(snapshot.accounts);
	assert_int_equal(market_history_read(
		&history, real, snapshot.contracts.configurator,
		(uint64_t[2]){ 0, snapshot.block.number }, &error), OK);
	assert_true(history.count >= 3 * snapshot.reserve_count);
	/* The newest cap event of each reserve is the cap in force. */
	for (size_t r = 0; r < snapshot.reserve_count; r++) {
		const struct reserve *core = &snapshot.reserves[r].core;

		for (size_t i = history.count; i--;) {
			const struct market_change *change =
				&history.changes[i];

			if (strcmp(change->parameter, "supply_cap") ||
			    memcmp(change->asset, core->asset, ADDRESS_SIZE))
				continue;
			assert_true(change->new_values[0] == core->supply_cap);
			assert_true(change->time_s > 0);
			cap_seen = true;
			break;
		}
	}
	assert_true(cap_seen);
	market_history_free(&history);
	market_snapshot_free(&snapshot);
}

/* The steward's adapter makes the same hash on chain. */
static void test_real_fingerprint(void **state)
{
	struct chain_call call = { .name = "fingerprint()", .data_size = 4 };
	struct market_snapshot snapshot;
	struct market_query parameters = query;
	struct error error = { 0 };
	struct chain_pin pin;
	uint8_t selector[HASH_SIZE];

	(void)state;
	if (!real)
		skip();
	parameters.parameters_only = true;
	assert_int_equal(market_read(&snapshot, real, &parameters, &error), OK);
	assert_int_equal(chain_pin(&pin, real, "latest", &error), OK);
	memcpy(call.to, adapter, ADDRESS_SIZE);
	chain_event_topic(selector, "fingerprint()");
	memcpy(call.data, selector, 4);
	assert_int_equal(chain_call_all(&(struct chain_view){ real, &pin },
					&call, 1, NULL, &error), OK);
	assert_int_equal(call.answer_size, HASH_SIZE);
	assert_memory_equal(call.answer, snapshot.fingerprint, HASH_SIZE);
	chain_answers_free(&call, 1);
	market_snapshot_free(&snapshot);
}

static void test_real_wrong_addresses(void **state)
{
	struct market_snapshot snapshot;
	struct market_query wrong = query;
	struct error error = { 0 };

	(void)state;
	if (!real)
		skip();
	memset(wrong.provider, 0x77, ADDRESS_SIZE); /* nothing there */
	assert_int_equal(market_read(&snapshot, real, &wrong, &error),
			 E_MISSING);
	assert_non_null(strstr(error.message, "no such contract"));
	wrong = query;
	wrong.block = "99999999";
	assert_int_equal(market_read(&snapshot, real, &wrong, &error),
			 E_MISSING);
	wrong.block = "yesterday";
	assert_int_equal(market_read(&snapshot, real, &wrong, &error), E_USAGE);
	wrong = query;
	wrong.from_block = 100000000;
	assert_int_equal(market_read(&snapshot, real, &wrong, &error), E_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_account),
		cmocka_unit_test(test_rounding_is_admitted_and_told),
		cmocka_unit_test(test_wrong_numbers_are_refused),
		cmocka_unit_test(test_missing_holder),
		cmocka_unit_test(test_emode_threshold),
		cmocka_unit_test(test_backing),
		cmocka_unit_test(test_real_market),
		cmocka_unit_test(test_real_market_is_pinned),
		cmocka_unit_test(test_real_history),
		cmocka_unit_test(test_real_fingerprint),
		cmocka_unit_test(test_real_wrong_addresses),
	};

	return cmocka_run_group_tests(tests, connect_real, disconnect_real);
}
