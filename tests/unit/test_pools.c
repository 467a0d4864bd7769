/* test_pools.c -- impact by formula: answers worked out by hand, the limits of
 * StableSwap, its invariant, and sales split over pools. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/liquidity/impact.h"
#include "models/liquidity/pools.h"
#include "tests/support/points.h"

static bool near(double a, double b, double tolerance)
{
	return fabs(a - b) <= tolerance * (1.0 + fabs(b));
}

/* s = dx / (x + dx): a tenth of a pool more moves it by 1 / 11. */
static void constant_product_is_its_formula(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct pool p = { POOL_CONSTANT_PRODUCT, uniform(1.0, 1e9),
				  uniform(1.0, 1e9), 0.0, 0.0 };
		double dx = p.in * uniform(1e-4, 10.0);
		double s = dx / (p.in + dx);

		assert_true(near(pool_impact(&p, dx), s, 1e-12));
		/* the largest sale at an impact: x s / (1 - s) */
		assert_true(near(p.in * s / (1.0 - s), dx, 1e-9));
		p.fee = 0.003;
		assert_true(near(pool_impact(&p, dx), 1.0 - 0.997 * (1.0 - s),
				 1e-12));
	}
}

/* Huge amplification trades one for one; the least is near the product. */
static void stable_pools_lie_between_sum_and_product(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++) {
		double x = uniform(1e3, 1e6), y = x * uniform(0.5, 2.0);
		double dx = x * uniform(0.01, 0.2);
		struct pool flat = { POOL_STABLE, x, y, 1e6, 0.0 };
		struct pool bent = { POOL_STABLE, x, x, 1.0, 0.0 };
		struct pool product = { POOL_CONSTANT_PRODUCT, x, x, 0.0, 0.0 };
		double last = 1.0;

		assert_true(pool_impact(&flat, dx) < 1e-3);
		assert_true(near(pool_output(&flat, dx), dx, 1e-3));
		assert_true(pool_impact(&bent, dx) <
			    pool_impact(&product, dx));
		for (double a = 1.0; a < 1e5; a *= 3.0) {
			struct pool p = { POOL_STABLE, x, x, a, 0.0 };

			assert_true(pool_impact(&p, dx) < last);
			last = pool_impact(&p, dx);
		}
	}
}

/* A trade and the way back return what was paid: the invariant is kept. */
static void the_invariant_is_kept(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct pool p = { POOL_STABLE, uniform(1e2, 1e7),
				  uniform(1e2, 1e7), uniform(1.0, 2000.0),
				  0.0 }, back;
		double dx = p.in * uniform(1e-4, 0.5);
		double got = pool_output(&p, dx);

		back = p;
		back.in = p.out - got;
		back.out = p.in + dx;
		assert_true(fabs(pool_output(&back, got) - dx) <
			    1e-9 * (p.in + p.out));
	}
}

/* 600,000 coins and A = 50: the more of what is sold a pool holds already, the
 * less it pays for 10,000. */
static void unbalanced_pools_pay_less(void **state)
{
	double last = 0.0;

	(void)state;
	for (double share = 0.5; share < 0.95; share += 0.05) {
		struct pool p = { POOL_STABLE, 600000.0 * share,
				  600000.0 * (1.0 - share), 50.0, 0.0004 };
		double got = pool_output(&p, 10000.0) / 10000.0;

		assert_true(!last || got < last);
		last = got;
	}
	assert_true(last < 0.97);
}

static void splitting_is_never_worse(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		struct pool pools[3];
		double amount, whole, joined;

		for (int k = 0; k < 3; k++) {
			double x = uniform(1e4, 1e6);

			pools[k] = (struct pool){
				k == 1 ? POOL_STABLE : POOL_CONSTANT_PRODUCT,
				x, x, 100.0, 0.0 };
		}
		amount = uniform(0.001, 0.5) * pools[0].in;
		joined = pools_impact(pools, 3, amount);
		for (int k = 0; k < 3; k++) {
			whole = pool_impact(&pools[k], amount);
			assert_true(joined <= whole + 1e-9);
		}
		assert_true(pools_impact(pools, 3, 2.0 * amount) >=
			    joined - 1e-9);
	}
	/* two equal pools take half each */
	for (int i = 0; i < 100; i++) {
		struct pool pool = { POOL_CONSTANT_PRODUCT, 1e6, 1e6, 0.0,
				     0.003 };
		struct pool twice[2] = { pool, pool };
		double amount = uniform(1e3, 1e6);

		assert_true(near(pools_impact(twice, 2, amount),
				 pool_impact(&pool, 0.5 * amount), 1e-6));
	}
}

/* The curve is one that impact_prepare takes, and says what the pool says. */
static void curves_are_quotes(void **state)
{
	struct pool p = { POOL_CONSTANT_PRODUCT, 1e4, 2e7, 0.0, 0.003 };
	struct liquidity_curve quotes;
	struct impact_curve curve;

	(void)state;
	assert_true(pool_is_sane(&p));
	pools_curve(&quotes, &p, 1, 2000.0);
	assert_true(quotes.count > 8);
	assert_int_equal(impact_prepare(&curve, &quotes, 10000, 0, 3600), OK);
	for (uint8_t i = 0; i < quotes.count; i++) {
		assert_true(!i || quotes.points[i].size_usd >
					  quotes.points[i - 1].size_usd);
		assert_true(fabs((double)quotes.points[i].impact_bps / 1e4 -
				 pool_impact(&p, (double)quotes.points[i].size_usd /
							 2000.0)) < 2e-4);
	}
	p.in = 0.0;
	assert_false(pool_is_sane(&p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constant_product_is_its_formula),
		cmocka_unit_test(stable_pools_lie_between_sum_and_product),
		cmocka_unit_test(the_invariant_is_kept),
		cmocka_unit_test(unbalanced_pools_pay_less),
		cmocka_unit_test(splitting_is_never_worse),
		cmocka_unit_test(curves_are_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
