/* test_elementary.c -- elementary and distribution functions against MPFR at
 * 20,000 points each (over all degrees of freedom; PLIMSOLL_POINTS changes
 * it: `make mpfr-long`), and their edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <math.h>
#include <mpfr.h>

#include "models/elementary.h"

#define BITS 80

static int points = 20000; /* each function */

static uint64_t random_state = 0x9e3779b97f4a7c15u;

/* Deterministic points: xorshift. */
static double uniform(double low, double high)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return low + (high - low) * (double)(random_state >> 11) * 0x1p-53;
}

static double identity(double x)
{
	return x;
}

static double power_of_two(double x)
{
	return elementary_pow(2.0, x);
}

/** One function on one range: points are spread(u), u uniform. */
struct plan {
	const char *name;
	double (*ours)(double);
	void (*exact)(mpfr_t out, mpfr_t x);
	double (*spread)(double);
	double low, high;
	double relative; /* bound on |ours - exact| / max(|exact|, floor) */
	double floor;    /* 0: purely relative */
	int parts;       /* of the points: one of so many plans */
};

static double worst_of(const struct plan *plan, double *at)
{
	mpfr_t x, y, z;
	double worst = 0.0;

	mpfr_inits2(BITS, x, y, z, (mpfr_ptr)NULL);
	for (int i = 0; i < points / plan->parts + 1; i++) {
		double point = plan->spread(uniform(plan->low, plan->high));
		double scale, error;

		mpfr_set_d(x, point, MPFR_RNDN);
		plan->exact(y, x);
		scale = fabs(mpfr_get_d(y, MPFR_RNDN));
		scale = scale > plan->floor ? scale : plan->floor;
		mpfr_sub_d(z, y, plan->ours(point), MPFR_RNDN);
		error = fabs(mpfr_get_d(z, MPFR_RNDN)) / scale;
		if (!(error <= worst)) {
			worst = error;
			*at = point;
		}
	}
	mpfr_clears(x, y, z, (mpfr_ptr)NULL);
	return worst;
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

static void exact_normal_cdf(mpfr_t out, mpfr_t x)
{
	mpfr_t root;

	mpfr_init2(root, BITS);
	mpfr_sqrt_ui(root, 2, MPFR_RNDN);
	mpfr_div(root, x, root, MPFR_RNDN);
	mpfr_neg(root, root, MPFR_RNDN);
	mpfr_erfc(out, root, MPFR_RNDN);
	mpfr_div_ui(out, out, 2, MPFR_RNDN);
	mpfr_clear(root);
}

static void exact_normal_density(mpfr_t out, mpfr_t x)
{
	mpfr_t root;

	mpfr_init2(root, BITS);
	mpfr_const_pi(root, MPFR_RNDN);
	mpfr_mul_ui(root, root, 2, MPFR_RNDN);
	mpfr_sqrt(root, root, MPFR_RNDN);
	mpfr_sqr(out, x, MPFR_RNDN);
	mpfr_div_si(out, out, -2, MPFR_RNDN);
	mpfr_exp(out, out, MPFR_RNDN);
	mpfr_div(out, out, root, MPFR_RNDN);
	mpfr_clear(root);
}

static void exact_power_of_two(mpfr_t out, mpfr_t x)
{
	mpfr_exp2(out, x, MPFR_RNDN);
}

/* P(X > x) = Gamma(degrees / 2, x / 2) / Gamma(degrees / 2) */
static double degrees_under_test;

static void exact_chi_square_tail(mpfr_t out, mpfr_t x)
{
	mpfr_t a, g;

	mpfr_inits2(BITS, a, g, (mpfr_ptr)NULL);
	mpfr_set_d(a, 0.5 * degrees_under_test, MPFR_RNDN);
	mpfr_gamma(g, a, MPFR_RNDN);
	mpfr_div_ui(out, x, 2, MPFR_RNDN);
	mpfr_gamma_inc(out, a, out, MPFR_RNDN);
	mpfr_div(out, out, g, MPFR_RNDN);
	mpfr_clears(a, g, (mpfr_ptr)NULL);
}

static double ours_chi_square_tail(double x)
{
	return chi_square_tail(x, degrees_under_test);
}

/* B(a, b) */
static void beta_function(mpfr_t out, mpfr_t a, mpfr_t b)
{
	mpfr_beta(out, a, b, MPFR_RNDN);
}

/* Regularised incomplete beta by its series of positive terms:
 * z^a (1 - z)^b / (a B) sum_n (a + b)_n / (a + 1)_n z^n. */
static void beta_series(mpfr_t out, double a, double b, const mpfr_t z)
{
	mpfr_prec_t bits = mpfr_get_prec(z);
	mpfr_t term, sum, t, first, second;

	mpfr_inits2(bits, term, sum, t, first, second, (mpfr_ptr)NULL);
	mpfr_set_ui(term, 1, MPFR_RNDN);
	mpfr_set_ui(sum, 1, MPFR_RNDN);
	for (int n = 0; n < 20000; n++) {
		mpfr_mul(term, term, z, MPFR_RNDN);
		mpfr_mul_d(term, term, a + b + n, MPFR_RNDN);
		mpfr_div_d(term, term, a + 1.0 + n, MPFR_RNDN);
		mpfr_add(sum, sum, term, MPFR_RNDN);
		if (mpfr_get_exp(term) < mpfr_get_exp(sum) - bits)
			break;
	}
	mpfr_set_d(first, a, MPFR_RNDN);
	mpfr_set_d(second, b, MPFR_RNDN);
	mpfr_pow(t, z, first, MPFR_RNDN);
	mpfr_mul(sum, sum, t, MPFR_RNDN);
	mpfr_ui_sub(t, 1, z, MPFR_RNDN);
	mpfr_pow(t, t, second, MPFR_RNDN);
	mpfr_mul(sum, sum, t, MPFR_RNDN);
	beta_function(t, first, second);
	mpfr_mul(t, t, first, MPFR_RNDN);
	mpfr_div(out, sum, t, MPFR_RNDN);
	mpfr_clears(term, sum, t, first, second, (mpfr_ptr)NULL);
}

/* P(T <= x) for x <= 0, through the series that converges faster; where that
 * is the complement of a small number, with the bits that it loses. */
static void exact_student_cdf(mpfr_t out, mpfr_t x)
{
	double nu = degrees_under_test;
	mpfr_prec_t bits = mpfr_cmp_d(x, -2.0) < 0 ? 4 * BITS : BITS;
	mpfr_t square, z;

	mpfr_inits2(bits, square, z, (mpfr_ptr)NULL);
	mpfr_set_prec(out, bits);
	mpfr_sqr(square, x, MPFR_RNDN);
	mpfr_add_d(z, square, nu, MPFR_RNDN);
	if (mpfr_cmp_d(square, nu) > 0) {
		mpfr_d_div(z, nu, z, MPFR_RNDN);
		beta_series(out, 0.5 * nu, 0.5, z);
	} else {
		mpfr_div(z, square, z, MPFR_RNDN);
		beta_series(out, 0.5, 0.5 * nu, z);
		mpfr_ui_sub(out, 1, out, MPFR_RNDN);
	}
	mpfr_div_ui(out, out, 2, MPFR_RNDN);
	mpfr_clears(square, z, (mpfr_ptr)NULL);
}

static double ours_student_cdf(double x)
{
	return student_cdf(x, degrees_under_test);
}

/* log density: -log B(nu/2, 1/2) - log(nu)/2 - (nu+1)/2 log(1 + x^2/nu) */
static void exact_student_log_density(mpfr_t out, mpfr_t x)
{
	mpfr_t a, b, t;

	mpfr_inits2(BITS, a, b, t, (mpfr_ptr)NULL);
	mpfr_set_d(a, 0.5 * degrees_under_test, MPFR_RNDN);
	mpfr_set_d(b, 0.5, MPFR_RNDN);
	beta_function(t, a, b);
	mpfr_log(t, t, MPFR_RNDN);
	mpfr_set_d(a, degrees_under_test, MPFR_RNDN);
	mpfr_log(b, a, MPFR_RNDN);
	mpfr_div_ui(b, b, 2, MPFR_RNDN);
	mpfr_add(t, t, b, MPFR_RNDN);
	mpfr_sqr(out, x, MPFR_RNDN);
	mpfr_div(out, out, a, MPFR_RNDN);
	mpfr_log1p(out, out, MPFR_RNDN);
	mpfr_add_ui(a, a, 1, MPFR_RNDN);
	mpfr_mul(out, out, a, MPFR_RNDN);
	mpfr_div_ui(out, out, 2, MPFR_RNDN);
	mpfr_add(out, out, t, MPFR_RNDN);
	mpfr_neg(out, out, MPFR_RNDN);
	mpfr_clears(a, b, t, (mpfr_ptr)NULL);
}

static double ours_student_log_density(double x)
{
	return student_log_density(x, degrees_under_test);
}

/* log-spread points */
static double ten_to(double u)
{
	return exp(u * 2.302585092994046);
}

static double ten_to_less_one(double u)
{
	return ten_to(u) - 1.0;
}

static double minus_ten_to(double u)
{
	return -ten_to(u);
}

static void hold(const struct plan *plan)
{
	double at = 0.0, worst = worst_of(plan, &at);

	if (!(worst <= plan->relative))
		fail_msg("%s: error %.3g at %.17g, bound %.3g", plan->name,
			 worst, at, plan->relative);
	printf("%-28s [%g, %g] worst %.3g (bound %.3g)\n", plan->name,
	       plan->low, plan->high, worst, plan->relative);
}

#define ULP 0x1p-52

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
		{ "normal_cdf", normal_cdf, exact_normal_cdf, identity, -37.0,
		  8.0, 2e-15, 0.0, 1 },
		{ "normal_density", normal_density, exact_normal_density,
		  identity, -37.0, 37.0, 1e-15, 0.0, 1 },
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

static void student_functions_within_bounds(void **state)
{
	static const double degrees[] = { 0.5, 1.0,  2.05, 3.7,	 5.0,
					  8.0, 12.0, 30.0, 200.0 };
	static const struct plan plans[] = {
		{ "student_cdf", ours_student_cdf, exact_student_cdf,
		  minus_ten_to, -6.0, 2.0, 1e-12, 1e-290,
		  9 },
		{ "student_log_density", ours_student_log_density,
		  exact_student_log_density, minus_ten_to, -6.0, 6.0, 1e-12,
		  1.0, 9 },
	};

	(void)state;
	for (size_t d = 0; d < sizeof(degrees) / sizeof(degrees[0]); d++) {
		degrees_under_test = degrees[d];
		for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++)
			hold(&plans[i]);
	}
}

static double ours_student_cdf_above(double x)
{
	return student_cdf(-x, degrees_under_test);
}

static void exact_student_cdf_above(mpfr_t out, mpfr_t x)
{
	exact_student_cdf(out, x);
	mpfr_ui_sub(out, 1, out, MPFR_RNDN);
}

/* Above 0 the bound is absolute. */
static void student_cdf_above_0(void **state)
{
	static const double degrees[] = { 0.5, 2.05, 5.0, 30.0, 200.0 };
	static const struct plan plan = {
		"student_cdf above 0", ours_student_cdf_above,
		exact_student_cdf_above, minus_ten_to, -6.0, 2.0, 1e-12, 1.0, 5 };

	(void)state;
	for (size_t d = 0; d < sizeof(degrees) / sizeof(degrees[0]); d++) {
		degrees_under_test = degrees[d];
		hold(&plan);
	}
}

/* A Newton step in MPFR from our quantile: the error squared is left. */
static void exact_normal_quantile(mpfr_t out, mpfr_t p)
{
	mpfr_t x, density;

	mpfr_inits2(BITS, x, density, (mpfr_ptr)NULL);
	mpfr_set_d(x, normal_quantile(mpfr_get_d(p, MPFR_RNDN)), MPFR_RNDN);
	exact_normal_cdf(out, x);
	exact_normal_density(density, x);
	mpfr_sub(out, out, p, MPFR_RNDN);
	mpfr_div(out, out, density, MPFR_RNDN);
	mpfr_sub(out, x, out, MPFR_RNDN);
	mpfr_clears(x, density, (mpfr_ptr)NULL);
}

static double ours_student_quantile(double p)
{
	return student_quantile(p, degrees_under_test);
}

static void exact_student_quantile(mpfr_t out, mpfr_t p)
{
	mpfr_t x, cdf, density;

	mpfr_inits2(BITS, x, cdf, density, (mpfr_ptr)NULL);
	mpfr_set_d(x, ours_student_quantile(mpfr_get_d(p, MPFR_RNDN)),
		   MPFR_RNDN);
	exact_student_cdf(cdf, x);
	exact_student_log_density(density, x);
	mpfr_exp(density, density, MPFR_RNDN);
	mpfr_sub(cdf, cdf, p, MPFR_RNDN);
	mpfr_div(cdf, cdf, density, MPFR_RNDN);
	mpfr_sub(out, x, cdf, MPFR_RNDN);
	mpfr_clears(x, cdf, density, (mpfr_ptr)NULL);
}

static void quantiles_within_bounds(void **state)
{
	static const double degrees[] = { 2.05, 4.0, 7.3, 30.0, 200.0 };
	static const struct plan normal[] = {
		{ "normal_quantile", normal_quantile, exact_normal_quantile,
		  ten_to, -300.0, -0.31, 2e-15, 0.0, 1 },
		{ "normal_quantile above 1/2", normal_quantile,
		  exact_normal_quantile, identity, 0.5, 0.999999, 2e-15, 1.0,
		  1 },
	};
	static const struct plan student = {
		"student_quantile", ours_student_quantile,
		exact_student_quantile, ten_to, -12.0, -0.31, 1e-12, 1e-3, 5 };

	(void)state;
	hold(&normal[0]);
	hold(&normal[1]);
	for (size_t i = 0; i < sizeof(degrees) / sizeof(degrees[0]); i++) {
		degrees_under_test = degrees[i];
		hold(&student);
	}
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

/* Values printed by mpmath at 40 digits. */
static void quantiles_are_known_ones(void **state)
{
	(void)state;
	assert_true(fabs(normal_quantile(0.01) - (-2.3263478740408411)) <= 3e-15);
	assert_true(fabs(normal_quantile(0.975) - 1.9599639845400543) <= 3e-15);
	assert_true(fabs(student_quantile(0.01, 4.0) - (-3.7469473879791968)) <= 1e-12);
	assert_true(fabs(student_quantile(0.75, 1.0) - 1.0) <= 1e-14);
	assert_true(fabs(student_quantile(0.5, 5.0) - 0.0) <= 0.0);
	assert_true(normal_quantile(0.0) < -1e308);
	assert_true(normal_quantile(1.0) > 1e308);
	assert_true(isfinite(student_quantile(1e-300, 200.0)));
	assert_true(isfinite(student_quantile(1e-300, 4.0)));
	assert_true(isnan(normal_quantile(1.5)));
	assert_true(isnan(student_quantile(-0.1, 5.0)));
}

static void chi_square_within_bounds(void **state)
{
	static const double degrees[] = { 1.0, 5.0, 10.0, 40.0 };
	struct plan plan = { "chi_square_tail", ours_chi_square_tail,
			     exact_chi_square_tail, identity, 0.0, 300.0,
			     1e-12, 0.0, 4 };

	(void)state;
	for (size_t i = 0; i < sizeof(degrees) / sizeof(degrees[0]); i++) {
		degrees_under_test = degrees[i];
		hold(&plan);
	}
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
	assert_true(isnan(normal_cdf((double)NAN)));
	assert_true(isnan(elementary_lgamma(-1.0)));
	assert_true(student_cdf(0.0, 3.0) == 0.5);
	assert_true(student_cdf(-1e200, 3.0) == 0.0);
	assert_true(chi_square_tail(0.0, 3.0) == 1.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elementary_functions_within_bounds),
		cmocka_unit_test(sine_and_cosine_within_bounds),
		cmocka_unit_test(student_functions_within_bounds),
		cmocka_unit_test(student_cdf_above_0),
		cmocka_unit_test(quantiles_within_bounds),
		cmocka_unit_test(powers_within_bounds),
		cmocka_unit_test(quantiles_are_known_ones),
		cmocka_unit_test(chi_square_within_bounds),
		cmocka_unit_test(edges),
	};
	const char *wanted = getenv("PLIMSOLL_POINTS");

	if (wanted && atoi(wanted) > 0)
		points = atoi(wanted);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
