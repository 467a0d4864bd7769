/* test_recorded_rounds.c -- recorded Chainlink rounds and exchange candles,
 * which nobody signs: each decodes to what was recorded beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feeds/net/candle_venues.h"
#include "feeds/wire/chainlink.h"
#include "tests/host/recorded.h"

#define ROUND_SIZE 160

static void check_id(const struct json *recorded)
{
	const struct json *expected = json_member(recorded, "expected");
	u128 id = recorded_wide(recorded, "round_id");
	uint16_t phase;
	uint64_t round;

	chainlink_split(&phase, &round, id);
	assert_int_equal(phase, recorded_number(expected, "phase_id"));
	assert_int_equal(round,
				 recorded_number(expected, "aggregator_round_id"));
	assert_true(chainlink_join(phase, round) == id);
	if (json_member(expected, "first_round_of_phase"))
		assert_true(chainlink_join(phase, 1) ==
			    recorded_wide(expected, "first_round_of_phase"));
}

/* A bit of it is another round, or none: it is never taken for the same. */
static void flip_round(const uint8_t data[ROUND_SIZE],
		       const struct chainlink_round *whole)
{
	for (size_t bit = 0; bit < 8 * (size_t)ROUND_SIZE; bit++) {
		struct chainlink_round other;
		uint8_t copy[ROUND_SIZE];

		memcpy(copy, data, sizeof(copy));
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		memset(&other, 0, sizeof(other));
		if (!chainlink_decode_round(&other,
					    bytes_of(copy, sizeof(copy))))
			assert_false(other.phase == whole->phase &&
				     other.round == whole->round &&
				     other.answer == whole->answer &&
				     other.started_s == whole->started_s &&
				     other.updated_s == whole->updated_s &&
				     other.answered_phase ==
					     whole->answered_phase &&
				     other.answered_round ==
					     whole->answered_round);
	}
}

static void check_answer(const struct json *recorded)
{
	u128 answered = recorded_wide(recorded, "answered_in_round");
	struct chainlink_round round;
	uint8_t data[ROUND_SIZE];
	struct bytes in = recorded_hex(data, sizeof(data),
				       recorded_text(recorded,
						     "return_data_hex"));

	assert_int_equal(chainlink_decode_round(&round, in), OK);
	assert_true(chainlink_join(round.phase, round.round) ==
		    recorded_wide(recorded, "round_id"));
	assert_true(round.answer == (i128)recorded_wide(recorded, "answer"));
	assert_int_equal(round.started_s,
				 recorded_number(recorded, "started_at"));
	assert_int_equal(round.updated_s,
				 recorded_number(recorded, "updated_at"));
	assert_true(chainlink_join(round.answered_phase,
				   round.answered_round) == answered);
	assert_int_equal(chainlink_check(&round, round.updated_s),
			 CHAINLINK_SOUND);
	assert_int_equal(chainlink_check(&round, round.updated_s - 1),
			 CHAINLINK_IN_FUTURE);
	flip_round(data, &round);
}

static void chainlink_rounds(void **state)
{
	struct json *file;
	size_t answers = 0;

	(void)state;
	if (!recorded_available())
		skip();
	file = recorded_json("feeds/chainlink_rounds.json");
	for (const struct json *it = json_first(json_member(file, "rounds"));
	     it; it = json_next(it)) {
		check_id(it);
		if (!json_member(it, "return_data_hex"))
			continue;
		check_answer(it);
		answers++;
	}
	assert_int_equal(answers, 2);
	json_free(file);
}

static void check_row(const struct candle_row *row, int64_t time_s,
		      const char *const numbers[CANDLE_COLUMNS])
{
	assert_int_equal(row->time_s, time_s);
	for (size_t i = 0; i < CANDLE_COLUMNS; i++)
		assert_string_equal(row->numbers[i], numbers[i]);
}

static struct candle_rows rows_of(const struct json *item,
				  const struct candle_query *query)
{
	struct candle_rows rows = { 0 };
	struct error error;

	assert_int_equal(candle_page_read(&rows, query,
					  json_member(item, "body"), &error),
			 OK);
	return rows;
}

/* One venue's order of columns is not the other's. */
static void exchange_candles(void **state)
{
	static const char *const kline[] = { "33800.00000000", "33800.00000000",
					     "33666.01000000", "33784.38000000",
					     "0.64906000" };
	static const char *const candle[] = { "73243.33", "73402.47",
					      "73241.5", "73370.65",
					      "1.56794406" };
	struct candle_query query = { .venue = "binance", .product = "BTCUSDT",
				      .from_s = 1624438800,
				      .to_s = 1624440000, .interval_s = 60,
				      .now_s = 1624440000 };
	struct json *file;
	const struct json *item;
	struct candle_rows rows;

	(void)state;
	if (!recorded_available())
		skip();
	file = recorded_json("feeds/exchange_candles.json");
	item = json_first(json_member(file, "items"));
	rows = rows_of(item, &query);
	assert_int_equal(rows.count, 2);
	check_row(&rows.rows[0], 1624438800, kline);
	memory_free(rows.rows);
	query.now_s = 1624438919; /* the second one is open yet */
	rows = rows_of(item, &query);
	assert_int_equal(rows.count, 1);
	memory_free(rows.rows);
	query = (struct candle_query){ .venue = "coinbase",
				       .product = "BTC-USDT",
				       .from_s = 1710327600,
				       .to_s = 1710331200, .interval_s = 3600,
				       .now_s = 1710331200 };
	rows = rows_of(json_next(item), &query);
	assert_int_equal(rows.count, 1);
	check_row(&rows.rows[0], 1710327600, candle);
	memory_free(rows.rows);
	json_free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chainlink_rounds),
		cmocka_unit_test(exchange_candles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
