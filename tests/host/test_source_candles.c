/* test_source_candles.c -- candles asked for page by page from a made-up
 * exchange with a hole in its history, and what each venue's words mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/net/source.h"

#define HOUR 3600
#define START 1600002000 /* a whole hour */
#define HOLE_FROM (START + 500 * (int64_t)HOUR)
#define HOLE_TO (START + 3000 * (int64_t)HOUR) /* longer than a page */

static struct error error;

static struct source_job job_of(const struct source_kind *kind)
{
	return (struct source_job){ .kind = kind, .item_count = 1,
				    .items = { { .key = "ETHUSDT" } },
				    .interval_s = HOUR, .since_s = START,
				    .now_s = START + 4000 * (int64_t)HOUR +
					     1800 };
}

static int64_t parameter(const char *url, const char *name)
{
	const char *at = strstr(url, name);

	assert_non_null(at);
	return strtoll(at + strlen(name), NULL, 10) / 1000;
}

/* Klines of [from, to], at most 1,000, the open one too; none in the hole. */
static struct text klines(const char *url, int64_t now_s)
{
	int64_t from = parameter(url, "startTime="),
		to = parameter(url, "endTime=");
	struct text out = { 0 };
	int count = 0;

	text_add_string(&out, "[");
	for (int64_t t = from; t <= to && t <= now_s && count < 1000;
	     t += HOUR) {
		if (t >= HOLE_FROM && t < HOLE_TO)
			continue;
		text_add_format(&out, "%s[%lld,\"100.5\",\"102\",\"99.25\","
				"\"%d.75\",\"12.5\",0,\"0\",1,\"0\",\"0\","
				"\"0\"]", count++ ? "," : "",
				(long long)t * 1000, 100 + (int)(t / HOUR % 2));
	}
	text_add_string(&out, "]");
	return out;
}

/* Asks once; false when there is nothing to ask. */
static bool exchange(struct source_job *job, struct readings *out)
{
	struct source_request request = { 0 };
	enum status status = job->kind->ask(&request, job, "http://x", &error);
	struct text body;
	size_t before = out->count;

	if (status == E_MISSING)
		return false;
	assert_int_equal(status, OK);
	body = klines(request.url.data, job->now_s);
	assert_int_equal(job->kind->answer(out, job,
					   bytes_of(body.data, body.size),
					   &error), OK);
	for (size_t i = before; i < out->count; i++)
		if (out->items[i].time_ms > job->items[0].newest_ms)
			job->items[0].newest_ms = out->items[i].time_ms;
	source_request_free(&request);
	text_free(&body);
	return true;
}

static void test_history_then_news(void **state)
{
	struct source_job job = job_of(&source_binance);
	struct readings got = { 0 };
	int pages = 0;

	(void)state;
	while (exchange(&job, &got))
		assert_true(++pages < 10);
	assert_int_equal(pages, 4);
	/* Closed bars only: hours 0..499 and 3000..3999. */
	assert_int_equal(got.count, 500 + 1000);
	for (size_t i = 0; i < got.count; i++) {
		int64_t hour = (int64_t)i < 500 ? (int64_t)i
						: (int64_t)i + 2500;

		assert_true(got.items[i].time_ms ==
			    (START + hour * HOUR) * 1000);
		assert_true(got.items[i].is_candle);
		assert_int_equal(got.items[i].signature, READING_UNSIGNED);
	}
	assert_true(got.items[0].high.mantissa == 102 &&
		    got.items[0].low.mantissa == 9925);
	/* An hour later there is one more, asked for once. */
	job.now_s += HOUR;
	assert_true(exchange(&job, &got));
	assert_int_equal(got.count, 1501);
	assert_false(exchange(&job, &got));
	readings_free(&got);
}

/* A bar that the exchange is late with is asked for again, not passed over. */
static void test_late_bars_are_asked_again(void **state)
{
	static const char empty[] = "[]";
	struct source_job job = job_of(&source_binance);
	struct source_request request = { 0 };
	struct readings got = { 0 };
	int64_t newest = START + 3998 * (int64_t)HOUR;

	(void)state;
	job.items[0].newest_ms = newest * 1000;
	assert_int_equal(job.kind->ask(&request, &job, "http://x", &error), OK);
	assert_true(parameter(request.url.data, "startTime=") ==
		    newest + HOUR);
	source_request_free(&request);
	assert_int_equal(job.kind->answer(&got, &job, bytes_of_string(empty),
					  &error), OK);
	assert_int_equal(job.kind->ask(&request, &job, "http://x", &error), OK);
	assert_true(parameter(request.url.data, "startTime=") ==
		    newest + HOUR);
	source_request_free(&request);
	assert_int_equal(got.count, 0);
}

static void test_each_venues_address(void **state)
{
	static const struct {
		const struct source_kind *kind;
		const char *holds;
	} venues[] = {
		{ &source_coinbase, "/products/ETHUSDT/candles?granularity=3600"
				    "&start=2020-09-13T13:00:00Z&end=2020-09-26"
				    "T00:00:00Z" },
		{ &source_kraken, "/0/public/OHLC?pair=ETHUSDT&interval=60&"
				  "since=1600001999" },
		{ &source_binance, "/api/v3/klines?symbol=ETHUSDT&interval=1h&"
				   "startTime=1600002000000" },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct source_job job = job_of(venues[i].kind);
		struct source_request request = { 0 };

		assert_int_equal(job.kind->ask(&request, &job, "http://x",
					       &error), OK);
		assert_non_null(strstr(request.url.data, venues[i].holds));
		source_request_free(&request);
		job.items[0].key = "../etc";
		assert_int_equal(job.kind->ask(&request, &job, "http://x",
					       &error), E_USAGE);
		job.items[0].key = "ETHUSDT";
		job.interval_s = 7;
		assert_int_equal(job.kind->ask(&request, &job, "http://x",
					       &error), E_USAGE);
		job.interval_s = 0;
		assert_int_equal(job.kind->ask(&request, &job, "http://x",
					       &error), E_USAGE);
	}
}

static void test_answers_that_are_none(void **state)
{
	static const char *const bodies[] = {
		"", "{", "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}",
		"[[1600002000000]]", "[[1600002001000,\"1\",\"1\",\"1\",\"1\","
		"\"1\"]]", "[[1600002000000,\"1e99\",\"1\",\"1\",\"1\",\"1\"]]",
		"[[1600002000000,\"1\",\"1\",\"1\",\"1\",\"1\"],"
		"[1600002000000,\"2\",\"2\",\"2\",\"2\",\"2\"]]",
	};
	struct source_job job = job_of(&source_binance);
	struct source_request request = { 0 };
	struct readings got = { 0 };

	(void)state;
	assert_int_equal(job.kind->ask(&request, &job, "http://x", &error), OK);
	source_request_free(&request);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(job.kind->answer(&got, &job,
						  bytes_of_string(bodies[i]),
						  &error), E_PEER);
		assert_int_equal(got.count, 0);
		assert_true(job.items[0].read_to_s == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_history_then_news),
		cmocka_unit_test(test_late_bars_are_asked_again),
		cmocka_unit_test(test_each_venues_address),
		cmocka_unit_test(test_answers_that_are_none),
	};

	return cmocka_run_group_tests_name("source_candles", tests, NULL, NULL);
}
