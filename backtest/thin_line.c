/* thin_line.c -- see thin_line.h. */
#include "backtest/thin_line.h"

#include <stdbool.h>

#define KEPT 5 /* first, gap, lowest, highest, last */

/* Index i at its place among the few kept, unless it is there. */
static size_t keep(size_t kept[KEPT], size_t count, size_t i)
{
	size_t at = count;

	for (size_t k = 0; k < count; k++)
		if (kept[k] == i)
			return count;
	for (; at > 0 && kept[at - 1] > i; at--)
		kept[at] = kept[at - 1];
	kept[at] = i;
	return count + 1;
}

static size_t thin_stretch(size_t kept[KEPT], const double *y, size_t begin,
			   size_t end)
{
	size_t low = end, high = end, gap = end, count;

	for (size_t i = begin; i < end; i++) {
		if (y[i] != y[i]) {
			gap = gap == end ? i : gap;
			continue;
		}
		low = low == end || y[i] < y[low] ? i : low;
		high = high == end || y[i] > y[high] ? i : high;
	}
	count = keep(kept, 0, begin);
	count = gap < end ? keep(kept, count, gap) : count;
	count = low < end ? keep(kept, count, low) : count;
	count = high < end ? keep(kept, count, high) : count;
	return keep(kept, count, end - 1);
}

size_t thin_line(size_t *out, size_t most, const double *y, size_t count)
{
	size_t stretches = most / KEPT, kept = 0;

	if (count <= most) {
		for (size_t i = 0; i < count; i++)
			out[i] = i;
		return count;
	}
	for (size_t s = 0; s < stretches; s++) {
		size_t few[KEPT];
		size_t n = thin_stretch(few, y, s * count / stretches,
					(s + 1) * count / stretches);

		for (size_t k = 0; k < n; k++)
			out[kept++] = few[k];
	}
	return kept;
}

size_t thin_steps(size_t *out, const double *y, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		bool same = i && (y[i] == y[i - 1] ||
				  (y[i] != y[i] && y[i - 1] != y[i - 1]));

		if (!same || i + 1 == count)
			out[kept++] = i;
	}
	return kept;
}
