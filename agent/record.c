/* record.c -- see record.h. */
#include "agent/record.h"

#include <string.h>

#include "sql/decisions.h"
#include "sql/liquidity.h"
#include "sql/markets.h"
#include "sql/policies.h"
#include "sql/transactions.h"

static enum status record_policy(struct database *database,
				 const struct case_document *document,
				 const char *path, struct error *error)
{
	uint8_t *source, hash[HASH_SIZE];
	size_t size;
	enum status status = file_read(&source, &size, path, POLICY_BYTES_MAX,
				       error);
	struct text text = { 0 };

	if (status)
		return status;
	text_add(&text, (const char *)source, size);
	policy_hash(hash, document->input.policy);
	status = policy_store(database, hash, document->input.policy,
			      size ? text.data : "", error);
	text_free(&text);
	memory_free(source);
	return status;
}

static enum status record_market(struct database *database,
				 const struct case_input *in,
				 struct error *error)
{
	const struct reserve *reserves[ASSETS_MAX];
	struct market_record record = {
		.chain_id = in->domain.chain_id,
		.block = in->anchor_block,
		.block_time_s = in->anchor_time_s,
		.reserve_count = in->reserve_count, .reserves = reserves,
		.position_count = in->position_count,
		.positions = in->positions };
	int64_t id;

	memcpy(record.market, in->market, HASH_SIZE);
	memcpy(record.block_hash, in->anchor_hash, HASH_SIZE);
	memcpy(record.fingerprint, in->fingerprint, HASH_SIZE);
	for (uint8_t i = 0; i < in->reserve_count; i++)
		reserves[i] = &in->reserves[i];
	return market_store(&id, database, &record, error);
}

static enum status record_curves(struct database *database,
				 const struct case_input *in,
				 struct error *error)
{
	enum status status = OK;

	for (uint8_t i = 0; i < in->curve_count && !status; i++)
		status = liquidity_store(
			database, in->reserves[in->curves[i].reserve].symbol,
			&in->curves[i], error);
	return status;
}

static enum status record_inputs(struct database *database,
				 const struct built_case *built,
				 const struct case_document *document,
				 struct error *error)
{
	const struct case_input *in = &document->input;
	struct case_record record = {
		.chain_id = in->domain.chain_id, .epoch = in->epoch,
		.anchor_block = in->anchor_block,
		.bytes = bytes_of(document->bytes, document->size),
		.input_count = built->input_count, .inputs = built->inputs };

	memcpy(record.digest, document->digest, HASH_SIZE);
	memcpy(record.market, in->market, HASH_SIZE);
	policy_hash(record.policy_hash, in->policy);
	return case_store(database, &record, error);
}

enum status record_case(struct database *database,
			const struct built_case *built,
			const char *policy_path, struct error *error)
{
	struct case_document document;
	enum status status = case_document_from_bytes(
		&document, bytes_of(built->bytes, built->size), error);

	if (status)
		return status;
	status = record_policy(database, &document, policy_path, error);
	if (!status)
		status = record_market(database, &document.input, error);
	if (!status)
		status = record_curves(database, &document.input, error);
	if (!status)
		status = record_inputs(database, built, &document, error);
	case_document_free(&document);
	return status;
}

enum status record_decision(struct database *database,
			    const struct decision_document *decision,
			    struct error *error)
{
	const struct signed_decision *made = &decision->signed_decision;
	struct decision_record record = {
		.domain = &made->domain, .decision = &made->decision,
		.bytes = bytes_of(decision->bytes, decision->size) };
	uint8_t signer[ADDRESS_SIZE];
	struct text json = { 0 };
	enum status status = OK;

	memcpy(record.digest, decision->digest, HASH_SIZE);
	if (decision->has_signature) {
		status = decision_signer(signer, decision);
		if (status)
			return error_set(error, status, "the decision's "
					 "signature is no signature");
		record.signature = decision->signature;
		record.signer = signer;
	}
	decision_document_write(&json, decision, NULL);
	record.json = json.data;
	status = decision_store(database, &record, error);
	text_free(&json);
	return status;
}

/* Fees were raised once a hash: the one that was mined decides, the others
 * were replaced by it. */
static const char *state_of_hash(const struct transaction_record *record,
				 size_t i)
{
	bool newest = i + 1 == record->hash_count;
	bool mined = record->block &&
		     !memcmp(record->hashes[i], record->mined_hash, HASH_SIZE);

	if (record->block ? !mined : !newest)
		return transaction_state_name(TRANSACTION_REPLACED);
	return transaction_state_name(record->state);
}

static enum status store_hash(const struct recording *recording,
			      const struct transaction_record *record,
			      size_t i, struct error *error)
{
	struct transaction_row row = {
		.submission_id = recording->submission,
		.chain_id = record->chain_id, .nonce = record->nonce,
		.state = state_of_hash(record, i),
		.gas_limit = record->gas_limit, .max_fee = record->max_fee,
		.priority_fee = record->priority_fee, .reason = "" };

	memcpy(row.hash, record->hashes[i], HASH_SIZE);
	memcpy(row.sender, record->from, ADDRESS_SIZE);
	memcpy(row.recipient, record->to, ADDRESS_SIZE);
	if (record->block &&
	    !memcmp(row.hash, record->mined_hash, HASH_SIZE)) {
		row.block = record->block;
		row.gas_used = record->gas_used;
		row.reason = record->reason;
		memcpy(row.block_hash, record->block_hash, HASH_SIZE);
	}
	return transaction_store(recording->database, &row, error);
}

enum status record_transaction(void *user,
			       const struct transaction_record *record,
			       struct error *error)
{
	struct recording *recording = user;
	enum status status = OK;

	if (!recording->submission)
		status = submission_open(&recording->submission,
					 recording->database,
					 recording->decision->digest,
					 submission_via_name(recording->via),
					 error);
	for (size_t i = 0; i < record->hash_count && !status; i++)
		status = store_hash(recording, record, i, error);
	if (!status)
		status = submission_update(
			recording->database, recording->submission,
			transaction_state_name(record->state), record->reason,
			error);
	return status;
}
