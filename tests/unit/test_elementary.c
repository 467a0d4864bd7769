/* test_elementary.c -- elementary functions against MPFR at 20,000 points each
 * (1,000,000 by `make mpfr-long`), and their edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "tests/unit/mpfr_plan.h"

static double power_of_two(double x)
{
	return elementary_pow(2.0, x);
}

#define EXACT(name, call)                           \
	static void exact_##name(mpfr_t out, mpfr_t x) \
	{                                           \
		call;                               \
	}
EXACT(exp, mpfr_exp(out, x, MPFR_RNDN))
EXACT(expm1, mpfr_expm1(out, x, MPFR_RNDN))
EXACT(log, mpfr_log(out, x, MPFR_RNDN))
EXACT(log1p, mpfr_log1p(out, x, MPFR_RNDN))
EXACT(erf, mpfr_erf(out, x, MPFR_RNDN))
EXACT(erfc, mpfr_erfc(out, x, MPFR_RNDN))
EXACT(lgamma, mpfr_lngamma(out, x, MPFR_RNDN))
EXACT(digamma, mpfr_digamma(out, x, MPFR_RNDN))

static void exact_power_of_two(mpfr_t out, mpfr_t x)
{
	mpfr_exp2(out, x, MPFR_RNDN);
}

static void elementary_functions_within_bounds(void **state)
{
	static const struct plan plans[] = {
		{ "exp", elementary_exp, exact_exp, identity, -708.0, 709.7,
		  2 * ULP, 0.0, 1 },
		{ "exp near 0", elementary_exp, exact_exp, identity, -1.0, 1.0,
		  2 * ULP, 0.0, 1 },
		{ "expm1", elementary_expm1, exact_expm1, identity, -50.0, 50.0,
		  4 * ULP, 0.0, 1 },
		{ "expm1 near 0", elementary_expm1, exact_expm1, minus_ten_to,
		  -20.0, 0.5, 4 * ULP, 0.0, 1 },
		{ "log", elementary_log, exact_log, ten_to, -307.0, 308.0,
		  2 * ULP, 0.0, 1 },
		{ "log near 1", elementary_log, exact_log, identity, 0.5, 2.0,
		  2 * ULP, 0.0, 1 },
		{ "log1p", elementary_log1p, exact_log1p, ten_to_less_one,
		  -10.0, 20.0, 4 * ULP, 0.0, 1 },
		{ "log1p near 0", elementary_log1p, exact_log1p, ten_to, -20.0,
		  1.0, 4 * ULP, 0.0, 1 },
		{ "log1p below 0", elementary_log1p, exact_log1p, identity,
		  -0.999, 0.0, 4 * ULP, 0.0, 1 },
		{ "pow(2, x)", power_of_two, exact_power_of_two, identity,
		  -1000.0, 1000.0, 4e-16 * 700.0, 0.0, 1 },
		{ "erf", elementary_erf, exact_erf, identity, -6.0, 6.0,
		  4 * ULP, 0.0, 1 },
		{ "erf near 0", elementary_erf, exact_erf, ten_to, -20.0, 0.0,
		  4 * ULP, 0.0, 1 },
		{ "erfc", elementary_erfc, exact_erfc, identity, -6.0, 26.0,
		  1e-15, 0.0, 1 },
		{ "lgamma", elementary_lgamma, exact_lgamma, ten_to, -5.0, 6.0,
		  1e-14, 1.0, 1 },
		{ "lgamma small", elementary_lgamma, exact_lgamma, identity,
		  0.01, 20.0, 1e-14, 1.0, 1 },
		{ "digamma", elementary_digamma, exact_digamma, ten_to, -3.0,
		  6.0, 2e-15, 1.0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++)
		hold(&plans[i]);
}

static void sine_and_cosine_within_bounds(void **state)
{
	mpfr_t angle, sine, cosine;
	double worst = 0.0;

	(void)state;
	mpfr_inits2(BITS, angle, sine, cosine, (mpfr_ptr)NULL);
	for (int i = 0; i < points; i++) {
		double turn = uniform(0.0, 1.0), s, c;

		elementary_sincos_turn(&s, &c, turn);
		mpfr_const_pi(angle, MPFR_RNDN);
		mpfr_mul_d(angle, angle, 2.0 * turn, MPFR_RNDN);
		mpfr_sin_cos(sine, cosine, angle, MPFR_RNDN);
		mpfr_sub_d(sine, sine, s, MPFR_RNDN);
		mpfr_sub_d(cosine, cosine, c, MPFR_RNDN);
		worst = fmax(worst, fabs(mpfr_get_d(sine, MPFR_RNDN)));
		worst = fmax(worst, fabs(mpfr_get_d(cosine, MPFR_RNDN)));
	}
	mpfr_clears(angle, sine, cosine, (mpfr_ptr)NULL);
	printf("sincos worst %.3g (bound 3e-16)\n", worst);
	assert_true(worst < 3e-16);
}

/* Any base: the bound grows with |power log(base)|. */
static void powers_within_bounds(void **state)
{
	mpfr_t x, y;
	double worst = 0.0;

	(void)state;
	mpfr_inits2(BITS, x, y, (mpfr_ptr)NULL);
	for (int i = 0; i < points; i++) {
		double base = ten_to(uniform(-30.0, 30.0));
		double size = uniform(-700.0, 700.0);
		double power = size / log(base);
		double bound = 4e-16 * (1.0 + fabs(power * log(base))), error;

		mpfr_set_d(x, base, MPFR_RNDN);
		mpfr_set_d(y, power, MPFR_RNDN);
		mpfr_pow(y, x, y, MPFR_RNDN);
		mpfr_d_div(y, elementary_pow(base, power), y, MPFR_RNDN);
		mpfr_sub_ui(y, y, 1, MPFR_RNDN);
		error = fabs(mpfr_get_d(y, MPFR_RNDN)) / bound;
		worst = error <= worst ? worst : error;
	}
	mpfr_clears(x, y, (mpfr_ptr)NULL);
	printf("pow of any base: worst %.3g of the bound\n", worst);
	assert_true(worst <= 1.0);
}

static void edges(void **state)
{
	(void)state;
	assert_true(elementary_exp(-746.0) == 0.0);
	assert_true(isinf(elementary_exp(710.0)));
	assert_true(elementary_exp(0.0) == 1.0);
	assert_true(elementary_exp(-744.0) > 0.0); /* subnormal */
	assert_true(isinf(elementary_log(0.0)) && elementary_log(0.0) < 0.0);
	assert_true(isnan(elementary_log(-1.0)));
	assert_true(fabs(elementary_log(0x1p-1074) + 744.44007192138122) <
		    2e-13);
	assert_true(isinf(elementary_log((double)INFINITY)));
	assert_true(isinf(elementary_log1p(-1.0)));
	assert_true(elementary_expm1(-800.0) == -1.0);
	assert_true(elementary_pow(0.0, 2.0) == 0.0);
	assert_true(isnan(elementary_pow(-1.0, 2.0)));
	assert_true(elementary_erfc(30.0) == 0.0);
	assert_true(elementary_erfc(-30.0) == 2.0);
	assert_true(elementary_erf(-30.0) == -1.0);
	assert_true(isnan(elementary_exp((double)NAN)));
	assert_true(isnan(elementary_log((double)NAN)));
	assert_true(isnan(elementary_erf((double)NAN)));
	assert_true(isnan(elementary_lgamma(-1.0)));
}

static int run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elementary_functions_within_bounds),
		cmocka_unit_test(sine_and_cosine_within_bounds),
		cmocka_unit_test(powers_within_bounds),
		cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
	return run_with_points(run);
}
