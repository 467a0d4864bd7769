/* paths_scale.c -- the scale of a t variate as a function of a normal; see
 * paths_internal.h. */
#include "models/paths_internal.h"

#include <math.h>

#include "models/elementary.h"

#define NEWTON_STEPS 6
#define SERIES_TERMS 128 /* of the lower tail up to the median, 200 degrees */

/* Half the chi-square variable, x = exp(t), is gamma with shape a. */
struct gamma_law {
	unsigned shape;
	double log_gamma; /* of the shape */
};

/* P(X <= x) over x's density in log x: 1 / a + x / (a (a + 1)) + ... */
static double lower_ratio(const struct gamma_law *law, double x)
{
	double term = 1.0 / (double)law->shape, sum = term;

	for (unsigned i = 1; i <= SERIES_TERMS; i++) {
		term *= x / (double)(law->shape + i);
		sum += term;
	}
	return sum;
}

/* P(X > x) over the same: 1 / x + (a - 1) / x^2 + ..., a finite sum. */
static double upper_ratio(const struct gamma_law *law, double x)
{
	double term = 1.0 / x, sum = term;

	for (unsigned i = 1; i < law->shape; i++) {
		term *= (double)(law->shape - i) / x;
		sum += term;
	}
	return sum;
}

/* log x where the tail on y's side is as heavy as the normal's beyond y. */
static double solve(const struct gamma_law *law, double y, double t)
{
	double goal = elementary_log(normal_cdf(-fabs(y)));

	for (int i = 0; i < NEWTON_STEPS; i++) {
		double x = elementary_exp(t);
		double ratio = y < 0.0 ? lower_ratio(law, x)
				       : upper_ratio(law, x);
		double tail = (double)law->shape * t - x - law->log_gamma +
			      elementary_log(ratio);

		t -= (tail - goal) * (y < 0.0 ? ratio : -ratio);
	}
	return t;
}

void scale_table_build(struct scale_table *table, unsigned degrees)
{
	struct gamma_law law = { degrees / 2, 0.0 };
	double width = 2.0 * SCALE_REACH / SCALE_CELLS, t;
	double half = 0.5 * ((double)degrees - 2.0);

	law.log_gamma = elementary_lgamma((double)law.shape);
	t = (elementary_log(normal_cdf(-SCALE_REACH)) + law.log_gamma +
	     elementary_log((double)law.shape)) / (double)law.shape;
	for (size_t i = 0; i <= SCALE_CELLS; i++) {
		double y = (double)i * width - SCALE_REACH, rise, scale;

		t = solve(&law, y, t);
		scale = sqrt(half * elementary_exp(-t));
		/* how fast log x rises with y: one density over the other */
		rise = normal_density(y) *
		       elementary_exp(elementary_exp(t) + law.log_gamma -
				      (double)law.shape * t);
		table->points[2 * i] = scale;
		table->points[2 * i + 1] = -0.5 * scale * rise * width;
	}
}
