/* test_optimality.c -- the chosen lattice point against every point of small
 * random markets: within 0.1 % of the best objective, and inside every
 * constraint.  The stages of decide() are run one by one, since exhaustive
 * search needs the losses at points that decide() would never visit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/decide_work.h"
#include "tests/support/points.h"
#include "tests/support/sample_case.h"

#define MARKETS 200
#define MEMORY ((size_t)160 << 20)

static uint8_t *memory;
static struct decide_work *work;
static struct arena arena;
static bool two_assets;

static void random_positions(struct case_input *in)
{
	for (uint32_t i = 0; i < in->position_count; i++) {
		struct holding *h = in->positions[i].holdings;
		double price = (double)in->reserves[0].price_e8 * 1e-8;
		double tokens = uniform(200.0, 4000.0);

		h[0].supplied = (u128)(tokens * 1e6) * 1000000000000u;
		h[1].supplied = 0;
		h[1].collateral = two_assets;
		if (two_assets)
			h[1].supplied = (u128)(uniform(0.0, 0.5) * tokens *
					       price * 1e6);
		h[1].borrowed = (u128)(tokens * price * 1e6 *
				       uniform(0.55, 0.68)) +
				h[1].supplied / 2;
	}
}

/* Thin depth, so that losses depend on thresholds and bonuses; lattices of a
 * few points each. */
static void small_market(struct case_input *in, struct policy *policy)
{
	uint32_t low = (uint32_t)whole_between(6800, 7200);

	random_positions(in);
	policy->relever_share_ppm = 1000000;
	policy->stressed_size_usd = 1;
	policy->lb_step_bps = (uint32_t)whole_between(100, 400);
	policy->weight_revenue_ppm = (uint32_t)whole_between(0, 1000000);
	policy->gap_quantile_ppm = 900000;
	policy->oracle_lag_s = 0;
	policy->path_count = 100;
	policy->step_s = 14400;
	policy->scenario_budget_usd = 1000000000000;
	policy->stress_depth_bps = (uint32_t)whole_between(400, 3000);
	for (size_t i = 0; i < 2; i++) {
		struct asset_policy *asset = &policy->assets[i];

		asset->loss_budget_usd = 1000000000000;
		asset->collateral = i == 0 || two_assets;
		asset->lt_floor_bps = low;
		asset->lt_ceiling_bps = low + (two_assets ? 5u : 24u);
		asset->ltv_floor_bps = 0;
		asset->liquidity_share_bps = (uint32_t)whole_between(5, 60);
		if (i == 0)
			asset->volatility_floor_bps =
				(uint32_t)whole_between(20000, 40000);
		asset->ltv_ceiling_bps = low;
		asset->lb_floor_bps = 10400;
		asset->lb_ceiling_bps = 10400 + (two_assets ? 1u : 3u) *
							policy->lb_step_bps;
		in->reserves[i].lt_bps = low + 3;
		in->reserves[i].ltv_bps = low;
		in->reserves[i].lb_bps = 10400;
		if (!asset->collateral) /* as the chain has a debt-only one */
			in->reserves[i].lt_bps = in->reserves[i].ltv_bps =
				in->reserves[i].lb_bps = 0;
	}
}

static enum status prepare(void)
{
	struct bytes bytes = sample_decidable(&(struct sample_design){
		2100, 2, false, small_market });
	enum status status;

	arena_init(&arena, memory, MEMORY);
	work = ARENA_NEW(&arena, struct decide_work, 1);
	work->arena = &arena;
	work->view = VIEW_EVERYTHING;
	status = decide_read(work, bytes);
	if (status)
		return status;
	decide_judge_inputs(work);
	status = decide_advance(work);
	if (!status)
		status = decide_forecast(work);
	if (!status)
		status = decide_book(work);
	return status ? status : decide_rates(work);
}

/* Constraint a at a point, over every path. */
static bool allowed(const struct decide_parameters *at)
{
	struct decide_loss_summary losses;

	assert_int_equal(decide_losses(&losses, work, at, 0.0), OK);
	return losses.es_upper_usd <= (double)work->policy.loss_budget_usd;
}

/* Borrowing power and revenue are linear in LTV: the objective of a point is
 * the sum over the managed assets of collateral times LTV, and its revenue in
 * proportion; here with one weight, since both are linear. */
static double objective(const struct decide_parameters *at)
{
	double sum = 0.0;

	for (size_t i = 0; i < work->asset_count; i++) {
		const struct asset_work *asset = &work->assets[i];
		double usd = (double)asset->risk.supply_use *
			     asset->risk.price_usd;

		if (asset->policy->collateral)
			sum += usd * (double)largest_ltv(asset->policy,
							 &asset->risk,
							 at->lt_bps[i]);
	}
	return sum;
}

struct best {
	double value;
	bool found;
};

static void try_point(struct best *best, const struct decide_parameters *at)
{
	double value = objective(at);

	if (best->found && value <= best->value)
		return;
	if (!allowed(at))
		return;
	best->found = true;
	best->value = value;
}

static bool closed(size_t i, uint32_t lt, uint32_t lb)
{
	const struct asset_work *asset = &work->assets[i];

	return lt <= largest_threshold(&work->policy, asset->policy,
				       &asset->risk,
				       asset->targets.stressed_impact, lb);
}

/* Loss at the lowest or at the highest thresholds of the lattice. */
static double loss_at_end(bool highest)
{
	struct decide_loss_summary losses;
	struct decide_parameters at;

	decide_parameters_now(&at, work);
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct asset_policy *p = work->assets[i].policy;

		if (p->collateral)
			at.lt_bps[i] = highest ? p->lt_ceiling_bps
					       : p->lt_floor_bps;
	}
	assert_int_equal(decide_losses(&losses, work, &at, 0.0), OK);
	return losses.es_upper_usd;
}

/* Most budgets lie between the losses at both ends of the lattice. */
static void choose_budget(void)
{
	double low = loss_at_end(false), high = loss_at_end(true);

	work->policy.loss_budget_usd =
		(uint64_t)(low + uniform(-0.1, 1.1) * (high - low)) + 1;
}

/* Every threshold and bonus of asset i from the loosest down; asset 1 inside
 * when both are managed. */
static void try_all(struct best *best, struct decide_parameters *at, size_t i)
{
	const struct asset_work *asset = &work->assets[i];
	const struct asset_policy *p = asset->policy;

	if (i == work->asset_count) {
		try_point(best, at);
		return;
	}
	if (!p->collateral) {
		try_all(best, at, i + 1);
		return;
	}
	for (uint32_t lb = least_bonus(&work->policy, p,
				       asset->targets.stressed_impact);
	     lb <= p->lb_ceiling_bps; lb += work->policy.lb_step_bps)
		for (uint32_t lt = p->lt_ceiling_bps; lt >= p->lt_floor_bps;
		     lt--) {
			at->lt_bps[i] = lt;
			at->lb_bps[i] = lb;
			if (closed(i, lt, lb))
				try_all(best, at, i + 1);
		}
}

static void chosen_point(struct decide_parameters *at)
{
	decide_parameters_now(at, work);
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct target *t = work->assets[i].targets.components;

		if (!work->assets[i].policy->collateral)
			continue;
		at->lt_bps[i] = (uint32_t)t[COMPONENT_LT].value;
		at->lb_bps[i] = (uint32_t)t[COMPONENT_LB].value;
	}
}

static bool is_conflict(void)
{
	for (size_t i = 0; i < work->asset_count; i++)
		if (work->assets[i].targets.components[COMPONENT_LT].conflict)
			return true;
	return false;
}

struct tally {
	int bound, infeasible;
};

static void compare_market(struct tally *tally)
{
	struct decide_parameters at;
	struct best best = { 0.0, false };
	double value;

	assert_int_equal(prepare(), OK);
	choose_budget();
	assert_int_equal(decide_targets(work), OK);
	decide_parameters_now(&at, work);
	try_all(&best, &at, 0);
	assert_int_equal(is_conflict(), !best.found);
	if (!best.found) {
		tally->infeasible++;
		return;
	}
	chosen_point(&at);
	value = objective(&at);
	assert_true(allowed(&at));
	for (size_t i = 0; i < work->asset_count; i++)
		assert_true(!work->assets[i].policy->collateral ||
			    closed(i, at.lt_bps[i], at.lb_bps[i]));
	assert_true(value >= best.value * 0.999);
	assert_true(value <= best.value * 1.000001);
	tally->bound += work->report.screened_evaluations > 0;
}

static void within_a_thousandth_of_the_best_of_all_points(void **state)
{
	struct tally tally = { 0, 0 };

	(void)state;
	for (int i = 0; i < MARKETS; i++) {
		two_assets = i % 2;
		compare_market(&tally);
	}
	print_message("%d of %d markets bound by losses, %d without a value\n",
		      tally.bound, MARKETS, tally.infeasible);
	assert_true(tally.bound > MARKETS / 4);
	assert_true(tally.infeasible < MARKETS / 2);
}

static int set_up(void **state)
{
	(void)state;
	memory = malloc(MEMORY);
	return memory ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(within_a_thousandth_of_the_best_of_all_points),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
