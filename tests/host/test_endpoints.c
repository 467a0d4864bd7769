/* test_endpoints.c -- which server is asked next, by a made-up clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feeds/net/endpoints.h"

#define FIRST "https://first.example/key-1"
#define SECOND "https://second.example/key-2"

struct fixture {
	struct hosts hosts;
	struct endpoints endpoints;
	int64_t wait_ms;
};

static void add(struct fixture *f, const char *url, int burst,
		int64_t refill_ms)
{
	struct host *host = hosts_find(&f->hosts, url, burst, refill_ms);

	assert_non_null(host);
	assert_int_equal(endpoints_add(&f->endpoints, url, host), OK);
}

static struct endpoint *take(struct fixture *f, int64_t now_ms)
{
	return endpoints_take(&f->wait_ms, &f->endpoints, now_ms);
}

static void test_first_until_it_fails(void **state)
{
	struct fixture f = { 0 };
	struct endpoint *first, *second;

	(void)state;
	add(&f, FIRST, 10, 1000);
	add(&f, SECOND, 10, 1000);
	first = take(&f, 1000);
	assert_string_equal(first->url, FIRST);
	endpoint_failed(&f.endpoints, first, -1, 1000);
	second = take(&f, 1001);
	assert_string_equal(second->url, SECOND);
	endpoint_succeeded(second);
	/* Back to the preferred one as soon as its wait is over. */
	assert_true(first->not_before_ms >= 1000 + BACKOFF_FIRST_MS / 2);
	assert_true(first->not_before_ms <= 1000 + BACKOFF_FIRST_MS);
	assert_ptr_equal(take(&f, first->not_before_ms), first);
}

static void test_backoff_doubles_to_a_bound(void **state)
{
	struct fixture f = { 0 };
	int64_t now = 0, longest = 0;

	(void)state;
	add(&f, FIRST, 1000000, 1);
	for (int i = 0; i < 40; i++) {
		struct endpoint *endpoint = take(&f, now);
		int64_t whole = i < 9 ? (int64_t)BACKOFF_FIRST_MS << i
				      : BACKOFF_LONGEST_MS;
		int64_t wait;

		assert_non_null(endpoint);
		endpoint_failed(&f.endpoints, endpoint, -1, now);
		wait = endpoint->not_before_ms - now;
		assert_true(wait >= whole / 2 && wait <= whole + 1);
		assert_null(take(&f, endpoint->not_before_ms - 1));
		assert_int_equal(f.wait_ms, 1);
		longest = wait > longest ? wait : longest;
		now = endpoint->not_before_ms;
	}
	assert_true(longest <= BACKOFF_LONGEST_MS);
	endpoint_succeeded(take(&f, now));
	assert_int_equal(f.endpoints.list[0].failures, 0);
}

static void test_waits_are_spread(void **state)
{
	struct fixture a = { 0 }, b = { 0 };

	(void)state;
	a.endpoints.jitter = 1;
	b.endpoints.jitter = 2;
	add(&a, FIRST, 10, 1000);
	add(&b, FIRST, 10, 1000);
	endpoint_failed(&a.endpoints, take(&a, 0), -1, 0);
	endpoint_failed(&b.endpoints, take(&b, 0), -1, 0);
	assert_int_not_equal(a.endpoints.list[0].not_before_ms,
			     b.endpoints.list[0].not_before_ms);
}

static void test_retry_after_silences_the_host(void **state)
{
	struct fixture f = { 0 };
	struct endpoint *first;

	(void)state;
	add(&f, FIRST, 10, 1000);
	add(&f, "https://first.example/other", 10, 1000); /* the same host */
	first = take(&f, 0);
	endpoint_failed(&f.endpoints, first, 60000, 0);
	assert_null(take(&f, 59999));
	assert_int_equal(f.wait_ms, 1);
	assert_non_null(take(&f, 60000));
	/* Not for ever, whatever the server says. */
	endpoint_failed(&f.endpoints, first, 86400000, 60000);
	assert_non_null(take(&f, 60000 + RETRY_AFTER_LONGEST_MS));
}

static void test_budget_is_the_hosts(void **state)
{
	struct fixture a = { 0 }, b = { 0 };
	int asked = 0;

	(void)state;
	add(&a, FIRST, 10, 1000);
	/* A second source of the same host shares its budget, and the smaller
	 * burst counts. */
	assert_int_equal(endpoints_add(&b.endpoints, FIRST,
				       hosts_find(&a.hosts, FIRST, 4, 500)),
			 OK);
	for (int64_t now = 0; now <= 10000; now += 10) {
		asked += take(&a, now) != NULL;
		asked += take(&b, now) != NULL;
	}
	assert_int_equal(asked, 4 + 10);
}

static void test_budget_falls_to_the_second(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add(&f, FIRST, 1, 1000);
	add(&f, SECOND, 1, 1000);
	assert_string_equal(take(&f, 0)->url, FIRST);
	assert_string_equal(take(&f, 0)->url, SECOND);
	assert_null(take(&f, 0));
	assert_in_range(f.wait_ms, 999, 1001);
	assert_string_equal(take(&f, f.wait_ms)->url, FIRST);
}

static void test_not_asked_after_all(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add(&f, FIRST, 1, 1000);
	for (int i = 0; i < 5; i++)
		endpoint_return(take(&f, 0));
	assert_non_null(take(&f, 0));
	assert_null(take(&f, 0));
}

static void test_bounds(void **state)
{
	static struct fixture f;
	char url[64];

	(void)state;
	assert_null(take(&f, 0)); /* nobody to ask */
	assert_true(f.wait_ms > 0);
	for (int i = 0; i < HOSTS_MAX; i++) {
		int n = i; /* https://host-NN.example */

		url[0] = 0;
		assert_true(n < 100);
		__builtin_memcpy(url, "https://host-00.example", 24);
		url[13] = (char)('0' + n / 10);
		url[14] = (char)('0' + n % 10);
		assert_non_null(hosts_find(&f.hosts, url, 1, 1));
	}
	assert_null(hosts_find(&f.hosts, "https://more.example", 1, 1));
	for (int i = 0; i < ENDPOINTS_MAX; i++)
		assert_int_equal(endpoints_add(&f.endpoints, FIRST,
					       &f.hosts.list[0]), OK);
	assert_int_equal(endpoints_add(&f.endpoints, FIRST, &f.hosts.list[0]),
			 E_LIMIT);
	/* A clock that steps back gives nothing away and breaks nothing. */
	assert_non_null(take(&f, 1000000));
	assert_null(take(&f, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_until_it_fails),
		cmocka_unit_test(test_backoff_doubles_to_a_bound),
		cmocka_unit_test(test_waits_are_spread),
		cmocka_unit_test(test_retry_after_silences_the_host),
		cmocka_unit_test(test_budget_is_the_hosts),
		cmocka_unit_test(test_budget_falls_to_the_second),
		cmocka_unit_test(test_not_asked_after_all),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("endpoints", tests, NULL, NULL);
}
