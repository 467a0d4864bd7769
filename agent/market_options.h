/* market_options.h -- the options from which a case is built.  Host. */
#ifndef AGENT_MARKET_OPTIONS_H
#define AGENT_MARKET_OPTIONS_H

#include "agent/backing_options.h"
#include "agent/case_builder.h"
#include "agent/chain_options.h"

/* Rows for a command's option table, beside CHAIN_OPTIONS. */
#define MARKET_OPTIONS                                                        \
	{ "policy", "FILE", "policy.ini of the market" },                     \
	{ "provider", "ADDRESS", "Aave's PoolAddressesProvider" },            \
	{ "series", "SYMBOL=ASSET/QUOTE@SOURCE",                              \
	  "stored price series of a reserve (repeat; or [series] in the "     \
	  "configuration)" },                                                 \
	{ "liquidity", "FILE", "CSV symbol,size_usd,impact_bps" },            \
	{ "block", "N|latest", "anchor block (default latest)" },             \
	{ "anchor-lag", "N", "blocks before latest to anchor at (default 6)" },   \
	{ "from-block", "N", "first block searched for users (default 0)" }

/** Everything an order points at. */
struct market_session {
	struct json_rpc *rpc;
	struct database *database;
	struct policy_document policy;
	struct history_sources sources;
	struct backing_feeds backing;
	struct case_order order;
};

/** market_session_open - reads the options, policy and series, connects to
 *  chain and store; market_session_close in any case. */
MUST_CHECK enum status market_session_open(struct market_session *out,
					   const struct invocation *invocation,
					   struct error *error);
void market_session_close(struct market_session *session);

#endif
