/* distributions.c -- Student's t and chi-square; see elementary.h.  The normal
 * distribution is in elementary.c, beside erfc. */
#include "models/elementary.h"

#include <math.h>
#include <stdbool.h>

#define PI 0x1.921fb54442d18p1
#define TINY 1e-300
#define SETTLED 3e-16
#define DEGREES_MANY 200.0

static double not_tiny(double x)
{
	return fabs(x) < TINY ? TINY : x;
}

/* Modified Lentz: one term a / (1 + ...) of a continued fraction. */
struct lentz {
	double c, d, value;
};

/* Returns false once the factor is 1 to the last bit. */
static bool lentz_step(struct lentz *l, double a, double b)
{
	double factor;

	l->d = 1.0 / not_tiny(b + a * l->d);
	l->c = not_tiny(b + a / l->c);
	factor = l->c * l->d;
	l->value *= factor;
	return fabs(factor - 1.0) > SETTLED;
}

/* Continued fraction of the incomplete beta function. */
static double beta_fraction(double a, double b, double x)
{
	struct lentz l = { 1.0, 1.0, 1.0 };

	l.d = 1.0 / not_tiny(1.0 - (a + b) * x / (a + 1.0));
	l.value = l.d;
	for (int m = 1; m <= 2000; m++) {
		double n = (double)m, twice = a + 2.0 * n;
		double even = n * (b - n) * x / ((twice - 1.0) * twice);
		double odd = -(a + n) * (a + b + n) * x /
			     (twice * (twice + 1.0));

		lentz_step(&l, even, 1.0);
		if (!lentz_step(&l, odd, 1.0))
			break;
	}
	return l.value;
}

/* log of the beta function B(degrees / 2, 1 / 2).  For many degrees the two
 * gammas cancel; there their ratio's series, Abramowitz and Stegun 6.1.47. */
double student_log_beta(double degrees)
{
	double x = 0.5 * degrees, over = 1.0 / (x * x);

	if (degrees > DEGREES_MANY)
		return 0.5 * elementary_log(PI / x) +
		       (1.0 / 8 - over * (1.0 / 192 - over * (1.0 / 640))) / x;
	return elementary_lgamma(0.5 * degrees) -
	       elementary_lgamma(0.5 * (degrees + 1.0)) +
	       0.5 * elementary_log(PI);
}

/* P(T > x), x >= 0, given student_log_beta: half the regularised incomplete beta
 * I_z(degrees / 2, 1 / 2), z = degrees / (degrees + x^2). */
static double student_tail(double x, double degrees, double log_beta)
{
	double a = 0.5 * degrees, ratio = x * x / degrees;
	double z = 1.0 / (1.0 + ratio), rest = ratio / (1.0 + ratio);
	double power = elementary_exp(-a * elementary_log1p(ratio) - log_beta);
	double front = power * sqrt(rest);

	if (x == 0.0)
		return 0.5;
	if (x > 1e150)
		return 0.0;
	if (z < (a + 1.0) / (a + 2.5))
		return 0.5 * front * beta_fraction(a, 0.5, z) / a;
	return 0.5 - front * beta_fraction(0.5, a, rest);
}

static double log_density(double x, double degrees, double log_beta)
{
	return -log_beta - 0.5 * elementary_log(degrees) -
	       0.5 * (degrees + 1.0) * elementary_log1p(x * x / degrees);
}

double student_cdf(double x, double degrees)
{
	double tail;

	if (x != x || !(degrees > 0.0))
		return (double)NAN;
	tail = student_tail(fabs(x), degrees, student_log_beta(degrees));
	return x > 0.0 ? 1.0 - tail : tail;
}

double student_log_density(double x, double degrees)
{
	return log_density(x, degrees, student_log_beta(degrees));
}

/* x with P(T > x) = tail where x >= 1.  log P is concave in log x, so that
 * Newton's steps in logs, once across, come from the right and never cross
 * again; the normal quantile is a start on the left.  A first step that lands
 * where P underflows is halved. */
static double far_quantile(double tail, double degrees, double log_beta)
{
	double goal = elementary_log(tail), step = 0.0;
	double y = elementary_log(-normal_quantile(tail));

	for (int i = 0; i < 100; i++) {
		double x = elementary_exp(y), log_p, slope;
		double p = student_tail(x, degrees, log_beta);

		if (p < 1e-305) {
			step *= 0.5;
			y -= step;
			continue;
		}
		log_p = elementary_log(p);
		slope = elementary_exp(log_density(x, degrees, log_beta) + y -
				       log_p);
		step = (log_p - goal) / slope;
		y += step;
		if (y > 340.0)
			return (double)INFINITY;
		if (!(fabs(step) > 1e-15))
			break;
	}
	return elementary_exp(y);
}

/* The same where x < 1: P is convex in x, steps come from the left. */
static double near_quantile(double tail, double degrees, double log_beta)
{
	double x = 0.0;

	for (int i = 0; i < 100; i++) {
		double density = elementary_exp(log_density(x, degrees,
							    log_beta));
		double step = (student_tail(x, degrees, log_beta) - tail) /
			      density;

		x += step;
		if (!(fabs(step) > 1e-16 + 4e-16 * x))
			break;
	}
	return x;
}

double student_quantile(double p, double degrees)
{
	double tail = p < 0.5 ? p : 1.0 - p, log_beta, x;

	if (!(p >= 0.0 && p <= 1.0 && degrees > 0.0))
		return (double)NAN;
	if (tail == 0.0)
		return p < 0.5 ? -(double)INFINITY : (double)INFINITY;
	log_beta = student_log_beta(degrees);
	x = student_tail(1.0, degrees, log_beta) > tail
		    ? far_quantile(tail, degrees, log_beta)
		    : near_quantile(tail, degrees, log_beta);
	return p < 0.5 ? -x : x;
}

/* P(a, x) Gamma(a) exp(x) / x^a by its series, for x < a + 1. */
static double gamma_series(double a, double x)
{
	double term = 1.0 / a, sum = term;

	for (int n = 1; n <= 2000 && term > sum * 1e-17; n++) {
		term *= x / (a + (double)n);
		sum += term;
	}
	return sum;
}

/* Q(a, x) Gamma(a) exp(x) / x^a by its continued fraction, for x >= a + 1. */
static double gamma_fraction(double a, double x)
{
	double b = x + 1.0 - a;
	struct lentz l = { 1.0 / TINY, 1.0 / b, 1.0 / b };

	for (int i = 1; i <= 2000; i++) {
		double n = (double)i;

		b += 2.0;
		if (!lentz_step(&l, -n * (n - a), b))
			break;
	}
	return l.value;
}

double chi_square_tail(double x, double degrees)
{
	double a = 0.5 * degrees, half = 0.5 * x, front;

	if (!(x >= 0.0 && degrees > 0.0))
		return (double)NAN;
	if (half == 0.0)
		return 1.0;
	front = elementary_exp(a * elementary_log(half) - half -
			       elementary_lgamma(a));
	return half < a + 1.0 ? 1.0 - front * gamma_series(a, half)
			      : front * gamma_fraction(a, half);
}
