/* elementary.c -- see elementary.h. */
#include "models/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LN2_HIGH 0x1.62e42feep-1 /* 33 bits: k * LN2_HIGH is exact */
#define LN2_LOW 0x1.a39ef35793c76p-33
#define INVERSE_LN2 0x1.71547652b82fep0
#define ROUNDER 0x1.8p52 /* adding and taking away rounds to an integer */
#define PI 0x1.921fb54442d18p1

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

double elementary_exp(double x)
{
	/* 1/n! for the series of exp on |r| <= ln2 / 2 */
	static const double c[] = {
		1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720,
		1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
		1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0 };
	double k, r;

	if (!(x > -745.2))
		return x != x ? x : 0.0;
	if (x > 709.8)
		return (double)INFINITY;
	k = (x * INVERSE_LN2 + ROUNDER) - ROUNDER;
	r = (x - k * LN2_HIGH) - k * LN2_LOW;
	return scale(1.0 + r * polynomial(r, c + 1, 13), (int)k);
}

double elementary_log(double x)
{
	/* 2 / (2 n + 1) for log((1 + s) / (1 - s)) = 2 s + 2 s^3 / 3 + ... */
	static const double c[] = { 2.0 / 3,  2.0 / 5,	2.0 / 7,  2.0 / 9,
				    2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17,
				    2.0 / 19, 2.0 / 21, 2.0 / 23 };
	uint64_t bits;
	double k = 0.0, m, f, s, square;

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
	if (m > 0x1.6a09e667f3bcdp0) {
		m *= 0.5;
		k += 1.0;
	}
	f = m - 1.0;
	s = f / (2.0 + f);
	square = s * s;
	/* log(1+f) = f - s (f - R), R = 2 s^2 / 3 + ...: keeps f's low bits */
	return k * LN2_HIGH +
	       (f - (s * (f - square * polynomial(square, c, 11)) -
		     k * LN2_LOW));
}

double elementary_lgamma(double x)
{
	/* B_2n / (2n (2n - 1)) */
	static const double c[] = {
		1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188,
		-691.0 / 360360, 1.0 / 156, -3617.0 / 122400 };
	double shift = 1.0, inverse;

	for (; x < 10.0; x += 1.0)
		shift *= x;
	inverse = 1.0 / x;
	return (x - 0.5) * elementary_log(x) - x +
	       0.5 * elementary_log(2.0 * PI) +
	       inverse * polynomial(inverse * inverse, c, 8) -
	       elementary_log(shift);
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

/* Continued fraction of the incomplete beta function, modified Lentz. */
static double beta_fraction(double a, double b, double x)
{
	const double tiny = 1e-300;
	double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0), h;

	d = 1.0 / (fabs(d) < tiny ? tiny : d);
	h = d;
	for (int m = 1; m <= 500; m++) {
		double n = (double)m, step;
		double even = n * (b - n) * x /
			      ((a + 2.0 * n - 1.0) * (a + 2.0 * n));
		double odd = -(a + n) * (a + b + n) * x /
			     ((a + 2.0 * n) * (a + 2.0 * n + 1.0));

		d = 1.0 + even * d;
		c = 1.0 + even / c;
		d = 1.0 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		h *= d * c;
		d = 1.0 + odd * d;
		c = 1.0 + odd / c;
		d = 1.0 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		step = d * c;
		h *= step;
		if (fabs(step - 1.0) < 1e-16)
			break;
	}
	return h;
}

static double incomplete_beta(double a, double b, double x)
{
	double front;

	if (x <= 0.0)
		return 0.0;
	if (x >= 1.0)
		return 1.0;
	front = elementary_exp(elementary_lgamma(a + b) - elementary_lgamma(a) -
			       elementary_lgamma(b) + a * elementary_log(x) +
			       b * elementary_log(1.0 - x));
	if (x < (a + 1.0) / (a + b + 2.0))
		return front * beta_fraction(a, b, x) / a;
	return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

double student_cdf(double x, double degrees)
{
	double tail = 0.5 * incomplete_beta(0.5 * degrees, 0.5,
					    degrees / (degrees + x * x));

	return x > 0.0 ? 1.0 - tail : tail;
}

double student_quantile(double p, double degrees)
{
	double low = 0.0, high = 1.0, tail = p < 0.5 ? p : 1.0 - p;

	while (high < 1e12 && student_cdf(-high, degrees) > tail)
		high *= 2.0;
	for (int i = 0; i < 100; i++) {
		double middle = 0.5 * (low + high);

		if (student_cdf(-middle, degrees) > tail)
			low = middle;
		else
			high = middle;
	}
	return p < 0.5 ? -high : high;
}
