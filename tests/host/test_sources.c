/* test_sources.c -- what sources of signed prices are asked, and what their
 * answers say: made and signed here, and recorded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/net/redstone_gateway.h"
#include "feeds/net/source.h"
#include "tests/support/sample_keys.h"
#include "tests/support/sample_wormhole.h"

#define ID_ENDING(digit) \
	"00000000000000000000000000000000000000000000000000000000000000" digit
#define BASE "https://hermes.example"

static struct error error;

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; source_kind_at(i); i++) {
		const struct source_kind *kind = source_kind_at(i);

		assert_ptr_equal(source_kind_find(kind->name), kind);
		assert_in_range(kind->items_max, 1, SOURCE_ITEMS_MAX);
		assert_true(kind->burst > 0 && kind->refill_ms > 0);
		assert_non_null(kind->ask);
		assert_non_null(kind->answer);
	}
	assert_null(source_kind_find("oracle-of-delphi"));
}

/* Feeds 1 and 2 of those that a sample update has. */
static struct source_job pyth_job(const struct guardian_set *set)
{
	return (struct source_job){
		.kind = &source_pyth, .item_count = 2,
		.items = { { .key = "0x" ID_ENDING("02") },
			   { .key = ID_ENDING("01") } },
		.trust = { .guardians = set, .guardian_count = 1,
			   .context = sample_context() } };
}

static uint8_t top_of_time; /* first byte of publish times: 0 in truth */

static struct text hermes_body(size_t guardians, int64_t price)
{
	static uint8_t prices[4][85], room[8192];
	struct bytes messages[4];
	struct text out = { 0 };
	struct buffer update;

	for (size_t i = 0; i < 4; i++) {
		sample_price(prices[i], (uint8_t)(i + 1),
			     price * (int64_t)((uint64_t)i + 1));
		prices[i][53] = top_of_time;
		messages[i] = bytes_of(prices[i], 85);
	}
	buffer_init(&update, room, sizeof(room));
	sample_update(&update, messages, 4, guardians);
	text_add_string(&out, "{\"binary\":{\"encoding\":\"hex\",\"data\":[\"");
	for (size_t i = 0; i < update.size; i++)
		text_add_format(&out, "%02x", room[i]);
	text_add_string(&out, "\"]},\"parsed\":[{\"price\":\"a lie\"}]}");
	return out;
}

static void test_pyth_requests(void **state)
{
	struct source_job job = pyth_job(NULL);
	struct source_request request = { 0 };

	(void)state;
	assert_int_equal(job.kind->ask(&request, &job, BASE, &error), OK);
	assert_string_equal(request.url.data,
			    BASE "/v2/updates/price/latest?encoding=hex&parsed="
			    "false&ids%5B%5D=0x" ID_ENDING("02")
			    "&ids%5B%5D=" ID_ENDING("01"));
	assert_int_equal(request.body.size, 0);
	source_request_free(&request);
	assert_int_equal(job.kind->follow(&request, &job, BASE, &error), OK);
	assert_non_null(strstr(request.url.data, "/v2/updates/price/stream?"));
	source_request_free(&request);
	job.items[1].key = "0x12&ids=34";
	assert_int_equal(job.kind->ask(&request, &job, BASE, &error), E_USAGE);
	assert_null(request.url.data);
}

/* Guardians that were given without their set's number count for any. */
static void test_pyth_guardians_of_any_set(void **state)
{
	struct guardian_set set = { 0 };
	struct source_job job = pyth_job(&set);
	struct text body = hermes_body(3, 150000000000);
	struct readings got = { 0 };

	(void)state;
	sample_guardians(&set, 77, 4);
	for (int any = 0; any <= 1; any++) {
		job.trust.any_set = any;
		got.count = 0;
		assert_int_equal(job.kind->answer(&got, &job,
						  bytes_of_string(body.data),
						  &error), OK);
		assert_int_equal(got.items[0].signature,
				 any ? READING_VERIFIED : READING_FORGED);
	}
	sample_guardians(&set, 77, 3);
	set.addresses[1][0] ^= 1; /* one of them another */
	got.count = 0;
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(body.data), &error),
			 OK);
	assert_int_equal(got.items[0].signature, READING_FORGED);
	readings_free(&got);
	text_free(&body);
}

static void test_pyth_answers(void **state)
{
	struct guardian_set set = { 0 };
	struct source_job job = pyth_job(&set);
	struct text body = hermes_body(3, 150000000000);
	struct readings got = { 0 };
	struct reading *first;

	(void)state;
	sample_guardians(&set, 3, 4);
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(body.data), &error),
			 OK);
	assert_int_equal(got.count, 2); /* of four, those asked for */
	first = &got.items[0];
	assert_int_equal(first->item, 1);
	assert_int_equal(first->signature, READING_VERIFIED);
	assert_true(first->time_ms == 1750000000000);
	assert_int_equal(decimal_compare(first->value,
					 (struct decimal){ 1500, 0 }), 0);
	assert_int_equal(decimal_compare(first->confidence,
					 (struct decimal){ 12345, -8 }), 0);
	assert_int_equal(got.items[1].item, 0);
	assert_int_equal(decimal_compare(got.items[1].value,
					 (struct decimal){ 3000, 0 }), 0);
	/* Others' sets, and too few guardians: said, and known as forged. */
	set.index = 2;
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(body.data), &error),
			 OK);
	assert_int_equal(got.items[2].signature, READING_FORGED);
	set.index = 3;
	text_free(&body);
	body = hermes_body(2, 1);
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(body.data), &error),
			 OK);
	assert_int_equal(got.items[4].signature, READING_FORGED);
	text_free(&body);
	readings_free(&got);
}

/* A set that was replaced long ago signs nothing new. */
static void test_pyth_set_out_of_office(void **state)
{
	struct guardian_set sets[2] = { { 0 } };
	struct source_job job = pyth_job(sets);
	struct text body = hermes_body(3, 150000000000);
	struct readings got = { 0 };

	(void)state;
	sample_guardians(&sets[0], 3, 4);
	sample_guardians(&sets[1], 4, 2);
	sets[1].since_s = 1750000000;
	job.trust.guardian_count = 2;
	for (int late = 0; late < 2; late++) {
		job.now_s = INT64_C(1750000000) + GUARDIANS_GRACE_S + late;
		assert_int_equal(job.kind->answer(&got, &job,
						  bytes_of_string(body.data),
						  &error),
				 OK);
		assert_int_equal(got.count, 2 + 2 * late);
		assert_int_equal(got.items[2 * late].signature,
				 late ? READING_FORGED : READING_VERIFIED);
	}
	text_free(&body);
	readings_free(&got);
}

/* Prices of 19 digits keep 18; the sign stays. */
static void test_pyth_long_prices(void **state)
{
	struct guardian_set set = { 0 };
	struct source_job job = pyth_job(&set);
	struct text body = hermes_body(3, 1234567890123456785);
	struct readings got = { 0 };

	(void)state;
	sample_guardians(&set, 3, 4);
	job.item_count = 1;
	job.items[0].key = ID_ENDING("01");
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(body.data), &error),
			 OK);
	assert_true(got.items[0].value.mantissa == 123456789012345679 &&
		    got.items[0].value.exponent == -7);
	text_free(&body);
	body = hermes_body(3, -5);
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(body.data), &error),
			 OK);
	assert_true(got.items[1].value.mantissa < 0);
	text_free(&body);
	readings_free(&got);
}

/* Signed and proven, and still no time: nothing of it is taken. */
static void test_pyth_times_out_of_range(void **state)
{
	static const uint8_t tops[] = { 0x01, 0x7f, 0x80, 0xff };
	struct guardian_set set = { 0 };
	struct source_job job = pyth_job(&set);
	struct readings got = { 0 };

	(void)state;
	sample_guardians(&set, 3, 4);
	for (size_t i = 0; i < sizeof(tops); i++) {
		struct text body;

		top_of_time = tops[i];
		body = hermes_body(3, 5);
		assert_int_equal(job.kind->answer(&got, &job,
						  bytes_of_string(body.data),
						  &error), E_PEER);
		assert_int_equal(got.count, 0);
		text_free(&body);
	}
	top_of_time = 0;
	readings_free(&got);
}

static void test_answers_that_are_none(void **state)
{
	static const char *const bodies[] = {
		"", "<html>", "[]", "{}", "{\"binary\":{}}",
		"{\"binary\":{\"data\":[1]}}",
		"{\"binary\":{\"data\":[\"zz\"]}}",
		"{\"binary\":{\"data\":[\"504e4155\"]}}",
		"{\"binary\":{\"data\":[]},\"binary\":{\"data\":[]}}",
	};
	struct guardian_set set = { 0 };
	struct source_job job = pyth_job(&set);
	struct text good = hermes_body(3, 5);
	struct readings got = { 0 };
	struct text mixed = { 0 };

	(void)state;
	sample_guardians(&set, 3, 4);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		assert_int_equal(job.kind->answer(&got, &job,
						  bytes_of_string(bodies[i]),
						  &error), E_PEER);
	/* A good update and a bad one: nothing of either. */
	good.data[strlen(good.data) - strlen("]},\"parsed\":[{\"price\":\"a lie"
					     "\"}]}")] = 0;
	text_add_format(&mixed, "%s,\"00\"]}}", good.data);
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(mixed.data), &error),
			 E_PEER);
	assert_int_equal(got.count, 0);
	text_free(&good);
	text_free(&mixed);
	readings_free(&got);
}

static void add_base64(struct text *out, const uint8_t *data, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				     "qrstuvwxyz0123456789+/";

	for (size_t i = 0; i < size; i += 3) {
		uint32_t group = (uint32_t)data[i] << 16;
		size_t left = size - i;

		group |= left > 1 ? (uint32_t)data[i + 1] << 8 : 0;
		group |= left > 2 ? data[i + 2] : 0;
		for (size_t k = 0; k < 4; k++)
			text_add_format(out, "%c",
					k <= left ? digits[group >> (18 - 6 * k)
							   & 63] : '=');
	}
}

/* A package of one feed with this signature. */
static void add_package(struct text *out, const char *value,
			const uint8_t signature[SIGNATURE_SIZE])
{
	text_add_format(out, "{\"timestampMilliseconds\":1750000000000,"
			"\"dataPoints\":[{\"dataFeedId\":\"ETH\",\"value\":%s}"
			"],\"signature\":\"", value);
	add_base64(out, signature, SIGNATURE_SIZE);
	text_add_string(out, "\"}");
}

/* What key i signs of a package: it is read once with a made-up signature. */
static void sign_package(uint8_t out[SIGNATURE_SIZE], const char *value,
			 size_t key)
{
	static struct redstone_payload payload;
	uint8_t room[1024], nothing[SIGNATURE_SIZE] = { 0 };
	struct text body = { 0 };
	struct json *root = NULL;
	struct buffer buffer;

	nothing[64] = 27;
	text_add_string(&body, "{\"ETH\":[");
	add_package(&body, value, nothing);
	text_add_string(&body, "]}");
	buffer_init(&buffer, room, sizeof(room));
	assert_int_equal(json_parse(&root, bytes_of_string(body.data), &error),
			 OK);
	assert_int_equal(redstone_gateway_payload(&buffer, root, "ETH", &error),
			 OK);
	assert_int_equal(redstone_read(&payload, buffer_bytes(&buffer)), OK);
	sample_sign(out, key, payload.packages[0].digest);
	json_free(root);
	text_free(&body);
}

static struct text gateway_body(const char *const *values, size_t count)
{
	struct text out = { 0 };

	text_add_string(&out, "{\"BTC\":[],\"ETH\":[");
	for (size_t i = 0; i < count; i++) {
		uint8_t signature[SIGNATURE_SIZE];

		sign_package(signature, values[i], i);
		text_add_string(&out, i ? "," : "");
		add_package(&out, values[i], signature);
	}
	text_add_string(&out, "]}");
	return out;
}

static void test_redstone(void **state)
{
	static const char *const values[] = { "2500.125", "2500.5",
					      "2499.99999999" };
	struct redstone_rules rules = { .signer_count = 5, .threshold = 3 };
	struct source_job job = { .kind = &source_redstone, .item_count = 2,
				  .items = { { .key = "ETH" },
					     { .key = "NONE" } },
				  .service = "redstone-primary-prod",
				  .trust = { .redstone = &rules,
					     .context = sample_context() } };
	struct source_request request = { 0 };
	struct text body = gateway_body(values, 3);
	struct readings got = { 0 };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		sample_address(rules.signers[i], i);
	assert_int_equal(job.kind->ask(&request, &job, BASE, &error), OK);
	assert_string_equal(request.url.data, BASE "/v2/data-packages/latest/"
			    "redstone-primary-prod");
	source_request_free(&request);
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(body.data), &error),
			 OK);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.items[0].signature, READING_VERIFIED);
	assert_true(got.items[0].time_ms == 1750000000000);
	assert_int_equal(decimal_compare(got.items[0].value,
					 (struct decimal){ 2500125, -3 }), 0);
	text_free(&body);
	body = gateway_body(values, 2); /* fewer than the threshold */
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(body.data), &error),
			 OK);
	assert_int_equal(got.items[1].signature, READING_FORGED);
	job.items[0].key = "BTC"; /* no packages at all: a sick answer */
	assert_int_equal(job.kind->answer(&got, &job,
					  bytes_of_string(body.data), &error),
			 E_PEER);
	job.service = "../x";
	assert_int_equal(job.kind->ask(&request, &job, BASE, &error), E_USAGE);
	text_free(&body);
	readings_free(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_pyth_requests),
		cmocka_unit_test(test_pyth_guardians_of_any_set),
		cmocka_unit_test(test_pyth_answers),
		cmocka_unit_test(test_pyth_set_out_of_office),
		cmocka_unit_test(test_pyth_long_prices),
		cmocka_unit_test(test_pyth_times_out_of_range),
		cmocka_unit_test(test_answers_that_are_none),
		cmocka_unit_test(test_redstone),
	};

	return cmocka_run_group_tests_name("sources", tests, NULL, NULL);
}
