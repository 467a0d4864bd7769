/* test_distributions.c -- normal, Student-t and chi-square functions against MPFR
 * at 20,000 points each, over all degrees of freedom (1,000,000 by `make
 * mpfr-long`), and their edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "tests/unit/mpfr_plan.h"

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

static void normal_functions_within_bounds(void **state)
{
	static const struct plan plans[] = {
		{ "normal_cdf", normal_cdf, exact_normal_cdf, identity, -37.0,
		  8.0, 2e-15, 0.0, 1 },
		{ "normal_density", normal_density, exact_normal_density,
		  identity, -37.0, 37.0, 1e-15, 0.0, 1 },
	};

	(void)state;
	hold(&plans[0]);
	hold(&plans[1]);
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

static void student_cdf_of_many_degrees(void **state)
{
	static const double degrees[] = { 200.5, 499.0, 20000.0, 1e6 };
	static const struct plan plan = {
		"student_cdf, many degrees", ours_student_cdf,
		exact_student_cdf, minus_ten_to, -6.0, 1.0, 1e-10, 1e-290, 9 };

	(void)state;
	for (size_t d = 0; d < sizeof(degrees) / sizeof(degrees[0]); d++) {
		degrees_under_test = degrees[d];
		hold(&plan);
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
	assert_true(isnan(normal_cdf((double)NAN)));
	assert_true(student_cdf(0.0, 3.0) == 0.5);
	assert_true(student_cdf(-1e200, 3.0) == 0.0);
	assert_true(chi_square_tail(0.0, 3.0) == 1.0);
}

static int run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normal_functions_within_bounds),
		cmocka_unit_test(student_functions_within_bounds),
		cmocka_unit_test(student_cdf_of_many_degrees),
		cmocka_unit_test(student_cdf_above_0),
		cmocka_unit_test(quantiles_within_bounds),
		cmocka_unit_test(quantiles_are_known_ones),
		cmocka_unit_test(chi_square_within_bounds),
		cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
	return run_with_points(run);
}
