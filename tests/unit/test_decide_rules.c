/* test_decide_rules.c -- the rules that decide() enforces, each attacked with
 * random cases: whatever the market, the limits, the evidence and the history,
 * no decision breaks one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/report.h"
#include "governance/limiter/limiter.h"
#include "models/decide.h"
#include "models/positions/aave_engine.h"
#include "tests/support/points.h"
#include "tests/support/sample_case.h"

#include "tests/unit/decide_trial.h"

#define RANDOM_CASES 48

static const struct decision *made(void)
{
	return &trial.out.signed_decision.decision;
}

static size_t asset_of(const struct tuple *tuple)
{
	return tuple->asset[0] == 0x11 ? 0 : 1;
}

static bool fully_proven(void)
{
	return trial.policy.development || claimed == EVIDENCE_A;
}

static const struct tuple_state *limits_of(const struct tuple *tuple)
{
	const struct reserve *r = &trial.reserves[asset_of(tuple)];

	for (uint8_t k = 0; k < r->kind_count; k++)
		if (r->kinds[k].kind == tuple->kind)
			return &r->kinds[k];
	return NULL;
}

/* The limiter itself takes the tuple, now, as it stands. */
static void is_reachable(const struct tuple *tuple)
{
	const struct tuple_state *state = limits_of(tuple);
	struct limiter_query query;
	struct limiter_answer answer;

	assert_non_null(state);
	limiter_query_of(&query, tuple, state, &trial.in.steward,
			 trial.in.anchor_time_s);
	query.evidence = claimed;
	assert_true(limiter_accepts(limiter_check(&query, &answer)));
}

static void is_coherent(const struct tuple *tuple)
{
	const u128 *v = tuple->new_values;

	if (tuple->kind != KIND_COLLATERAL)
		return;
	assert_true(v[0] <= v[1] && v[1] > 0);
	assert_true((v[1] * v[2] + 5000) / 10000 <= 10000);
}

/* Members move in one step toward their targets, none beyond, none back. */
static void moves_toward_targets(const struct tuple *tuple)
{
	const struct component_report *c =
		trial.report.assets[asset_of(tuple)].components;
	int first = tuple->kind == KIND_COLLATERAL   ? COMPONENT_LTV
		    : tuple->kind == KIND_SUPPLY_CAP ? COMPONENT_SUPPLY_CAP
						     : COMPONENT_BORROW_CAP;

	for (uint8_t i = 0; i < tuple->count; i++) {
		u128 from = tuple->old_values[i], to = tuple->new_values[i];
		u128 target = c[first + i].target;

		if (to == from || !from)
			continue;
		assert_true(to > from ? target >= to : target <= to);
	}
}

/* Rules 1 and 4: whole tuples inside the limiter, and what binds has a name. */
static void reachable_or_nothing(void **state)
{
	size_t moved = 0;

	(void)state;
	for (int i = 0; i < RANDOM_CASES; i++) {
		run_random(false);
		for (size_t t = 0; t < made()->tuple_count; t++) {
			const struct tuple *tuple = &made()->tuples[t];

			if (made()->outcome == OUTCOME_FREEZE)
				continue;
			is_reachable(tuple);
			is_coherent(tuple);
			moves_toward_targets(tuple);
			moved++;
		}
		for (size_t a = 0; a < 2; a++)
			for (int k = 0; k < COMPONENT_OPTIMAL; k++) {
				const struct component_report *c =
					&trial.report.assets[a].components[k];

				if (c->target != c->unconstrained)
					assert_true(*c->binding);
			}
	}
	assert_true(moved > RANDOM_CASES / 3);
}

static u128 health_at(const struct position *position, bool proposed)
{
	struct engine_market market = { .reserve_count = 2 };
	struct engine_holding h[2];
	struct engine_account account = { position->emode, 2, h };
	struct engine_totals totals;

	for (size_t r = 0; r < 2; r++) {
		const struct component_report *lt =
			&trial.report.assets[r].components[COMPONENT_LT];

		market.reserves[r] = (struct engine_reserve){
			.price_e8 = trial.reserves[r].price_e8,
			.unit = r ? 1000000u : ETHER,
			.lt_bps = (uint32_t)(proposed ? lt->chosen
						      : lt->current),
			.lb_bps = 10500 };
	}
	market.category_count = 1;
	market.categories[0] = (struct engine_category){ 1, 9000, 10200, 1 };
	for (size_t k = 0; k < 2; k++)
		h[k] = (struct engine_holding){
			position->holdings[k].reserve,
			position->holdings[k].collateral,
			position->holdings[k].supplied,
			position->holdings[k].borrowed };
	assert_int_equal(engine_totals(&totals, &account, &market), OK);
	return totals.health_e18;
}

/* Rule 2. */
static void no_decision_alone_liquidates(void **state)
{
	size_t cuts = 0;

	(void)state;
	for (int i = 0; i < RANDOM_CASES; i++) {
		const struct component_report *lt;

		run_random(false);
		for (size_t p = 0; p < 8; p++)
			assert_true(health_at(&trial.positions[p], false) <
					    ENGINE_HEALTH_ONE ||
				    health_at(&trial.positions[p], true) >=
					    ENGINE_HEALTH_ONE);
		lt = &trial.report.assets[0].components[COMPONENT_LT];
		cuts += lt->chosen < lt->current;
	}
	assert_true(cuts > RANDOM_CASES / 12);
}

static bool loosens(const struct tuple *tuple)
{
	return limiter_tuple_loosens(tuple);
}

/* Rules 3 and 8: what may never be loosened is not. */
static void loosening_is_earned(void **state)
{
	size_t loosened = 0;

	(void)state;
	for (int i = 0; i < RANDOM_CASES; i++) {
		run_random(false);
		for (size_t t = 0; t < made()->tuple_count; t++) {
			const struct tuple *tuple = &made()->tuples[t];
			const struct reserve *r =
				&trial.reserves[asset_of(tuple)];
			uint64_t now = trial.in.anchor_time_s;

			if (!loosens(tuple))
				continue;
			loosened++;
			assert_true(fully_proven());
			assert_false(r->flags &
				     (RESERVE_FROZEN | RESERVE_PAUSED |
				      RESERVE_LTV_ZERO | RESERVE_ISOLATED |
				      RESERVE_SILOED));
			assert_true(!r->outside_change_s ||
				    now - r->outside_change_s >=
					    trial.policy.outside_hold_s);
			assert_true(tuple->old_values[0] > 0);
		}
	}
	assert_true(loosened > RANDOM_CASES / 20);
}

/* Classes B and C tighten LTV and caps, and nothing else. */
static void weak_evidence_touches_ltv_and_caps_only(void **state)
{
	size_t seen[4] = { 0 };

	(void)state;
	production = true;
	for (int i = 0; i < RANDOM_CASES; i++) {
		run_random(whole_between(0, 1));
		seen[claimed]++;
		for (size_t t = 0; t < made()->tuple_count; t++) {
			const struct tuple *tuple = &made()->tuples[t];

			if (claimed == EVIDENCE_A)
				continue;
			assert_true(tuple->kind == KIND_COLLATERAL ||
				    tuple->kind == KIND_SUPPLY_CAP ||
				    tuple->kind == KIND_BORROW_CAP);
			assert_false(loosens(tuple));
			if (tuple->kind != KIND_COLLATERAL)
				continue;
			assert_true(tuple->new_values[0] <
				    tuple->old_values[0]);
			assert_true(tuple->new_values[1] ==
				    tuple->old_values[1]);
			assert_true(tuple->new_values[2] ==
				    tuple->old_values[2]);
		}
		assert_int_not_equal(made()->outcome, OUTCOME_FREEZE);
	}
	production = false;
	assert_true(seen[EVIDENCE_A] && seen[EVIDENCE_B] && seen[EVIDENCE_C]);
}

/* The tighter of what is proven and of everything: less proven is never
 * looser. */
static void less_proof_is_never_looser(void **state)
{
	(void)state;
	production = true;
	for (int i = 0; i < RANDOM_CASES / 3; i++) {
		uint64_t targets[2], start = random_state;

		run_random(false);
		if (claimed != EVIDENCE_A)
			continue;
		for (size_t a = 0; a < 2; a++)
			targets[a] = trial.report.assets[a]
					     .components[COMPONENT_LTV]
					     .target;
		forget_depth = true;
		random_state = start;
		run_random(false);
		forget_depth = false;
		assert_int_equal(claimed, EVIDENCE_B);
		for (size_t a = 0; a < 2; a++)
			assert_true(trial.report.assets[a]
					    .components[COMPONENT_LTV]
					    .target <= targets[a]);
	}
	production = false;
}

/* Too much is unproven: no threshold is cut. */
static void unproven_debt_keeps_thresholds(void **state)
{
	size_t low = 0;

	(void)state;
	for (int i = 0; i < RANDOM_CASES / 2; i++) {
		run_random(true);
		if (trial.report.coverage_ppm +
			    trial.policy.coverage_tolerance_ppm >= 1000000)
			continue;
		low++;
		for (size_t a = 0; a < 2; a++) {
			const struct component_report *lt =
				&trial.report.assets[a]
					 .components[COMPONENT_LT];

			assert_true(lt->chosen >= lt->current);
		}
	}
	assert_true(low > 0);
}

static uint64_t wanted_before[2][TARGET_VALUES];

static void remembered(struct state *state)
{
	for (size_t a = 0; a < 2; a++) {
		state->assets[a].target_count = 1;
		for (size_t k = 0; k < TARGET_VALUES; k++) {
			wanted_before[a][k] = k < 3 ? whole_between(4000, 9500)
						    : whole_between(1, 4000000);
			state->assets[a].targets[0][k] = wanted_before[a][k];
		}
	}
}

/* Loosening goes no farther than an epoch before wanted; and today's targets
 * stand in the next state. */
static void loosening_waits_for_every_recent_epoch(void **state)
{
	size_t held = 0;

	(void)state;
	sample_state_change = remembered;
	for (int i = 0; i < RANDOM_CASES; i++) {
		struct state next;

		run_random(false);
		if (trial.policy.history_epochs < 2)
			continue;
		for (size_t a = 0; a < 2; a++)
			for (int k = 0; k < TARGET_VALUES; k++) {
				const struct component_report *c =
					&trial.report.assets[a].components[k];

				if (k == COMPONENT_LB || !c->current ||
				    c->chosen <= c->current)
					continue;
				assert_true(c->chosen <= wanted_before[a][k]);
				held += c->target > wanted_before[a][k];
			}
		assert_int_equal(state_decode(&next, trial.out.state), OK);
		if (!made()->tuple_count)
			continue;
		assert_int_equal(next.assets[0].target_count, 2);
		assert_int_equal(next.assets[0].targets[1][0],
				 wanted_before[0][0]);
	}
	sample_state_change = NULL;
	assert_true(held > 0);
}

static void silence_is_impossible(void **state)
{
	(void)state;
	for (int i = 0; i < RANDOM_CASES / 3; i++) {
		run_random(false);
		assert_true(made()->outcome >= OUTCOME_UPDATE &&
			    made()->outcome <= OUTCOME_FREEZE);
		assert_int_equal(made()->tuple_count > 0,
				 made()->outcome != OUTCOME_HOLD);
		assert_true(made()->tuple_count || made()->reasons);
	}
}

static int tear_down(void **state)
{
	(void)state;
	free(trial.memory);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reachable_or_nothing),
		cmocka_unit_test(no_decision_alone_liquidates),
		cmocka_unit_test(loosening_is_earned),
		cmocka_unit_test(weak_evidence_touches_ltv_and_caps_only),
		cmocka_unit_test(less_proof_is_never_looser),
		cmocka_unit_test(unproven_debt_keeps_thresholds),
		cmocka_unit_test(loosening_waits_for_every_recent_epoch),
		cmocka_unit_test(silence_is_impossible),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
