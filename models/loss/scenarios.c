/* scenarios.c -- see scenarios.h.
 *
 * The table's figures are rounded public facts: ETH's deepest fall of those
 * days from the hour before, in log price, and the same fall in deviations of
 * three days as the month before had them; the knots are hours of that day or
 * of those three days.  Depth is a judgement on what was reported of order
 * books and pools.  The last four are made up. */
#include "models/loss/scenarios.h"

#include "models/elementary.h"

#define OTHERS_SHARE 0.1 /* of their fall, when one asset is hit */

static const struct scenario table[] = {
	/* ETH from 195 to 88 USD in 26 hours, most of it in two plunges. */
	{ "black-thursday-2020", SCENARIO_ALL, 0.75, 9.0, 0.0, 0.0, 0.2, 7,
	  { { 0.25, 0.15 }, { 0.375, 0.2 }, { 0.5, 0.55 }, { 0.75, 0.5 },
	    { 0.875, 0.6 }, { 0.95, 1.0 }, { 1.0, 0.9 } } },
	/* ETH from 3,400 to 1,900 in half a day, half of it back at night. */
	{ "may-2021", SCENARIO_ALL, 0.58, 5.0, 0.0, 0.0, 0.4, 6,
	  { { 0.25, 0.2 }, { 0.4, 0.25 }, { 0.55, 1.0 }, { 0.65, 0.4 },
	    { 0.8, 0.45 }, { 1.0, 0.55 } } },
	/* ETH a quarter down as LUNA went to nothing; stETH began to slip. */
	{ "luna-2022", SCENARIO_ALL, 0.26, 4.5, 0.0, 0.03, 0.5, 6,
	  { { 0.12, 0.0 }, { 0.25, 0.3 }, { 0.4, 1.0 }, { 0.6, 0.75 },
	    { 0.75, 0.45 }, { 1.0, 0.6 } } },
	/* ETH -30 % in three days; stETH at 0.935 ETH, its pool one-sided. */
	{ "steth-2022", SCENARIO_ALL, 0.35, 5.0, 0.0, 0.07, 0.4, 6,
	  { { 0.12, 0.45 }, { 0.25, 0.45 }, { 0.4, 0.6 }, { 0.5, 0.55 },
	    { 0.8, 1.0 }, { 1.0, 0.45 } } },
	/* ETH -27 % from the evening of 8 November to the night of the 9th. */
	{ "ftx-2022", SCENARIO_ALL, 0.32, 6.0, 0.0, 0.01, 0.4, 7,
	  { { 0.12, 0.3 }, { 0.25, 0.4 }, { 0.4, 0.75 }, { 0.5, 1.0 },
	    { 0.65, 0.65 }, { 0.75, 0.5 }, { 1.0, 0.45 } } },
	/* USDC at 0.87 within twelve hours, back after three days; ETH held. */
	{ "usdc-2023", SCENARIO_ALL, 0.0, 0.0, 0.14, 0.0, 0.3, 8,
	  { { 0.05, 0.1 }, { 0.1, 0.7 }, { 0.17, 1.0 }, { 0.33, 0.2 },
	    { 0.5, 0.4 }, { 0.67, 0.3 }, { 0.85, 0.1 }, { 1.0, 0.0 } } },
	/* CRV -34 % in two days after its pools were drained; ETH stood. */
	{ "crv-2023", SCENARIO_ONE, 0.42, 7.0, 0.0, 0.0, 0.3, 7,
	  { { 0.12, 0.55 }, { 0.25, 0.3 }, { 0.4, 0.45 }, { 0.5, 0.65 },
	    { 0.55, 1.0 }, { 0.7, 0.5 }, { 1.0, 0.65 } } },
	/* ETH -25 % within hours of a Monday's opening in Asia. */
	{ "august-2024", SCENARIO_ALL, 0.29, 6.0, 0.0, 0.0, 0.4, 6,
	  { { 0.25, 0.15 }, { 0.33, 0.4 }, { 0.38, 1.0 }, { 0.5, 0.65 },
	    { 0.7, 0.75 }, { 1.0, 0.5 } } },
	/* ETH -21 % in an hour, smaller tokens -70 %; books nearly empty. */
	{ "october-2025", SCENARIO_ALL, 0.24, 5.5, 0.0, 0.01, 0.1, 6,
	  { { 0.25, 0.3 }, { 0.35, 0.4 }, { 0.39, 1.0 }, { 0.45, 0.55 },
	    { 0.6, 0.6 }, { 1.0, 0.5 } } },
	{ "flash-crash-recovery", SCENARIO_ALL, 0.6, 6.0, 0.0, 0.0, 0.2, 5,
	  { { 0.04, 0.0 }, { 0.08, 1.0 }, { 0.17, 0.1 }, { 0.5, 0.05 },
	    { 1.0, 0.0 } } },
	{ "slow-bleed", SCENARIO_ALL, 0.5, 5.0, 0.0, 0.0, 0.7, 1,
	  { { 1.0, 1.0 } } },
	{ "correlation-one", SCENARIO_TOGETHER, 0.4, 4.0, 0.0, 0.02, 0.4, 3,
	  { { 0.25, 0.5 }, { 0.5, 1.0 }, { 1.0, 0.9 } } },
	{ "stable-depeg", SCENARIO_ALL, 0.0, 0.0, 0.35, 0.0, 0.3, 3,
	  { { 0.1, 0.3 }, { 0.25, 1.0 }, { 1.0, 1.0 } } },
};

size_t scenario_count(void)
{
	return sizeof(table) / sizeof(table[0]);
}

const struct scenario *scenario_at(size_t index)
{
	return index < scenario_count() ? &table[index] : NULL;
}

static double shape_at(const struct scenario *scenario, double time)
{
	struct scenario_knot before = { 0.0, 0.0 };

	for (size_t i = 0; i < scenario->knot_count; i++) {
		struct scenario_knot knot = scenario->knots[i];

		if (time < knot.time)
			return before.fall + (knot.fall - before.fall) *
						     (time - before.time) /
						     (knot.time - before.time);
		before = knot;
	}
	return before.fall;
}

static bool falls_with_market(const struct scenario_request *request,
			      size_t asset)
{
	return request->stable[asset] == SCENARIO_VOLATILE ||
	       request->stable[asset] == SCENARIO_STAKED;
}

static double deviation_of(const struct scenario_request *request, size_t asset)
{
	return request->deviation[asset] > 0.0 ? request->deviation[asset] : 0.0;
}

/* How many of the market's assets deviate by less than `value`. */
static size_t count_below(const struct scenario_request *request, double value)
{
	size_t below = 0;

	for (size_t i = 0; i < request->asset_count; i++)
		below += falls_with_market(request, i) &&
			 deviation_of(request, i) < value;
	return below;
}

/* The lower median: one of the deviations, so that no order of assets and no
 * rounding of a mean comes in.  0 without volatile assets. */
static double median_deviation(const struct scenario_request *request)
{
	size_t count = 0;
	double median = 0.0;

	for (size_t i = 0; i < request->asset_count; i++)
		count += falls_with_market(request, i);
	for (size_t i = 0; i < request->asset_count; i++) {
		double value = deviation_of(request, i);

		if (falls_with_market(request, i) && value > median &&
		    count_below(request, value) <= (count - 1) / 2)
			median = value;
	}
	return median;
}

static double largest_deviation(const struct scenario_request *request)
{
	double largest = 0.0;

	for (size_t i = 0; i < request->asset_count; i++)
		if (falls_with_market(request, i) &&
		    deviation_of(request, i) > largest)
			largest = deviation_of(request, i);
	return largest;
}

static double beta_of(double deviation, double median)
{
	if (deviation <= SCENARIO_BETA_MIN * median)
		return median > 0.0 ? SCENARIO_BETA_MIN : 1.0;
	if (deviation >= SCENARIO_BETA_MAX * median)
		return SCENARIO_BETA_MAX;
	return deviation / median;
}

/* The whole fall of an asset that deviates so, log price. */
static double size_of(const struct scenario *scenario, double deviation,
		      double median)
{
	double own = scenario->deviations * deviation;
	double least = scenario->market_fall * beta_of(deviation, median);
	double size = own > least ? own : least;

	return size < SCENARIO_FALL_MAX ? size : SCENARIO_FALL_MAX;
}

static double volatile_fall(const struct scenario *scenario,
			    const struct scenario_request *request, size_t asset)
{
	double median = median_deviation(request);
	double largest = largest_deviation(request);
	double own = deviation_of(request, asset);

	if (scenario->reach == SCENARIO_TOGETHER)
		return size_of(scenario, largest, largest);
	if (scenario->reach == SCENARIO_ONE && own < largest)
		return OTHERS_SHARE * size_of(scenario, own, median);
	return size_of(scenario, own, median);
}

static double fall_of(const struct scenario *scenario,
		      const struct scenario_request *request, size_t asset)
{
	double fall;

	switch (request->stable[asset]) {
	case SCENARIO_VOLATILE:
		return volatile_fall(scenario, request, asset);
	case SCENARIO_STABLE:
		return scenario->stable_fall;
	case SCENARIO_STAKED:
		fall = volatile_fall(scenario, request, asset) +
		       scenario->staked_fall;
		return fall < SCENARIO_FALL_MAX ? fall : SCENARIO_FALL_MAX;
	default:
		return 0.0;
	}
}

void scenario_ratios(double *ratios, const struct scenario *scenario,
		     const struct scenario_request *request)
{
	for (size_t i = 0; i < request->asset_count; i++) {
		double fall = fall_of(scenario, request, i);

		for (size_t k = 0; k < request->step_count; k++) {
			double time = (double)(k + 1) * request->step_s /
				      request->horizon_s;

			ratios[k * request->asset_count + i] = elementary_exp(
				-fall * shape_at(scenario, time));
		}
	}
}
