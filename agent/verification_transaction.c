/* verification_transaction.c -- see verification_transaction.h. */
#include "agent/verification_transaction.h"

#include <stdio.h>
#include <string.h>

static bool topic_is(const struct json *topics, size_t index,
		     const uint8_t expected[HASH_SIZE])
{
	uint8_t topic[HASH_SIZE];

	return !json_hex_fixed(topic, HASH_SIZE, json_item(topics, index)) &&
	       !memcmp(topic, expected, HASH_SIZE);
}

/* Both events: topics are event, market, digest. */
static bool announces(const struct json *log,
		      const struct decision_document *decision)
{
	static const char *const events[] = {
		"DecisionAccepted(bytes32,bytes32,uint64,uint8,uint8,uint8,"
		"bytes32,uint256,address)",
		"DecisionRecorded(bytes32,bytes32,address,uint64)",
	};
	const struct json *topics = json_member(log, "topics");
	uint8_t emitter[ADDRESS_SIZE];
	bool known = false;

	if (json_hex_fixed(emitter, ADDRESS_SIZE, json_member(log, "address")) ||
	    memcmp(emitter, decision->signed_decision.domain.steward,
		   ADDRESS_SIZE))
		return false;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		uint8_t event[HASH_SIZE];

		chain_event_topic(event, events[i]);
		known = known || topic_is(topics, 0, event);
	}
	return known &&
	       topic_is(topics, 1, decision->signed_decision.decision.market) &&
	       topic_is(topics, 2, decision->digest);
}

static void judge(struct verification *v, const struct json *receipt,
		  const struct decision_document *decision)
{
	uint64_t succeeded = 0;

	if (!receipt || json_is_null(json_member(receipt, "blockHash"))) {
		verification_add(v, "transaction", CHECK_FAIL,
				 "the chain does not know the transaction that "
				 "the file names");
		return;
	}
	if (!json_hex_u64(&succeeded, json_member(receipt, "status")) &&
	    succeeded == 1)
		for (const struct json *log =
			     json_first(json_member(receipt, "logs"));
		     log; log = json_next(log))
			if (announces(log, decision)) {
				verification_add(v, "transaction", CHECK_PASS,
						 "the steward took this decision "
						 "in the transaction that the "
						 "file names");
				return;
			}
	verification_add(v, "transaction", CHECK_FAIL,
			 "the transaction that the file names did not bring "
			 "this decision to its steward");
}

enum status verify_transaction(struct verification *v,
			       const struct decision_document *decision,
			       struct json_rpc *rpc, struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	char hash[HASH_TEXT_MAX], params[HASH_TEXT_MAX + 8];
	enum status status;

	if (!decision->has_transaction)
		return OK;
	if (!rpc) {
		verification_add(v, "transaction", CHECK_NOT_CHECKED,
				 "no --rpc given");
		return OK;
	}
	hex_encode_prefixed(hash, decision->transaction, HASH_SIZE);
	snprintf(params, sizeof(params), "[\"%s\"]", hash);
	status = json_rpc_call_nullable(&answer, rpc, "eth_getTransactionReceipt",
					params, error);
	if (!status)
		judge(v, answer.result, decision);
	json_rpc_answer_free(&answer);
	return status;
}
