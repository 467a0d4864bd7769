/* test_rpc.c -- json.h, json_rpc.h and chain.h against lying nodes.
 *
 * Runs alone: calls and tries have deadlines of a second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/net/chain.h"
#include "tests/support/hostile_server.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum status parse(const char *text, struct json **out)
{
	struct error error = { 0 };

	return json_parse(out, bytes_of_string(text), &error);
}

static void test_json_accepts(void **state)
{
	struct json *root = NULL;
	int64_t number;

	(void)state;
	assert_int_equal(parse(" {\"a\" : [1, -2.50e3 ,true,null,\"x\\n\"]} ",
			       &root), OK);
	assert_int_equal(json_count(json_member(root, "a")), 5);
	assert_int_equal(json_integer(&number,
				      json_item(json_member(root, "a"), 0)),
			 OK);
	assert_int_equal(number, 1);
	assert_string_equal(json_number(json_item(json_member(root, "a"), 1)),
			    "-2.50e3");
	assert_null(json_string(json_item(json_member(root, "a"), 1)));
	assert_string_equal(json_string(json_item(json_member(root, "a"), 4)),
			    "x\n");
	assert_null(json_number(json_item(json_member(root, "a"), 4)));
	json_free(root);
	/* 2^53 + 1 survives: no double anywhere */
	assert_int_equal(parse("9007199254740993", &root), OK);
	assert_int_equal(json_integer(&number, root), OK);
	assert_true(number == 9007199254740993);
	json_free(root);
}

static void test_json_refuses(void **state)
{
	static const char *const bad[] = {
		"", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "[1 2]", "01",
		"1.", ".5", "+1", "1e", "nul", "\"a", "\"\\x\"", "\"\\u12\"",
		"\"\\u0000\"", "\"\\u00011\"", "\"a\nb\"", "[1]]", "{} {}",
		"{\"a\":1,\"a\":2}", "[{\"b\":{\"a\":1,\"a\":1}}]", "<html>",
		"NaN", "'a'", "{\"a\" 1}", "\"\\ud800\"", "[\"a\":1]", "{\"a\"}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct json *root = NULL;

		if (parse(bad[i], &root) != E_PEER)
			fail_msg("accepted: %s", bad[i]);
		assert_null(root);
	}
}

static void test_json_depth(void **state)
{
	char text[2 * (JSON_DEPTH_MAX + 1) + 1];
	struct json *root = NULL;

	(void)state;
	for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1;
	     depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		text[2 * depth] = 0;
		assert_int_equal(parse(text, &root),
				 depth > JSON_DEPTH_MAX ? E_PEER : OK);
	}
	json_free(root);
}

static void test_json_hex(void **state)
{
	struct json *root = NULL;
	uint64_t small;
	u128 wide;

	(void)state;
	assert_int_equal(parse("[\"0xffffffffffffffff\",\"0x10000000000000000\""
			       ",\"0x\",\"12\",\"0xg\",\"0xffffffffffffffffffff"
			       "ffffffffffff\",\"0x1000000000000000000000000000"
			       "00000\"]", &root), OK);
	assert_int_equal(json_hex_u64(&small, json_item(root, 0)), OK);
	assert_true(small == UINT64_MAX);
	assert_int_equal(json_hex_u64(&small, json_item(root, 1)), E_RANGE);
	assert_int_equal(json_hex_u64(&small, json_item(root, 2)), E_MALFORMED);
	assert_int_equal(json_hex_u64(&small, json_item(root, 3)), E_MALFORMED);
	assert_int_equal(json_hex_u64(&small, json_item(root, 4)), E_MALFORMED);
	assert_int_equal(json_hex_u64(&small, json_item(root, 9)), E_MALFORMED);
	assert_int_equal(json_hex_u128(&wide, json_item(root, 5)), OK);
	assert_true(wide == ~(u128)0);
	assert_int_equal(json_hex_u128(&wide, json_item(root, 6)), E_RANGE);
	json_free(root);
}

struct outcome {
	enum status status;
	struct error error;
	int requests;
};

static struct json_rpc *connect_to(const struct hostile_server *server,
				   uint64_t chain_id)
{
	struct json_rpc_options options = {
		.url = server->url, .chain_id = chain_id,
		.limits = { .total_ms = 1000, .answer_bytes = 4 << 20,
			    .tries = 2, .wait_max_ms = 1500 } };
	struct error error = { 0 };
	struct json_rpc *rpc = NULL;

	assert_int_equal(json_rpc_open(&rpc, &options, &error), OK);
	return rpc;
}

/* One eth_blockNumber call against a script. */
static struct outcome call(const struct hostile_step *steps, size_t count,
			   uint64_t chain_id)
{
	struct outcome out = { 0 };
	struct json_rpc_answer answer = { 0 };
	struct hostile_server server;
	struct json_rpc *rpc;

	assert_true(hostile_start(&server, steps, count));
	rpc = connect_to(&server, chain_id);
	out.status = json_rpc_call(&answer, rpc, "eth_blockNumber", "[]",
				   &out.error);
	out.requests = *server.requests;
	assert_null(strstr(out.error.message, "secret-key"));
	json_rpc_answer_free(&answer);
	json_rpc_close(rpc);
	hostile_stop(&server);
	return out;
}

static void test_call(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_ECHO_ID,
		  .body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,"
			  "\"result\":\"0x7a69\"}" } };

	(void)state;
	assert_int_equal(call(steps, 1, 0).status, OK);
	assert_int_equal(call(steps, 1, 31337).status, OK);
}

static void test_wrong_chain(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_ECHO_ID,
		  .body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,"
			  "\"result\":\"0x1\"}" } };
	struct outcome out = call(steps, 1, 31337);

	(void)state;
	assert_int_equal(out.status, E_PEER);
	assert_int_equal(out.requests, 1); /* nothing was asked after it */
	assert_non_null(strstr(out.error.message,
			       "serves chain 1, expected 31337"));
}

static void test_bad_answers(void **state)
{
	static const struct {
		enum hostile_kind kind;
		const char *body, *words;
	} bad[] = {
		{ HOSTILE_ECHO_ID, "{\"id\":$ID,\"result\":null}", "null" },
		{ HOSTILE_ECHO_ID, "{\"id\":$ID}", "without a result" },
		{ HOSTILE_ECHO_ID, "{\"id\":1$ID,\"result\":1}", "wrong id" },
		{ HOSTILE_BODY, "{\"id\":\"1\",\"result\":1}", "wrong id" },
		{ HOSTILE_BODY, "{\"id\":999,\"result\":1}", "wrong id" },
		{ HOSTILE_ECHO_ID, "{\"id\":$ID,\"error\":{\"code\":-32000,"
		  "\"message\":\"header not found\"}}", "header not found" },
		{ HOSTILE_ECHO_ID, "{\"id\":$ID,\"result\":1,\"result\":2}",
		  "twice" },
		{ HOSTILE_BODY, "<html><body>hello</body></html>", "not JSON" },
		{ HOSTILE_BODY, "", "not JSON" },
		{ HOSTILE_BODY, "[]", "wrong id" },
		{ HOSTILE_BODY, "7", "wrong id" },
		{ HOSTILE_CUT, "{\"id\":1,\"result\":\"0x1\"}", "127.0.0.1" },
		{ HOSTILE_LONGER, "{\"id\":1,\"result\":\"0x1\"}", "not JSON" },
		{ HOSTILE_SILENT, "", "127.0.0.1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct hostile_step step = { .kind = bad[i].kind,
					     .body = bad[i].body };
		struct outcome out = call(&step, 1, 0);

		assert_int_equal(out.status, E_PEER);
		if (!strstr(out.error.message, bad[i].words))
			fail_msg("%s: %s", bad[i].body, out.error.message);
	}
}

static void test_html_gets_a_hint(void **state)
{
	struct hostile_step step = { .kind = HOSTILE_BODY,
				     .body = "<!doctype html>" };

	(void)state;
	assert_non_null(strstr(call(&step, 1, 0).error.hint, "web page"));
}

static void test_ten_megabytes_of_spaces(void **state)
{
	struct hostile_step step = { .kind = HOSTILE_SPACES, .size = 10 << 20,
				     .body = "{}" };

	(void)state;
	assert_int_equal(call(&step, 1, 0).status, E_PEER);
}

static void test_nesting(void **state)
{
	struct text body = { 0 };
	struct hostile_step step = { .kind = HOSTILE_BODY };
	struct outcome out;

	(void)state;
	for (int i = 0; i < 100000; i++)
		text_add_string(&body, "[");
	step.body = body.data;
	out = call(&step, 1, 0);
	assert_int_equal(out.status, E_PEER);
	assert_non_null(strstr(out.error.message, "nested"));
	text_free(&body);
}

static void test_revert_is_decoded(void **state)
{
	struct hostile_step step = {
		.kind = HOSTILE_ECHO_ID,
		.body = "{\"id\":$ID,\"error\":{\"code\":3,\"message\":"
			"\"execution reverted\",\"data\":\"0x66e574d7\"}}" };
	struct outcome out = call(&step, 1, 0);

	(void)state;
	assert_int_equal(out.status, E_REFUSED);
	assert_non_null(strstr(out.error.message,
			       "CallerNotRiskOrPoolAdmin()"));
}

static struct outcome batch(const char *body, size_t count, bool may_fail)
{
	struct json_rpc_request requests[3] = {
		{ .method = "a", .params = "[]", .may_fail = may_fail },
		{ .method = "b", .params = "[]", .may_fail = may_fail },
		{ .method = "c", .params = "[]", .may_fail = may_fail } };
	struct json_rpc_batch all = { .requests = requests, .count = count };
	struct hostile_step step = { .kind = HOSTILE_BODY, .body = body };
	struct hostile_server server;
	struct outcome out = { 0 };
	struct json_rpc *rpc;

	assert_true(hostile_start(&server, &step, 1));
	rpc = connect_to(&server, 0);
	out.status = json_rpc_batch_call(&all, rpc, NULL, &out.error);
	if (!out.status && requests[0].result)
		assert_string_equal(json_string(requests[0].result), "0xa");
	json_rpc_batch_free(&all);
	json_rpc_close(rpc);
	hostile_stop(&server);
	return out;
}

static void test_batch(void **state)
{
	(void)state;
	assert_int_equal(batch("[{\"id\":2,\"result\":\"0xb\"},"
			       "{\"id\":1,\"result\":\"0xa\"}]", 2, false)
				 .status, OK);
	assert_int_equal(batch("[{\"id\":1,\"result\":\"0xa\"}]", 2, false)
				 .status, E_PEER);
	assert_int_equal(batch("[{\"id\":1,\"result\":\"0xa\"},"
			       "{\"id\":1,\"result\":\"0xa\"}]", 2, false)
				 .status, E_PEER);
	assert_int_equal(batch("[{\"id\":1,\"result\":\"0xa\"},"
			       "{\"id\":3,\"result\":\"0xa\"}]", 2, false)
				 .status, E_PEER);
	assert_int_equal(batch("[{\"id\":1,\"result\":\"0xa\"},"
			       "{\"id\":2,\"error\":{\"code\":-1,"
			       "\"message\":\"x\"}}]", 2, false).status,
			 E_PEER);
	assert_int_equal(batch("[{\"id\":1,\"result\":\"0xa\"},"
			       "{\"id\":2,\"error\":{\"code\":-1,"
			       "\"message\":\"x\"}}]", 2, true).status, OK);
	assert_int_equal(batch("{\"id\":null,\"error\":{\"code\":-32600,"
			       "\"message\":\"batch too large\"}}", 2, true)
				 .status, E_PEER);
	assert_int_equal(batch("{}", 2, true).status, E_PEER);
}

#define HASH_A "\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	       "aaaaaaaa\""
#define HASH_B "\"0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" \
	       "bbbbbbbb\""
#define BLOCK(hash) "{\"id\":$ID,\"result\":{\"number\":\"0x10\",\"hash\":" \
	hash ",\"parentHash\":" HASH_A ",\"timestamp\":\"0x64\","        \
	"\"gasLimit\":\"0x1c9c380\",\"baseFeePerGas\":\"0x7\"}}"

/* A block that changes while a snapshot is read is refused at the end. */
static void test_pin_notices_a_change(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_ECHO_ID, .body = BLOCK(HASH_A) },
		{ .kind = HOSTILE_ECHO_ID, .body = "{\"id\":$ID,\"error\":"
		  "{\"code\":-32602,\"message\":\"invalid argument\"}}" },
		{ .kind = HOSTILE_ECHO_ID, .body = BLOCK(HASH_A) },
		{ .kind = HOSTILE_ECHO_ID, .body = BLOCK(HASH_B) } };
	struct error error = { 0 };
	struct hostile_server server;
	struct chain_pin pin;
	struct json_rpc *rpc;

	(void)state;
	assert_true(hostile_start(&server, steps, COUNT(steps)));
	rpc = connect_to(&server, 0);
	assert_int_equal(chain_pin(&pin, rpc, "latest", &error), OK);
	assert_false(pin.by_hash);
	assert_string_equal(pin.text, "\"0x10\"");
	assert_int_equal(chain_pin_check(&pin, rpc, &error), OK);
	assert_int_equal(chain_pin_check(&pin, rpc, &error), E_PEER);
	assert_non_null(strstr(error.message, "changed while"));
	json_rpc_close(rpc);
	hostile_stop(&server);
}

static enum status count_log(void *user, const struct chain_log *log,
			     struct error *error)
{
	(void)log;
	(void)error;
	++*(int *)user;
	return OK;
}

#define LOG(block) "{\"address\":\"0x1111111111111111111111111111111111111111" \
	"\",\"topics\":[" HASH_A "],\"data\":\"0x\",\"blockNumber\":\"" block  \
	"\",\"logIndex\":\"0x0\",\"transactionHash\":" HASH_B "}"

static enum status logs(const struct hostile_step *steps, size_t count,
			int *found, int *requests)
{
	uint8_t address[1][ADDRESS_SIZE], topic[1][HASH_SIZE];
	struct chain_log_query query = {
		.addresses = (const uint8_t(*)[ADDRESS_SIZE])address,
		.address_count = 1,
		.topics = (const uint8_t(*)[HASH_SIZE])topic,
		.topic_count = 1, .from = 0, .to = 7,
		.each = count_log, .user = found };
	struct error error = { 0 };
	struct hostile_server server;
	struct json_rpc *rpc;
	enum status status;

	memset(address, 0x11, sizeof(address));
	memset(topic, 0xaa, sizeof(topic));
	assert_true(hostile_start(&server, steps, count));
	rpc = connect_to(&server, 0);
	status = chain_logs(rpc, &query, &error);
	*requests = *server.requests;
	json_rpc_close(rpc);
	hostile_stop(&server);
	return status;
}

static void test_log_ranges_halve(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_ECHO_ID, .body = "{\"id\":$ID,\"error\":"
		  "{\"code\":-32005,\"message\":\"too many results\"}}" },
		{ .kind = HOSTILE_ECHO_ID, .body = "{\"id\":$ID,\"result\":["
		  LOG("0x1") "," LOG("0x3") "]}" },
		{ .kind = HOSTILE_ECHO_ID, .body = "{\"id\":$ID,\"result\":["
		  LOG("0x4") "]}" } };
	int found = 0, requests = 0;

	(void)state;
	assert_int_equal(logs(steps, 3, &found, &requests), OK);
	assert_int_equal(found, 3);
	assert_int_equal(requests, 3);
}

static void test_logs_refuse(void **state)
{
	struct hostile_step always = {
		.kind = HOSTILE_ECHO_ID, .body = "{\"id\":$ID,\"error\":"
		"{\"code\":-32005,\"message\":\"no\"}}" };
	struct hostile_step outside = { .kind = HOSTILE_ECHO_ID,
		.body = "{\"id\":$ID,\"result\":[" LOG("0x99") "]}" };
	int found = 0, requests = 0;

	(void)state;
	assert_int_equal(logs(&always, 1, &found, &requests), E_PEER);
	assert_int_equal(requests, 4); /* 8, 4, 2, 1 blocks */
	assert_int_equal(logs(&outside, 1, &found, &requests), E_PEER);
	assert_int_equal(found, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_accepts),
		cmocka_unit_test(test_json_refuses),
		cmocka_unit_test(test_json_depth),
		cmocka_unit_test(test_json_hex),
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_wrong_chain),
		cmocka_unit_test(test_bad_answers),
		cmocka_unit_test(test_html_gets_a_hint),
		cmocka_unit_test(test_ten_megabytes_of_spaces),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_revert_is_decoded),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_pin_notices_a_change),
		cmocka_unit_test(test_log_ranges_halve),
		cmocka_unit_test(test_logs_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
