/* test_copy_binary.c -- numbers and times in COPY's binary format: the server
 * reads what their text says, digit for digit. */
#include "tests/host/private_store.h"

#include "sql/copy_binary.h"

#define RANDOM_ROWS 20000

static uint64_t seed = 20261124;

static uint64_t next_random(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return seed >> 11 ^ seed << 40;
}

static void u128_format(char out[40], u128 value)
{
	char digits[40];
	size_t at = sizeof(digits);

	digits[--at] = 0;
	do
		digits[--at] = (char)('0' + (int)(value % 10));
	while (value /= 10);
	memcpy(out, digits + at, sizeof(digits) - at);
}

static void add_name(struct text *out, const char *name)
{
	copy_binary_bytes(out, name, strlen(name));
}

/* A row of queries/ingest_copy.sql: a decimal as value with its text as
 * reason, an integer as round with its text as verdict. */
static void add_row(struct text *out, struct decimal value, u128 round)
{
	char decimal_digits[DECIMAL_TEXT_MAX], round_digits[40];

	decimal_format(decimal_digits, value);
	u128_format(round_digits, round);
	copy_binary_row(out, 16);
	copy_binary_int64(out, INT64_MIN);
	copy_binary_time(out, 1710035999999);
	copy_binary_u128(out, round);
	copy_binary_decimal(out, value);
	for (int i = 0; i < 5; i++)
		copy_binary_null(out);
	copy_binary_int64(out, INT64_MAX);
	copy_binary_bytes(out, "\0\xff", 2);
	add_name(out, "none");
	add_name(out, round_digits);
	add_name(out, decimal_digits);
	copy_binary_time(out, 1);
	copy_binary_int64(out, -1);
}

static void send(struct text *rows)
{
	copy_binary_end(rows);
	ASSERT_OK(database_copy_begin(agent, "ingest_copy", &error));
	ASSERT_OK(database_copy_write(agent, bytes_of(rows->data, rows->size),
				      &error));
	ASSERT_OK(database_copy_end(agent, &error));
	text_free(rows);
}

static void begin(void)
{
	struct statement statement;

	statement_init(&statement, "ingest_staging");
	ASSERT_OK(database_run(agent, &statement, &error));
	ASSERT_OK(database_begin(agent, &error));
}

static void expect_equal(size_t count)
{
	char condition[256];

	snprintf(condition, sizeof(condition), "(SELECT count(*) FROM "
		 "ingest_staging WHERE value::text = reason AND round::text = "
		 "verdict) = %zu", count);
	assert_true(holds_for(agent, condition));
	database_rollback(agent);
}

static void test_extremes(void **state)
{
	static const int64_t mantissas[] = {
		0, 1, -1, 9, 9999, 10001, 99990001, 100000001, -123456789,
		999999999999999999, -999999999999999999, 123400000000005678 };
	u128 rounds[] = { 0, 1, 9999, 10000, 10001, UINT64_MAX, ~(u128)0,
			  (u128)UINT64_MAX + 1, (u128)10000000000000000u,
			  (u128)10000000000000000u * 10000000000000000u,
			  (u128)9999999999999999u * 10000000000000000u,
			  ((u128)3 << 64) + 7 };
	struct text rows = { 0 };
	size_t count = 0;

	(void)state;
	begin();
	copy_binary_start(&rows);
	for (size_t i = 0; i < 12; i++)
		for (int32_t e = DECIMAL_EXPONENT_MIN;
		     e <= DECIMAL_EXPONENT_MAX; e++, count++)
			add_row(&rows, (struct decimal){ mantissas[i],
					mantissas[i] ? e : 0 }, rounds[i]);
	send(&rows);
	expect_equal(count);
}

static void test_random(void **state)
{
	struct text rows = { 0 };

	(void)state;
	begin();
	copy_binary_start(&rows);
	for (int i = 0; i < RANDOM_ROWS; i++) {
		uint64_t drawn = next_random() % 1000000000000000000u;
		struct decimal value = {
			(int64_t)(drawn >> next_random() % 60),
			(int32_t)(next_random() % 61) - 30 };
		u128 round = (u128)next_random() << 64 | next_random();

		while (value.mantissa && value.mantissa % 10 == 0)
			value.mantissa /= 10; /* the normal form */
		if (!value.mantissa)
			value.exponent = 0;
		if (next_random() & 1)
			value.mantissa = -value.mantissa;
		add_row(&rows, value, round >> next_random() % 128);
	}
	send(&rows);
	expect_equal(RANDOM_ROWS);
}

static void test_other_fields(void **state)
{
	struct text rows = { 0 };

	(void)state;
	begin();
	copy_binary_start(&rows);
	add_row(&rows, (struct decimal){ 1, 0 }, 1);
	send(&rows);
	assert_true(holds_for(agent, "(SELECT (feed_id, block, raw_digest, "
		"source_time, observed_at, open, confidence, import_id) IS NOT DISTINCT "
		"FROM (-9223372036854775808, 9223372036854775807, "
		"'\\x00ff'::bytea, '2024-03-10 01:59:59.999Z'::timestamptz, "
		"'1970-01-01 00:00:00.001Z'::timestamptz, NULL::numeric, "
		"NULL::numeric, -1::bigint) FROM ingest_staging)"));
	expect_equal(1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_other_fields),
	};

	return cmocka_run_group_tests(tests, start_store, stop_store);
}
