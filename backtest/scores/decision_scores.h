/* decision_scores.h -- what a run of decisions cost and allowed, each figure
 * with a block-bootstrap interval.
 *
 * Pure. */
#ifndef BACKTEST_SCORES_DECISION_SCORES_H
#define BACKTEST_SCORES_DECISION_SCORES_H

#include "backtest/scores/bootstrap.h"
#include "backtest/scores/scored_run.h"

/** Totals are over the run; shares and means are ratios of totals. */
enum decision_score {
	SCORE_BAD_DEBT,       /* total, USD */
	SCORE_LIQUIDATED,     /* total collateral taken, USD */
	SCORE_LIQUIDATIONS,   /* total, events */
	SCORE_WRONGFUL,       /* total collateral taken wrongfully, USD */
	SCORE_WRONGFUL_SHARE, /* of the collateral that can be judged */
	SCORE_USABLE_LTV,     /* mean over time and assets, share of value */
	SCORE_USABLE_LTV_BY_DEBT, /* weighted with the debt an asset backs */
	SCORE_REVENUE,        /* total, USD */
	SCORE_CHANGES,        /* total, parameters changed */
	SCORE_CHURN,          /* total of relative changes */
	SCORE_AT_SUPPLY_CAP,  /* share of the time with a supply cap */
	SCORE_AT_BORROW_CAP,  /* share of the time with a borrow cap */
	SCORE_AT_CAPS,        /* share of the time with a cap, at one of them */
	DECISION_SCORES,
};

/** One figure.  `exists` is false where its denominator is 0 throughout (no
 *  liquidation to judge, no debt, no cap) or in most replicates. */
struct decision_figure {
	bool exists;
	struct bootstrap_result result;
};

struct decision_scores {
	struct decision_figure figures[DECISION_SCORES];
	size_t unjudged; /* liquidations in the last 24 h, of which nobody knows
	                  * whether they were wrongful */
};

/**
 * decision_scores - the figures of a run.
 *
 *   wrongful     the collateral's price in the debt asset, at a step that
 *                starts within 24 h after the liquidation, is at or above
 *                price / health: there the position would be healthy again,
 *                had nothing been sold.  The run must reach 24 h further.
 *   usable LTV   RUN_LTV / 10000 of an asset, 0 while frozen.
 *   changes      values that differ from the step before, any of RUN_VALUES
 *   churn        |new - old| / max(new, old) of each: at most 1, the same for
 *                a rise and the fall that undoes it, 1 from or to 0
 *   at a cap     supplied (borrowed) >= 99 % of it; assets count alike
 *
 *   Totals are the steps times a bootstrapped mean.  What never happened
 *   cannot be resampled: a total of 0 has the interval [0, 0].
 *
 * Out:     out   untouched unless OK
 * In:      run   as run_check
 *          plan  as bootstrap(); figure k uses stream plan->stream + k;
 *                `null` is 0
 * Returns: OK; E_INPUT as run_check and bootstrap; E_LIMIT 32 steps bytes
 *          besides the bootstrap's
 * Cost:    O(steps x assets + liquidations x steps of a day) and a bootstrap
 *          a figure
 * Source:  feeds-and-artefacts.md section 5; the bootstrap's */
MUST_CHECK enum status decision_scores(struct decision_scores *out,
				       const struct scored_run *run,
				       const struct bootstrap_plan *plan,
				       struct arena *arena);

/**
 * decision_scores_difference - the same figures of run a less those of run b
 * over the same steps, resampled together.  p is of no difference.
 * Returns: as above; E_INPUT runs of other steps or times; E_LIMIT 64 steps
 *          bytes besides the bootstrap's.  `unjudged` is the sum. */
MUST_CHECK enum status
decision_scores_difference(struct decision_scores *out,
			   const struct scored_run *const runs[2],
			   const struct bootstrap_plan *plan,
			   struct arena *arena);

/** decision_score_name, decision_score_unit - "bad-debt", "USD"; NULL out of
 *  range. */
const char *decision_score_name(enum decision_score score);
const char *decision_score_unit(enum decision_score score);

#endif
