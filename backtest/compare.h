/* compare.h -- two runs of the same history against each other: paired
 * differences of every score.  Host only. */
#ifndef BACKTEST_COMPARE_H
#define BACKTEST_COMPARE_H

#include "backtest/summary.h"

struct run_comparison {
	enum setter setters[2];
	struct decision_scores difference; /* of the first less the second;
					    * p of no difference */
	double values[2][DECISION_SCORES]; /* each for itself; NaN: none */
	bool same_changes; /* both set the same parameters throughout */
};

/**
 * compare_runs - one run of each record, resampled hour by hour together.
 *
 * Out:     out  untouched unless OK
 * In:      records  may be the same one twice, for two of its setters
 *          setters  of the first and of the second
 * Returns: OK
 *          E_INPUT    the records are of other prices, times, borrowers or
 *                     seeds: their difference would mean nothing
 *          E_MISSING  a record has no run of that setter
 * Cost:    about twice the scores of a run */
MUST_CHECK enum status
compare_runs(struct run_comparison *out,
	     const struct backtest_record *const records[2],
	     const enum setter setters[2],
	     const struct summary_options *options, struct error *error);

/** compare_check - the E_INPUT part: everything but the policies must agree;
 *  the message names the first that does not. */
MUST_CHECK enum status
compare_check(const struct backtest_record *const records[2],
	      struct error *error);

/** compare_text, compare_json - a table for people; one JSON object. */
void compare_text(struct text *out, const struct run_comparison *comparison,
		  const char *const names[2]);
void compare_json(struct text *out, const struct run_comparison *comparison,
		  const char *const names[2]);

#endif
