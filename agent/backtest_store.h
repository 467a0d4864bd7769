/* backtest_store.h -- a backtest's summary into the store, for dashboards.
 * Host. */
#ifndef AGENT_BACKTEST_STORE_H
#define AGENT_BACKTEST_STORE_H

#include "agent/command.h"
#include "backtest/backtest.h"

/** backtest_keep - the summary as --json prints it; said when it is there.
 *  Returns: OK, also when it was there; E_PEER */
MUST_CHECK enum status backtest_keep(const struct report_input *input,
				     const struct invocation *invocation,
				     struct error *error);

#endif
