/* test_http_pool.c -- http_pool.h: many requests at once to servers that
 * misbehave, each ending once and none waiting for another.
 *
 * Runs alone: it times what gives up when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/host/clock.h"
#include "feeds/net/http_pool.h"
#include "tests/support/hostile_server.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SMALL { .connect_ms = 1000, .total_ms = 1500, .answer_bytes = 1 << 20 }

/** What became of one request. */
struct end {
	int times;
	enum status status;
	long code, retry_after_ms;
	bool rate_limited;
	int64_t server_time_s, after_ms;
	char message[512];
	struct text body;
};

static int64_t started_ms;

static void on_done(void *user, const struct http_outcome *outcome)
{
	struct end *end = user;

	end->times++;
	end->status = outcome->status;
	end->code = outcome->response->code;
	end->retry_after_ms = outcome->retry_after_ms;
	end->rate_limited = outcome->rate_limited;
	end->server_time_s = outcome->response->server_time_s;
	end->after_ms = clock_monotonic_ms() - started_ms;
	if (outcome->status)
		memcpy(end->message, outcome->error->message,
		       sizeof(outcome->error->message));
	else if (!end->body.size)
		text_add(&end->body, outcome->response->body.data,
			 outcome->response->body.size);
	assert_null(strstr(end->message, "secret-key"));
}

static struct http_order order_of(const char *url, struct end *end)
{
	return (struct http_order){ .request = { .url = url },
				    .limits = SMALL, .on_done = on_done,
				    .user = end };
}

static void run(struct http_pool *pool)
{
	int64_t limit = clock_monotonic_ms() + 10000;

	while (http_pool_active(pool) && clock_monotonic_ms() < limit)
		http_pool_step(pool, 50);
	assert_int_equal(http_pool_active(pool), 0);
}

enum sick { SLOW, SILENT, CUT, LONGER, SPACES, HTML, MOVED, LIMITED, BROKEN,
	    SICK };

static const struct hostile_step sick_steps[SICK] = {
	[SLOW] = { .kind = HOSTILE_SLOW, .body = "{}", .delay_ms = 60000 },
	[SILENT] = { .kind = HOSTILE_SILENT },
	[CUT] = { .kind = HOSTILE_CUT, .body = "{\"a\":\"0123456789\"}" },
	[LONGER] = { .kind = HOSTILE_LONGER, .body = "{\"a\":1}" },
	[SPACES] = { .kind = HOSTILE_SPACES, .body = "{}", .size = 10 << 20 },
	[HTML] = { .kind = HOSTILE_CODE, .code = 503, .body = "<html>" },
	[MOVED] = { .kind = HOSTILE_CODE, .code = 302, .body = "",
		    .header = "Location: http://127.0.0.1:1/\r\n" },
	[LIMITED] = { .kind = HOSTILE_CODE, .code = 429, .body = "",
		      .header = "Retry-After: 7\r\n" },
	[BROKEN] = { .kind = HOSTILE_RAW, .body = "not HTTP at all\r\n\r\n" },
};

static void test_one_sick_server_delays_nobody(void **state)
{
	static const struct hostile_step good = { .kind = HOSTILE_BODY,
		.body = "{\"ok\":1}",
		.header = "Date: Fri, 10 Oct 2025 21:36:00 GMT\r\n" };
	struct hostile_server servers[SICK], healthy;
	struct end ends[SICK] = { { 0 } }, fine = { 0 };
	struct http_pool *pool = http_pool_open();
	struct error error = { 0 };

	(void)state;
	started_ms = clock_monotonic_ms();
	for (int i = 0; i < SICK; i++) {
		struct http_order order;

		assert_true(hostile_start(&servers[i], &sick_steps[i], 1));
		order = order_of(servers[i].url, &ends[i]);
		assert_int_equal(http_pool_start(pool, &order, &error), OK);
	}
	assert_true(hostile_start(&healthy, &good, 1));
	assert_int_equal(http_pool_start(pool, &(struct http_order){
			.request = { .url = healthy.url }, .limits = SMALL,
			.on_done = on_done, .user = &fine }, &error), OK);
	run(pool);
	assert_int_equal(fine.status, OK);
	assert_int_equal(fine.server_time_s, 1760132160);
	assert_true(fine.after_ms < ends[SLOW].after_ms);
	assert_true(ends[SLOW].after_ms >= 1500);
	for (int i = 0; i < SICK; i++) {
		assert_int_equal(ends[i].times, 1);
		/* Longer than announced is read as announced. */
		assert_int_equal(ends[i].status, i == LONGER ? OK : E_PEER);
		hostile_stop(&servers[i]);
		text_free(&ends[i].body);
	}
	assert_true(ends[LIMITED].rate_limited);
	assert_int_equal(ends[LIMITED].retry_after_ms, 7000);
	assert_non_null(strstr(ends[SPACES].message, "more than"));
	assert_int_equal(ends[MOVED].code, 302);
	hostile_stop(&healthy);
	text_free(&fine.body);
	http_pool_close(pool);
}

static bool gather(void *user, struct bytes data)
{
	struct end *end = user;

	text_add(&end->body, (const char *)data.data, data.size);
	return !strstr(end->body.data, "stop");
}

static struct end stream(const char *answer)
{
	struct hostile_step step = { .kind = HOSTILE_RAW, .body = answer };
	struct hostile_server server;
	struct http_pool *pool = http_pool_open();
	struct error error = { 0 };
	static struct end end;
	struct http_order order;

	end = (struct end){ 0 };
	assert_true(hostile_start(&server, &step, 1));
	order = order_of(server.url, &end);
	order.on_data = gather;
	order.limits.idle_s = 2;
	assert_int_equal(http_pool_start(pool, &order, &error), OK);
	run(pool);
	assert_int_equal(end.times, 1);
	hostile_stop(&server);
	http_pool_close(pool);
	return end;
}

static void test_streams_are_handed_on(void **state)
{
	struct end end = stream("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked"
				"\r\n\r\n6\r\ndata:1\r\n7\r\n\ndata:2\r\n"
				"0\r\n\r\n");

	(void)state;
	assert_int_equal(end.status, OK);
	assert_string_equal(end.body.data, "data:1\ndata:2");
	text_free(&end.body);
	end = stream("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
		     "4\r\nstop\r\n4\r\nmore\r\n0\r\n\r\n");
	assert_int_equal(end.status, E_PEER); /* ended by its reader */
	text_free(&end.body);
	end = stream("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
		     "4\r\ndata\r\n4\r\nhal");
	assert_int_equal(end.status, E_PEER); /* cut */
	text_free(&end.body);
}

static void again(void *user, const struct http_outcome *outcome)
{
	int *left = user;

	assert_int_equal(outcome->status, OK);
	--*left;
}

static void test_connections_are_kept(void **state)
{
	/* The server serves one connection at a time: another one would wait
	 * for the first to close, and time out. */
	static const struct hostile_step step = { .kind = HOSTILE_BODY,
						  .body = "1" };
	struct hostile_server server;
	struct http_pool *pool = http_pool_open();
	struct error error = { 0 };
	int left = 5;

	(void)state;
	assert_true(hostile_start(&server, &step, 1));
	for (int i = 0; i < 5; i++) {
		struct http_order order = { .request = { .url = server.url },
					    .limits = SMALL, .on_done = again,
					    .user = &left };

		assert_int_equal(http_pool_start(pool, &order, &error), OK);
		run(pool);
	}
	assert_int_equal(left, 0);
	assert_int_equal(*server.requests, 5);
	hostile_stop(&server);
	http_pool_close(pool);
}

static void test_wrong_addresses_and_closing(void **state)
{
	static const struct hostile_step slow = { .kind = HOSTILE_SLOW,
		.body = "{}", .delay_ms = 60000 };
	struct hostile_server server;
	struct http_pool *pool = http_pool_open();
	struct error error = { 0 };
	struct end end = { 0 };
	struct http_order order = order_of("file:///etc/hostname", &end);

	(void)state;
	assert_int_equal(http_pool_start(pool, &order, &error), E_USAGE);
	assert_int_equal(http_pool_active(pool), 0);
	assert_true(hostile_start(&server, &slow, 1));
	order = order_of(server.url, &end);
	assert_int_equal(http_pool_start(pool, &order, &error), OK);
	http_pool_step(pool, 20);
	assert_int_equal(http_pool_active(pool), 1);
	http_pool_close(pool); /* under way: ends without a word */
	assert_int_equal(end.times, 0);
	hostile_stop(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_sick_server_delays_nobody),
		cmocka_unit_test(test_streams_are_handed_on),
		cmocka_unit_test(test_connections_are_kept),
		cmocka_unit_test(test_wrong_addresses_and_closing),
	};

	return cmocka_run_group_tests_name("http_pool", tests, NULL, NULL);
}
