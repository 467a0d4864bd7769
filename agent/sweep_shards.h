/* sweep_shards.h -- the points of a sweep over the ranks of shards.h: who plays
 * which, and how the records come to rank 0.  Host.
 *
 * Folders may be one (a shared file system) or each rank's own; what lies in
 * them decides: a point belongs to rank POINT % RANKS, unless only another has
 * begun it or is through.  A rank that has died and is started again finds its
 * own. */
#ifndef AGENT_SWEEP_SHARDS_H
#define AGENT_SWEEP_SHARDS_H

#include "agent/shards.h"
#include "backtest/backtest.h"

/** shards_spread - rank 0's bytes to all; the others' content is replaced. */
MUST_CHECK enum status shards_spread(struct text *bytes, struct error *error);

/** What every rank knows after sweep_share. */
struct sweep_share {
	uint16_t owners[SWEEP_POINTS_MAX]; /* rank of each point */
	size_t count;                      /* of own points still to play */
	size_t points[SWEEP_POINTS_MAX];   /* them, ascending */
};

/** sweep_share_make - agreed between all ranks.
 *  Errors as sweep_point_state and shards.h. */
MUST_CHECK enum status sweep_share_make(struct sweep_share *out,
					const struct sweep *sweep,
					struct error *error);

/** sweep_collect - when all have played: the records that rank 0 does not have
 *  yet into its folder.  Others send what they are asked for. */
MUST_CHECK enum status sweep_collect(const struct sweep_share *share,
				     const struct sweep *sweep,
				     struct error *error);

#endif
