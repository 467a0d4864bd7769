/* ingest_breaker.c -- the price of several sources of every pair, and the
 * breaker that opens when they differ; see ingest_run.h. */
#include <string.h>

#include "agent/ingest_run.h"
#include "sql/breakers.h"

static void step_pair(struct ingest_run *run, struct live_pair *pair,
		      int64_t unix_ms)
{
	struct quality_vote votes[QUALITY_SOURCES_MAX];
	size_t count = quality_votes(votes, &pair->state, &pair->rules,
				     unix_ms / 1000);
	bool before = pair->breaker.open;

	pair->price = quality_combine(&pair->rules, votes, count);
	if (quality_breaker_step(&pair->breaker, &pair->rules, &pair->price) ==
	    before)
		return;
	pair->changed_ms = unix_ms;
	ingest_event(run, "breaker of %s/%s %s: %zu families %.2f %% apart",
		     pair->asset, pair->quote,
		     pair->breaker.open ? "opens" : "closes",
		     pair->price.families, 100 * pair->price.dispersion);
}

void ingest_breakers_step(struct ingest_run *run, int64_t unix_ms)
{
	for (size_t i = 0; i < run->plan.pair_count; i++)
		step_pair(run, &run->plan.pairs[i], unix_ms);
}

/* Beyond a million times the price it is all the same. */
static int64_t parts_per_million(const struct quality_aggregate *price)
{
	return price->dispersion < 1e6 ? (int64_t)(price->dispersion * 1e6)
				       : INT64_C(1000000000000);
}

enum status ingest_breakers_store(struct live_plan *plan,
				  struct database *database,
				  struct error *error)
{
	for (size_t i = 0; i < plan->pair_count; i++) {
		struct live_pair *pair = &plan->pairs[i];
		struct breaker_change change = {
			.opened = pair->breaker.open,
			.changed_ms = pair->changed_ms,
			.families = (int32_t)pair->price.families };
		enum status status;

		if (pair->breaker.open == pair->stored_open)
			continue;
		memcpy(change.asset, pair->asset, sizeof(change.asset));
		memcpy(change.quote, pair->quote, sizeof(change.quote));
		change.dispersion_ppm = parts_per_million(&pair->price);
		status = breaker_record(database, &change, error);
		if (status)
			return status;
		pair->stored_open = pair->breaker.open;
	}
	return OK;
}
