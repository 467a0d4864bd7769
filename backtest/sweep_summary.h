/* sweep_summary.h -- what came of every point of a sweep, which of them are
 * worth having, and what the other rules did beside them.
 *
 * Host, but asks no clock: the same records give the same summary. */
#ifndef BACKTEST_SWEEP_SUMMARY_H
#define BACKTEST_SWEEP_SUMMARY_H

#include "backtest/pareto.h"
#include "backtest/sweep.h"
#include "backtest/verdict.h"

/** A run of a point, in figures. */
struct sweep_outcome {
	enum setter setter;
	char run_id[33];           /* as in summaries */
	double bad_debt_usd, bad_debt_peak_usd; /* at the end; at most */
	struct decision_scores scores;
	size_t decisions;
	uint32_t outcomes[4];      /* decisions by enum outcome; 0: others */
	size_t without_solution;   /* decisions in which decide() found no value
				    * that meets the policy's constraints */
	struct verdict verdict;    /* of plimsoll's forecasts */
	struct pareto_verdict pareto; /* of points; of rules: against points */
};

struct sweep_summary {
	const struct sweep *sweep;
	char model_id[17];
	bool synthetic;            /* some prices are generated */
	size_t point_count;
	struct sweep_outcome *points;
	size_t rule_count;
	struct sweep_outcome rules[SETTERS_COUNT]; /* of the first point */
};

/**
 * sweep_summary_new - from the records of all points.
 *
 *   The front is of the points alone: bad debt that arose (down) against mean
 *   usable LTV (up), both with the intervals of their scores.
 *
 * Out:     *out  untouched unless OK; sweep_summary_free it, the sweep must
 *                outlive it
 * Returns: as sweep_point_read and summary_new; E_INTERRUPTED
 * Cost:    summary_new a point */
MUST_CHECK enum status
sweep_summary_new(struct sweep_summary **out, const struct sweep *sweep,
		  const struct summary_options *options,
		  bool (*interrupted)(void), struct error *error);
void sweep_summary_free(struct sweep_summary *summary);

#endif
