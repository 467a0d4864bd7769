/* http.c -- libcurl behind http.h: bounds, retries, and errors in words. */
#include "feeds/net/http.h"

#include <stdio.h>
#include <string.h>

#include "base/host/clock.h"
#include "base/host/log.h"
#include "feeds/net/http_transfer.h"

struct http_client {
	CURL *curl;
	struct http_limits limits;
	uint64_t jitter;  /* state of the spread of waits, not a secret */
};

struct http_client *http_open(const struct http_limits *limits)
{
	struct http_client *client = memory_allocate(1, sizeof(*client));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	client->curl = curl_easy_init();
	client->limits = transfer_limits(limits);
	client->jitter = (uint64_t)clock_monotonic_ms() * 2654435761u + 1;
	return client;
}

void http_close(struct http_client *client)
{
	if (!client)
		return;
	curl_easy_cleanup(client->curl);
	memory_free(client);
}

void http_response_free(struct http_response *response)
{
	text_free(&response->body);
	*response = (struct http_response){ 0 };
}

void http_origin(char *out, size_t size, const char *url)
{
	const char *start = strstr(url, "://");
	size_t scheme = start ? (size_t)(start - url) + 3 : 0;
	const char *host = url + scheme;
	size_t length = strcspn(host, "/?#");
	const char *at = memchr(host, '@', length);
	size_t used = 0;

	while (at) { /* user:password@ is never shown */
		length -= (size_t)(at - host) + 1;
		host = at + 1;
		at = memchr(host, '@', length);
	}
	for (size_t i = 0; i < scheme && used + 1 < size; i++)
		out[used++] = url[i];
	for (size_t i = 0; i < length && used + 1 < size; i++)
		out[used++] = host[i];
	out[used] = 0;
}

/* 250 ms doubled per try, between half and whole; or what the server says. */
static long wait_before(struct http_client *client, int tries,
			const struct transfer *transfer)
{
	long full = 250L << (tries < 8 ? tries : 8);

	if (transfer->retry_after_ms >= 0)
		return transfer->retry_after_ms;
	client->jitter = client->jitter * 6364136223846793005u + 1442695040888963407u;
	return full / 2 + (long)((client->jitter >> 33) % (uint64_t)(full / 2));
}

static enum status wait_or_stop(struct http_client *client, long wait_ms,
				struct error *error)
{
	int64_t until = clock_monotonic_ms() + wait_ms;

	while (clock_monotonic_ms() < until) {
		int64_t left = until - clock_monotonic_ms();

		if (client->limits.interrupted && client->limits.interrupted())
			return error_set(error, E_INTERRUPTED, "interrupted");
		clock_sleep_ms(left < 100 ? left : 100);
	}
	return OK;
}

/* The tries are told in the message of a code that did not change. */
static enum status give_up(const struct transfer *transfer, CURLcode code,
			   struct error *error)
{
	enum status status = transfer_judge(transfer, code, error);
	size_t used = strlen(error->message);

	if (!code && used < sizeof(error->message))
		snprintf(error->message + used, sizeof(error->message) - used,
			 " after %d %s", transfer->response.tries,
			 transfer->response.tries == 1 ? "try" : "tries");
	return status;
}

enum status http_send(struct http_response *out, struct http_client *client,
		      const struct http_request *request, struct error *error)
{
	for (int tries = 1;; tries++) {
		struct transfer transfer = { 0 };
		enum status status = transfer_prepare(&transfer, client->curl,
						      request, &client->limits,
						      error);
		CURLcode code;
		long wait_ms;

		if (status)
			return status;
		code = curl_easy_perform(client->curl);
		transfer_end(&transfer);
		transfer.response.tries = tries;
		if (!code && transfer.response.code / 100 == 2) {
			*out = transfer.response;
			return OK;
		}
		wait_ms = wait_before(client, tries - 1, &transfer);
		text_free(&transfer.response.body);
		if (!transfer_worth_retrying(&transfer, code) ||
		    tries >= client->limits.tries ||
		    wait_ms > client->limits.wait_max_ms)
			return give_up(&transfer, code, error);
		log_line(LOG_DEBUG, "%s: try %d failed, next in %ld ms",
			 transfer.origin, tries, wait_ms);
		status = wait_or_stop(client, wait_ms, error);
		if (status)
			return status;
	}
}
