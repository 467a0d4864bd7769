/* chain_logs.c -- eth_getLogs over ranges that fit the node. */
#include <string.h>

#include "base/host/log.h"
#include "feeds/net/chain.h"

void chain_event_topic(uint8_t out32[HASH_SIZE], const char *signature)
{
	keccak256(out32, signature, strlen(signature));
}

static void add_hex(struct text *out, const uint8_t *data, size_t size,
		    bool first)
{
	char hex[HASH_TEXT_MAX];

	hex_encode_prefixed(hex, data, size);
	text_add_format(out, "%s\"%s\"", first ? "" : ",", hex);
}

static char *log_params(const struct chain_log_query *query, uint64_t from,
			uint64_t to)
{
	struct text text = { 0 };

	text_add_format(&text, "[{\"fromBlock\":\"0x%llx\",\"toBlock\":"
			"\"0x%llx\",\"address\":[", (unsigned long long)from,
			(unsigned long long)to);
	for (size_t i = 0; i < query->address_count; i++)
		add_hex(&text, query->addresses[i], ADDRESS_SIZE, i == 0);
	text_add_string(&text, "],\"topics\":[[");
	for (size_t i = 0; i < query->topic_count; i++)
		add_hex(&text, query->topics[i], HASH_SIZE, i == 0);
	text_add_string(&text, "]]}]");
	return text.data;
}

static enum status bad_log(const struct json_rpc *rpc, struct error *error)
{
	return error_set(error, E_PEER, "eth_getLogs: %s answered a log with "
			 "missing or malformed fields", json_rpc_origin(rpc));
}

static enum status read_topics(struct chain_log *log,
			       const struct json *topics)
{
	if (!json_is_array(topics))
		return E_MALFORMED;
	for (const struct json *t = json_first(topics); t; t = json_next(t)) {
		if (log->topic_count == 4 ||
		    json_hex_fixed(log->topics[log->topic_count++], HASH_SIZE,
				   t))
			return E_MALFORMED;
	}
	return OK;
}

static bool address_asked(const struct chain_log_query *query,
			  const struct chain_log *log)
{
	for (size_t i = 0; i < query->address_count; i++)
		if (!memcmp(query->addresses[i], log->address, ADDRESS_SIZE))
			return true;
	return !query->address_count;
}

static bool topic_asked(const struct chain_log_query *query,
			const struct chain_log *log)
{
	for (size_t i = 0; i < query->topic_count; i++)
		if (log->topic_count &&
		    !memcmp(query->topics[i], log->topics[0], HASH_SIZE))
			return true;
	return false;
}

static enum status take_log(const struct chain_log_query *query,
			    const struct json_rpc *rpc,
			    const struct json *item, struct error *error)
{
	struct chain_log log = { 0 };
	uint8_t *data = NULL;
	size_t size = 0;
	enum status status;

	if (json_hex_fixed(log.address, ADDRESS_SIZE,
			   json_member(item, "address")) ||
	    read_topics(&log, json_member(item, "topics")) ||
	    json_hex_u64(&log.block, json_member(item, "blockNumber")) ||
	    json_hex_u64(&log.index, json_member(item, "logIndex")) ||
	    json_hex_fixed(log.transaction, HASH_SIZE,
			   json_member(item, "transactionHash")) ||
	    json_hex_bytes(&data, &size, json_member(item, "data")))
		return bad_log(rpc, error);
	log.data = bytes_of(data, size);
	if (log.block < query->from || log.block > query->to ||
	    !address_asked(query, &log) || !topic_asked(query, &log))
		status = error_set(error, E_PEER, "eth_getLogs: %s answered a "
				   "log that was not asked",
				   json_rpc_origin(rpc));
	else
		status = query->each(query->user, &log, error);
	memory_free(data);
	return status;
}

static enum status take_logs(const struct chain_log_query *query,
			     const struct json_rpc *rpc,
			     const struct json *list, struct error *error)
{
	enum status status = OK;

	if (!json_is_array(list))
		return bad_log(rpc, error);
	for (const struct json *item = json_first(list); item && !status;
	     item = json_next(item))
		status = take_log(query, rpc, item, error);
	return status;
}

/* A refusal that a smaller range may cure: an error object (whatever its
 * words) or an answer beyond our own bound. */
static bool may_halve(const struct json_rpc *rpc, enum status status,
		      const struct error *error)
{
	return (status == E_PEER || status == E_REFUSED) &&
	       (json_rpc_error_code(rpc) ||
		strstr(error->message, "answered more than"));
}

static enum status ask_range(struct json_rpc_answer *answer,
			     struct json_rpc *rpc,
			     const struct chain_log_query *query,
			     const uint64_t range[2], struct error *error)
{
	char *params = log_params(query, range[0], range[1]);
	enum status status = json_rpc_call(answer, rpc, "eth_getLogs", params,
					   error);

	memory_free(params);
	return status;
}

enum status chain_logs(struct json_rpc *rpc,
		       const struct chain_log_query *query,
		       struct error *error)
{
	uint64_t from = query->from, step = query->to - query->from + 1;
	enum status status = OK;

	while (from <= query->to && !status) {
		uint64_t left = query->to - from + 1;
		uint64_t size = step < left ? step : left;
		struct json_rpc_answer answer = { 0 };

		if (query->label)
			progress_show(query->label, from - query->from,
				      query->to - query->from + 1);
		status = ask_range(&answer, rpc, query,
				   (uint64_t[2]){ from, from + size - 1 },
				   error);
		if (status && size > 1 && may_halve(rpc, status, error)) {
			step = size / 2;
			status = OK;
			continue;
		}
		if (!status)
			status = take_logs(query, rpc, answer.result, error);
		json_rpc_answer_free(&answer);
		from += size;
		step = size + size / 2 + 1;
	}
	if (query->label)
		progress_clear();
	return status;
}
