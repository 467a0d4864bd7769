/* transaction_internal.h -- shared by the transaction_*.c files only. */
#ifndef AGENT_TRANSACTION_INTERNAL_H
#define AGENT_TRANSACTION_INTERNAL_H

#include "agent/transaction_sender.h"

/** transaction_call_text - the JSON object of eth_call and eth_estimateGas;
 *  memory_free'd by the caller. */
char *transaction_call_text(const uint8_t from20[ADDRESS_SIZE],
			    const struct transaction_order *order);

/** transaction_nonce - `tag` "pending" or "latest". */
MUST_CHECK enum status transaction_nonce(uint64_t *out, struct json_rpc *rpc,
					 const uint8_t address20[ADDRESS_SIZE],
					 const char *tag, struct error *error);

/** transaction_fees - from eth_feeHistory: twice the next base fee plus the
 *  median tip of 20 blocks, both clipped to the caps; E_REFUSED when the next
 *  base fee alone is above fee_cap. */
MUST_CHECK enum status transaction_fees(u128 *max_fee, u128 *priority_fee,
					struct json_rpc *rpc,
					const struct sender_options *options,
					struct error *error);

/** transaction_gas - eth_estimateGas with half as much again: an estimate is
 *  exact for its second only.  Never above the block's limit. */
MUST_CHECK enum status transaction_gas(uint64_t *out, struct json_rpc *rpc,
				       const uint8_t from20[ADDRESS_SIZE],
				       const struct transaction_order *order,
				       struct error *error);

/** A signed transaction; data is memory_free'd by the caller. */
struct transaction_raw {
	uint8_t *data;
	size_t size;
	uint8_t hash[HASH_SIZE];
};

/** transaction_sign - signs record's nonce, fees and gas with order's call. */
MUST_CHECK enum status transaction_sign(struct transaction_raw *out,
					const struct transaction_sender *sender,
					const struct transaction_record *record,
					const struct transaction_order *order,
					struct error *error);
/** transaction_broadcast - eth_sendRawTransaction; E_PEER also when the node
 *  answers another transaction's hash. */
MUST_CHECK enum status transaction_broadcast(struct json_rpc *rpc,
					     const struct transaction_raw *raw,
					     struct error *error);

struct transaction_receipt {
	bool found;
	bool succeeded;
	uint64_t block, gas_used;
	uint8_t block_hash[HASH_SIZE], hash[HASH_SIZE];
};

/** transaction_receipt - of any of the record's hashes, newest first. */
MUST_CHECK enum status
transaction_receipt(struct transaction_receipt *out, struct json_rpc *rpc,
		    const struct transaction_record *record,
		    struct error *error);

/** transaction_explain - runs a reverted call again at its block and before
 *  it; writes the decoded reason into the record. */
void transaction_explain(struct transaction_record *record,
			 struct json_rpc *rpc,
			 const struct transaction_order *order);

#endif
