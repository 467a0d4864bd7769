/* test_baselines.c -- other rules' values: answers worked out by hand, the
 * published inverse, and what must hold of any market. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "models/choice/baselines.h"
#include "tests/support/points.h"

static const struct baseline_request market = {
	.ltv_bps = 8000, .lt_bps = 8300, .lb_bps = 10500,
	.supply_cap = 1000, .borrow_cap = 400,
	.supply_use = 800, .borrow_use = 100, .optimal_bps = 8000,
	.price_usd = 2000.0, .volatility = 0.6, .liquidity_usd = 32e6,
	.excursion = 0.04 };

/* d = 2 million, l / d = 16: exp(-0.6 / 4) - 0.05 = 0.8107. */
static void known_answers(void **state)
{
	struct baseline out[BASELINES_COUNT];

	(void)state;
	baselines_compute(out, &market);
	assert_int_equal(out[BASELINE_NO_CHANGE].ltv_bps, 8000);
	assert_int_equal(out[BASELINE_NO_CHANGE].supply_cap, 1000);
	assert_int_equal(out[BASELINE_SMART_LTV].ltv_bps,
			 (uint32_t)((exp(-0.15) - 0.05) * 10000.0));
	assert_int_equal(out[BASELINE_SMART_LTV].lt_bps, 8300);
	/* 0.96 / 1.05 */
	assert_int_equal(out[BASELINE_EXCURSION].lt_bps, 9142);
	assert_int_equal(out[BASELINE_EXCURSION].ltv_bps, 8842);
	/* 80 % used: half more; a quarter used: twice the use */
	assert_int_equal(out[BASELINE_GAUNTLET_CAPS].supply_cap, 1500);
	assert_int_equal(out[BASELINE_GAUNTLET_CAPS].borrow_cap, 200);
}

static void the_inverse_recovers_the_confidence(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct baseline_request r = market;
		struct baseline out[BASELINES_COUNT];

		r.volatility = uniform(0.05, 2.0);
		r.liquidity_usd = uniform(1e5, 1e9);
		baselines_compute(out, &r);
		if (!out[BASELINE_SMART_LTV].ltv_bps)
			continue;
		/* the LTV is cut to whole basis points */
		assert_true(fabs(smart_ltv_confidence(
					 &r, (out[BASELINE_SMART_LTV].ltv_bps +
					      0.5) / 10000.0) - 1.0) <
			    1e-3 * sqrt(r.liquidity_usd / 2e6) / r.volatility);
	}
}

static void riskier_is_never_looser(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct baseline_request calm = market, risky;
		struct baseline a[BASELINES_COUNT], b[BASELINES_COUNT];

		calm.volatility = uniform(0.01, 3.0);
		calm.liquidity_usd = uniform(0.0, 1e8);
		calm.excursion = uniform(0.0, 0.9);
		risky = calm;
		risky.volatility *= uniform(1.0, 3.0);
		risky.liquidity_usd *= uniform(0.0, 1.0);
		risky.excursion += uniform(0.0, 0.99 - calm.excursion);
		baselines_compute(a, &calm);
		baselines_compute(b, &risky);
		assert_true(b[BASELINE_SMART_LTV].ltv_bps <=
			    a[BASELINE_SMART_LTV].ltv_bps);
		assert_true(b[BASELINE_EXCURSION].lt_bps <=
			    a[BASELINE_EXCURSION].lt_bps);
	}
}

/* No liquidity, exponents beyond the limit, unknown history, no caps. */
static void edges(void **state)
{
	struct baseline_request r = market;
	struct baseline out[BASELINES_COUNT];

	(void)state;
	r.liquidity_usd = 0.0;
	r.excursion = -1.0;
	r.supply_cap = r.borrow_cap = 0;
	baselines_compute(out, &r);
	assert_int_equal(out[BASELINE_SMART_LTV].ltv_bps, 0);
	assert_int_equal(out[BASELINE_EXCURSION].lt_bps, 8300);
	assert_int_equal(out[BASELINE_GAUNTLET_CAPS].supply_cap, 0);
	r = market;
	r.liquidity_usd = 1.0;
	baselines_compute(out, &r);
	assert_int_equal(out[BASELINE_SMART_LTV].ltv_bps, 0);
	r = market;
	r.circulating_tokens = 2200;
	baselines_compute(out, &r);
	assert_int_equal(out[BASELINE_GAUNTLET_CAPS].supply_cap, 1100);
	r.circulating_tokens = 100;
	baselines_compute(out, &r);
	assert_int_equal(out[BASELINE_GAUNTLET_CAPS].supply_cap, 1000);
	r.borrow_use = 399;
	r.optimal_bps = 1000;
	baselines_compute(out, &r);
	assert_int_equal(out[BASELINE_GAUNTLET_CAPS].borrow_cap, 399);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(the_inverse_recovers_the_confidence),
		cmocka_unit_test(riskier_is_never_looser),
		cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
