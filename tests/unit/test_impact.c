/* test_impact.c -- the impact curve: quotes made monotone, its shape between and
 * beyond them, its inverse, and that more depth never costs more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/liquidity/impact.h"
#include "tests/support/points.h"

#define FULL_DEPTH 10000
#define HALF_LIFE_S 3600

static struct liquidity_curve quotes_of(size_t count, const uint64_t *sizes,
					const uint32_t *impacts)
{
	struct liquidity_curve quotes;

	memset(&quotes, 0, sizeof(quotes));
	quotes.count = (uint8_t)count;
	for (size_t i = 0; i < count; i++)
		quotes.points[i] = (struct curve_point){ sizes[i], impacts[i] };
	return quotes;
}

static struct impact_curve prepared(const struct liquidity_curve *quotes,
				    uint32_t depth_bps)
{
	struct impact_curve curve;

	assert_int_equal(impact_prepare(&curve, quotes, depth_bps, 0,
					HALF_LIFE_S),
			 OK);
	return curve;
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-12 * (1.0 + fabs(b));
}

/* 100,000 USD at 50 bps, 1,000,000 USD at 500 bps: the quotes of both, the
 * middle by the straight line, twice the last by power 1. */
static void known_answers(void **state)
{
	struct liquidity_curve quotes =
		quotes_of(2, (uint64_t[]){ 100000, 1000000 },
			  (uint32_t[]){ 50, 500 });
	struct impact_curve curve = prepared(&quotes, FULL_DEPTH);

	(void)state;
	assert_true(impact_of(&curve, 0.0) == 0.0);
	assert_true(impact_of(&curve, -5.0) == 0.0);
	assert_true(near(impact_of(&curve, 50000.0), 0.0025));
	assert_true(near(impact_of(&curve, 100000.0), 0.005));
	assert_true(near(impact_of(&curve, 550000.0), 0.0275));
	assert_true(near(impact_of(&curve, 1000000.0), 0.05));
	assert_true(near(impact_of(&curve, 2000000.0), 0.1));
	assert_true(impact_of(&curve, 1e12) == 1.0);
	assert_true(near(impact_capacity(&curve, 0.0275), 550000.0));
	assert_true(impact_capacity(&curve, 0.0) == 0.0);
	assert_true(near(impact_sellable(&curve, 0.0275, HALF_LIFE_S),
			 550000.0 * (1.0 + 0.69314718055994531)));
}

/* Beyond the last quote the chords keep to the law that the last two quotes
 * say, and the capacity is their inverse. */
static void chords_keep_to_the_power_law(void **state)
{
	static const uint32_t first_bps[] = { 200, 110, 40 }; /* of 250 */

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct liquidity_curve quotes =
			quotes_of(2, (uint64_t[]){ 10000, 40000 },
				  (uint32_t[]){ first_bps[i], 250 });
		struct impact_curve curve = prepared(&quotes, FULL_DEPTH);

		for (double ratio = 1.0; ratio < 1e9; ratio *= 1.0137) {
			double law = fmin(1.0, 0.025 *
						       pow(ratio,
							   curve.tail_power));
			double size = 40000.0 * ratio;
			double impact = impact_of(&curve, size);

			assert_true(fabs(impact / law - 1.0) < 0.006);
			assert_true(impact == 1.0 ||
				    near(impact_capacity(&curve, impact) / size,
					 1.0));
		}
		assert_true(impact_of(&curve, 1e15) == 1.0);
	}
}

/* 60, 20, 40 bps are pooled into their mean of 40. */
static void falling_quotes_are_pooled(void **state)
{
	struct liquidity_curve quotes =
		quotes_of(4, (uint64_t[]){ 10, 20, 30, 40 },
			  (uint32_t[]){ 60, 20, 40, 90 });
	struct impact_curve curve = prepared(&quotes, FULL_DEPTH);

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(near(curve.impact[i], 0.004));
	assert_true(near(curve.impact[3], 0.009));
}

static void half_the_depth_has_the_impact_of_twice_the_size(void **state)
{
	struct liquidity_curve quotes =
		quotes_of(3, (uint64_t[]){ 1000, 5000, 90000 },
			  (uint32_t[]){ 3, 40, 700 });
	struct impact_curve whole = prepared(&quotes, FULL_DEPTH);
	struct impact_curve half = prepared(&quotes, FULL_DEPTH / 2);

	(void)state;
	for (double size = 100.0; size < 1e6; size *= 1.7)
		assert_true(near(impact_of(&half, size),
				 impact_of(&whole, 2.0 * size)));
}

static void nothing_is_sold_beyond_the_ceiling(void **state)
{
	struct liquidity_curve quotes = quotes_of(
		2, (uint64_t[]){ 1000, 9000 }, (uint32_t[]){ 10, 20 });
	struct impact_curve curve;

	(void)state;
	assert_int_equal(impact_prepare(&curve, &quotes, FULL_DEPTH, 5000,
					HALF_LIFE_S),
			 OK);
	assert_true(impact_of(&curve, 5000.0) < 0.006);
	assert_true(impact_of(&curve, 5000.1) == 1.0);
	assert_true(impact_capacity(&curve, 0.5) <= 5000.0);
}

static void quotes_without_impact_say_nothing_beyond(void **state)
{
	struct liquidity_curve quotes =
		quotes_of(1, (uint64_t[]){ 1000 }, (uint32_t[]){ 0 });
	struct impact_curve curve = prepared(&quotes, FULL_DEPTH);

	(void)state;
	assert_true(impact_of(&curve, 1000.0) == 0.0);
	assert_true(impact_of(&curve, 1001.0) == 1.0);
}

static struct liquidity_curve random_quotes(void)
{
	struct liquidity_curve quotes;
	uint64_t size = 0;

	memset(&quotes, 0, sizeof(quotes));
	quotes.count = (uint8_t)whole_between(1, CURVE_POINTS_MAX);
	for (uint8_t i = 0; i < quotes.count; i++) {
		size += whole_between(1, 1000000);
		quotes.points[i].size_usd = size;
		quotes.points[i].impact_bps =
			(uint32_t)whole_between(0, 9000);
	}
	return quotes;
}

/* On 2,000 random curves, falling ones among them. */
static void larger_sales_and_less_depth_never_cost_less(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct liquidity_curve quotes = random_quotes();
		uint32_t depth = (uint32_t)whole_between(2, FULL_DEPTH);
		struct impact_curve more = prepared(&quotes, depth);
		struct impact_curve less = prepared(&quotes, depth / 2);
		double before = 0.0;

		for (double size = 1.0; size < 1e9; size *= 3.1) {
			double impact = impact_of(&more, size);

			assert_true(impact >= before - 1e-12 && impact <= 1.0);
			assert_true(impact_of(&less, size) >= impact - 1e-12);
			before = impact;
		}
	}
}

/* The capacity's own impact is allowed, a little more is not (or is the end of
 * the search, a million times the last quote). */
static void capacity_is_the_inverse(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct liquidity_curve quotes = random_quotes();
		struct impact_curve curve = prepared(&quotes, FULL_DEPTH);
		double impact = uniform(0.0, 0.5);
		double capacity = impact_capacity(&curve, impact);
		double end = curve.size_usd[curve.count - 1] * 1e6;

		assert_true(impact_of(&curve, capacity) <= impact);
		assert_true(capacity >= end ||
			    impact_of(&curve, capacity * (1.0 + 1e-9) + 1e-6) >
				    impact - 1e-9);
		assert_true(impact_capacity(&curve, impact * 0.5) <= capacity);
	}
}

static void bad_quotes_are_refused_and_nothing_is_written(void **state)
{
	struct liquidity_curve quotes =
		quotes_of(1, (uint64_t[]){ 1000 }, (uint32_t[]){ 10 });
	struct liquidity_curve none = quotes_of(0, NULL, NULL);
	struct impact_curve curve, before;

	(void)state;
	memset(&curve, 0x5a, sizeof(curve));
	before = curve;
	assert_int_equal(impact_prepare(&curve, &none, 1, 0, 1), E_INPUT);
	assert_int_equal(impact_prepare(&curve, &quotes, 0, 0, 1), E_INPUT);
	assert_int_equal(impact_prepare(&curve, &quotes, 10001, 0, 1), E_INPUT);
	assert_int_equal(impact_prepare(&curve, &quotes, 1, 0, 0), E_INPUT);
	quotes.count = CURVE_POINTS_MAX + 1;
	assert_int_equal(impact_prepare(&curve, &quotes, 1, 0, 1), E_INPUT);
	assert_memory_equal(&curve, &before, sizeof(curve));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(falling_quotes_are_pooled),
		cmocka_unit_test(half_the_depth_has_the_impact_of_twice_the_size),
		cmocka_unit_test(chords_keep_to_the_power_law),
		cmocka_unit_test(nothing_is_sold_beyond_the_ceiling),
		cmocka_unit_test(quotes_without_impact_say_nothing_beyond),
		cmocka_unit_test(larger_sales_and_less_depth_never_cost_less),
		cmocka_unit_test(capacity_is_the_inverse),
		cmocka_unit_test(bad_quotes_are_refused_and_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
