/* test_decide_inputs.c -- markets at the edge of sense: decide() answers each
 * with a decision or a named reason, and the brake works for whom it should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/report.h"
#include "models/decide.h"
#include "tests/support/sample_market.h"
#include "tests/unit/decide_answer.h"

#define ETHER ((u128)1000000000000000000u)

static void no_collateral(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->positions[0].holdings[0].collateral = false;
	in->positions[1].holdings[0].supplied = 0;
}

static void no_price(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[1].price_e8 = 0;
}

static void no_caps(struct case_input *in, struct policy *policy)
{
	(void)policy;
	for (size_t i = 0; i < 2; i++)
		in->reserves[i].supply_cap = in->reserves[i].borrow_cap = 0;
}

static void lent_twice(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[0].supplied = ETHER;
	in->reserves[0].available = 0;
	for (size_t i = 0; i < in->usage_count; i++)
		for (uint32_t k = 0; k < in->usages[i].count; k++)
			in->usages[i].samples[k].utilisation_ppm = 1400000;
}

/* Dearer quotes for larger sales, then cheaper ones. */
static void bent_curve(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->curves[0].points[0].impact_bps = 900;
	in->curves[0].points[2].impact_bps = 2;
}

static void nobody(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->position_count = 0;
}

static void odd_markets_are_decided(void **state)
{
	static change *const odd[] = { no_collateral, no_caps, lent_twice,
				       bent_curve, nobody };

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		decide_with(odd[i], NULL);
		assert_int_equal(answer.status, OK);
		for (size_t t = 0; t < answer.tuple_count; t++)
			if (answer.tuples[t].kind == KIND_SUPPLY_CAP ||
			    answer.tuples[t].kind == KIND_BORROW_CAP)
				assert_true(answer.tuples[t].new_values[0] > 0);
	}
	assert_int_equal(answer.report.before.es975.value_usd, 0);
	decide_with(no_price, NULL);
	assert_int_equal(answer.outcome, OUTCOME_HOLD);
	assert_true(says(REASON_INPUT_MISSING));
}

/* A debt without collateral is lost whole in every path. */
static void naked_debt_is_a_loss(void **state)
{
	uint64_t dressed;

	(void)state;
	decide_with(NULL, NULL);
	dressed = answer.report.before.es975.value_usd;
	decide_with(no_collateral, NULL);
	assert_true(answer.report.before.es975.value_usd > dressed);
	assert_true(answer.report.before.var95.value_usd > 0);
}

static void one_asset_is_enough(void **state)
{
	const struct market_design design = { 1, 5, 200, 86400, 3600, 0.8, 4,
					      NULL };
	struct bytes bytes = sample_market(&design);

	(void)state;
	decide_bytes(bytes, NULL);
	free((void *)(uintptr_t)bytes.data);
	assert_int_equal(answer.status, OK);
	assert_int_equal(answer.report.asset_count, 1);
	assert_true(answer.report.assets[0].touch_bps > 0);
}

/* A bonus that cannot pay for a thin market: the threshold comes down all the
 * same, and nothing goes up. */
static void thin_market(struct case_input *in, struct policy *policy)
{
	policy->assets[0].lb_ceiling_bps = 10500;
	for (uint8_t k = 0; k < in->curves[0].count; k++)
		in->curves[0].points[k].size_usd /= 20;
}

static void thin_markets_are_tightened_though_no_bonus_pays(void **state)
{
	const struct component_report *c = answer.report.assets[0].components;

	(void)state;
	decide_with(thin_market, NULL);
	assert_string_equal(c[COMPONENT_LB].limit, "c-incentive/h-ceiling");
	assert_true(says(REASON_NO_FEASIBLE_VALUE));
	assert_true(c[COMPONENT_LT].target < c[COMPONENT_LT].current);
	assert_true(c[COMPONENT_LTV].chosen < c[COMPONENT_LTV].current);
	assert_true(c[COMPONENT_LT].chosen <= c[COMPONENT_LT].current);
}

static void at_low(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[0].oracle_low_e8 = in->reserves[0].price_e8 / 1000 * 995;
}

static void at_high(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[0].oracle_high_e8 = in->reserves[0].price_e8 / 1000 * 1005;
}

static void unbacked(struct case_input *in, struct policy *policy)
{
	in->reserves[0].backing_ppm = policy->backing_floor_ppm - 1;
}

static void bleeding(struct case_input *in, struct policy *policy)
{
	no_collateral(in, policy);
	policy->emergency_budget_usd = 1;
}

struct emergency {
	change *edit;
	enum reason reason;
};

static const struct emergency emergencies[] = {
	{ at_low, REASON_ORACLE_BOUND },
	{ at_high, REASON_ORACLE_BOUND },
	{ unbacked, REASON_BACKING_LOST },
	{ bleeding, REASON_LOSS_EMERGENCY },
};

static const struct emergency *current;

static uint8_t in_class = EVIDENCE_A;

static void in_production(struct case_input *in, struct policy *policy)
{
	if (current)
		current->edit(in, policy);
	policy->development = in->steward.development = false;
	in->evidence = in_class;
}

static void in_production_unproven(struct case_input *in, struct policy *policy)
{
	in_production(in, policy);
	in->evidence = EVIDENCE_C;
}

/* Caps to use, LTV nought with the rest unchanged, frozen; nothing else. */
static void is_brake(void)
{
	bool frozen = false;

	assert_int_equal(answer.outcome, OUTCOME_FREEZE);
	for (size_t i = 0; i < answer.tuple_count; i++) {
		const struct tuple *t = &answer.tuples[i];

		frozen |= t->kind == KIND_FREEZE && t->new_values[0] == 1;
		if (t->kind == KIND_COLLATERAL) {
			assert_true(t->new_values[0] == 0);
			assert_true(t->new_values[1] == t->old_values[1]);
			assert_true(t->new_values[2] == t->old_values[2]);
		}
		if (t->kind == KIND_SUPPLY_CAP || t->kind == KIND_BORROW_CAP)
			assert_true(t->new_values[0] > 0 &&
				    (!t->old_values[0] ||
				     t->new_values[0] < t->old_values[0]));
	}
	assert_true(frozen);
}

static void the_brake_needs_class_a(void **state)
{
	(void)state;
	current = NULL;
	decide_with(in_production, &everything);
	assert_int_equal(answer.status, OK);
	assert_int_not_equal(answer.outcome, OUTCOME_FREEZE);
	for (size_t i = 0; i < 4; i++) {
		current = &emergencies[i];
		decide_with(in_production, &everything);
		assert_int_equal(answer.status, OK);
		assert_true(says(current->reason));
		is_brake();
		decide_with(in_production_unproven, NULL);
		assert_int_equal(answer.outcome, OUTCOME_HOLD);
		assert_true(says(current->reason));
		assert_true(says(REASON_EVIDENCE_WEAK));
		decide_with(in_production, NULL);
		assert_int_equal(answer.status, E_AUTHENTIC);
	}
}

/* The oracle's price times this; quotes of two families, the second times the
 * other, around the newest bar. */
static double oracle_times, second_times;
static uint8_t families;

static void apart(struct case_input *in, struct policy *policy)
{
	static struct quote quotes[2];
	const struct series *series = &in->series[0];
	double market = decimal_to_double(series->bars[series->count - 1].close);

	in_production(in, policy);
	in->reserves[0].price_e8 = (uint64_t)(market * oracle_times * 1e8);
	in->quotes = quotes;
	in->quote_count = families;
	for (uint8_t i = 0; i < 2; i++) {
		double usd = market * (i ? second_times : 1.0);

		quotes[i] = (struct quote){
			.family = { (char)('a' + i) },
			.price_usd = decimal_from_scaled((int64_t)(usd * 1e6),
							 6),
			.time_s = in->anchor_time_s };
	}
}

static bool freezes_at(double oracle, double second, uint8_t count)
{
	current = NULL;
	oracle_times = oracle;
	second_times = second;
	families = count;
	decide_with(apart, &everything);
	assert_int_equal(answer.status, OK);
	if (says(REASON_ORACLE_APART))
		is_brake();
	return says(REASON_ORACLE_APART);
}

/* LTVs are 80 and 75 %: what an oracle says is taken where supplying at 1.25
 * and borrowing pays, or borrowing at 0.75 and not repaying. */
static void an_oracle_alone_is_frozen(void **state)
{
	struct authenticity unproven = everything;

	(void)state;
	assert_true(freezes_at(1.6, 1.001, 2));
	assert_true(freezes_at(1e6, 0.999, 2));
	assert_true(freezes_at(0.5, 1.001, 2));
	assert_true(freezes_at(0.0005, 1.0, 2));
	/* Too near to be taken; one family; families that differ. */
	assert_false(freezes_at(1.1, 1.0, 2));
	assert_true(says(REASON_SOURCES_DISAGREE));
	assert_false(freezes_at(0.9, 1.0, 2));
	assert_false(freezes_at(1.6, 1.0, 1));
	assert_false(freezes_at(1.6, 1.5, 2));
	assert_int_equal(answer.outcome, OUTCOME_HOLD);
	/* Quotes alone prove nothing: the bars have to. */
	unproven.bars[0] = false;
	oracle_times = 1.6;
	second_times = 1.0;
	in_class = EVIDENCE_B;
	decide_with(apart, &unproven);
	in_class = EVIDENCE_A;
	assert_int_equal(answer.status, OK);
	assert_int_equal(answer.outcome, OUTCOME_HOLD);
	assert_false(says(REASON_ORACLE_APART));
}

static void frozen_already(struct case_input *in, struct policy *policy)
{
	at_low(in, policy);
	in->reserves[0].flags |= RESERVE_FROZEN;
}

static void what_is_frozen_is_not_frozen_again(void **state)
{
	(void)state;
	decide_with(frozen_already, NULL);
	assert_int_equal(answer.outcome, OUTCOME_HOLD);
	assert_true(says(REASON_ORACLE_BOUND));
}

static void too_many(struct case_input *in, struct policy *policy)
{
	(void)in;
	policy->path_count = 1000000;
	policy->horizon_s = 604800;
	policy->step_s = 60;
}

static uint32_t elasticity_ppm, floor_ppm;

/* Debts near the threshold on a thin book; the seed of the paths is not the
 * policy's, so they are the same ones. */
static void near_the_edge(struct case_input *in, struct policy *policy)
{
	policy->depth_elasticity_ppm = elasticity_ppm;
	policy->depth_floor_ppm = floor_ppm;
	for (uint8_t k = 0; k < in->curves[0].count; k++)
		in->curves[0].points[k].size_usd /= 10;
	for (uint32_t i = 0; i < in->position_count; i++) {
		struct holding *h = in->positions[i].holdings;

		h[0].supplied = 4000 * ETHER;
		h[1].supplied = 0;
		h[1].borrowed = (u128)in->reserves[0].price_e8 * 30;
	}
}

static uint64_t liquidated_at(uint32_t elasticity, uint32_t floor)
{
	elasticity_ppm = elasticity;
	floor_ppm = floor;
	decide_with(near_the_edge, NULL);
	assert_int_equal(answer.status, OK);
	return answer.report.before.liquidated_mean_usd;
}

/* The more wild paths thin the book, the less of the same debt finds a buyer,
 * and no threshold chosen rises.  (Bad debt may go either way: what is not sold
 * presses nobody's price, and its price may come back by the horizon.) */
static void thinner_books_of_wild_paths_liquidate_less(void **state)
{
	const struct component_report *c = answer.report.assets[0].components;
	uint64_t none = liquidated_at(0, 100000), last = none;
	uint64_t lt = (uint64_t)c[COMPONENT_LT].chosen;

	(void)state;
	assert_true(liquidated_at(5000000, 1000000) == none);
	for (uint32_t ppm = 600000; ppm <= 5000000; ppm *= 2) {
		uint64_t now = liquidated_at(ppm, 100000);

		assert_true(now < last);
		assert_true((uint64_t)c[COMPONENT_LT].chosen <= lt);
		last = now;
		lt = (uint64_t)c[COMPONENT_LT].chosen;
	}
}

/* A policy that would need terabytes is refused with words, not attempted. */
static void too_many_paths_are_refused(void **state)
{
	(void)state;
	decide_with(too_many, NULL);
	assert_int_equal(answer.status, E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_markets_are_decided),
		cmocka_unit_test(naked_debt_is_a_loss),
		cmocka_unit_test(one_asset_is_enough),
		cmocka_unit_test(thin_markets_are_tightened_though_no_bonus_pays),
		cmocka_unit_test(the_brake_needs_class_a),
		cmocka_unit_test(an_oracle_alone_is_frozen),
		cmocka_unit_test(what_is_frozen_is_not_frozen_again),
		cmocka_unit_test(thinner_books_of_wild_paths_liquidate_less),
		cmocka_unit_test(too_many_paths_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
