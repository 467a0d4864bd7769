/* outside_changes.c -- see outside_changes.h. */
#include "agent/outside_changes.h"

#include <string.h>

#include "agent/market_history.h"

struct hashes {
	uint8_t (*items)[HASH_SIZE];
	size_t count;
};

static enum status add_hash(void *user, const struct chain_log *log,
			    struct error *error)
{
	struct hashes *hashes = user;

	(void)error;
	hashes->items = memory_resize(hashes->items, hashes->count + 1,
				      HASH_SIZE);
	memcpy(hashes->items[hashes->count++], log->transaction, HASH_SIZE);
	return OK;
}

static bool by_steward(const struct hashes *hashes, const uint8_t *transaction)
{
	for (size_t i = 0; i < hashes->count; i++)
		if (!memcmp(hashes->items[i], transaction, HASH_SIZE))
			return true;
	return false;
}

static enum status steward_transactions(struct hashes *out,
					const struct outside_query *query,
					struct error *error)
{
	uint8_t topics[1][HASH_SIZE];
	struct chain_log_query logs = {
		.addresses = &query->steward, .address_count = 1,
		.topics = (const uint8_t(*)[HASH_SIZE])topics,
		.topic_count = 1, .from = query->from_block,
		.to = query->to_block, .each = add_hash, .user = out };

	chain_event_topic(topics[0],
			  "TupleApplied(bytes32,address,uint8,uint256[])");
	return chain_logs(query->rpc, &logs, error);
}

static void note_change(struct reserve *reserves, size_t count,
			const struct market_change *change)
{
	for (size_t i = 0; i < count; i++)
		if (!memcmp(reserves[i].asset, change->asset, ADDRESS_SIZE) &&
		    change->time_s > reserves[i].outside_change_s)
			reserves[i].outside_change_s = change->time_s;
}

enum status outside_changes_read(struct reserve *reserves, size_t count,
				 const struct outside_query *query,
				 struct error *error)
{
	const uint64_t blocks[2] = { query->from_block, query->to_block };
	struct market_history history = { 0 };
	struct hashes own = { NULL, 0 };
	enum status status = market_history_read(
		&history, query->rpc, query->configurator, blocks, error);

	if (!status)
		status = steward_transactions(&own, query, error);
	for (size_t i = 0; i < history.count && !status; i++)
		if (!by_steward(&own, history.changes[i].transaction))
			note_change(reserves, count, &history.changes[i]);
	market_history_free(&history);
	memory_free(own.items);
	return status;
}
