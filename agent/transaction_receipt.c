/* transaction_receipt.c -- what became of a transaction, and why. */
#include <stdio.h>
#include <string.h>

#include "agent/transaction_internal.h"

static enum status read_receipt(struct transaction_receipt *out,
				const struct json *receipt,
				const uint8_t asked[HASH_SIZE],
				struct error *error)
{
	struct transaction_receipt read = { .found = true };
	uint64_t succeeded;

	if (json_hex_fixed(read.hash, HASH_SIZE,
			   json_member(receipt, "transactionHash")) ||
	    memcmp(read.hash, asked, HASH_SIZE) ||
	    json_hex_u64(&succeeded, json_member(receipt, "status")) ||
	    succeeded > 1 ||
	    json_hex_u64(&read.block, json_member(receipt, "blockNumber")) ||
	    json_hex_u64(&read.gas_used, json_member(receipt, "gasUsed")) ||
	    json_hex_fixed(read.block_hash, HASH_SIZE,
			   json_member(receipt, "blockHash")))
		return error_set(error, E_PEER, "eth_getTransactionReceipt: "
				 "missing or malformed fields, or another "
				 "transaction's receipt");
	read.succeeded = succeeded == 1;
	*out = read;
	return OK;
}

enum status transaction_receipt(struct transaction_receipt *out,
				struct json_rpc *rpc,
				const struct transaction_record *record,
				struct error *error)
{
	enum status status = OK;

	*out = (struct transaction_receipt){ 0 };
	for (size_t i = record->hash_count; i-- && !status && !out->found;) {
		struct json_rpc_answer answer = { 0 };
		char hash[HASH_TEXT_MAX], params[HASH_TEXT_MAX + 8];

		hex_encode_prefixed(hash, record->hashes[i], HASH_SIZE);
		snprintf(params, sizeof(params), "[\"%s\"]", hash);
		status = json_rpc_call_nullable(&answer, rpc,
						"eth_getTransactionReceipt",
						params, error);
		/* Nodes give a receipt with a null block while it is pending. */
		if (!status && answer.result &&
		    !json_is_null(json_member(answer.result, "blockHash")))
			status = read_receipt(out, answer.result,
					      record->hashes[i], error);
		json_rpc_answer_free(&answer);
	}
	return status;
}

enum status transaction_preflight(struct json_rpc *rpc,
				  const uint8_t from20[ADDRESS_SIZE],
				  const struct transaction_order *order,
				  struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	char *call = transaction_call_text(from20, order);
	struct text params = { 0 };
	enum status status;

	text_add_string(&params, "[");
	text_add_string(&params, call);
	text_add_format(&params, ",%s]",
			order->pin ? order->pin->text : "\"latest\"");
	status = json_rpc_call(&answer, rpc, "eth_call", params.data, error);
	text_free(&params);
	memory_free(call);
	json_rpc_answer_free(&answer);
	return status;
}

/* At its own block other transactions came before it, so that is tried first;
 * the block before it is nearer where it was itself the first. */
void transaction_explain(struct transaction_record *record,
			 struct json_rpc *rpc,
			 const struct transaction_order *order)
{
	struct error error = { 0 };

	if (record->gas_used == record->gas_limit) {
		snprintf(record->reason, sizeof(record->reason),
			 "it ran out of gas (%llu)",
			 (unsigned long long)record->gas_limit);
		return;
	}
	snprintf(record->reason, sizeof(record->reason), "no reason known: the "
		 "same call succeeds when run again");
	for (uint64_t back = 0; order && back < 2; back++) {
		struct transaction_order again = *order;
		struct chain_pin pin = { 0 };

		snprintf(pin.text, sizeof(pin.text), "\"0x%llx\"",
			 (unsigned long long)(record->block - back));
		again.pin = &pin;
		if (transaction_preflight(rpc, record->from, &again, &error) !=
		    E_REFUSED)
			continue;
		snprintf(record->reason, sizeof(record->reason), "%.*s",
			 TRANSACTION_REASON_MAX - 1, error.message);
		return;
	}
}
