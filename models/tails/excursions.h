/* excursions.h -- the worst move within k bars of every start, by rank.
 *
 * Pure, no model at all: what happened.  One setting (1 h, 99.9 %) is the rule
 * by which liquidation thresholds are set at present by another risk provider
 * for Aave; it is a baseline here. */
#ifndef MODELS_TAILS_EXCURSIONS_H
#define MODELS_TAILS_EXCURSIONS_H

#include "base/arena.h"
#include "case/case.h"

/**
 * excursion_quantile - for every bar as a start, fall = 1 - lowest price
 * within the next `bars` bars / closing price of the start (0 if it never
 * fell); rise likewise with the highest.  Starts with a gap inside their window
 * do not count.
 *
 * Out:     out; untouched unless OK
 * In:      level in (0, 1)
 * Returns: OK; E_INPUT fewer than 100 starts, a level outside (0, 1), bars 0,
 *          no interval, a low or close not above 0, a high below its low;
 *          E_LIMIT
 * Cost:    O(n) for the extremes (monotone queue) and, on average, for the
 *          quantile (selection); 16 bytes of arena a bar
 * Quantile: type 7 of Hyndman and Fan (1996), The American Statistician 50 */
struct excursion_design {
	const struct bar *bars;
	size_t count;          /* of bars */
	uint32_t interval_s;
	uint32_t window_bars;  /* k */
};
struct excursion {
	double fall, rise;     /* shares of the price, >= 0 */
	size_t starts;
};
MUST_CHECK enum status excursion_quantile(struct excursion *out,
					  const struct excursion_design *design,
					  double level, struct arena *arena);

#endif
