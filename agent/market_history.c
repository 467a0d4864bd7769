/* market_history.c -- PoolConfigurator's events, decoded by a table. */
#include "agent/market_history.h"

#include <stdio.h>
#include <string.h>

/** How an event's data is laid out. */
enum layout {
	LAYOUT_NEW,   /* the new values, a word each */
	LAYOUT_PAIR,  /* old, new */
	LAYOUT_RATES, /* bytes: offset, length, four words */
};

struct event {
	const char *signature, *parameter;
	enum layout layout;
	size_t count;
	const char *names[CHANGE_VALUES_MAX];
};

static const struct event events[] = {
	{ "CollateralConfigurationChanged(address,uint256,uint256,uint256)",
	  "collateral", LAYOUT_NEW, 3, { "ltv", "lt", "lb" } },
	{ "SupplyCapChanged(address,uint256,uint256)", "supply_cap",
	  LAYOUT_PAIR, 1, { "cap" } },
	{ "BorrowCapChanged(address,uint256,uint256)", "borrow_cap",
	  LAYOUT_PAIR, 1, { "cap" } },
	{ "ReserveInterestRateDataChanged(address,address,bytes)", "rates",
	  LAYOUT_RATES, 4, { "optimal", "base", "slope1", "slope2" } },
	{ "ReserveFactorChanged(address,uint256,uint256)", "reserve_factor",
	  LAYOUT_PAIR, 1, { "factor" } },
	{ "LiquidationProtocolFeeChanged(address,uint256,uint256)",
	  "liquidation_fee", LAYOUT_PAIR, 1, { "fee" } },
	{ "PendingLtvChanged(address,uint256)", "pending_ltv", LAYOUT_NEW, 1,
	  { "ltv" } },
	{ "DebtCeilingChanged(address,uint256,uint256)", "debt_ceiling",
	  LAYOUT_PAIR, 1, { "ceiling" } },
	{ "SiloedBorrowingChanged(address,bool,bool)", "siloed", LAYOUT_PAIR,
	  1, { "siloed" } },
	{ "ReserveFrozen(address,bool)", "freeze", LAYOUT_NEW, 1,
	  { "frozen" } },
	{ "ReservePaused(address,bool)", "pause", LAYOUT_NEW, 1,
	  { "paused" } },
};
#define EVENTS (sizeof(events) / sizeof(events[0]))

struct reading {
	struct market_history *history;
	uint8_t topics[EVENTS][HASH_SIZE];
};

static size_t words_of(const struct event *event)
{
	switch (event->layout) {
	case LAYOUT_NEW:
		return event->count;
	case LAYOUT_PAIR:
		return 2;
	case LAYOUT_RATES:
		return 6;
	}
	return 0;
}

static enum status decode(struct market_change *change,
			  const struct event *event, struct bytes data)
{
	size_t skip = event->layout == LAYOUT_NEW ? 0
		      : event->layout == LAYOUT_PAIR ? 1 : 2;
	enum status status = OK;

	if (data.size != 32 * words_of(event))
		return E_MALFORMED;
	if (event->layout == LAYOUT_PAIR) {
		status = load_be256(&change->old_values[0], data.data);
		change->old_known = true;
	}
	for (size_t i = 0; i < event->count && !status; i++)
		status = load_be256(&change->new_values[i],
				    data.data + 32 * (skip + i));
	change->parameter = event->parameter;
	change->names = event->names;
	change->count = event->count;
	return status;
}

/* The same asset's and parameter's previous event knows the old values. */
static void find_old(const struct market_history *history,
		     struct market_change *change)
{
	for (size_t i = history->count; i-- && !change->old_known;) {
		const struct market_change *past = &history->changes[i];

		if (past->parameter != change->parameter ||
		    memcmp(past->asset, change->asset, ADDRESS_SIZE))
			continue;
		memcpy(change->old_values, past->new_values,
		       sizeof(change->old_values));
		change->old_known = true;
	}
}

static void append(struct market_history *history,
		   const struct market_change *change)
{
	if (history->count == history->capacity) {
		history->capacity = history->capacity * 2 + 64;
		history->changes = memory_resize(history->changes,
						 history->capacity,
						 sizeof(*history->changes));
	}
	history->changes[history->count++] = *change;
}

static enum status on_event(void *user, const struct chain_log *log,
			    struct error *error)
{
	struct reading *reading = user;
	struct market_change change = { .block = log->block,
					.log_index = log->index };

	for (size_t i = 0; i < EVENTS; i++) {
		if (memcmp(log->topics[0], reading->topics[i], HASH_SIZE))
			continue;
		if (log->topic_count < 2 ||
		    decode(&change, &events[i], log->data))
			return error_set(error, E_PEER, "malformed event %s",
					 events[i].signature);
		memcpy(change.asset, log->topics[1] + 12, ADDRESS_SIZE);
		memcpy(change.transaction, log->transaction, HASH_SIZE);
		find_old(reading->history, &change);
		append(reading->history, &change);
	}
	return OK;
}

static enum status take_author(struct market_change *change,
			       const struct json *transaction,
			       const struct json *block, struct error *error)
{
	if (json_hex_fixed(change->author, ADDRESS_SIZE,
			   json_member(transaction, "from")) ||
	    json_hex_u64(&change->time_s, json_member(block, "timestamp")))
		return error_set(error, E_PEER, "malformed transaction or "
				 "block %llu",
				 (unsigned long long)change->block);
	return OK;
}

/* Two requests a change: its transaction (author) and its block (time). */
static enum status read_authors(struct market_history *history,
				struct json_rpc *rpc, struct error *error)
{
	size_t count = 2 * history->count;
	struct json_rpc_request *requests =
		memory_allocate(count + 1, sizeof(*requests));
	char(*params)[80] = memory_allocate(count + 1, sizeof(*params));
	struct json_rpc_batch batch = { .requests = requests, .count = count };
	enum status status;

	for (size_t i = 0; i < history->count; i++) {
		const struct market_change *change = &history->changes[i];
		char hash[HASH_TEXT_MAX];

		hex_encode_prefixed(hash, change->transaction, HASH_SIZE);
		snprintf(params[2 * i], 80, "[\"%s\"]", hash);
		snprintf(params[2 * i + 1], 80, "[\"0x%llx\",false]",
			 (unsigned long long)change->block);
		requests[2 * i].method = "eth_getTransactionByHash";
		requests[2 * i + 1].method = "eth_getBlockByNumber";
		requests[2 * i].params = params[2 * i];
		requests[2 * i + 1].params = params[2 * i + 1];
	}
	status = json_rpc_batch_call(&batch, rpc, "reading authors", error);
	for (size_t i = 0; i < history->count && !status; i++)
		status = take_author(&history->changes[i],
				     requests[2 * i].result,
				     requests[2 * i + 1].result, error);
	json_rpc_batch_free(&batch);
	memory_free(params);
	memory_free(requests);
	return status;
}

enum status market_history_read(struct market_history *out,
				struct json_rpc *rpc,
				const uint8_t configurator20[ADDRESS_SIZE],
				const uint64_t blocks[2], struct error *error)
{
	struct market_history history = { 0 };
	struct reading reading = { .history = &history };
	uint8_t address[1][ADDRESS_SIZE];
	struct chain_log_query query = {
		.addresses = (const uint8_t(*)[ADDRESS_SIZE])address,
		.address_count = 1,
		.topics = (const uint8_t(*)[HASH_SIZE])reading.topics,
		.topic_count = EVENTS,
		.from = blocks[0],
		.to = blocks[1],
		.label = "reading events",
		.each = on_event,
		.user = &reading,
	};
	enum status status;

	memcpy(address[0], configurator20, ADDRESS_SIZE);
	for (size_t i = 0; i < EVENTS; i++)
		chain_event_topic(reading.topics[i], events[i].signature);
	status = chain_logs(rpc, &query, error);
	if (!status && history.count)
		status = read_authors(&history, rpc, error);
	if (status) {
		market_history_free(&history);
		return status;
	}
	*out = history;
	return OK;
}

void market_history_free(struct market_history *history)
{
	memory_free(history->changes);
	*history = (struct market_history){ 0 };
}
