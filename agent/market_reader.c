/* market_reader.c -- the order of the reading, and the contracts' addresses. */
#include "agent/market_reader.h"

#include <string.h>

#include "agent/market_internal.h"

/* keccak256("eip1967.proxy.implementation") - 1 */
static const uint8_t implementation_slot[32] = {
	0x36, 0x08, 0x94, 0xa1, 0x3b, 0xa1, 0xa3, 0x21, 0x06, 0x67, 0xc8,
	0x28, 0x49, 0x2d, 0xb9, 0x8d, 0xca, 0x3e, 0x20, 0x76, 0xcc, 0x37,
	0x35, 0xa9, 0x20, 0xa3, 0xca, 0x50, 0x5d, 0x38, 0x2b, 0xbc,
};

struct chain_call market_call(const uint8_t to20[ADDRESS_SIZE],
			      const char *signature, const uint8_t *first,
			      const uint8_t *second)
{
	struct aave_argument arguments[2] = { { first, 0 }, { second, 0 } };
	struct chain_call call = { .name = signature };

	memcpy(call.to, to20, ADDRESS_SIZE);
	call.data_size = aave_call(call.data, signature, arguments,
				   second ? 2 : first ? 1 : 0);
	return call;
}

enum status market_bad_answer(const struct chain_call *call,
			      enum status status, struct error *error)
{
	char to[ADDRESS_TEXT_MAX];

	address_format(to, call->to);
	if (status == E_RANGE)
		return error_set(error, E_RANGE, "%s of %s answered a number "
				 "beyond its type", call->name, to);
	error_set(error, E_PEER, "%s of %s answered %zu bytes that are not "
		  "its layout", call->name, to, call->answer_size);
	return error_hint(error, "Is it an Aave v3 market (3.0.2 to 3.6)?");
}

static enum status read_implementation(uint8_t out20[ADDRESS_SIZE],
				       struct market_read *read,
				       const uint8_t proxy20[ADDRESS_SIZE],
				       struct error *error)
{
	uint8_t word[32];
	enum status status = chain_storage(word, &read->view, proxy20,
					   implementation_slot, error);

	if (!status)
		memcpy(out20, word + 12, ADDRESS_SIZE);
	return status;
}

enum status market_read_contracts(struct market_read *read,
				  struct error *error)
{
	struct market_contracts *at = &read->snapshot->contracts;
	const uint8_t *provider = read->query->provider;
	struct chain_call calls[] = {
		market_call(provider, "getPool()", NULL, NULL),
		market_call(provider, "getPoolConfigurator()", NULL, NULL),
		market_call(provider, "getPriceOracle()", NULL, NULL),
		market_call(provider, "getPoolDataProvider()", NULL, NULL),
		market_call(provider, "getACLManager()", NULL, NULL),
	};
	uint8_t *out[] = { at->pool, at->configurator, at->oracle,
			   at->data_provider, at->acl_manager };
	size_t count = sizeof(calls) / sizeof(calls[0]);
	enum status status = chain_call_all(&read->view, calls,
					    count, NULL, error);

	memcpy(at->provider, provider, ADDRESS_SIZE);
	for (size_t i = 0; i < count && !status; i++) {
		status = aave_decode_address(out[i], chain_answer(&calls[i]));
		if (status)
			status = market_bad_answer(&calls[i], status, error);
	}
	chain_answers_free(calls, count);
	if (!status)
		status = read_implementation(at->pool_implementation, read,
					     at->pool, error);
	if (!status)
		status = read_implementation(at->configurator_implementation,
					     read, at->configurator, error);
	return status;
}

static enum status read_everything(struct market_read *read,
				   struct error *error)
{
	enum status status = market_read_contracts(read, error);

	if (!status)
		status = market_read_reserves(read, error);
	if (!status)
		status = market_read_bounds(read, error);
	if (!status)
		status = market_read_backing(read, error);
	if (!status)
		status = market_read_emodes(read, error);
	if (!status)
		status = market_read_fingerprint(read, error);
	if (!status && !read->query->parameters_only) {
		status = market_read_positions(read, error);
		market_count_emodes(read);
		if (!status)
			status = market_check_totals(read, error);
		if (!status)
			status = market_check_accounts(read, error);
	}
	return status ? status
		      : chain_pin_check(&read->pin, read->view.rpc, error);
}

enum status market_read(struct market_snapshot *out, struct json_rpc *rpc,
			const struct market_query *query, struct error *error)
{
	struct market_snapshot snapshot = { 0 };
	struct market_read read = { .query = query, .snapshot = &snapshot };
	enum status status = json_rpc_chain_id(&snapshot.chain_id, rpc, error);

	read.view = (struct chain_view){ rpc, &read.pin };
	if (!status)
		status = chain_pin(&read.pin, rpc, query->block, error);
	if (status)
		return status;
	snapshot.block = read.pin.block;
	status = read_everything(&read, error);
	if (status) {
		market_snapshot_free(&snapshot);
		return status;
	}
	*out = snapshot;
	return OK;
}

void market_snapshot_free(struct market_snapshot *snapshot)
{
	memory_free(snapshot->reserves);
	memory_free(snapshot->accounts);
	memory_free(snapshot->emodes);
	if (snapshot->arena)
		arena_free(snapshot->arena);
	*snapshot = (struct market_snapshot){ 0 };
}

const struct market_reserve *market_find(const struct market_snapshot *snapshot,
					 const char *asset)
{
	uint8_t address[ADDRESS_SIZE];
	bool by_address = !address_parse(address, bytes_of_string(asset));

	for (size_t i = 0; i < snapshot->reserve_count; i++) {
		const struct reserve *core = &snapshot->reserves[i].core;

		if (by_address ? !memcmp(core->asset, address, ADDRESS_SIZE)
			       : !strcmp(core->symbol, asset))
			return &snapshot->reserves[i];
	}
	return NULL;
}
