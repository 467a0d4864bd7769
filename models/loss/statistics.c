/* statistics.c -- see statistics.h. */
#include "models/loss/statistics.h"

#include <math.h>
#include <string.h>

/* Indexes of the left run are all below the right's, so that of equals the left
 * goes first.  Without a branch on what is compared: it is anyone's guess. */
static void merge(size_t *to, const size_t *from, const double *losses,
		  const size_t bounds[3])
{
	size_t left = bounds[0], right = bounds[1], at = bounds[0];

	while (left < bounds[1] && right < bounds[2]) {
		size_t l = from[left], r = from[right];
		size_t take_left = losses[l] <= losses[r];

		to[at++] = take_left ? l : r;
		left += take_left;
		right += 1 - take_left;
	}
	memcpy(to + at, from + left, (bounds[1] - left) * sizeof(*to));
	at += bounds[1] - left;
	memcpy(to + at, from + right, (bounds[2] - right) * sizeof(*to));
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

static double weight_of(const struct loss_sample *s, size_t path)
{
	return s->weights ? s->weights[path] : 1.0;
}

static double total_weight(const struct loss_sample *s)
{
	double sum = 0.0;

	for (size_t i = 0; i < s->count; i++)
		sum += weight_of(s, i);
	return sum;
}

/* First place in the order at or below which `share` of the weight lies; the
 * shares are compared as integers of millionths, so that no rounding of a
 * product matters where all weights are 1. */
static size_t place_of(const struct loss_sample *s, double share_ppm)
{
	double total = total_weight(s), sum = 0.0;

	for (size_t i = 0; i < s->count; i++) {
		sum += weight_of(s, s->order[i]);
		if (sum * 1e6 >= share_ppm * total)
			return i;
	}
	return s->count - 1;
}

/* Standard deviation of the weighted share of paths at or beyond `place`. */
static double tail_deviation(const struct loss_sample *s, size_t place,
			     double level)
{
	double threshold = s->losses[s->order[place]], sum = 0.0;
	double total = total_weight(s);

	for (size_t i = 0; i < s->count; i += 2) {
		double pair = 0.0;

		for (size_t k = i; k < i + 2 && k < s->count; k++)
			pair += weight_of(s, k) *
				((s->losses[k] >= threshold ? 1.0 : 0.0) -
				 (1.0 - level));
		sum += pair * pair;
	}
	return sqrt(sum) / total;
}

struct estimate loss_var(const struct loss_sample *sample, uint32_t level_ppm)
{
	double level = (double)level_ppm / 1e6;
	size_t at = place_of(sample, (double)level_ppm);
	double step = tail_deviation(sample, at, level) * 1e6;
	double below = (double)level_ppm - step, above = (double)level_ppm + step;
	size_t low = below > 0.0 ? place_of(sample, below) : 0;
	size_t high = above < 1e6 ? place_of(sample, above)
				  : sample->count - 1;

	return (struct estimate){ sample->losses[sample->order[at]],
				  0.5 * (sample->losses[sample->order[high]] -
					 sample->losses[sample->order[low]]) };
}

/* Sums over pairs of twins: the influence y of an estimate and two controls. */
struct regression {
	double yy, y1, y2, c11, c12, c22, mean1, mean2;
};

static void add_pair(struct regression *r, double y, double c1, double c2)
{
	r->yy += y * y;
	r->y1 += y * c1;
	r->y2 += y * c2;
	r->c11 += c1 * c1;
	r->c12 += c1 * c2;
	r->c22 += c2 * c2;
	r->mean1 += c1;
	r->mean2 += c2;
}

static void regress(struct regression *r, const struct loss_sample *s,
		    const struct estimate *var, double es, double level)
{
	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < s->count; i += 2) {
		double y = 0.0, c1 = 0.0, c2 = 0.0;

		for (size_t k = i; k < i + 2 && k < s->count; k++) {
			double w = weight_of(s, k);
			double z = s->factors ? s->factors[k] : 0.0;
			double excess = s->losses[k] - var->value;

			y += w * ((excess > 0.0 ? excess / (1.0 - level)
						: 0.0) +
				  var->value - es);
			c1 += w * z;
			c2 += w * (z * z - 1.0);
		}
		add_pair(r, y, c1, c2);
	}
}

/* Least squares of the influence on the controls; no controls: as it is. */
static struct estimate controlled(double es, const struct regression *r,
				  double total)
{
	double det = r->c11 * r->c22 - r->c12 * r->c12, b1, b2, left;

	if (!(det > 1e-12 * r->c11 * r->c22))
		return (struct estimate){ es, sqrt(r->yy) / total };
	b1 = (r->y1 * r->c22 - r->y2 * r->c12) / det;
	b2 = (r->y2 * r->c11 - r->y1 * r->c12) / det;
	left = r->yy - b1 * r->y1 - b2 * r->y2;
	return (struct estimate){
		es - (b1 * r->mean1 + b2 * r->mean2) / total,
		sqrt(left > 0.0 ? left : 0.0) / total };
}

/* Weights of the heaviest paths that together make the tail: all but the last
 * count whole. */
struct tail {
	size_t first; /* place in the order of the lightest */
	double first_weight, weight;
};

static struct tail tail_of(const struct loss_sample *s, uint32_t level_ppm)
{
	double wanted = total_weight(s) * (double)(1000000 - level_ppm) / 1e6;
	struct tail tail = { s->count, 0.0, 0.0 };

	while (tail.first > 0 && tail.weight < wanted) {
		double w = weight_of(s, s->order[tail.first - 1]);

		tail.first--;
		tail.first_weight = w < wanted - tail.weight
					    ? w
					    : wanted - tail.weight;
		tail.weight += tail.first_weight;
	}
	return tail;
}

static struct estimate tail_mean(const struct loss_sample *s,
				 const double *values, size_t stride,
				 uint32_t level_ppm)
{
	struct tail tail = tail_of(s, level_ppm);
	double sum = 0.0, squares = 0.0, mean;

	if (!(tail.weight > 0.0))
		return (struct estimate){ 0.0, 0.0 };
	for (size_t i = tail.first; i < s->count; i++)
		sum += (i == tail.first ? tail.first_weight
					: weight_of(s, s->order[i])) *
		       values[s->order[i] * stride];
	mean = sum / tail.weight;
	for (size_t i = tail.first; i < s->count; i++) {
		double d = (i == tail.first ? tail.first_weight
					    : weight_of(s, s->order[i])) *
			   (values[s->order[i] * stride] - mean);

		squares += d * d;
	}
	return (struct estimate){ mean, sqrt(squares) / tail.weight };
}

struct estimate loss_es(const struct loss_sample *sample, uint32_t level_ppm)
{
	double level = (double)level_ppm / 1e6;
	struct estimate var = loss_var(sample, level_ppm);
	struct estimate es = tail_mean(sample, sample->losses, 1, level_ppm);
	struct regression r;

	regress(&r, sample, &var, es.value, level);
	es = controlled(es.value, &r, total_weight(sample));
	/* No correction makes an ES less than its VaR. */
	if (es.value < var.value)
		es.value = var.value;
	return es;
}

struct estimate loss_share(const struct loss_sample *sample,
			   const double *other, size_t stride,
			   uint32_t level_ppm)
{
	return tail_mean(sample, other, stride, level_ppm);
}

double loss_mean(const double *values, const double *weights, size_t count)
{
	double sum = 0.0, total = 0.0;

	for (size_t i = 0; i < count; i++) {
		double w = weights ? weights[i] : 1.0;

		sum += w * values[i];
		total += w;
	}
	return total > 0.0 ? sum / total : 0.0;
}
