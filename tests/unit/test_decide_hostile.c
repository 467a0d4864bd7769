/* test_decide_hostile.c -- decide() against a host that writes what it likes
 * into a case, and against cuts that are harmless only one by one.  The rules
 * on honest input are test_decide.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/report.h"
#include "models/decide.h"
#include "tests/support/sample_case.h"

typedef void change(struct case_input *in, struct policy *policy);

struct answer {
	enum status status;
	struct decide_output out;
	struct report report;
};

static void decide_with(struct answer *answer, change *edit)
{
	struct bytes bytes = sample_decidable(
		&(struct sample_design){ 2100, 30, false, edit });
	size_t size = decide_memory(bytes);
	void *memory = malloc(size);
	struct arena arena;

	assert_non_null(memory);
	memset(answer, 0, sizeof(*answer));
	arena_init(&arena, memory, size);
	answer->status = decide(&answer->out, bytes, NULL, &arena, NULL);
	if (!answer->status)
		assert_int_equal(
			report_decode(&answer->report,
				      answer->out.signed_decision.report),
			OK);
	free(memory);
}

static void claims_a(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->evidence = EVIDENCE_A;
}

static void claims_b(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->evidence = EVIDENCE_B;
}

static void evidence_is_not_what_the_host_says(void **state)
{
	struct answer answer;

	(void)state;
	decide_with(&answer, NULL);
	assert_int_equal(answer.status, OK);
	decide_with(&answer, claims_a);
	assert_int_equal(answer.status, E_AUTHENTIC);
	decide_with(&answer, claims_b);
	assert_int_equal(answer.status, E_AUTHENTIC);
}

static void next_epoch(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->epoch++;
}

/* Times 3600 this is 3600 again, modulo 2^64. */
static void wrapping_epoch(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->epoch = (1ull << 60) + 1;
}

static void an_epoch_of_the_future_is_refused(void **state)
{
	struct answer answer;

	(void)state;
	decide_with(&answer, next_epoch);
	assert_int_equal(answer.status, E_INPUT);
	decide_with(&answer, wrapping_epoch);
	assert_int_equal(answer.status, E_INPUT);
}

#define WETH_VALUE_E6 ((u128)20000 * 1000000) /* of either collateral */

#define SPARE_BPS 350 /* no cut alone takes so much: steps are 300 */

/* Both thresholds are far too high; one account holds as much of either asset,
 * and its thresholds together may fall by SPARE_BPS. */
static void two_cuts(struct case_input *in, struct policy *policy)
{
	struct holding *holdings = in->positions[0].holdings;

	for (size_t i = 0; i < 2; i++) {
		policy->assets[i].lt_ceiling_bps = 7000;
		policy->assets[i].ltv_ceiling_bps = 7000;
	}
	holdings[0].supplied = WETH_VALUE_E6 * 1000000000000000000u * 100 /
			       in->reserves[0].price_e8;
	holdings[1].supplied = WETH_VALUE_E6;
	holdings[1].collateral = true;
	holdings[1].borrowed = WETH_VALUE_E6 * (8300 + 7800 - SPARE_BPS) / 10000;
	in->position_count = 1;
}

/* Two accounts of one asset each are cut as far as the steps go. */
static void one_collateral(struct case_input *in, struct policy *policy)
{
	two_cuts(in, policy);
	in->positions[0].holdings[1].collateral = false;
	in->positions[0].holdings[1].borrowed = WETH_VALUE_E6 / 2;
}

static uint64_t chosen_lt(const struct answer *answer, size_t asset)
{
	return answer->report.assets[asset].components[COMPONENT_LT].chosen;
}

static void cuts_together_liquidate_nobody(void **state)
{
	struct answer answer;

	(void)state;
	decide_with(&answer, one_collateral);
	assert_int_equal(answer.status, OK);
	assert_true(chosen_lt(&answer, 0) + chosen_lt(&answer, 1) <
		    8300 + 7800 - SPARE_BPS);
	decide_with(&answer, two_cuts);
	assert_int_equal(answer.status, OK);
	assert_true(chosen_lt(&answer, 0) < 8300);
	assert_true(chosen_lt(&answer, 0) + chosen_lt(&answer, 1) >=
		    8300 + 7800 - SPARE_BPS);
	assert_int_equal(answer.report.cut_liquidates_accounts, 0);
	assert_true(answer.report.assets[1].reasons >>
		    REASON_WOULD_LIQUIDATE & 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evidence_is_not_what_the_host_says),
		cmocka_unit_test(an_epoch_of_the_future_is_refused),
		cmocka_unit_test(cuts_together_liquidate_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
