/* market_usage.c -- see market_usage.h. */
#include "agent/market_usage.h"

#include <stdio.h>
#include <string.h>

#include "agent/market_internal.h"
#include "base/host/log.h"
#include "base/wide.h"

#define RAY_PER_BPS (AAVE_RAY / 10000)

bool market_usage_sample(struct usage_sample *out,
			 const struct usage_totals *totals, uint64_t time_s)
{
	u128 ppm, bps;

	if (!totals->supplied)
		return false;
	if (multiply_divide(&ppm, totals->borrowed, 1000000, totals->supplied,
			    ROUND_HALF_UP) ||
	    ppm > USAGE_PPM_MAX)
		ppm = USAGE_PPM_MAX;
	if (multiply_divide(&bps, totals->borrow_rate_ray, 1, RAY_PER_BPS,
			    ROUND_HALF_UP) ||
	    bps > INT32_MAX)
		bps = INT32_MAX;
	*out = (struct usage_sample){ .time_s = (int64_t)time_s,
				      .utilisation_ppm = (uint32_t)ppm,
				      .borrow_rate_bps = (uint32_t)bps };
	return true;
}

bool market_usage_now(struct usage_sample *out,
		      const struct market_reserve *reserve, uint64_t time_s)
{
	const struct usage_totals totals = { reserve->core.supplied,
					     reserve->core.borrowed,
					     reserve->borrow_rate_ray };

	return market_usage_sample(out, &totals, time_s);
}

static struct usage_market market_of(const struct usage_order *order,
				     const struct market_snapshot *snapshot)
{
	struct usage_market of = { .chain_id = snapshot->chain_id };

	memcpy(of.market, order->market, HASH_SIZE);
	return of;
}

/* Samples of all reserves at one block, and how they reach the store. */
struct usage_batch {
	struct usage_market of;
	struct chain_block block;
	size_t count;
	struct usage_record records[MARKET_RESERVES_MAX];
};

static void add_record(struct usage_batch *batch,
		       const struct market_reserve *reserve,
		       const struct usage_sample *sample)
{
	struct usage_record *record = &batch->records[batch->count++];

	*record = (struct usage_record){ .of = batch->of,
					 .block = batch->block.number,
					 .sample = *sample };
	memcpy(record->asset, reserve->core.asset, ADDRESS_SIZE);
}

/* As the reader's take_totals; false: the reserve was not there yet. */
static bool take_past(struct usage_sample *out, const struct chain_call *data,
		      const struct chain_call *income, uint64_t time_s)
{
	struct aave_reserve_data read;
	struct usage_totals totals;
	u128 index_ray, treasury;

	if (data->failed || income->failed ||
	    aave_decode_reserve_data(&read, chain_answer(data)) ||
	    aave_decode_amount(&index_ray, chain_answer(income)) ||
	    multiply_divide(&treasury, read.treasury_scaled, index_ray,
			    AAVE_RAY, ROUND_UP) ||
	    __builtin_add_overflow(read.atoken_total, treasury,
				   &totals.supplied))
		return false;
	totals.borrowed = read.debt_total;
	totals.borrow_rate_ray = read.borrow_rate_ray;
	return market_usage_sample(out, &totals, time_s);
}

static enum status read_past(struct usage_batch *batch, struct json_rpc *rpc,
			     const struct market_snapshot *snapshot,
			     const struct chain_pin *pin, struct error *error)
{
	const struct market_contracts *at = &snapshot->contracts;
	size_t count = snapshot->reserve_count;
	struct chain_call *calls = memory_allocate(2 * count, sizeof(*calls));
	enum status status;

	for (size_t r = 0; r < count; r++) {
		const uint8_t *asset = snapshot->reserves[r].core.asset;

		calls[2 * r] = market_call(at->data_provider,
					   "getReserveData(address)", asset,
					   NULL);
		calls[2 * r + 1] = market_call(
			at->pool, "getReserveNormalizedIncome(address)", asset,
			NULL);
		calls[2 * r].may_fail = calls[2 * r + 1].may_fail = true;
	}
	batch->block = pin->block;
	status = chain_call_all(&(struct chain_view){ rpc, pin }, calls,
				2 * count, NULL, error);
	for (size_t r = 0; r < count && !status; r++) {
		struct usage_sample sample;

		if (take_past(&sample, &calls[2 * r], &calls[2 * r + 1],
			      pin->block.time_s))
			add_record(batch, &snapshot->reserves[r], &sample);
	}
	chain_answers_free(calls, 2 * count);
	memory_free(calls);
	return status;
}

/* The samples of one past block; none when the node has no more. */
static enum status read_block(struct usage_batch *batch,
			      const struct usage_order *order,
			      const struct market_snapshot *snapshot,
			      uint64_t number, struct error *error)
{
	struct error why = { 0 };
	struct chain_pin pin;
	char tag[24];
	enum status status;

	batch->of = market_of(order, snapshot);
	batch->count = 0;
	snprintf(tag, sizeof(tag), "%llu", (unsigned long long)number);
	status = chain_pin(&pin, order->rpc, tag, &why);
	if (!status)
		status = read_past(batch, order->rpc, snapshot, &pin, &why);
	if (status == E_INTERRUPTED)
		*error = why;
	else if (status || !batch->count)
		log_line(LOG_DEBUG, "use at block %llu is not to be had: %s",
			 (unsigned long long)number,
			 status ? why.message : "no market there");
	if (status)
		batch->count = 0;
	return status == E_INTERRUPTED ? status : OK;
}

static bool is_known(const struct row_list *known, uint64_t number)
{
	const uint64_t *blocks = known->items;

	for (size_t i = 0; i < known->count; i++)
		if (blocks[i] == number)
			return true;
	return false;
}

static enum status sync_back(size_t *added, const struct usage_order *order,
			     const struct market_snapshot *snapshot,
			     struct error *error)
{
	const uint64_t spacing = order->spacing_blocks;
	const struct usage_market of = market_of(order, snapshot);
	/* the newest multiple before the block that was just read */
	uint64_t number = (snapshot->block.number - 1) / spacing * spacing;
	struct row_list known = { 0 };
	struct usage_batch batch = { .count = 1 }; /* 0: nothing further back */
	enum status status = usages_blocks(
		&known, order->database, &of,
		(uint64_t[2]){ 0, snapshot->block.number }, error);

	for (size_t i = 0; i < USAGE_READS && batch.count && !status &&
			   number && number >= order->from_block;
	     i++, number -= spacing) {
		size_t new_samples = 0;

		if (is_known(&known, number))
			continue;
		progress_show("reading past use", i, USAGE_READS);
		status = read_block(&batch, order, snapshot, number, error);
		if (!status && batch.count)
			status = usages_store(&new_samples, order->database,
					      batch.records, batch.count,
					      error);
		*added += new_samples;
	}
	progress_clear();
	memory_free(known.items);
	return status;
}

enum status market_usage_sync(size_t *added, const struct usage_order *order,
			      const struct market_snapshot *snapshot,
			      struct error *error)
{
	struct usage_batch batch = { .of = market_of(order, snapshot),
				     .block = snapshot->block };
	enum status status;

	for (size_t r = 0; r < snapshot->reserve_count; r++) {
		struct usage_sample sample;

		if (market_usage_now(&sample, &snapshot->reserves[r],
				     snapshot->block.time_s))
			add_record(&batch, &snapshot->reserves[r], &sample);
	}
	*added = 0;
	status = usages_store(added, order->database, batch.records,
			      batch.count, error);
	if (!status && order->spacing_blocks && snapshot->block.number)
		status = sync_back(added, order, snapshot, error);
	return status;
}
