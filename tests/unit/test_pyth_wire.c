/* test_pyth_wire.c -- Pyth updates made and signed here: proofs, signatures,
 * sizes, and that no bit that is proven may be another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/sample_wormhole.h"
#include "tests/support/sample_keys.h"

#define ROOM 8192
#define PRICE_SIZE 85

static uint8_t room[ROOM], copy[ROOM];
static struct guardian_set set;

static struct bytes update_of(size_t count, size_t guardians)
{
	static uint8_t prices[4][PRICE_SIZE];
	struct bytes messages[4];
	struct buffer out;

	for (size_t i = 0; i < 4; i++) {
		sample_price(prices[i], (uint8_t)(i + 1),
			     100000000 * (int64_t)(i + 1));
		messages[i] = bytes_of(prices[i], PRICE_SIZE);
	}
	buffer_init(&out, room, sizeof(room));
	sample_update(&out, messages, count, guardians);
	assert_false(out.overflow);
	return buffer_bytes(&out);
}

static enum status judge(struct bytes in)
{
	struct pyth_update update;
	enum status status = pyth_read(&update, in);

	return status ? status : pyth_verify(&update, &set, sample_context());
}

static int set_up(void **state)
{
	(void)state;
	sample_guardians(&set, 3, 4);
	return 0;
}

static void prices_in_their_order(void **state)
{
	(void)state;
	for (size_t count = 1; count <= 4; count *= 2) {
		struct pyth_update update;
		struct pyth_price price;
		enum pyth_kind kind;
		struct bytes in = update_of(count, 3);

		assert_int_equal(judge(in), OK);
		assert_int_equal(pyth_read(&update, in), OK);
		assert_int_equal(update.count, count);
		assert_true(update.slot == 9);
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(pyth_next(&kind, &price, &update), OK);
			assert_int_equal(kind, PYTH_PRICE);
			assert_int_equal(price.feed[31], i + 1);
			assert_true(price.price ==
				    100000000 * (int64_t)(i + 1));
			assert_true(price.confidence == 12345);
			assert_int_equal(price.exponent, -8);
			assert_true(price.published_s == 1750000000 &&
				    price.previous_s == 1749999999);
			assert_true(price.average_price == price.price + 1 &&
				    price.average_confidence == 54321);
		}
		assert_int_equal(pyth_next(&kind, &price, &update), E_MISSING);
	}
}

static void guardians_must_have_signed(void **state)
{
	(void)state;
	assert_int_equal(judge(update_of(2, 2)), E_REFUSED);
	set.index = 2;
	assert_int_equal(judge(update_of(2, 3)), E_AUTHENTIC);
	set.index = 3;
}

/* Types that are not prices are proven and passed over, whatever their size;
 * a price of another size is not guessed at. */
static void other_messages(void **state)
{
	uint8_t other[] = { 1, 2, 3, 4, 5 }, longer[PRICE_SIZE + 1] = { 0 };
	uint8_t price[PRICE_SIZE];
	struct bytes messages[2] = { bytes_of(other, sizeof(other)),
				     bytes_of(price, sizeof(price)) };
	struct pyth_update update;
	struct pyth_price read;
	enum pyth_kind kind;
	struct buffer out;

	(void)state;
	sample_price(price, 9, -5);
	buffer_init(&out, room, sizeof(room));
	sample_update(&out, messages, 2, 3);
	assert_int_equal(pyth_read(&update, buffer_bytes(&out)), OK);
	assert_int_equal(pyth_next(&kind, &read, &update), OK);
	assert_int_equal(kind, PYTH_OTHER);
	assert_int_equal(pyth_next(&kind, &read, &update), OK);
	assert_int_equal(kind, PYTH_PRICE);
	assert_true(read.price == -5);
	messages[0] = bytes_of(longer, sizeof(longer));
	buffer_init(&out, room, sizeof(room));
	sample_update(&out, messages, 2, 3);
	assert_int_equal(judge(buffer_bytes(&out)), E_MALFORMED);
}

static void lengths_must_fit_to_the_byte(void **state)
{
	struct bytes in = update_of(2, 3);

	(void)state;
	for (size_t size = 0; size < in.size; size++)
		assert_int_not_equal(judge(bytes_of(in.data, size)), OK);
	room[in.size] = 0;
	assert_int_equal(judge(bytes_of(in.data, in.size + 1)), E_MALFORMED);
}

/* The minor version (byte 5) and the trailing header bytes (7, 8) are proven by
 * nothing and used for nothing. */
static void every_bit_counts(void **state)
{
	struct bytes in = update_of(2, 3);

	(void)state;
	for (size_t bit = 0; bit < in.size * 8; bit++) {
		size_t byte = bit / 8;

		memcpy(copy, in.data, in.size);
		copy[byte] ^= (uint8_t)(1u << bit % 8);
		if (byte == 5 || byte == 7 || byte == 8)
			assert_int_equal(judge(bytes_of(copy, in.size)), OK);
		else
			assert_int_not_equal(judge(bytes_of(copy, in.size)),
					     OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_in_their_order),
		cmocka_unit_test(guardians_must_have_signed),
		cmocka_unit_test(other_messages),
		cmocka_unit_test(lengths_must_fit_to_the_byte),
		cmocka_unit_test(every_bit_counts),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
