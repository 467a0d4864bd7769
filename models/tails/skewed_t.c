/* skewed_t.c -- see skewed_t.h. */
#include "models/tails/skewed_t.h"

#include <math.h>

#include "models/elementary.h"

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

/* E[T; T <= y] of Student's t. */
static double partial_mean(double y, double nu)
{
	return -(nu + y * y) / (nu - 1.0) *
	       elementary_exp(student_log_density(y, nu));
}

/* The two halves of a Student-t, stretched by 1 - lambda and 1 + lambda, meet
 * at -a / b. */
static struct tail_point student_tail(const struct skewed_t *law, double p)
{
	double scale = sqrt((law->nu - 2.0) / law->nu);
	double left = 1.0 - law->lambda, right = 1.0 + law->lambda;
	double y, mean, k = left;

	if (p < 0.5 * left) {
		y = student_quantile(p / left, law->nu);
		mean = left * left * partial_mean(y, law->nu);
	} else {
		double centre = partial_mean(0.0, law->nu);

		k = right;
		y = student_quantile((p - 0.5 * left) / right + 0.5, law->nu);
		mean = left * left * centre +
		       right * right * (partial_mean(y, law->nu) - centre);
	}
	return (struct tail_point){ (k * scale * y - law->a) / law->b,
				    (scale * mean / p - law->a) / law->b };
}

struct tail_point skewed_t_tail(const struct skewed_t *law, double p)
{
	double q;

	if (law->nu != 0.0)
		return student_tail(law, p);
	q = normal_quantile(p);
	return (struct tail_point){ q, -normal_density(q) / p };
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
