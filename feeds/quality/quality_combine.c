/* quality_combine.c -- steps 6 and 7: one price of many, and when they differ
 * too much to be used; see quality.h. */
#include "feeds/quality/quality_internal.h"

/** A family's say. */
struct say {
	double price, weight;
};

static void sort_says(struct say *says, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = i; j && says[j].price < says[j - 1].price;
		     j--) {
			struct say swap = says[j];

			says[j] = says[j - 1];
			says[j - 1] = swap;
		}
}

/* A family's middle price; its depth is that of its deepest source. */
static struct say family_say(const struct quality_vote *votes, size_t count,
			     uint32_t family)
{
	double prices[QUALITY_SOURCES_MAX];
	struct say say = { 0 };
	size_t same = 0;

	for (size_t i = 0; i < count; i++) {
		if (votes[i].family != family)
			continue;
		prices[same++] = votes[i].price;
		if (votes[i].depth_usd > say.weight)
			say.weight = votes[i].depth_usd;
	}
	quality_sort(prices, same);
	say.price = quality_median(prices, same);
	return say;
}

static size_t gather(struct say *says, const struct quality_vote *votes,
		     size_t count)
{
	size_t families = 0;

	for (size_t i = 0; i < count; i++) {
		bool known = false;

		for (size_t j = 0; j < i; j++)
			known = known || votes[j].family == votes[i].family;
		if (!known)
			says[families++] = family_say(votes, count,
						      votes[i].family);
	}
	sort_says(says, families);
	return families;
}

static double total_weight(const struct say *says, size_t count, double cap)
{
	double total = 0;

	for (size_t i = 0; i < count; i++)
		total += says[i].weight < cap ? says[i].weight : cap;
	return total;
}

/* Nobody above a third: the cap at which that holds, by halving.  Fewer than
 * three that have weight count the same, and all do when nobody has. */
static void cap_weights(struct say *says, size_t count)
{
	double low = 0, high = 0;
	size_t weighty = 0;

	for (size_t i = 0; i < count; i++) {
		weighty += says[i].weight > 0;
		high = says[i].weight > high ? says[i].weight : high;
	}
	if (weighty >= 3 && high > total_weight(says, count, high) / 3)
		for (int i = 0; i < 200; i++) {
			double middle = (low + high) / 2;

			if (middle > total_weight(says, count, middle) / 3)
				high = middle;
			else
				low = middle;
		}
	for (size_t i = 0; i < count; i++)
		if (weighty < 3)
			says[i].weight = !weighty || says[i].weight > 0;
		else if (says[i].weight > high)
			says[i].weight = high;
}

/* Midway between the lower and the upper weighted median. */
static double weighted_median(const struct say *says, size_t count)
{
	double half = total_weight(says, count, 1e300) / 2;
	double from_below = 0, from_above = 0, lower = 0, upper = 0;

	for (size_t i = 0; i < count && from_below < half; i++) {
		from_below += says[i].weight;
		lower = says[i].price;
	}
	for (size_t i = count; i > 0 && from_above < half; i--) {
		from_above += says[i - 1].weight;
		upper = says[i - 1].price;
	}
	return (lower + upper) / 2;
}

struct quality_aggregate quality_combine(const struct quality_rules *rules,
					 const struct quality_vote *votes,
					 size_t count)
{
	struct say says[QUALITY_SOURCES_MAX];
	struct quality_aggregate out = { .families = gather(says, votes,
							    count) };

	if (!out.families)
		return out;
	out.dispersion = says[out.families - 1].price - says[0].price;
	cap_weights(says, out.families);
	out.price = weighted_median(says, out.families);
	out.dispersion /= out.price;
	out.enough = out.families >= rules->families_least;
	return out;
}

double quality_depth(double depth_usd, double volume_usd, double turns_most)
{
	bool washed = volume_usd > depth_usd * turns_most;

	return depth_usd > 0 && !washed ? depth_usd : 0;
}

bool quality_breaker_step(struct quality_breaker *breaker,
			  const struct quality_rules *rules,
			  const struct quality_aggregate *aggregate)
{
	bool wild = aggregate->dispersion > rules->disagreement;
	bool calm = aggregate->dispersion < rules->disagreement / 2;

	if (!aggregate->enough)
		return breaker->open;
	breaker->wild = wild ? breaker->wild + 1 : 0;
	breaker->calm = calm ? breaker->calm + 1 : 0;
	if (breaker->wild > rules->breaker_ticks)
		breaker->open = true;
	if (breaker->calm >= rules->calm_ticks)
		breaker->open = false;
	return breaker->open;
}
