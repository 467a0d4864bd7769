/* market_emodes.c -- the pool's e-mode categories (since 3.2).
 *
 * A category exists when it has a liquidation threshold; the pool has no list
 * of them, so all 255 ids are asked.  Older pools know categories by another
 * function and keep them per reserve: they have none here. */
#include <stdlib.h>
#include <string.h>

#include "agent/market_internal.h"

#define EMODE_IDS 256

static struct chain_call emode_call(const struct market_read *read,
				    const char *signature, size_t id)
{
	struct aave_argument argument = { NULL, id };
	struct chain_call call = { .name = signature, .may_fail = true };

	memcpy(call.to, read->snapshot->contracts.pool, ADDRESS_SIZE);
	call.data_size = aave_call(call.data, signature, &argument, 1);
	return call;
}

/* Appends the category when it exists. */
static enum status take_values(struct market_snapshot *snapshot, size_t id,
			       const struct chain_call *call,
			       struct error *error)
{
	struct aave_emode values;
	enum status status;

	if (call->failed)
		return OK;
	status = aave_decode_emode(&values, chain_answer(call));
	if (status)
		return market_bad_answer(call, status, error);
	if (values.lt_bps)
		snapshot->emodes[snapshot->emode_count++] =
			(struct market_emode){ .id = (uint8_t)id,
					       .ltv_bps = values.ltv_bps,
					       .lt_bps = values.lt_bps,
					       .lb_bps = values.lb_bps };
	return OK;
}

static enum status read_values(struct market_read *read, struct error *error)
{
	struct chain_call *calls =
		memory_allocate(EMODE_IDS, sizeof(*calls));
	enum status status;

	for (size_t id = 1; id < EMODE_IDS; id++)
		calls[id - 1] = emode_call(
			read, "getEModeCategoryCollateralConfig(uint8)", id);
	status = chain_call_all(&read->view, calls, EMODE_IDS - 1,
				"reading e-modes", error);
	for (size_t id = 1; id < EMODE_IDS && !status; id++)
		status = take_values(read->snapshot, id, &calls[id - 1],
				     error);
	chain_answers_free(calls, EMODE_IDS - 1);
	memory_free(calls);
	return status;
}

static enum status take_mask(u128 *out, const struct chain_call *call,
			     struct error *error)
{
	enum status status = call->failed
				     ? E_MALFORMED
				     : aave_decode_amount(out,
							  chain_answer(call));

	return status ? market_bad_answer(call, status, error) : OK;
}

/* A category that has values has both masks. */
static enum status read_masks(struct market_read *read, struct error *error)
{
	struct market_snapshot *snapshot = read->snapshot;
	size_t count = 2 * snapshot->emode_count;
	struct chain_call *calls = memory_allocate(count + 1, sizeof(*calls));
	enum status status;

	for (size_t i = 0; i < snapshot->emode_count; i++) {
		size_t id = snapshot->emodes[i].id;

		calls[2 * i] = emode_call(
			read, "getEModeCategoryCollateralBitmap(uint8)", id);
		calls[2 * i + 1] = emode_call(
			read, "getEModeCategoryBorrowableBitmap(uint8)", id);
	}
	status = chain_call_all(&read->view, calls, count, NULL, error);
	for (size_t i = 0; i < snapshot->emode_count && !status; i++) {
		status = take_mask(&snapshot->emodes[i].collaterals,
				   &calls[2 * i], error);
		if (!status)
			status = take_mask(&snapshot->emodes[i].borrowables,
					   &calls[2 * i + 1], error);
	}
	chain_answers_free(calls, count);
	memory_free(calls);
	return status;
}

enum status market_read_emodes(struct market_read *read, struct error *error)
{
	enum status status;

	read->snapshot->emodes = memory_allocate(
		EMODE_IDS, sizeof(*read->snapshot->emodes));
	status = read_values(read, error);
	return status ? status : read_masks(read, error);
}

void market_count_emodes(struct market_read *read)
{
	struct market_snapshot *snapshot = read->snapshot;

	for (uint32_t i = 0; i < snapshot->position_count; i++)
		for (size_t m = 0; m < snapshot->emode_count; m++)
			snapshot->emodes[m].accounts +=
				snapshot->emodes[m].id ==
				snapshot->positions[i].emode;
}

const struct market_emode *
market_find_emode(const struct market_snapshot *snapshot, uint8_t id)
{
	for (size_t i = 0; i < snapshot->emode_count; i++)
		if (snapshot->emodes[i].id == id)
			return &snapshot->emodes[i];
	return NULL;
}
