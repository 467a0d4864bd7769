/* test_targets.c -- the closed forms of the choice: answers worked out by hand,
 * the constraint named, and no riskier world ever gets looser values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/choice/targets.h"
#include "tests/support/points.h"

static struct policy policy;
static struct asset_policy asset;
static struct asset_risk risk;
static struct impact_curve curve;

static void set_depth(uint32_t depth_bps)
{
	struct liquidity_curve quotes;

	memset(&quotes, 0, sizeof(quotes));
	quotes.count = 2;
	quotes.points[0] = (struct curve_point){ 1000000, 100 };
	quotes.points[1] = (struct curve_point){ 10000000, 1000 };
	assert_int_equal(impact_prepare(&curve, &quotes, depth_bps, 0, 3600),
			 OK);
}

/* Impact 1 % a million; bonus costs 50.25 bps; bounds far away. */
static int world(void **state)
{
	(void)state;
	memset(&policy, 0, sizeof(policy));
	memset(&asset, 0, sizeof(asset));
	memset(&risk, 0, sizeof(risk));
	policy.gas_usd = 25;
	policy.typical_liquidation_usd = 9900;
	policy.margin_bps = 25;
	policy.stressed_size_usd = 2000000;
	policy.horizon_s = 3600;
	policy.circulating_share_bps = 1000;
	policy.squeeze_share_bps = 5000;
	asset.lb_floor_bps = 10100;
	asset.lb_ceiling_bps = 12000;
	asset.lt_floor_bps = 1000;
	asset.lt_ceiling_bps = 9900;
	asset.ltv_ceiling_bps = 9900;
	asset.supply_cap_ceiling = 1u << 30;
	asset.borrow_cap_ceiling = 1u << 30;
	risk.gap = 0.1;
	risk.touch = 0.2;
	risk.price_usd = 100.0;
	risk.lt_loss_bps = 10000;
	risk.supply_use = risk.borrow_use = 1;
	set_depth(10000);
	return 0;
}

static struct targets chosen(void)
{
	struct targets out;

	assert_int_equal(choose_targets(&out, &policy, &asset, &curve, &risk),
			 OK);
	return out;
}

static void is(const struct targets *t, enum component component,
	       uint64_t value, const char *binding)
{
	assert_int_equal(t->components[component].value, value);
	assert_string_equal(t->components[component].binding, binding);
}

/* LB = 1 + 2 % + 0.5025 %, up = 10251.  LT = 0.9 * 0.98 * 0.9975 / 1.0251 =
 * 8582.4 bps.  LTV = 80 % of it.  A bonus of 2.51 % less costs allows an impact
 * of 2.0075 %: 2.0075 million USD at once, 3.3989 within an hour, 33,989
 * tokens, in three digits. */
static void known_answers(void **state)
{
	struct targets t = chosen();

	(void)state;
	is(&t, COMPONENT_LB, 10251, "c-incentive");
	is(&t, COMPONENT_LT, 8582, "b-spiral");
	is(&t, COMPONENT_LTV, 6865, "d-touch");
	is(&t, COMPONENT_SUPPLY_CAP, 33900, "e-capacity");
	is(&t, COMPONENT_BORROW_CAP, 16900, "f-squeeze");
	assert_int_equal(t.components[COMPONENT_LT].unconstrained, 9755);
}

static void bounds_bind_and_are_named(void **state)
{
	struct targets t;

	(void)state;
	asset.lb_ceiling_bps = 10200;
	asset.lt_ceiling_bps = 8000;
	asset.ltv_ceiling_bps = 5000;
	asset.supply_cap_ceiling = 20000;
	asset.borrow_cap_ceiling = 5000;
	t = chosen();
	is(&t, COMPONENT_LB, 10200, "h-ceiling");
	is(&t, COMPONENT_LT, 8000, "h-ceiling");
	is(&t, COMPONENT_LTV, 5000, "h-ceiling");
	is(&t, COMPONENT_SUPPLY_CAP, 20000, "h-ceiling");
	is(&t, COMPONENT_BORROW_CAP, 5000, "h-ceiling");
}

/* No value meets both sides: the two are named, the other components are not
 * touched by it. */
static void conflicts_are_named(void **state)
{
	struct targets t = chosen();

	(void)state;
	for (size_t i = 0; i < COMPONENTS_COUNT; i++)
		assert_null(t.components[i].conflict);
	asset.lb_ceiling_bps = 10200;
	t = chosen();
	assert_string_equal(t.components[COMPONENT_LB].conflict,
			    "c-incentive/h-ceiling");
	assert_null(t.components[COMPONENT_SUPPLY_CAP].conflict);
	asset.lb_ceiling_bps = 12000;
	asset.lt_floor_bps = 8583;
	t = chosen();
	assert_string_equal(t.components[COMPONENT_LT].conflict,
			    "b-spiral/h-floor");
	asset.lt_floor_bps = 8582;
	assert_null(chosen().components[COMPONENT_LT].conflict);
	risk.lt_loss_bps = 8000;
	t = chosen();
	assert_string_equal(t.components[COMPONENT_LT].conflict,
			    "a-loss/h-floor");
	risk.lt_loss_bps = 10000;
	asset.ltv_floor_bps = 6866;
	t = chosen();
	assert_string_equal(t.components[COMPONENT_LTV].conflict,
			    "d-touch/h-floor");
	asset.supply_cap_floor = 33901;
	t = chosen();
	assert_string_equal(t.components[COMPONENT_SUPPLY_CAP].conflict,
			    "e-cap/h-floor");
	risk.supply_use = 40000;
	assert_null(chosen().components[COMPONENT_SUPPLY_CAP].conflict);
}

/* The bonus is taken from the lattice, and a larger one when losses ask for
 * it; LT falls with it, capacity grows. */
static void bonuses_lie_on_the_lattice(void **state)
{
	struct targets least, more;

	(void)state;
	policy.lb_step_bps = 50;
	least = chosen();
	is(&least, COMPONENT_LB, 10300, "c-incentive");
	risk.lb_bps = 10400;
	more = chosen();
	is(&more, COMPONENT_LB, 10400, "a-loss");
	assert_true(more.components[COMPONENT_LT].value <
		    least.components[COMPONENT_LT].value);
	assert_true(more.capacity_usd > least.capacity_usd);
	assert_int_equal(more.components[COMPONENT_LT].value,
			 largest_threshold(&policy, &asset, &risk,
					   more.stressed_impact, 10400));
	assert_int_equal(more.components[COMPONENT_LTV].value,
			 largest_ltv(&asset, &risk,
				     (uint32_t)more.components[COMPONENT_LT]
					     .value));
	assert_int_equal(least_bonus(&policy, &asset, 0.0), 10100);
	assert_int_equal(least_bonus(&policy, &asset, 0.5), 15100);
	assert_int_equal(least_bonus(&policy, &asset, 1.0), 20001);
}

/* 50,000 USD to move a price of 100 by 2.51 %: 19,920 tokens gain as much.
 * Utilisation bounds what may be borrowed. */
static void manipulation_and_utilisation_bound_caps(void **state)
{
	struct targets t;

	(void)state;
	asset.manipulation_cost_usd = 50000;
	risk.borrow_share = 0.62;
	t = chosen();
	is(&t, COMPONENT_SUPPLY_CAP, 19900, "e-manipulation");
	is(&t, COMPONENT_BORROW_CAP, 12300, "f-utilisation");
}

static void floors_hold_and_are_named(void **state)
{
	struct targets t;

	(void)state;
	asset.lb_floor_bps = 10900;
	asset.lt_floor_bps = 9300;
	asset.ltv_floor_bps = 9200;
	asset.supply_cap_floor = 900000;
	asset.borrow_cap_floor = 800000;
	t = chosen();
	is(&t, COMPONENT_LB, 10900, "h-floor");
	is(&t, COMPONENT_LT, 9300, "h-floor");
	is(&t, COMPONENT_LTV, 9200, "h-floor");
	is(&t, COMPONENT_SUPPLY_CAP, 900000, "h-floor");
	is(&t, COMPONENT_BORROW_CAP, 800000, "h-floor");
}

/* What is in use is never cut off by a cap; the loss constraint; circulation. */
static void the_other_constraints(void **state)
{
	struct targets t;

	(void)state;
	risk.supply_use = 70001;
	risk.borrow_use = 40002;
	risk.lt_loss_bps = 7777;
	t = chosen();
	is(&t, COMPONENT_SUPPLY_CAP, 70001, "use");
	is(&t, COMPONENT_BORROW_CAP, 40002, "use");
	is(&t, COMPONENT_LT, 7777, "a-loss");
	risk.supply_use = 1;
	asset.circulating_tokens = 123456;
	t = chosen();
	is(&t, COMPONENT_SUPPLY_CAP, 12300, "e-circulating");
	risk.gap = risk.touch = 0.0;
	risk.lt_loss_bps = 10000;
	policy.margin_bps = policy.gas_usd = 0;
	policy.stressed_size_usd = 0;
	t = chosen();
	is(&t, COMPONENT_LT, 9900, "b-spiral");
	risk.loss_name = "a-loss-market";
	risk.lt_loss_bps = 9000;
	t = chosen();
	is(&t, COMPONENT_LT, 9000, "a-loss-market");
	risk.lt_loss_bps = 10000;
	asset.lt_ceiling_bps = 9899;
	t = chosen();
	is(&t, COMPONENT_LT, 9899, "h-ceiling");
}

static void caps_keep_three_digits(void **state)
{
	(void)state;
	assert_int_equal(round_cap(0), 0);
	assert_int_equal(round_cap(999), 999);
	assert_int_equal(round_cap(1009), 1000);
	assert_int_equal(round_cap(1239999), 1230000);
	assert_int_equal(round_cap(68719476735u), 68700000000u);
}

static void impossible_risks_are_refused(void **state)
{
	struct targets out;
	struct asset_risk good = risk;
	struct asset_risk bad[6] = { good, good, good, good, good, good };

	(void)state;
	bad[0].gap = 1.0;
	bad[1].gap = -0.1;
	bad[2].touch = 1.0;
	bad[3].touch = -1e-9;
	bad[4].price_usd = 0.0;
	bad[5].gap = __builtin_nan("");
	for (int i = 0; i < 6; i++)
		assert_int_equal(choose_targets(&out, &policy, &asset, &curve,
						&bad[i]),
				 E_INPUT);
}

static void random_world(void)
{
	world(NULL);
	risk.gap = uniform(0.0, 0.9);
	risk.touch = uniform(0.0, 0.9);
	risk.price_usd = uniform(0.01, 50000.0);
	risk.lt_loss_bps = whole_between(1000, 10000);
	policy.stressed_size_usd = (uint32_t)whole_between(0, 20000000);
	policy.margin_bps = (uint32_t)whole_between(0, 200);
	asset.lt_floor_bps = (uint32_t)whole_between(1, 3000);
	asset.ltv_floor_bps = (uint32_t)whole_between(0, 500);
}

/* LTV, LT and caps may only fall, LB only rise. */
static void no_looser(const struct targets *risky, const struct targets *calm)
{
	static const enum component falls[] = { COMPONENT_LTV, COMPONENT_LT };

	for (size_t i = 0; i < 2; i++)
		assert_true(risky->components[falls[i]].value <=
			    calm->components[falls[i]].value);
	assert_true(risky->components[COMPONENT_LB].value >=
		    calm->components[COMPONENT_LB].value);
}

static void riskier_is_never_looser(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct targets calm, risky;

		random_world();
		calm = chosen();
		risk.gap += uniform(0.0, 0.99 - risk.gap);
		risk.touch += uniform(0.0, 0.99 - risk.touch);
		risk.lt_loss_bps = whole_between(500, risk.lt_loss_bps);
		risky = chosen();
		no_looser(&risky, &calm);
	}
}

/* With the bonus held by its bounds less depth means smaller caps too. */
static void less_liquidity_is_never_looser(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++) {
		uint32_t depth = (uint32_t)whole_between(2, 10000);
		struct targets deep, thin;

		random_world();
		set_depth(depth);
		deep = chosen();
		set_depth(depth / 2);
		thin = chosen();
		no_looser(&thin, &deep);
		asset.lb_floor_bps = asset.lb_ceiling_bps = 11000;
		thin = chosen();
		set_depth(depth);
		deep = chosen();
		assert_true(thin.components[COMPONENT_SUPPLY_CAP].value <=
			    deep.components[COMPONENT_SUPPLY_CAP].value);
		assert_true(thin.components[COMPONENT_BORROW_CAP].value <=
			    deep.components[COMPONENT_BORROW_CAP].value);
	}
}

/* Whatever is chosen can be written: ltv <= lt and the protocol's own rule. */
static void what_is_chosen_is_coherent(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct targets t;
		uint64_t ltv, lt, lb;

		random_world();
		t = chosen();
		if (t.components[COMPONENT_LT].conflict ||
		    t.components[COMPONENT_LTV].conflict)
			continue; /* never proposed */
		ltv = t.components[COMPONENT_LTV].value;
		lt = t.components[COMPONENT_LT].value;
		lb = t.components[COMPONENT_LB].value;
		assert_true(ltv <= lt && lt > 0);
		assert_true((lt * lb + 5000) / 10000 <= 10000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(known_answers, world),
		cmocka_unit_test_setup(bounds_bind_and_are_named, world),
		cmocka_unit_test_setup(conflicts_are_named, world),
		cmocka_unit_test_setup(bonuses_lie_on_the_lattice, world),
		cmocka_unit_test_setup(manipulation_and_utilisation_bound_caps,
				       world),
		cmocka_unit_test_setup(floors_hold_and_are_named, world),
		cmocka_unit_test_setup(the_other_constraints, world),
		cmocka_unit_test(caps_keep_three_digits),
		cmocka_unit_test_setup(impossible_risks_are_refused, world),
		cmocka_unit_test(riskier_is_never_looser),
		cmocka_unit_test(less_liquidity_is_never_looser),
		cmocka_unit_test(what_is_chosen_is_coherent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
