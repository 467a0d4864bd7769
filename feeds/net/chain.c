/* chain.c -- blocks, pins, batched calls and storage. */
#include "feeds/net/chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/wire/revert_reasons.h"

static enum status read_block(struct chain_block *out,
			      const struct json *block,
			      const struct json_rpc *rpc, struct error *error)
{
	struct chain_block read = { 0 };
	const struct json *fee = json_member(block, "baseFeePerGas");

	if (json_hex_u64(&read.number, json_member(block, "number")) ||
	    json_hex_fixed(read.hash, HASH_SIZE, json_member(block, "hash")) ||
	    json_hex_fixed(read.parent, HASH_SIZE,
			   json_member(block, "parentHash")) ||
	    json_hex_u64(&read.time_s, json_member(block, "timestamp")) ||
	    json_hex_u64(&read.gas_limit, json_member(block, "gasLimit")) ||
	    (fee && json_hex_u128(&read.base_fee, fee)))
		return error_set(error, E_PEER, "eth_getBlockByNumber: %s "
				 "answered a block with missing or malformed "
				 "fields", json_rpc_origin(rpc));
	*out = read;
	return OK;
}

static enum status ask_block(struct chain_block *out, struct json_rpc *rpc,
			     const char *parameter, struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	char params[64];
	enum status status;

	snprintf(params, sizeof(params), "[\"%s\",false]", parameter);
	status = json_rpc_call_nullable(&answer, rpc, "eth_getBlockByNumber",
					params, error);
	if (status)
		return status;
	if (!answer.result) {
		error_set(error, E_MISSING, "%s has no block %s",
			  json_rpc_origin(rpc), parameter);
		error_hint(error, "The node may lag behind; ask for an older "
			   "block or wait.");
		status = E_MISSING;
	} else {
		status = read_block(out, answer.result, rpc, error);
	}
	json_rpc_answer_free(&answer);
	return status;
}

enum status chain_block_at(struct chain_block *out, struct json_rpc *rpc,
			   uint64_t number, struct error *error)
{
	struct chain_block read;
	char parameter[24];
	enum status status;

	snprintf(parameter, sizeof(parameter), "0x%llx",
		 (unsigned long long)number);
	status = ask_block(&read, rpc, parameter, error);
	if (status)
		return status;
	if (read.number != number)
		return error_set(error, E_PEER, "%s was asked for block %llu "
				 "and answered %llu", json_rpc_origin(rpc),
				 (unsigned long long)number,
				 (unsigned long long)read.number);
	*out = read;
	return OK;
}

enum status chain_block(struct chain_block *out, struct json_rpc *rpc,
			const char *tag, struct error *error)
{
	char *end = NULL;
	unsigned long long number;

	if (!strcmp(tag, "latest") || !strcmp(tag, "safe") ||
	    !strcmp(tag, "finalized"))
		return ask_block(out, rpc, tag, error);
	number = *tag >= '0' && *tag <= '9' ? strtoull(tag, &end, 10) : 0;
	if (!end || *end) {
		error_set(error, E_USAGE, "\"%s\" is no block", tag);
		return error_hint(error, "Blocks are numbers, latest, safe or "
				  "finalized.");
	}
	return chain_block_at(out, rpc, number, error);
}

static void pin_text(struct chain_pin *pin)
{
	char hash[HASH_TEXT_MAX];

	hex_encode_prefixed(hash, pin->block.hash, HASH_SIZE);
	if (pin->by_hash)
		snprintf(pin->text, sizeof(pin->text),
			 "{\"blockHash\":\"%s\"}", hash);
	else
		snprintf(pin->text, sizeof(pin->text), "\"0x%llx\"",
			 (unsigned long long)pin->block.number);
}

/* EIP-1898: asks a balance by hash; nodes without it refuse the parameter. */
static enum status try_by_hash(struct chain_pin *pin, struct json_rpc *rpc,
			       struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	struct error ignored = { 0 };
	char params[256];
	enum status status;

	pin->by_hash = true;
	pin_text(pin);
	snprintf(params, sizeof(params),
		 "[\"0x0000000000000000000000000000000000000000\",%s]",
		 pin->text);
	status = json_rpc_call(&answer, rpc, "eth_getBalance", params,
			       &ignored);
	json_rpc_answer_free(&answer);
	if (status && !json_rpc_error_code(rpc)) {
		*error = ignored; /* the connection, not the parameter */
		return status;
	}
	if (status) {
		pin->by_hash = false;
		pin_text(pin);
	}
	return OK;
}

enum status chain_pin(struct chain_pin *out, struct json_rpc *rpc,
		      const char *tag, struct error *error)
{
	struct chain_pin pin = { 0 };
	enum status status = chain_block(&pin.block, rpc, tag, error);

	if (!status)
		status = try_by_hash(&pin, rpc, error);
	if (!status)
		*out = pin;
	return status;
}

enum status chain_pin_check(const struct chain_pin *pin, struct json_rpc *rpc,
			    struct error *error)
{
	struct chain_block now;
	enum status status = chain_block_at(&now, rpc, pin->block.number,
					    error);

	if (status)
		return status;
	if (!memcmp(now.hash, pin->block.hash, HASH_SIZE))
		return OK;
	error_set(error, E_PEER, "block %llu changed while it was read (a "
		  "reorganisation, or several nodes behind one address)",
		  (unsigned long long)pin->block.number);
	return error_hint(error, "Run it again, with an older --block if it "
			  "recurs.");
}

static char *call_params(const struct chain_call *call,
			 const struct chain_pin *pin)
{
	char to[ADDRESS_TEXT_MAX], data[2 * sizeof(call->data) + 3];
	struct text text = { 0 };

	hex_encode_prefixed(to, call->to, ADDRESS_SIZE);
	hex_encode_prefixed(data, call->data, call->data_size);
	text_add_format(&text, "[{\"to\":\"%s\",\"data\":\"%s\"},%s]", to,
			data, pin->text);
	return text.data;
}

static enum status no_contract(const struct chain_call *call,
			       const struct chain_pin *pin,
			       struct error *error)
{
	char to[ADDRESS_TEXT_MAX];

	address_format(to, call->to);
	error_set(error, E_MISSING, "%s: no such contract at %s at block %llu",
		  call->name, to, (unsigned long long)pin->block.number);
	return error_hint(error, "Check the address, the chain and the block.");
}

static enum status take_answer(struct chain_call *call,
			       const struct json_rpc_request *request,
			       const struct chain_pin *pin,
			       struct error *error)
{
	call->failed = !request->result;
	if (call->failed)
		return OK; /* only where the call may fail */
	if (json_hex_bytes(&call->answer, &call->answer_size,
			   request->result))
		return error_set(error, E_PEER, "%s: the node answered no "
				 "hexadecimal bytes", call->name);
	if (call->answer_size)
		return OK;
	call->failed = true;
	return call->may_fail ? OK : no_contract(call, pin, error);
}

/* The batch knows "eth_call"; the reader wants the function's name. */
static void name_revert(struct error *error, const struct chain_call *calls,
			size_t count, const struct json_rpc_request *requests)
{
	struct error bare = *error;
	char to[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < count; i++)
		if (!requests[i].result && !calls[i].may_fail) {
			address_format(to, calls[i].to);
			error_set(error, bare.status, "%s at %s: %.380s",
				  calls[i].name, to, bare.message);
			error_hint(error, "%s", bare.hint);
			return;
		}
}

enum status chain_call_all(const struct chain_view *view,
			   struct chain_call *calls, size_t count,
			   const char *label, struct error *error)
{
	struct json_rpc_request *requests =
		memory_allocate(count + 1, sizeof(*requests));
	struct json_rpc_batch batch = { .requests = requests, .count = count };
	enum status status;

	for (size_t i = 0; i < count; i++)
		requests[i] = (struct json_rpc_request){
			.method = "eth_call",
			.params = call_params(&calls[i], view->pin),
			.may_fail = calls[i].may_fail };
	status = json_rpc_batch_call(&batch, view->rpc, label, error);
	if (status == E_REFUSED)
		name_revert(error, calls, count, requests);
	for (size_t i = 0; i < count && !status; i++)
		status = take_answer(&calls[i], &requests[i], view->pin,
				     error);
	for (size_t i = 0; i < count; i++)
		memory_free((void *)requests[i].params);
	json_rpc_batch_free(&batch);
	memory_free(requests);
	if (status)
		chain_answers_free(calls, count);
	return status;
}

void chain_answers_free(struct chain_call *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		memory_free(calls[i].answer);
		calls[i].answer = NULL;
		calls[i].answer_size = 0;
	}
}

struct bytes chain_answer(const struct chain_call *call)
{
	return bytes_of(call->answer, call->answer_size);
}

enum status chain_storage(uint8_t out32[32], const struct chain_view *view,
			  const uint8_t address20[ADDRESS_SIZE],
			  const uint8_t slot32[32], struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	char address[ADDRESS_TEXT_MAX], slot[HASH_TEXT_MAX], params[320];
	enum status status;

	hex_encode_prefixed(address, address20, ADDRESS_SIZE);
	hex_encode_prefixed(slot, slot32, 32);
	snprintf(params, sizeof(params), "[\"%s\",\"%s\",%s]", address, slot,
		 view->pin->text);
	status = json_rpc_call(&answer, view->rpc, "eth_getStorageAt", params,
			       error);
	if (status)
		return status;
	if (json_hex_fixed(out32, 32, answer.result))
		status = error_set(error, E_PEER, "eth_getStorageAt: %s "
				   "answered no word", json_rpc_origin(view->rpc));
	json_rpc_answer_free(&answer);
	return status;
}
