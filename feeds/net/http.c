/* http.c -- libcurl behind http.h: bounds, retries, and errors in words. */
#include "feeds/net/http.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/host/clock.h"
#include "base/host/log.h"

#define ORIGIN_MAX 200

struct http_client {
	CURL *curl;
	struct http_limits limits;
	uint64_t jitter;  /* state of the spread of waits, not a secret */
};

/* One try: what the callbacks fill. */
struct attempt {
	struct http_response response;
	size_t limit;
	bool too_long;
	long retry_after_ms;
	char problem[CURL_ERROR_SIZE];
	char origin[ORIGIN_MAX];
	const struct http_limits *limits;
};

static struct http_limits with_defaults(const struct http_limits *limits)
{
	struct http_limits full = { 0 };

	if (limits)
		full = *limits;
	if (!full.connect_ms)
		full.connect_ms = 5000;
	if (!full.total_ms)
		full.total_ms = 30000;
	if (!full.answer_bytes)
		full.answer_bytes = (size_t)32 << 20;
	if (!full.tries)
		full.tries = 4;
	if (!full.wait_max_ms)
		full.wait_max_ms = 20000;
	return full;
}

struct http_client *http_open(const struct http_limits *limits)
{
	struct http_client *client = memory_allocate(1, sizeof(*client));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	client->curl = curl_easy_init();
	client->limits = with_defaults(limits);
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

static bool is_loopback(const char *origin)
{
	const char *host = strstr(origin, "://");

	host = host ? host + 3 : origin;
	return !strncmp(host, "127.", 4) || !strncmp(host, "localhost", 9) ||
	       !strncmp(host, "[::1]", 5);
}

long http_retry_after_ms(const char *value)
{
	char *end = NULL;
	long seconds;

	while (*value == ' ')
		value++;
	if (*value < '0' || *value > '9')
		return -1;
	seconds = strtol(value, &end, 10);
	while (*end == ' ' || *end == '\r' || *end == '\n')
		end++;
	if (*end)
		return -1;
	return seconds > 86400 ? 86400000 : seconds * 1000;
}

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
	struct attempt *attempt = user;
	size_t bytes = size * count;

	if (attempt->response.body.size + bytes > attempt->limit) {
		attempt->too_long = true;
		return 0;
	}
	text_add(&attempt->response.body, data, bytes);
	return bytes;
}

static size_t on_header(char *data, size_t size, size_t count, void *user)
{
	struct attempt *attempt = user;
	size_t bytes = size * count;
	char line[64];

	if (bytes > 12 && bytes < sizeof(line) + 12 &&
	    !strncasecmp(data, "retry-after:", 12)) {
		memcpy(line, data + 12, bytes - 12);
		line[bytes - 12 < sizeof(line) ? bytes - 12 : 63] = 0;
		attempt->retry_after_ms = http_retry_after_ms(line);
	}
	return bytes;
}

static int on_progress(void *user, curl_off_t total_down, curl_off_t down,
		       curl_off_t total_up, curl_off_t up)
{
	const struct attempt *attempt = user;

	(void)total_down;
	(void)down;
	(void)total_up;
	(void)up;
	return attempt->limits->interrupted && attempt->limits->interrupted();
}

/* The CA variables that the curl program honours and its library does not. */
static void set_trust(CURL *curl)
{
	const char *file = getenv("CURL_CA_BUNDLE");
	const char *folder = getenv("SSL_CERT_DIR");

	if (!file || !*file)
		file = getenv("SSL_CERT_FILE");
	if (file && *file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, file);
	if (folder && *folder)
		curl_easy_setopt(curl, CURLOPT_CAPATH, folder);
}

static void set_bounds(CURL *curl, const struct http_limits *limits,
		       struct attempt *attempt)
{
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, limits->connect_ms);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, limits->total_ms);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, attempt->problem);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, attempt);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, attempt);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, attempt);
	if (is_loopback(attempt->origin))
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

static struct curl_slist *set_headers(CURL *curl,
				      const struct http_request *request)
{
	/* An empty Expect stops libcurl from waiting for "100 Continue". */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	list = curl_slist_append(list, "Accept: application/json");
	if (request->body)
		list = curl_slist_append(list,
					 "Content-Type: application/json");
	for (size_t i = 0; request->headers && request->headers[i]; i++)
		list = curl_slist_append(list, request->headers[i]);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	return list;
}

static CURLcode try_once(struct http_client *client,
			 const struct http_request *request,
			 struct attempt *attempt)
{
	CURL *curl = client->curl;
	struct curl_slist *headers;
	const char *type = NULL;
	CURLcode code;

	curl_easy_reset(curl);
	set_bounds(curl, &client->limits, attempt);
	set_trust(curl);
	headers = set_headers(curl, request);
	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "plimsoll");
	if (request->body) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->body_size);
	}
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE,
			  &attempt->response.code);
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	if (type)
		strncpy(attempt->response.content_type, type,
			sizeof(attempt->response.content_type) - 1);
	curl_slist_free_all(headers);
	return code;
}

static enum status bad_url(const char *origin, struct error *error)
{
	error_set(error, E_USAGE, "\"%s\" is no http or https address", origin);
	return error_hint(error, "Addresses look like https://host:port/path.");
}

static enum status transport_error(CURLcode code, const struct attempt *attempt,
				   struct error *error)
{
	const char *problem = *attempt->problem ? attempt->problem
						: curl_easy_strerror(code);

	if (code == CURLE_ABORTED_BY_CALLBACK)
		return error_set(error, E_INTERRUPTED, "interrupted");
	if (code == CURLE_URL_MALFORMAT)
		return bad_url(attempt->origin, error);
	if (attempt->too_long) {
		error_set(error, E_PEER, "%s answered more than %zu bytes",
			  attempt->origin, attempt->limit);
		return error_hint(error, "Ask for less at a time, or ask "
				  "another server.");
	}
	error_set(error, E_PEER, "%s: %s", attempt->origin, problem);
	if (code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING ||
	    code == CURLE_RECV_ERROR)
		return error_hint(error, "The answer was cut short; try again "
				  "or ask another server.");
	return error_hint(error, "Check the address and that the server is "
			  "up; HTTPS_PROXY and SSL_CERT_FILE are respected.");
}

static enum status code_error(const struct attempt *attempt, int tries,
			      struct error *error)
{
	long code = attempt->response.code;

	error_set(error, E_PEER, "%s answered HTTP %ld%s after %d %s",
		  attempt->origin, code,
		  code == 429 ? " (too many requests)" : "", tries,
		  tries == 1 ? "try" : "tries");
	if (code == 429 || code == 418)
		return error_hint(error, "The server limits the rate; wait, or "
				  "use an address with a larger allowance.");
	if (code == 401 || code == 403)
		return error_hint(error, "The server wants a (different) key.");
	if (code >= 300 && code < 400)
		return error_hint(error, "Redirects are not followed; give "
				  "the final address.");
	if (code >= 500)
		return error_hint(error, "The server is in trouble; try again "
				  "later or ask another.");
	return error_hint(error, "Check the path of the address.");
}

static bool worth_retrying(CURLcode code, const struct attempt *attempt)
{
	if (attempt->too_long)
		return false;
	if (code == CURLE_OK)
		return attempt->response.code == 429 ||
		       attempt->response.code >= 500;
	return code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING ||
	       code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR;
}

/* 250 ms doubled per try, between half and whole; or what the server says. */
static long wait_before(struct http_client *client, int tries,
			const struct attempt *attempt)
{
	long full = 250L << (tries < 8 ? tries : 8);

	if (attempt->retry_after_ms >= 0)
		return attempt->retry_after_ms;
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

static struct attempt new_attempt(const struct http_client *client,
				  const char *origin)
{
	struct attempt attempt = { .limit = client->limits.answer_bytes,
				   .retry_after_ms = -1,
				   .limits = &client->limits };

	memcpy(attempt.origin, origin, strnlen(origin, ORIGIN_MAX - 1));
	return attempt;
}

enum status http_send(struct http_response *out, struct http_client *client,
		      const struct http_request *request, struct error *error)
{
	char origin[ORIGIN_MAX];

	http_origin(origin, sizeof(origin), request->url);
	if (strncasecmp(origin, "http://", 7) &&
	    strncasecmp(origin, "https://", 8))
		return bad_url(origin, error);
	for (int tries = 1;; tries++) {
		struct attempt attempt = new_attempt(client, origin);
		CURLcode code = try_once(client, request, &attempt);
		enum status status;
		long wait_ms;

		if (!code && attempt.response.code / 100 == 2) {
			attempt.response.tries = tries;
			text_add(&attempt.response.body, "", 0);
			*out = attempt.response;
			return OK;
		}
		http_response_free(&(struct http_response){
			.body = attempt.response.body });
		wait_ms = wait_before(client, tries - 1, &attempt);
		if (!worth_retrying(code, &attempt) ||
		    tries >= client->limits.tries ||
		    wait_ms > client->limits.wait_max_ms)
			return code ? transport_error(code, &attempt, error)
				    : code_error(&attempt, tries, error);
		log_line(LOG_DEBUG, "%s: try %d failed, next in %ld ms", origin,
			 tries, wait_ms);
		status = wait_or_stop(client, wait_ms, error);
		if (status)
			return status;
	}
}
