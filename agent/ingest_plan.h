/* ingest_plan.h -- what an ingest works on: sources with their jobs, feeds, and
 * the pairs whose prices are judged together.
 *
 * Host only.  Made once of a feed list, before anything is asked; the rest of
 * agent/ingest_*.c fills in what happens.  A job asks one API for as many feeds
 * of a section as its kind takes at once; it has its own endpoints, so that a
 * feed that fails holds up no other, while budgets belong to hosts. */
#ifndef AGENT_INGEST_PLAN_H
#define AGENT_INGEST_PLAN_H

#include "agent/feed_list.h"
#include "feeds/quality/quality.h"
#include "feeds/wire/event_stream.h"
#include "sql/ingest.h"

#define LIVE_MINUTE_S 60
#define LIVE_MESSAGE_MAX 320

/** ASSET/QUOTE, and all that several feeds say of it. */
struct live_pair {
	char asset[SYMBOL_MAX], quote[SYMBOL_MAX];
	struct quality_rules rules;
	struct quality_state state;
	const char *families[QUALITY_SOURCES_MAX]; /* names, by number */
	size_t family_count;
	struct quality_aggregate price;
	struct quality_breaker breaker;
	bool stored_open;      /* the breaker, as the store has it */
	int64_t changed_ms;    /* unix; when it last opened or closed */
};

/** What became of what was read.  received is the sum of the others. */
struct live_counts {
	uint64_t received, accepted, marked, rejected;
	uint64_t duplicates;   /* said before, and equal */
	uint64_t unstorable;   /* the store could not take them */
};

struct live_feed {
	const struct feed_source *source;
	const struct feed_entry *entry;
	struct live_pair *pair;
	size_t place;          /* in the pair's rules */
	int64_t id;            /* of the store */
	struct live_counts counts;
	bool has_last;
	struct ingest_row last; /* the newest that is not forged */
	char reason[INGEST_REASON_MAX]; /* of the last mark or rejection */
	uint32_t per_second[LIVE_MINUTE_S]; /* observations, a ring */
	int64_t counted_s;     /* unix; newest second of the ring */
};

struct live_source;

/** One request at a time, and perhaps a stream beside it. */
struct live_job {
	struct live_source *source;
	struct live_feed *feeds; /* [job.item_count], in its order */
	struct source_job job;
	struct endpoints endpoints;
	struct endpoint *asked;  /* under way; NULL: nothing */
	int64_t asked_ms, due_ms; /* monotonic, like all below */
	int64_t failing_ms;      /* when the first of the failures was asked */
	bool answered;           /* it went well once */
	bool current;            /* nothing newer was to be had */
	bool given_up;
	int failures;            /* in a row */
	uint64_t requests, failed;
	char message[LIVE_MESSAGE_MAX]; /* of the last failure; "" well */
	struct live_stream {
		struct endpoints endpoints;
		struct endpoint *open; /* NULL: none */
		struct event_stream events;
		uint8_t *memory;
		int64_t event_ms;    /* when the last event came; 0: none yet */
		int64_t due_ms;
		bool broken;         /* an event could not be read */
	} stream;
	void *run;               /* struct ingest_run, for callbacks */
};

/** A section of the file. */
struct live_source {
	const struct feed_source *config;
	struct source_trust trust;
	struct redstone_rules redstone;
	struct guardian_set *guardians;
	struct live_job *jobs;
	size_t job_count;
	size_t active;             /* requests under way */
};

struct live_plan {
	struct feed_list list;     /* what of the file is wanted */
	struct hosts hosts;
	size_t source_count, job_count, feed_count, pair_count;
	struct live_source *sources;
	struct live_job *jobs;
	struct live_feed *feeds;
	struct live_pair *pairs;
	struct signer_context *context;
};

/**
 * ingest_plan_make - a plan of the file at `path`, restricted to `names`.
 *
 * In:      names   [count] sections, ASSET/QUOTE or ASSET/QUOTE@SECTION; none
 *                  means all
 * Out:     filled or freed; ingest_plan_free it after OK
 * Returns: E_MISSING  no file of feeds, signers or upgrades
 *          E_USAGE    a name that is not there, a key that cannot be, a pair
 *                     with more than QUALITY_SOURCES_MAX feeds, more than
 *                     HOSTS_MAX hosts
 *          E_MALFORMED, E_AUTHENTIC  files of signers or upgrades */
MUST_CHECK enum status ingest_plan_make(struct live_plan *out,
					const char *path,
					const char *const *names, size_t count,
					struct error *error);
void ingest_plan_free(struct live_plan *plan);

/** ingest_select - leaves of a list what is named.  E_USAGE: a name that is not
 *  there; the message says what is. */
MUST_CHECK enum status ingest_select(struct feed_list *list,
				     const char *const *names, size_t count,
				     struct error *error);

/** ingest_trust_read - whose signatures count for a source; files are looked
 *  for beside the file of feeds.  Errors as ingest_plan_make. */
MUST_CHECK enum status ingest_trust_read(struct live_source *source,
					 const char *feeds_path,
					 const struct signer_context *context,
					 struct error *error);

/** ingest_feed_kind - how the store calls what a source says. */
enum feed_kind ingest_feed_kind(const struct feed_source *source);
/** ingest_job_name - "chainlink", or "kraken ETH/USD" where a section has
 *  several jobs. */
void ingest_job_name(char out[64], const struct live_job *job);

#endif
