/* test_reach.c -- from a target to a tuple that the limiter admits: the whole
 * tuple moves along a straight line or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/choice/reach.h"
#include "tests/support/points.h"

#define NOW 1800000000u

static struct reserve reserve;
static struct steward_state steward;
static struct reach_query query;
static struct reach reach;

/* A kind with steps of 300 (or 3,000 bps of a cap), full buckets. */
static struct tuple_state kind_state(uint8_t kind)
{
	struct tuple_state state;
	bool cap = kind != KIND_COLLATERAL;

	memset(&state, 0, sizeof(state));
	state.kind = kind;
	state.limit.set = true;
	state.limit.relative = cap;
	state.limit.window_s = 30 * 86400;
	state.limit.count = kind_value_count(kind);
	for (uint8_t i = 0; i < state.limit.count; i++)
		state.limit.components[i] = (struct component_limit){
			0, cap ? 1u << 30 : 12000, cap ? 3000 : 300,
			cap ? 3000 : 300, 10000, 10000, 100
		};
	return state;
}

static int world(void **state)
{
	(void)state;
	memset(&reserve, 0, sizeof(reserve));
	memset(&steward, 0, sizeof(steward));
	memset(&query, 0, sizeof(query));
	steward.confirm_delay_s = 3600;
	steward.timelock_delay_s = 172800;
	steward.pending_life_s = 86400;
	reserve.kind_count = 2;
	reserve.kinds[0] = kind_state(KIND_COLLATERAL);
	reserve.kinds[1] = kind_state(KIND_SUPPLY_CAP);
	query.reserve = &reserve;
	query.steward = &steward;
	query.kind = KIND_COLLATERAL;
	query.evidence = EVIDENCE_A;
	query.now_s = NOW;
	return 0;
}

static void from_to(const uint64_t from[3], const uint64_t to[3])
{
	for (int i = 0; i < 3; i++) {
		query.current[i] = from[i];
		query.target[i] = to[i];
	}
	reach_tuple(&reach, &query);
}

static void moved_to(uint64_t ltv, uint64_t lt, uint64_t lb)
{
	assert_true(reach.moves);
	assert_true(reach.tuple.new_values[0] == ltv);
	assert_true(reach.tuple.new_values[1] == lt);
	assert_true(reach.tuple.new_values[2] == lb);
}

static void a_near_target_is_reached_whole(void **state)
{
	(void)state;
	from_to((uint64_t[]){ 7500, 8000, 10500 },
		(uint64_t[]){ 7300, 7800, 10500 });
	moved_to(7300, 7800, 10500);
	assert_true(reach.whole);
	assert_int_equal(reach.verdict, LIMITER_APPLY);
}

/* LTV wants 1,000 down, LT 500 down, LB 100 up: a step of 300 lets LTV go three
 * tenths of its way, and so go the others. */
static void a_far_target_is_approached_in_proportion(void **state)
{
	(void)state;
	from_to((uint64_t[]){ 7500, 8000, 10500 },
		(uint64_t[]){ 6500, 7500, 10600 });
	moved_to(7200, 7850, 10530);
	assert_false(reach.whole);
}

/* One component that cannot move keeps the whole tuple where it is. */
static void a_coupled_tuple_moves_whole_or_not_at_all(void **state)
{
	(void)state;
	reserve.kinds[0].limit.components[1].step_tighten = 0;
	from_to((uint64_t[]){ 7500, 8000, 10500 },
		(uint64_t[]){ 7300, 7900, 10500 });
	assert_false(reach.moves);
	assert_true(reach.tuple.new_values[0] == 7500);
	assert_int_equal(reach.verdict, LIMITER_NO_CHANGE);
	assert_true(reach.reasons == 1u << REASON_NOT_REACHABLE);
}

static void a_loosening_is_queued_or_refused(void **state)
{
	(void)state;
	from_to((uint64_t[]){ 7000, 8000, 10500 },
		(uint64_t[]){ 7200, 8000, 10500 });
	moved_to(7200, 8000, 10500);
	assert_int_equal(reach.verdict, LIMITER_QUEUE);
	steward.loosen_paused = true;
	from_to((uint64_t[]){ 7000, 8000, 10500 },
		(uint64_t[]){ 7200, 8000, 10500 });
	assert_false(reach.moves);
	assert_true(reach.reasons == 1u << REASON_PAUSED);
}

static void without_limits_nothing_moves(void **state)
{
	(void)state;
	reserve.kinds[0].limit.set = false;
	from_to((uint64_t[]){ 7500, 8000, 10500 },
		(uint64_t[]){ 7300, 7800, 10500 });
	assert_false(reach.moves);
	reserve.kind_count = 0;
	from_to((uint64_t[]){ 7500, 8000, 10500 },
		(uint64_t[]){ 7300, 7800, 10500 });
	assert_false(reach.moves);
	assert_int_equal(reach.verdict, LIMITER_NO_LIMITS);
}

/* 0 is no cap: any finite cap is tighter, and the target is a jump. */
static void a_cap_is_set_where_none_was(void **state)
{
	(void)state;
	query.kind = KIND_SUPPLY_CAP;
	reserve.kinds[1].limit.components[0].step_tighten = 10000;
	from_to((uint64_t[]){ 0, 0, 0 }, (uint64_t[]){ 5000, 0, 0 });
	assert_true(reach.moves && reach.whole);
	assert_true(reach.tuple.new_values[0] == 5000);
}

static void coherence_is_the_protocols(void **state)
{
	(void)state;
	assert_true(collateral_coherent((u128[4]){ 8000, 8000, 10500 }));
	assert_true(collateral_coherent((u128[4]){ 0, 9523, 10500 }));
	assert_true(collateral_coherent((u128[4]){ 0, 9524, 10500 }));
	assert_false(collateral_coherent((u128[4]){ 0, 9525, 10500 }));
	assert_false(collateral_coherent((u128[4]){ 8001, 8000, 10500 }));
	assert_false(collateral_coherent((u128[4]){ 0, 0, 10500 }));
}

static uint64_t near_to(uint64_t value)
{
	return value + whole_between(0, 800) - 400;
}

static u128 apart(u128 a, u128 b)
{
	return a > b ? a - b : b - a;
}

/* Every component has gone the same share of its way, to the unit that
 * rounding down loses. */
static bool is_straight(void)
{
	for (int c = 1; c < 3; c++) {
		u128 way[2], gone[2];

		for (int k = 0; k < 2; k++) {
			way[k] = apart(query.target[c - k], query.current[c - k]);
			gone[k] = apart(reach.tuple.new_values[c - k],
					query.current[c - k]);
		}
		if (apart(gone[0] * way[1], gone[1] * way[0]) >
		    (way[0] > way[1] ? way[0] : way[1]))
			return false;
	}
	return true;
}

/* 20,000 random tuples, limits and targets: what moves is accepted, is coherent,
 * lies between the ends in every component, and leaves no component behind. */
static void what_moves_is_admitted_and_straight(void **state)
{
	size_t moved = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t lt = whole_between(3000, 9000);
		uint64_t from[3] = { whole_between(500, lt), lt,
				     whole_between(10100, 10900) };
		uint64_t to[3] = { near_to(from[0]), near_to(lt),
				   near_to(from[2]) };

		world(NULL);
		for (int c = 0; c < 3; c++)
			reserve.kinds[0].limit.components[c].step_tighten =
				whole_between(0, 500);
		query.evidence = i % 3 ? EVIDENCE_A : EVIDENCE_B;
		from_to(from, to);
		if (!reach.moves) {
			assert_true(reach.reasons != 0);
			continue;
		}
		moved++;
		assert_true(limiter_accepts(reach.verdict));
		assert_true(collateral_coherent(reach.tuple.new_values));
		assert_true(is_straight());
		for (int c = 0; c < 3; c++) {
			u128 low = from[c] < to[c] ? from[c] : to[c];
			u128 high = from[c] < to[c] ? to[c] : from[c];
			u128 value = reach.tuple.new_values[c];

			assert_true(value >= low && value <= high);
		}
	}
	assert_true(moved > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_near_target_is_reached_whole, world),
		cmocka_unit_test_setup(a_far_target_is_approached_in_proportion,
				       world),
		cmocka_unit_test_setup(
			a_coupled_tuple_moves_whole_or_not_at_all, world),
		cmocka_unit_test_setup(a_loosening_is_queued_or_refused, world),
		cmocka_unit_test_setup(without_limits_nothing_moves, world),
		cmocka_unit_test_setup(a_cap_is_set_where_none_was, world),
		cmocka_unit_test(coherence_is_the_protocols),
		cmocka_unit_test(what_moves_is_admitted_and_straight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
