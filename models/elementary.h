/* elementary.h -- elementary functions with the same bits everywhere.
 *
 * Pure.  Plain IEEE double operations in a fixed order; no libm but sqrt and
 * fabs.  Bounds are relative to the exact value and tested against MPFR. */
#ifndef MODELS_ELEMENTARY_H
#define MODELS_ELEMENTARY_H

/** elementary_exp - within 2 ulp; 0 below -745, +inf above 709.78. */
double elementary_exp(double x);
/** elementary_log - within 2 ulp for x > 0; -inf at 0, NaN below. */
double elementary_log(double x);
/** elementary_lgamma - log of the gamma function, x > 0, absolute error below
 *  1e-13 max(1, |value|).  Source: Stirling's series after a shift to x >= 10,
 *  Abramowitz and Stegun 6.1.41. */
double elementary_lgamma(double x);
/** elementary_sincos_turn - sine and cosine of 2 pi turn, turn in [0, 1). */
void elementary_sincos_turn(double *sine, double *cosine, double turn);

/** student_cdf - distribution function of Student's t, degrees > 0.
 *  Source: regularised incomplete beta by Lentz's continued fraction,
 *  Abramowitz and Stegun 26.7.1 and 26.5.8. */
double student_cdf(double x, double degrees);
/** student_quantile - inverse of student_cdf for p in (0, 1), by bisection to
 *  the last bit of a fixed bracket: absolute error below 1e-12 (1 + |x|). */
double student_quantile(double p, double degrees);

#endif
