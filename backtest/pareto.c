/* pareto.c -- see pareto.h: sorted by gain, the lowest cost so far decides. */
#include "backtest/pareto.h"

#include <math.h>
#include <stdlib.h>

#include "base/host/memory.h"

struct entry {
	double gain, cost;
	size_t index;
};

const char *pareto_place_name(enum pareto_place place)
{
	static const char *const names[] = { "none", "off", "near", "front" };

	return names[place];
}

static bool is_number(const struct pareto_point *point)
{
	return isfinite(point->cost.value) && isfinite(point->gain.value);
}

/* Largest gain first; of equal ones the smallest cost, then the first. */
static int by_gain(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->gain != y->gain)
		return x->gain > y->gain ? -1 : 1;
	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

/* Points with these figures, one group after the other: in front where the
 * cost is below that of all with more gain. */
static void place_values(struct pareto_verdict *out, const struct entry *sorted,
			 size_t count)
{
	double least = (double)INFINITY;

	for (size_t i = 0, end; i < count; i = end) {
		bool front = sorted[i].cost < least;

		for (end = i; end < count &&
			      sorted[end].gain == sorted[i].gain &&
			      sorted[end].cost == sorted[i].cost; end++)
			out[sorted[end].index].place =
				front ? PARETO_FRONT : PARETO_NEAR;
		for (size_t k = i; k < end; k++)
			out[sorted[k].index].ties = end - i - 1;
		least = front ? sorted[i].cost : least;
	}
}

/* How many of the sorted begin above a gain. */
static size_t above(const struct entry *sorted, size_t count, double gain)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sorted[middle].gain > gain)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Entries are by the lower end of gain, with the upper end of cost. */
static void place_clear(struct pareto_verdict *out,
			const struct pareto_point *points, struct entry *sorted,
			size_t count)
{
	double *least = memory_allocate(count + 1, sizeof(*least));

	least[0] = (double)INFINITY;
	for (size_t i = 0; i < count; i++)
		least[i + 1] = fmin(least[i], sorted[i].cost);
	for (size_t i = 0; i < count; i++) {
		const struct pareto_point *p = &points[sorted[i].index];
		size_t ahead = above(sorted, count, p->gain.high);

		if (out[sorted[i].index].place == PARETO_NEAR &&
		    least[ahead] < p->cost.low)
			out[sorted[i].index].place = PARETO_OFF;
	}
	memory_free(least);
}

void pareto_front(struct pareto_verdict *out, const struct pareto_point *points,
		  size_t count)
{
	struct entry *sorted = memory_allocate(count + 1, sizeof(*sorted));
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		out[i] = (struct pareto_verdict){ PARETO_NONE, 0 };
		if (is_number(&points[i]))
			sorted[known++] = (struct entry){
				points[i].gain.value, points[i].cost.value, i };
	}
	qsort(sorted, known, sizeof(*sorted), by_gain);
	place_values(out, sorted, known);
	for (size_t i = 0; i < known; i++) {
		const struct pareto_point *p = &points[sorted[i].index];

		sorted[i].gain = p->gain.low;
		sorted[i].cost = p->cost.high;
	}
	qsort(sorted, known, sizeof(*sorted), by_gain);
	place_clear(out, points, sorted, known);
	memory_free(sorted);
}
