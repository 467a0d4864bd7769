/* http_transfer.h -- one request under way in libcurl: bounds, trust, headers,
 * and what went wrong in words.  Shared by http.c (waits for each) and
 * http_pool.c (many at once); nobody else includes it. */
#ifndef FEEDS_NET_HTTP_TRANSFER_H
#define FEEDS_NET_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "feeds/net/http.h"

#define HTTP_ORIGIN_MAX 200

struct transfer {
	CURL *curl;
	struct http_limits limits;     /* without zeros */
	struct http_response response; /* the body stays empty with on_data */
	bool (*on_data)(void *user, struct bytes data); /* NULL: keep it */
	void *user;
	bool too_long, unwanted;       /* unwanted: on_data said no */
	long retry_after_ms;           /* -1: nothing was said */
	char problem[CURL_ERROR_SIZE];
	char origin[HTTP_ORIGIN_MAX];
	struct curl_slist *headers;
};

/** transfer_limits - zeros become the defaults of http.h. */
struct http_limits transfer_limits(const struct http_limits *limits);

/** transfer_prepare - sets up `curl` for the request; E_USAGE when the address
 *  is neither http nor https.  transfer_end it; `transfer` must not move. */
MUST_CHECK enum status transfer_prepare(struct transfer *transfer, CURL *curl,
					const struct http_request *request,
					const struct http_limits *limits,
					struct error *error);
/** transfer_end - what libcurl knows afterwards is in the response; the
 *  response itself stays the caller's. */
void transfer_end(struct transfer *transfer);

/** transfer_judge - OK for a whole answer of code 2xx, else why not. */
MUST_CHECK enum status transfer_judge(const struct transfer *transfer,
				      CURLcode code, struct error *error);
/** transfer_worth_retrying - 429, 5xx, and connections cut in the middle. */
bool transfer_worth_retrying(const struct transfer *transfer, CURLcode code);

#endif
