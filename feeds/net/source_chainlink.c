/* source_chainlink.c -- Chainlink's price feeds by JSON-RPC: the rounds since
 * the last snapshot from the aggregators' logs, over ranges that halve when the
 * node refuses one, then all feeds at one pinned block.
 *
 *   PIN     chain id, and the newest block
 *   LEARN   as ROUNDS, for the aggregators alone, where none is known yet
 *   LOGS    AnswerUpdated of the aggregators, from the last snapshot on
 *   ROUNDS  of each proxy latestRoundData(), decimals(), aggregator(), at that
 *           block, and that its number still has that hash; where there is one,
 *           the sequencer's uptime feed too
 *
 * Readings come in the order of blocks, so that whoever keeps them in order may
 * go on behind the newest after any break.  Where logs are not to be had, the
 * snapshot comes without them and names no block: nothing is known up to it.
 * A proxy that answers nothing (no contract, a revert) has no reading; the
 * others have theirs.  Nothing here is signed: a node's word. */
#include <stdio.h>
#include <string.h>

#include "crypto/hex.h"
#include "feeds/net/source.h"
#include "feeds/wire/chainlink.h"

enum step { STEP_PIN, STEP_LEARN, STEP_LOGS, STEP_ROUNDS };

#define CALLS 3 /* of a feed */
#define ITEMS_MAX 32
#define PARAMS_MAX 200
#define SPAN_FIRST 10000
#define LATEST_S ((uint64_t)1 << 40)

static const char *const selectors[CALLS] = { "0xfeaf968c", "0x313ce567",
					      "0x245a7bfc" };

static void add_call(struct text *out, size_t id, const char *method,
		     const char *params)
{
	text_add_format(out, "%s{\"jsonrpc\":\"2.0\",\"id\":%zu,\"method\":"
			"\"%s\",\"params\":%s}", out->size > 1 ? "," : "", id,
			method, params);
}

static void ask_pin(struct text *out)
{
	text_add_string(out, "[");
	add_call(out, 1, "eth_chainId", "[]");
	add_call(out, 2, "eth_getBlockByNumber", "[\"latest\",false]");
	text_add_string(out, "]");
}

static void call_params(char out[PARAMS_MAX], const char *to,
			const char *selector, uint64_t block)
{
	snprintf(out, PARAMS_MAX, "[{\"to\":\"%.42s\",\"data\":\"%s\"},"
		 "\"0x%llx\"]", to, selector, (unsigned long long)block);
}

static void ask_rounds(struct text *out, const struct source_job *job)
{
	char params[PARAMS_MAX];

	text_add_string(out, "[");
	for (size_t i = 0; i < job->item_count; i++)
		for (size_t c = 0; c < CALLS; c++) {
			call_params(params, job->items[i].key, selectors[c],
				    job->chain.block);
			add_call(out, 1 + i * CALLS + c, "eth_call", params);
		}
	snprintf(params, sizeof(params), "[\"0x%llx\",false]",
		 (unsigned long long)job->chain.block);
	add_call(out, 1 + job->item_count * CALLS, "eth_getBlockByNumber",
		 params);
	if (job->chain.uptime) {
		call_params(params, job->chain.uptime, selectors[0],
			    job->chain.block);
		add_call(out, 2 + job->item_count * CALLS, "eth_call", params);
	}
	text_add_string(out, "]");
}

static uint64_t last_of_span(const struct source_chain *chain)
{
	uint64_t left = chain->block - chain->read_block;

	return chain->read_block + (chain->span < left ? chain->span : left);
}

static void ask_logs(struct text *out, const struct source_job *job)
{
	const struct source_chain *chain = &job->chain;
	uint8_t topic[HASH_SIZE];
	char hex[HASH_TEXT_MAX];
	const char *comma = "";

	text_add_format(out, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
			"\"eth_getLogs\",\"params\":[{\"fromBlock\":\"0x%llx\","
			"\"toBlock\":\"0x%llx\",\"address\":[",
			(unsigned long long)chain->read_block + 1,
			(unsigned long long)last_of_span(chain));
	for (size_t i = 0; i < job->item_count; i++) {
		if (!chain->aggregators[i].known)
			continue;
		hex_encode_prefixed(hex, chain->aggregators[i].address, 20);
		text_add_format(out, "%s\"%s\"", comma, hex);
		comma = ",";
	}
	chainlink_update_topic(topic);
	hex_encode_prefixed(hex, topic, HASH_SIZE);
	text_add_format(out, "],\"topics\":[\"%s\"]}]}", hex);
}

static bool is_address(const char *key)
{
	uint8_t address[ADDRESS_SIZE];

	return !address_parse(address, bytes_of_string(key));
}

static enum status ask(struct source_request *out, struct source_job *job,
		       const char *base_url, struct error *error)
{
	for (size_t i = 0; i < job->item_count; i++)
		if (!is_address(job->items[i].key))
			return error_set(error, E_USAGE, "\"%.80s\" is no "
					 "address of a feed",
					 job->items[i].key);
	if (job->chain.uptime && !is_address(job->chain.uptime))
		return error_set(error, E_USAGE, "\"%.80s\" is no address of "
				 "an uptime feed", job->chain.uptime);
	text_add_string(&out->url, base_url);
	if (job->chain.step == STEP_PIN)
		ask_pin(&out->body);
	else if (job->chain.step == STEP_LOGS)
		ask_logs(&out->body, job);
	else
		ask_rounds(&out->body, job);
	return OK;
}

static enum status bad(struct error *error, const char *what)
{
	error_set(error, E_PEER, "the node answered %s", what);
	return error_hint(error, "Ask a node that serves JSON-RPC batches and "
			  "the newest state.");
}

/* The result of a call of a batch; NULL: an error, null, or none. */
static const struct json *result_of(const struct json *root, size_t id)
{
	for (const struct json *it = json_first(root); it; it = json_next(it)) {
		const struct json *result = json_member(it, "result");
		int64_t own;

		if (!json_integer(&own, json_member(it, "id")) &&
		    own == (int64_t)id)
			return json_is_null(result) ? NULL : result;
	}
	return NULL;
}

/* What follows a pinned block. */
static enum step step_behind_pin(const struct source_job *job)
{
	const struct source_chain *chain = &job->chain;

	if (!chain->read_block || chain->read_block >= chain->block ||
	    chain->without_logs)
		return STEP_ROUNDS;
	for (size_t i = 0; i < job->item_count; i++)
		if (chain->aggregators[i].known &&
		    (!chain->uptime || chain->uptime_read))
			return STEP_LOGS;
	return STEP_LEARN;
}

static enum status answer_pin(struct source_job *job, const struct json *root,
			      struct error *error)
{
	const struct json *block = result_of(root, 2);
	struct source_chain *chain = &job->chain;
	uint64_t chain_id, number, time_s;
	uint8_t hash[HASH_SIZE];

	if (json_hex_u64(&chain_id, result_of(root, 1)) ||
	    json_hex_u64(&number, json_member(block, "number")) ||
	    json_hex_u64(&time_s, json_member(block, "timestamp")) ||
	    json_hex_fixed(hash, HASH_SIZE, json_member(block, "hash")))
		return bad(error, "no chain id or block");
	if (chain_id != chain->chain_id)
		return bad(error, "for another chain");
	chain->block = number;
	chain->block_time_s = time_s;
	memcpy(chain->block_hash, hash, HASH_SIZE);
	chain->step = step_behind_pin(job);
	chain->pages = 0;
	chain->span = chain->span ? chain->span : SPAN_FIRST;
	job->more = true;
	return OK;
}

/* A word's bytes of a call's answer; false: it has none, or more than room. */
static bool call_bytes(struct bytes *out, uint8_t room[160],
		       const struct json *result)
{
	const char *text = json_string(result);
	size_t size;

	if (!text || strncmp(text, "0x", 2) ||
	    hex_decode(room, &size, 160, bytes_of_string(text)) || !size)
		return false;
	*out = bytes_of(room, size);
	return true;
}

/* Decimals and aggregator of a proxy; false: nothing to work with. */
static bool learn(struct source_aggregator *out, const struct json *root,
		  size_t id)
{
	struct bytes decimals, address;
	uint8_t rooms[2][160];
	i128 places;

	if (!call_bytes(&decimals, rooms[0], result_of(root, id + 1)) ||
	    chainlink_decode_answer(&places, decimals) || places < 0 ||
	    places > 38 ||
	    !call_bytes(&address, rooms[1], result_of(root, id + 2)) ||
	    address.size != 32)
		return false;
	out->decimals = (uint8_t)places;
	memcpy(out->address, address.data + 12, 20);
	return true;
}

static enum status add_reading(struct readings *out,
			       const struct reading *reading, i128 answer,
			       uint8_t decimals)
{
	struct reading made = *reading;
	enum status status = source_decimal(&made.value, answer, -decimals);

	if (!status)
		*readings_add(out) = made;
	return status;
}

static void take_round(struct readings *out, struct source_job *job,
		       const struct json *root, size_t item)
{
	struct source_aggregator *aggregator = &job->chain.aggregators[item];
	struct reading reading = { .item = item };
	size_t id = 1 + item * CALLS;
	struct chainlink_round round;
	struct bytes data;
	uint8_t room[160];

	aggregator->known = false;
	if (!call_bytes(&data, room, result_of(root, id)) ||
	    chainlink_decode_round(&round, data) ||
	    !learn(aggregator, root, id) || round.updated_s > LATEST_S)
		return;
	aggregator->known = true;
	aggregator->phase = round.phase;
	if (!job->chain.without_logs)
		reading.block = job->chain.block;
	reading.round = chainlink_join(round.phase, round.round);
	reading.time_ms = (int64_t)round.updated_s * 1000;
	keccak256(reading.raw_digest, data.data, data.size);
	/* Beyond all decimals it is no price; the next round may be. */
	(void)!add_reading(out, &reading, round.answer, aggregator->decimals);
}

/* What cannot be read counts as down. */
static void take_uptime(struct source_job *job, const struct json *root)
{
	struct source_chain *chain = &job->chain;
	struct chainlink_round round;
	struct bytes data;
	uint8_t room[160];
	size_t id = 2 + job->item_count * CALLS;

	chain->uptime_read = true;
	chain->is_up = call_bytes(&data, room, result_of(root, id)) &&
		       !chainlink_decode_round(&round, data) &&
		       !round.answer && round.started_s <= LATEST_S;
	chain->uptime_since_s = chain->is_up ? (int64_t)round.started_s : 0;
}

static enum status answer_rounds(struct readings *out, struct source_job *job,
				 const struct json *root, struct error *error)
{
	const struct json *block = result_of(root, 1 + job->item_count * CALLS);
	struct source_chain *chain = &job->chain;
	bool learning = chain->step == STEP_LEARN, any = false;
	size_t before = out->count;
	uint8_t hash[HASH_SIZE];

	chain->step = STEP_PIN;
	if (json_hex_fixed(hash, HASH_SIZE, json_member(block, "hash")) ||
	    memcmp(hash, chain->block_hash, HASH_SIZE))
		return bad(error, "for a block that is no longer there");
	for (size_t i = 0; i < job->item_count; i++) {
		take_round(out, job, root, i);
		any = any || chain->aggregators[i].known;
	}
	if (!any)
		return bad(error, "nothing for any of the feeds");
	if (chain->uptime)
		take_uptime(job, root);
	if (learning) {
		out->count = before;
		chain->step = STEP_LOGS;
		job->more = true;
		return OK;
	}
	if (!chain->read_block)
		chain->read_block = chain->block;
	chain->without_logs = false;
	return OK;
}

/* The feed whose aggregator logged; the count when it is none. */
static size_t item_of(const struct source_job *job, const uint8_t address[20])
{
	size_t i = 0;

	while (i < job->item_count &&
	       (!job->chain.aggregators[i].known ||
		memcmp(job->chain.aggregators[i].address, address, 20)))
		i++;
	return i;
}

/* A round that was answered twice within a block: nobody could read the first
 * word, the last stands. */
static bool replace_earlier(struct readings *out, const struct reading *later)
{
	for (size_t i = out->count;
	     i && out->items[i - 1].block == later->block; i--) {
		struct reading *earlier = &out->items[i - 1];

		if (earlier->item != later->item ||
		    earlier->round != later->round ||
		    earlier->time_ms != later->time_ms)
			continue;
		*earlier = *later;
		return true;
	}
	return false;
}

static enum status add_log(struct readings *out, struct reading *reading,
			   i128 answer, uint8_t decimals)
{
	enum status status = source_decimal(&reading->value, answer,
					    -decimals);

	if (!status && !replace_earlier(out, reading))
		*readings_add(out) = *reading;
	return status;
}

static enum status read_log(struct readings *out, const struct source_job *job,
			    const struct json *log)
{
	const struct json *topics = json_member(log, "topics");
	uint8_t words[CHAINLINK_UPDATE_TOPICS + 1][32], address[20];
	struct chainlink_update update;
	struct reading reading = { .is_past = true };

	for (size_t i = 0; i < CHAINLINK_UPDATE_TOPICS; i++)
		if (json_hex_fixed(words[i], 32, json_item(topics, i)))
			return E_MALFORMED;
	if (json_count(topics) != CHAINLINK_UPDATE_TOPICS ||
	    json_hex_fixed(words[CHAINLINK_UPDATE_TOPICS], 32,
			   json_member(log, "data")) ||
	    json_hex_fixed(address, 20, json_member(log, "address")) ||
	    json_hex_u64(&reading.block, json_member(log, "blockNumber")) ||
	    chainlink_decode_update(&update, bytes_of(words, 96),
				    bytes_of(words[3], 32)))
		return E_MALFORMED;
	reading.item = item_of(job, address);
	if (reading.item == job->item_count || update.updated_s > LATEST_S ||
	    reading.block <= job->chain.read_block ||
	    reading.block > last_of_span(&job->chain))
		return E_MALFORMED; /* not asked */
	reading.round = chainlink_join(
		job->chain.aggregators[reading.item].phase, update.round);
	reading.time_ms = (int64_t)update.updated_s * 1000;
	keccak256(reading.raw_digest, words, sizeof(words));
	return add_log(out, &reading, update.answer,
			   job->chain.aggregators[reading.item].decimals) ==
			       E_MALFORMED ? E_MALFORMED : OK;
}

static enum status no_logs(struct source_job *job, struct error *error,
			   const char *what)
{
	job->chain.without_logs = true; /* the next snapshot goes without */
	return bad(error, what);
}

/* The node refused the range, whatever its words: a smaller one may do. */
static enum status halve(struct source_job *job, struct error *error)
{
	struct source_chain *chain = &job->chain;

	if (last_of_span(chain) == chain->read_block + 1)
		return no_logs(job, error, "no logs even of a single block");
	chain->span = (last_of_span(chain) - chain->read_block) / 2;
	job->more = true;
	return OK;
}

static enum status answer_logs(struct readings *out, struct source_job *job,
			       const struct json *root, struct error *error)
{
	const struct json *failure = json_member(root, "error");
	const struct json *list = json_member(root, "result");
	struct source_chain *chain = &job->chain;

	if (failure && !json_is_null(failure))
		return halve(job, error);
	if (!json_is_array(list))
		return no_logs(job, error, "no list of logs");
	for (const struct json *it = json_first(list); it; it = json_next(it))
		if (read_log(out, job, it))
			return no_logs(job, error, "a log that is malformed or "
						   "was not asked");
	chain->read_block = last_of_span(chain);
	chain->span += chain->span / 2 + 1;
	chain->pages++;
	job->more = true;
	if (chain->read_block < chain->block)
		return OK;
	/* After many pages the pinned block is old: nodes forget its state. */
	chain->step = chain->pages == 1 ? STEP_ROUNDS : STEP_PIN;
	return OK;
}

static enum status answer(struct readings *out, struct source_job *job,
			  struct bytes body, struct error *error)
{
	enum step step = (enum step)job->chain.step;
	size_t before = out->count;
	struct json *root = NULL;
	enum status status = json_parse(&root, body, error);

	job->more = false;
	if (!status && step != STEP_LOGS && !json_is_array(root))
		status = bad(error, "something else than a batch");
	else if (!status && step == STEP_PIN)
		status = answer_pin(job, root, error);
	else if (!status && step == STEP_LOGS)
		status = answer_logs(out, job, root, error);
	else if (!status)
		status = answer_rounds(out, job, root, error);
	json_free(root);
	if (status) {
		out->count = before;
		job->chain.step = STEP_PIN;
	}
	return status;
}

const struct source_kind source_chainlink = {
	.name = "chainlink", .items_max = ITEMS_MAX, .burst = 20,
	.refill_ms = 100, .ask = ask, .answer = answer,
};
