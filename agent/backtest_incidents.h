/* backtest_incidents.h -- plimsoll backtest incidents: staged crises, what the
 * agent did, and whether it should have.  A verb of cmd_backtest.c. */
#ifndef AGENT_BACKTEST_INCIDENTS_H
#define AGENT_BACKTEST_INCIDENTS_H

#include "agent/command.h"

extern const struct option_spec backtest_incidents_options[];

/** backtest_incidents_command - runs those that are named, or all; results on
 *  stdout.  E_FAILED where an expectation failed, E_USAGE an unknown name. */
MUST_CHECK enum status
backtest_incidents_command(const struct invocation *invocation,
			   struct error *error);

#endif
