/* traffic_light.c -- see traffic_light.h. */
#include "backtest/scores/traffic_light.h"

#include "backtest/scores/binomial.h"

#define YELLOW 0.95
#define RED 0.9999
#define TABLE_BARS 250
#define TABLE_FIRST 5 /* hits without a multiplier are fewer */
#define TABLE_LAST 10

static const double multipliers[] = { 0.40, 0.50, 0.65, 0.75, 0.85, 1.00 };

/* Least count, but none is no loss, whose distribution function reaches
 * `level`, by bisection. */
static size_t reached_from(double level, size_t n, double p)
{
	size_t low = 1, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (binomial_cdf(middle, n, p) >= level)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static enum traffic_zone zone_of(const struct traffic_light *light,
				 size_t hits)
{
	if (hits >= light->red_from)
		return TRAFFIC_RED;
	return hits >= light->yellow_from ? TRAFFIC_YELLOW : TRAFFIC_GREEN;
}

static double multiplier_of(size_t hits)
{
	if (hits < TABLE_FIRST)
		return 0.0;
	return multipliers[(hits < TABLE_LAST ? hits : TABLE_LAST) -
			   TABLE_FIRST];
}

enum status traffic_light(struct traffic_light *out, size_t hits, size_t n,
			  double p)
{
	if (!n || n > TRAFFIC_LIGHT_BARS_MAX || hits > n ||
	    !(p > 0.0 && p < 1.0))
		return E_INPUT;
	out->yellow_from = reached_from(YELLOW, n, p);
	out->red_from = reached_from(RED, n, p);
	out->zone = zone_of(out, hits);
	out->probability = binomial_cdf(hits, n, p);
	out->has_multiplier = n == TABLE_BARS && p > 0.0099999 && p < 0.0100001;
	out->multiplier = out->has_multiplier ? multiplier_of(hits) : 0.0;
	return OK;
}

const char *traffic_zone_name(enum traffic_zone zone)
{
	switch (zone) {
	case TRAFFIC_GREEN:
		return "green";
	case TRAFFIC_YELLOW:
		return "yellow";
	case TRAFFIC_RED:
		return "red";
	}
	return "unknown";
}
