/* test_redstone_wire.c -- RedStone payloads made and signed here: what is
 * sound, and every way not to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/wire/redstone.h"
#include "tests/support/sample_keys.h"
#include "tests/support/sample_redstone.h"

#define SIGNERS 4
#define TIME_MS 1744829560000u
#define ROOM 4096

static struct redstone_rules rules;
static uint8_t room[ROOM];

static int set_up(void **state)
{
	(void)state;
	rules = (struct redstone_rules){ .signer_count = SIGNERS,
					 .threshold = 3 };
	for (size_t i = 0; i < SIGNERS; i++)
		sample_address(rules.signers[i], i);
	return 0;
}

static struct bytes payload_of(const struct sample_vote *votes, size_t count)
{
	struct buffer out;

	buffer_init(&out, room, sizeof(room));
	sample_redstone_payload(&out, votes, count);
	assert_false(out.overflow);
	return buffer_bytes(&out);
}

static const struct sample_vote sound[] = {
	{ 0, "ETH", 156600000000, TIME_MS }, { 1, "ETH", 156400000000, TIME_MS },
	{ 3, "ETH", 156500000000, TIME_MS }, { 0, "BTC", 8400000000000, TIME_MS },
};
#define SOUND (sizeof(sound) / sizeof(sound[0]))

static enum status verify(struct redstone_price *out, struct bytes in,
			  const char *name)
{
	static struct redstone_payload payload;
	uint8_t feed[REDSTONE_FEED_SIZE];
	enum status status = redstone_read(&payload, in);

	assert_int_equal(redstone_feed(feed, name), OK);
	return status ? status
		      : redstone_verify(out, &payload, feed, &rules,
					 sample_context());
}

static void the_median_of_the_signers_is_the_price(void **state)
{
	struct redstone_price price = { .signer_count = 77 };
	struct bytes in = payload_of(sound, SOUND);

	(void)state;
	assert_int_equal(verify(&price, in, "ETH"), OK);
	assert_true(price.value == 156500000000);
	assert_true(price.time_ms == TIME_MS);
	assert_int_equal(price.signer_count, 3);
	price.signer_count = 77;
	assert_int_equal(verify(&price, in, "BTC"), E_REFUSED); /* one signer */
	assert_int_equal(verify(&price, in, "AVAX"), E_MISSING);
	assert_int_equal(price.signer_count, 77);
}

static void an_even_number_of_signers_is_halved_down(void **state)
{
	const struct sample_vote votes[] = { { 0, "ETH", 10, TIME_MS },
				      { 1, "ETH", 13, TIME_MS },
				      { 2, "ETH", 1, TIME_MS },
				      { 3, "ETH", 100, TIME_MS } };
	struct redstone_price price;

	(void)state;
	assert_int_equal(verify(&price, payload_of(votes, 4), "ETH"), OK);
	assert_true(price.value == 11);
}

static void rules_of_votes(void **state)
{
	struct sample_vote votes[SOUND];
	struct redstone_price price;

	(void)state;
	memcpy(votes, sound, sizeof(votes));
	votes[1].signer = 0; /* twice */
	assert_int_equal(verify(&price, payload_of(votes, SOUND), "ETH"),
			 E_REFUSED);
	votes[1].signer = SIGNERS; /* nobody we know */
	assert_int_equal(verify(&price, payload_of(votes, SOUND), "ETH"),
			 E_AUTHENTIC);
	memcpy(votes, sound, sizeof(votes));
	votes[3].signer = SIGNERS; /* even if of another feed */
	assert_int_equal(verify(&price, payload_of(votes, SOUND), "ETH"),
			 E_AUTHENTIC);
	memcpy(votes, sound, sizeof(votes));
	votes[2].time_ms++;
	assert_int_equal(verify(&price, payload_of(votes, SOUND), "ETH"),
			 E_REFUSED);
	rules.threshold = 4;
	assert_int_equal(verify(&price, payload_of(sound, SOUND), "ETH"),
			 E_REFUSED);
	rules.threshold = SIGNERS + 1;
	assert_int_equal(verify(&price, payload_of(sound, SOUND), "ETH"),
			 E_INPUT);
	rules.threshold = 3;
}

static void time_is_admitted_within_its_bounds(void **state)
{
	struct redstone_price price;
	struct bytes in = payload_of(sound, SOUND);
	const struct {
		uint64_t now_ms;
		enum status status;
	} cases[] = { { TIME_MS + 900000, OK }, { TIME_MS + 900001, E_REFUSED },
		      { TIME_MS - 180000, OK }, { TIME_MS - 180001, E_REFUSED },
		      { 0, OK } };

	(void)state;
	rules.max_age_ms = 900000;
	rules.max_ahead_ms = 180000;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rules.now_ms = cases[i].now_ms;
		assert_int_equal(verify(&price, in, "ETH"), cases[i].status);
	}
	rules.now_ms = 0;
}

static void lengths_must_fit_to_the_byte(void **state)
{
	struct redstone_price price;
	struct bytes in = payload_of(sound, SOUND);

	(void)state;
	for (size_t size = 0; size < in.size; size++) {
		assert_int_not_equal(verify(&price, bytes_of(in.data, size),
					    "ETH"),
				     OK);
		assert_int_not_equal(verify(&price,
					    bytes_of(in.data + in.size - size,
						     size), "ETH"),
				     OK);
	}
}

/* Every bit of the packages, the count, the length and the marker; the metadata
 * is signed by nobody and is passed over. */
static void every_bit_counts(void **state)
{
	static uint8_t copy[ROOM];
	struct bytes in = payload_of(sound, SOUND);
	size_t metadata_end = in.size - SAMPLE_REDSTONE_FOOTER;
	size_t metadata_start = metadata_end - SAMPLE_REDSTONE_METADATA;

	(void)state;
	for (size_t bit = 0; bit < in.size * 8; bit++) {
		struct redstone_price price;
		enum status status;

		memcpy(copy, in.data, in.size);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		status = verify(&price, bytes_of(copy, in.size), "ETH");
		if (bit / 8 >= metadata_start && bit / 8 < metadata_end)
			assert_int_equal(status, OK);
		else
			assert_int_not_equal(status, OK);
	}
}

/* The same signers, but signatures that anyone can make of theirs; and v as
 * other chains write it. */
static void signatures_have_one_form(void **state)
{
	struct redstone_price price;
	struct bytes in = payload_of(sound, SOUND);
	uint8_t *first = room + REDSTONE_FEED_SIZE + 32 + 13;

	(void)state;
	assert_int_equal(verify(&price, in, "ETH"), OK);
	sample_mirror(first);
	assert_int_equal(verify(&price, in, "ETH"), E_AUTHENTIC);
	sample_mirror(first);
	assert_int_equal(verify(&price, in, "ETH"), OK);
	for (int v = 0; v < 256; v++)
		if (v != first[64]) {
			uint8_t kept = first[64];

			first[64] = (uint8_t)v;
			assert_int_equal(verify(&price, in, "ETH"),
					 E_AUTHENTIC);
			first[64] = kept;
		}
	memset(first, 0, 64);
	assert_int_equal(verify(&price, in, "ETH"), E_AUTHENTIC);
}

static void values_beyond_128_bits_are_a_range_error(void **state)
{
	static struct redstone_payload payload;
	struct redstone_point point = { .value = 5 };
	struct bytes in = payload_of(sound, SOUND);

	(void)state;
	assert_int_equal(redstone_read(&payload, in), OK);
	assert_int_equal(redstone_point_of(&point, &payload.packages[0], 1),
			 E_INPUT);
	memset(room + REDSTONE_FEED_SIZE + 15, 1, 1);
	assert_int_equal(redstone_read(&payload, in), OK);
	assert_int_equal(redstone_point_of(&point,
					   &payload.packages[SOUND - 1], 0),
			 E_RANGE);
	assert_true(point.value == 5);
}

static void names_of_feeds(void **state)
{
	uint8_t feed[REDSTONE_FEED_SIZE];

	(void)state;
	assert_int_equal(redstone_feed(feed, "ETH"), OK);
	assert_memory_equal(feed, "ETH\0\0", 5);
	assert_int_equal(redstone_feed(feed, ""), E_INPUT);
	assert_int_equal(redstone_feed(feed, "123456789012345678901234567890123"),
			 E_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_median_of_the_signers_is_the_price),
		cmocka_unit_test(an_even_number_of_signers_is_halved_down),
		cmocka_unit_test(rules_of_votes),
		cmocka_unit_test(time_is_admitted_within_its_bounds),
		cmocka_unit_test(lengths_must_fit_to_the_byte),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(signatures_have_one_form),
		cmocka_unit_test(values_beyond_128_bits_are_a_range_error),
		cmocka_unit_test(names_of_feeds),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
