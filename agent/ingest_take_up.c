/* ingest_take_up.c -- a run begins where the store stands: what each feed has,
 * up to which block logs are known, what the quality checks remember.
 * See ingest_run.h. */
#include <string.h>

#include "agent/ingest_judge.h"
#include "agent/ingest_run.h"
#include "base/host/clock.h"
#include "sql/breakers.h"

/* What is older has faded from the memory of moves: 0.94^512 < 10^-13. */
#define REMEMBERED_ROWS 512

static enum status name_feed(struct live_feed *feed, struct database *database,
			     struct error *error)
{
	const struct feed_source *source = feed->source;
	struct ingest_feed name = {
		.asset = feed->entry->asset, .quote = feed->entry->quote,
		.source = source->name, .kind = ingest_feed_kind(source),
		.synthetic = !strcmp(source->name, "SYNTHETIC") };

	if (name.kind == FEED_CANDLES)
		name.interval_s = (uint32_t)source->interval_s;
	return ingest_feed_find(&feed->id, database, &name, error);
}

static enum status remember(struct live_feed *feed, struct database *database,
			    struct error *error)
{
	struct ingest_recent_query query = { .feed_id = feed->id,
					     .limit = REMEMBERED_ROWS,
					     .with_rejected = true };
	struct ingest_row *rows = NULL;
	size_t count = 0;
	enum status status = ingest_recent(&rows, &count, database, &query,
					   error);

	for (size_t i = 0; i < count; i++)
		ingest_recall(feed, &rows[i]);
	memory_free(rows);
	return status;
}

/* Rows of a job are stored in the order of their blocks, so all before the
 * newest block is there; the block itself may have been cut in two. */
static void set_positions(struct live_job *job,
			  const struct ingest_position *positions)
{
	uint64_t block = 0;

	for (size_t i = 0; i < job->job.item_count; i++) {
		struct source_item *item = &job->job.items[i];

		item->newest_ms = positions[i].source_time_ms;
		item->round = positions[i].round;
		if (positions[i].block > block)
			block = positions[i].block;
	}
	job->job.chain.read_block = block ? block - 1 : 0;
}

static enum status take_positions(struct live_job *job,
				  struct database *database,
				  struct error *error)
{
	struct ingest_position positions[SOURCE_ITEMS_MAX];
	int64_t ids[SOURCE_ITEMS_MAX];
	struct ingest_feed_ids feeds = { ids, job->job.item_count };
	enum status status;

	for (size_t i = 0; i < feeds.count; i++)
		ids[i] = job->feeds[i].id;
	status = ingest_resume(positions, database, &feeds, error);
	if (!status)
		set_positions(job, positions);
	return status;
}

static enum status take_breakers(struct live_plan *plan,
				 struct database *database,
				 struct error *error)
{
	struct breaker_change *list = NULL;
	size_t count = 0;
	enum status status = breakers_load(&list, &count, database,
					   clock_unix_s(), error);

	for (size_t i = 0; i < plan->pair_count; i++) {
		struct live_pair *pair = &plan->pairs[i];
		const struct breaker_change *change =
			breaker_find(list, count, pair->asset, pair->quote);

		if (!change)
			continue;
		pair->breaker.open = pair->stored_open = change->opened;
		pair->changed_ms = change->changed_ms;
	}
	memory_free(list);
	return status;
}

enum status ingest_take_up(struct live_plan *plan, struct database *database,
			   struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < plan->feed_count && !status; i++)
		status = name_feed(&plan->feeds[i], database, error);
	for (size_t i = 0; i < plan->feed_count && !status; i++)
		status = remember(&plan->feeds[i], database, error);
	for (size_t i = 0; i < plan->job_count && !status; i++)
		status = take_positions(&plan->jobs[i], database, error);
	return status ? status : take_breakers(plan, database, error);
}
