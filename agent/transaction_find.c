/* transaction_find.c -- a record made from what the chain knows of a hash. */
#include <stdio.h>
#include <string.h>

#include "agent/transaction_internal.h"

static enum status read_call(struct transaction_order *order, uint8_t **data,
			     const struct json *transaction)
{
	size_t size = 0;

	if (json_hex_fixed(order->to, ADDRESS_SIZE,
			   json_member(transaction, "to")) ||
	    json_hex_u128(&order->value, json_member(transaction, "value")) ||
	    json_hex_bytes(data, &size, json_member(transaction, "input")))
		return E_MALFORMED;
	order->data = bytes_of(*data, size);
	return OK;
}

static enum status read_transaction(struct transaction_record *record,
				    struct transaction_order *order,
				    uint8_t **data,
				    const struct json *transaction)
{
	const struct json *max_fee = json_member(transaction, "maxFeePerGas");
	const struct json *tip = json_member(transaction,
					     "maxPriorityFeePerGas");
	const struct json *gas = json_member(transaction, "gas");

	if (json_hex_fixed(record->from, ADDRESS_SIZE,
			   json_member(transaction, "from")) ||
	    json_hex_u64(&record->nonce, json_member(transaction, "nonce")) ||
	    json_hex_u64(&record->gas_limit, gas) ||
	    (max_fee && json_hex_u128(&record->max_fee, max_fee)) ||
	    (tip && json_hex_u128(&record->priority_fee, tip)))
		return E_MALFORMED;
	if (read_call(order, data, transaction))
		return E_MALFORMED;
	memcpy(record->to, order->to, ADDRESS_SIZE);
	return OK;
}

static enum status unknown_hash(const char *hash, struct error *error)
{
	error_set(error, E_MISSING, "the node knows no transaction %s", hash);
	return error_hint(error, "It was dropped, replaced, or never reached "
			  "this chain.");
}

enum status transaction_find(struct transaction_record *out,
			     struct json_rpc *rpc,
			     const uint8_t hash32[HASH_SIZE],
			     struct error *error)
{
	struct transaction_record record = { .state = TRANSACTION_SENT,
					     .hash_count = 1 };
	struct transaction_order order = { 0 };
	struct json_rpc_answer answer = { 0 };
	char hash[HASH_TEXT_MAX], params[HASH_TEXT_MAX + 8];
	uint8_t *data = NULL;
	enum status status;

	hex_encode_prefixed(hash, hash32, HASH_SIZE);
	memcpy(record.hashes[0], hash32, HASH_SIZE);
	snprintf(params, sizeof(params), "[\"%s\"]", hash);
	status = json_rpc_call_nullable(&answer, rpc,
					"eth_getTransactionByHash", params,
					error);
	if (!status && !answer.result)
		status = unknown_hash(hash, error);
	if (!status && read_transaction(&record, &order, &data, answer.result))
		status = error_set(error, E_PEER, "eth_getTransactionByHash: "
				   "missing or malformed fields");
	json_rpc_answer_free(&answer);
	if (!status)
		status = json_rpc_chain_id(&record.chain_id, rpc, error);
	if (!status)
		status = transaction_look(&record, rpc, error);
	if (!status && record.state == TRANSACTION_REVERTED)
		transaction_explain(&record, rpc, &order);
	memory_free(data);
	if (!status)
		*out = record;
	return status;
}
