/* sweep_workers.h -- the points of a sweep on the cores of this machine.
 *
 * Each worker is a process of its own, forked before there are threads, and
 * plays its points in one thread.  The next free point comes out of a pipe that
 * is filled beforehand: whoever is done takes one, no lock can be left behind by
 * a worker that died, and two never have the same.  Host. */
#ifndef AGENT_SWEEP_WORKERS_H
#define AGENT_SWEEP_WORKERS_H

#include "backtest/backtest.h"

#define SWEEP_JOBS_MAX 64u
#define SWEEP_SAVE_EVERY_S 20 /* checkpoints of a point under way */

struct sweep_order {
	const struct sweep *sweep;
	const size_t *points;  /* to be played, any order */
	size_t count;
	unsigned jobs;         /* 1: here, without a process */
	int64_t save_every_ms; /* of a point under way, its checkpoint; also
				* written whenever one of its runs is over */
	const struct parallel *parallel; /* of each point; with jobs 1 only */
};

/**
 * sweep_workers - plays all points; shows progress.
 *
 * Returns: OK
 *          E_INTERRUPTED  command_interrupted: each worker wrote its checkpoint
 *          E_SYSTEM       a worker was ended from outside: its point goes on
 *                         from its last checkpoint, the others were played
 *          and what sweep_play answers; the other workers play on first */
MUST_CHECK enum status sweep_workers(const struct sweep_order *order,
				     struct error *error);

#endif
