/* market_options.c -- see market_options.h. */
#include "agent/market_options.h"

#include <string.h>

#include "agent/cluster.h"

static enum status required(const char **out,
			    const struct invocation *invocation,
			    const char *name, struct error *error)
{
	*out = option(invocation, name);
	return *out ? OK
		    : error_set(error, E_USAGE, "--%s is missing", name);
}

static enum status fill_order(struct market_session *s,
			      const struct invocation *invocation,
			      struct error *error)
{
	struct case_order *order = &s->order;
	long long from_block, lag = 0;
	enum status status = option_address(order->provider, invocation,
					    "provider", error);

	if (!status)
		status = required(&order->liquidity_path, invocation,
				  "liquidity", error);
	if (!status)
		status = option_integer(&from_block, invocation, "from-block",
					0, error);
	if (!status)
		status = option_integer(&lag, invocation, "anchor-lag", 6,
					error);
	if (status)
		return status;
	if (from_block < 0 || lag < 0 || lag > 200)
		return error_set(error, E_USAGE, "--from-block is negative, or "
				 "--anchor-lag not 0 to 200");
	order->anchor_lag = (uint64_t)lag;
	order->from_block = (uint64_t)from_block;
	order->home = home(invocation);
	order->block = option_or(invocation, "block", "latest");
	order->policy = &s->policy;
	order->sources = &s->sources;
	order->backing = &s->backing;
	order->rpc = s->rpc;
	order->database = s->database;
	return OK;
}

enum status market_session_open(struct market_session *out,
				const struct invocation *invocation,
				struct error *error)
{
	const char *path;
	enum status status;

	memset(out, 0, sizeof(*out));
	status = required(&path, invocation, "policy", error);
	if (!status)
		status = policy_file_read(&out->policy, path, error);
	if (!status)
		status = history_sources_read(&out->sources, invocation, error);
	if (!status)
		status = backing_feeds_read(&out->backing, invocation, error);
	if (!status)
		status = chain_open(&out->rpc, invocation, error);
	if (!status)
		status = database_open_home(&out->database, home(invocation),
					    error);
	return status ? status : fill_order(out, invocation, error);
}

void market_session_close(struct market_session *session)
{
	if (session->rpc)
		json_rpc_close(session->rpc);
	if (session->database)
		database_close(session->database);
	memset(session, 0, sizeof(*session));
}
