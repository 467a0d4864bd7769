/* fit_tail.h -- plimsoll fit --model pareto|jumps|depeg: tails and pegs of one
 * column.  Host only; the numbers are models/tails'. */
#ifndef AGENT_FIT_TAIL_H
#define AGENT_FIT_TAIL_H

#include "agent/fit_input.h"

/** fit_pareto - both tails of the returns, divided by their deviation.
 *  fit_jumps - returns beyond four deviations of the EWMA forecast.
 *  fit_depeg - mean reversion and jumps of a price that should be 1: the input
 *  was read as prices, and the returns add up to its logarithm.
 *  E_MISSING too few, E_MALFORMED constant or not finite. */
MUST_CHECK enum status fit_pareto(const struct fit_input *input, bool json,
				  struct error *error);
MUST_CHECK enum status fit_jumps(const struct fit_input *input, bool json,
				 struct error *error);
MUST_CHECK enum status fit_depeg(const struct fit_input *input, bool json,
				 struct error *error);

#endif
