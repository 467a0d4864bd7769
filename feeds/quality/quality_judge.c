/* quality_judge.c -- steps 1 to 5, in their order; see quality.h. */
#include <math.h>

#include "feeds/quality/quality_internal.h"
#include "models/elementary.h"

#define YEAR_S 31557600.0
#define MAD_TO_SIGMA 1.4826
#define MEMORY_OF_VARIANCE 0.94
#define PRICE_MOST 1e15

static bool is_price(double value)
{
	return value > 0 && value < PRICE_MOST; /* false for NaN */
}

static bool is_candle(const struct quality_observation *o)
{
	return o->low != 0 || o->high != 0;
}

static bool is_positive(const struct quality_observation *o)
{
	if (!is_price(o->price))
		return false;
	return !is_candle(o) ||
	       (is_price(o->low) && is_price(o->high) && o->low <= o->price &&
		o->price <= o->high);
}

/* Step 1, and times that cannot be. */
static enum quality_reason message_fault(const struct quality_rules *rules,
					 const struct quality_observation *o,
					 int64_t now_s)
{
	if (o->bad_schema)
		return QUALITY_SCHEMA;
	if (o->bad_signature)
		return QUALITY_SIGNATURE;
	return o->time_s <= 0 || o->time_s > now_s + rules->ahead_s
		       ? QUALITY_IN_FUTURE : QUALITY_NO_REASON;
}

/* Late: true or not, it says nothing of now and changes nothing known. */
static enum quality_reason lateness(const struct quality_memory *memory,
				    const struct quality_source *source,
				    const struct quality_observation *o,
				    int64_t now_s)
{
	int64_t limit = quality_stale_after_s(source, memory);

	if (o->time_s < memory->said_s[0])
		return QUALITY_OUT_OF_ORDER;
	return limit && now_s - o->time_s > limit ? QUALITY_STALE
						  : QUALITY_NO_REASON;
}

/* What no other source can excuse. */
static enum quality_reason value_fault(const struct quality_source *source,
				       const struct quality_observation *o)
{
	if (!is_positive(o))
		return QUALITY_NOT_POSITIVE;
	return (source->lowest > 0 && o->price <= source->lowest) ||
			       (source->highest > 0 &&
				o->price >= source->highest)
		       ? QUALITY_AT_BOUND : QUALITY_NO_REASON;
}

static bool above_ratio(const struct quality_source *source,
			const struct quality_observation *o)
{
	double years = (double)(o->time_s - source->ratio_s) / YEAR_S;

	return source->ratio > 0 &&
	       o->price > source->ratio * (1 + source->ratio_growth *
						       (years > 0 ? years : 0));
}

static bool off_peg(const struct quality_rules *rules,
		    const struct quality_observation *o)
{
	return rules->peg > 0 &&
	       fabs(o->price / rules->peg - 1) > rules->peg_band;
}

/* Could a price have gone from one to the other in that time? */
static bool reachable(const struct quality_memory *memory,
		      const struct quality_rules *rules, double ratio,
		      int64_t seconds)
{
	double move = fabs(elementary_log(ratio));

	return move <= rules->agreement ||
	       move <= rules->jump_sigmas *
			       quality_deviation(memory, rules, seconds);
}

static bool jumps(const struct quality_memory *memory,
		  const struct quality_rules *rules,
		  const struct quality_observation *o)
{
	return memory->used &&
	       !reachable(memory, rules, o->price / memory->price,
			  o->time_s - memory->used_s);
}

/* Every family's say at that time, this source's own being the new price. */
static size_t family_prices(double *prices, const struct quality_state *state,
			    const struct quality_rules *rules,
			    const struct quality_observation *o)
{
	struct quality_vote votes[QUALITY_SOURCES_MAX];
	size_t count = quality_votes(votes, state, rules, o->time_s);
	uint32_t own = rules->sources[o->source].family;
	size_t families = 0;

	prices[families++] = o->price;
	for (size_t i = 0; i < count; i++) {
		double of_family[QUALITY_SOURCES_MAX];
		size_t same = 0;
		bool first = votes[i].family != own;

		for (size_t j = 0; j < i; j++)
			first = first && votes[j].family != votes[i].family;
		for (size_t j = i; first && j < count; j++)
			if (votes[j].family == votes[i].family)
				of_family[same++] = votes[j].price;
		quality_sort(of_family, same);
		if (first)
			prices[families++] = quality_median(of_family, same);
	}
	return families;
}

static bool outlies(const struct quality_state *state,
		    const struct quality_rules *rules,
		    const struct quality_observation *o)
{
	double prices[QUALITY_SOURCES_MAX], apart[QUALITY_SOURCES_MAX];
	size_t count = family_prices(prices, state, rules, o);
	double middle, mad;

	if (count < 3)
		return false;
	quality_sort(prices, count);
	middle = quality_median(prices, count);
	for (size_t i = 0; i < count; i++)
		apart[i] = fabs(prices[i] - middle);
	quality_sort(apart, count);
	mad = quality_median(apart, count);
	if (mad < rules->mad_least * middle)
		mad = rules->mad_least * middle;
	return fabs(o->price - middle) > rules->hampel * MAD_TO_SIGMA * mad;
}

/* What may be strange and true. */
static enum quality_reason doubt(const struct quality_state *state,
				 const struct quality_rules *rules,
				 const struct quality_observation *o,
				 const struct quality_judgement *witnesses)
{
	const struct quality_memory *memory = &state->sources[o->source];

	if (off_peg(rules, o))
		return QUALITY_OFF_PEG;
	if (above_ratio(&rules->sources[o->source], o))
		return QUALITY_RATIO_CAP;
	if (jumps(memory, rules, o))
		return QUALITY_JUMP;
	/* A first price has no past to jump from, and a single print no range
	 * of its own to hold against a market's. */
	if (witnesses->contradicting && !witnesses->confirming &&
	    (!memory->used || (witnesses->unseen && !is_candle(o))))
		return QUALITY_OUTLIER;
	return outlies(state, rules, o) ? QUALITY_OUTLIER : QUALITY_NO_REASON;
}

/* The same level again and again, and nobody who says otherwise. */
static bool persists(struct quality_memory *memory,
		     const struct quality_rules *rules,
		     const struct quality_observation *o)
{
	bool same = memory->level_repeats &&
		    reachable(memory, rules, o->price / memory->level,
			      o->time_s - memory->level_s);

	memory->level_s = o->time_s;
	memory->level_repeats = same ? memory->level_repeats + 1 : 1;
	memory->level = o->price;
	return memory->level_repeats >= rules->repeats;
}

/* A peg that broke stays broken: every further price is strange, and none is
 * rejected that follows from the one before. */
static bool follows(const struct quality_memory *memory,
		    const struct quality_rules *rules,
		    const struct quality_observation *o,
		    enum quality_reason reason)
{
	return (reason == QUALITY_OFF_PEG || reason == QUALITY_RATIO_CAP) &&
	       memory->used && !jumps(memory, rules, o);
}

static enum quality_verdict weigh(struct quality_memory *memory,
				  const struct quality_rules *rules,
				  const struct quality_observation *o,
				  const struct quality_judgement *so_far)
{
	bool believable;

	if (so_far->confirming)
		return so_far->confirming > 1 && so_far->reason == QUALITY_JUMP
			       ? QUALITY_ACCEPTED : QUALITY_MARKED;
	believable = follows(memory, rules, o, so_far->reason);
	if (!believable)
		believable = persists(memory, rules, o);
	return believable && !so_far->contradicting ? QUALITY_MARKED
						    : QUALITY_REJECTED;
}

static void hear(struct quality_memory *memory,
		 const struct quality_observation *o)
{
	if (memory->said_s[0] && o->time_s > memory->said_s[0])
		memory->intervals[memory->interval_count++ %
				  QUALITY_INTERVALS] =
			o->time_s - memory->said_s[0];
	memory->said_s[1] = memory->said_s[0];
	memory->low[1] = memory->low[0];
	memory->high[1] = memory->high[0];
	memory->said_s[0] = o->time_s;
	memory->low[0] = is_candle(o) ? o->low : o->price;
	memory->high[0] = is_candle(o) ? o->high : o->price;
}

/* A move that was confirmed teaches, but one alone not more than a jump. */
static void learn_variance(struct quality_memory *memory,
			   const struct quality_rules *rules,
			   const struct quality_observation *o)
{
	int64_t seconds = o->time_s - memory->used_s;
	double most, move;

	if (!memory->used || seconds < 1)
		return;
	move = fabs(elementary_log(o->price / memory->price));
	most = rules->jump_sigmas * quality_deviation(memory, rules, seconds);
	if (move > most)
		move = most;
	memory->variance = MEMORY_OF_VARIANCE * memory->variance +
			   (1 - MEMORY_OF_VARIANCE) * move * move /
				   (double)seconds;
}

static void learn(struct quality_memory *memory,
		  const struct quality_rules *rules,
		  const struct quality_observation *o)
{
	if (!memory->used)
		memory->variance = rules->sigma_first * rules->sigma_first /
				   3600;
	learn_variance(memory, rules, o);
	memory->used = true;
	memory->price = o->price;
	memory->used_s = o->time_s;
	memory->level_repeats = 0;
}

/* Steps 2 and 3 as far as other sources have no say: the first that fails
 * names the reason, the worst gives the verdict. */
static bool judge_alone(struct quality_judgement *out,
			const struct quality_memory *memory,
			const struct quality_source *source,
			const struct quality_observation *o, int64_t now_s)
{
	enum quality_reason late = lateness(memory, source, o, now_s);
	enum quality_reason value = value_fault(source, o);

	if (late)
		out->verdict = QUALITY_MARKED;
	if (value)
		out->verdict = QUALITY_REJECTED;
	out->reason = late ? late : value;
	return out->reason != QUALITY_NO_REASON;
}

static void judge_among(struct quality_judgement *out,
			struct quality_state *state,
			const struct quality_rules *rules,
			const struct quality_observation *o)
{
	struct quality_memory *memory = &state->sources[o->source];

	out->reason = doubt(state, rules, o, out);
	hear(memory, o);
	if (out->reason)
		out->verdict = weigh(memory, rules, o, out);
	if (out->verdict == QUALITY_ACCEPTED)
		out->reason = QUALITY_NO_REASON;
	if (out->verdict != QUALITY_REJECTED)
		learn(memory, rules, o);
}

struct quality_judgement
quality_judge(struct quality_state *state, const struct quality_rules *rules,
	      const struct quality_observation *observation, int64_t now_s)
{
	struct quality_judgement out = {
		.reason = message_fault(rules, observation, now_s) };

	if (out.reason) {
		out.verdict = QUALITY_REJECTED;
		return out;
	}
	if (judge_alone(&out, &state->sources[observation->source],
			&rules->sources[observation->source], observation,
			now_s))
		return out;
	quality_witnesses(&out, state, rules, observation);
	judge_among(&out, state, rules, observation);
	return out;
}

/* Who was too late, or said what cannot be, was not heard. */
static bool was_heard(enum quality_reason reason)
{
	switch (reason) {
	case QUALITY_NO_REASON:
	case QUALITY_OFF_PEG:
	case QUALITY_RATIO_CAP:
	case QUALITY_JUMP:
	case QUALITY_OUTLIER:
		return true;
	case QUALITY_SCHEMA:
	case QUALITY_SIGNATURE:
	case QUALITY_IN_FUTURE:
	case QUALITY_OUT_OF_ORDER:
	case QUALITY_STALE:
	case QUALITY_NOT_POSITIVE:
	case QUALITY_AT_BOUND:
	case QUALITY_REASONS:
		return false;
	}
	return false;
}

void quality_recall(struct quality_state *state,
		    const struct quality_rules *rules,
		    const struct quality_observation *observation,
		    const struct quality_judgement *judged)
{
	struct quality_memory *memory = &state->sources[observation->source];

	if (!was_heard(judged->reason) || !is_positive(observation))
		return;
	hear(memory, observation);
	if (judged->verdict != QUALITY_REJECTED)
		learn(memory, rules, observation);
	else if (!follows(memory, rules, observation, judged->reason))
		(void)persists(memory, rules, observation);
}
