/* verification_chain.c -- see verification_chain.h. */
#include "agent/verification_chain.h"

#include <string.h>

#include "agent/epoch_block.h"
#include "agent/steward_reader.h"
#include "agent/verification_transaction.h"

/* The host chose anchor and epoch; their times and the epoch's block, from
 * which all random numbers come, are the chain's. */
static enum status check_moment(struct verification *v,
				const struct chain_block *anchor,
				struct json_rpc *rpc, struct error *error)
{
	const struct case_moment *moment = &v->moment;
	struct chain_block first;
	enum status status;

	if (moment->anchor_time_s != anchor->time_s) {
		verification_add(v, "anchor", CHECK_FAIL,
				 "the case gives block %llu another time",
				 (unsigned long long)anchor->number);
		return OK;
	}
	status = epoch_block(&first, rpc, anchor, moment->epoch_start_s,
			     error);
	if (status)
		return status;
	if (memcmp(first.hash, moment->epoch_block_hash, HASH_SIZE))
		verification_add(v, "anchor", CHECK_FAIL,
				 "the epoch begins with block %llu, not with "
				 "the one that the case's random numbers are "
				 "made of", (unsigned long long)first.number);
	else
		verification_add(v, "anchor", CHECK_PASS,
				 "block %llu is on the chain, and so is block "
				 "%llu, the first of the epoch",
				 (unsigned long long)anchor->number,
				 (unsigned long long)first.number);
	return OK;
}

static enum status check_anchor(struct verification *v,
				const struct decision *decision,
				struct json_rpc *rpc, struct error *error)
{
	struct chain_block block;
	enum status status = chain_block_at(&block, rpc,
					    decision->anchor_block, error);

	if (status == E_MISSING) {
		verification_add(v, "anchor", CHECK_FAIL,
				 "the chain has no block %llu",
				 (unsigned long long)decision->anchor_block);
		return OK;
	}
	if (status)
		return status;
	if (memcmp(block.hash, decision->anchor_block_hash, HASH_SIZE))
		verification_add(v, "anchor", CHECK_FAIL,
				 "block %llu has another hash",
				 (unsigned long long)decision->anchor_block);
	else if (v->moment.known)
		return check_moment(v, &block, rpc, error);
	else
		verification_add(v, "anchor", CHECK_PASS,
				 "block %llu is on the chain",
				 (unsigned long long)decision->anchor_block);
	return OK;
}

static void check_key(struct verification *v, const struct decision *decision,
		      const struct registered_key *key)
{
	if (!key->valid)
		verification_add(v, "registry", CHECK_FAIL,
				 "the registry does not accept the key");
	else if (memcmp(key->model_hash, decision->model_hash, HASH_SIZE) ||
		 memcmp(key->policy_hash, decision->policy_hash, HASH_SIZE))
		verification_add(v, "registry", CHECK_FAIL,
				 "the key's image has another model or policy");
	else
		verification_add(v, "registry", CHECK_PASS,
				 "the key is registered with this model and "
				 "policy");
}

static enum status check_registry(struct verification *v,
				  const struct decision_document *decision,
				  const struct steward_query *query,
				  struct error *error)
{
	struct registered_key key;
	uint8_t signer[ADDRESS_SIZE];
	enum status status;

	if (decision_signer(signer, decision)) {
		verification_add(v, "registry", CHECK_NOT_CHECKED,
				 "the signature names no key");
		return OK;
	}
	status = steward_read_key(&key, query, signer, error);
	if (!status)
		check_key(v, &decision->signed_decision.decision, &key);
	return status;
}

enum status verify_chain(struct verification *v,
			 const struct decision_document *decision,
			 struct json_rpc *rpc, struct error *error)
{
	const struct signed_decision *made = &decision->signed_decision;
	struct steward_query query = { .view = { .rpc = rpc } };
	struct chain_pin pin;
	uint64_t chain_id = 0;
	enum status status;

	if (!rpc) {
		verification_add(v, "anchor", CHECK_NOT_CHECKED,
				 "no --rpc given");
		verification_add(v, "registry", CHECK_NOT_CHECKED,
				 "no --rpc given");
		return verify_transaction(v, decision, NULL, error);
	}
	status = json_rpc_chain_id(&chain_id, rpc, error);
	if (!status && chain_id != made->domain.chain_id) {
		verification_add(v, "chain", CHECK_FAIL,
				 "the node is on chain %llu",
				 (unsigned long long)chain_id);
		return OK;
	}
	if (!status)
		status = check_anchor(v, &made->decision, rpc, error);
	if (!status)
		status = chain_pin(&pin, rpc, "latest", error);
	if (status)
		return status;
	query.view.pin = &pin;
	memcpy(query.steward, made->domain.steward, ADDRESS_SIZE);
	memcpy(query.market, made->decision.market, HASH_SIZE);
	status = check_registry(v, decision, &query, error);
	return status ? status : verify_transaction(v, decision, rpc, error);
}
