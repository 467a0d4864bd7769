/* test_student_lanes.c -- many Student quantiles and densities at once are those
 * one by one, to the last bit, in the middle, far out and where the lanes give
 * up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/elementary.h"
#include "models/student_lanes.h"
#include "models/tails/skewed_t.h"
#include "tests/support/points.h"

#define POINTS 61 /* no whole number of lanes */

static void same_bits(double a, double b)
{
	assert_memory_equal(&a, &b, sizeof(a));
}

static void hold(const double *p, double degrees)
{
	double quantiles[POINTS], densities[POINTS];

	student_quantiles(quantiles, p, POINTS, degrees);
	student_log_densities(densities, quantiles, POINTS, degrees);
	for (int i = 0; i < POINTS; i++) {
		same_bits(quantiles[i], student_quantile(p[i], degrees));
		same_bits(densities[i],
			  student_log_density(quantiles[i], degrees));
	}
}

static void ordinary_ones_are_the_scalar_ones(void **state)
{
	double p[POINTS];

	(void)state;
	for (int round = 0; round < 300; round++) {
		for (int i = 0; i < POINTS; i++)
			p[i] = i % 2 ? uniform(0.0, 1.0)
				     : elementary_exp(uniform(-30.0, -0.5));
		hold(p, elementary_exp(uniform(0.7, 5.3)));
	}
	p[0] = 0.5;
	hold(p, 4.0);
}

static void far_ones_are_the_scalar_ones(void **state)
{
	double p[POINTS];

	(void)state;
	for (int round = 0; round < 60; round++) {
		for (int i = 0; i < POINTS; i++)
			p[i] = elementary_exp(uniform(-690.0, 0.0));
		hold(p, round % 2 ? uniform(0.5, 4.0) : uniform(50.0, 1000.0));
	}
}

static void tails_are_the_scalar_ones(void **state)
{
	static const double lambdas[] = { 0.0, -0.3, 0.6 };
	struct tail_point many[POINTS];
	double p[POINTS];

	(void)state;
	for (int i = 0; i < POINTS; i++)
		p[i] = elementary_exp(uniform(-14.0, -0.05));
	for (int k = 0; k < 9; k++) {
		struct skewed_t law = skewed_t_of(k < 6 ? 3.0 + 4.0 * k : 0.0,
						  lambdas[k % 3]);

		skewed_t_tails(many, &law, p, POINTS);
		for (int i = 0; i < POINTS; i++) {
			struct tail_point one = skewed_t_tail(&law, p[i]);

			same_bits(many[i].quantile, one.quantile);
			same_bits(many[i].shortfall, one.shortfall);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_ones_are_the_scalar_ones),
		cmocka_unit_test(far_ones_are_the_scalar_ones),
		cmocka_unit_test(tails_are_the_scalar_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
