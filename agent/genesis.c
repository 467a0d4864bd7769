/* genesis.c -- see genesis.h. */
#include "agent/genesis.h"

#include <string.h>

#include "base/host/log.h"
#include "models/forecaster.h"

#define SCRATCH ((size_t)64 << 20)

static enum status fold_asset(struct asset_state *out,
			      struct database *database,
			      const struct genesis_order *order, size_t index,
			      struct error *error)
{
	const struct asset_policy *asset =
		&order->policy->policy.assets[index];
	const struct history_source *source =
		history_source_of(order->sources, asset->symbol);
	struct history_bars bars;
	struct series series;
	struct arena *arena;
	enum status status;

	if (!source)
		return error_set(error, E_MISSING, "no --series for %s of the "
				 "policy", asset->symbol);
	status = history_load(&bars, database, source, &order->range, error);
	if (status)
		return status;
	memset(&series, 0, sizeof(series));
	series.bars = bars.bars;
	series.count = (uint32_t)bars.count;
	memcpy(out->asset, asset->asset, ADDRESS_SIZE);
	arena = arena_new(SCRATCH);
	status = forecaster_advance(out, &series, &order->policy->policy,
				    arena);
	arena_free(arena);
	memory_free(bars.bars);
	return status ? error_set(error, status, "%s: the state cannot be "
				  "built (%s)", asset->symbol,
				  status_name(status))
		      : OK;
}

enum status genesis_build(struct state *out, struct database *database,
			  const struct genesis_order *order,
			  struct error *error)
{
	const struct policy *policy = &order->policy->policy;

	memset(out, 0, sizeof(*out));
	memcpy(out->market, policy->market, HASH_SIZE);
	out->asset_count = policy->asset_count;
	for (size_t i = 0; i < policy->asset_count; i++) {
		enum status status = fold_asset(&out->assets[i], database,
						order, i, error);

		if (status)
			return status;
		progress_show("genesis", i + 1, policy->asset_count);
		if (command_interrupted())
			return error_set(error, E_INTERRUPTED, "interrupted");
	}
	progress_clear();
	return OK;
}
