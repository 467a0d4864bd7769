/* score_input.h -- a run's record as the score library reads it: step by step,
 * with the parameters in force in each hour.  Host only.
 *
 * Between decisions LT, bonus, caps and curves are those that the decision
 * before left; LTV and freezes are the hours' own. */
#ifndef BACKTEST_SCORE_INPUT_H
#define BACKTEST_SCORE_INPUT_H

#include "backtest/record.h"
#include "backtest/scores/scored_run.h"
#include "base/host/error.h"

struct score_input {
	struct scored_run run;  /* points into what follows */
	double *bad_debt_usd, *revenue_usd;
	struct run_asset *states;
	struct run_liquidation *liquidations;
};

/**
 * score_input_open - freed with score_input_free.
 *
 * Returns: OK
 *          E_INPUT  fewer than two hours, hours that do not follow each other,
 *                   or figures out of the scores' ranges; `run` and the setter
 *                   are named
 * Cost:    O(hours x assets) time, 120 bytes each */
MUST_CHECK enum status score_input_open(struct score_input *out,
					const struct backtest_plan *plan,
					const struct run_record *run,
					struct error *error);
void score_input_free(struct score_input *input);

#endif
