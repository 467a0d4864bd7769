/* test_scenarios.c -- stress paths: sizes worked out by hand, and what must
 * hold of every scenario on random markets. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "case/report.h"
#include "models/loss/scenarios.h"
#include "tests/support/points.h"

#define DAY_S 86400.0
#define STEPS 144
#define ASSETS 7
#define MARKETS 300

static const struct scenario *named(const char *name)
{
	for (size_t i = 0; i < scenario_count(); i++)
		if (!strcmp(scenario_at(i)->name, name))
			return scenario_at(i);
	fail_msg("no scenario %s", name);
	return NULL;
}

static struct scenario_request request_of(const double *deviation,
					  const uint8_t *stable, size_t assets)
{
	return (struct scenario_request){ STEPS, assets, DAY_S / STEPS, DAY_S,
					  deviation, stable };
}

static double lowest(const double *ratios, size_t asset, size_t assets)
{
	double low = 1.0;

	for (size_t k = 0; k < STEPS; k++)
		if (ratios[k * assets + asset] < low)
			low = ratios[k * assets + asset];
	return low;
}

/* Random markets: volatile, stable, staked and kept assets. */
static void draw(double *deviation, uint8_t *stable)
{
	for (size_t i = 0; i < ASSETS; i++) {
		deviation[i] = uniform(0.0, 0.25);
		stable[i] = (uint8_t)(whole_between(0, 9) < 6
					      ? SCENARIO_VOLATILE
					      : whole_between(1, 3));
	}
	if (whole_between(0, 9) == 0)
		deviation[0] = deviation[1]; /* ties */
}

static bool depegs(const struct scenario *scenario)
{
	return !strcmp(scenario->name, "usdc-2023") ||
	       !strcmp(scenario->name, "stable-depeg");
}

static void the_table_is_well_formed(void **state)
{
	static const char *const names[] = {
		"black-thursday-2020", "may-2021", "luna-2022", "steth-2022",
		"ftx-2022", "usdc-2023", "crv-2023", "august-2024",
		"october-2025", "flash-crash-recovery", "slow-bleed",
		"correlation-one", "stable-depeg",
	};

	(void)state;
	assert_int_equal(scenario_count(), sizeof(names) / sizeof(names[0]));
	assert_true(scenario_count() <= SCENARIOS_MAX);
	assert_null(scenario_at(scenario_count()));
	for (size_t i = 0; i < scenario_count(); i++) {
		const struct scenario *s = scenario_at(i);
		double time = 0.0, worst = 0.0;

		assert_string_equal(s->name, names[i]);
		assert_true(strlen(s->name) < BINDING_MAX);
		assert_true(s->depth > 0.0 && s->depth <= 1.0);
		assert_true((s->stable_fall > 0.0) == depegs(s));
		assert_true(s->knot_count && s->knot_count <= SCENARIO_KNOTS_MAX);
		for (size_t k = 0; k < s->knot_count; k++) {
			assert_true(s->knots[k].time > time);
			assert_true(s->knots[k].fall >= 0.0 &&
				    s->knots[k].fall <= 1.0);
			time = s->knots[k].time;
			if (s->knots[k].fall > worst)
				worst = s->knots[k].fall;
		}
		assert_true(time == 1.0 && worst == 1.0);
	}
}

/* May 2021 (0.58 or 5 deviations): deviations 4 %, 10 %, 20 %, the median
 * 10 %: 0.58 / 2 (beta at its least), 0.58 and 1.16 (beta 2), all more than
 * 0.2, 0.5 and 1.0.  The bottom is at 0.55 of the day: between steps, so the
 * step after (0.5556) is a little above: 1 - 0.6 * 0.0056 / 0.1 of the fall. */
static void sizes_by_hand(void **state)
{
	const double deviation[] = { 0.04, 0.1, 0.2, 0.01 };
	const uint8_t stable[] = { 0, 0, 0, 1 };
	struct scenario_request request = request_of(deviation, stable, 4);
	double ratios[STEPS * 4];
	const double share = 1.0 - 0.6 * (80.0 / 144.0 - 0.55) / 0.1;

	(void)state;
	scenario_ratios(ratios, named("may-2021"), &request);
	assert_float_equal(ratios[79 * 4], exp(-0.29 * share), 1e-12);
	assert_float_equal(ratios[79 * 4 + 1], exp(-0.58 * share), 1e-12);
	assert_float_equal(ratios[79 * 4 + 2], exp(-1.16 * share), 1e-12);
	assert_true(ratios[79 * 4 + 3] == 1.0);
	assert_float_equal(ratios[143 * 4 + 1], exp(-0.58 * 0.55), 1e-12);
	/* a quarter of the day: a fifth of the fall */
	assert_float_equal(ratios[35 * 4 + 1], exp(-0.58 * 0.2), 1e-12);
}

/* Where deviations are large, they count: 5 * 0.3 > 0.58; the fall is cut at
 * SCENARIO_FALL_MAX. */
static void the_worse_of_both_sizes(void **state)
{
	const double deviation[] = { 0.3, 0.3, 9.0 };
	const uint8_t stable[] = { 0, 2, 0 };
	struct scenario_request request = request_of(deviation, stable, 3);
	double ratios[STEPS * 3];

	(void)state;
	scenario_ratios(ratios, named("slow-bleed"), &request);
	assert_float_equal(ratios[143 * 3], exp(-1.5), 1e-12);
	assert_float_equal(ratios[143 * 3 + 1], exp(-1.5), 1e-12);
	assert_float_equal(ratios[143 * 3 + 2], exp(-SCENARIO_FALL_MAX), 1e-12);
	scenario_ratios(ratios, named("steth-2022"), &request);
	/* 5 * 0.3 and the claim's discount of 0.07; at 0.45 at the end */
	assert_float_equal(ratios[143 * 3], exp(-1.5 * 0.45), 1e-12);
	assert_float_equal(ratios[143 * 3 + 1], exp(-1.57 * 0.45), 1e-12);
}

/* One asset is hit, the others lose a tenth; or all lose alike. */
static void who_is_hit(void **state)
{
	const double deviation[] = { 0.05, 0.05, 0.2 };
	const uint8_t stable[] = { 0, 0, 0 };
	struct scenario_request request = request_of(deviation, stable, 3);
	double ratios[STEPS * 3];

	(void)state;
	scenario_ratios(ratios, named("crv-2023"), &request);
	/* 7 * 0.2 against 0.42 * 2; 0.42 against 7 * 0.05 */
	assert_float_equal(ratios[143 * 3 + 2], exp(-1.4 * 0.65), 1e-12);
	assert_float_equal(ratios[143 * 3], exp(-0.042 * 0.65), 1e-12);
	scenario_ratios(ratios, named("correlation-one"), &request);
	for (size_t i = 0; i < 3; i++)
		assert_float_equal(lowest(ratios, i, 3), exp(-4.0 * 0.2), 1e-12);
}

static void stables_move_in_depegs_alone(void **state)
{
	const double deviation[] = { 0.05, 0.002, 0.002 };
	const uint8_t stable[] = { SCENARIO_VOLATILE, SCENARIO_STABLE,
				   SCENARIO_KEPT };
	struct scenario_request request = request_of(deviation, stable, 3);
	double ratios[STEPS * 3];

	(void)state;
	for (size_t s = 0; s < scenario_count(); s++) {
		const struct scenario *scenario = scenario_at(s);

		scenario_ratios(ratios, scenario, &request);
		for (size_t k = 0; k < STEPS; k++)
			assert_true(ratios[k * 3 + 2] == 1.0);
		assert_true((lowest(ratios, 1, 3) < 0.9) == depegs(scenario));
		assert_true((lowest(ratios, 0, 3) < 0.9) == !depegs(scenario));
		if (!depegs(scenario))
			assert_true(lowest(ratios, 1, 3) == 1.0);
	}
	scenario_ratios(ratios, named("stable-depeg"), &request);
	assert_float_equal(ratios[143 * 3 + 1], exp(-0.35), 1e-12);
}

static void ratios_are_positive_and_begin_at_one(void **state)
{
	double deviation[ASSETS], ratios[STEPS * ASSETS];
	uint8_t stable[ASSETS];

	(void)state;
	for (int m = 0; m < MARKETS; m++) {
		struct scenario_request request;

		draw(deviation, stable);
		request = request_of(deviation, stable, ASSETS);
		for (size_t s = 0; s < scenario_count(); s++) {
			request.step_s = DAY_S / STEPS;
			scenario_ratios(ratios, scenario_at(s), &request);
			for (size_t k = 0; k < STEPS * ASSETS; k++)
				assert_true(ratios[k] <= 1.0 &&
					    ratios[k] >= 0.0497);
			request.step_s = 1.0; /* no jump at the start */
			scenario_ratios(ratios, scenario_at(s), &request);
			for (size_t i = 0; i < ASSETS; i++)
				assert_true(ratios[i] > 0.999);
		}
	}
}

/* Of one asset in its market, and of all at once. */
static void larger_deviations_are_never_milder(void **state)
{
	double deviation[ASSETS], raised[ASSETS];
	double ratios[STEPS * ASSETS], then[STEPS * ASSETS];
	uint8_t stable[ASSETS];

	(void)state;
	for (int m = 0; m < MARKETS; m++) {
		struct scenario_request request, more;
		size_t asset = whole_between(0, ASSETS - 1);
		bool all = m & 1;

		draw(deviation, stable);
		for (size_t i = 0; i < ASSETS; i++)
			raised[i] = deviation[i] * (all ? 2.0 : 1.0);
		if (!all)
			raised[asset] += uniform(0.0, 0.2);
		request = request_of(deviation, stable, ASSETS);
		more = request_of(raised, stable, ASSETS);
		for (size_t s = 0; s < scenario_count(); s++) {
			scenario_ratios(ratios, scenario_at(s), &request);
			scenario_ratios(then, scenario_at(s), &more);
			for (size_t k = 0; k < STEPS; k++)
				for (size_t i = 0; i < ASSETS; i++)
					if (all || i == asset)
						assert_true(
							then[k * ASSETS + i] <=
							ratios[k * ASSETS + i]);
		}
	}
}

/* Within a market the more volatile of two falls at least as far. */
static void the_more_volatile_falls_further(void **state)
{
	double deviation[ASSETS], ratios[STEPS * ASSETS];
	uint8_t stable[ASSETS] = { 0 };

	(void)state;
	for (int m = 0; m < MARKETS; m++) {
		struct scenario_request request =
			request_of(deviation, stable, ASSETS);

		for (size_t i = 0; i < ASSETS; i++)
			deviation[i] = uniform(0.0, 0.25);
		for (size_t s = 0; s < scenario_count(); s++) {
			scenario_ratios(ratios, scenario_at(s), &request);
			for (size_t i = 1; i < ASSETS; i++)
				if (deviation[i] >= deviation[0])
					assert_true(lowest(ratios, i, ASSETS) <=
						    lowest(ratios, 0, ASSETS));
		}
	}
}

static void permuted_assets_permute_the_columns(void **state)
{
	double deviation[ASSETS], turned[ASSETS];
	double ratios[STEPS * ASSETS], then[STEPS * ASSETS];
	uint8_t stable[ASSETS], turned_stable[ASSETS];

	(void)state;
	for (int m = 0; m < MARKETS; m++) {
		struct scenario_request request, other;
		size_t by = whole_between(1, ASSETS - 1);

		draw(deviation, stable);
		for (size_t i = 0; i < ASSETS; i++) { /* 3 i + by: a bijection */
			turned[(3 * i + by) % ASSETS] = deviation[i];
			turned_stable[(3 * i + by) % ASSETS] = stable[i];
		}
		request = request_of(deviation, stable, ASSETS);
		other = request_of(turned, turned_stable, ASSETS);
		for (size_t s = 0; s < scenario_count(); s++) {
			scenario_ratios(ratios, scenario_at(s), &request);
			scenario_ratios(then, scenario_at(s), &other);
			for (size_t k = 0; k < STEPS; k++)
				for (size_t i = 0; i < ASSETS; i++)
					assert_true(
						then[k * ASSETS +
						     (3 * i + by) % ASSETS] ==
						ratios[k * ASSETS + i]);
		}
	}
}

/* Half the steps, twice as long: every second ratio.  A horizon of three days
 * in steps three times as long: the same. */
static void the_shape_does_not_depend_on_steps(void **state)
{
	const double deviation[] = { 0.05, 0.12 };
	const uint8_t stable[] = { 0, 1 };
	struct scenario_request fine = request_of(deviation, stable, 2);
	struct scenario_request coarse = fine, longer = fine;
	double ratios[STEPS * 2], half[STEPS * 2], same[STEPS * 2];

	(void)state;
	coarse.step_count = STEPS / 2;
	coarse.step_s = fine.step_s * 2.0;
	longer.step_s = 4.0 * fine.step_s;
	longer.horizon_s = 4.0 * DAY_S;
	for (size_t s = 0; s < scenario_count(); s++) {
		scenario_ratios(ratios, scenario_at(s), &fine);
		scenario_ratios(half, scenario_at(s), &coarse);
		scenario_ratios(same, scenario_at(s), &longer);
		assert_memory_equal(same, ratios, sizeof(ratios));
		for (size_t k = 0; k < STEPS / 2; k++)
			assert_memory_equal(&half[k * 2], &ratios[4 * k + 2],
					    2 * sizeof(double));
	}
}

/* Steps beyond the horizon stay where the shape ends; bad numbers are held to
 * the least size or the largest. */
static void beyond_the_ordinary(void **state)
{
	const double deviation[] = { (double)NAN, (double)INFINITY, -1.0,
				     0.0 };
	const uint8_t stable[] = { 0, 0, 2, 200 };
	struct scenario_request request = request_of(deviation, stable, 4);
	double ratios[STEPS * 4];

	(void)state;
	request.step_s = DAY_S / 12.0;
	for (size_t s = 0; s < scenario_count(); s++) {
		scenario_ratios(ratios, scenario_at(s), &request);
		for (size_t k = 0; k < STEPS * 4; k++)
			assert_true(ratios[k] >= 0.0497 && ratios[k] <= 1.0);
		for (size_t k = 12; k < STEPS; k++)
			assert_memory_equal(&ratios[k * 4], &ratios[11 * 4],
					    4 * sizeof(double));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_well_formed),
		cmocka_unit_test(sizes_by_hand),
		cmocka_unit_test(the_worse_of_both_sizes),
		cmocka_unit_test(who_is_hit),
		cmocka_unit_test(stables_move_in_depegs_alone),
		cmocka_unit_test(ratios_are_positive_and_begin_at_one),
		cmocka_unit_test(larger_deviations_are_never_milder),
		cmocka_unit_test(the_more_volatile_falls_further),
		cmocka_unit_test(permuted_assets_permute_the_columns),
		cmocka_unit_test(the_shape_does_not_depend_on_steps),
		cmocka_unit_test(beyond_the_ordinary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
