/* chain_options.h -- the options with which commands reach a chain.  Host. */
#ifndef AGENT_CHAIN_OPTIONS_H
#define AGENT_CHAIN_OPTIONS_H

#include "agent/command.h"
#include "feeds/net/chain.h"

/* Rows for a command's option table. */
#define CHAIN_OPTIONS                                                         \
	{ "rpc", "URL", "JSON-RPC address of the chain (or PLIMSOLL_RPC)" },  \
	{ "chain-id", "N", "refuse any other chain (default: any)" }

/** chain_open - connection from --rpc and --chain-id; json_rpc_close it. */
MUST_CHECK enum status chain_open(struct json_rpc **out,
				  const struct invocation *invocation,
				  struct error *error);

/** option_address - an address option; E_USAGE when absent or malformed. */
MUST_CHECK enum status option_address(uint8_t out20[ADDRESS_SIZE],
				      const struct invocation *invocation,
				      const char *name, struct error *error);

#endif
