/* impact.c -- see impact.h. */
#include "models/liquidity/impact.h"

#include <string.h>

#include "models/elementary.h"

#define TAIL_POWER_MIN 0.5
#define TAIL_POWER_MAX 1.5
#define SIZES_MAX 1e6 /* of the last quote: farther is not looked for */
#define LN2 0x1.62e42fefa39efp-1

/* Pool-adjacent-violators, equal weights, in place. */
static void make_monotone(double *values, size_t count)
{
	double mean[CURVE_POINTS_MAX];
	size_t weight[CURVE_POINTS_MAX], blocks = 0, at = 0;

	for (size_t i = 0; i < count; i++) {
		mean[blocks] = values[i];
		weight[blocks++] = 1;
		while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
			size_t sum = weight[blocks - 2] + weight[blocks - 1];

			mean[blocks - 2] =
				(mean[blocks - 2] * (double)weight[blocks - 2] +
				 mean[blocks - 1] * (double)weight[blocks - 1]) /
				(double)sum;
			weight[blocks - 2] = sum;
			blocks--;
		}
	}
	for (size_t b = 0; b < blocks; b++)
		for (size_t k = 0; k < weight[b]; k++)
			values[at++] = mean[b];
}

static double fit_tail_power(const struct impact_curve *curve)
{
	size_t n = curve->count;
	double power = 1.0;

	if (n > 1 && curve->impact[n - 2] > 0.0)
		power = elementary_log(curve->impact[n - 1] /
				       curve->impact[n - 2]) /
			elementary_log(curve->size_usd[n - 1] /
				       curve->size_usd[n - 2]);
	if (power < TAIL_POWER_MIN)
		return TAIL_POWER_MIN;
	return power > TAIL_POWER_MAX ? TAIL_POWER_MAX : power;
}

enum status impact_prepare(struct impact_curve *curve,
			   const struct liquidity_curve *quotes,
			   uint32_t depth_bps, uint64_t ceiling_usd,
			   uint32_t half_life_s)
{
	struct impact_curve made;

	if (!quotes->count || quotes->count > CURVE_POINTS_MAX || !depth_bps ||
	    depth_bps > 10000 || !half_life_s)
		return E_INPUT;
	memset(&made, 0, sizeof(made));
	made.count = quotes->count;
	for (size_t i = 0; i < made.count; i++) {
		made.size_usd[i] = (double)quotes->points[i].size_usd *
				   (double)depth_bps / 10000.0;
		made.impact[i] = (double)quotes->points[i].impact_bps / 10000.0;
	}
	make_monotone(made.impact, made.count);
	made.tail_power = fit_tail_power(&made);
	made.size_limit_usd = (double)ceiling_usd * (double)depth_bps / 10000.0;
	made.recovery_per_s = LN2 / (double)half_life_s;
	*curve = made;
	return OK;
}

static double beyond_last(const struct impact_curve *curve, double size_usd)
{
	size_t last = curve->count - 1;
	double ratio = size_usd / curve->size_usd[last];
	double impact = curve->impact[last] *
			elementary_exp(curve->tail_power *
				       elementary_log(ratio));

	/* A last quote without impact says nothing about larger sizes. */
	if (curve->impact[last] <= 0.0)
		impact = 1.0;
	return impact < 1.0 ? impact : 1.0;
}

double impact_of(const struct impact_curve *curve, double size_usd)
{
	double size_before = 0.0, impact_before = 0.0;

	if (size_usd <= 0.0)
		return 0.0;
	if (curve->size_limit_usd > 0.0 && size_usd > curve->size_limit_usd)
		return 1.0;
	for (size_t i = 0; i < curve->count; i++) {
		if (size_usd <= curve->size_usd[i])
			return impact_before +
			       (curve->impact[i] - impact_before) *
				       (size_usd - size_before) /
				       (curve->size_usd[i] - size_before);
		size_before = curve->size_usd[i];
		impact_before = curve->impact[i];
	}
	return beyond_last(curve, size_usd);
}

/* Where the straight piece that ends at point i reaches `impact`. */
static double within_piece(const struct impact_curve *curve, size_t i,
			   double impact)
{
	double size_before = i ? curve->size_usd[i - 1] : 0.0;
	double impact_before = i ? curve->impact[i - 1] : 0.0;

	return size_before + (curve->size_usd[i] - size_before) *
				     (impact - impact_before) /
				     (curve->impact[i] - impact_before);
}

/* The inverse of the power law beyond the last point; the largest size that is
 * looked for where nothing moves the price. */
static double beyond_points(const struct impact_curve *curve, double impact)
{
	size_t last = curve->count - 1;
	double most = curve->size_usd[last] * SIZES_MAX, size;

	if (curve->impact[last] <= 0.0)
		return impact < 1.0 ? curve->size_usd[last] : most;
	if (impact >= 1.0)
		return most;
	size = curve->size_usd[last] *
	       elementary_exp(elementary_log(impact / curve->impact[last]) /
			      curve->tail_power);
	return size < most ? size : most;
}

double impact_capacity(const struct impact_curve *curve, double impact)
{
	size_t i = 0;
	double size;

	if (impact <= 0.0)
		return 0.0;
	while (i < curve->count && curve->impact[i] <= impact)
		i++;
	size = i < curve->count ? within_piece(curve, i, impact)
				: beyond_points(curve, impact);
	if (curve->size_limit_usd > 0.0 && size > curve->size_limit_usd)
		size = curve->size_limit_usd;
	/* Rounding must not put the size where its impact is above. */
	for (double less = 0x1p-50; impact_of(curve, size) > impact; less *= 2)
		size *= 1.0 - (less < 0.5 ? less : 0.5);
	return size;
}

double impact_sellable(const struct impact_curve *curve, double impact,
		       double horizon_s)
{
	return impact_capacity(curve, impact) *
	       (1.0 + curve->recovery_per_s * horizon_s);
}
