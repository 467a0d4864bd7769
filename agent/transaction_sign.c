/* transaction_sign.c -- a record and an order as a signed EIP-1559
 * transaction. */
#include <string.h>

#include "agent/transaction_internal.h"
#include "governance/codec/transaction.h"

static enum status sign_in(struct arena *arena,
			   struct signed_transaction *out,
			   const struct transaction_sender *sender,
			   const struct transaction_record *record,
			   const struct transaction_order *order)
{
	uint8_t priority[16] = { 0 }, max_fee[16] = { 0 }, value[16] = { 0 };
	struct transaction transaction = {
		.chain_id = record->chain_id,
		.nonce = record->nonce,
		.gas_limit = record->gas_limit,
		.priority_fee = bytes_of(priority, sizeof(priority)),
		.max_fee = bytes_of(max_fee, sizeof(max_fee)),
		.value = bytes_of(value, sizeof(value)),
		.data = order->data,
	};
	struct transaction_key key = { sender->key->context,
				       sender->key->secret };

	store_be128(priority, record->priority_fee);
	store_be128(max_fee, record->max_fee);
	store_be128(value, order->value);
	memcpy(transaction.to, order->to, ADDRESS_SIZE);
	return transaction_sign_1559(out, &transaction, &key, arena);
}

enum status transaction_sign(struct transaction_raw *out,
			     const struct transaction_sender *sender,
			     const struct transaction_record *record,
			     const struct transaction_order *order,
			     struct error *error)
{
	struct arena *arena = arena_new(8 * order->data.size + 65536);
	struct signed_transaction made;
	enum status status = sign_in(arena, &made, sender, record, order);

	if (!status) {
		out->data = memory_allocate(made.raw.size, 1);
		out->size = made.raw.size;
		memcpy(out->data, made.raw.data, made.raw.size);
		memcpy(out->hash, made.hash, HASH_SIZE);
	}
	arena_free(arena);
	return status ? error_set(error, E_SYSTEM,
				  "the transaction cannot be signed: %s",
				  status_name(status))
		      : OK;
}

enum status transaction_broadcast(struct json_rpc *rpc,
				  const struct transaction_raw *raw,
				  struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	char *hex = memory_allocate(2 * raw->size + 3, 1);
	struct text params = { 0 };
	uint8_t hash[HASH_SIZE];
	enum status status;

	hex_encode_prefixed(hex, raw->data, raw->size);
	text_add_string(&params, "[\"");
	text_add_string(&params, hex);
	text_add_string(&params, "\"]");
	status = json_rpc_call(&answer, rpc, "eth_sendRawTransaction",
			       params.data, error);
	if (!status && (json_hex_fixed(hash, HASH_SIZE, answer.result) ||
			memcmp(hash, raw->hash, HASH_SIZE)))
		status = error_set(error, E_PEER, "eth_sendRawTransaction: %s "
				   "answered another transaction's hash",
				   json_rpc_origin(rpc));
	json_rpc_answer_free(&answer);
	text_free(&params);
	memory_free(hex);
	return status;
}
