/* reaction.h -- how long after a crisis began was the asset tightened?
 *
 * Pure. */
#ifndef BACKTEST_SCORES_REACTION_H
#define BACKTEST_SCORES_REACTION_H

#include "backtest/scores/bootstrap.h"
#include "backtest/scores/scored_run.h"

#define CRISES_MAX 1000u

/** A named window in which an asset may have fallen. */
struct crisis {
	const char *name;
	uint32_t asset;
	int64_t from_s, until_s; /* unix s; [from, until) */
	double fall;             /* that begins it, share of the 24 h high */
};

enum reaction_kind {
	REACTION_NO_CRISIS, /* the price never fell so far, or lies outside */
	REACTION_NEVER,     /* nothing was tightened until the window's end */
	REACTION_MADE,
};

struct reaction {
	enum reaction_kind kind;
	int64_t start_s; /* first step so far below the 24 h high */
	int64_t after_s; /* made: from the start to the first tightened step;
	                  * never: from the start to the window's end */
	bool ahead;      /* tightened in the 24 h up to the start already */
};

/**
 * reaction_times - for each crisis its start and the first step, from the start
 * on, in which the asset's LTV, LT or a cap is below the step before's, or it
 * is frozen (run_tightens).  A change that comes into force in the very step
 * in which the crisis starts has a reaction time of 0.
 *
 *   start: the first step of the window with
 *   price <= (1 - fall) x highest price of the 24 h before and of the step
 *
 * Out:     out   [count]; untouched unless OK
 * In:      run   as run_check
 *          crises [count] at most CRISES_MAX; asset of the run; from <= until;
 *                fall in (0, 1)
 * Returns: OK; E_INPUT out of range
 * Cost:    O(steps of the windows x steps of a day)
 * Source:  feeds-and-artefacts.md section 5 */
MUST_CHECK enum status reaction_times(struct reaction *out,
				      const struct scored_run *run,
				      const struct crisis *crises, size_t count);

struct reaction_summary {
	size_t crises, made, never, ahead; /* crises: that began */
	/* Seconds; where nothing was done, those to the window's end: a bound
	 * from below.  Crises are resampled one by one. */
	struct bootstrap_result mean;
};

/**
 * reaction_summarise - the mean over the crises that began, with an interval.
 * Out:     out   untouched unless OK
 * In:      plan  as bootstrap(); blocks are of one crisis, `null` is 0
 * Returns: OK; E_MISSING fewer than two crises began; E_INPUT; E_LIMIT */
MUST_CHECK enum status reaction_summarise(struct reaction_summary *out,
					  const struct reaction *reactions,
					  size_t count,
					  const struct bootstrap_plan *plan,
					  struct arena *arena);

#endif
