/* steward_reader.c -- see steward_reader.h. */
#include "agent/steward_reader.h"

#include <string.h>

#include "base/host/memory.h"

#define WORD 32u
#define CALLS_PER_KIND 3u

static const uint8_t managed_kinds[] = { KIND_COLLATERAL, KIND_SUPPLY_CAP,
					 KIND_BORROW_CAP };
#define MANAGED (sizeof(managed_kinds) / sizeof(managed_kinds[0]))

static void set_call(struct chain_call *call, const uint8_t *to,
		     const char *signature)
{
	uint8_t hash[HASH_SIZE];

	memset(call, 0, sizeof(*call));
	memcpy(call->to, to, ADDRESS_SIZE);
	call->name = signature;
	keccak256(hash, signature, strlen(signature));
	memcpy(call->data, hash, 4);
	call->data_size = 4;
}

static void add_word(struct chain_call *call, const void *data, size_t size)
{
	memset(call->data + call->data_size, 0, WORD);
	memcpy(call->data + call->data_size + WORD - size, data, size);
	call->data_size += WORD;
}

static void market_call(struct chain_call *call, const uint8_t *to,
			const char *signature, const uint8_t *market)
{
	set_call(call, to, signature);
	add_word(call, market, HASH_SIZE);
}

static enum status malformed(const struct chain_call *call,
			     struct error *error)
{
	return error_set(error, E_PEER, "%s answered other words than the "
			 "steward's", call->name);
}

static enum status answer_address(uint8_t *out, const struct chain_call *call,
				  struct error *error)
{
	struct bytes answer = chain_answer(call);

	if (answer.size != WORD)
		return malformed(call, error);
	memcpy(out, answer.data + WORD - ADDRESS_SIZE, ADDRESS_SIZE);
	return OK;
}

static enum status read_fingerprint(struct steward_snapshot *out,
				    const struct steward_query *query,
				    struct error *error)
{
	struct chain_call call;
	enum status status;

	set_call(&call, out->config.adapter, "fingerprint()");
	status = chain_call_all(&query->view, &call, 1, NULL, error);
	if (status)
		return status;
	if (call.answer_size != HASH_SIZE)
		status = malformed(&call, error);
	else
		memcpy(out->fingerprint, call.answer, HASH_SIZE);
	chain_answers_free(&call, 1);
	return status;
}

enum status steward_read(struct steward_snapshot *out,
			 const struct steward_query *query,
			 struct error *error)
{
	struct chain_call calls[4];
	struct bytes flag;
	enum status status;

	memset(out, 0, sizeof(*out));
	memcpy(out->steward, query->steward, ADDRESS_SIZE);
	market_call(&calls[0], query->steward, "marketConfig(bytes32)",
		    query->market);
	market_call(&calls[1], query->steward, "marketState(bytes32)",
		    query->market);
	set_call(&calls[2], query->steward, "registry()");
	set_call(&calls[3], query->steward, "isDevelopment()");
	status = chain_call_all(&query->view, calls, 4, NULL, error);
	if (status)
		return status;
	flag = chain_answer(&calls[3]);
	if (steward_decode_config(&out->config, &out->state,
				  chain_answer(&calls[0])))
		status = malformed(&calls[0], error);
	else if (steward_decode_state(&out->state, chain_answer(&calls[1]),
				      query->view.pin->block.time_s))
		status = malformed(&calls[1], error);
	else
		status = answer_address(out->registry, &calls[2], error);
	out->state.development = flag.size == WORD && flag.data[WORD - 1] == 1;
	chain_answers_free(calls, 4);
	return status ? status : read_fingerprint(out, query, error);
}

static void kind_calls(struct chain_call *calls,
		       const struct steward_query *query,
		       const uint8_t *asset, uint8_t kind)
{
	static const char *const names[CALLS_PER_KIND] = {
		"limitsOf(bytes32,address,uint8)",
		"tupleState(bytes32,address,uint8)",
		"pendingStands(bytes32,address,uint8)" };

	for (size_t i = 0; i < CALLS_PER_KIND; i++) {
		market_call(&calls[i], query->steward, names[i],
			    query->market);
		add_word(&calls[i], asset, ADDRESS_SIZE);
		add_word(&calls[i], &kind, 1);
	}
}

static enum status decode_kind(struct reserve *reserve, uint8_t kind,
			       const struct chain_call *calls,
			       struct error *error)
{
	struct tuple_state made;
	struct bytes stands = chain_answer(&calls[2]);

	memset(&made, 0, sizeof(made));
	made.kind = kind;
	if (steward_decode_limits(&made.limit, kind, chain_answer(&calls[0])))
		return malformed(&calls[0], error);
	if (stands.size != WORD)
		return malformed(&calls[2], error);
	if (steward_decode_tuple(&made, chain_answer(&calls[1]),
				 stands.data[WORD - 1] == 1))
		return malformed(&calls[1], error);
	if (made.limit.set)
		reserve->kinds[reserve->kind_count++] = made;
	return OK;
}

enum status steward_read_kinds(struct reserve *reserves, size_t count,
			       const struct steward_query *query,
			       struct error *error)
{
	size_t total = count * MANAGED * CALLS_PER_KIND;
	struct chain_call *calls = memory_allocate(total, sizeof(*calls));
	enum status status;

	for (size_t i = 0; i < count * MANAGED; i++)
		kind_calls(calls + i * CALLS_PER_KIND, query,
			   reserves[i / MANAGED].asset,
			   managed_kinds[i % MANAGED]);
	status = chain_call_all(&query->view, calls, total, NULL,
				error);
	for (size_t i = 0; i < count; i++)
		reserves[i].kind_count = 0;
	for (size_t i = 0; i < count * MANAGED && !status; i++)
		status = decode_kind(&reserves[i / MANAGED],
				     managed_kinds[i % MANAGED],
				     calls + i * CALLS_PER_KIND, error);
	chain_answers_free(calls, total);
	memory_free(calls);
	return status;
}

enum status steward_read_key(struct registered_key *out,
			     const struct steward_query *query,
			     const uint8_t key20[ADDRESS_SIZE],
			     struct error *error)
{
	struct steward_snapshot steward;
	struct chain_call call;
	enum status status = steward_read(&steward, query, error);

	if (status)
		return status;
	memset(out, 0, sizeof(*out));
	set_call(&call, steward.registry, "checkKey(address,bytes32)");
	add_word(&call, key20, ADDRESS_SIZE);
	add_word(&call, query->market, HASH_SIZE);
	call.may_fail = true;
	status = chain_call_all(&query->view, &call, 1, NULL, error);
	if (status)
		return status;
	if (!call.failed && call.answer_size == 5 * WORD) {
		out->valid = true;
		memcpy(out->image_id, call.answer, HASH_SIZE);
		memcpy(out->model_hash, call.answer + WORD, HASH_SIZE);
		memcpy(out->policy_hash, call.answer + 2 * WORD, HASH_SIZE);
		memcpy(out->operator_address, call.answer + 3 * WORD + 12,
		       ADDRESS_SIZE);
		out->expires_s = load_be64(call.answer + 5 * WORD - 8);
	}
	chain_answers_free(&call, 1);
	return OK;
}
