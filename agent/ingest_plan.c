/* ingest_plan.c -- see ingest_plan.h. */
#include "agent/ingest_plan.h"

#include <stdio.h>
#include <string.h>

#include "base/host/clock.h"

#define DEFAULT_HISTORY_BARS 300 /* a page of every exchange */
#define CANDLE_SPEAKS_S 300
#define TICK_FRESH_S 60

enum feed_kind ingest_feed_kind(const struct feed_source *source)
{
	if (source->kind->items_max == 1)
		return FEED_CANDLES;
	return source->kind == &source_chainlink ? FEED_ROUNDS : FEED_TICKS;
}

void ingest_job_name(char out[64], const struct live_job *job)
{
	const struct feed_entry *first = job->feeds[0].entry;

	if (job->source->job_count == 1)
		snprintf(out, 64, "%s", job->source->config->name);
	else
		snprintf(out, 64, "%s %s/%s", job->source->config->name,
			 first->asset, first->quote);
}

static struct live_pair *find_pair(struct live_plan *plan,
				   const struct feed_entry *feed)
{
	struct live_pair *pair = plan->pairs;

	for (; pair < plan->pairs + plan->pair_count; pair++)
		if (!strcmp(pair->asset, feed->asset) &&
		    !strcmp(pair->quote, feed->quote))
			return pair;
	plan->pair_count++;
	memcpy(pair->asset, feed->asset, sizeof(pair->asset));
	memcpy(pair->quote, feed->quote, sizeof(pair->quote));
	pair->rules = quality_major();
	return pair;
}

static uint32_t find_family(struct live_pair *pair, const char *name)
{
	size_t i = 0;

	while (i < pair->family_count && strcmp(pair->families[i], name))
		i++;
	if (i == pair->family_count)
		pair->families[pair->family_count++] = name;
	return (uint32_t)i;
}

/* A pair is pegged when any of its feeds says so. */
static void add_peg(struct live_pair *pair, double peg)
{
	struct quality_rules rules = quality_stable(peg);

	rules.source_count = pair->rules.source_count;
	memcpy(rules.sources, pair->rules.sources, sizeof(rules.sources));
	pair->rules = rules;
}

/* Prices that are asked for again and again are fresh or something is wrong; a
 * candle tells the past, and of the present only for a moment. */
static struct quality_source quality_of(const struct live_feed *feed)
{
	const struct feed_entry *entry = feed->entry;
	struct quality_source out = {
		.family = find_family(feed->pair, feed->source->family),
		.heartbeat_s = entry->heartbeat_s,
		.lowest = entry->lowest, .highest = entry->highest };
	enum feed_kind kind = ingest_feed_kind(feed->source);

	if (kind == FEED_CANDLES)
		out.speaks_s = CANDLE_SPEAKS_S;
	if (kind == FEED_TICKS && !out.heartbeat_s)
		out.heartbeat_s = TICK_FRESH_S + 2 * feed->source->every_s;
	return out;
}

static enum status add_to_pair(struct live_feed *feed, struct live_plan *plan,
			       struct error *error)
{
	const struct feed_entry *entry = feed->entry;
	struct live_pair *pair = find_pair(plan, entry);

	if (pair->rules.source_count == QUALITY_SOURCES_MAX)
		return error_set(error, E_USAGE, "more than %d feeds of %s/%s",
				 QUALITY_SOURCES_MAX, pair->asset,
				 pair->quote);
	if (entry->peg > 0 && pair->rules.peg > 0 &&
	    (entry->peg < pair->rules.peg || entry->peg > pair->rules.peg))
		return error_set(error, E_USAGE, "two pegs of %s/%s",
				 pair->asset, pair->quote);
	if (entry->peg > 0)
		add_peg(pair, entry->peg);
	feed->pair = pair;
	feed->place = pair->rules.source_count++;
	pair->rules.sources[feed->place] = quality_of(feed);
	return OK;
}

static enum status add_hosts(struct live_job *job, struct live_plan *plan,
			     struct error *error)
{
	const struct feed_source *config = job->source->config;
	const struct source_kind *kind = config->kind;

	for (size_t u = 0; u < config->url_count; u++) {
		struct host *host = hosts_find(&plan->hosts, config->urls[u],
					       kind->burst, kind->refill_ms);

		if (!host)
			return error_set(error, E_USAGE, "more than %d hosts",
					 HOSTS_MAX);
		if (endpoints_add(&job->endpoints, config->urls[u], host) ||
		    (kind->follow &&
		     endpoints_add(&job->stream.endpoints, config->urls[u],
				   host)))
			return error_set(error, E_USAGE, "[%s] has more than "
					 "%d addresses", config->name,
					 ENDPOINTS_MAX);
	}
	return OK;
}

/* Whether the source can be asked this at all, before anything is. */
static enum status try_ask(const struct live_job *job, struct error *error)
{
	struct source_job *trial = memory_allocate(1, sizeof(*trial));
	struct source_request request = { 0 };
	char message[sizeof(error->message)];
	enum status status;

	*trial = job->job;
	status = trial->kind->ask(&request, trial,
				  job->endpoints.list[0].url, error);
	source_request_free(&request);
	memory_free(trial);
	if (!status || status == E_MISSING)
		return OK;
	snprintf(message, sizeof(message), "%s", error->message);
	snprintf(error->message, sizeof(error->message), "[%s] %.400s",
		 job->source->config->name, message);
	return status;
}

static void set_job(struct live_job *job, struct live_source *source,
		    size_t first)
{
	const struct feed_source *config = source->config;
	size_t most = config->kind->items_max;
	size_t left = config->feed_count - first;

	int64_t now_s = clock_unix_s();

	job->source = source;
	job->endpoints.jitter = job->stream.endpoints.jitter =
		(uint64_t)clock_monotonic_ms() * 2654435761u +
		(uint64_t)(uintptr_t)job;
	job->job = (struct source_job){
		.kind = config->kind, .service = config->service,
		.interval_s = config->interval_s, .since_s = config->since_s,
		.now_s = now_s,
		.item_count = left < most ? left : most,
		.trust = source->trust,
		.chain = { .chain_id = (uint64_t)config->chain_id,
			   .uptime = config->sequencer } };
	if (!job->job.since_s)
		job->job.since_s = now_s -
				   DEFAULT_HISTORY_BARS * config->interval_s;
}

static enum status add_job(struct live_plan *plan, struct live_source *source,
			   size_t first, struct error *error)
{
	struct live_job *job = &plan->jobs[plan->job_count++];
	enum status status = OK;

	set_job(job, source, first);
	job->feeds = &plan->feeds[plan->feed_count];
	for (size_t i = 0; i < job->job.item_count && !status; i++) {
		struct live_feed *feed = &plan->feeds[plan->feed_count++];

		feed->source = source->config;
		feed->entry = &source->config->feeds[first + i];
		job->job.items[i].key = feed->entry->key;
		status = add_to_pair(feed, plan, error);
	}
	if (!status)
		status = add_hosts(job, plan, error);
	return status ? status : try_ask(job, error);
}

static enum status add_source(struct live_plan *plan,
			      const struct feed_source *config,
			      const char *path, struct error *error)
{
	struct live_source *source = &plan->sources[plan->source_count++];
	size_t most = config->kind->items_max;
	enum status status;

	source->config = config;
	source->jobs = &plan->jobs[plan->job_count];
	source->job_count = (config->feed_count + most - 1) / most;
	status = ingest_trust_read(source, path, plan->context, error);
	for (size_t first = 0; first < config->feed_count && !status;
	     first += most)
		status = add_job(plan, source, first, error);
	return status;
}

static void make_room(struct live_plan *plan)
{
	size_t feeds = 0;

	for (size_t i = 0; i < plan->list.count; i++)
		feeds += plan->list.sources[i].feed_count;
	plan->sources = memory_allocate(plan->list.count,
					sizeof(*plan->sources));
	plan->feeds = memory_allocate(feeds, sizeof(*plan->feeds));
	plan->jobs = memory_allocate(feeds, sizeof(*plan->jobs));
	plan->pairs = memory_allocate(feeds, sizeof(*plan->pairs));
}

static enum status fill(struct live_plan *plan, const char *path,
			struct error *error)
{
	static const uint8_t seed[32]; /* nothing is signed */
	enum status status = OK;

	plan->context = signer_context_create(seed);
	if (!plan->context)
		return error_set(error, E_SYSTEM, "no memory for signatures");
	for (size_t i = 0; i < plan->list.count && !status; i++)
		if (plan->list.sources[i].feed_count)
			status = add_source(plan, &plan->list.sources[i], path,
					    error);
	return status;
}

enum status ingest_plan_make(struct live_plan *out, const char *path,
			     const char *const *names, size_t count,
			     struct error *error)
{
	enum status status;

	*out = (struct live_plan){ 0 };
	status = feed_list_read(&out->list, path, error);
	if (status)
		return status;
	status = ingest_select(&out->list, names, count, error);
	if (!status) {
		make_room(out);
		status = fill(out, path, error);
	}
	if (status)
		ingest_plan_free(out);
	return status;
}

void ingest_plan_free(struct live_plan *plan)
{
	for (size_t i = 0; i < plan->job_count; i++)
		memory_free(plan->jobs[i].stream.memory);
	for (size_t i = 0; i < plan->source_count; i++)
		memory_free(plan->sources[i].guardians);
	memory_free(plan->sources);
	memory_free(plan->jobs);
	memory_free(plan->feeds);
	memory_free(plan->pairs);
	if (plan->context)
		signer_context_destroy(plan->context);
	feed_list_free(&plan->list);
	*plan = (struct live_plan){ 0 };
}
