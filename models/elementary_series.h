/* elementary_series.h -- the series behind exp and log, for elementary.c and
 * for models/volatility/lanes.h, which must agree to the last bit.  Private to
 * these two. */
#ifndef MODELS_ELEMENTARY_SERIES_H
#define MODELS_ELEMENTARY_SERIES_H

#define LN2_HIGH 0x1.62e42feep-1 /* 33 bits: k * LN2_HIGH is exact */
#define LN2_LOW 0x1.a39ef35793c76p-33
#define INVERSE_LN2 0x1.71547652b82fep0
#define ROUNDER 0x1.8p52 /* adding and taking away rounds to an integer */
#define ROOT_TWO 0x1.6a09e667f3bcdp0

/* (exp(r) - 1) / r, |r| <= ln2 / 2: 1/n! from n = 1 */
#define EXP_TERMS 13
static const double exp_series[EXP_TERMS] = {
	1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040,
	1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800,
	1.0 / 479001600, 1.0 / 6227020800.0 };

/* log(1 + f) = f - s (f - s^2 P(s^2)), s = f / (2 + f) */
#define LOG_TERMS 11
static const double log_series[LOG_TERMS] = {
	2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
	2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23 };

#endif
