/* test_source_chainlink.c -- snapshots and logs of Chainlink feeds from a node
 * that is made up here: rounds fall every 7 blocks, and the node refuses ranges
 * of logs that are too long for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hex.h"
#include "feeds/net/source.h"
#include "feeds/wire/chainlink.h"

#define PROXY(digit) "0x000000000000000000000000000000000000000" digit
#define PHASE 5

static struct error error;

/** The node: its newest block, and its moods. */
static struct {
	uint64_t head, longest; /* of a range of logs, blocks */
	bool reorganised;       /* the pinned block is gone */
	unsigned long long chain_id;
	bool is_down;           /* its sequencer, as the uptime feed says */
	bool is_mute;           /* the uptime feed answers nothing */
	bool is_hesitant;       /* rounds are answered twice within a block */
	int requests;
} node;

static struct source_job job_of(uint64_t read_block)
{
	return (struct source_job){
		.kind = &source_chainlink, .item_count = 2,
		.items = { { .key = PROXY("1") }, { .key = PROXY("2") } },
		.chain = { .chain_id = 1, .read_block = read_block } };
}

static void add_word(struct text *out, unsigned long long value)
{
	text_add_format(out, "%064llx", value);
}

/* Round r of a feed is logged in block 7 r and answers 100 * feed + r. */
static void add_log(struct text *out, uint64_t round, int feed,
		    unsigned long long off)
{
	uint8_t topic[32];
	char hex[HASH_TEXT_MAX];

	chainlink_update_topic(topic);
	hex_encode_prefixed(hex, topic, 32);
	text_add_format(out, "%s{\"address\":\"0x%040x\",\"blockNumber\":"
			"\"0x%llx\",\"topics\":[\"%s\",\"0x",
			out->data[out->size - 1] == '[' ? "" : ",",
			0xa0 + feed, (unsigned long long)(7 * round), hex);
	add_word(out, (100ull * (unsigned)feed + round) * 100000000 - off);
	text_add_string(out, "\",\"0x");
	add_word(out, round);
	text_add_string(out, "\"],\"data\":\"0x");
	add_word(out, 1700000000 + 7 * round);
	text_add_string(out, "\"}");
}

static void answer_logs(struct text *out, const char *body)
{
	uint64_t from = strtoull(strstr(body, "fromBlock\":\"") + 12, NULL, 16);
	uint64_t to = strtoull(strstr(body, "toBlock\":\"") + 10, NULL, 16);

	assert_true(from <= to && to <= node.head);
	if (to - from + 1 > node.longest) {
		text_add_string(out, "{\"id\":1,\"error\":{\"code\":-32005,"
				     "\"message\":\"range too wide\"}}");
		return;
	}
	text_add_string(out, "{\"id\":1,\"result\":[");
	for (uint64_t block = from; block <= to; block++) {
		for (int feed = 1; node.is_hesitant && block % 7 == 0 &&
				   feed <= 2; feed++)
			add_log(out, block / 7, feed, 12345);
		for (int feed = 1; block % 7 == 0 && feed <= 2; feed++)
			add_log(out, block / 7, feed, 0);
	}
	text_add_string(out, "]}");
}

static void add_block(struct text *out, uint64_t number)
{
	text_add_format(out, "{\"number\":\"0x%llx\",\"timestamp\":\"0x%llx\","
			"\"hash\":\"0x%064llx\"}", (unsigned long long)number,
			1700000000 + (unsigned long long)number,
			(unsigned long long)number +
				(node.reorganised ? 1u : 0u));
}

/* Of a sequencer that is up since block 100. */
static void answer_uptime(struct text *out)
{
	text_add_string(out, ",{\"id\":8,\"result\":\"0x");
	add_word(out, 1);
	add_word(out, node.is_down);
	add_word(out, 1700000100);
	add_word(out, 1700000100);
	add_word(out, 1);
	text_add_string(out, "\"}");
}

static void answer_rounds(struct text *out, const char *body)
{
	uint64_t round = node.head / 7;

	text_add_string(out, "[");
	for (unsigned feed = 1; feed <= 2; feed++) {
		unsigned id = 3 * feed - 2;

		text_add_format(out, "{\"id\":%u,\"result\":\"0x", id);
		text_add_format(out, "%047x%x", 0, PHASE); /* phase << 64 */
		text_add_format(out, "%016llx", (unsigned long long)round);
		add_word(out, (100ull * feed + round) * 100000000);
		add_word(out, 1700000000 + 7 * round);
		add_word(out, 1700000000 + 7 * round);
		add_word(out, round);
		text_add_format(out, "\"},{\"id\":%u,\"result\":\"0x", id + 1);
		add_word(out, 8);
		text_add_format(out, "\"},{\"id\":%u,\"result\":\"0x", id + 2);
		add_word(out, 0xa0 + feed);
		text_add_string(out, "\"},");
	}
	text_add_string(out, "{\"id\":7,\"result\":");
	add_block(out, node.head);
	text_add_string(out, "}");
	if (strstr(body, "\"id\":8") && !node.is_mute)
		answer_uptime(out);
	text_add_string(out, "]");
}

static void answer_pin(struct text *out)
{
	text_add_format(out, "[{\"id\":2,\"result\":");
	add_block(out, node.head);
	text_add_format(out, "},{\"id\":1,\"result\":\"0x%llx\"}]",
			node.chain_id);
}

/* One exchange with the node. */
static enum status exchange(struct source_job *job, struct readings *out)
{
	struct source_request request = { 0 };
	struct text body = { 0 };
	enum status status;

	assert_int_equal(job->kind->ask(&request, job, "http://x/key", &error),
			 OK);
	assert_string_equal(request.url.data, "http://x/key");
	if (strstr(request.body.data, "eth_getLogs"))
		answer_logs(&body, request.body.data);
	else if (strstr(request.body.data, "eth_call"))
		answer_rounds(&body, request.body.data);
	else
		answer_pin(&body);
	node.requests++;
	status = job->kind->answer(out, job, bytes_of(body.data, body.size),
				   &error);
	source_request_free(&request);
	text_free(&body);
	return status;
}

static void poll(struct source_job *job, struct readings *out)
{
	do
		assert_int_equal(exchange(job, out), OK);
	while (job->more);
}

static int set_up(void **state)
{
	(void)state;
	node.head = 7000;
	node.longest = 1000000;
	node.reorganised = false;
	node.chain_id = 1;
	node.is_down = node.is_mute = node.is_hesitant = false;
	node.requests = 0;
	return 0;
}

static void test_snapshot(void **state)
{
	struct source_job job = job_of(0);
	struct readings got = { 0 };

	(void)state;
	poll(&job, &got);
	assert_int_equal(got.count, 2);
	assert_int_equal(node.requests, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct reading *r = &got.items[i];

		assert_int_equal(r->item, i);
		assert_true(r->round == chainlink_join(PHASE, 1000));
		assert_true(r->time_ms == (1700000000 + 7000) * 1000ll);
		assert_true(r->block == 7000);
		assert_int_equal(decimal_compare(
			r->value, (struct decimal){
				100 * ((int64_t)i + 1) + 1000, 0 }), 0);
		assert_int_equal(r->signature, READING_UNSIGNED);
	}
	assert_true(job.chain.read_block == 7000);
	readings_free(&got);
}

/* Every round of both feeds once, whatever range the node can bear. */
static void test_rounds_in_between(void **state)
{
	static const uint64_t longest[] = { 1, 2, 3, 10, 99, 1000, 1000000 };

	(void)state;
	for (size_t l = 0; l < sizeof(longest) / sizeof(longest[0]); l++) {
		struct source_job job = job_of(6300);
		struct readings got = { 0 };
		size_t seen[2][1001] = { { 0 } };

		node.longest = longest[l];
		poll(&job, &got);
		for (size_t i = 0; i < 200; i++) {
			const struct reading *r = &got.items[i];
			uint64_t round = (uint64_t)r->round;

			assert_in_range(round, 901, 1000);
			assert_true(r->block == 7 * round && r->is_past);
			assert_true(r->round == chainlink_join(PHASE, round));
			seen[r->item][round]++;
		}
		for (size_t round = 901; round <= 1000; round++)
			assert_true(seen[0][round] == 1 && seen[1][round] == 1);
		assert_int_equal(got.count, 200 + 2);
		assert_true(got.items[200].block == 7000 &&
			    !got.items[200].is_past);
		assert_true(job.chain.read_block == 7000);
		/* The next poll reads only what came since. */
		node.head = 7014;
		got.count = 0;
		poll(&job, &got);
		assert_int_equal(got.count, 2 + 4);
		node.head = 7000;
		readings_free(&got);
	}
}

/* Of two answers of a round within a block the last is the one there was. */
static void test_rounds_answered_twice(void **state)
{
	struct source_job job = job_of(6300);
	struct readings got = { 0 };

	(void)state;
	node.is_hesitant = true;
	poll(&job, &got);
	assert_int_equal(got.count, 200 + 2);
	for (size_t i = 0; i < got.count; i++) {
		uint64_t round = (uint64_t)got.items[i].round;

		assert_true(decimal_to_double(got.items[i].value) ==
			    (double)(100 * (got.items[i].item + 1) + round));
	}
	readings_free(&got);
}

static void test_nodes_that_lie(void **state)
{
	struct source_job job = job_of(6300);
	struct readings got = { 0 };

	(void)state;
	node.chain_id = 5;
	assert_int_equal(exchange(&job, &got), E_PEER);
	assert_non_null(strstr(error.message, "another chain"));
	node.chain_id = 1;
	assert_int_equal(exchange(&job, &got), OK); /* the pin */
	node.reorganised = true;
	assert_int_equal(exchange(&job, &got), E_PEER);
	assert_int_equal(got.count, 0);
	assert_int_equal(job.chain.step, 0); /* begins anew */
	node.reorganised = false;
	assert_int_equal(exchange(&job, &got), OK);
	assert_int_equal(exchange(&job, &got), OK); /* learns */
	assert_int_equal(got.count, 0);
	node.longest = 0; /* refuses even one block */
	while (exchange(&job, &got) == OK)
		assert_true(job.more);
	assert_non_null(strstr(error.message, "single block"));
	assert_true(job.chain.read_block == 6300); /* nothing is passed over */
	poll(&job, &got); /* a snapshot is better than nothing */
	assert_int_equal(got.count, 2);
	assert_true(got.items[0].block == 0 && job.chain.read_block == 6300);
	node.longest = 1000000; /* and the logs come later */
	poll(&job, &got);
	assert_int_equal(got.count, 2 + 200 + 2);
	job.items[0].key = "0x12";
	assert_int_equal(job.kind->ask(&(struct source_request){ 0 }, &job,
				       "http://x", &error), E_USAGE);
	readings_free(&got);
}

/* It is known before the logs are, and read again with every snapshot; what
 * cannot be read counts as down. */
static void test_uptime(void **state)
{
	struct source_job job = job_of(6300);
	struct readings got = { 0 };

	(void)state;
	job.chain.uptime = PROXY("9");
	assert_int_equal(exchange(&job, &got), OK); /* the pin */
	assert_int_equal(exchange(&job, &got), OK); /* learns */
	assert_int_equal(got.count, 0);
	assert_true(job.chain.uptime_read && job.chain.is_up);
	assert_int_equal(job.chain.uptime_since_s, 1700000100);
	node.is_down = true;
	poll(&job, &got);
	assert_int_equal(got.count, 200 + 2); /* no reading of its own */
	assert_false(job.chain.is_up);
	node.is_down = false;
	poll(&job, &got);
	assert_true(job.chain.is_up);
	node.is_mute = true;
	poll(&job, &got);
	assert_true(job.chain.uptime_read && !job.chain.is_up);
	job.chain.uptime = "0x12";
	assert_int_equal(job.kind->ask(&(struct source_request){ 0 }, &job,
				       "http://x", &error), E_USAGE);
	assert_non_null(strstr(error.message, "uptime"));
	readings_free(&got);
}

static void test_one_dead_proxy(void **state)
{
	/* The second feed reverts, its aggregator too. */
	static const char body[] =
		"[{\"id\":1,\"error\":{\"code\":3}},{\"id\":2,\"result\":null},"
		"{\"id\":3,\"result\":\"0x\"},{\"id\":7,\"result\":{\"hash\":"
		"\"0x0000000000000000000000000000000000000000000000000000000000"
		"001b58\"}}]";
	struct source_job job = job_of(0);
	struct readings got = { 0 };

	(void)state;
	assert_int_equal(exchange(&job, &got), OK);
	assert_int_equal(job.kind->answer(&got, &job, bytes_of_string(body),
					  &error), E_PEER);
	assert_non_null(strstr(error.message, "nothing for any"));
	assert_int_equal(got.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_snapshot, set_up),
		cmocka_unit_test_setup(test_rounds_in_between, set_up),
		cmocka_unit_test_setup(test_rounds_answered_twice, set_up),
		cmocka_unit_test_setup(test_nodes_that_lie, set_up),
		cmocka_unit_test_setup(test_uptime, set_up),
		cmocka_unit_test_setup(test_one_dead_proxy, set_up),
	};

	return cmocka_run_group_tests_name("source_chainlink", tests, NULL,
					   NULL);
}
