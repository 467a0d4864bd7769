/* sweep_grid.h -- --vary KEY=V1,V2,... into the axes of a sweep.  Host. */
#ifndef AGENT_SWEEP_GRID_H
#define AGENT_SWEEP_GRID_H

#include "agent/command.h"
#include "backtest/backtest.h"

/** sweep_grid_add - one more axis from "KEY=V1,V2,...".
 *
 *   KEY is what policy_file_set takes; each value must be one that the base's
 *   policy can have by itself.
 *
 * Returns: E_USAGE no KEY=VALUES, a key twice, a value twice, too many of
 *          either, what policy_file_set refuses; axes are then as before */
MUST_CHECK enum status sweep_grid_add(struct sweep *sweep, const char *text,
				      struct error *error);

/** sweep_grid_read - all --vary of a command line; E_USAGE also none, and more
 *  than SWEEP_POINTS_MAX points. */
MUST_CHECK enum status sweep_grid_read(struct sweep *sweep,
				       const struct invocation *invocation,
				       struct error *error);

#endif
