/* epoch_block.c -- see epoch_block.h. */
#include "agent/epoch_block.h"

/* The highest block known to lie before `start_s`, found by doubling steps
 * back from the anchor: old blocks are asked for only when needed. */
static enum status block_before(uint64_t *out, struct json_rpc *rpc,
				const struct chain_block *anchor,
				uint64_t start_s, struct error *error)
{
	uint64_t number = anchor->number, step = 1;
	struct chain_block block = *anchor;

	while (block.time_s >= start_s && number) {
		enum status status;

		number = number > step ? number - step : 0;
		step *= 2;
		status = chain_block_at(&block, rpc, number, error);
		if (status)
			return status;
	}
	*out = number;
	return OK;
}

enum status epoch_block(struct chain_block *out, struct json_rpc *rpc,
			const struct chain_block *anchor, uint64_t start_s,
			struct error *error)
{
	uint64_t low, high = anchor->number;
	struct chain_block block;
	enum status status = block_before(&low, rpc, anchor, start_s, error);

	while (!status && low + 1 < high) {
		uint64_t middle = low + (high - low) / 2;

		status = chain_block_at(&block, rpc, middle, error);
		if (!status && block.time_s >= start_s)
			high = middle;
		else
			low = middle;
	}
	return status ? status : chain_block_at(out, rpc, high, error);
}
