/* test_http.c -- http.h against a server that misbehaves.
 *
 * Runs alone: it times what gives up when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/host/clock.h"
#include "feeds/net/candles.h"
#include "feeds/net/http.h"
#include "tests/support/hostile_server.h"

#define SMALL { .connect_ms = 1000, .total_ms = 1500, .answer_bytes = 1 << 20 }
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct outcome {
	enum status status;
	struct error error;
	struct http_response response;
	int requests;
};

static struct outcome ask(const struct hostile_step *steps, size_t count,
			  struct http_limits limits)
{
	struct outcome out = { 0 };
	struct hostile_server server;
	struct http_client *client = http_open(&limits);

	assert_true(hostile_start(&server, steps, count));
	out.status = http_send(&out.response, client,
			       &(struct http_request){ .url = server.url },
			       &out.error);
	out.requests = *server.requests;
	/* The path is a key: no message may hold it. */
	assert_null(strstr(out.error.message, "secret-key"));
	assert_null(strstr(out.error.hint, "secret-key"));
	hostile_stop(&server);
	http_close(client);
	return out;
}

static void test_plain_answer(void **state)
{
	struct hostile_step steps[] = { { .kind = HOSTILE_BODY,
					  .body = "{\"a\":1}" } };
	struct outcome out = ask(steps, 1, (struct http_limits)SMALL);

	(void)state;
	assert_int_equal(out.status, OK);
	assert_string_equal(out.response.body.data, "{\"a\":1}");
	assert_string_equal(out.response.content_type, "application/json");
	http_response_free(&out.response);
}

static void test_keeps_the_connection(void **state)
{
	struct hostile_step steps[] = { { .kind = HOSTILE_BODY, .body = "1" } };
	struct http_limits limits = SMALL;
	struct http_client *client = http_open(&limits);
	struct hostile_server server;
	struct error error = { 0 };

	(void)state;
	assert_true(hostile_start(&server, steps, 1));
	/* The server serves one connection at a time: a second connection
	 * would wait for the first to close, and time out. */
	for (int i = 0; i < 3; i++) {
		struct http_response response = { 0 };

		assert_int_equal(http_send(&response, client,
					   &(struct http_request){
						   .url = server.url,
						   .body = "{}",
						   .body_size = 2 },
					   &error), OK);
		http_response_free(&response);
	}
	assert_int_equal(*server.requests, 3);
	assert_non_null(strstr(server.last_request,
			       "Content-Type: application/json"));
	hostile_stop(&server);
	http_close(client);
}

static void test_429_waits_as_told(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_CODE, .code = 429, .body = "slow down",
		  .header = "Retry-After: 1\r\n" },
		{ .kind = HOSTILE_BODY, .body = "{}" },
	};
	int64_t before = clock_monotonic_ms();
	struct outcome out = ask(steps, 2, (struct http_limits)SMALL);

	(void)state;
	assert_int_equal(out.status, OK);
	assert_int_equal(out.response.tries, 2);
	assert_true(clock_monotonic_ms() - before >= 1000);
	http_response_free(&out.response);
}

static void test_429_forever(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_CODE, .code = 429, .body = "no" } };
	struct http_limits limits = SMALL;
	struct outcome out;

	(void)state;
	limits.tries = 2;
	out = ask(steps, 1, limits);
	assert_int_equal(out.status, E_PEER);
	assert_int_equal(out.requests, 2);
	assert_non_null(strstr(out.error.message, "429"));
	assert_non_null(strstr(out.error.message, "2 tries"));
	assert_non_null(strstr(out.error.hint, "rate"));
}

static void test_long_retry_after_is_not_waited_for(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_CODE, .code = 429, .body = "",
		  .header = "Retry-After: 3600\r\n" } };
	struct outcome out = ask(steps, 1, (struct http_limits)SMALL);

	(void)state;
	assert_int_equal(out.status, E_PEER);
	assert_int_equal(out.requests, 1);
}

static void test_codes(void **state)
{
	static const int codes[] = { 301, 400, 401, 403, 404, 418 };

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct hostile_step steps[] = {
			{ .kind = HOSTILE_CODE, .code = codes[i], .body = "x",
			  .header = "Location: http://127.0.0.1:1/\r\n" } };
		struct outcome out = ask(steps, 1, (struct http_limits)SMALL);

		assert_int_equal(out.status, E_PEER);
		assert_int_equal(out.requests, 1);
		assert_true(*out.error.hint);
	}
}

static void test_503_then_fine(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_CODE, .code = 503, .body = "x" },
		{ .kind = HOSTILE_BODY, .body = "{}" } };
	struct outcome out = ask(steps, 2, (struct http_limits)SMALL);

	(void)state;
	assert_int_equal(out.status, OK);
	assert_int_equal(out.requests, 2);
	http_response_free(&out.response);
}

static void test_half_an_answer(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_CUT, .body = "{\"result\":\"0x1234\"}" } };
	struct http_limits limits = SMALL;
	struct outcome out;

	(void)state;
	limits.tries = 2;
	out = ask(steps, 1, limits);
	assert_int_equal(out.status, E_PEER);
	assert_int_equal(out.requests, 2);
	assert_non_null(strstr(out.error.hint, "cut short"));
}

static void test_silence(void **state)
{
	struct hostile_step steps[] = { { .kind = HOSTILE_SILENT } };
	struct http_limits limits = SMALL;

	(void)state;
	limits.tries = 2;
	assert_int_equal(ask(steps, 1, limits).status, E_PEER);
}

static void test_not_http(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_RAW, .body = "SSH-2.0-OpenSSH_9.2\r\n" } };

	(void)state;
	assert_int_equal(ask(steps, 1, (struct http_limits)SMALL).status,
			 E_PEER);
}

static void test_slow(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_SLOW, .body = "{}", .delay_ms = 3000 } };
	struct http_limits limits = SMALL;
	int64_t before = clock_monotonic_ms();

	(void)state;
	limits.total_ms = 300;
	assert_int_equal(ask(steps, 1, limits).status, E_PEER);
	assert_true(clock_monotonic_ms() - before < 2000);
}

static void test_huge(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_SPACES, .size = 10 << 20, .body = "{}" } };
	struct outcome out = ask(steps, 1, (struct http_limits)SMALL);

	(void)state;
	assert_int_equal(out.status, E_PEER);
	assert_int_equal(out.requests, 1);
	assert_non_null(strstr(out.error.message, "more than 1048576 bytes"));
}

static void test_nobody_there(void **state)
{
	struct http_limits limits = SMALL;
	struct http_client *client = http_open(&limits);
	struct http_response response;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(http_send(&response, client,
				   &(struct http_request){
					   .url = "http://127.0.0.1:1/key" },
				   &error), E_PEER);
	assert_null(strstr(error.message, "key"));
	assert_int_equal(http_send(&response, client,
				   &(struct http_request){
					   .url = "file:///etc/passwd" },
				   &error), E_USAGE);
	http_close(client);
}

/* A proxy of the environment is for the world, not for this machine. */
static void test_loopback_takes_no_proxy(void **state)
{
	struct hostile_step steps[] = { { .kind = HOSTILE_BODY, .body = "1" } };
	struct outcome out;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	out = ask(steps, 1, (struct http_limits)SMALL);
	unsetenv("http_proxy");
	assert_int_equal(out.status, OK);
	http_response_free(&out.response);
}

static bool always(void)
{
	return true;
}

static void test_interrupted_while_waiting(void **state)
{
	struct hostile_step steps[] = {
		{ .kind = HOSTILE_SLOW, .body = "{}", .delay_ms = 3000 } };
	struct http_limits limits = SMALL;

	(void)state;
	limits.interrupted = always;
	assert_int_equal(ask(steps, 1, limits).status, E_INTERRUPTED);
}

static void test_origin(void **state)
{
	char out[64];

	(void)state;
	http_origin(out, sizeof(out), "https://user:pass@host.io:8545/v3/KEY");
	assert_string_equal(out, "https://host.io:8545");
	http_origin(out, sizeof(out), "http://host?apikey=1");
	assert_string_equal(out, "http://host");
	assert_int_equal(http_retry_after_ms(" 12\r\n"), 12000);
	assert_int_equal(http_retry_after_ms("soon"), -1);
	assert_int_equal(http_retry_after_ms("Wed, 21 Oct 2026"), -1);
}

/* --- candles ----------------------------------------------------------- */

static enum status candles_limited(const char *venue, const char *body,
				   struct candle_query query, struct text *csv,
				   struct error *error)
{
	struct hostile_step step = { .kind = HOSTILE_BODY, .body = body };
	struct http_limits limits = SMALL;
	struct hostile_server server;
	size_t rows = 0;
	enum status status;

	assert_true(hostile_start(&server, &step, 1));
	query.venue = venue;
	query.base_url = server.url;
	query.product = query.product ? query.product : "ETH-USD";
	status = fetch_candles(csv, &rows, &query, &limits, error);
	hostile_stop(&server);
	return status;
}

static const struct candle_query hour = { .from_s = 0, .to_s = 7200,
					  .interval_s = 3600, .now_s = 99999 };

static void test_coinbase_candles(void **state)
{
	struct text csv = { 0 };
	struct error error = { 0 };

	(void)state;
	/* newest first, and one row before the range */
	assert_int_equal(candles_limited(
		"coinbase", "[[3600,1.10,3,2.000000001,2.5,1e-7],"
		"[0,1,2,1.5,1.75,10],[-3600,1,1,1,1,1]]", hour, &csv, &error),
		OK);
	assert_string_equal(csv.data, "time,open,high,low,close,volume\n"
		"1970-01-01T00:00:00Z,1.5,2,1,1.75,10\n"
		"1970-01-01T01:00:00Z,2.000000001,3,1.10,2.5,1e-7\n");
	text_free(&csv);
}

static void test_open_bar_is_dropped(void **state)
{
	struct candle_query query = hour;
	struct text csv = { 0 };
	struct error error = { 0 };

	(void)state;
	query.now_s = 7199; /* the bar of 3600 closes at 7200 */
	assert_int_equal(candles_limited(
		"binance", "[[0,\"1\",\"2\",\"1\",\"2\",\"5\",3599999],"
		"[3600000,\"2\",\"2\",\"1\",\"1\",\"5\",7199999]]", query,
		&csv, &error), OK);
	assert_string_equal(csv.data, "time,open,high,low,close,volume\n"
		"1970-01-01T00:00:00Z,1,2,1,2,5\n");
	text_free(&csv);
}

static void test_kraken_last_bar_is_dropped(void **state)
{
	struct text csv = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(candles_limited(
		"kraken", "{\"error\":[],\"result\":{\"XETHZUSD\":["
		"[0,\"1\",\"2\",\"1\",\"2\",\"1.5\",\"7\",3],"
		"[3600,\"1\",\"2\",\"1\",\"2\",\"1.5\",\"7\",3]],\"last\":0}}",
		hour, &csv, &error), OK);
	assert_string_equal(csv.data, "time,open,high,low,close,volume\n"
		"1970-01-01T00:00:00Z,1,2,1,2,7\n");
	text_free(&csv);
}

static void test_candles_refused(void **state)
{
	static const struct { const char *venue, *body; } bad[] = {
		{ "kraken", "{\"error\":[\"EQuery:Unknown asset pair\"]}" },
		{ "binance", "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}" },
		{ "coinbase", "{\"message\":\"NotFound\"}" },
		{ "coinbase", "[[0,1,2,3,4]]" },
		{ "coinbase", "[[17,1,2,1,1,1]]" },
		{ "coinbase", "[[0,1,2,\"x\",1,1]]" },
		{ "coinbase", "[[0,1,2,1,1,1],[0,1,2,1,1.5,1]]" },
		{ "binance", "<html>" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct text csv = { 0 };
		struct error error = { 0 };

		assert_int_equal(candles_limited(bad[i].venue, bad[i].body,
						 hour, &csv, &error), E_PEER);
		assert_null(csv.data);
	}
}

static void test_candle_usage(void **state)
{
	struct candle_query query = hour;
	struct text csv = { 0 };
	struct error error = { 0 };

	(void)state;
	query.product = "ETH&x=1";
	assert_int_equal(candles_limited("kraken", "[]", query, &csv, &error),
			 E_USAGE);
	query = hour;
	query.interval_s = 61;
	assert_int_equal(candles_limited("kraken", "[]", query, &csv, &error),
			 E_USAGE);
	assert_int_equal(candles_limited("nowhere", "[]", hour, &csv, &error),
			 E_USAGE);
	assert_int_equal(candles_limited("binance", "[]", hour, &csv, &error),
			 E_MISSING);
}

/* Bodies recorded from the exchanges; absent on machines without the data. */
static void recorded(const char *venue, const char *file, int64_t from,
		     int64_t to)
{
	const char *folder = getenv("PLIMSOLL_DATA");
	struct candle_query query = { .from_s = from, .to_s = to,
				      .interval_s = 60, .now_s = 1800000000 };
	struct text path = { 0 }, csv = { 0 };
	struct error error = { 0 };
	uint8_t *body = NULL;
	size_t size = 0;

	text_add_format(&path, "%s/rpc/%s", folder ? folder : "../shared/data",
			file);
	if (access(folder ? folder : "../shared/data", R_OK)) {
		puts("SKIP data: PLIMSOLL_DATA is not there (real market data "
		     "is not part of the tree)");
		text_free(&path);
		skip();
	}
	assert_int_equal(file_read(&body, &size, path.data, 1 << 24, &error),
			 OK);
	body = memory_resize(body, size + 1, 1);
	body[size] = 0;
	assert_int_equal(candles_limited(venue, (char *)body, query, &csv,
					 &error), OK);
	assert_true(csv.size > 500);
	memory_free(body);
	text_free(&csv);
	text_free(&path);
}

static void test_recorded_coinbase(void **state)
{
	(void)state;
	recorded("coinbase", "coinbase-candles-1m.json", 1517400000,
		 1517443800);
}

static void test_recorded_kraken(void **state)
{
	(void)state;
	recorded("kraken", "kraken-ohlc-1m.json", 1502402400, 1502445720);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_answer),
		cmocka_unit_test(test_keeps_the_connection),
		cmocka_unit_test(test_429_waits_as_told),
		cmocka_unit_test(test_429_forever),
		cmocka_unit_test(test_long_retry_after_is_not_waited_for),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_503_then_fine),
		cmocka_unit_test(test_half_an_answer),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_not_http),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_huge),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_interrupted_while_waiting),
		cmocka_unit_test(test_loopback_takes_no_proxy),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_coinbase_candles),
		cmocka_unit_test(test_open_bar_is_dropped),
		cmocka_unit_test(test_kraken_last_bar_is_dropped),
		cmocka_unit_test(test_candles_refused),
		cmocka_unit_test(test_candle_usage),
		cmocka_unit_test(test_recorded_coinbase),
		cmocka_unit_test(test_recorded_kraken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
