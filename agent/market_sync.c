/* market_sync.c -- see market_sync.h. */
#include "agent/market_sync.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "agent/market_history.h"
#include "agent/market_usage.h"
#include "sql/markets.h"
#include "sql/transactions.h"

#define KIND_MAX 32

static enum status store_snapshot(struct market_synced *out,
				  const struct market_sync_order *order,
				  const struct market_snapshot *snapshot,
				  struct error *error)
{
	const struct reserve *reserves[MARKET_RESERVES_MAX];
	struct market_record record = {
		.chain_id = snapshot->chain_id,
		.block = snapshot->block.number,
		.block_time_s = snapshot->block.time_s,
		.reserve_count = snapshot->reserve_count, .reserves = reserves,
		.position_count = snapshot->position_count,
		.positions = snapshot->positions };

	memcpy(record.market, order->market, HASH_SIZE);
	memcpy(record.block_hash, snapshot->block.hash, HASH_SIZE);
	memcpy(record.fingerprint, snapshot->fingerprint, HASH_SIZE);
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		reserves[i] = &snapshot->reserves[i].core;
	return market_store(&out->snapshot, order->database, &record, error);
}

/* "supply_cap" is of kind SUPPLY_CAP. */
static void kind_of(char out[KIND_MAX], const char *parameter)
{
	size_t i = 0;

	for (; parameter[i] && i + 1 < KIND_MAX; i++)
		out[i] = (char)toupper((unsigned char)parameter[i]);
	out[i] = 0;
}

/* A decision's words: ltv, lt, lb, supplyCap, borrowCap, ... */
static const char *component_of(const struct market_change *change, size_t i)
{
	if (!strcmp(change->parameter, "supply_cap"))
		return "supplyCap";
	if (!strcmp(change->parameter, "borrow_cap"))
		return "borrowCap";
	return change->names[i];
}

static const char *symbol_of(const struct market_snapshot *snapshot,
			     const uint8_t asset20[ADDRESS_SIZE])
{
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		if (!memcmp(snapshot->reserves[i].core.asset, asset20,
			    ADDRESS_SIZE))
			return snapshot->reserves[i].core.symbol;
	return "?";
}

static enum status store_change(const struct market_sync_order *order,
				const struct market_snapshot *snapshot,
				const struct market_change *change,
				struct error *error)
{
	char kind[KIND_MAX];
	struct parameter_change row = {
		.chain_id = snapshot->chain_id,
		.log_index = (uint32_t)change->log_index,
		.symbol = symbol_of(snapshot, change->asset), .kind = kind,
		.has_old = change->old_known, .block = change->block,
		.time_s = change->time_s, .author = change->author };
	enum status status = OK;

	kind_of(kind, change->parameter);
	memcpy(row.transaction, change->transaction, HASH_SIZE);
	memcpy(row.market, order->market, HASH_SIZE);
	memcpy(row.asset, change->asset, ADDRESS_SIZE);
	for (size_t i = 0; i < change->count && !status; i++) {
		row.component = component_of(change, i);
		row.old_value = change->old_values[i];
		row.new_value = change->new_values[i];
		status = parameter_change_store(order->database, &row, error);
	}
	return status;
}

static enum status store_changes(struct market_synced *out,
				 const struct market_sync_order *order,
				 const struct market_snapshot *snapshot,
				 struct error *error)
{
	struct market_history history = { 0 };
	uint64_t blocks[2] = { order->query.from_block,
			       snapshot->block.number };
	enum status status = market_history_read(
		&history, order->rpc, snapshot->contracts.configurator, blocks,
		error);

	for (size_t i = 0; i < history.count && !status; i++)
		status = store_change(order, snapshot, &history.changes[i],
				      error);
	out->changes = history.count;
	market_history_free(&history);
	return status;
}

static enum status store_usages(struct market_synced *out,
				const struct market_sync_order *order,
				const struct market_snapshot *snapshot,
				struct error *error)
{
	struct usage_order usages = {
		.rpc = order->rpc, .database = order->database,
		.from_block = order->query.from_block,
		.spacing_blocks = order->usage_spacing_blocks };

	memcpy(usages.market, order->market, HASH_SIZE);
	return market_usage_sync(&out->usages, &usages, snapshot, error);
}

enum status market_sync(struct market_synced *out,
			const struct market_sync_order *order,
			struct error *error)
{
	struct market_snapshot snapshot = { 0 };
	enum status status = market_read(&snapshot, order->rpc, &order->query,
					 error);

	memset(out, 0, sizeof(*out));
	if (!status)
		status = store_snapshot(out, order, &snapshot, error);
	if (!status)
		status = store_changes(out, order, &snapshot, error);
	if (!status)
		status = store_usages(out, order, &snapshot, error);
	out->block = snapshot.block.number;
	out->reserves = snapshot.reserve_count;
	out->positions = snapshot.position_count;
	market_snapshot_free(&snapshot);
	return status;
}
