/* test_limiter.c -- the limiter's rules at their edges, and its properties:
 * splitting never reaches farther, a window sees at most two allowances, the
 * reachable range is exactly what limiter_check() accepts.  Agreement with the
 * contract is tests/chain/test_limiter.mjs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "governance/limiter/limiter.h"

#define NOW 1800000000u
#define WINDOW (30u * 86400u)
#define E18 LIMITER_UNIT_E18

static struct tuple_state state;
static struct steward_state steward;
static struct tuple tuple;
static struct limiter_query query;
static struct limiter_answer answer;
static uint64_t seed;

static uint64_t random64(void)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint64_t below(uint64_t n)
{
	return random64() % n;
}

/* A world of one (asset, kind): generous limits, full buckets. */
static void world(uint8_t kind, u128 from)
{
	bool cap = kind == KIND_SUPPLY_CAP || kind == KIND_BORROW_CAP;

	memset(&state, 0, sizeof state);
	memset(&steward, 0, sizeof steward);
	memset(&tuple, 0, sizeof tuple);
	steward.confirm_delay_s = 3600;
	steward.timelock_delay_s = 172800;
	steward.pending_life_s = 86400;
	state.kind = tuple.kind = kind;
	state.limit.set = true;
	state.limit.relative = cap;
	state.limit.window_s = WINDOW;
	state.limit.count = tuple.count = kind_value_count(kind);
	for (uint8_t i = 0; i < tuple.count; i++) {
		state.limit.components[i] = (struct component_limit){
			1000, 1000000, 3000, 3000, 5000, 5000, 1000
		};
		tuple.old_values[i] = tuple.new_values[i] = from;
	}
	limiter_query_of(&query, &tuple, &state, &steward, NOW);
}

static enum limiter_verdict move(uint8_t index, u128 to)
{
	tuple.new_values[index] = to;
	return limiter_check(&query, &answer);
}

#define assert_verdict(got, want)                                          \
	assert_string_equal(limiter_verdict_name(got),                     \
			    limiter_verdict_name(want))

static void test_step_edges(void **unused)
{
	(void)unused;
	world(KIND_SUPPLY_CAP, 10000);
	assert_verdict(move(0, 7000), LIMITER_APPLY);
	assert_verdict(move(0, 6999), LIMITER_STEP_TOO_LARGE);
	assert_verdict(move(0, 14285), LIMITER_QUEUE);
	assert_verdict(move(0, 14286), LIMITER_STEP_TOO_LARGE);
	world(KIND_COLLATERAL, 10000);
	assert_verdict(move(0, 7000), LIMITER_APPLY);
	assert_verdict(move(0, 6999), LIMITER_STEP_TOO_LARGE);
}

static void test_band_edges(void **unused)
{
	(void)unused;
	world(KIND_COLLATERAL, 1001);
	assert_verdict(move(0, 1000), LIMITER_APPLY);
	assert_verdict(move(0, 999), LIMITER_OUT_OF_BAND);
	world(KIND_COLLATERAL, 900); /* below: may only rise */
	assert_verdict(move(0, 901), LIMITER_QUEUE);
	assert_verdict(move(0, 899), LIMITER_OUT_OF_BAND);
	world(KIND_COLLATERAL, 1000100); /* above: may only fall */
	assert_verdict(move(0, 1000050), LIMITER_APPLY);
	assert_verdict(move(0, 1000101), LIMITER_OUT_OF_BAND);
}

static void test_shape(void **unused)
{
	(void)unused;
	world(KIND_SUPPLY_CAP, 10000);
	assert_verdict(move(0, 10000), LIMITER_NO_CHANGE);
	assert_verdict(move(0, 0), LIMITER_ZERO_CAP);
	query.current[0] = 10001;
	assert_verdict(move(0, 9000), LIMITER_OLD_VALUE_MISMATCH);
	query.wide_value = true;
	assert_verdict(move(0, 9000), LIMITER_VALUE_RANGE);
	query.new_count = 2;
	assert_verdict(move(0, 9000), LIMITER_VALUE_COUNT);
	state.limit.set = false;
	assert_verdict(move(0, 9000), LIMITER_NO_LIMITS);
	world(KIND_EMODE, 2000);
	assert_verdict(move(0, 2001), LIMITER_ID_CHANGED);
}

static void test_evidence(void **unused)
{
	(void)unused;
	world(KIND_COLLATERAL, 10000);
	query.evidence = EVIDENCE_B;
	assert_verdict(move(0, 9000), LIMITER_APPLY);
	assert_verdict(move(1, 9000), LIMITER_EVIDENCE_TOO_WEAK);
	world(KIND_SUPPLY_CAP, 10000);
	query.evidence = EVIDENCE_C;
	query.last_class_c_s = NOW - LIMITER_CLASS_C_PERIOD_S + 1;
	assert_verdict(move(0, 9000), LIMITER_EVIDENCE_TOO_WEAK);
	query.last_class_c_s--;
	assert_verdict(move(0, 9000), LIMITER_APPLY);
	assert_verdict(move(0, 10001), LIMITER_EVIDENCE_TOO_WEAK);
	steward.development = true;
	assert_verdict(move(0, 10001), LIMITER_QUEUE);
}

static void test_delay_and_allowance(void **unused)
{
	(void)unused;
	world(KIND_SUPPLY_CAP, 10000);
	state.limit.min_delay_tighten_s = 3600;
	state.last_change_s = NOW - 3599;
	assert_verdict(move(0, 9000), LIMITER_TOO_SOON);
	state.last_change_s--;
	assert_verdict(move(0, 9000), LIMITER_APPLY);
	assert_true(answer.tighten_charged[0] && !answer.loosen_charged[0]);
	assert_true(answer.tighten_level_e18[0] == 4000 * E18);
	state.tighten[0] = (struct bucket){ 1000 * E18, NOW };
	assert_verdict(move(0, 9000), LIMITER_APPLY);
	assert_true(answer.tighten_level_e18[0] == 0);
	state.tighten[0].level_e18--;
	assert_verdict(move(0, 9000), LIMITER_ALLOWANCE_EXCEEDED);
}

static void test_two_phases(void **unused)
{
	(void)unused;
	world(KIND_SUPPLY_CAP, 10000);
	assert_verdict(move(0, 11000), LIMITER_QUEUE); /* 910 bps: fast */
	assert_true(answer.ready_s == NOW + 3600);
	assert_true(answer.expires_s == NOW + 3600 + 86400);
	assert_verdict(move(0, 12000), LIMITER_QUEUE); /* 1667: slow */
	assert_true(answer.ready_s == NOW + 172800);
	state.pending = (struct pending_item){ true, NOW + 1, NOW + 9,
					       { 10000 }, { 11500 } };
	assert_verdict(move(0, 12000), LIMITER_PENDING);
	state.pending.ready_s = NOW;
	assert_verdict(move(0, 12000), LIMITER_CONFIRM);
	assert_true(answer.values[0] == 11500); /* the tighter of both */
	assert_verdict(move(0, 11000), LIMITER_CONFIRM);
	assert_true(answer.values[0] == 11000);
	steward.silent = true;
	assert_verdict(move(0, 11000), LIMITER_LOOSEN_PAUSED);
	steward.silent = false;
	state.pending.expires_s = NOW - 1;
	assert_verdict(move(0, 11000), LIMITER_QUEUE);
	state.pending.expires_s = NOW;
	state.pending.old_values[0] = 9999; /* void: something moved */
	assert_verdict(move(0, 11000), LIMITER_QUEUE);
}

/* A component without direction: of both values the one nearer the old. */
static void test_confirm_without_direction(void **unused)
{
	(void)unused;
	world(KIND_COLLATERAL, 10000);
	state.pending = (struct pending_item){ true, NOW, NOW,
		{ 10000, 10000, 10000 }, { 10050, 10000, 9990 } };
	tuple.new_values[2] = 10020;
	assert_verdict(move(0, 10060), LIMITER_CONFIRM);
	assert_true(answer.values[0] == 10050 && answer.values[2] == 9990);
	tuple.new_values[2] = 10009;
	assert_verdict(move(0, 10060), LIMITER_CONFIRM);
	assert_true(answer.values[2] == 10009);
	assert_true(answer.tighten_charged[2] && answer.loosen_charged[2]);
}

static void test_infinite_cap(void **unused)
{
	struct limiter_range range;

	(void)unused;
	world(KIND_SUPPLY_CAP, 0);
	assert_verdict(move(0, 50000), LIMITER_STEP_TOO_LARGE);
	limiter_reachable_range(&range, &state, 0, 0, NOW);
	assert_true(range.lowest == 0 && range.highest == 0);
	state.limit.components[0].step_tighten = 10000;
	state.limit.components[0].allowance_tighten = 10000;
	assert_verdict(move(0, 50000), LIMITER_APPLY);
	limiter_reachable_range(&range, &state, 0, 0, NOW);
	assert_true(range.lowest == 1000 && range.highest == 0);
}

static void test_sizes_of_huge_values(void **unused)
{
	const u128 max = ~(u128)0;
	struct limiter_step step = { KIND_SUPPLY_CAP, true, max, 1 };

	(void)unused;
	assert_true(limiter_size(&step) == 10000);
	step.to = max - 1;
	assert_true(limiter_size(&step) == 1); /* rounded up */
	step = (struct limiter_step){ KIND_RATES, false, max, 0 };
	assert_true(limiter_size(&step) == max);
}

static u128 drawn(void)
{
	return ((u128)random64() << 64 | random64()) >> below(128);
}

static void test_splitting_never_costs_less(void **unused)
{
	(void)unused;
	seed = 1;
	for (int i = 0; i < 20000; i++) {
		u128 from = drawn() | 1, middle = drawn() | 1, to = drawn() | 1;
		struct limiter_step whole = { KIND_SUPPLY_CAP, true, from, to };
		struct limiter_step one = { KIND_SUPPLY_CAP, true, from,
					    middle };
		struct limiter_step two = { KIND_SUPPLY_CAP, true, middle, to };

		assert_true(limiter_size(&one) + limiter_size(&two) >=
			    limiter_size(&whole));
	}
}

static void check_windows(const uint64_t *times, const u128 *taken, int count,
			  uint64_t capacity)
{
	for (int i = 0; i < count; i++) {
		u128 sum = 0;

		for (int j = i; j < count && times[j] <= times[i] + WINDOW; j++)
			sum += taken[j];
		assert_true(sum <= 2 * capacity * E18);
	}
}

static void test_window_sees_two_allowances(void **unused)
{
	(void)unused;
	seed = 2;
	for (int round = 0; round < 200; round++) {
		struct bucket bucket = { 0, 0 };
		uint64_t times[32], time = NOW, capacity = 1 + below(100000);
		u128 taken[32];

		for (int i = 0; i < 32; i++) {
			time += below(WINDOW / 4);
			u128 level = limiter_level(&bucket, capacity, WINDOW,
						   time);
			assert_true(level <= capacity * E18);
			times[i] = time;
			taken[i] = level / (1 + below(4));
			bucket = (struct bucket){ level - taken[i], time };
		}
		check_windows(times, taken, 32, capacity);
	}
}

/* Draws limits and bucket levels for component 0 of a kind. */
static u128 draw_world(uint8_t kind)
{
	u128 from = 1 + below(2000000);

	world(kind, from);
	struct component_limit *limit = &state.limit.components[0];
	limit->floor = below(500000);
	limit->ceiling = limit->floor + below(1000000);
	limit->step_tighten = below(12000);
	limit->step_loosen = below(12000);
	state.tighten[0] = (struct bucket){ below(6000) * E18 + below(9),
					    NOW - below(WINDOW) };
	state.loosen[0] = (struct bucket){ below(6000) * E18,
					   NOW - below(WINDOW) };
	return from;
}

static void check_range(u128 from)
{
	struct limiter_range range;

	limiter_reachable_range(&range, &state, 0, from, NOW);
	assert_true(range.lowest <= from && from <= range.highest);
	if (range.lowest < from)
		assert_true(limiter_accepts(move(0, range.lowest)));
	if (range.lowest > 1)
		assert_false(limiter_accepts(move(0, range.lowest - 1)));
	if (range.highest > from)
		assert_true(limiter_accepts(move(0, range.highest)));
	assert_false(limiter_accepts(move(0, range.highest + 1)));
	u128 inside = range.lowest +
		      below((uint64_t)(range.highest - range.lowest) + 1);
	if (inside != from)
		assert_true(limiter_accepts(move(0, inside)));
}

static void test_range_is_what_check_accepts(void **unused)
{
	static const uint8_t kinds[] = { KIND_SUPPLY_CAP, KIND_BORROW_CAP,
					 KIND_COLLATERAL, KIND_RATES,
					 KIND_RESERVE_FACTOR };

	(void)unused;
	seed = 3;
	for (int i = 0; i < 4000; i++)
		check_range(draw_world(kinds[below(sizeof kinds)]));
}

static void test_emode_id_does_not_move(void **unused)
{
	struct limiter_range range;

	(void)unused;
	world(KIND_EMODE, 2000);
	limiter_reachable_range(&range, &state, 0, 2000, NOW);
	assert_true(range.lowest == 2000 && range.highest == 2000);
	limiter_reachable_range(&range, &state, 1, 2000, NOW);
	assert_true(range.lowest == 1000 && range.highest == 5000);
}

static void test_every_verdict_has_its_name(void **unused)
{
	(void)unused;
	for (int v = 0; v < LIMITER_VERDICTS_COUNT; v++)
		assert_true(*limiter_verdict_name((enum limiter_verdict)v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_step_edges),
		cmocka_unit_test(test_band_edges),
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_delay_and_allowance),
		cmocka_unit_test(test_two_phases),
		cmocka_unit_test(test_confirm_without_direction),
		cmocka_unit_test(test_infinite_cap),
		cmocka_unit_test(test_sizes_of_huge_values),
		cmocka_unit_test(test_splitting_never_costs_less),
		cmocka_unit_test(test_window_sees_two_allowances),
		cmocka_unit_test(test_range_is_what_check_accepts),
		cmocka_unit_test(test_emode_id_does_not_move),
		cmocka_unit_test(test_every_verdict_has_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
