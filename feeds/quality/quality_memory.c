/* quality_memory.c -- what a source's past says about its next price, and what
 * the others say of it; see quality.h. */
#include <math.h>

#include "feeds/quality/quality_internal.h"

#define HOUR_S 3600.0
#define INTERVALS_LEAST 3

void quality_sort(double *values, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = i; j && values[j] < values[j - 1]; j--) {
			double swap = values[j];

			values[j] = values[j - 1];
			values[j - 1] = swap;
		}
}

double quality_median(const double *values, size_t count)
{
	if (!count)
		return 0;
	return count % 2 ? values[count / 2]
			 : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int64_t quality_stale_after_s(const struct quality_source *source,
			      const struct quality_memory *memory)
{
	double sorted[QUALITY_INTERVALS];
	size_t count = memory->interval_count;

	if (source->heartbeat_s)
		return source->heartbeat_s + source->heartbeat_s / 10;
	if (count < INTERVALS_LEAST)
		return 0;
	if (count > QUALITY_INTERVALS)
		count = QUALITY_INTERVALS;
	for (size_t i = 0; i < count; i++)
		sorted[i] = (double)memory->intervals[i];
	quality_sort(sorted, count);
	return (int64_t)(3 * quality_median(sorted, count));
}

double quality_deviation(const struct quality_memory *memory,
			 const struct quality_rules *rules, int64_t seconds)
{
	double least = rules->sigma_least * rules->sigma_least / HOUR_S;
	double variance = memory->variance > least ? memory->variance : least;

	return sqrt(variance * (double)(seconds > 1 ? seconds : 1));
}

/* What a source says of a moment: its last two, so that a moment on the edge of
 * a candle is in one of them. */
struct saying {
	double low, high;
	bool market; /* both are candles: all that was traded in their time */
};

static struct saying saying_of(const struct quality_memory *memory)
{
	struct saying out = { memory->low[0], memory->high[0],
			      memory->low[0] < memory->high[0] };

	if (!memory->said_s[1])
		return out;
	if (memory->low[1] < out.low)
		out.low = memory->low[1];
	if (memory->high[1] > out.high)
		out.high = memory->high[1];
	out.market = out.market && memory->low[1] < memory->high[1];
	return out;
}

static bool near(const struct quality_memory *memory,
		 const struct quality_source *source, int64_t then_s,
		 int64_t time_s)
{
	int64_t limit = quality_stale_after_s(source, memory);
	int64_t apart = time_s > then_s ? time_s - then_s : then_s - time_s;

	if (source->speaks_s && source->speaks_s < limit && time_s > then_s)
		limit = source->speaks_s;
	return then_s && limit && apart <= limit;
}

static bool agrees(const struct saying *saying,
		   const struct quality_rules *rules,
		   const struct quality_observation *observation)
{
	double slack = 1 + rules->agreement;

	return observation->price <= saying->high * slack &&
	       observation->price >= saying->low / slack;
}

/* One family counts once; one of its sources that agrees is enough. */
static int family_says(struct quality_judgement *out,
		       const struct quality_state *state,
		       const struct quality_rules *rules,
		       const struct quality_observation *observation,
		       uint32_t family)
{
	bool unseen = false;
	int says = 0;

	for (size_t i = 0; i < rules->source_count; i++) {
		const struct quality_memory *memory = &state->sources[i];
		struct saying saying = saying_of(memory);

		if (rules->sources[i].family != family ||
		    !near(memory, &rules->sources[i], memory->said_s[0],
			  observation->time_s))
			continue;
		if (agrees(&saying, rules, observation))
			return 1;
		unseen = unseen || saying.market;
		says = -1;
	}
	out->unseen = out->unseen || unseen;
	return says;
}

static bool first_of_family(const struct quality_rules *rules, size_t source)
{
	for (size_t i = 0; i < source; i++)
		if (rules->sources[i].family == rules->sources[source].family)
			return false;
	return true;
}

void quality_witnesses(struct quality_judgement *out,
		       const struct quality_state *state,
		       const struct quality_rules *rules,
		       const struct quality_observation *observation)
{
	uint32_t own = rules->sources[observation->source].family;

	for (size_t i = 0; i < rules->source_count; i++) {
		uint32_t family = rules->sources[i].family;
		int says;

		if (family == own || !first_of_family(rules, i))
			continue;
		says = family_says(out, state, rules, observation, family);
		out->confirming += says > 0;
		out->contradicting += says < 0;
	}
}

size_t quality_votes(struct quality_vote *votes,
		     const struct quality_state *state,
		     const struct quality_rules *rules, int64_t now_s)
{
	size_t count = 0;

	for (size_t i = 0; i < rules->source_count; i++)
		if (near(&state->sources[i], &rules->sources[i],
			 state->sources[i].used_s, now_s))
			votes[count++] = (struct quality_vote){
				.family = rules->sources[i].family,
				.price = state->sources[i].price };
	return count;
}
