/* reaction.c -- see reaction.h. */
#include "backtest/scores/reaction.h"

#include <string.h>

/* Steps [from, until) of the run that start within a window. */
struct span {
	size_t from, until;
};

static size_t step_from(const struct scored_run *run, int64_t time_s)
{
	size_t step;

	if (time_s <= run->first_s)
		return 0;
	if (time_s >= run_time(run, run->steps))
		return run->steps;
	step = run_step_at(run, time_s);
	return run_time(run, step) < time_s ? step + 1 : step;
}

static double high_before(const struct scored_run *run, size_t step,
			  uint32_t asset)
{
	size_t back = (size_t)(RUN_DAY_S / run->step_s);
	double high = run_state(run, step, asset)->price;

	for (size_t s = step > back ? step - back : 0; s < step; s++) {
		double price = run_state(run, s, asset)->price;

		high = price > high ? price : high;
	}
	return high;
}

/* First step that lies so far below; `until` where none does. */
static size_t start_of(const struct scored_run *run, const struct crisis *c,
		       struct span span)
{
	for (size_t s = span.from; s < span.until; s++)
		if (run_state(run, s, c->asset)->price <=
		    (1.0 - c->fall) * high_before(run, s, c->asset))
			return s;
	return span.until;
}

/* First step of a span that is tighter than the one before it. */
static size_t tightened_in(const struct scored_run *run, uint32_t asset,
			   struct span span)
{
	for (size_t s = span.from ? span.from : 1; s < span.until; s++)
		if (run_tightens(run_state(run, s - 1, asset),
				 run_state(run, s, asset)))
			return s;
	return span.until;
}

static bool was_ahead(const struct scored_run *run, uint32_t asset,
		      size_t start)
{
	size_t back = (size_t)(RUN_DAY_S / run->step_s);
	struct span before = { start > back ? start - back : 0, start };

	return tightened_in(run, asset, before) < start;
}

static struct reaction reaction_of(const struct scored_run *run,
				   const struct crisis *c)
{
	struct span span = { step_from(run, c->from_s),
			     step_from(run, c->until_s) };
	size_t start = start_of(run, c, span), tightened;
	struct reaction r = { REACTION_NO_CRISIS, 0, 0, false };

	if (start >= span.until)
		return r;
	tightened = tightened_in(run, c->asset,
				 (struct span){ start, span.until });
	r.kind = tightened < span.until ? REACTION_MADE : REACTION_NEVER;
	r.start_s = run_time(run, start);
	r.after_s = run_time(run, tightened) - r.start_s;
	r.ahead = was_ahead(run, c->asset, start);
	return r;
}

enum status reaction_times(struct reaction *out, const struct scored_run *run,
			   const struct crisis *crises, size_t count)
{
	enum status status = run_check(run);

	if (status || count > CRISES_MAX)
		return E_INPUT;
	for (size_t i = 0; i < count; i++)
		if (crises[i].asset >= run->assets ||
		    crises[i].from_s > crises[i].until_s ||
		    !(crises[i].fall > 0.0 && crises[i].fall < 1.0))
			return E_INPUT;
	for (size_t i = 0; i < count; i++)
		out[i] = reaction_of(run, &crises[i]);
	return OK;
}

enum status reaction_summarise(struct reaction_summary *out,
			       const struct reaction *reactions, size_t count,
			       const struct bootstrap_plan *plan,
			       struct arena *arena)
{
	struct bootstrap_plan single = *plan;
	struct reaction_summary result;
	double times[CRISES_MAX];
	enum status status;

	if (count > CRISES_MAX)
		return E_INPUT;
	memset(&result, 0, sizeof(result));
	for (size_t i = 0; i < count; i++) {
		if (reactions[i].kind == REACTION_NO_CRISIS)
			continue;
		times[result.crises++] = (double)reactions[i].after_s;
		result.made += reactions[i].kind == REACTION_MADE;
		result.never += reactions[i].kind == REACTION_NEVER;
		result.ahead += reactions[i].ahead;
	}
	if (result.crises < BOOTSTRAP_STEPS_MIN)
		return E_MISSING;
	single.block = 1.0;
	single.null = 0.0;
	status = bootstrap_mean(&result.mean, times, result.crises, &single,
				arena);
	if (!status)
		*out = result;
	return status;
}
