/* skewed_t.c -- see skewed_t.h. */
#include "models/tails/skewed_t.h"

#include <math.h>

#include "models/elementary.h"
#include "models/student_lanes.h"

#define PI 0x1.921fb54442d18p1
#define NU_MIN 2.05
#define NU_MAX 200.0
#define LAMBDA_MAX 0.95
#define SQRT_2_OVER_PI 0.79788456080286535588

static double clamp(double value, double low, double high)
{
	if (!(value > low))
		return low;
	return value < high ? value : high;
}

struct skewed_t skewed_t_of(double nu, double lambda)
{
	struct skewed_t law = { 0.0, 0.0, 0.0, 1.0 };
	double c;

	if (nu == 0.0)
		return law;
	law.nu = clamp(nu, NU_MIN, NU_MAX);
	law.lambda = clamp(lambda, -LAMBDA_MAX, LAMBDA_MAX);
	if (law.lambda == 0.0)
		return law;
	c = elementary_exp(elementary_lgamma(0.5 * (law.nu + 1.0)) -
			   elementary_lgamma(0.5 * law.nu) -
			   0.5 * elementary_log(PI * (law.nu - 2.0)));
	law.a = 4.0 * law.lambda * c * (law.nu - 2.0) / (law.nu - 1.0);
	law.b = sqrt(1.0 + 3.0 * law.lambda * law.lambda - law.a * law.a);
	return law;
}

/* E[T; T <= y] of Student's t, given its log density there. */
static double partial_mean(double y, double nu, double log_density)
{
	return -(nu + y * y) / (nu - 1.0) * elementary_exp(log_density);
}

/* Of which probability the underlying Student's t has its quantile there: the
 * two halves, stretched by 1 - lambda and 1 + lambda, meet at -a / b. */
static double student_share(const struct skewed_t *law, double p)
{
	double left = 1.0 - law->lambda, right = 1.0 + law->lambda;

	return p < 0.5 * left ? p / left
			      : (p - 0.5 * left) / right + 0.5;
}

/* The point whose Student quantile is y; log densities there and at 0. */
static struct tail_point student_tail(const struct skewed_t *law, double p,
				      double y, const double log_densities[2])
{
	double scale = sqrt((law->nu - 2.0) / law->nu);
	double left = 1.0 - law->lambda, right = 1.0 + law->lambda;
	double mean = partial_mean(y, law->nu, log_densities[0]), k = left;

	if (p < 0.5 * left) {
		mean = left * left * mean;
	} else {
		double centre = partial_mean(0.0, law->nu, log_densities[1]);

		k = right;
		mean = left * left * centre + right * right * (mean - centre);
	}
	return (struct tail_point){ (k * scale * y - law->a) / law->b,
				    (scale * mean / p - law->a) / law->b };
}

struct tail_point skewed_t_tail(const struct skewed_t *law, double p)
{
	double q, densities[2];

	if (law->nu == 0.0) {
		q = normal_quantile(p);
		return (struct tail_point){ q, -normal_density(q) / p };
	}
	q = student_quantile(student_share(law, p), law->nu);
	densities[0] = student_log_density(q, law->nu);
	densities[1] = student_log_density(0.0, law->nu);
	return student_tail(law, p, q, densities);
}

void skewed_t_tails(struct tail_point *out, const struct skewed_t *law,
		    const double *p, size_t n)
{
	double shares[SKEWED_T_MANY] = { 0.0 }, y[SKEWED_T_MANY];
	double densities[SKEWED_T_MANY], at_zero;

	if (law->nu == 0.0) {
		for (size_t i = 0; i < n; i++)
			out[i] = skewed_t_tail(law, p[i]);
		return;
	}
	for (size_t i = 0; i < n; i++)
		shares[i] = student_share(law, p[i]);
	student_quantiles(y, shares, n, law->nu);
	student_log_densities(densities, y, n, law->nu);
	at_zero = student_log_density(0.0, law->nu);
	for (size_t i = 0; i < n; i++)
		out[i] = student_tail(law, p[i], y[i],
				      (const double[2]){ densities[i],
							 at_zero });
}

double skewed_t_mean_size(double nu)
{
	if (nu == 0.0)
		return SQRT_2_OVER_PI;
	nu = clamp(nu, NU_MIN, NU_MAX);
	return 2.0 * sqrt(nu - 2.0) / ((nu - 1.0) * sqrt(PI)) *
	       elementary_exp(elementary_lgamma(0.5 * (nu + 1.0)) -
			      elementary_lgamma(0.5 * nu));
}
