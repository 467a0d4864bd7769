/* ingest_ask.c -- a job's requests: when, to whom, and what becomes of the
 * answers; see ingest_run.h. */
#include <stdio.h>
#include <string.h>

#include "agent/ingest_judge.h"
#include "agent/ingest_run.h"
#include "base/host/clock.h"

#define ANSWER_BYTES ((size_t)16 << 20)
#define CONNECT_MS 5000

static bool is_candles(const struct live_job *job)
{
	return job->source->config->kind->items_max == 1;
}

/* An exchange that lists the candle under way lists what will change: by its
 * own clock this one has not closed. */
static bool is_open_candle(const struct live_job *job,
			   const struct reading *reading, int64_t server_s)
{
	return reading->is_candle && server_s > 0 &&
	       reading->time_ms / 1000 + job->job.interval_s > server_s;
}

/* Passed over is not read: by our own clock its page may be settled. */
static void ask_again(struct source_item *item, int64_t time_s)
{
	if (item->read_to_s > time_s)
		item->read_to_s = time_s;
}

static void take_readings(struct live_job *job, int64_t server_s)
{
	struct ingest_run *run = job->run;
	int64_t observed_ms = clock_unix_ms();
	struct ingest_row row;

	for (size_t i = 0; i < run->readings.count; i++) {
		const struct reading *reading = &run->readings.items[i];
		struct source_item *item = &job->job.items[reading->item];

		if (is_open_candle(job, reading, server_s)) {
			ask_again(item, reading->time_ms / 1000);
			continue;
		}
		if (reading->time_ms > item->newest_ms &&
		    reading->signature != READING_FORGED)
			item->newest_ms = reading->time_ms;
		if (ingest_judge(&row, job, reading, observed_ms))
			ingest_writer_add(&run->writer, &row);
	}
}

/* A page of candles that was not the last, and brought us further. */
static bool has_next_page(const struct live_job *job,
			  const struct source_item *before)
{
	const struct source_item *item = &job->job.items[0];

	return item->asked_to_s + job->job.interval_s <= job->job.now_s &&
	       (item->newest_ms > before->newest_ms ||
		item->read_to_s > before->read_to_s);
}

enum status ingest_take_answer(struct live_job *job, struct bytes body,
			       int64_t server_s, struct error *error)
{
	struct ingest_run *run = job->run;
	struct source_item before = job->job.items[0];
	enum status status;

	job->job.now_s = clock_unix_s();
	run->readings.count = 0;
	status = job->job.kind->answer(&run->readings, &job->job, body, error);
	if (status)
		return status;
	take_readings(job, server_s);
	if (is_candles(job))
		job->job.more = has_next_page(job, &before);
	job->answered = true;
	job->current = job->current || !job->job.more;
	job->failures = 0;
	job->message[0] = '\0';
	return OK;
}

/* --once does not wait for ever, and never for less than it must. */
static void give_up_late(struct live_job *job, int64_t next_ms)
{
	const struct ingest_run *run = job->run;
	int tries = INGEST_TRIES * (int)job->endpoints.count;

	if (run->once && !job->current && job->failures &&
	    (job->failures >= tries ||
	     next_ms - job->failing_ms >= INGEST_PATIENCE_MS))
		job->given_up = true;
}

static void fail(struct live_job *job, const char *message,
		 long retry_after_ms)
{
	struct endpoint *endpoint = job->asked;
	int64_t now_ms = clock_monotonic_ms();
	char name[64];

	endpoint_failed(&job->endpoints, endpoint, retry_after_ms, now_ms);
	job->failed++;
	if (!job->failures++)
		job->failing_ms = job->asked_ms;
	job->due_ms = now_ms;
	if (strstr(message, endpoint->host->origin))
		snprintf(job->message, sizeof(job->message), "%.319s",
			 message);
	else
		snprintf(job->message, sizeof(job->message), "%.100s %.215s",
			 endpoint->host->origin, message);
	ingest_job_name(name, job);
	if (endpoint->failures == 1)
		ingest_event(job->run, "%s fails: %s", name, job->message);
	give_up_late(job, now_ms);
}

static void succeed(struct live_job *job)
{
	struct endpoint *endpoint = job->asked;
	char name[64];

	ingest_job_name(name, job);
	if (endpoint->failures)
		ingest_event(job->run, "%s: %s answers again", name,
			     endpoint->host->origin);
	endpoint_succeeded(endpoint);
	job->due_ms = job->asked_ms;
	if (!job->job.more)
		job->due_ms += job->source->config->every_s * 1000;
}

static void on_done(void *user, const struct http_outcome *outcome)
{
	struct live_job *job = user;
	struct ingest_run *run = job->run;
	const struct http_response *response = outcome->response;
	struct error error = { 0 };

	job->source->active--;
	clock_watch_note(&run->clock, job->asked->host,
			 response->server_time_s, clock_unix_s());
	if (outcome->status)
		fail(job, outcome->error->message, outcome->retry_after_ms);
	else if (ingest_take_answer(job, bytes_of(response->body.data,
						  response->body.size),
				    response->server_time_s, &error))
		fail(job, error.message, -1);
	else
		succeed(job);
	job->asked = NULL;
}

static enum status send(struct live_job *job, struct endpoint *endpoint,
			struct error *error)
{
	struct ingest_run *run = job->run;
	struct source_request request = { 0 };
	struct http_order order = {
		.limits = { .connect_ms = CONNECT_MS,
			    .total_ms = INGEST_REQUEST_MS,
			    .answer_bytes = ANSWER_BYTES },
		.on_done = on_done, .user = job };
	enum status status;

	job->job.now_s = clock_unix_s();
	status = job->job.kind->ask(&request, &job->job, endpoint->url, error);
	if (!status) {
		order.request = (struct http_request){
			.url = request.url.data,
			.body = request.body.size ? request.body.data : NULL,
			.body_size = request.body.size };
		status = http_pool_start(run->pool, &order, error);
	}
	source_request_free(&request);
	return status;
}

/* A host that another job was told to leave alone for long. */
static void wait_or_not(struct live_job *job, int64_t wait_ms)
{
	const struct ingest_run *run = job->run;

	give_up_late(job, job->due_ms);
	if (!run->once || wait_ms < INGEST_PATIENCE_MS || job->given_up)
		return;
	job->given_up = true;
	snprintf(job->message, sizeof(job->message), "%.200s wants to be left "
		 "alone for %lld s", job->endpoints.list[0].host->origin,
		 (long long)(wait_ms / 1000));
}

static void ask(struct live_job *job, int64_t now_ms)
{
	struct error error = { 0 };
	int64_t wait_ms;
	struct endpoint *endpoint =
		endpoints_take(&wait_ms, &job->endpoints, now_ms);
	enum status status;

	if (!endpoint) {
		job->due_ms = now_ms + wait_ms;
		wait_or_not(job, wait_ms);
		return;
	}
	job->asked_ms = now_ms;
	status = send(job, endpoint, &error);
	job->asked = endpoint;
	if (!status) {
		job->requests++;
		job->source->active++;
		return;
	}
	endpoint_return(endpoint);
	if (status == E_MISSING) { /* there can be nothing new yet */
		job->current = job->answered = true;
		job->due_ms = now_ms + job->source->config->every_s * 1000;
	} else {
		fail(job, error.message, -1);
	}
	job->asked = NULL;
}

/* Is there anything left to ask of this job? */
static bool is_over(const struct live_job *job)
{
	const struct ingest_run *run = job->run;

	return run->once && (job->current || job->given_up);
}

static void wait_for_room(struct live_job *job, int64_t now_ms)
{
	job->failing_ms = now_ms; /* it is not its fault */
	job->due_ms = now_ms + INGEST_TICK_MS;
}

/* May a job ask now, or when its time has come?  A source's requests at once
 * are bounded; one that ends wakes the loop. */
static bool may_ask(const struct live_job *job)
{
	return !job->asked && !is_over(job) &&
	       job->source->active < INGEST_ACTIVE_MAX;
}

static void move_job(struct live_job *job, bool full, int64_t now_ms)
{
	if (!may_ask(job) || job->due_ms > now_ms)
		return;
	if (full)
		wait_for_room(job, now_ms);
	else if (ingest_stream_lives(job, now_ms))
		job->due_ms = now_ms + INGEST_TICK_MS;
	else
		ask(job, now_ms);
}

int64_t ingest_ask_due(struct ingest_run *run, int64_t now_ms)
{
	bool full = ingest_writer_full(&run->writer);
	int64_t next_ms = now_ms + INGEST_TICK_MS;

	for (size_t i = 0; i < run->plan.job_count; i++) {
		struct live_job *job = &run->plan.jobs[i];
		int64_t at_ms = next_ms;

		move_job(job, full, now_ms);
		if (may_ask(job) && job->due_ms < next_ms)
			next_ms = job->due_ms;
		if (!full && !run->once && job->job.kind->follow)
			at_ms = ingest_stream_due(job, now_ms);
		next_ms = at_ms < next_ms ? at_ms : next_ms;
	}
	return next_ms;
}
