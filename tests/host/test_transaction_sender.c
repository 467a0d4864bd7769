/* test_transaction_sender.c -- submission on a real local node: reverts,
 * nonces taken, fees raised, reorganisations; and the key file.
 *
 * Runs alone: the sender's deadlines are short here. */
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

#include "agent/transaction_sender.h"
#include "tests/support/anvil.h"

/* Stops when storage slot 0 is zero, else reverts InvalidSupplyCap(). */
#define SWITCH_CODE "0x600054600757005b63c0d76d9260e01b60005260046000fd"
#define SWITCH "0x00000000000000000000000000000000000a11ce"

static struct anvil anvil;
static struct json_rpc *rpc;
static struct submission_key key;
static char folder[] = "/tmp/plimsoll-test-XXXXXX";

/* A cheat or ordinary call whose result does not matter. */
static void node(const char *method, const char *params)
{
	struct json_rpc_answer answer = { 0 };
	struct error error = { 0 };

	if (json_rpc_call_nullable(&answer, rpc, method, params, &error))
		fail_msg("%s: %s", method, error.message);
	json_rpc_answer_free(&answer);
}

static char *node_text(const char *method, const char *params)
{
	struct json_rpc_answer answer = { 0 };
	struct error error = { 0 };
	char *text;

	if (json_rpc_call(&answer, rpc, method, params, &error))
		fail_msg("%s: %s", method, error.message);
	text = memory_copy_string(json_string(answer.result));
	json_rpc_answer_free(&answer);
	return text;
}

static void set_switch(bool on)
{
	char params[256];

	snprintf(params, sizeof(params), "[\"" SWITCH "\",\"0x0\",\"0x%064d\"]",
		 on);
	node("anvil_setStorageAt", params);
}

/* Another process with the same key: takes nonce `nonce` at a high fee. */
static void take_nonce(uint64_t nonce)
{
	char params[256];

	snprintf(params, sizeof(params), "[{\"from\":\"" ANVIL_ADDRESS
		 "\",\"to\":\"" ANVIL_ADDRESS "\",\"nonce\":\"0x%llx\","
		 "\"gas\":\"0x5208\",\"maxFeePerGas\":\"0x3b9aca0000\","
		 "\"maxPriorityFeePerGas\":\"0x3b9aca0000\"}]",
		 (unsigned long long)nonce);
	node("eth_sendTransaction", params);
}

static char *write_file(const char *name, const char *content, mode_t mode)
{
	struct text path = { 0 };
	struct error error = { 0 };

	text_add_format(&path, "%s/%s", folder, name);
	unlink(path.data);
	assert_int_equal(file_write(path.data, bytes_of_string(content),
				    &error), OK);
	assert_int_equal(chmod(path.data, mode), 0);
	return path.data;
}

static enum status try_key(const char *content, mode_t mode,
			   struct error *error)
{
	struct submission_key read = { 0 };
	char *path = write_file("key", content, mode);
	enum status status = key_file_open(&read, path, error);

	key_file_close(&read);
	memory_free(path);
	return status;
}

static void test_key_file(void **state)
{
	struct submission_key read = { 0 };
	struct error error = { 0 };
	char address[ADDRESS_TEXT_MAX], link[64];
	char *path;

	(void)state;
	assert_int_equal(try_key("0x" ANVIL_KEY "\n", 0600, &error), OK);
	assert_int_equal(try_key(ANVIL_KEY, 0400, &error), OK);
	assert_int_equal(try_key(ANVIL_KEY, 0640, &error), E_REFUSED);
	assert_non_null(strstr(error.message, "mode 640"));
	assert_non_null(strstr(error.hint, "chmod 600"));
	assert_int_equal(try_key(ANVIL_KEY, 0604, &error), E_REFUSED);
	assert_int_equal(try_key("", 0600, &error), E_MALFORMED);
	assert_int_equal(try_key(ANVIL_KEY "00", 0600, &error), E_MALFORMED);
	assert_null(strstr(error.message, "ac0974"));
	assert_int_equal(try_key("00000000000000000000000000000000000000000000"
				 "00000000000000000000", 0600, &error),
			 E_MALFORMED);
	assert_int_equal(key_file_open(&read, "/nonexistent/key", &error),
			 E_MISSING);
	assert_int_equal(key_file_open(&read, folder, &error), E_REFUSED);
	path = write_file("key", ANVIL_KEY, 0600);
	snprintf(link, sizeof(link), "%s/link", folder);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(key_file_open(&read, link, &error), E_REFUSED);
	unlink(link);
	assert_int_equal(key_file_open(&read, path, &error), OK);
	address_format(address, read.address);
	assert_string_equal(address, ANVIL_ADDRESS);
	key_file_close(&read);
	memory_free(path);
}

/* --- sending ------------------------------------------------------------ */

struct actor {
	int prepared, sent, asked;
	size_t bumps;
	bool revert_on_sent;   /* turn the switch on once sent, then mine */
	bool mine_on_sent;     /* once; what comes later is mined by itself */
	int steal_on_sent;     /* how many times to take the nonce */
	int steal_on_prepared;
	bool mine_on_bump;
	char *snapshot;        /* revert to it while waiting */
};
static struct actor actor;

static enum status on_store(void *user,
			    const struct transaction_record *record,
			    struct error *error)
{
	(void)user;
	(void)error;
	if (record->state == TRANSACTION_PREPARED) {
		actor.prepared++;
		if (actor.steal_on_prepared-- > 0) {
			take_nonce(record->nonce);
			node("evm_mine", "[]");
		}
	}
	if (record->state != TRANSACTION_SENT)
		return OK;
	actor.sent++;
	actor.bumps = record->hash_count - 1;
	if (actor.revert_on_sent && !actor.bumps) {
		set_switch(true);
		node("evm_mine", "[]");
	}
	if (actor.mine_on_sent && !actor.bumps) {
		node("evm_mine", "[]");
		node("evm_setAutomine", "[true]");
	}
	if (actor.steal_on_sent-- > 0) {
		take_nonce(record->nonce);
		node("evm_mine", "[]");
		node("evm_setAutomine", "[true]");
	}
	return OK;
}

static bool on_ask(void)
{
	actor.asked++;
	if (actor.mine_on_bump && actor.bumps)
		node("evm_mine", "[]");
	if (actor.snapshot) {
		char params[96];

		snprintf(params, sizeof(params), "[\"%s\"]", actor.snapshot);
		node("evm_revert", params);
		memory_free(actor.snapshot);
		actor.snapshot = NULL;
		node("anvil_mine", "[\"0x3\"]");
	} else if (actor.asked > 6 && !actor.mine_on_bump) {
		node("evm_mine", "[]"); /* depth for the confirmations */
	}
	return false;
}

static struct transaction_order order_to_switch(void)
{
	struct transaction_order order = { 0 };

	assert_int_equal(address_parse(order.to, bytes_of_string(SWITCH)), OK);
	return order;
}

static struct transaction_sender sender_with(struct actor what)
{
	actor = what;
	return (struct transaction_sender){
		.rpc = rpc, .key = &key,
		.options = { .poll_ms = 30, .timeout_ms = 4000,
			     .store = on_store, .interrupted = on_ask } };
}

static int reset(void **state)
{
	(void)state;
	if (!rpc)
		return 0;
	node("evm_setAutomine", "[true]");
	node("anvil_dropAllTransactions", "[]");
	set_switch(false);
	return 0;
}

#define NEED_CHAIN() do { if (!rpc) skip(); } while (0)

static void test_confirmed(void **state)
{
	struct transaction_sender sender = sender_with((struct actor){ 0 });
	struct transaction_order order = order_to_switch();
	struct transaction_record record, found;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	order.value = 7;
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 OK);
	assert_int_equal(record.state, TRANSACTION_CONFIRMED);
	assert_int_equal(actor.prepared, 1);
	assert_int_equal(actor.sent, 1);
	assert_true(record.gas_used > 21000);
	assert_true(record.gas_limit >= record.gas_used * 3 / 2);
	assert_int_equal(record.chain_id, 31337);
	assert_int_equal(transaction_find(&found, rpc, record.hashes[0],
					  &error), OK);
	assert_int_equal(found.state, TRANSACTION_CONFIRMED);
	assert_int_equal(found.nonce, record.nonce);
	assert_int_equal(found.block, record.block);
}

static void test_preflight_reverts(void **state)
{
	struct transaction_sender sender = sender_with((struct actor){ 0 });
	struct transaction_order order = order_to_switch();
	struct transaction_record record;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	set_switch(true);
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 E_REFUSED);
	assert_non_null(strstr(error.message, "InvalidSupplyCap()"));
	assert_int_equal(record.hash_count, 0);
	assert_int_equal(actor.prepared, 0);
}

static void test_mined_and_reverted(void **state)
{
	struct transaction_sender sender =
		sender_with((struct actor){ .revert_on_sent = true });
	struct transaction_order order = order_to_switch();
	struct transaction_record record, found;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	node("evm_setAutomine", "[false]");
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 E_REFUSED);
	assert_int_equal(record.state, TRANSACTION_REVERTED);
	assert_non_null(strstr(record.reason, "InvalidSupplyCap()"));
	assert_non_null(strstr(error.message, "InvalidSupplyCap()"));
	assert_int_equal(transaction_find(&found, rpc, record.hashes[0],
					  &error), OK);
	assert_int_equal(found.state, TRANSACTION_REVERTED);
	assert_non_null(strstr(found.reason, "InvalidSupplyCap()"));
}

static void test_nonce_taken_after_sending(void **state)
{
	struct transaction_sender sender =
		sender_with((struct actor){ .steal_on_sent = 1 });
	struct transaction_order order = order_to_switch();
	struct transaction_record record;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	sender.options.attempts = 1;
	node("evm_setAutomine", "[false]");
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 E_REFUSED);
	assert_int_equal(record.state, TRANSACTION_REPLACED);
	assert_non_null(strstr(error.message, "taken by another transaction"));
}

static void test_taken_nonce_is_prepared_anew(void **state)
{
	struct transaction_sender sender =
		sender_with((struct actor){ .steal_on_sent = 1 });
	struct transaction_order order = order_to_switch();
	struct transaction_record record;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	node("evm_setAutomine", "[false]");
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 OK);
	assert_int_equal(record.state, TRANSACTION_CONFIRMED);
	assert_int_equal(actor.sent, 2);
}

static void test_nonce_taken_before_sending(void **state)
{
	struct transaction_sender sender =
		sender_with((struct actor){ .steal_on_prepared = 1 });
	struct transaction_order order = order_to_switch();
	struct transaction_record record;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 OK);
	assert_int_equal(actor.prepared, 2);
	assert_int_equal(actor.sent, 1);
}

static void test_caps(void **state)
{
	struct transaction_sender sender = sender_with((struct actor){ 0 });
	struct transaction_order order = order_to_switch();
	struct transaction_record record;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	sender.options.fee_cap = 1;
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 E_REFUSED);
	assert_non_null(strstr(error.message, "above the cap"));
	sender.options.fee_cap = 0;
	order.gas_ceiling = 21000;
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 E_REFUSED);
	assert_non_null(strstr(error.message, "above the ceiling"));
}

static void test_timeout_then_cancel(void **state)
{
	struct transaction_sender sender = sender_with((struct actor){ 0 });
	struct transaction_order order = order_to_switch();
	struct transaction_record record, cancelled;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	sender.options.interrupted = NULL;
	sender.options.timeout_ms = 200;
	node("evm_setAutomine", "[false]");
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 E_PEER);
	assert_int_equal(record.state, TRANSACTION_SENT);
	assert_non_null(strstr(error.hint, "tx cancel --nonce"));
	sender.options.timeout_ms = 4000;
	sender.options.interrupted = on_ask;
	actor.mine_on_bump = true;
	actor.bumps = 1;
	assert_int_equal(transaction_cancel(&cancelled, &sender, record.nonce,
					    150, &error), OK);
	assert_int_equal(cancelled.state, TRANSACTION_CONFIRMED);
	assert_int_equal(transaction_look(&record, rpc, &error), OK);
	assert_int_equal(record.state, TRANSACTION_REPLACED);
	assert_int_equal(transaction_cancel(&cancelled, &sender, record.nonce,
					    150, &error), E_REFUSED);
}

static void test_fee_is_raised(void **state)
{
	struct transaction_sender sender =
		sender_with((struct actor){ .mine_on_bump = true });
	struct transaction_order order = order_to_switch();
	struct transaction_record record;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	sender.options.bump_after_ms = 150;
	node("evm_setAutomine", "[false]");
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 OK);
	assert_true(record.hash_count >= 2);
	assert_memory_equal(record.mined_hash,
			    record.hashes[record.hash_count - 1], HASH_SIZE);
}

static void test_reorganisation(void **state)
{
	struct transaction_sender sender;
	struct transaction_order order = order_to_switch();
	struct transaction_record record;
	struct error error = { 0 };

	(void)state;
	NEED_CHAIN();
	/* A node that mines by itself answers first and mines then: what is
	 * still pending would outlive the reorganisation. */
	node("evm_setAutomine", "[false]");
	sender = sender_with((struct actor){
		.mine_on_sent = true,
		.snapshot = node_text("evm_snapshot", "[]") });
	sender.options.confirmations = 2;
	sender.options.bump_after_ms = 150;
	assert_int_equal(transaction_send(&record, &sender, &order, &error),
			 OK);
	assert_null(actor.snapshot); /* it did happen */
	assert_true(record.hash_count >= 2);
	assert_int_equal(record.state, TRANSACTION_CONFIRMED);
}

static int start(void **state)
{
	struct json_rpc_options options = { .chain_id = 31337 };
	struct error error = { 0 };
	char *path;

	(void)state;
	if (!mkdtemp(folder))
		return 1;
	path = write_file("key", ANVIL_KEY, 0600);
	if (key_file_open(&key, path, &error))
		return 1;
	memory_free(path);
	if (!anvil_start(&anvil))
		return 0;
	options.url = anvil.url;
	if (json_rpc_open(&rpc, &options, &error))
		return 1;
	node("anvil_setCode", "[\"" SWITCH "\",\"" SWITCH_CODE "\"]");
	return 0;
}

static int stop(void **state)
{
	char path[64];

	(void)state;
	json_rpc_close(rpc);
	anvil_stop(&anvil);
	key_file_close(&key);
	snprintf(path, sizeof(path), "%s/key", folder);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_file),
		cmocka_unit_test_setup(test_confirmed, reset),
		cmocka_unit_test_setup(test_preflight_reverts, reset),
		cmocka_unit_test_setup(test_mined_and_reverted, reset),
		cmocka_unit_test_setup(test_nonce_taken_after_sending, reset),
		cmocka_unit_test_setup(test_taken_nonce_is_prepared_anew, reset),
		cmocka_unit_test_setup(test_nonce_taken_before_sending, reset),
		cmocka_unit_test_setup(test_caps, reset),
		cmocka_unit_test_setup(test_timeout_then_cancel, reset),
		cmocka_unit_test_setup(test_fee_is_raised, reset),
		cmocka_unit_test_setup(test_reorganisation, reset),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
