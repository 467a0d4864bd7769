/* http.h -- one HTTP request at a time over a kept connection, with bounds.
 *
 * Host only; the one user of libcurl.  It knows nothing of JSON.  Bounds: time
 * to connect, time in all, bytes of the answer, number of tries and the wait
 * between them.  Redirects are refused.  Proxy variables and CURL_CA_BUNDLE,
 * SSL_CERT_FILE, SSL_CERT_DIR are respected; loopback never goes through a
 * proxy.  Messages name scheme, host and port only: paths and queries hold API
 * keys. */
#ifndef FEEDS_NET_HTTP_H
#define FEEDS_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/host/error.h"
#include "base/host/memory.h"

struct http_limits {
	long connect_ms;      /* 0: 5000 */
	long total_ms;        /* one try; 0: 30000 */
	long idle_s;          /* instead of total_ms: longest silence; 0: off */
	size_t answer_bytes;  /* 0: 32 MiB */
	int tries;            /* on 429, 5xx, cut connections; 0: 4 */
	long wait_max_ms;     /* longest wait before a retry; 0: 20000 */
	bool (*interrupted)(void); /* asked often; NULL: never */
};

struct http_request {
	const char *url;
	const char *body;           /* NULL: GET; else POST of JSON */
	size_t body_size;
	const char *const *headers; /* "Name: value" lines, NULL at the end */
};

struct http_response {
	long code;               /* 2xx: others are errors */
	struct text body;        /* terminated; http_response_free */
	char content_type[64];   /* "" when absent */
	int tries;               /* requests sent */
	int64_t server_time_s;   /* its Date header; 0 or less: none */
};

struct http_client; /* one kept connection; not for several threads */

/** http_open - never NULL; `limits` NULL takes the defaults. */
struct http_client *http_open(const struct http_limits *limits);
void http_close(struct http_client *client);

/**
 * http_send - sends the request, retrying 429 and 5xx (Retry-After, else
 * exponential backoff with jitter) and connections cut in the middle.
 * Returns: E_PEER        unreachable, timed out, cut, any other code
 *                        or longer than the bound
 *          E_USAGE       the URL is not http(s)
 *          E_INTERRUPTED limits.interrupted() said so */
MUST_CHECK enum status http_send(struct http_response *out,
				 struct http_client *client,
				 const struct http_request *request,
				 struct error *error);
void http_response_free(struct http_response *response);

/** http_origin - "https://host:port" of a URL, without user, path, query. */
void http_origin(char *out, size_t size, const char *url);

/** http_retry_after_ms - a Retry-After value in seconds; -1 when it is none
 *  (dates are not understood and count as none). */
long http_retry_after_ms(const char *value);

#endif
