/* train_run.h -- the learned expert's training: rows from bars, folds in time,
 * the network, its record beside the other experts'.
 *
 * Host only for memory and threads; the numbers are models/learned's. */
#ifndef AGENT_TRAIN_RUN_H
#define AGENT_TRAIN_RUN_H

#include "base/host/error.h"
#include "models/learned/rows.h"
#include "models/parallel.h"

#define TRAIN_FOLDS_MAX 8

struct train_order {
	const struct bar *bars;  /* one series; NULL: generated markets */
	size_t count;
	uint32_t markets;        /* generated */
	uint32_t market_bars;
	uint64_t seed;
	const struct policy *policy;
	unsigned folds;          /* of a series, 1 .. TRAIN_FOLDS_MAX */
	struct network_training how;
};

/** One out-of-sample stretch: mean QLIKE and share of returns below the 1 %
 *  quantile, of the network trained before it, of the one that ships, of each
 *  other expert (NaN: absent). */
struct train_fold {
	size_t training, validation, test; /* rows */
	struct network_report report;
	double loss, hits, shipped_loss, shipped_hits;
	double experts[EXPERTS_COUNT];
};

struct train_report {
	struct network network;  /* trained on everything, or on the markets */
	struct network_report report;
	struct train_fold folds[TRAIN_FOLDS_MAX];
	unsigned fold_count;
};

/**
 * train_run
 * Folds: a series is cut into folds + 1 equal stretches; fold k trains on the
 * first k (their last fifth validates) and is tested on the next.  Of
 * generated markets every eighth is for testing, every eighth validates.
 * Returns: E_MISSING too few bars; E_CONVERGENCE training did not improve on
 *          its start; E_LIMIT, E_INTERRUPTED */
MUST_CHECK enum status train_run(struct train_report *out,
				 const struct train_order *order,
				 const struct parallel *parallel,
				 struct error *error);

#endif
