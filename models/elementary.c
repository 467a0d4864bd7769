/* elementary.c -- exp, log and their kin; see elementary.h.  Distribution
 * functions are in distributions.c. */
#include "models/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "models/elementary_series.h"

#define PI 0x1.921fb54442d18p1
#define TWO_OVER_ROOT_PI 0x1.20dd750429b6dp0
#define INVERSE_ROOT_TWO_PI 0x1.9884533d43651p-2
#define ROOT_HALF 0x1.6a09e667f3bcdp-1
#define HALF_LOG_TWO_PI 0x1.d67f1c864beb5p-1

static uint64_t bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double double_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

static double polynomial(double x, const double *coefficients, int count)
{
	double sum = coefficients[count - 1];

	for (int i = count - 2; i >= 0; i--)
		sum = sum * x + coefficients[i];
	return sum;
}

/* 2^k for -1074 <= k <= 1023, in two factors so that subnormals are exact. */
static double scale(double x, int k)
{
	int half = k / 2;

	return x * double_of((uint64_t)(half + 1023) << 52) *
	       double_of((uint64_t)(k - half + 1023) << 52);
}

/* (exp(r) - 1) / r by its series, |r| <= ln2 / 2 */
static double exp_slope(double r)
{
	return polynomial(r, exp_series, EXP_TERMS);
}

/* x = k ln2 + r; returns r. */
static double reduce(double *k, double x)
{
	*k = (x * INVERSE_LN2 + ROUNDER) - ROUNDER;
	return (x - *k * LN2_HIGH) - *k * LN2_LOW;
}

double elementary_exp(double x)
{
	double k, r;

	if (!(x > -745.2))
		return x != x ? x : 0.0;
	if (x > 709.79)
		return (double)INFINITY;
	r = reduce(&k, x);
	return scale(1.0 + r * exp_slope(r), (int)k);
}

double elementary_expm1(double x)
{
	double k, r;

	if (!(fabs(x) < 40.0))
		return elementary_exp(x) - 1.0;
	r = reduce(&k, x);
	return scale(r * exp_slope(r), (int)k) + (scale(1.0, (int)k) - 1.0);
}

/* log(1 + f) = f - low_part(f), -0.3 < f < 0.42, which keeps f's low bits:
 * s = f / (2 + f), log = 2 s + 2 s^3 / 3 + ... */
static double log_low_part(double f)
{
	double s = f / (2.0 + f), square = s * s;

	return s * (f - square * polynomial(square, log_series, LOG_TERMS));
}

double elementary_log(double x)
{
	uint64_t bits;
	double k = 0.0, m, f;

	if (!(x > 0.0))
		return x == 0.0 ? -(double)INFINITY : (double)NAN;
	if (x > 0x1.fffffffffffffp1023)
		return x;
	if (x < 0x1p-1022) {
		x *= 0x1p54;
		k = -54.0;
	}
	bits = bits_of(x);
	k += (double)((int)(bits >> 52) - 1023);
	m = double_of((bits & 0xfffffffffffffu) | 0x3ff0000000000000u);
	if (m > ROOT_TWO) {
		m *= 0.5;
		k += 1.0;
	}
	f = m - 1.0;
	return k * LN2_HIGH + (f - (log_low_part(f) - k * LN2_LOW));
}

double elementary_log1p(double x)
{
	double u = 1.0 + x;

	if (x > -0.29 && x < 0.41)
		return x - log_low_part(x);
	if (!(u > 0.0) || x > 0x1p53)
		return elementary_log(u);
	return elementary_log(u) + (x - (u - 1.0)) / u;
}

double elementary_pow(double base, double power)
{
	if (power == 0.0)
		return 1.0;
	return elementary_exp(power * elementary_log(base));
}

/* exp(-x^2 / divisor) with x^2 in two parts: no loss far out. */
static double exp_minus_square(double x, double divisor)
{
	double high = double_of(bits_of(x) & 0xfffffffff8000000u);

	return elementary_exp(-high * high / divisor) *
	       elementary_exp(-(x - high) * (x + high) / divisor);
}

/* exp(x^2) erfc(x), x >= 0: Clenshaw's sum of the Chebyshev series of
 * (1 + 2x) exp(x^2) erfc(x) in t = (x - 3) / (x + 3). */
static double scaled_erfc(double x)
{
	static const double c[] = {
		0x1.2d74bda92af4ep+1,	0x1.5edf9ce74f65ep-8,
		-0x1.801abe05df685p-4,	0x1.bd5ede288613bp-5,
		-0x1.36e99d8ff90f7p-6,	0x1.23dc174a04d86p-8,
		-0x1.4c2a11331e0e4p-11, 0x1.285081fb7471ep-16,
		0x1.aee3ed67adcfbp-17,	-0x1.0d67d92ebb16fp-19,
		-0x1.84299dc44cfe1p-23, 0x1.44433d928dccap-24,
		0x1.032a101f63366p-29,	-0x1.7304e1f9377d0p-29,
		-0x1.00dc1e28761e3p-36, 0x1.c7b5541debf46p-34,
		0x1.9f608af23defbp-40,	-0x1.2cfdb55efc61ap-38,
		-0x1.d433281a86c93p-43, 0x1.985a496377844p-43,
		0x1.638030f96340ap-46,	-0x1.06936a9e22ff3p-47,
		-0x1.b53df2ab9c6bap-50, 0x1.0f1968e59c4c0p-52,
		0x1.cd7350f21c412p-54 };
	double t = (x - 3.0) / (x + 3.0), after = 0.0, sum = 0.0;

	for (int i = 24; i > 0; i--) {
		double next = 2.0 * t * sum - after + c[i];

		after = sum;
		sum = next;
	}
	return (t * sum - after + 0.5 * c[0]) / (1.0 + 2.0 * x);
}

/* 2 / sqrt(pi) times the alternating series, |x| < 0.5 */
static double erf_series(double x)
{
	static const double c[] = {
		1.0, -1.0 / 3, 1.0 / 10, -1.0 / 42, 1.0 / 216, -1.0 / 1320,
		1.0 / 9360, -1.0 / 75600, 1.0 / 685440, -1.0 / 6894720,
		1.0 / 76204800, -1.0 / 918086400.0 };

	return TWO_OVER_ROOT_PI * x * polynomial(x * x, c, 12);
}

double elementary_erf(double x)
{
	if (fabs(x) < 0.5)
		return erf_series(x);
	return x > 0.0 ? 1.0 - elementary_erfc(x) : elementary_erfc(-x) - 1.0;
}

double elementary_erfc(double x)
{
	if (fabs(x) < 0.5)
		return 1.0 - erf_series(x);
	if (x < 0.0)
		return 2.0 - elementary_erfc(-x);
	if (x > 27.3)
		return 0.0;
	return exp_minus_square(x, 1.0) * scaled_erfc(x);
}

double normal_density(double x)
{
	return fabs(x) > 39.0 ? 0.0
			      : INVERSE_ROOT_TWO_PI * exp_minus_square(x, 2.0);
}

double normal_cdf(double x)
{
	double size = fabs(x), tail;

	if (size > 39.0)
		return x > 0.0 ? 1.0 : 0.0;
	tail = 0.5 * exp_minus_square(size, 2.0) *
	       scaled_erfc(size * ROOT_HALF);
	return x > 0.0 ? 1.0 - tail : tail;
}

/* normal_cdf(x) - tail, with the digits that the two share near 1/2: both are
 * then taken from the middle, where tail - 1/2 is exact. */
static double distance_from(double x, double tail)
{
	return tail > 0.25 ? 0.5 * elementary_erf(x * ROOT_HALF) - (tail - 0.5)
			   : normal_cdf(x) - tail;
}

/* Start by Abramowitz and Stegun 26.2.23 (4.5e-4), then Halley's steps. */
double normal_quantile(double p)
{
	double tail = p < 0.5 ? p : 1.0 - p, t, x;

	if (!(p > 0.0 && p < 1.0))
		return p == 0.0	  ? -(double)INFINITY
		       : p == 1.0 ? (double)INFINITY
				  : (double)NAN;
	t = sqrt(-2.0 * elementary_log(tail));
	x = (2.515517 + t * (0.802853 + t * 0.010328)) /
		    (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))) -
	    t;
	for (int i = 0; i < 3; i++) {
		double step = distance_from(x, tail) / normal_density(x);

		x -= step / (1.0 + 0.5 * x * step);
	}
	return p < 0.5 ? x : -x;
}

/* Shifts x to at least 10; the product of the steps goes to *shift. */
static double shift_up(double *shift, double x)
{
	for (*shift = 1.0; x < 10.0; x += 1.0)
		*shift *= x;
	return x;
}

double elementary_lgamma(double x)
{
	/* B_2n / (2n (2n - 1)) */
	static const double c[] = {
		1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188,
		-691.0 / 360360, 1.0 / 156, -3617.0 / 122400 };
	double shift, inverse;

	if (!(x > 0.0))
		return (double)NAN;
	x = shift_up(&shift, x);
	inverse = 1.0 / x;
	return (x - 0.5) * elementary_log(x) - x + HALF_LOG_TWO_PI +
	       inverse * polynomial(inverse * inverse, c, 8) -
	       elementary_log(shift);
}

double elementary_digamma(double x)
{
	/* B_2n / 2n */
	static const double c[] = { 1.0 / 12,	-1.0 / 120, 1.0 / 252,
				    -1.0 / 240, 1.0 / 132,  -691.0 / 32760,
				    1.0 / 12,	-3617.0 / 8160 };
	double sum = 0.0, square;

	if (!(x > 0.0))
		return (double)NAN;
	for (; x < 10.0; x += 1.0)
		sum -= 1.0 / x;
	square = 1.0 / (x * x);
	return sum + elementary_log(x) - 0.5 / x -
	       square * polynomial(square, c, 8);
}

/* sin and cos of a in [0, pi / 4] by their series. */
static double sine_series(double a)
{
	static const double c[] = { 1.0, -1.0 / 6, 1.0 / 120, -1.0 / 5040,
				    1.0 / 362880, -1.0 / 39916800,
				    1.0 / 6227020800.0,
				    -1.0 / 1307674368000.0 };

	return a * polynomial(a * a, c, 8);
}

static double cosine_series(double a)
{
	static const double c[] = { 1.0, -1.0 / 2, 1.0 / 24, -1.0 / 720,
				    1.0 / 40320, -1.0 / 3628800,
				    1.0 / 479001600, -1.0 / 87178291200.0,
				    1.0 / 20922789888000.0 };

	return polynomial(a * a, c, 9);
}

void elementary_sincos_turn(double *sine, double *cosine, double turn)
{
	int octant = (int)(turn * 8.0);
	double rest = turn * 8.0 - (double)octant; /* exact */
	double angle = (octant & 1 ? 1.0 - rest : rest) * (PI / 4.0);
	double s = sine_series(angle), c = cosine_series(angle), swap;

	/* octants 1, 2, 5, 6 measure from the other axis */
	if ((octant + 1) & 2) {
		swap = s;
		s = c;
		c = swap;
	}
	*sine = octant >= 4 ? -s : s;
	*cosine = octant >= 2 && octant <= 5 ? -c : c;
}
