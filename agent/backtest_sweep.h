/* backtest_sweep.h -- plimsoll backtest sweep: a row of cmd_backtest.c's table.
 * Host. */
#ifndef AGENT_BACKTEST_SWEEP_H
#define AGENT_BACKTEST_SWEEP_H

#include "agent/command.h"

extern const struct option_spec backtest_sweep_options[];

/** backtest_sweep_run - E_USAGE, E_REFUSED, E_INTERRUPTED and what a run
 *  answers; named. */
MUST_CHECK enum status backtest_sweep_run(const struct invocation *invocation,
					  struct error *error);

#endif
