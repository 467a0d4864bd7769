/* market_depth.h -- `plimsoll market depth`: quotes of a liquidity file from
 * the balances of pools.  Host only; needs neither chain nor store. */
#ifndef AGENT_MARKET_DEPTH_H
#define AGENT_MARKET_DEPTH_H

#include "agent/command.h"

/** market_depth_run - prints symbol,size_usd,impact_bps rows.
 *  Returns: E_USAGE for what is no pool, with the form that is. */
MUST_CHECK enum status market_depth_run(const struct invocation *invocation,
					struct error *error);

#endif
