/* pareto.h -- which of many points are worth having, when one figure should be
 * small and another large: bad debt against usable leverage.
 *
 * Host only for its sort; asks nothing and keeps nothing. */
#ifndef BACKTEST_PARETO_H
#define BACKTEST_PARETO_H

#include <stdbool.h>
#include <stddef.h>

/** A figure with its interval. */
struct pareto_figure {
	double value, low, high;
};

struct pareto_point {
	struct pareto_figure cost; /* small is better */
	struct pareto_figure gain; /* large is better */
};

enum pareto_place {
	PARETO_NONE,  /* a figure is not a number: cannot be placed */
	PARETO_OFF,   /* some point is better beyond both intervals */
	PARETO_NEAR,  /* some point is better, but within the intervals */
	PARETO_FRONT, /* none is better */
};

struct pareto_verdict {
	enum pareto_place place;
	size_t ties; /* other points with the same two values */
};

/**
 * pareto_front - the place of every point.
 *
 *   better   a is better than b when its cost is at most b's, its gain at least
 *            b's, and one of the two differs.  Of points with equal figures
 *            each has the place of the others.
 *   beyond   a's cost interval ends below the start of b's, and a's gain
 *            interval begins above the end of b's.  Intervals are each for
 *            itself: paired runs may differ more clearly than they tell.
 *
 * Out:     out  [count]
 * In:      points  [count]
 * Cost:    O(count log count) */
void pareto_front(struct pareto_verdict *out, const struct pareto_point *points,
		  size_t count);

/** pareto_place_name - "none", "off", "near", "front". */
const char *pareto_place_name(enum pareto_place place);

#endif
