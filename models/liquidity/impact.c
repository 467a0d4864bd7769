/* impact.c -- see impact.h. */
#include "models/liquidity/impact.h"

#include <string.h>

#include "models/elementary.h"

#define TAIL_POWER_MIN 0.5
#define TAIL_POWER_MAX 1.5
#define SIZES_MAX 1e6 /* of the last quote: farther is not looked for */
#define LN2 0x1.62e42fefa39efp-1
#define QUARTER_OCTAVE_BITS 50 /* of a double, below its exponent and two bits */
#define PIECE_OF_ONE ((uint64_t)1023 << 2)

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

/* A size over the last quote's, where piece k begins: 1, 1.25, 1.5, 1.75, 2,
 * 2.5, 3, ... */
static double ratio_at(uint64_t k)
{
	uint64_t bits = (PIECE_OF_ONE + k) << QUARTER_OCTAVE_BITS;
	double ratio;

	memcpy(&ratio, &bits, sizeof(ratio));
	return ratio;
}

/* The piece of a ratio of 1 or more. */
static uint64_t piece_of(double ratio)
{
	uint64_t bits;

	memcpy(&bits, &ratio, sizeof(bits));
	return (bits >> QUARTER_OCTAVE_BITS) - PIECE_OF_ONE;
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

/* Of the quotes' law, above 1 where it is. */
static double power_law(const struct impact_curve *curve, double ratio)
{
	size_t last = curve->count - 1;
	double impact = curve->impact[last] *
			elementary_exp(curve->tail_power *
				       elementary_log(ratio));

	/* A last quote without impact says nothing about larger sizes. */
	return curve->impact[last] > 0.0 ? impact : 1.0;
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
	for (size_t k = 0; k <= IMPACT_PIECES; k++)
		made.tail_impact[k] = power_law(&made, ratio_at(k));
	made.size_limit_usd = (double)ceiling_usd * (double)depth_bps / 10000.0;
	made.recovery_per_s = LN2 / (double)half_life_s;
	*curve = made;
	return OK;
}

static double beyond_last(const struct impact_curve *curve, double size_usd)
{
	double ratio = size_usd / curve->size_usd[curve->count - 1], impact;
	uint64_t k = piece_of(ratio);

	if (k >= IMPACT_PIECES) {
		impact = power_law(curve, ratio);
	} else {
		double from = ratio_at(k), to = ratio_at(k + 1);

		impact = curve->tail_impact[k] +
			 (curve->tail_impact[k + 1] - curve->tail_impact[k]) *
				 ((ratio - from) / (to - from));
	}
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

/* The ratio to the last size where a piece of the power law reaches `impact`. */
static double within_tail(const struct impact_curve *curve, double impact)
{
	size_t low = 0, high = IMPACT_PIECES;
	const double *at = curve->tail_impact;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (at[middle] <= impact)
			low = middle;
		else
			high = middle;
	}
	return ratio_at(low) + (ratio_at(low + 1) - ratio_at(low)) *
				       ((impact - at[low]) /
					(at[low + 1] - at[low]));
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
	if (impact < curve->tail_impact[IMPACT_PIECES])
		size = curve->size_usd[last] * within_tail(curve, impact);
	else
		size = curve->size_usd[last] *
		       elementary_exp(elementary_log(impact /
						     curve->impact[last]) /
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
