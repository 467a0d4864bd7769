/* degrees.c -- see degrees.h. */
#include "models/tails/degrees.h"

#include <math.h>

#include "models/volatility/lanes.h"

#define PI 0x1.921fb54442d18p1
#define LOW -2.9957322735539909  /* log 0.05: nu 2.05 */
#define HIGH 5.2882670306945352  /* log 198: nu 200 */
#define GOLDEN 0.61803398874989485
#define STEPS 32

/* log prod (1 + z^2 / (nu - 2)); values beyond the last whole vector apart. */
LANES_CLONES static double log_kernel(const double *z, size_t n, double inverse)
{
	struct lanes_product product = lanes_product_of_none();
	size_t t = 0;
	double rest = 1.0;

	for (; t + LANES <= n; t += LANES) {
		lanes x = lanes_load(z + t);

		lanes_multiply(&product, 1.0 + x * x * inverse);
	}
	for (; t < n; t++)
		rest *= 1.0 + z[t] * z[t] * inverse;
	return lanes_log_sum(&product) + elementary_log(rest);
}

static double likelihood(const double *z, size_t n, double x)
{
	double nu = 2.0 + elementary_exp(x);
	double constant = elementary_lgamma(0.5 * (nu + 1.0)) -
			  elementary_lgamma(0.5 * nu) -
			  0.5 * elementary_log(PI * (nu - 2.0));

	return (double)n * constant -
	       0.5 * (nu + 1.0) * log_kernel(z, n, 1.0 / (nu - 2.0));
}

enum status degrees_fit(double *out, const double *z, size_t n)
{
	double low = LOW, high = HIGH, a, b, fa, fb;

	if (n < 20)
		return E_INPUT;
	for (size_t t = 0; t < n; t++)
		if (!(fabs(z[t]) < 1e70))
			return E_INPUT;
	a = high - GOLDEN * (high - low);
	b = low + GOLDEN * (high - low);
	fa = likelihood(z, n, a);
	fb = likelihood(z, n, b);
	for (int k = 0; k < STEPS; k++) {
		if (fa > fb) {
			high = b;
			b = a;
			fb = fa;
			a = high - GOLDEN * (high - low);
			fa = likelihood(z, n, a);
		} else {
			low = a;
			a = b;
			fa = fb;
			b = low + GOLDEN * (high - low);
			fb = likelihood(z, n, b);
		}
	}
	*out = 2.0 + elementary_exp(0.5 * (low + high));
	return OK;
}
