/* http_pool.c -- see http_pool.h. */
#include "feeds/net/http_pool.h"

#include "feeds/net/http_transfer.h"

#define CONNECTIONS_KEPT 64L

struct exchange {
	struct transfer transfer;
	void (*on_done)(void *user, const struct http_outcome *outcome);
	void *user;
	struct exchange *previous, *next;
};

struct http_pool {
	CURLM *multi;
	struct exchange *exchanges; /* under way */
	size_t active;
};

struct http_pool *http_pool_open(void)
{
	struct http_pool *pool = memory_allocate(1, sizeof(*pool));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	pool->multi = curl_multi_init();
	curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_KEPT);
	return pool;
}

static void unlink_exchange(struct http_pool *pool, struct exchange *exchange)
{
	if (exchange->previous)
		exchange->previous->next = exchange->next;
	else
		pool->exchanges = exchange->next;
	if (exchange->next)
		exchange->next->previous = exchange->previous;
	pool->active--;
}

static void free_exchange(struct http_pool *pool, struct exchange *exchange)
{
	curl_multi_remove_handle(pool->multi, exchange->transfer.curl);
	transfer_end(&exchange->transfer);
	curl_easy_cleanup(exchange->transfer.curl);
	http_response_free(&exchange->transfer.response);
	memory_free(exchange);
}

void http_pool_close(struct http_pool *pool)
{
	if (!pool)
		return;
	while (pool->exchanges) {
		struct exchange *exchange = pool->exchanges;

		unlink_exchange(pool, exchange);
		free_exchange(pool, exchange);
	}
	curl_multi_cleanup(pool->multi);
	memory_free(pool);
}

static void link_exchange(struct http_pool *pool, struct exchange *exchange)
{
	exchange->next = pool->exchanges;
	if (exchange->next)
		exchange->next->previous = exchange;
	pool->exchanges = exchange;
	pool->active++;
}

enum status http_pool_start(struct http_pool *pool,
			    const struct http_order *order,
			    struct error *error)
{
	struct exchange *exchange = memory_allocate(1, sizeof(*exchange));
	struct http_limits limits = order->limits;
	CURL *curl = curl_easy_init();
	enum status status;

	limits.interrupted = NULL; /* the loop stops between steps */
	exchange->on_done = order->on_done;
	exchange->user = order->user;
	exchange->transfer.on_data = order->on_data;
	exchange->transfer.user = order->user;
	status = transfer_prepare(&exchange->transfer, curl, &order->request,
				  &limits, error);
	if (status) {
		curl_easy_cleanup(curl);
		memory_free(exchange);
		return status;
	}
	curl_easy_setopt(curl, CURLOPT_PRIVATE, exchange);
	link_exchange(pool, exchange);
	curl_multi_add_handle(pool->multi, curl);
	return OK;
}

static void finish(struct http_pool *pool, CURL *curl, CURLcode code)
{
	struct exchange *exchange = NULL;
	struct error error = { 0 };
	struct http_outcome outcome = { .error = &error };
	struct transfer *transfer;

	curl_easy_getinfo(curl, CURLINFO_PRIVATE, &exchange);
	transfer = &exchange->transfer;
	unlink_exchange(pool, exchange);
	transfer_end(transfer);
	transfer->response.tries = 1;
	outcome.status = transfer_judge(transfer, code, &error);
	outcome.response = &transfer->response;
	outcome.retry_after_ms = transfer->retry_after_ms;
	outcome.rate_limited = transfer->response.code == 429 ||
			       transfer->response.code == 418;
	exchange->on_done(exchange->user, &outcome);
	free_exchange(pool, exchange);
}

static bool finish_all(struct http_pool *pool)
{
	bool any = false;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(pool->multi, &left)))
		if (message->msg == CURLMSG_DONE) {
			finish(pool, message->easy_handle,
			       message->data.result);
			any = true;
		}
	return any;
}

void http_pool_step(struct http_pool *pool, int wait_ms)
{
	int running;

	curl_multi_perform(pool->multi, &running);
	if (finish_all(pool))
		wait_ms = 0; /* something happened */
	curl_multi_poll(pool->multi, NULL, 0, wait_ms, NULL);
	curl_multi_perform(pool->multi, &running);
	finish_all(pool);
}

size_t http_pool_active(const struct http_pool *pool)
{
	return pool->active;
}
