/* http_transfer.c -- see http_transfer.h. */
#include "feeds/net/http_transfer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
	struct transfer *transfer = user;
	size_t bytes = size * count;

	if (transfer->on_data) {
		transfer->unwanted = !transfer->on_data(transfer->user,
							bytes_of(data, bytes));
		return transfer->unwanted ? 0 : bytes;
	}
	if (transfer->response.body.size + bytes >
	    transfer->limits.answer_bytes) {
		transfer->too_long = true;
		return 0;
	}
	text_add(&transfer->response.body, data, bytes);
	return bytes;
}

/* The value of a header line when it is the named one ("name:", lower case). */
static bool header_value(char out[64], const char *data, size_t size,
			 const char *name)
{
	size_t length = strlen(name);
	size_t left;

	if (size <= length || strncasecmp(data, name, length))
		return false;
	left = size - length;
	if (left > 63)
		return false;
	memcpy(out, data + length, left);
	out[left] = 0;
	return true;
}

static size_t on_header(char *data, size_t size, size_t count, void *user)
{
	struct transfer *transfer = user;
	char value[64];

	if (header_value(value, data, size * count, "retry-after:"))
		transfer->retry_after_ms = http_retry_after_ms(value);
	else if (header_value(value, data, size * count, "date:"))
		transfer->response.server_time_s = curl_getdate(value, NULL);
	return size * count;
}

static int on_progress(void *user, curl_off_t total_down, curl_off_t down,
		       curl_off_t total_up, curl_off_t up)
{
	const struct transfer *transfer = user;

	(void)total_down;
	(void)down;
	(void)total_up;
	(void)up;
	return transfer->limits.interrupted &&
	       transfer->limits.interrupted();
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

static void set_callbacks(CURL *curl, struct transfer *transfer)
{
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->problem);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
}

static void set_bounds(CURL *curl, const struct http_limits *limits)
{
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, limits->connect_ms);
	if (limits->idle_s) {
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, limits->idle_s);
	} else {
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, limits->total_ms);
	}
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	/* What the server may compress is what the bound counts unpacked. */
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
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

static enum status bad_url(const char *origin, struct error *error)
{
	error_set(error, E_USAGE, "\"%s\" is no http or https address", origin);
	return error_hint(error, "Addresses look like https://host:port/path.");
}

static enum status transport_error(CURLcode code, const struct transfer *transfer,
				   struct error *error)
{
	const char *problem = *transfer->problem ? transfer->problem
						: curl_easy_strerror(code);

	if (code == CURLE_ABORTED_BY_CALLBACK)
		return error_set(error, E_INTERRUPTED, "interrupted");
	if (code == CURLE_URL_MALFORMAT)
		return bad_url(transfer->origin, error);
	if (transfer->too_long) {
		error_set(error, E_PEER, "%s answered more than %zu bytes",
			  transfer->origin,
			  transfer->limits.answer_bytes);
		return error_hint(error, "Ask for less at a time, or ask "
				  "another server.");
	}
	error_set(error, E_PEER, "%s: %s", transfer->origin, problem);
	if (code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING ||
	    code == CURLE_RECV_ERROR)
		return error_hint(error, "The answer was cut short; try again "
				  "or ask another server.");
	return error_hint(error, "Check the address and that the server is "
			  "up; HTTPS_PROXY and SSL_CERT_FILE are respected.");
}

static enum status code_error(const struct transfer *transfer,
			      struct error *error)
{
	long code = transfer->response.code;

	error_set(error, E_PEER, "%s answered HTTP %ld%s", transfer->origin,
		  code, code == 429 ? " (too many requests)" : "");
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

bool transfer_worth_retrying(const struct transfer *transfer, CURLcode code)
{
	if (transfer->too_long || transfer->unwanted)
		return false;
	if (code == CURLE_OK)
		return transfer->response.code == 429 ||
		       transfer->response.code >= 500;
	return code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING ||
	       code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR;
}

struct http_limits transfer_limits(const struct http_limits *limits)
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

static void set_request(struct transfer *transfer,
			const struct http_request *request)
{
	CURL *curl = transfer->curl;

	transfer->headers = set_headers(curl, request);
	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "plimsoll");
	if (is_loopback(transfer->origin))
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (!request->body)
		return;
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
			 (curl_off_t)request->body_size);
	curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, request->body);
}

enum status transfer_prepare(struct transfer *transfer, CURL *curl,
			     const struct http_request *request,
			     const struct http_limits *limits,
			     struct error *error)
{
	transfer->curl = curl;
	transfer->limits = transfer_limits(limits);
	transfer->retry_after_ms = -1;
	http_origin(transfer->origin, sizeof(transfer->origin), request->url);
	if (strncasecmp(transfer->origin, "http://", 7) &&
	    strncasecmp(transfer->origin, "https://", 8))
		return bad_url(transfer->origin, error);
	curl_easy_reset(curl);
	set_bounds(curl, &transfer->limits);
	set_callbacks(curl, transfer);
	set_trust(curl);
	set_request(transfer, request);
	return OK;
}

void transfer_end(struct transfer *transfer)
{
	struct http_response *response = &transfer->response;
	const char *type = NULL;

	curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE,
			  &response->code);
	curl_easy_getinfo(transfer->curl, CURLINFO_CONTENT_TYPE, &type);
	if (type)
		strncpy(response->content_type, type,
			sizeof(response->content_type) - 1);
	text_add(&response->body, "", 0);
	curl_slist_free_all(transfer->headers);
	transfer->headers = NULL;
}

enum status transfer_judge(const struct transfer *transfer, CURLcode code,
			   struct error *error)
{
	if (code)
		return transport_error(code, transfer, error);
	return transfer->response.code / 100 == 2
		       ? OK : code_error(transfer, error);
}
