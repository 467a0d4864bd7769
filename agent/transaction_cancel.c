/* transaction_cancel.c -- taking a nonce away from a stuck transaction. */
#include <string.h>

#include "agent/transaction_internal.h"

static enum status fill(struct transaction_record *record,
			const struct transaction_sender *sender,
			uint64_t nonce, struct error *error)
{
	uint64_t next;
	enum status status = json_rpc_chain_id(&record->chain_id, sender->rpc,
					       error);

	memcpy(record->from, sender->key->address, ADDRESS_SIZE);
	memcpy(record->to, sender->key->address, ADDRESS_SIZE);
	record->nonce = nonce;
	record->gas_limit = 21000;
	if (!status)
		status = transaction_nonce(&next, sender->rpc, record->from,
					   "latest", error);
	if (!status && next > nonce)
		return error_set(error, E_REFUSED, "nonce %llu is used already "
				 "(next is %llu)", (unsigned long long)nonce,
				 (unsigned long long)next);
	if (!status)
		status = transaction_fees(&record->max_fee,
					  &record->priority_fee, sender->rpc,
					  &sender->options, error);
	return status;
}

static enum status send_it(struct transaction_record *record,
			   const struct transaction_sender *sender,
			   const struct transaction_order *order,
			   struct error *error)
{
	struct transaction_raw raw;
	enum status status = transaction_sign(&raw, sender, record, order,
					      error);

	if (status)
		return status;
	memcpy(record->hashes[0], raw.hash, HASH_SIZE);
	record->hash_count = 1;
	status = transaction_broadcast(sender->rpc, &raw, error);
	memory_free(raw.data);
	return status;
}

enum status transaction_cancel(struct transaction_record *out,
			       const struct transaction_sender *sender,
			       uint64_t nonce, unsigned fee_factor_percent,
			       struct error *error)
{
	unsigned factor = fee_factor_percent < 110 ? 110 : fee_factor_percent;
	struct transaction_order order = { 0 };
	struct transaction_record record = { 0 };
	enum status status = fill(&record, sender, nonce, error);

	if (status)
		return status;
	memcpy(order.to, sender->key->address, ADDRESS_SIZE);
	record.max_fee = record.max_fee * factor / 100 + 1;
	record.priority_fee = record.priority_fee * factor / 100 + 1;
	status = send_it(&record, sender, &order, error);
	if (status)
		return status;
	record.state = TRANSACTION_SENT;
	status = transaction_wait(&record, sender, NULL, error);
	*out = record;
	return status;
}
