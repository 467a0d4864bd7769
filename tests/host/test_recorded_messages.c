/* test_recorded_messages.c -- Pyth's, Wormhole's and Data Streams' recorded
 * messages: each verifies, says what was recorded beside it, and no bit of what
 * is signed or proven may be another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/base64.h"
#include "feeds/wire/data_streams.h"
#include "feeds/wire/pyth.h"
#include "tests/host/recorded.h"
#include "tests/support/sample_keys.h"

#define ROOM 65536

static uint8_t room[ROOM], copy[ROOM];

static void read_set(struct guardian_set *out, const struct json *from)
{
	memset(out, 0, sizeof(*out));
	out->index = (uint32_t)recorded_number(from, "index");
	for (const struct json *it = json_first(json_member(from, "addresses"));
	     it; it = json_next(it))
		recorded_hex(out->addresses[out->count++], 20,
			     json_string(it));
}

static enum status judge_pyth(struct bytes in, const struct guardian_set *set)
{
	struct pyth_update update;
	enum status status = pyth_read(&update, in);

	return status ? status : pyth_verify(&update, set, sample_context());
}

static void check_prices(struct bytes in, const struct json *updates)
{
	struct pyth_update update;
	struct pyth_price price;
	enum pyth_kind kind;

	assert_int_equal(pyth_read(&update, in), OK);
	assert_int_equal(update.count, json_count(updates));
	for (const struct json *it = json_first(updates); it;
	     it = json_next(it)) {
		uint8_t feed[PYTH_FEED_SIZE];

		assert_int_equal(pyth_next(&kind, &price, &update), OK);
		assert_int_equal(kind, PYTH_PRICE);
		recorded_hex(feed, sizeof(feed), recorded_text(it, "id"));
		assert_memory_equal(price.feed, feed, sizeof(feed));
		assert_true(price.price == recorded_number(it, "price"));
		assert_true((int64_t)price.confidence ==
			    recorded_number(it, "conf"));
		assert_true(price.exponent == recorded_number(it, "expo"));
		assert_true(price.published_s ==
			    recorded_number(it, "publish_time"));
		assert_true(price.previous_s ==
			    recorded_number(it, "prev_publish_time"));
		assert_true(price.average_price ==
			    recorded_number(it, "ema_price"));
	}
}

/* All but the minor version and the header's trailing bytes, which nothing
 * proves. */
static void flip_pyth(struct bytes in, const struct guardian_set *set)
{
	size_t free_end = 7 + (size_t)in.data[6];

	for (size_t bit = 0; bit < in.size * 8; bit++) {
		if (bit / 8 == 5 || (bit / 8 >= 7 && bit / 8 < free_end))
			continue;
		memcpy(copy, in.data, in.size);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(judge_pyth(bytes_of(copy, in.size), set),
				     OK);
	}
}

static void recorded_update(const char *name)
{
	struct json *file = recorded_json(name);
	const struct json *expected = json_member(file, "expected");
	struct guardian_set set;
	struct bytes in = recorded_hex(room, sizeof(room),
				       recorded_text(file, "data_hex"));

	read_set(&set, json_member(file, "guardian_set"));
	assert_int_equal(judge_pyth(in, &set), OK);
	check_prices(in, json_member(expected, "updates"));
	flip_pyth(in, &set);
	json_free(file);
}

static void pyth_updates(void **state)
{
	(void)state;
	if (!recorded_available())
		skip();
	recorded_update("feeds/pyth_accumulator_3feeds_2024-05-13.json");
	recorded_update("feeds/pyth_accumulator_8feeds_2025-08-05.json");
}

/* Every upgrade follows from the one before; no bit of it may be another. */
static void guardian_sets_follow(void **state)
{
	struct guardian_set set, next;
	struct json *file;
	const struct json *list;

	(void)state;
	if (!recorded_available())
		skip();
	file = recorded_json("feeds/wormhole_guardian_set_upgrades.json");
	list = json_member(file, "upgrades");
	read_set(&set, json_member(file, "genesis_set"));
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		struct bytes in = recorded_hex(room, sizeof(room),
					       recorded_text(it, "vaa_hex"));

		for (size_t bit = 0; bit < in.size * 8; bit++) {
			memcpy(copy, in.data, in.size);
			copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_not_equal(
				wormhole_follow(&next, &set,
						bytes_of(copy, in.size),
						sample_context()), OK);
		}
		assert_int_equal(wormhole_follow(&set, &set, in,
						 sample_context()), OK);
	}
	assert_int_equal(set.index, json_count(list));
	assert_int_equal(set.count, 19);
	json_free(file);
}

/* The set that recorded upgrades lead to from the first one. */
static void follow_to(struct guardian_set *set, uint32_t index)
{
	struct json *file =
		recorded_json("feeds/wormhole_guardian_set_upgrades.json");
	const struct json *it = json_first(json_member(file, "upgrades"));

	read_set(set, json_member(file, "genesis_set"));
	for (; set->index < index; it = json_next(it)) {
		struct bytes in = recorded_hex(copy, sizeof(copy),
					       recorded_text(it, "vaa_hex"));

		assert_int_equal(wormhole_follow(set, set, in,
						 sample_context()), OK);
	}
	json_free(file);
}

static struct pyth_price only_price(struct bytes in)
{
	struct pyth_update update;
	struct pyth_price price;
	enum pyth_kind kind;

	assert_int_equal(pyth_read(&update, in), OK);
	assert_int_equal(update.count, 1);
	assert_int_equal(pyth_next(&kind, &price, &update), OK);
	assert_int_equal(kind, PYTH_PRICE);
	return price;
}

/* What the answer says beside the signed bytes, it says again. */
static void hermes_answer(void **state)
{
	struct json *file;
	const struct json *parsed, *said;
	struct guardian_set set;
	struct pyth_price price;
	struct bytes in;

	(void)state;
	if (!recorded_available())
		skip();
	file = recorded_json("rpc/pyth-hermes-v2-latest-btc.json");
	parsed = json_first(json_member(file, "parsed"));
	said = json_member(parsed, "price");
	in = recorded_hex(room, sizeof(room),
			  json_string(json_first(json_member(
				  json_member(file, "binary"), "data"))));
	follow_to(&set, 3);
	assert_int_equal(judge_pyth(in, &set), OK);
	price = only_price(in);
	assert_true(price.price == recorded_number(said, "price"));
	assert_true((int64_t)price.confidence == recorded_number(said, "conf"));
	assert_true(price.exponent == recorded_number(said, "expo"));
	assert_true(price.published_s == recorded_number(said, "publish_time"));
	flip_pyth(in, &set);
	json_free(file);
}

/* This one's words are of another day than its signed bytes. */
static void hermes_answer_of_two_days(void **state)
{
	struct json *file;
	const struct json *said;
	struct guardian_set set;
	struct pyth_price price;
	size_t size;

	(void)state;
	if (!recorded_available())
		skip();
	file = recorded_json("rpc/pyth-hermes-v1-btc.json");
	said = json_member(file, "price");
	assert_int_equal(base64_decode(room, &size, sizeof(room),
				       bytes_of_string(recorded_text(file,
								     "vaa"))),
			 OK);
	follow_to(&set, 3);
	assert_int_equal(judge_pyth(bytes_of(room, size), &set), OK);
	price = only_price(bytes_of(room, size));
	assert_true(price.published_s == 1690576635);
	assert_true(price.price == 2931999000000);
	assert_true(recorded_number(said, "publish_time") == 1708363256);
	assert_true(recorded_number(said, "price") != price.price);
	flip_pyth(bytes_of(room, size), &set);
	json_free(file);
}

/* The signers are known from the reports alone: those of each file's kind. */
static void read_signers(struct stream_signers *out, struct bytes in)
{
	struct stream_report report;

	memset(out, 0, sizeof(*out));
	assert_int_equal(stream_read(&report, in), OK);
	out->count = out->threshold = report.signature_count;
	for (size_t i = 0; i < out->count; i++)
		assert_int_equal(stream_signer(out->addresses[i], &report, i,
					       sample_context()), OK);
}

static enum status judge_stream(struct bytes in,
				const struct stream_signers *signers)
{
	struct stream_report report;
	enum status status = stream_read(&report, in);

	return status ? status
		      : stream_verify(&report, signers, sample_context());
}

static void check_report(struct bytes in, const struct json *expected,
			 size_t signers)
{
	struct stream_report report;
	uint8_t feed[STREAM_FEED_SIZE];

	assert_int_equal(stream_read(&report, in), OK);
	recorded_hex(feed, sizeof(feed), recorded_text(expected, "feed_id"));
	assert_memory_equal(report.feed, feed, sizeof(feed));
	assert_true(report.valid_from_s ==
		    recorded_number(expected, "valid_from"));
	assert_true(report.observed_s ==
		    recorded_number(expected, "observations_timestamp"));
	assert_true(report.expires_s ==
		    recorded_number(expected, "expires_at"));
	assert_true(report.price == (i128)recorded_wide(expected, "price"));
	assert_true(report.bid == (i128)recorded_wide(expected, "bid"));
	assert_true(report.ask == (i128)recorded_wide(expected, "ask"));
	assert_true(report.native_fee ==
		    recorded_wide(expected, "native_fee"));
	assert_int_equal(report.signature_count, signers);
}

static void check_signers(const struct stream_signers *signers,
			  const struct json *expected)
{
	size_t i = 0;

	for (const struct json *it = json_first(expected); it;
	     it = json_next(it)) {
		uint8_t address[20];

		recorded_hex(address, sizeof(address), json_string(it));
		assert_memory_equal(signers->addresses[i++], address,
				    sizeof(address));
	}
}

static void stream_reports(void **state)
{
	struct json *file;

	(void)state;
	if (!recorded_available())
		skip();
	file = recorded_json("feeds/chainlink_data_streams_v3_reports.json");
	for (const struct json *it = json_first(json_member(file, "reports"));
	     it; it = json_next(it)) {
		const struct json *expected = json_member(it, "expected");
		struct stream_signers signers;
		struct bytes in = recorded_hex(
			room, sizeof(room),
			recorded_text(it, "full_report_hex"));

		check_report(in, json_member(expected, "report"),
			     json_count(json_member(expected, "signers")));
		read_signers(&signers, in);
		check_signers(&signers, json_member(expected, "signers"));
		assert_int_equal(judge_stream(in, &signers), OK);
		for (size_t bit = 0; bit < in.size * 8; bit++) {
			memcpy(copy, in.data, in.size);
			copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_not_equal(
				judge_stream(bytes_of(copy, in.size), &signers),
				OK);
		}
	}
	json_free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pyth_updates),
		cmocka_unit_test(guardian_sets_follow),
		cmocka_unit_test(hermes_answer),
		cmocka_unit_test(hermes_answer_of_two_days),
		cmocka_unit_test(stream_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
