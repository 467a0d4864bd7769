/* decide_trial.h -- a random case, decided: the harness of the tests that attack
 * decide()'s rules.  Included once a test program. */
#ifndef TESTS_UNIT_DECIDE_TRIAL_H
#define TESTS_UNIT_DECIDE_TRIAL_H

#include <stdlib.h>
#include <string.h>

#include "case/report.h"
#include "governance/limiter/limiter.h"
#include "models/decide.h"
#include "tests/support/points.h"
#include "tests/support/sample_case.h"

#define ETHER ((u128)1000000000000000000u)

/* The case as it was decided, and what came of it. */
struct trial {
	struct case_input in;
	struct reserve reserves[2];
	struct position positions[8];
	struct holding holdings[8][2];
	struct policy policy;
	struct authenticity proven;
	uint8_t known[8]; /* positions that are proven */
	enum status status;
	struct decide_output out;
	struct report report;
	uint8_t *memory;
};

static struct trial trial;
static bool production;   /* else a development policy */
static bool forget_depth; /* the same case without proof of depth */
static uint8_t claimed;   /* class that the case claims */

static void random_limits(struct reserve *r, uint64_t now_s)
{
	for (uint8_t k = 0; k < r->kind_count; k++) {
		struct tuple_state *state = &r->kinds[k];

		if (!whole_between(0, 9))
			memset(&state->limit, 0, sizeof(state->limit));
		state->limit.min_delay_tighten_s = 3600;
		state->last_change_s =
			whole_between(0, 2) ? 0 : now_s - whole_between(1, 7200);
		for (uint8_t i = 0; i < state->limit.count; i++) {
			struct component_limit *c = &state->limit.components[i];

			c->step_tighten = whole_between(1, 900);
			c->step_loosen = whole_between(1, 300);
			c->allowance_tighten =
				c->step_tighten * whole_between(1, 3);
			c->allowance_loosen =
				c->step_loosen * whole_between(1, 3);
			state->tighten[i] = (struct bucket){
				(u128)whole_between(0, c->allowance_tighten) *
					LIMITER_UNIT_E18,
				now_s - whole_between(1, 86400) };
		}
	}
}

static void random_reserve(struct reserve *r, uint64_t now_s)
{
	r->lt_bps = (uint32_t)whole_between(5000, 9000);
	r->ltv_bps = r->lt_bps - (uint32_t)whole_between(0, 1500);
	r->lb_bps = 10000 + (uint32_t)whole_between(200, 1000);
	r->supply_cap = whole_between(0, 3) ? whole_between(60000, 3000000) : 0;
	r->borrow_cap = whole_between(0, 3) ? whole_between(20000, 900000) : 0;
	if (!whole_between(0, 4))
		r->outside_change_s = now_s - whole_between(1, 1000000);
	if (!whole_between(0, 6))
		r->flags |= 1u << whole_between(1, 6);
	random_limits(r, now_s);
}

static void random_account(struct position *position, struct holding *h,
			   const struct reserve *reserves)
{
	double price = (double)reserves[0].price_e8 * 1e-8;
	double tokens = uniform(1.0, 3000.0);

	position->count = 2;
	position->emode = whole_between(0, 5) ? 0 : 1;
	position->holdings = h;
	h[0] = (struct holding){ 0, true, (u128)(tokens * 1e6) * (ETHER / 1000000),
				 0 };
	h[1] = (struct holding){ 1, false, 0,
				 (u128)(tokens * price * 1e6 *
					(double)reserves[0].lt_bps / 10000.0 *
					uniform(0.3, 1.02)) };
}

/* Most assets want to move one way or the other. */
static void random_policy(struct policy *policy)
{
	policy->development = !production;
	policy->history_epochs = (uint32_t)whole_between(1, 8);
	policy->outside_hold_s = (uint32_t)whole_between(0, 1000000);
	policy->cut_liquidates_usd_max = 0;
	policy->coverage_tolerance_ppm = (uint32_t)whole_between(0, 300000);
	policy->loss_budget_usd = whole_between(1, 5000000);
	for (size_t i = 0; i < 2; i++) {
		struct asset_policy *a = &policy->assets[i];

		a->lt_ceiling_bps = (uint32_t)whole_between(5500, 9300);
		a->ltv_ceiling_bps = a->lt_ceiling_bps -
				     (uint32_t)whole_between(0, 1000);
		a->loss_budget_usd = whole_between(1, 5000000);
		a->collateral = whole_between(0, 5) > 0;
		a->borrowable = whole_between(0, 5) > 0;
	}
}

static void random_case(struct case_input *in, struct policy *policy)
{
	random_policy(policy);
	in->steward.development = policy->development;
	for (uint8_t r = 0; r < 2; r++)
		random_reserve(&in->reserves[r], in->anchor_time_s);
	memcpy(trial.reserves, in->reserves, sizeof(trial.reserves));
	in->positions = trial.positions;
	in->position_count = 8;
	for (uint32_t i = 0; i < 8; i++) {
		memset(trial.positions[i].account, (int)(0x40 + i),
		       ADDRESS_SIZE);
		random_account(&trial.positions[i], trial.holdings[i],
			       in->reserves);
	}
	trial.proven = (struct authenticity){
		.market = whole_between(0, 4) > 0, .positions = trial.known };
	for (size_t i = 0; i < 8; i++)
		trial.known[i] = whole_between(0, 9) > 0;
	for (size_t i = 0; i < 2; i++) {
		trial.proven.prices[i] = whole_between(0, 7) > 0;
		trial.proven.bars[i] = whole_between(0, 7) > 0;
		trial.proven.depth[i] = whole_between(0, 7) > 0;
	}
	for (size_t i = 0; i < 2 && forget_depth; i++)
		trial.proven.depth[i] = false;
	in->evidence = claimed;
	trial.in = *in;
	trial.policy = *policy;
}

static void run(bool unproven, void (*change)(struct case_input *,
					      struct policy *))
{
	struct bytes bytes = sample_decidable(&(struct sample_design){
		2100, 30, unproven, change });
	size_t size = decide_memory(bytes);
	struct arena arena;

	free(trial.memory);
	trial.memory = malloc(size);
	assert_non_null(trial.memory);
	arena_init(&arena, trial.memory, size);
	trial.status = decide(&trial.out, bytes, &trial.proven, &arena, NULL);
	if (!trial.status)
		assert_int_equal(
			report_decode(&trial.report,
				      trial.out.signed_decision.report),
			OK);
}

/* A random case at the best class that its evidence makes. */
static void run_random(bool unproven)
{
	uint64_t start = random_state;

	for (claimed = EVIDENCE_A; claimed <= EVIDENCE_C; claimed++) {
		random_state = start;
		run(unproven, random_case);
		if (trial.status != E_AUTHENTIC)
			break;
	}
	assert_int_equal(trial.status, OK);
}

#endif
