/* statistics.c -- see statistics.h. */
#include "models/loss/statistics.h"

#include <math.h>
#include <string.h>

static int before(const double *losses, size_t a, size_t b)
{
	return losses[a] < losses[b] || (losses[a] == losses[b] && a < b);
}

static void merge(size_t *to, const size_t *from, const double *losses,
		  const size_t bounds[3])
{
	size_t left = bounds[0], right = bounds[1];

	for (size_t at = bounds[0]; at < bounds[2]; at++) {
		int take_left = left < bounds[1] &&
				(right >= bounds[2] ||
				 before(losses, from[left], from[right]));

		to[at] = take_left ? from[left++] : from[right++];
	}
}

enum status loss_sort(size_t *order, const double *losses, size_t count,
		      struct arena *arena)
{
	size_t mark = arena_mark(arena);
	size_t *scratch = ARENA_NEW(arena, size_t, count);
	size_t *from = order, *to = scratch;

	if (!scratch)
		return E_LIMIT;
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t width = 1; width < count; width *= 2) {
		size_t *swap = from;

		for (size_t low = 0; low < count; low += 2 * width) {
			size_t middle = low + width, high = middle + width;

			middle = middle < count ? middle : count;
			high = high < count ? high : count;
			merge(to, from, losses,
			      (const size_t[3]){ low, middle, high });
		}
		from = to;
		to = swap;
	}
	if (from != order)
		memcpy(order, from, count * sizeof(*order));
	arena_reset(arena, mark);
	return OK;
}

/* First index of the tail: ceil(n * level) - 1, computed in integers so that
 * no rounding of the product matters. */
static size_t tail_start(size_t count, double level)
{
	size_t parts = (size_t)(level * 1e6 + 0.5);
	size_t at = (count * parts + 999999) / 1000000;

	if (at == 0)
		return 0;
	return at > count ? count - 1 : at - 1;
}

struct estimate loss_var(const double *losses, const size_t *order,
			 size_t count, double level)
{
	size_t at = tail_start(count, level);
	size_t step = (size_t)sqrt((double)count * level * (1.0 - level)) + 1;
	size_t low = at > step ? at - step : 0;
	size_t high = at + step < count ? at + step : count - 1;

	return (struct estimate){ losses[order[at]],
				  0.5 * (losses[order[high]] -
					 losses[order[low]]) };
}

struct estimate loss_es(const double *losses, const size_t *order,
			size_t count, double level)
{
	size_t start = tail_start(count, level);
	double n = (double)(count - start), mean = 0.0, variance = 0.0;
	double quantile = losses[order[start]];

	for (size_t i = start; i < count; i++)
		mean += losses[order[i]];
	mean /= n;
	for (size_t i = start; i < count; i++) {
		double d = losses[order[i]] - mean;

		variance += d * d;
	}
	variance /= n;
	variance += level * (mean - quantile) * (mean - quantile);
	return (struct estimate){ mean, sqrt(variance / n) };
}

double loss_tail_mean(const double *other, size_t stride, const size_t *order,
		      size_t count, double level)
{
	size_t start = tail_start(count, level);
	double sum = 0.0;

	for (size_t i = start; i < count; i++)
		sum += other[order[i] * stride];
	return sum / (double)(count - start);
}

double fixed_mean(const double *values, size_t count)
{
	double sum = 0.0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}
