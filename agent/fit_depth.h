/* fit_depth.h -- plimsoll fit --model depth --columns DEPTH,VOLATILITY: how
 * depth falls as volatility rises.
 *
 * Host only; the numbers are models/liquidity/depth's. */
#ifndef AGENT_FIT_DEPTH_H
#define AGENT_FIT_DEPTH_H

#include "agent/command.h"

/** fit_depth - reads --csv and --columns and prints the elasticity with its
 *  standard error; rows with an empty cell are left out.
 *  E_USAGE options; E_MISSING no file or column, or too few rows; E_MALFORMED
 *  a cell that is no number or not above 0, or a constant column. */
MUST_CHECK enum status fit_depth(const struct invocation *invocation,
				 struct error *error);

#endif
