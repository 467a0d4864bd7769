/* test_decide_conflicts.c -- policies that no value meets: decide() names the
 * conflict, never loosens, and tightens only what that helps. */
#include "tests/support/sample_market.h"
#include "tests/unit/decide_answer.h"

/* No bonus pays for the impact; no threshold meets spiral and floor; not even
 * the floors meet the budget. */
static void no_bonus(struct case_input *in, struct policy *policy)
{
	(void)in;
	policy->assets[0].lb_ceiling_bps = 10310;
	policy->stressed_size_usd = 4000000000u;
}

static void no_threshold(struct case_input *in, struct policy *policy)
{
	(void)in;
	policy->assets[0].lt_ceiling_bps = 9900;
	policy->assets[0].lt_floor_bps = 9890;
	policy->assets[0].ltv_ceiling_bps = 9000;
}

static void no_budget(struct case_input *in, struct policy *policy)
{
	in->positions[0].holdings[0].collateral = false;
	in->positions[1].holdings[0].supplied = 0;
	policy->loss_budget_usd = 1;
}

static void impossible_policies_name_the_conflict_and_never_loosen(void **state)
{
	static const struct {
		change *edit;
		enum component component;
		const char *conflict;
	} rows[] = {
		{ no_bonus, COMPONENT_LB, "c-incentive/h-ceiling" },
		{ no_threshold, COMPONENT_LT, "b-spiral/h-floor" },
		{ no_budget, COMPONENT_LT, "a-loss/h-floor" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct component_report *c =
			answer.report.assets[0].components;

		decide_with(rows[i].edit, NULL);
		assert_int_equal(answer.status, OK);
		assert_true(says(REASON_NO_FEASIBLE_VALUE));
		assert_string_equal(c[rows[i].component].limit,
				    rows[i].conflict);
		for (int k = 0; k < 2; k++)
			assert_true(c[k].chosen <= c[k].current);
	}
}

/* What is lost whatever the threshold is no reason to cut it. */
static void thresholds_stay_where_they_avoid_nothing(void **state)
{
	const struct component_report *c = answer.report.assets[0].components;

	(void)state;
	decide_with(no_budget, NULL);
	assert_string_equal(c[COMPONENT_LT].limit, "a-loss/h-floor");
	assert_string_equal(c[COMPONENT_LT].binding, "a-least-loss");
	assert_int_equal(c[COMPONENT_LT].target, c[COMPONENT_LT].current);
}

/* A market so wild and thin that something is lost at any threshold. */
static void no_loss_at_all(struct case_input *in, struct policy *policy)
{
	for (uint8_t k = 0; k < in->curves[0].count; k++)
		in->curves[0].points[k].size_usd /= 10000;
	policy->assets[0].volatility_floor_bps = 30000;
	policy->stressed_size_usd = 1;
	policy->assets[0].lt_floor_bps = in->reserves[0].lt_bps - 500;
	policy->assets[0].lt_ceiling_bps = in->reserves[0].lt_bps;
	policy->assets[0].ltv_ceiling_bps = in->reserves[0].ltv_bps;
	policy->loss_budget_usd = 1;
	policy->scenario_budget_usd = 1000000000000;
	policy->cut_liquidates_usd_max = 1000000000;
	policy->cut_liquidates_accounts_max = 1000000;
}

/* And where lower ones avoid some of it they fall, though none is enough. */
static void thresholds_fall_to_what_loses_least(void **state)
{
	const struct market_design design = { 2, 60, 400, 86400, 3600, 0.97, 4,
					      no_loss_at_all };
	const struct component_report *c = answer.report.assets[0].components;
	struct bytes bytes = sample_market(&design);

	(void)state;
	decide_bytes(bytes, NULL);
	free((void *)(uintptr_t)bytes.data);
	assert_int_equal(answer.status, OK);
	assert_true(says(REASON_NO_FEASIBLE_VALUE));
	assert_string_equal(c[COMPONENT_LT].binding, "a-least-loss");
	assert_true(c[COMPONENT_LT].target < c[COMPONENT_LT].current);
	assert_true(c[COMPONENT_LT].chosen < c[COMPONENT_LT].current);
	assert_true(answer.report.after.es975.value_usd <
		    answer.report.before.es975.value_usd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(impossible_policies_name_the_conflict_and_never_loosen),
		cmocka_unit_test(thresholds_stay_where_they_avoid_nothing),
		cmocka_unit_test(thresholds_fall_to_what_loses_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
