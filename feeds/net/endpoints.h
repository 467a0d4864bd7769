/* endpoints.h -- which server to ask next, and when: order of preference,
 * backoff after failures, and a budget of requests for every host.
 *
 * No sockets and no clock: the caller tells the time, so that it can be tested.
 * A source has several endpoints and takes the first that may be asked; the
 * budget is the host's, shared by all sources that ask it. */
#ifndef FEEDS_NET_ENDPOINTS_H
#define FEEDS_NET_ENDPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define ENDPOINTS_MAX 8
#define HOSTS_MAX 64
#define HOST_NAME_MAX 200
#define BACKOFF_FIRST_MS 500
#define BACKOFF_LONGEST_MS 300000
#define RETRY_AFTER_LONGEST_MS 3600000 /* a server may not silence us longer */

/** What a host takes: `burst` requests at once, one more every refill_ms. */
struct host {
	char origin[HOST_NAME_MAX]; /* http_origin of its addresses */
	double tokens;
	int burst;
	int64_t refill_ms;
	int64_t counted_ms;         /* when tokens were last counted */
	int64_t silent_until_ms;    /* Retry-After */
};

struct hosts {
	size_t count;
	struct host list[HOSTS_MAX];
};

struct endpoint {
	const char *url;    /* lent by the configuration */
	struct host *host;
	int failures;       /* since it last answered well */
	int64_t not_before_ms;
};

struct endpoints {
	size_t count;
	struct endpoint list[ENDPOINTS_MAX];
	uint64_t jitter;    /* state of the spread of waits; not a secret */
};

/** hosts_find - the host of an address, made with this budget when it is new
 *  (one that is there keeps the smaller budget); NULL when the table is full. */
struct host *hosts_find(struct hosts *hosts, const char *url, int burst,
			int64_t refill_ms);

/** endpoints_add - E_LIMIT more than ENDPOINTS_MAX. */
MUST_CHECK enum status endpoints_add(struct endpoints *endpoints,
				     const char *url, struct host *host);

/**
 * endpoints_take - the first endpoint that may be asked now; takes a request
 * from its host's budget.
 *
 * Out:     wait_ms  0, or how long until one may be asked (then NULL is
 *                   returned and nothing is taken)
 * Cost:    O(count) */
struct endpoint *endpoints_take(int64_t *wait_ms, struct endpoints *endpoints,
				int64_t now_ms);

/** endpoint_return - it was not asked after all: its host's budget gets the
 *  request back. */
void endpoint_return(struct endpoint *endpoint);
/** endpoint_succeeded - it answered well: its failures are forgotten. */
void endpoint_succeeded(struct endpoint *endpoint);
/** endpoint_failed - it is left alone for a wait that doubles, between half
 *  and whole of it; retry_after_ms >= 0 silences the whole host as long. */
void endpoint_failed(struct endpoints *endpoints, struct endpoint *endpoint,
		     long retry_after_ms, int64_t now_ms);

#endif
