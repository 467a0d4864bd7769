/* test_backtest_record_file.c -- a backtest in one file: what is read is what
 * was written, and nothing else is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "backtest/record_codec.h"
#include "backtest/record_file.h"
#include "tests/host/known_backtest.h"

static struct known_backtest sample;
static struct text whole;
static struct error error;

static int setup(void **state)
{
	(void)state;
	known_backtest_make(&sample, 12);
	record_file_encode(&whole, &sample.record);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	text_free(&whole);
	known_backtest_free(&sample);
	return 0;
}

static struct bytes written(void)
{
	return bytes_of(whole.data, whole.size);
}

/* The digest at the end made right again. */
static void seal(uint8_t *data, size_t size)
{
	keccak256(data + size - HASH_SIZE, data, size - HASH_SIZE - 2);
}

static void test_round_trip(void **state)
{
	struct record_file *file = NULL;
	struct text again = { 0 };

	(void)state;
	assert_int_equal(record_file_decode(&file, written(), &error), OK);
	assert_int_equal(file->record.run_count, 3);
	assert_string_equal(file->store.plan.assets[0].symbol, "WETH");
	assert_int_equal(file->store.plan.assets[0].bar_count,
			 KNOWN_WARM + sample.hours);
	assert_true(file->store.plan.steward.limits[KIND_SUPPLY_CAP].set);
	assert_memory_equal(file->record.runs[1].hours,
			    sample.record.runs[1].hours,
			    sample.hours * sizeof(struct hour_record));
	assert_memory_equal(file->record.runs[1].liquidations,
			    sample.record.runs[1].liquidations,
			    2 * sizeof(struct liquidation_record));
	assert_memory_equal(&file->record.runs[0].decisions[3],
			    &sample.record.runs[0].decisions[3],
			    sizeof(struct decision_record));
	record_file_encode(&again, &file->record);
	assert_int_equal(again.size, whole.size);
	assert_memory_equal(again.data, whole.data, whole.size);
	text_free(&again);
	record_file_free(file);
}

/* NaN of any kind is written in one form. */
static void test_one_nan(void **state)
{
	float *price = &sample.record.runs[0].hours[5].price_usd[1], was = *price;
	const uint32_t odd = 0xffc12345;
	struct record_file *file = NULL;
	struct text nan = { 0 };
	uint32_t bits;

	(void)state;
	memcpy(price, &odd, sizeof(odd));
	record_file_encode(&nan, &sample.record);
	assert_int_equal(record_file_decode(&file,
					    bytes_of(nan.data, nan.size),
					    &error), OK);
	memcpy(&bits, &file->record.runs[0].hours[5].price_usd[1],
	       sizeof(bits));
	assert_int_equal(bits, 0x7fc00000);
	record_file_free(file);
	text_free(&nan);
	*price = was;
}

static void test_cut_or_altered(void **state)
{
	struct record_file *const untouched = (struct record_file *)&sample;
	struct record_file *file = untouched;
	uint8_t *copy = memory_allocate(whole.size, 1);

	(void)state;
	for (size_t size = 0; size < whole.size; size += 1 + size / 7)
		assert_int_equal(record_file_decode(
					 &file, bytes_of(whole.data, size),
					 &error), E_MALFORMED);
	assert_non_null(strstr(error.message, "cut short"));
	for (size_t at = 2; at < whole.size; at += 997) {
		memcpy(copy, whole.data, whole.size);
		copy[at] ^= 1;
		assert_int_equal(record_file_decode(
					 &file, bytes_of(copy, whole.size),
					 &error), E_MALFORMED);
		assert_non_null(strstr(error.message, "digest differs"));
	}
	memcpy(copy, whole.data, whole.size);
	copy[1] = RECORD_FILE_VERSION + 1;
	assert_int_equal(record_file_decode(&file, bytes_of(copy, whole.size),
					    &error), E_MALFORMED);
	assert_non_null(strstr(error.message, "version 2"));
	assert_ptr_equal(file, untouched);
	memory_free(copy);
}

/* With a digest made right again the structure itself must refuse: what is
 * read after all is canonical still. */
static void test_altered_and_sealed(void **state)
{
	uint8_t *copy = memory_allocate(whole.size, 1);
	size_t refused = 0, read = 0;

	(void)state;
	for (size_t at = 2; at < whole.size - 34; at += 1571) {
		struct record_file *file = NULL;
		struct text again = { 0 };

		memcpy(copy, whole.data, whole.size);
		copy[at] ^= (uint8_t)(1u << at % 8);
		seal(copy, whole.size);
		if (record_file_decode(&file, bytes_of(copy, whole.size),
				       &error)) {
			refused++;
			continue;
		}
		read++;
		record_file_encode(&again, &file->record);
		assert_int_equal(again.size, whole.size);
		assert_memory_equal(again.data, copy, whole.size);
		text_free(&again);
		record_file_free(file);
	}
	assert_true(refused > 10);
	assert_true(read > 10);
	memory_free(copy);
}

/* What a run may not say, each by itself. */
static enum status decode_changed(void (*change)(struct run_record *run))
{
	struct run_record read;
	struct known_backtest other;
	struct text bytes = { 0 };
	struct cbor_reader reader;
	enum status status;

	known_backtest_make(&other, 12);
	change(&other.record.runs[1]);
	run_record_encode(&bytes, &other.record.runs[1], 2);
	memset(&read, 0, sizeof(read));
	cbor_reader_init(&reader, bytes_of(bytes.data, bytes.size));
	status = run_record_decode(&read, &reader, 2);
	run_record_free(&read);
	text_free(&bytes);
	known_backtest_free(&other);
	return status;
}

static void nothing(struct run_record *run) { (void)run; }
static void hours_twice(struct run_record *run)
{
	run->hours[3].time_s = run->hours[2].time_s;
}
static void decisions_back(struct run_record *run)
{
	run->decisions[2].time_s = run->decisions[0].time_s;
}
static void late(struct run_record *run)
{
	run->liquidations[1].time_s = RECORD_TIME_MAX;
}
static void unknown_asset(struct run_record *run)
{
	run->liquidations[0].debt = 2;
}
static void infinite_debt(struct run_record *run)
{
	run->hours[0].bad_debt_usd = INFINITY;
}
static void nan_ltv(struct run_record *run) { run->hours[0].ltv[1] = NAN; }
static void huge_ltv(struct run_record *run) { run->hours[0].ltv[1] = 11.0f; }
static void negative_ltv(struct run_record *run)
{
	run->hours[0].ltv[1] = -0.1f;
}
static void huge_revenue(struct run_record *run)
{
	run->hours[0].revenue_usd = -1e101;
}
static void infinite_price(struct run_record *run)
{
	run->hours[0].price_usd[0] = INFINITY;
}
static void nan_forecast(struct run_record *run)
{
	run->decisions[0].assets[1].es975 = NAN;
}
static void unknown_outcome(struct run_record *run)
{
	run->decisions[0].outcome = 4;
}
static void unknown_reason(struct run_record *run)
{
	run->decisions[0].reasons = UINT64_C(1) << REASONS_COUNT;
}
static void unknown_setter(struct run_record *run)
{
	run->setter = SETTERS_COUNT;
}
static void caps_of_three(struct run_record *run)
{
	run->hours[9].at_borrow_cap = 3;
}

static void test_runs_refused(void **state)
{
	void (*const wrong[])(struct run_record *) = {
		hours_twice, decisions_back, late, unknown_asset,
		infinite_debt, huge_revenue, nan_ltv, huge_ltv, negative_ltv, infinite_price, nan_forecast,
		unknown_outcome, unknown_reason, unknown_setter,
		caps_of_three };

	(void)state;
	assert_int_equal(decode_changed(nothing), OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(decode_changed(wrong[i]), E_MALFORMED);
}

/* Heads that claim more than there is, or than there may be. */
static void test_claims(void **state)
{
	static const uint8_t hours[] = { 0x85, 0x01, 0x82, 0x00, 0x00, 0x80,
					 0x9a, 0x7f, 0xff, 0xff, 0xff };
	static const uint8_t decisions[] = { 0x85, 0x01, 0x82, 0x00, 0x00, 0x9a,
					     0x00, 0x01, 0x00, 0x00 };
	struct run_record run;
	struct cbor_reader reader;

	(void)state;
	memset(&run, 0, sizeof(run));
	cbor_reader_init(&reader, bytes_of(hours, sizeof(hours)));
	assert_int_equal(run_record_decode(&run, &reader, 2), E_LIMIT);
	run_record_free(&run);
	cbor_reader_init(&reader, bytes_of(decisions, sizeof(decisions)));
	assert_int_equal(run_record_decode(&run, &reader, 2), E_MALFORMED);
	assert_true(run.decision_capacity <= 16);
	run_record_free(&run);
}

static void test_file(void **state)
{
	char path[] = "/tmp/plimsoll-record-XXXXXX";
	struct record_file *file = NULL;
	int descriptor = mkstemp(path);

	(void)state;
	assert_true(descriptor >= 0);
	close(descriptor);
	assert_int_equal(record_file_write(path, &sample.record, &error), OK);
	assert_int_equal(record_file_read(&file, path, &error), OK);
	assert_memory_equal(file->record.input_digest,
			    sample.record.input_digest, HASH_SIZE);
	record_file_free(file);
	assert_int_equal(truncate(path, 5000), 0);
	assert_int_equal(record_file_read(&file, path, &error), E_MALFORMED);
	assert_non_null(strstr(error.message, path));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(record_file_read(&file, path, &error), E_MISSING);
}

/* The digest covers every number of the plan. */
static void test_plan_digest(void **state)
{
	struct backtest_plan *plan = &sample.store.plan;
	uint8_t before[HASH_SIZE], after[HASH_SIZE];

	(void)state;
	plan_digest(before, plan);
	assert_memory_equal(before, sample.record.input_digest, HASH_SIZE);
	sample.store.bars[1][700].low.mantissa++;
	plan_digest(after, plan);
	assert_memory_not_equal(before, after, HASH_SIZE);
	sample.store.bars[1][700].low.mantissa--;
	plan->steward.thaw_after_s++;
	plan_digest(after, plan);
	assert_memory_not_equal(before, after, HASH_SIZE);
	plan->steward.thaw_after_s--;
	plan->depth_floor += 0.001;
	plan_digest(after, plan);
	assert_memory_not_equal(before, after, HASH_SIZE);
	plan->depth_floor = 0.1;
	sample.store.disturbances[0].value += 0.001;
	plan_digest(after, plan);
	assert_memory_not_equal(before, after, HASH_SIZE);
	sample.store.disturbances[0].value -= 0.001;
	plan->families++;
	plan_digest(after, plan);
	assert_memory_not_equal(before, after, HASH_SIZE);
	plan->families--;
}

/* Disturbances as they were written, and none that cannot be. */
static enum status plan_with(const struct plan_disturbance *one)
{
	struct plan_disturbance *kept = &sample.store.disturbances[0];
	struct plan_disturbance before = *kept;
	struct plan_store *read = memory_allocate(1, sizeof(*read));
	struct text bytes = { 0 };
	struct cbor_reader reader;
	enum status status;

	*kept = *one;
	plan_encode(&bytes, &sample.store.plan);
	*kept = before;
	cbor_reader_init(&reader, bytes_of(bytes.data, bytes.size));
	status = plan_decode(read, &reader);
	if (!status)
		assert_memory_equal(&read->disturbances[0], one, sizeof(*one));
	plan_store_free(read);
	memory_free(read);
	text_free(&bytes);
	return status;
}

static void test_disturbances(void **state)
{
	struct plan_disturbance good = sample.store.disturbances[0], bad;

	(void)state;
	assert_int_equal(plan_with(&good), OK);
#define REFUSED(member, wrong) \
	do { \
		bad = good; \
		bad.member = wrong; \
		assert_int_equal(plan_with(&bad), E_MALFORMED); \
	} while (0)
	REFUSED(kind, 0);
	REFUSED(kind, DISTURBANCE_KINDS);
	REFUSED(asset, 2);
	REFUSED(family, PLAN_FAMILIES_MAX);
	REFUSED(to_s, good.from_s);
	REFUSED(from_s, -1);
	REFUSED(since_s, RECORD_TIME_MAX);
	REFUSED(value, INFINITY);
	REFUSED(value, -1.0);
	REFUSED(rate, -0.1);
#undef REFUSED
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_one_nan),
		cmocka_unit_test(test_cut_or_altered),
		cmocka_unit_test(test_altered_and_sealed),
		cmocka_unit_test(test_runs_refused),
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_plan_digest),
		cmocka_unit_test(test_disturbances),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
