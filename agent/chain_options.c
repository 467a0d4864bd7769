/* chain_options.c -- see chain_options.h. */
#include "agent/chain_options.h"

enum status chain_open(struct json_rpc **out,
		       const struct invocation *invocation,
		       struct error *error)
{
	struct json_rpc_options options = { .url = option(invocation, "rpc") };
	long long chain_id;
	enum status status = option_integer(&chain_id, invocation, "chain-id",
					    0, error);

	if (status)
		return status;
	if (chain_id < 0)
		return error_set(error, E_USAGE, "--chain-id is negative");
	options.chain_id = (uint64_t)chain_id;
	options.limits.interrupted = command_interrupted;
	return json_rpc_open(out, &options, error);
}

enum status option_address(uint8_t out20[ADDRESS_SIZE],
			   const struct invocation *invocation,
			   const char *name, struct error *error)
{
	const char *text = option(invocation, name);

	if (!text)
		return error_set(error, E_USAGE, "--%s ADDRESS is missing",
				 name);
	if (!address_parse(out20, bytes_of_string(text)))
		return OK;
	error_set(error, E_USAGE, "--%s: \"%s\" is no address", name, text);
	return error_hint(error, "40 hex digits after 0x; mixed case must be "
			  "the EIP-55 checksum.");
}
