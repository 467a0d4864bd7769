/* test_case.c -- canonical bytes of the nouns: round trips, refusal of every
 * cut and of trailing bytes, order, digests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/case.h"
#include "case/report.h"
#include "tests/support/sample_case.h"

#define ROOM (1u << 20)

static uint8_t block[ROOM] __attribute__((aligned(16)));
static uint8_t first[ROOM], second[ROOM];

static struct bytes encode_sample(uint8_t *room)
{
	struct case_input in;
	struct buffer out;

	sample_case(&in);
	buffer_init(&out, room, ROOM);
	case_encode(&out, &in);
	assert_false(out.overflow);
	return buffer_bytes(&out);
}

static void case_round_trips(void **state)
{
	struct bytes bytes = encode_sample(first);
	struct case_input back;
	struct arena arena;
	struct buffer again;

	(void)state;
	arena_init(&arena, block, sizeof(block));
	assert_int_equal(case_decode(&back, bytes, &arena), OK);
	buffer_init(&again, second, ROOM);
	case_encode(&again, &back);
	assert_int_equal(again.size, bytes.size);
	assert_memory_equal(second, first, bytes.size);
}

static void case_cut_at_any_byte_is_malformed(void **state)
{
	struct bytes bytes = encode_sample(first);
	struct case_input back;
	struct arena arena;

	(void)state;
	for (size_t size = 0; size < bytes.size; size++) {
		arena_init(&arena, block, sizeof(block));
		assert_int_equal(case_decode(&back, bytes_of(first, size),
					     &arena),
				 E_MALFORMED);
		assert_int_equal(arena.used, 0);
	}
}

static void case_with_trailing_byte_is_malformed(void **state)
{
	struct bytes bytes = encode_sample(first);
	struct case_input back;
	struct arena arena;

	(void)state;
	arena_init(&arena, block, sizeof(block));
	first[bytes.size] = 0;
	assert_int_equal(case_decode(&back, bytes_of(first, bytes.size + 1),
				     &arena),
			 E_MALFORMED);
}

static void every_flipped_bit_changes_the_meaning_or_is_refused(void **state)
{
	struct bytes bytes = encode_sample(first);

	(void)state;
	for (size_t bit = 0; bit < bytes.size * 8; bit += 7) {
		struct case_input back;
		struct arena arena;
		struct buffer again;

		first[bit / 8] ^= (uint8_t)(1u << bit % 8);
		arena_init(&arena, block, sizeof(block));
		if (!case_decode(&back, bytes, &arena)) {
			buffer_init(&again, second, ROOM);
			case_encode(&again, &back);
			assert_int_equal(again.size, bytes.size);
			assert_memory_equal(second, first, bytes.size);
		}
		first[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void unsorted_reserves_are_refused(void **state)
{
	struct case_input in, back;
	struct arena arena;
	struct buffer out;
	struct reserve swapped[2];

	(void)state;
	sample_case(&in);
	swapped[0] = in.reserves[1];
	swapped[1] = in.reserves[0];
	in.reserves = swapped;
	buffer_init(&out, first, ROOM);
	case_encode(&out, &in);
	arena_init(&arena, block, sizeof(block));
	assert_int_equal(case_decode(&back, buffer_bytes(&out), &arena),
			 E_MALFORMED);
}

/* Room for more samples than a case may have. */
static struct usage_sample too_many[USAGE_MAX + 1];

/* The decoder's answer to the sample case with one change. */
static enum status decoded(struct case_input *in)
{
	struct case_input back;
	struct arena arena;
	struct buffer out;
	enum status status;

	buffer_init(&out, first, ROOM);
	case_encode(&out, in);
	assert_false(out.overflow);
	arena_init(&arena, block, sizeof(block));
	status = case_decode(&back, buffer_bytes(&out), &arena);
	if (status)
		assert_int_equal(arena.used, 0);
	return status;
}

static void version_2_members_come_back(void **state)
{
	struct case_input in, back;
	struct arena arena;
	struct buffer out;

	(void)state;
	sample_case(&in);
	in.reserves[0].debt_ceiling_cents = ((uint64_t)1 << 40) - 1;
	in.reserves[0].oracle_high_e8 = UINT64_MAX;
	in.reserves[0].backing_ppm = UINT32_MAX;
	in.reserves[0].flags |= RESERVE_SILOED;
	buffer_init(&out, first, ROOM);
	case_encode(&out, &in);
	arena_init(&arena, block, sizeof(block));
	assert_int_equal(case_decode(&back, buffer_bytes(&out), &arena), OK);
	assert_true(back.reserves[0].debt_ceiling_cents == 1099511627775);
	assert_true(back.reserves[0].oracle_high_e8 == UINT64_MAX);
	assert_int_equal(back.reserves[0].oracle_low_e8, 1);
	assert_true(back.reserves[0].backing_ppm == UINT32_MAX);
	assert_true(back.reserves[0].flags & RESERVE_SILOED);
	assert_true(back.reserves[1].flags & RESERVE_ISOLATED);
	assert_int_equal(back.emode_count, 1);
	assert_memory_equal(back.emodes, in.emodes, sizeof(struct emode));
	assert_int_equal(back.positions[3].emode, back.emodes[0].id);
	assert_int_equal(back.usage_count, 2);
	assert_int_equal(back.usages[1].reserve, 1);
	assert_int_equal(back.usages[1].count, 30);
	assert_memory_equal(back.usages[1].samples, in.usages[1].samples,
			    30 * sizeof(struct usage_sample));
}

static void wrong_emodes_are_refused(void **state)
{
	struct emode emodes[EMODES_MAX + 1] = { { 0 } };
	struct case_input in;

	(void)state;
	sample_case(&in);
	in.emodes = emodes;
	for (uint8_t i = 0; i <= EMODES_MAX; i++)
		emodes[i] = (struct emode){ .id = (uint8_t)(10 * i + 10),
					    .collateral = 3 };
	emodes[EMODES_MAX - 1].id = 255;
	in.emode_count = EMODES_MAX;
	assert_int_equal(decoded(&in), OK);
	emodes[EMODES_MAX - 1].id = 160;
	in.emode_count = EMODES_MAX + 1;
	assert_int_equal(decoded(&in), E_LIMIT);
	in.emode_count = 2;
	emodes[1].id = 10; /* twice */
	assert_int_equal(decoded(&in), E_MALFORMED);
	emodes[1].id = 9; /* descending */
	assert_int_equal(decoded(&in), E_MALFORMED);
	emodes[1].id = 11;
	assert_int_equal(decoded(&in), OK);
	emodes[1].collateral = 4; /* there is no third reserve */
	assert_int_equal(decoded(&in), E_MALFORMED);
	emodes[1].collateral = 3;
	emodes[1].borrowable = (uint32_t)1 << 31;
	assert_int_equal(decoded(&in), E_MALFORMED);
	emodes[1].borrowable = 0;
	emodes[0].id = 0; /* no category */
	assert_int_equal(decoded(&in), E_MALFORMED);
}

static void wrong_usages_are_refused(void **state)
{
	struct usage usages[3] = { { 0 } };
	struct case_input in;

	(void)state;
	sample_case(&in);
	for (uint32_t i = 0; i <= USAGE_MAX; i++)
		too_many[i] = (struct usage_sample){ .time_s = i };
	usages[0] = (struct usage){ 0, USAGE_MAX, too_many };
	usages[1] = (struct usage){ 1, 0, too_many };
	in.usages = usages;
	assert_int_equal(decoded(&in), OK);
	usages[0].count = USAGE_MAX + 1;
	assert_int_equal(decoded(&in), E_LIMIT);
	usages[0].count = 2;
	too_many[1].time_s = 0; /* the same time twice */
	assert_int_equal(decoded(&in), E_MALFORMED);
	too_many[1].time_s = -1; /* descending */
	assert_int_equal(decoded(&in), E_MALFORMED);
	too_many[1].time_s = 1;
	usages[1].reserve = 0; /* twice the same reserve */
	assert_int_equal(decoded(&in), E_MALFORMED);
	usages[1].reserve = 2; /* there is no third reserve */
	assert_int_equal(decoded(&in), E_MALFORMED);
	usages[1].reserve = 1;
	in.usage_count = 3;
	assert_int_equal(decoded(&in), E_LIMIT);
}

static void a_huge_count_needs_no_huge_memory(void **state)
{
	/* CBOR array head claiming 2^32 members */
	static const uint8_t huge[] = { 0x9a, 0xff, 0xff, 0xff, 0xff };
	struct case_input back;
	struct arena arena;

	(void)state;
	arena_init(&arena, block, sizeof(block));
	assert_int_equal(case_decode(&back, bytes_of(huge, sizeof(huge)),
				     &arena),
			 E_MALFORMED);
}

static void policy_bounds_are_enforced(void **state)
{
	struct policy policy;

	(void)state;
	sample_policy(&policy);
	assert_null(policy_check(&policy));
	policy.path_count = 101;
	assert_string_equal(policy_check(&policy), "path_count must be even");
	sample_policy(&policy);
	policy.chain_id = 1;
	assert_non_null(policy_check(&policy)); /* development elsewhere */
	sample_policy(&policy);
	policy.assets[0].lb_floor_bps = 10000;
	assert_string_equal(policy_check(&policy), "lb_floor_bps");
}

static void seed_ignores_what_the_host_chooses(void **state)
{
	struct case_input in;
	uint8_t before[HASH_SIZE], after[HASH_SIZE];

	(void)state;
	sample_case(&in);
	case_seed(before, &in);
	in.anchor_block++;
	in.anchor_time_s++;
	in.reserves[0].price_e8++;
	in.positions[0].holdings[0].supplied++;
	in.policy = bytes_of("", 0);
	case_seed(after, &in);
	assert_memory_equal(before, after, HASH_SIZE);
	in.epoch++;
	case_seed(after, &in);
	assert_memory_not_equal(before, after, HASH_SIZE);
}

static void decision_round_trips(void **state)
{
	struct signed_decision in, back;
	struct buffer out, again;

	(void)state;
	sample_decision(&in);
	buffer_init(&out, first, ROOM);
	signed_decision_encode(&out, &in);
	assert_int_equal(signed_decision_decode(&back, buffer_bytes(&out)), OK);
	buffer_init(&again, second, ROOM);
	signed_decision_encode(&again, &back);
	assert_int_equal(again.size, out.size);
	assert_memory_equal(first, second, out.size);
	for (size_t size = 0; size < out.size; size++)
		assert_int_equal(
			signed_decision_decode(&back, bytes_of(first, size)),
			E_MALFORMED);
}

static void every_field_of_a_decision_is_in_its_digest(void **state)
{
	struct signed_decision in;
	uint8_t before[HASH_SIZE], after[HASH_SIZE];
	uint8_t *at = (uint8_t *)&in.decision.epoch;

	(void)state;
	sample_decision(&in);
	decision_digest(before, &in.decision, &in.domain);
#define CHANGES(expression) \
	do { \
		sample_decision(&in); \
		expression; \
		decision_digest(after, &in.decision, &in.domain); \
		assert_memory_not_equal(before, after, HASH_SIZE); \
	} while (0)
	CHANGES(in.decision.market[0]++);
	CHANGES(in.decision.mode++);
	CHANGES(at[0]++);
	CHANGES(in.decision.trigger++);
	CHANGES(in.decision.outcome++);
	CHANGES(in.decision.evidence++);
	CHANGES(in.decision.as_of++);
	CHANGES(in.decision.valid_until++);
	CHANGES(in.decision.anchor_block++);
	CHANGES(in.decision.anchor_block_hash[3]++);
	CHANGES(in.decision.previous_state[3]++);
	CHANGES(in.decision.state[3]++);
	CHANGES(in.decision.case_digest[3]++);
	CHANGES(in.decision.policy_hash[3]++);
	CHANGES(in.decision.model_hash[3]++);
	CHANGES(in.decision.protocol_fingerprint[3]++);
	CHANGES(in.decision.report_digest[3]++);
	CHANGES(in.decision.reasons++);
	CHANGES(in.decision.tuples[0].asset[5]++);
	CHANGES(in.decision.tuples[0].kind++);
	CHANGES(in.decision.tuples[0].old_values[0]++);
	CHANGES(in.decision.tuples[0].new_values[2]++);
	CHANGES(in.decision.tuple_count--);
	CHANGES(in.domain.chain_id++);
	CHANGES(in.domain.steward[0]++);
#undef CHANGES
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_round_trips),
		cmocka_unit_test(case_cut_at_any_byte_is_malformed),
		cmocka_unit_test(case_with_trailing_byte_is_malformed),
		cmocka_unit_test(
			every_flipped_bit_changes_the_meaning_or_is_refused),
		cmocka_unit_test(unsorted_reserves_are_refused),
		cmocka_unit_test(version_2_members_come_back),
		cmocka_unit_test(wrong_emodes_are_refused),
		cmocka_unit_test(wrong_usages_are_refused),
		cmocka_unit_test(a_huge_count_needs_no_huge_memory),
		cmocka_unit_test(policy_bounds_are_enforced),
		cmocka_unit_test(seed_ignores_what_the_host_chooses),
		cmocka_unit_test(decision_round_trips),
		cmocka_unit_test(every_field_of_a_decision_is_in_its_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
