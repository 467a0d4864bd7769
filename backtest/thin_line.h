/* thin_line.h -- fewer points of a long line that look the same: what a chart
 * of some hundred pixels can show of five years of hours.  Host only. */
#ifndef BACKTEST_THIN_LINE_H
#define BACKTEST_THIN_LINE_H

#include <stddef.h>

/**
 * thin_line - which points of a line to draw: of each of most / 5 stretches of
 * equal count the first, the first of a gap, the lowest, the highest and the
 * last, so that no extreme is lost and gaps stay gaps.
 *
 * Out:     out  [most] indices, ascending, without repetition
 * In:      y    [count]; NaN: a gap
 *          most at least 5
 * Returns: how many, at most `most`; all of them where count <= most
 * Cost:    O(count) */
size_t thin_line(size_t *out, size_t most, const double *y, size_t count);

/** thin_steps - the points of a step line: each at which the value changes,
 *  and the last.  Out [count].  Cost: O(count) */
size_t thin_steps(size_t *out, const double *y, size_t count);

#endif
