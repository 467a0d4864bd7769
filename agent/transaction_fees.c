/* transaction_fees.c -- nonce, fees and gas, asked of the node. */
#include <stdlib.h>
#include <string.h>

#include "agent/transaction_internal.h"

#define FEE_BLOCKS 20

static const u128 gwei = 1000000000;

static enum status bad_answer(const struct json_rpc *rpc, const char *method,
			      struct error *error)
{
	return error_set(error, E_PEER, "%s: %s answered something else",
			 method, json_rpc_origin(rpc));
}

static void add_quantity(struct text *out, u128 value)
{
	uint64_t high = (uint64_t)(value >> 64), low = (uint64_t)value;

	if (high)
		text_add_format(out, "\"0x%llx%016llx\"",
				(unsigned long long)high,
				(unsigned long long)low);
	else
		text_add_format(out, "\"0x%llx\"", (unsigned long long)low);
}

char *transaction_call_text(const uint8_t from20[ADDRESS_SIZE],
			    const struct transaction_order *order)
{
	char from[ADDRESS_TEXT_MAX], to[ADDRESS_TEXT_MAX];
	char *data = memory_allocate(2 * order->data.size + 3, 1);
	struct text text = { 0 };

	hex_encode_prefixed(from, from20, ADDRESS_SIZE);
	hex_encode_prefixed(to, order->to, ADDRESS_SIZE);
	hex_encode_prefixed(data, order->data.data, order->data.size);
	text_add_format(&text, "{\"from\":\"%s\",\"to\":\"%s\",\"value\":",
			from, to);
	add_quantity(&text, order->value);
	text_add_string(&text, ",\"data\":\"");
	text_add_string(&text, data);
	text_add_string(&text, "\"}");
	memory_free(data);
	return text.data;
}

enum status transaction_nonce(uint64_t *out, struct json_rpc *rpc,
			      const uint8_t address20[ADDRESS_SIZE],
			      const char *tag, struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	char address[ADDRESS_TEXT_MAX];
	struct text params = { 0 };
	enum status status;

	hex_encode_prefixed(address, address20, ADDRESS_SIZE);
	text_add_format(&params, "[\"%s\",\"%s\"]", address, tag);
	status = json_rpc_call(&answer, rpc, "eth_getTransactionCount",
			       params.data, error);
	text_free(&params);
	if (!status && json_hex_u64(out, answer.result))
		status = bad_answer(rpc, "eth_getTransactionCount", error);
	json_rpc_answer_free(&answer);
	return status;
}

static int by_value(const void *a, const void *b)
{
	const u128 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Median of the tips that were paid; 1 gwei where no block had any. */
static u128 median_tip(const struct json *rewards)
{
	u128 tips[FEE_BLOCKS];
	size_t count = 0;

	for (const struct json *r = json_first(rewards); r && count < FEE_BLOCKS;
	     r = json_next(r))
		if (!json_hex_u128(&tips[count], json_item(r, 0)) &&
		    tips[count])
			count++;
	if (!count)
		return gwei;
	qsort(tips, count, sizeof(tips[0]), by_value);
	return tips[count / 2];
}

static enum status next_base_fee(u128 *out, const struct json *history)
{
	const struct json *last = json_first(json_member(history,
							 "baseFeePerGas"));

	while (last && json_next(last))
		last = json_next(last);
	return json_hex_u128(out, last);
}

static enum status above_cap(u128 base, u128 cap, struct error *error)
{
	error_set(error, E_REFUSED, "the base fee is %llu gwei, above the cap "
		  "of %llu gwei", (unsigned long long)(base / gwei),
		  (unsigned long long)(cap / gwei));
	return error_hint(error, "Wait, or raise --max-fee-gwei.");
}

enum status transaction_fees(u128 *max_fee, u128 *priority_fee,
			     struct json_rpc *rpc,
			     const struct sender_options *options,
			     struct error *error)
{
	u128 cap = options->fee_cap ? options->fee_cap : 500 * gwei;
	u128 tip_cap = options->priority_cap ? options->priority_cap : 5 * gwei;
	struct json_rpc_answer answer = { 0 };
	u128 base, tip;
	enum status status = json_rpc_call(&answer, rpc, "eth_feeHistory",
					   "[\"0x14\",\"latest\",[50]]",
					   error);

	if (status)
		return status;
	status = next_base_fee(&base, answer.result);
	tip = median_tip(json_member(answer.result, "reward"));
	json_rpc_answer_free(&answer);
	if (status || base >> 100)
		return bad_answer(rpc, "eth_feeHistory", error);
	if (base > cap)
		return above_cap(base, cap, error);
	if (tip > tip_cap)
		tip = tip_cap;
	*max_fee = 2 * base + tip < cap ? 2 * base + tip : cap;
	*priority_fee = tip < *max_fee ? tip : *max_fee;
	return OK;
}

static enum status estimate(uint64_t *out, struct json_rpc *rpc,
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
	text_add_string(&params, "]");
	status = json_rpc_call(&answer, rpc, "eth_estimateGas", params.data,
			       error);
	text_free(&params);
	memory_free(call);
	if (!status && json_hex_u64(out, answer.result))
		status = bad_answer(rpc, "eth_estimateGas", error);
	json_rpc_answer_free(&answer);
	return status;
}

enum status transaction_gas(uint64_t *out, struct json_rpc *rpc,
			    const uint8_t from20[ADDRESS_SIZE],
			    const struct transaction_order *order,
			    struct error *error)
{
	struct chain_block head;
	uint64_t gas;
	enum status status = estimate(&gas, rpc, from20, order, error);

	if (!status)
		status = chain_block(&head, rpc, "latest", error);
	if (status)
		return status;
	if (order->gas_ceiling && gas > order->gas_ceiling)
		return error_set(error, E_REFUSED, "the call needs %llu gas, "
				 "above the ceiling of %llu",
				 (unsigned long long)gas,
				 (unsigned long long)order->gas_ceiling);
	if (gas > head.gas_limit)
		return error_set(error, E_REFUSED, "the call needs %llu gas; a "
				 "block holds %llu", (unsigned long long)gas,
				 (unsigned long long)head.gas_limit);
	gas += gas / 2;
	*out = gas < head.gas_limit ? gas : head.gas_limit;
	return OK;
}
