/* test_recorded_redstone.c -- RedStone's recorded payloads and gateway answer:
 * every signer, every point, the median; and no bit of it may be another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feeds/net/redstone_gateway.h"
#include "feeds/wire/redstone.h"
#include "tests/host/recorded.h"

#define ROOM 65536

static struct signer_context *context;
static struct redstone_payload payload;

static int set_up(void **state)
{
	uint8_t seed[32] = { 3 };

	(void)state;
	context = signer_context_create(seed);
	return context ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	signer_context_destroy(context);
	return 0;
}

static void read_rules(struct redstone_rules *out, const struct json *list)
{
	memset(out, 0, sizeof(*out));
	out->threshold = 3;
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		uint8_t *to = out->signers[out->signer_count++];

		assert_int_equal(recorded_hex(to, 20, json_string(it)).size, 20);
	}
	assert_int_equal(out->signer_count, 5);
}

static void check_points(const struct redstone_package *package,
			 const struct json *points)
{
	size_t i = 0;

	assert_int_equal(package->point_count, json_count(points));
	for (const struct json *it = json_first(points); it;
	     it = json_next(it), i++) {
		uint8_t feed[REDSTONE_FEED_SIZE];
		struct redstone_point point;

		assert_int_equal(redstone_feed(feed, recorded_text(it, "feed")),
				 OK);
		assert_int_equal(redstone_point_of(&point, package, i), OK);
		assert_memory_equal(point.feed, feed, sizeof(feed));
		assert_true(point.value ==
			    strtoull(recorded_text(it, "value"), NULL, 10));
	}
}

static void check_package(const struct redstone_package *package,
			  const struct json *expected)
{
	uint8_t digest[HASH_SIZE], wanted[20], signer[20];
	int64_t time_ms;

	recorded_hex(digest, sizeof(digest),
		     recorded_text(expected, "keccak256"));
	assert_memory_equal(package->digest, digest, sizeof(digest));
	recorded_hex(wanted, sizeof(wanted), recorded_text(expected, "signer"));
	assert_int_equal(redstone_signer(signer, package, context), OK);
	assert_memory_equal(signer, wanted, sizeof(wanted));
	assert_int_equal(json_integer(&time_ms,
				      json_member(expected, "timestamp_ms")),
			 OK);
	assert_true(package->time_ms == (uint64_t)time_ms);
	check_points(package, json_member(expected, "data_points"));
}

/* Where the unsigned metadata stands. */
static void metadata_of(size_t *begin, size_t *end, struct bytes in)
{
	const uint8_t *length = in.data + in.size - 12;

	*end = in.size - 12;
	*begin = *end - ((size_t)length[0] << 16 | (size_t)length[1] << 8 |
			 length[2]);
}

static enum status price_of(struct redstone_price *out, struct bytes in,
			    const char *name, const struct redstone_rules *rules)
{
	uint8_t feed[REDSTONE_FEED_SIZE];
	enum status status = redstone_read(&payload, in);

	assert_int_equal(redstone_feed(feed, name), OK);
	return status ? status
		      : redstone_verify(out, &payload, feed, rules, context);
}

static void flip_every_bit(struct bytes in, const char *feed,
			   const struct redstone_rules *rules)
{
	static uint8_t copy[ROOM];
	size_t begin, end;

	metadata_of(&begin, &end, in);
	for (size_t bit = 0; bit < in.size * 8; bit++) {
		struct redstone_price price;

		if (bit / 8 >= begin && bit / 8 < end)
			continue;
		memcpy(copy, in.data, in.size);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(price_of(&price, bytes_of(copy, in.size),
					      feed, rules),
				     OK);
	}
}

static void recorded_payload(const char *name)
{
	static uint8_t room[ROOM];
	struct json *file = recorded_json(name);
	const struct json *expected =
		json_member(file, "expected_packages_from_end");
	struct redstone_rules rules;
	struct redstone_price price;
	struct bytes in = recorded_hex(room, sizeof(room),
				       recorded_text(file, "payload_hex"));
	size_t i = 0;

	read_rules(&rules, json_member(file, "authorised_signers"));
	assert_int_equal(redstone_read(&payload, in), OK);
	assert_int_equal(payload.count, json_count(expected));
	for (const struct json *it = json_first(expected); it;
	     it = json_next(it))
		check_package(&payload.packages[i++], it);
	assert_int_equal(price_of(&price, in, "ETH", &rules), OK);
	assert_int_equal(price_of(&price, in, "BTC", &rules), OK);
	assert_true(price.signer_count >= 3);
	flip_every_bit(in, "ETH", &rules);
	json_free(file);
}

static void payload_of_three_signers(void **state)
{
	(void)state;
	if (!recorded_available())
		skip();
	recorded_payload("feeds/redstone_eth_btc_3sig.json");
}

static void payload_of_five_signers(void **state)
{
	(void)state;
	if (!recorded_available())
		skip();
	recorded_payload("feeds/redstone_eth_btc_avax_5sig.json");
}

/* Each package was signed by the signer that the gateway names; with these as
 * the authorised ones the packages have a price, and no bit may be another. */
static void check_gateway_feed(const struct json *feed, struct bytes in)
{
	struct redstone_rules rules = { .threshold = 3 };
	struct redstone_price price;
	size_t i = json_count(feed);

	assert_int_equal(redstone_read(&payload, in), OK);
	assert_int_equal(payload.count, i);
	for (const struct json *it = json_first(feed); it; it = json_next(it)) {
		uint8_t wanted[20], signer[20];

		recorded_hex(wanted, sizeof(wanted),
			     recorded_text(it, "signerAddress"));
		assert_int_equal(redstone_signer(signer, &payload.packages[--i],
						 context), OK);
		assert_memory_equal(signer, wanted, sizeof(wanted));
		memcpy(rules.signers[rules.signer_count++], wanted,
		       sizeof(wanted));
	}
	assert_int_equal(price_of(&price, in, json_key(feed), &rules), OK);
	assert_int_equal(price.signer_count, 5);
	flip_every_bit(in, json_key(feed), &rules);
}

static void gateway_answer(void **state)
{
	static uint8_t room[ROOM];
	struct error error;
	struct buffer out;
	struct json *file;
	const struct json *body;
	size_t packages = 0;

	(void)state;
	if (!recorded_available())
		skip();
	file = recorded_json("feeds/redstone_gateway_data_packages_cut.json");
	body = json_member(file, "body");
	for (const struct json *it = json_first(body); it; it = json_next(it)) {
		buffer_init(&out, room, sizeof(room));
		assert_int_equal(redstone_gateway_payload(&out, body,
							  json_key(it), &error),
				 OK);
		check_gateway_feed(it, buffer_bytes(&out));
		packages += json_count(it);
	}
	assert_int_equal(packages, 30);
	buffer_init(&out, room, sizeof(room));
	assert_int_equal(redstone_gateway_payload(&out, body, "DOGE", &error),
			 E_MISSING);
	json_free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(payload_of_three_signers),
		cmocka_unit_test(payload_of_five_signers),
		cmocka_unit_test(gateway_answer),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
