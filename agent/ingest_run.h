/* ingest_run.h -- one run of `plimsoll ingest`: the plan, the requests under
 * way, the buffer, and what the user sees.
 *
 * Host only; one thread.  ingest_loop.c turns the wheel; ingest_ask.c and
 * ingest_stream.c move jobs, ingest_take_up.c begins where the store stands,
 * ingest_breaker.c watches pairs, ingest_show.c and ingest_report.c tell. */
#ifndef AGENT_INGEST_RUN_H
#define AGENT_INGEST_RUN_H

#include "agent/ingest_clock.h"
#include "agent/ingest_plan.h"
#include "agent/ingest_writer.h"
#include "agent/json_writer.h"
#include "feeds/net/http_pool.h"

#define INGEST_REQUEST_MS 10000  /* one request, whole */
#define INGEST_PATIENCE_MS 30000 /* --once: failing for so long */
#define INGEST_TRIES 4           /* --once: bad answers in a row, an endpoint */
#define INGEST_ACTIVE_MAX 8      /* requests at once, of one source */
#define INGEST_TICK_MS 1000

struct ingest_show {
	bool quiet, table;
	int lines;             /* of the table on the screen */
	int64_t summary_ms;    /* monotonic; the last summary line */
	bool full, lost, skewed; /* told already */
};

struct ingest_run {
	struct live_plan plan;
	struct ingest_writer writer;
	struct http_pool *pool;
	struct clock_watch clock;
	struct readings readings; /* of one answer */
	struct ingest_show show;
	bool once;
	int64_t started_ms, tick_ms;
};

/** ingest_take_up - names of feeds, where each stands in the store, what pairs
 *  remember, how breakers stood.  E_PEER, E_REFUSED. */
MUST_CHECK enum status ingest_take_up(struct live_plan *plan,
				      struct database *database,
				      struct error *error);

/** ingest_run_loop - until all is up to date (once) or the user stops it; then
 *  what is there is flushed.
 *  Returns: OK            once: every source answered
 *           E_PEER        once: those named did not; or rows were not stored
 *           E_INTERRUPTED the user stopped it, all is stored */
MUST_CHECK enum status ingest_run_loop(struct ingest_run *run,
				       struct error *error);

/** ingest_ask_due - starts what is due.  Returns when to come again. */
int64_t ingest_ask_due(struct ingest_run *run, int64_t now_ms);
/** ingest_stream_due - opens streams that are due; as ingest_ask_due. */
int64_t ingest_stream_due(struct live_job *job, int64_t now_ms);
/** ingest_stream_lives - events came lately: no need to ask. */
bool ingest_stream_lives(const struct live_job *job, int64_t now_ms);

/** ingest_take_answer - readings out of an answer, judged and buffered.
 *  In:  server_s  what its Date said; 0 or less: nothing */
MUST_CHECK enum status ingest_take_answer(struct live_job *job,
					  struct bytes body, int64_t server_s,
					  struct error *error);

/** ingest_breakers_step - a tick of every pair. */
void ingest_breakers_step(struct ingest_run *run, int64_t unix_ms);
/** ingest_breakers_store - changes that the store does not have yet.  E_PEER. */
MUST_CHECK enum status ingest_breakers_store(struct live_plan *plan,
					     struct database *database,
					     struct error *error);

/** ingest_event - one line about something that happened. */
void ingest_event(struct ingest_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void ingest_show_begin(struct ingest_run *run, bool quiet);
/** ingest_show_tick - the table again, or what is new since the last. */
void ingest_show_tick(struct ingest_run *run, int64_t now_ms);
void ingest_show_end(struct ingest_run *run);
/** ingest_job_state - "ok", "backoff 12 s", "stream", "asking". */
void ingest_job_state(char out[32], const struct live_job *job,
		      int64_t now_ms);

/** ingest_report - the run on standard output, as text or one JSON object. */
void ingest_report(const struct ingest_run *run, bool json);
/** ingest_source_is_well - did every job of it answer, and last time too? */
bool ingest_source_is_well(const struct live_source *source);

#endif
