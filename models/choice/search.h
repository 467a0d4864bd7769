/* search.h -- the best thresholds and bonuses that a joint constraint allows.
 *
 * Pure.  Knows nothing of losses: it walks the lattice of whole basis points
 * (thresholds) and steps (bonuses) with fixed rules and a fixed limit of
 * evaluations, never a floating tolerance.  What is worth what, how far the
 * closed forms let an asset go, and whether a point is allowed, come from the
 * caller. */
#ifndef MODELS_CHOICE_SEARCH_H
#define MODELS_CHOICE_SEARCH_H

#include <stdbool.h>

#include "base/status.h"
#include "case/decision.h"

struct search_point {
	uint32_t lt_bps[ASSETS_MAX];
	uint32_t lb_bps[ASSETS_MAX];
};

/** One asset's part of the lattice; assets with lb_count 0 do not move. */
struct search_range {
	uint32_t lt_lowest_bps;
	uint32_t lb_first_bps, lb_step_bps, lb_count;
};

struct search_rules {
	void *context;
	/** Largest threshold the closed forms admit at a bonus; below
	 *  lt_lowest_bps: none at this bonus. */
	uint32_t (*highest)(void *context, size_t asset, uint32_t lb_bps);
	/** Objective's part of the asset; never falls as the threshold rises. */
	double (*worth)(void *context, size_t asset, uint32_t lt_bps);
	/** Does the point meet the joint constraint?  `next`, where it is not
	 *  NULL, is likely to be asked then: whoever has hands free may look
	 *  ahead.  No answer may depend on what was asked before. */
	enum status (*allowed)(bool *out, void *context,
			       const struct search_point *point,
			       const struct search_point *next);
};

struct search_problem {
	size_t count;
	struct search_range ranges[ASSETS_MAX];
	struct search_point fixed; /* values of the assets that do not move */
	uint32_t evaluations_max;  /* calls of allowed(), at least 3 */
};

struct search_result {
	bool feasible;             /* false: no point was found that is allowed */
	bool bound;                /* the joint constraint kept it from the top */
	uint32_t evaluations;
	struct search_point point; /* the lowest point when not feasible */
	struct search_point top;   /* without the joint constraint */
};

/**
 * search_lattice - the allowed point of highest total worth that it finds.
 *
 *   The top is taken when it is allowed, and is then the optimum.  Else:
 *   bisection between the lowest point and the top, where the lowest is
 *   refused (thresholds so low liquidate everybody at once) between the
 *   highest allowed sixteenth of that line and the top.  Then a rough pass,
 *   which a few dozen questions are enough for: each asset's threshold, the
 *   one with most to gain first, its end before anything else, to 64 basis
 *   points; exchanges, one asset down by a power of two and another up.  Then
 *   the same to the basis point and at every bonus, while anything pays.
 *
 * Out:     result; the point is always one that allowed() accepted
 * Returns: OK, E_INPUT when a range holds no point, what allowed() failed with
 * Cost:    at most evaluations_max calls of allowed() */
MUST_CHECK enum status search_lattice(struct search_result *result,
				      const struct search_problem *problem,
				      const struct search_rules *rules);

#endif
