/* http_pool.h -- many HTTP requests at once on one thread, each with its own
 * bounds; a slow server delays nobody else.
 *
 * Host only, over libcurl's multi interface: connections are kept and shared.
 * It tries each request once: who asks again, where and when is endpoints.h's
 * business.  Streams are requests whose body is handed on as it comes. */
#ifndef FEEDS_NET_HTTP_POOL_H
#define FEEDS_NET_HTTP_POOL_H

#include "feeds/net/http.h"

/** How a request ended; lives during the callback. */
struct http_outcome {
	enum status status;          /* as http_send's, E_INTERRUPTED excepted */
	const struct error *error;   /* words for any but OK */
	const struct http_response *response; /* body empty for a stream */
	long retry_after_ms;         /* -1: the server said nothing */
	bool rate_limited;           /* 429 or 418 */
};

struct http_order {
	struct http_request request; /* copied by http_pool_start */
	struct http_limits limits;   /* tries and interrupted are not used */
	/** Called as a stream's bytes come; false ends it.  NULL: whole. */
	bool (*on_data)(void *user, struct bytes data);
	void (*on_done)(void *user, const struct http_outcome *outcome);
	void *user;
};

struct http_pool;

struct http_pool *http_pool_open(void);
/** http_pool_close - what is under way ends without its callback. */
void http_pool_close(struct http_pool *pool);

/** http_pool_start - returns at once; on_done follows from http_pool_step, but
 *  for E_USAGE (no http or https address): then there is no callback. */
MUST_CHECK enum status http_pool_start(struct http_pool *pool,
				       const struct http_order *order,
				       struct error *error);

/** http_pool_step - moves everything, calls what is due; waits at most wait_ms
 *  for something to happen.  Callbacks may start further requests. */
void http_pool_step(struct http_pool *pool, int wait_ms);
size_t http_pool_active(const struct http_pool *pool);

#endif
