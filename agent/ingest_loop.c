/* ingest_loop.c -- the wheel of `plimsoll ingest`: requests out, answers in, a
 * tick each second; see ingest_run.h. */
#include <stdio.h>
#include <string.h>

#include "agent/command.h"
#include "agent/ingest_run.h"
#include "base/host/clock.h"

#define WAIT_LONGEST_MS 200      /* how late a signal is seen */
#define FINISH_ONCE_MS 30000     /* for a database that went away */
#define FINISH_STOPPED_MS 10000
#define ALONE_AFTER_MS 60000     /* then a single host's clock is believed */
#define NAMES_SIZE 200

static bool is_settled(const struct live_job *job)
{
	return !job->asked && (job->current || job->given_up);
}

static bool all_settled(const struct ingest_run *run)
{
	for (size_t i = 0; i < run->plan.job_count; i++)
		if (!is_settled(&run->plan.jobs[i]))
			return false;
	return true;
}

/* --once does not wait for a database for ever. */
static bool is_hopeless(const struct ingest_run *run, int64_t now_ms)
{
	return run->once && !run->writer.database &&
	       now_ms - run->writer.lost_ms >= FINISH_ONCE_MS;
}

static void judge_clock(struct ingest_run *run, int64_t now_ms, bool at_end)
{
	bool alone = at_end || run->plan.hosts.count == 1 ||
		     now_ms - run->started_ms >= ALONE_AFTER_MS;

	if (run->show.skewed || !clock_watch_wrong(&run->clock, alone))
		return;
	run->show.skewed = true;
	ingest_event(run, "the clock of this machine is %lld s %s that of the "
		     "servers asked: set it", (long long)
		     (clock_watch_skew(&run->clock) < 0
			      ? -clock_watch_skew(&run->clock)
			      : clock_watch_skew(&run->clock)),
		     clock_watch_skew(&run->clock) < 0 ? "ahead of" : "behind");
}

static void tell_database(struct ingest_run *run)
{
	const struct ingest_writer *writer = &run->writer;
	bool full = ingest_writer_full(writer);

	if (!writer->database && !run->show.lost)
		ingest_event(run, "the database is lost, %zu observations "
			     "wait: %s", writer->count, writer->message);
	if (writer->database && run->show.lost)
		ingest_event(run, "the database is back");
	if (full && !run->show.full)
		ingest_event(run, "%zu observations wait: no source is asked "
			     "until they are stored", writer->count);
	run->show.lost = !writer->database;
	run->show.full = full;
}

static enum status store_breakers(struct ingest_run *run, int64_t now_ms,
				  struct error *error)
{
	enum status status;

	if (!run->writer.database)
		return OK;
	status = ingest_breakers_store(&run->plan, run->writer.database, error);
	if (status != E_PEER)
		return status;
	ingest_writer_lost(&run->writer, now_ms, error);
	return OK;
}

static enum status tick(struct ingest_run *run, int64_t now_ms,
			struct error *error)
{
	enum status status = ingest_writer_step(&run->writer, now_ms,
						clock_unix_s(), error);

	if (!status && now_ms >= run->tick_ms) {
		run->tick_ms = now_ms + INGEST_TICK_MS;
		ingest_breakers_step(run, clock_unix_ms());
		status = store_breakers(run, now_ms, error);
		judge_clock(run, now_ms, false);
		ingest_show_tick(run, now_ms);
	}
	tell_database(run);
	return status;
}

static enum status turn(struct ingest_run *run, struct error *error)
{
	enum status status = OK;

	while (!status && !command_interrupted()) {
		int64_t now_ms = clock_monotonic_ms();
		int64_t wait_ms = ingest_ask_due(run, now_ms) - now_ms;

		if ((run->once && all_settled(run)) || is_hopeless(run, now_ms))
			break;
		if (wait_ms > WAIT_LONGEST_MS)
			wait_ms = WAIT_LONGEST_MS;
		http_pool_step(run->pool, wait_ms > 0 ? (int)wait_ms : 0);
		status = tick(run, clock_monotonic_ms(), error);
	}
	return status;
}

static enum status finish(struct ingest_run *run, struct error *error)
{
	int64_t now_ms = clock_monotonic_ms();
	enum status status;

	judge_clock(run, now_ms, true);
	ingest_breakers_step(run, clock_unix_ms());
	status = ingest_writer_finish(&run->writer,
				      run->once ? FINISH_ONCE_MS
						: FINISH_STOPPED_MS, error);
	return status ? status : store_breakers(run, now_ms, error);
}

/* --once: who did not answer, and what the first of them said. */
static enum status blame(const struct ingest_run *run, struct error *error)
{
	const char *first = NULL;
	char names[NAMES_SIZE] = "";
	size_t used = 0;

	for (size_t i = 0; i < run->plan.job_count; i++) {
		const struct live_job *job = &run->plan.jobs[i];
		char name[64];

		if (!job->given_up)
			continue;
		ingest_job_name(name, job);
		if (used < sizeof(names))
			used += (size_t)snprintf(names + used,
						 sizeof(names) - used, "%s%s",
						 used ? ", " : "", name);
		first = first ? first : job->message;
	}
	if (!first)
		return OK;
	error_set(error, E_PEER, "no good answer from %s%s: %.250s", names,
		  used >= sizeof(names) ? "..." : "", first);
	return error_hint(error, "What the others said is stored; the next "
			  "ingest goes on from there.");
}

enum status ingest_run_loop(struct ingest_run *run, struct error *error)
{
	enum status status;

	run->started_ms = clock_monotonic_ms();
	for (size_t i = 0; i < run->plan.job_count; i++)
		run->plan.jobs[i].run = run;
	run->pool = http_pool_open();
	status = turn(run, error);
	http_pool_close(run->pool);
	run->pool = NULL;
	if (!status)
		status = finish(run, error);
	ingest_show_end(run);
	if (status)
		return status;
	if (command_interrupted())
		return error_set(error, E_INTERRUPTED, "stopped; what came is "
				 "stored");
	return blame(run, error);
}
