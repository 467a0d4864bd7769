/* cmd_market.c -- plimsoll market show|sync|history. */
#include <stdio.h>
#include <string.h>

#include "agent/backing_options.h"
#include "agent/chain_options.h"
#include "agent/cluster.h"
#include "agent/json_writer.h"
#include "agent/market_depth.h"
#include "agent/market_show.h"
#include "agent/market_sync.h"
#include "agent/market_usage.h"
#include "agent/policy_file.h"

static enum status option_block(uint64_t *out,
				const struct invocation *invocation,
				const char *name, struct error *error)
{
	long long value;
	enum status status = option_integer(&value, invocation, name, 0, error);

	if (status)
		return status;
	if (value < 0)
		return error_set(error, E_USAGE, "--%s is negative", name);
	*out = (uint64_t)value;
	return OK;
}

/* Options shared by the verbs, and the connection. */
static enum status open_market(struct json_rpc **rpc,
			       struct market_query *query,
			       const struct invocation *invocation,
			       struct error *error)
{
	static struct backing_feeds backing;
	enum status status = option_address(query->provider, invocation,
					    "provider", error);

	if (!status)
		status = backing_feeds_read(&backing, invocation, error);
	query->backing_count = backing.count;
	query->backings = backing.items;
	query->block = option_or(invocation, "block", "latest");
	if (!status)
		status = option_block(&query->from_block, invocation,
				      "from-block", error);
	return status ? status : chain_open(rpc, invocation, error);
}

static enum status run_show(const struct invocation *invocation,
			    struct error *error)
{
	struct market_snapshot snapshot = { 0 };
	struct market_query query = { 0 };
	struct text text = { 0 };
	struct json_rpc *rpc = NULL;
	enum status status = open_market(&rpc, &query, invocation, error);

	if (status)
		return status;
	query.parameters_only = option_flag(invocation, "no-positions");
	status = market_read(&snapshot, rpc, &query, error);
	if (!status) {
		if (want_json(invocation))
			market_show_json(&text, &snapshot);
		else
			market_show_table(&text, &snapshot);
		fputs(text.data, stdout);
	}
	text_free(&text);
	market_snapshot_free(&snapshot);
	json_rpc_close(rpc);
	return status;
}

static enum status print_history(struct json_rpc *rpc,
				 const struct market_query *query, bool json,
				 struct error *error)
{
	struct market_snapshot snapshot = { 0 };
	struct market_history history = { 0 };
	struct text text = { 0 };
	enum status status = market_read(&snapshot, rpc, query, error);

	if (!status)
		status = market_history_read(
			&history, rpc, snapshot.contracts.configurator,
			(uint64_t[2]){ query->from_block,
				       snapshot.block.number }, error);
	if (!status) {
		if (json)
			market_show_history_json(&text, &history, &snapshot);
		else
			market_show_history_table(&text, &history, &snapshot);
		fputs(text.data, stdout);
	}
	text_free(&text);
	market_history_free(&history);
	market_snapshot_free(&snapshot);
	return status;
}

static enum status run_history(const struct invocation *invocation,
			       struct error *error)
{
	struct market_query query = { .parameters_only = true };
	struct json_rpc *rpc = NULL;
	enum status status = open_market(&rpc, &query, invocation, error);

	if (status)
		return status;
	status = print_history(rpc, &query, want_json(invocation), error);
	json_rpc_close(rpc);
	return status;
}

/* The steward's id of the market: --market, or the policy's. */
static enum status option_market(uint8_t out[HASH_SIZE],
				 const struct invocation *invocation,
				 struct error *error)
{
	const char *text = option(invocation, "market");
	const char *path = option(invocation, "policy");
	static struct policy_document policy;
	enum status status;

	if (text && hex_decode_fixed(out, HASH_SIZE, bytes_of_string(text)))
		return error_set(error, E_USAGE, "--market: \"%s\" is not 32 "
				 "bytes in hexadecimal", text);
	if (text)
		return OK;
	if (!path)
		return error_set(error, E_USAGE, "--policy FILE or --market ID "
				 "says whose market it is");
	status = policy_file_read(&policy, path, error);
	if (!status)
		memcpy(out, policy.policy.market, HASH_SIZE);
	return status;
}

static void print_synced(const struct market_synced *synced, bool json)
{
	struct text text = { 0 };
	struct json_writer w;

	if (!json) {
		printf("block %llu: %zu reserves, %u positions, %zu parameter "
		       "changes are in the store; %zu new samples of use\n",
		       (unsigned long long)synced->block, synced->reserves,
		       synced->positions, synced->changes, synced->usages);
		return;
	}
	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_integer(&w, "snapshot", synced->snapshot);
	json_put_integer(&w, "block", (int64_t)synced->block);
	json_put_integer(&w, "reserves", (int64_t)synced->reserves);
	json_put_integer(&w, "positions", synced->positions);
	json_put_integer(&w, "changes", (int64_t)synced->changes);
	json_put_integer(&w, "usages", (int64_t)synced->usages);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static enum status option_spacing(uint64_t *out,
				  const struct invocation *invocation,
				  struct error *error)
{
	long long value;
	enum status status = option_integer(&value, invocation,
					    "usage-spacing",
					    USAGE_SPACING_BLOCKS, error);

	if (!status && (value < 0 || value > 10000000))
		return error_set(error, E_USAGE, "--usage-spacing is not 0 to "
				 "10000000");
	if (!status)
		*out = (uint64_t)value;
	return status;
}

static enum status run_sync(const struct invocation *invocation,
			    struct error *error)
{
	struct market_sync_order order = { .rpc = NULL };
	struct market_synced synced;
	enum status status = option_market(order.market, invocation, error);

	if (!status)
		status = option_spacing(&order.usage_spacing_blocks,
					invocation, error);
	if (!status)
		status = open_market(&order.rpc, &order.query, invocation,
				     error);
	if (!status)
		status = database_open_home(&order.database, home(invocation),
					    error);
	if (!status)
		status = market_sync(&synced, &order, error);
	if (!status)
		print_synced(&synced, want_json(invocation));
	if (order.database)
		database_close(order.database);
	if (order.rpc)
		json_rpc_close(order.rpc);
	return status;
}

#define MARKET_OPTIONS                                                        \
	CHAIN_OPTIONS,                                                        \
	{ "provider", "ADDRESS", "the market's PoolAddressesProvider" },      \
	{ "block", "N", "number, latest, safe or finalized (default latest)" }

static const struct option_spec show_options[] = {
	MARKET_OPTIONS,
	{ "from-block", "N", "first block searched for holders (default 0)" },
	{ "no-positions", NULL, "parameters and totals only" },
	{ 0 }
};

static const struct option_spec depth_options[] = {
	{ "symbol", "SYMBOL", "the asset that is sold" },
	{ "price", "USD", "what one coin of it is worth" },
	{ "pool", "KIND:SOLD:GOT:FEE_BPS[:A]",
	  "product or stable, with the balances of both coins; repeatable" },
	{ 0 }
};

static const struct option_spec sync_options[] = {
	MARKET_OPTIONS,
	{ "from-block", "N",
	  "first block searched for holders and changes (default 0)" },
	{ "policy", "FILE", "policy.ini of the market: its id is stored" },
	{ "market", "ID", "the id itself, 32 bytes in hexadecimal" },
	{ "usage-spacing", "BLOCKS", "past use is read at multiples of it, 64 "
	  "at most; 0: not (default 1800)" },
	{ 0 }
};

static const struct option_spec history_options[] = {
	MARKET_OPTIONS,
	{ "from-block", "N", "first block searched for changes (default 0)" },
	{ 0 }
};

static const struct command verbs[] = {
	{ "show", "", "the protocol's parameters, use and positions at a block",
	  "plimsoll market show --rpc http://127.0.0.1:8545 --provider 0x...\n"
	  "plimsoll market show --block 19000000 --chain-id 1 --json\n",
	  show_options, 0, 0, run_show },
	{ "sync", "", "bring that state, past parameter changes and use "
	  "into the store",
	  "plimsoll market sync --rpc http://127.0.0.1:8545 --provider 0x... "
	  "--policy policy.ini\n", sync_options, 0, 0, run_sync },
	{ "history", "", "past parameter changes, their authors and transactions",
	  "plimsoll market history --rpc http://127.0.0.1:8545 --provider "
	  "0x...\n", history_options, 0, 0, run_history },
	{ "depth", "", "rows of a liquidity file from the balances of pools",
	  "plimsoll market depth --symbol WETH --price 2300 "
	  "--pool product:12000:27600000:30\n"
	  "plimsoll market depth --symbol stETH --price 2300 "
	  "--pool stable:120000:118000:4:50\n",
	  depth_options, 0, 0, market_depth_run },
	{ 0 }
};

const struct command_group commands_market = {
	"market", "the lending protocol's state and history", verbs
};
