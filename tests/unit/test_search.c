/* test_search.c -- the lattice search on problems whose answers are known: by
 * hand, and by trying every point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/choice/search.h"
#include "tests/support/points.h"

/* Linear worths; allowed is a budget on weights * thresholds less what larger
 * bonuses save. */
struct world {
	double worth[ASSETS_MAX], weight[ASSETS_MAX], saved, budget;
	uint32_t product; /* closed form: lt * lb at most this * 10000 */
	int asked;
};

static uint32_t highest(void *context, size_t asset, uint32_t lb_bps)
{
	const struct world *world = context;

	(void)asset;
	assert_true(lb_bps > 0); /* a fixed asset's may be 0 */
	return world->product * 10000u / lb_bps;
}

static double worth(void *context, size_t asset, uint32_t lt_bps)
{
	const struct world *world = context;

	return world->worth[asset] * (double)lt_bps;
}

static bool affordable(const struct world *world,
		       const struct search_point *point, size_t count)
{
	double sum = 0.0;

	for (size_t a = 0; a < count; a++)
		sum += world->weight[a] * (double)point->lt_bps[a] -
		       world->saved * (double)(point->lb_bps[a] - 10000);
	return sum <= world->budget;
}

static size_t assets;

/* What was told to come next, and how often it did. */
static struct search_point foretold;
static uint32_t fulfilled;

static enum status allowed(bool *out, void *context,
			   const struct search_point *point,
			   const struct search_point *next)
{
	struct world *world = context;

	fulfilled += !memcmp(point, &foretold, sizeof(foretold));
	memset(&foretold, 0, sizeof(foretold));
	if (next)
		foretold = *next;
	world->asked++;
	*out = affordable(world, point, assets);
	return OK;
}

static struct search_problem problem_of(size_t count, uint32_t lowest,
					uint32_t bonuses)
{
	struct search_problem problem = { .count = count,
					  .evaluations_max = 2000 };

	for (size_t a = 0; a < count; a++)
		problem.ranges[a] = (struct search_range){ lowest, 10500, 50,
							   bonuses };
	assets = count;
	return problem;
}

static double total(const struct world *world, const struct search_point *p)
{
	double sum = 0.0;

	for (size_t a = 0; a < assets; a++)
		sum += world->worth[a] * (double)p->lt_bps[a];
	return sum;
}

static void the_top_is_taken_at_once(void **state)
{
	struct search_problem problem = problem_of(3, 1000, 5);
	struct world world = { { 1, 2, 3 }, { 1, 1, 1 }, 0.0, 1e9, 9000, 0 };
	struct search_rules rules = { &world, highest, worth, allowed };
	struct search_result result;

	(void)state;
	assert_int_equal(search_lattice(&result, &problem, &rules), OK);
	assert_true(result.feasible && !result.bound);
	assert_int_equal(result.evaluations, 1);
	for (size_t a = 0; a < 3; a++) {
		assert_int_equal(result.point.lb_bps[a], 10500);
		assert_int_equal(result.point.lt_bps[a], 9000u * 10000 / 10500);
	}
}

/* Whoever walks ahead does not walk in vain. */
static void most_of_what_is_foretold_comes(void **state)
{
	struct search_problem problem = problem_of(3, 1000, 2);
	struct world world = { { 1, 2, 3 }, { 1, 1, 2 }, 0.0, 20000.0, 9000,
			       0 };
	struct search_rules rules = { &world, highest, worth, allowed };
	struct search_result result;

	(void)state;
	fulfilled = 0;
	assert_int_equal(search_lattice(&result, &problem, &rules), OK);
	assert_true(result.evaluations > 50);
	assert_int_equal(result.evaluations, world.asked);
	assert_true(2 * fulfilled > result.evaluations);
}

/* Thresholds so low that everybody is sold at once are refused too. */
static enum status between(bool *out, void *context,
			   const struct search_point *point,
			   const struct search_point *next)
{
	struct world *world = context;

	(void)next;
	world->asked++;
	*out = point->lt_bps[0] >= 4000 && point->lt_bps[0] <= 6100 &&
	       point->lt_bps[1] >= 3000 && point->lt_bps[1] <= 7200;
	return OK;
}

static void a_band_above_the_floor_is_found(void **state)
{
	struct search_problem problem = problem_of(2, 1000, 1);
	struct world world = { { 1, 2 }, { 1, 1 }, 0.0, 0.0, 9000, 0 };
	struct search_rules rules = { &world, highest, worth, between };
	struct search_result result;

	(void)state;
	assert_int_equal(search_lattice(&result, &problem, &rules), OK);
	assert_true(result.feasible && result.bound);
	assert_int_equal(result.point.lt_bps[0], 6100);
	assert_int_equal(result.point.lt_bps[1], 7200);
}

static void nothing_allowed_is_said(void **state)
{
	struct search_problem problem = problem_of(2, 1000, 3);
	struct world world = { { 1, 1 }, { 1, 1 }, 0.0, 1999.0, 9000, 0 };
	struct search_rules rules = { &world, highest, worth, allowed };
	struct search_result result;

	(void)state;
	assert_int_equal(search_lattice(&result, &problem, &rules), OK);
	assert_false(result.feasible);
	assert_int_equal(result.point.lt_bps[0], 1000);
	world.budget = 2000.0;
	assert_int_equal(search_lattice(&result, &problem, &rules), OK);
	assert_true(result.feasible && result.bound);
	assert_int_equal(result.point.lt_bps[0] + result.point.lt_bps[1], 2000);
	problem.ranges[1].lt_lowest_bps = 9999;
	assert_int_equal(search_lattice(&result, &problem, &rules), E_INPUT);
}

/* Every point of both lattices. */
static double exhaustive(const struct world *world,
			 const struct search_problem *problem)
{
	const struct search_range *r = problem->ranges;
	struct search_point p;
	double best = -1.0;

	for (uint32_t i = 0; i < r[0].lb_count; i++)
		for (uint32_t j = 0; j < r[1].lb_count; j++) {
			p.lb_bps[0] = r[0].lb_first_bps + i * r[0].lb_step_bps;
			p.lb_bps[1] = r[1].lb_first_bps + j * r[1].lb_step_bps;
			for (uint32_t x = r[0].lt_lowest_bps;
			     x <= world->product * 10000u / p.lb_bps[0]; x++)
				for (uint32_t y = r[1].lt_lowest_bps;
				     y <= world->product * 10000u / p.lb_bps[1];
				     y++) {
					p.lt_bps[0] = x;
					p.lt_bps[1] = y;
					if (affordable(world, &p, 2) &&
					    total(world, &p) > best)
						best = total(world, &p);
				}
		}
	return best;
}

/* What does not move, as a reserve that backs nothing, is not looked at. */
static void a_fixed_asset_stays(void **state)
{
	struct search_problem problem = problem_of(3, 1000, 2);
	struct world world = { { 1, 2, 3 }, { 1, 0, 2 }, 0.0, 20000.0, 9000,
			       0 };
	struct search_rules rules = { &world, highest, worth, allowed };
	struct search_result result;

	(void)state;
	problem.ranges[1] = (struct search_range){ 0, 0, 0, 0 };
	assert_int_equal(search_lattice(&result, &problem, &rules), OK);
	assert_true(result.feasible && result.bound);
	assert_int_equal(result.point.lt_bps[1], 0);
	assert_int_equal(result.point.lb_bps[1], 0);
	assert_in_range(result.point.lt_bps[0] + 2 * result.point.lt_bps[2],
			19998, 20000);
}

static void near_the_best_of_all_points(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++) {
		struct search_problem problem = problem_of(2, 1000, 3);
		struct world world = { { uniform(0.2, 5), uniform(0.2, 5) },
				       { uniform(0.2, 5), uniform(0.2, 5) },
				       uniform(0.0, 0.5), 0.0, 1120, 0 };
		struct search_rules rules = { &world, highest, worth, allowed };
		struct search_result result;
		double best;

		world.budget = uniform(0.97, 1.05) * 1020.0 *
			       (world.weight[0] + world.weight[1]);
		best = exhaustive(&world, &problem);
		assert_int_equal(search_lattice(&result, &problem, &rules),
				 OK);
		assert_int_equal(result.feasible, best >= 0.0);
		assert_true((uint32_t)world.asked == result.evaluations);
		if (!result.feasible)
			continue;
		assert_true(affordable(&world, &result.point, 2));
		assert_true(total(&world, &result.point) >= 0.999 * best);
	}
}

static void the_limit_of_evaluations_holds(void **state)
{
	(void)state;
	for (uint32_t most = 3; most < 40; most++) {
		struct search_problem problem = problem_of(6, 1000, 8);
		struct world world = { { 1, 2, 3, 4, 5, 6 },
				       { 6, 5, 4, 3, 2, 1 }, 0.01, 60000.0,
				       9000, 0 };
		struct search_rules rules = { &world, highest, worth, allowed };
		struct search_result result;

		problem.evaluations_max = most;
		assert_int_equal(search_lattice(&result, &problem, &rules),
				 OK);
		assert_in_range(world.asked, 1, most);
		assert_true(result.feasible);
		assert_true(affordable(&world, &result.point, 6));
	}
}

static double found_with(uint32_t evaluations, struct world *world)
{
	struct search_problem problem = problem_of(6, 6000, 3);
	struct search_rules rules = { world, highest, worth, allowed };
	struct search_result result;

	problem.evaluations_max = evaluations;
	assert_int_equal(search_lattice(&result, &problem, &rules), OK);
	assert_true(result.feasible);
	return total(world, &result.point);
}

/* Six assets, of which any may be bound by its closed form alone: two dozen
 * questions find nine tenths of what there is to gain, a hundred 99 %. */
static void few_questions_find_most(void **state)
{
	double missed_24 = 0.0, missed_100 = 0.0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct world world = { .product = 8000 };
		double most, gain = 0.0, weights = 0.0;

		for (size_t a = 0; a < 6; a++) {
			world.worth[a] = uniform(0.2, 5.0);
			world.weight[a] = i >> a & 1 ? uniform(0.2, 5.0) : 0.0;
			gain += (8000.0 * 10000.0 / 10500.0 - 6000.0) *
				world.worth[a];
			weights += world.weight[a];
		}
		world.budget = uniform(6100.0, 7600.0) * weights;
		most = found_with(2000, &world);
		missed_24 += (most - found_with(24, &world)) / gain;
		missed_100 += (most - found_with(100, &world)) / gain;
	}
	assert_true(missed_24 / 200.0 < 0.1);
	assert_true(missed_100 / 200.0 < 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_top_is_taken_at_once),
		cmocka_unit_test(most_of_what_is_foretold_comes),
		cmocka_unit_test(a_band_above_the_floor_is_found),
		cmocka_unit_test(nothing_allowed_is_said),
		cmocka_unit_test(a_fixed_asset_stays),
		cmocka_unit_test(near_the_best_of_all_points),
		cmocka_unit_test(the_limit_of_evaluations_holds),
		cmocka_unit_test(few_questions_find_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
