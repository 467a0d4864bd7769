/* verification_transaction.c -- see verification_transaction.h. */
#include "agent/verification_transaction.h"

#include <string.h>

#include "agent/transaction_sender.h"

struct search {
	const struct decision_document *decision;
	bool found;
};

/* Of both events the topics are event, market, digest. */
static enum status read_log(void *user, const struct chain_log *log,
			    struct error *error)
{
	struct search *search = user;
	const struct decision_document *decision = search->decision;

	(void)error;
	if (log->topic_count >= 3 &&
	    !memcmp(log->transaction, decision->transaction, HASH_SIZE) &&
	    !memcmp(log->topics[1], decision->signed_decision.decision.market,
		    HASH_SIZE) &&
	    !memcmp(log->topics[2], decision->digest, HASH_SIZE))
		search->found = true;
	return OK;
}

static enum status search_block(struct search *search, struct json_rpc *rpc,
				uint64_t block, struct error *error)
{
	uint8_t topics[2][HASH_SIZE];
	struct chain_log_query query = {
		.addresses = &search->decision->signed_decision.domain.steward,
		.address_count = 1,
		.topics = (const uint8_t(*)[HASH_SIZE])topics,
		.topic_count = 2, .from = block, .to = block,
		.each = read_log, .user = search };

	chain_event_topic(topics[0],
			  "DecisionAccepted(bytes32,bytes32,uint64,uint8,uint8,"
			  "uint8,bytes32,uint256,address)");
	chain_event_topic(topics[1],
			  "DecisionRecorded(bytes32,bytes32,address,uint64)");
	return chain_logs(rpc, &query, error);
}

static enum status ask_chain(struct verification *v,
			     const struct decision_document *decision,
			     struct json_rpc *rpc, struct error *error)
{
	struct search search = { decision, false };
	struct transaction_record record;
	enum status status = transaction_find(&record, rpc,
					      decision->transaction, error);

	if (!status && record.block)
		status = search_block(&search, rpc, record.block, error);
	if (status && status != E_MISSING)
		return status;
	if (search.found)
		verification_add(v, "transaction", CHECK_PASS,
				 "the steward took this decision in the "
				 "transaction that the file names");
	else if (!status && !record.block)
		verification_add(v, "transaction", CHECK_NOT_CHECKED,
				 "the transaction that the file names is not "
				 "in a block yet");
	else
		verification_add(v, "transaction", CHECK_FAIL,
				 "the transaction that the file names did not "
				 "bring this decision to its steward");
	return OK;
}

enum status verify_transaction(struct verification *v,
			       const struct decision_document *decision,
			       struct json_rpc *rpc, struct error *error)
{
	if (!decision->has_transaction)
		return OK;
	if (rpc)
		return ask_chain(v, decision, rpc, error);
	verification_add(v, "transaction", CHECK_NOT_CHECKED,
			 "no --rpc given");
	return OK;
}
