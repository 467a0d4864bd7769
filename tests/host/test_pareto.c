/* test_pareto.c -- the front against the definition, point by point, with ties,
 * intervals and figures that are none. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "backtest/pareto.h"

#define MANY 300u

static uint64_t drawn;

static unsigned draw(unsigned below)
{
	drawn = drawn * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(drawn >> 33) % below;
}

static bool same(const struct pareto_point *a, const struct pareto_point *b)
{
	return a->cost.value == b->cost.value && a->gain.value == b->gain.value;
}

static bool better(const struct pareto_point *a, const struct pareto_point *b)
{
	return a->cost.value <= b->cost.value &&
	       a->gain.value >= b->gain.value && !same(a, b);
}

static bool beyond(const struct pareto_point *a, const struct pareto_point *b)
{
	return a->cost.high < b->cost.low && a->gain.low > b->gain.high;
}

static bool known(const struct pareto_point *p)
{
	return isfinite(p->cost.value) && isfinite(p->gain.value);
}

/* The definition. */
static struct pareto_verdict slow(const struct pareto_point *points,
				  size_t count, size_t i)
{
	struct pareto_verdict out = { PARETO_FRONT, 0 };
	bool clear = false;

	if (!known(&points[i]))
		return (struct pareto_verdict){ PARETO_NONE, 0 };
	for (size_t j = 0; j < count; j++) {
		if (j == i || !known(&points[j]))
			continue;
		out.ties += same(&points[j], &points[i]);
		clear = clear || beyond(&points[j], &points[i]);
		if (better(&points[j], &points[i]))
			out.place = PARETO_NEAR;
	}
	if (out.place == PARETO_NEAR && clear)
		out.place = PARETO_OFF;
	return out;
}

static struct pareto_figure figure(unsigned values, unsigned width)
{
	double value = draw(values);

	return (struct pareto_figure){ value, value - draw(width + 1),
				       value + draw(width + 1) };
}

static void every_place_is_the_definitions(void **state)
{
	struct pareto_point points[MANY];
	struct pareto_verdict found[MANY];
	size_t seen[4] = { 0 }, ties = 0;

	(void)state;
	for (unsigned round = 0; round < 400; round++) {
		size_t count = draw(MANY + 1);
		unsigned values = 2 + draw(round % 2 ? 8 : 1000);
		unsigned width = draw(values);

		for (size_t i = 0; i < count; i++) {
			points[i].cost = figure(values, width);
			points[i].gain = figure(values, width);
			if (!draw(40))
				points[i].gain.value = (double)NAN;
		}
		pareto_front(found, points, count);
		for (size_t i = 0; i < count; i++) {
			struct pareto_verdict right = slow(points, count, i);

			assert_int_equal(found[i].place, right.place);
			assert_int_equal(found[i].ties, right.ties);
			seen[right.place]++;
			ties += right.ties > 0;
		}
	}
	for (size_t p = 0; p < 4; p++)
		assert_true(seen[p] > 100);
	assert_true(ties > 100);
}

static void twins_share_their_place(void **state)
{
	const struct pareto_point points[] = {
		{ { 0, 0, 0 }, { 0.5, 0.4, 0.6 } },
		{ { 0, 0, 0 }, { 0.5, 0.45, 0.55 } },
		{ { 10, 5, 20 }, { 0.5, 0.4, 0.6 } },
		{ { 10, 5, 20 }, { 0.3, 0.2, 0.35 } } };
	struct pareto_verdict out[4];

	(void)state;
	pareto_front(out, points, 4);
	assert_int_equal(out[0].place, PARETO_FRONT);
	assert_int_equal(out[1].place, PARETO_FRONT);
	assert_int_equal(out[0].ties, 1);
	assert_int_equal(out[1].ties, 1);
	assert_int_equal(out[2].place, PARETO_NEAR);
	assert_int_equal(out[3].place, PARETO_OFF);
	assert_string_equal(pareto_place_name(out[2].place), "near");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place_is_the_definitions),
		cmocka_unit_test(twins_share_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
