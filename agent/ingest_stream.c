/* ingest_stream.c -- a job's event stream: followed while it lives, opened again
 * with growing waits when it breaks.  Asking goes on whenever no events come.
 * See ingest_run.h. */
#include <stdio.h>

#include "agent/ingest_run.h"
#include "base/host/clock.h"

#define EVENT_BYTES ((size_t)512 << 10)
#define IDLE_S 30          /* longest silence, of comments too */
#define CONNECT_MS 5000
#define LASTED_MS 30000    /* it was a good one */
#define LIVES_LEAST_MS 5000

bool ingest_stream_lives(const struct live_job *job, int64_t now_ms)
{
	int64_t most_ms = 2000 * job->source->config->every_s;

	if (most_ms < LIVES_LEAST_MS)
		most_ms = LIVES_LEAST_MS;
	return job->stream.open && job->stream.event_ms &&
	       now_ms - job->stream.event_ms < most_ms;
}

static void break_off(struct live_job *job, const char *why)
{
	job->stream.broken = true;
	snprintf(job->message, sizeof(job->message), "%.100s, its stream: "
		 "%.200s", job->stream.open->host->origin, why);
}

/* One such message is kept; a stream of them fills no store. */
static bool all_forged(const struct readings *readings)
{
	size_t forged = 0;

	for (size_t i = 0; i < readings->count; i++)
		forged += readings->items[i].signature == READING_FORGED;
	return forged && forged == readings->count;
}

static bool on_data(void *user, struct bytes data)
{
	struct live_job *job = user;
	struct ingest_run *run = job->run;
	struct error error = { 0 };
	struct bytes event;
	enum status status;

	while (!(status = event_stream_next(&event, &job->stream.events,
					    &data))) {
		if (ingest_take_answer(job, event, 0, &error)) {
			break_off(job, error.message);
			return false;
		}
		if (all_forged(&run->readings)) {
			break_off(job, "its messages are not by those who may "
				       "sign");
			return false;
		}
		job->stream.event_ms = clock_monotonic_ms();
	}
	if (status == E_LIMIT)
		break_off(job, "an event is too long");
	return status != E_LIMIT && !ingest_writer_full(&run->writer);
}

static const char *why_ended(const struct live_job *job,
			     const struct http_outcome *outcome)
{
	if (job->stream.broken)
		return job->message;
	return outcome->status ? outcome->error->message
			       : "the server ended it";
}

static void on_done(void *user, const struct http_outcome *outcome)
{
	struct live_job *job = user;
	struct live_stream *stream = &job->stream;
	struct ingest_run *run = job->run;
	int64_t now_ms = clock_monotonic_ms();
	struct endpoint *endpoint = stream->open;
	char name[64];

	stream->open = NULL;
	job->due_ms = now_ms; /* ask meanwhile */
	if (ingest_writer_full(&run->writer) && !stream->broken)
		return; /* we ended it */
	if (stream->event_ms && now_ms - stream->due_ms >= LASTED_MS)
		endpoint_succeeded(endpoint);
	if (!endpoint->failures) {
		ingest_job_name(name, job);
		ingest_event(run, "%s: the stream of %s broke: %s", name,
			     endpoint->host->origin, why_ended(job, outcome));
	}
	endpoint_failed(&stream->endpoints, endpoint, outcome->retry_after_ms,
			now_ms);
	job->failed++;
	stream->due_ms = now_ms;
}

static enum status open_stream(struct live_job *job, struct endpoint *endpoint,
			       struct error *error)
{
	static const char *const headers[] = { "Accept: text/event-stream",
					       NULL };
	struct ingest_run *run = job->run;
	struct source_request request = { 0 };
	struct http_order order = {
		.limits = { .connect_ms = CONNECT_MS, .idle_s = IDLE_S },
		.on_data = on_data, .on_done = on_done, .user = job };
	enum status status = job->job.kind->follow(&request, &job->job,
						   endpoint->url, error);

	if (!status) {
		order.request = (struct http_request){
			.url = request.url.data, .headers = headers };
		status = http_pool_start(run->pool, &order, error);
	}
	source_request_free(&request);
	return status;
}

int64_t ingest_stream_due(struct live_job *job, int64_t now_ms)
{
	struct live_stream *stream = &job->stream;
	struct endpoint *endpoint;
	struct error error = { 0 };
	int64_t wait_ms;

	if (stream->open)
		return now_ms + INGEST_TICK_MS;
	if (stream->due_ms > now_ms)
		return stream->due_ms;
	endpoint = endpoints_take(&wait_ms, &stream->endpoints, now_ms);
	if (!endpoint) {
		stream->due_ms = now_ms + wait_ms;
		return stream->due_ms;
	}
	if (!stream->memory)
		stream->memory = memory_allocate(EVENT_BYTES, 1);
	event_stream_init(&stream->events, stream->memory, EVENT_BYTES);
	stream->event_ms = 0;
	stream->broken = false;
	stream->due_ms = now_ms;
	if (open_stream(job, endpoint, &error))
		endpoint_failed(&stream->endpoints, endpoint, -1, now_ms);
	else
		stream->open = endpoint;
	job->requests += stream->open != NULL;
	return now_ms + INGEST_TICK_MS;
}
