/* test_decide.c -- decide(): same bytes for any runner, authenticity of state
 * and history, HOLD on bad input, and the decision rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/report.h"
#include "models/decide.h"
#include "models/forecaster.h"
#include "tests/support/sample_case.h"

static void *memory;
static size_t memory_size;

struct answer {
	enum status status;
	struct decide_output out;
	struct report report;
	uint8_t digest[HASH_SIZE];
};

static void run(struct answer *answer, struct bytes bytes,
		const struct parallel *parallel)
{
	struct arena arena;

	arena_init(&arena, memory, memory_size);
	memset(answer, 0, sizeof(*answer));
	answer->status = decide(&answer->out, bytes, NULL, &arena, parallel);
	if (answer->status)
		return;
	assert_int_equal(report_decode(&answer->report,
				       answer->out.signed_decision.report),
			 OK);
	decision_digest(answer->digest, &answer->out.signed_decision.decision,
			&answer->out.signed_decision.domain);
}

static void decide_with(struct answer *answer,
			void (*change)(struct case_input *, struct policy *))
{
	run(answer, sample_decidable(&(struct sample_design){ 2100, 30, false,
							       change }),
	    NULL);
}

static uint64_t reasons_of(const struct answer *answer)
{
	return answer->out.signed_decision.decision.reasons;
}

static bool holds_for(const struct answer *answer, enum reason reason)
{
	return answer->status == OK &&
	       answer->out.signed_decision.decision.outcome == OUTCOME_HOLD &&
	       (reasons_of(answer) >> reason & 1);
}

/* A runner that takes tasks in the reverse order. */
static void run_backwards(void *context, void (*task)(void *, size_t),
			  void *task_context, size_t count)
{
	(void)context;
	while (count)
		task(task_context, --count);
}

static void order_of_tasks_changes_nothing(void **state)
{
	const struct parallel backwards = { run_backwards, NULL, 2 };
	struct answer first, second;
	struct bytes bytes =
		sample_decidable(&(struct sample_design){ 2100, 30, false, NULL });

	(void)state;
	run(&first, bytes, NULL);
	run(&second, bytes, &backwards);
	assert_int_equal(first.status, OK);
	assert_int_equal(first.out.signed_decision.decision.outcome,
			 OUTCOME_UPDATE);
	assert_memory_equal(first.digest, second.digest, HASH_SIZE);
}

static void a_case_cut_short_is_malformed(void **state)
{
	struct bytes bytes =
		sample_decidable(&(struct sample_design){ 2100, 30, false, NULL });
	struct answer answer;

	(void)state;
	for (size_t size = 0; size < bytes.size; size += 211) {
		run(&answer, bytes_of(bytes.data, size), NULL);
		assert_int_equal(answer.status, E_MALFORMED);
	}
}

static void rewrite_bar(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->series[0].bars[100].close.mantissa += 1;
	if (in->series[0].bars[100].close.mantissa % 10 == 0)
		in->series[0].bars[100].close.mantissa += 1;
}

static void fork_prefix(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->series[0].prefix[0] ^= 1;
}

static void skip_bars(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->series[0].first_index += 1;
}

static void drop_used_bars(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->series[0].count -= 40; /* 30 fresh and 10 that the state has seen */
}

/* The history is altered in the case only: the state was made before. */
static void altered_history(struct answer *answer,
			    void (*change)(struct case_input *,
					   struct policy *))
{
	struct bytes bytes =
		sample_decidable(&(struct sample_design){ 2100, 30, false, NULL });
	static uint8_t room[4u << 20], scratch[8u << 20]
		__attribute__((aligned(16)));
	struct case_input in;
	struct arena arena;
	struct buffer out;

	arena_init(&arena, scratch, sizeof(scratch));
	assert_int_equal(case_decode(&in, bytes, &arena), OK);
	change(&in, NULL);
	buffer_init(&out, room, sizeof(room));
	case_encode(&out, &in);
	run(answer, buffer_bytes(&out), NULL);
}

static void rewritten_forked_or_skipped_history_is_not_authentic(void **state)
{
	struct answer answer;

	(void)state;
	altered_history(&answer, rewrite_bar);
	assert_int_equal(answer.status, E_AUTHENTIC);
	altered_history(&answer, fork_prefix);
	assert_int_equal(answer.status, E_AUTHENTIC);
	altered_history(&answer, skip_bars);
	assert_int_equal(answer.status, E_AUTHENTIC);
	altered_history(&answer, drop_used_bars);
	assert_int_equal(answer.status, E_AUTHENTIC);
}

static void other_state(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->steward.state_digest[0] ^= 1;
}

static void other_policy(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->steward.policy_hash[0] ^= 1;
}

static void a_state_or_policy_the_steward_does_not_know_is_refused(void **state)
{
	struct answer answer;

	(void)state;
	altered_history(&answer, other_state);
	assert_int_equal(answer.status, E_AUTHENTIC);
	altered_history(&answer, other_policy);
	assert_int_equal(answer.status, E_AUTHENTIC);
}

static void stale_price(struct case_input *in, struct policy *policy)
{
	in->reserves[0].price_time_s =
		in->anchor_time_s - policy->assets[0].max_price_age_s - 1;
}

static void price_from_the_future(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[0].price_time_s = in->anchor_time_s + 1;
}

static void no_price(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[1].price_e8 = 0;
}

static void old_bars(struct case_input *in, struct policy *policy)
{
	in->anchor_time_s += policy->max_bar_age_s + 7200;
	in->reserves[0].price_time_s = in->anchor_time_s;
	in->reserves[1].price_time_s = in->anchor_time_s;
}

static void disagree(struct case_input *in, struct policy *policy)
{
	in->quote_count = 1;
	in->quotes[0].reserve = 1;
	in->quotes[0].time_s = in->anchor_time_s;
	in->quotes[0].price_usd = (struct decimal){ 97, -2 };
	policy->disagreement_bps = 200;
}

static void no_curve(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->curve_count = 1;
}

static void paused(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->steward.all_paused = true;
}

static void bad_input_is_held_with_its_reason(void **state)
{
	static const struct {
		void (*change)(struct case_input *, struct policy *);
		enum reason reason;
	} rows[] = {
		{ stale_price, REASON_PRICE_STALE },
		{ price_from_the_future, REASON_PRICE_STALE },
		{ no_price, REASON_INPUT_MISSING },
		{ old_bars, REASON_BARS_STALE },
		{ disagree, REASON_SOURCES_DISAGREE },
		{ no_curve, REASON_LIQUIDITY_MISSING },
		{ paused, REASON_PAUSED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer answer;

		decide_with(&answer, rows[i].change);
		assert_true(holds_for(&answer, rows[i].reason));
	}
}

/* USDC wants to loosen in the sample; each of these must stop that. */
static void human_change(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[1].outside_change_s = in->anchor_time_s - 86400;
}

static void frozen(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[1].flags |= RESERVE_FROZEN;
}

static void ltv_zero(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[1].flags |= RESERVE_LTV_ZERO;
}

static size_t tuples_of(const struct answer *answer, uint8_t asset_byte)
{
	const struct decision *d = &answer->out.signed_decision.decision;
	size_t count = 0;

	for (size_t i = 0; i < d->tuple_count; i++)
		count += d->tuples[i].asset[0] == asset_byte;
	return count;
}

static void humans_come_first_and_restricted_reserves_stay(void **state)
{
	struct answer answer;

	(void)state;
	decide_with(&answer, NULL);
	assert_true(tuples_of(&answer, 0x22) > 0);
	decide_with(&answer, human_change);
	assert_int_equal(tuples_of(&answer, 0x22), 0);
	assert_true(reasons_of(&answer) >> REASON_HUMANS_FIRST & 1);
	decide_with(&answer, frozen);
	assert_int_equal(tuples_of(&answer, 0x22), 0);
	assert_true(reasons_of(&answer) >> REASON_RESERVE_RESTRICTED & 1);
	decide_with(&answer, ltv_zero);
	assert_int_equal(tuples_of(&answer, 0x22), 0);
}

/* A threshold far too high for the policy, and an account just above it. */
static void tight_account(struct case_input *in, struct policy *policy)
{
	policy->assets[0].lt_ceiling_bps = 7000;
	policy->assets[0].ltv_ceiling_bps = 7000;
	in->reserves[0].ltv_bps = 8000;
	in->reserves[0].lt_bps = 8300;
	in->positions[0].holdings[0].supplied =
		(u128)10 * 1000000000000000000u;
	/* health 1.005 at 8300 bps: 10 WETH * price * 0.83 / 1.005 */
	in->positions[0].holdings[1].borrowed =
		(u128)in->reserves[0].price_e8 * 10 / 100 * 8300 / 10000 *
		1000 / 1005;
	in->position_count = 1;
}

static void no_cut_alone_liquidates(void **state)
{
	struct answer answer;
	const struct asset_report *weth;

	(void)state;
	decide_with(&answer, tight_account);
	assert_int_equal(answer.status, OK);
	weth = &answer.report.assets[0];
	assert_true(weth->components[COMPONENT_LT].target <= 7000);
	/* 8300 / 1.005 = 8258.7: no lower threshold is safe */
	assert_true(weth->components[COMPONENT_LT].chosen >= 8259);
	assert_int_equal(answer.report.cut_liquidates_accounts, 0);
	assert_true(reasons_of(&answer) >> REASON_WOULD_LIQUIDATE & 1);
}

/* Of the quarter of a tenth beyond VaR 97.5, two fifths lie beyond VaR 99. */
static void the_unsigned_quantile_fits_the_signed(void **state)
{
	struct answer answer;

	(void)state;
	decide_with(&answer, NULL);
	assert_int_equal(answer.status, OK);
	for (size_t i = 0; i < answer.report.asset_count; i++) {
		const struct asset_report *r = &answer.report.assets[i];
		double var975 = answer.out.var975[i];

		assert_true(r->var99_bps > 0);
		assert_true(var975 > 0.0);
		assert_true(1e4 * var975 <= r->var99_bps + 0.5);
		assert_true(0.6e4 * var975 + 0.4 * r->var99_bps <=
			    r->es975_bps + 1.0);
	}
	assert_true(answer.out.var975[answer.report.asset_count] == 0.0);
}

static void whole_tuples_inside_the_limiter(void **state)
{
	struct answer answer;
	const struct decision *d;

	(void)state;
	decide_with(&answer, NULL);
	d = &answer.out.signed_decision.decision;
	assert_true(d->tuple_count > 0);
	for (size_t i = 0; i < d->tuple_count; i++) {
		const struct tuple *t = &d->tuples[i];

		assert_int_equal(t->count, kind_value_count(t->kind));
		assert_true(!i || tuple_order(&d->tuples[i - 1], t) < 0);
		if (t->kind == KIND_COLLATERAL)
			assert_true(t->new_values[0] <= t->new_values[1]);
	}
}

static void genesis_plus_steps_is_genesis_over_more(void **state)
{
	struct policy policy;
	static struct bar bars[1600];
	static uint8_t scratch[4u << 20] __attribute__((aligned(16)));
	struct asset_state whole, stepped;
	struct arena arena;

	(void)state;
	sample_policy(&policy);
	policy.window_bars = 600;
	policy.burn_in_bars = 500;
	sample_history(bars, &(struct sample_walk){ 3, 100.0, 0.01,
						    1700000400, 1600 });
	memset(&whole, 0, sizeof(whole));
	memset(&stepped, 0, sizeof(stepped));
	arena_init(&arena, scratch, sizeof(scratch));
	assert_int_equal(
		forecaster_advance(&whole,
				   &(struct series){ .count = 1600,
						     .bars = bars },
				   &policy, &arena),
		OK);
	for (uint32_t end = 700; end <= 1600; end += 100) {
		uint32_t first = end > 800 ? end - 800 : 0;
		struct series series = { .first_index = first,
					 .count = end - first,
					 .bars = bars + first };

		for (uint32_t i = 0; i < first; i++)
			bar_chain(series.prefix, &bars[i]);
		assert_int_equal(forecaster_advance(&stepped, &series, &policy,
						    &arena),
				 OK);
	}
	assert_true(whole.volatility.fitted);
	assert_memory_equal(&whole, &stepped, sizeof(whole));
}

static void randomness_ignores_what_the_host_chooses(void **state)
{
	struct answer first, second;

	(void)state;
	decide_with(&first, NULL);
	decide_with(&second, human_change);
	assert_memory_equal(first.report.seed, second.report.seed, HASH_SIZE);
	/* the same paths: the same falls, although the decision differs */
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(first.report.assets[i].touch_bps,
				 second.report.assets[i].touch_bps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_of_tasks_changes_nothing),
		cmocka_unit_test(a_case_cut_short_is_malformed),
		cmocka_unit_test(
			rewritten_forked_or_skipped_history_is_not_authentic),
		cmocka_unit_test(
			a_state_or_policy_the_steward_does_not_know_is_refused),
		cmocka_unit_test(bad_input_is_held_with_its_reason),
		cmocka_unit_test(humans_come_first_and_restricted_reserves_stay),
		cmocka_unit_test(no_cut_alone_liquidates),
		cmocka_unit_test(the_unsigned_quantile_fits_the_signed),
		cmocka_unit_test(whole_tuples_inside_the_limiter),
		cmocka_unit_test(genesis_plus_steps_is_genesis_over_more),
		cmocka_unit_test(randomness_ignores_what_the_host_chooses),
	};
	int failed;

	memory_size = (size_t)256 << 20;
	memory = aligned_alloc(16, memory_size);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(memory);
	return failed;
}
