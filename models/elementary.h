/* elementary.h -- elementary and distribution functions with the same bits
 * everywhere.
 *
 * Pure.  Plain IEEE double operations in a fixed order; no libm but sqrt and
 * fabs.  Bounds are relative to the exact value unless said otherwise, for
 * results in the normal range, 1 ulp being 2^-52 of it (2.2e-16);
 * tests/unit/test_{elementary,distributions}.c hold each against MPFR.  NaN
 * in gives NaN out. */
#ifndef MODELS_ELEMENTARY_H
#define MODELS_ELEMENTARY_H

/** elementary_exp - within 2 ulp; 0 below -745.2, +inf above 709.79. */
double elementary_exp(double x);
/** elementary_expm1 - exp(x) - 1 within 4 ulp, also near 0. */
double elementary_expm1(double x);
/** elementary_log - within 2 ulp for x > 0; -inf at 0, NaN below. */
double elementary_log(double x);
/** elementary_log1p - log(1 + x) within 4 ulp, also near 0; x > -1. */
double elementary_log1p(double x);
/** elementary_pow - base^power for base > 0 (0 for base 0 and power > 0; NaN
 *  below); relative error below 4e-16 (1 + |power log(base)|). */
double elementary_pow(double base, double power);
/** elementary_erf - within 4 ulp.  elementary_erfc - within 1e-15, also far in
 *  the tail (0 beyond 27.3).  Source: Chebyshev series of (1 + 2x) exp(x^2)
 *  erfc(x) in (x - 3) / (x + 3), after Schonfelder (1978), Math. Comp. 32. */
double elementary_erf(double x);
double elementary_erfc(double x);
/** elementary_lgamma - log of the gamma function, x > 0; absolute error below
 *  1e-14 max(1, |value|).  Source: Stirling's series after a shift to
 *  x >= 10, Abramowitz and Stegun 6.1.41. */
double elementary_lgamma(double x);
/** elementary_digamma - derivative of elementary_lgamma, x > 0; absolute error
 *  below 2e-15 max(1, |value|).  Source: Abramowitz and Stegun 6.3.18. */
double elementary_digamma(double x);
/** elementary_sincos_turn - sine and cosine of 2 pi turn, turn in [0, 1);
 *  absolute error below 3e-16. */
void elementary_sincos_turn(double *sine, double *cosine, double turn);

/** normal_cdf - standard normal distribution function, within 2e-15 in both
 *  tails.  normal_density - within 1e-15. */
double normal_cdf(double x);
double normal_density(double x);
/** normal_quantile - inverse of normal_cdf, p in (0, 1): relative error below
 *  2e-15 for p <= 1/2, absolute above.  -inf at 0, +inf at 1, NaN beyond. */
double normal_quantile(double p);

/** student_cdf - distribution function of Student's t, degrees in [0.5, 1e6]:
 *  within 1e-12 for x < 0 (1e-10 above 200 degrees), absolute above.  Source: regularised incomplete
 *  beta by Lentz's continued fraction, Abramowitz and Stegun 26.7.1, 26.5.8. */
double student_cdf(double x, double degrees);
/** student_log_density - log density of Student's t (not scaled to unit
 *  variance), absolute error below 1e-12. */
double student_log_density(double x, double degrees);
/** student_log_beta - log B(degrees / 2, 1 / 2), what the density is over. */
double student_log_beta(double degrees);
/** student_quantile - inverse of student_cdf for p in [1e-300, 1): relative
 *  error below 1e-12 for p <= 1/2, or 1e-15 absolute where that is more.
 *  Newton steps that stay on one side, at most 100.  -inf at 0, +inf at 1. */
double student_quantile(double p, double degrees);

/** chi_square_tail - P(X > x) for a chi-square variable, x >= 0, degrees in
 *  [1, 1000]: within 1e-12 down to 1e-300.  Source: Abramowitz and Stegun
 *  26.4.19, 6.5.29 (series) and 6.5.31 (continued fraction). */
double chi_square_tail(double x, double degrees);

#endif
