/* excursions.c -- see excursions.h. */
#include "models/tails/excursions.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define STARTS_MIN 100
#define LARGEST_MOST 16 /* the last 0.1 % of 10,000 and some */
#define PARTS_MOST 64 /* as a rule some 15 for 2,000 values */

struct side {
	bool rise;
	double quantile;
	size_t starts;
};

/* The two directions as one: the extreme is the lowest of these. */
static double extreme_price(const struct bar *bar, bool rise)
{
	return rise ? -decimal_to_double(bar->high)
		    : decimal_to_double(bar->low);
}

static double share_moved(double extreme, double close, bool rise)
{
	double share = rise ? -extreme / close - 1.0 : 1.0 - extreme / close;

	return share > 0.0 ? share : 0.0;
}

/**
 * window_shares - the worst move of every start whose whole window is there.
 * Out:     shares [at most count], starts in ascending order; returns how many
 * In:      queue [count] scratch: bars of the window that no later one of it
 *          exceeds, so that its first is the extreme */
static size_t window_shares(double *shares, size_t *queue,
			    const struct excursion_design *design, bool rise)
{
	const struct bar *bars = design->bars;
	size_t head = 0, tail = 0, adjacent = 0, starts = 0;

	for (size_t end = 0; end < design->count; end++) {
		double price = extreme_price(&bars[end], rise);
		size_t start;

		adjacent =
			end && bars[end].open_time_s - bars[end - 1]
								.open_time_s ==
						(int64_t)design->interval_s
				? adjacent + 1
				: 0;
		while (tail > head &&
		       extreme_price(&bars[queue[tail - 1]], rise) >= price)
			tail--;
		queue[tail++] = end;
		if (adjacent < design->window_bars)
			continue;
		start = end - design->window_bars;
		while (queue[head] <= start)
			head++;
		shares[starts++] =
			share_moved(extreme_price(&bars[queue[head]], rise),
				    decimal_to_double(bars[start].close), rise);
	}
	return starts;
}

/* The value at `place` by halving the bits of values that are not negative,
 * whose order is theirs: as slow for any values. */
static double bisect_value(const double *values, size_t n, size_t place)
{
	uint64_t low = 0, high = 0x7ff0000000000000u;
	double out;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		size_t count = 0;

		memcpy(&out, &middle, sizeof(out));
		for (size_t i = 0; i < n; i++)
			count += values[i] <= out;
		if (count > place)
			high = middle;
		else
			low = middle + 1;
	}
	memcpy(&out, &low, sizeof(out));
	return out;
}

/* Parts values[*first .. *last] about one of them; the ends are then those of
 * the part that `place` is in (Hoare 1961, algorithm 63). */
static void part(double *values, size_t *first, size_t *last, size_t place)
{
	double pivot = values[*first + (*last - *first) / 2];
	size_t low = *first, high = *last;

	for (;;) {
		double swap;

		while (values[low] < pivot)
			low++;
		while (values[high] > pivot)
			high--;
		if (low >= high)
			break;
		swap = values[low];
		values[low++] = values[high];
		values[high--] = swap;
	}
	if (place <= high)
		*last = high;
	else
		*first = high + 1;
}

/* The value that is at `place` when sorted.  Reorders. */
static double select_value(double *values, size_t n, size_t place)
{
	size_t first = 0, last = n - 1;

	for (int round = 0; first < last && round < PARTS_MOST; round++)
		part(values, &first, &last, place);
	return first < last ? bisect_value(values, n, place) : values[place];
}

/* The `count` largest in ascending order, few of them. */
static void take_largest(double *largest, size_t count, const double *values,
			 size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		size_t at;

		if (kept == count && !(values[i] > largest[0]))
			continue;
		if (kept < count)
			for (at = kept++; at > 0 && largest[at - 1] > values[i];
			     at--)
				largest[at] = largest[at - 1];
		else
			for (at = 0; at + 1 < count &&
				     largest[at + 1] < values[i]; at++)
				largest[at] = largest[at + 1];
		largest[at] = values[i];
	}
}

/* Type 7: linear between the order statistics at (n - 1) level.  Reorders. */
static double quantile_of(double *values, size_t n, double level)
{
	double at = (double)(n - 1) * level, pair[LARGEST_MOST];
	size_t low = (size_t)at;

	if (n - low <= LARGEST_MOST) {
		take_largest(pair, n - low, values, n);
	} else {
		pair[0] = select_value(values, n, low);
		pair[1] = select_value(values, n, low + 1);
	}
	if (n - low == 1)
		pair[1] = pair[0];
	return pair[0] + (at - (double)low) * (pair[1] - pair[0]);
}

static enum status side_quantile(struct side *side,
				 const struct excursion_design *design,
				 double level, struct arena *arena)
{
	double *shares = ARENA_NEW(arena, double, design->count);
	size_t *queue = ARENA_NEW(arena, size_t, design->count);

	if (!shares || !queue)
		return E_LIMIT;
	side->starts = window_shares(shares, queue, design, side->rise);
	if (side->starts < STARTS_MIN)
		return E_INPUT;
	side->quantile = quantile_of(shares, side->starts, level);
	return OK;
}

static enum status check_bars(const struct excursion_design *design)
{
	if (!design->interval_s || !design->window_bars ||
	    design->count <= design->window_bars)
		return E_INPUT;
	for (size_t i = 0; i < design->count; i++) {
		const struct bar *bar = &design->bars[i];

		if (bar->low.mantissa <= 0 || bar->close.mantissa <= 0 ||
		    decimal_compare(bar->high, bar->low) < 0)
			return E_INPUT;
	}
	return OK;
}

enum status excursion_quantile(struct excursion *out,
			       const struct excursion_design *design,
			       double level, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct side fall = {.rise = false}, rise = {.rise = true};
	enum status status;

	if (!(level > 0.0 && level < 1.0))
		return E_INPUT;
	status = check_bars(design);
	if (!status)
		status = side_quantile(&fall, design, level, arena);
	arena_reset(arena, mark);
	if (!status)
		status = side_quantile(&rise, design, level, arena);
	arena_reset(arena, mark);
	if (!status)
		*out = (struct excursion){fall.quantile, rise.quantile,
					  fall.starts};
	return status;
}
