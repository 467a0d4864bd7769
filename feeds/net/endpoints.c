/* endpoints.c -- see endpoints.h. */
#include "feeds/net/endpoints.h"

#include <string.h>

#include "feeds/net/http.h"

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static struct host *known(struct hosts *hosts, const char *origin)
{
	for (size_t i = 0; i < hosts->count; i++)
		if (!strcmp(hosts->list[i].origin, origin))
			return &hosts->list[i];
	return NULL;
}

struct host *hosts_find(struct hosts *hosts, const char *url, int burst,
			int64_t refill_ms)
{
	char origin[HOST_NAME_MAX];
	struct host *host;

	http_origin(origin, sizeof(origin), url);
	host = known(hosts, origin);
	if (host) {
		host->burst = burst < host->burst ? burst : host->burst;
		host->refill_ms = larger(host->refill_ms, refill_ms);
		if (host->tokens > host->burst)
			host->tokens = host->burst;
		return host;
	}
	if (hosts->count == HOSTS_MAX)
		return NULL;
	host = &hosts->list[hosts->count++];
	*host = (struct host){ .burst = burst, .tokens = burst,
			       .refill_ms = refill_ms };
	memcpy(host->origin, origin, sizeof(origin));
	return host;
}

enum status endpoints_add(struct endpoints *endpoints, const char *url,
			  struct host *host)
{
	if (endpoints->count == ENDPOINTS_MAX)
		return E_LIMIT;
	endpoints->list[endpoints->count++] =
		(struct endpoint){ .url = url, .host = host };
	return OK;
}

static void refill(struct host *host, int64_t now_ms)
{
	double more = (double)(now_ms - host->counted_ms) /
		      (double)larger(host->refill_ms, 1);

	if (now_ms <= host->counted_ms)
		return;
	host->tokens += more;
	if (host->tokens > host->burst)
		host->tokens = host->burst;
	host->counted_ms = now_ms;
}

/* How long until this endpoint may be asked; 0: now. */
static int64_t wait_for(struct endpoint *endpoint, int64_t now_ms)
{
	struct host *host = endpoint->host;
	int64_t wait = larger(endpoint->not_before_ms - now_ms,
			      host->silent_until_ms - now_ms);

	refill(host, now_ms);
	if (host->tokens < 1)
		wait = larger(wait, 1 + (int64_t)((1 - host->tokens) *
						  (double)host->refill_ms));
	return larger(wait, 0);
}

struct endpoint *endpoints_take(int64_t *wait_ms, struct endpoints *endpoints,
				int64_t now_ms)
{
	*wait_ms = BACKOFF_LONGEST_MS;
	for (size_t i = 0; i < endpoints->count; i++) {
		struct endpoint *endpoint = &endpoints->list[i];
		int64_t wait = wait_for(endpoint, now_ms);

		*wait_ms = smaller(*wait_ms, wait);
		if (wait)
			continue;
		endpoint->host->tokens -= 1;
		return endpoint;
	}
	return NULL;
}

void endpoint_return(struct endpoint *endpoint)
{
	endpoint->host->tokens += 1;
}

void endpoint_succeeded(struct endpoint *endpoint)
{
	endpoint->failures = 0;
	endpoint->not_before_ms = 0;
}

/* A spread between half and whole keeps many agents from asking in step. */
static int64_t spread(struct endpoints *endpoints, int64_t whole_ms)
{
	endpoints->jitter = endpoints->jitter * 6364136223846793005u +
			    1442695040888963407u;
	return whole_ms / 2 + (int64_t)((endpoints->jitter >> 33) %
					(uint64_t)(whole_ms / 2 + 1));
}

void endpoint_failed(struct endpoints *endpoints, struct endpoint *endpoint,
		     long retry_after_ms, int64_t now_ms)
{
	int doublings = endpoint->failures < 10 ? endpoint->failures : 10;
	int64_t whole = smaller((int64_t)BACKOFF_FIRST_MS << doublings,
				BACKOFF_LONGEST_MS);

	endpoint->failures++;
	endpoint->not_before_ms = now_ms + spread(endpoints, whole);
	if (retry_after_ms >= 0)
		endpoint->host->silent_until_ms =
			now_ms + smaller(retry_after_ms,
					 RETRY_AFTER_LONGEST_MS);
}
