/* generalised_pareto.c -- see generalised_pareto.h.
 *
 * For a given shape the likelihood has one maximum in the scale, so that what
 * is left is one variable on a closed interval: the profile of the shape.  It
 * is seen whole on a grid before it is climbed, and gives the interval too. */
#include "models/tails/generalised_pareto.h"

#include <math.h>

#include "models/elementary.h"
#include "models/loss/statistics.h"
#include "models/volatility/lanes.h"

#define GRID 29	       /* shapes, 0.05 apart */
#define CLIMB_STEPS 44 /* halves 0.05 to rounding */
#define INTERVAL_STEPS 30
#define SCALE_STEPS 200			 /* as a rule 6 to 10 */
#define INTERVAL_DROP 1.9207294103470619 /* half of chi-square's 95 % */

/* Excesses in ascending order, in units of the largest. */
struct sample {
	const double *values; /* [n], the last is 1 */
	size_t n;
	double mean, unit;
};

/* A shape with its best scale. */
struct point {
	double shape, scale, log_likelihood;
	bool converged;
};

struct profile {
	struct point grid[GRID];
	size_t best;
};

/* Four shapes and their best scales. */
struct scales {
	double shape[LANES], scale[LANES];
	bool converged[LANES];
};

/* Newton's brackets of four scales; lanes that have settled stand. */
struct brackets {
	lanes low, high, scale;
	lanes_bits running;
};

LANES_INLINE void newton_step(struct brackets *b, const struct sample *sample,
			      lanes shape)
{
	lanes mean = lanes_all(0.0), slope = mean, surplus, next, move;
	lanes_bits above, inside;

	for (size_t k = 0; k < sample->n; k++) {
		double y = sample->values[k];
		lanes inverse = 1.0 / (b->scale + shape * y);

		mean += y * inverse;
		slope += y * inverse * inverse;
	}
	surplus = 1.0 - (1.0 + shape) * mean / (double)sample->n;
	above = (lanes_bits)(surplus > 0.0);
	b->high = lanes_select(above, b->scale, b->high);
	b->low = lanes_select(above, b->low, b->scale);
	next = b->scale - mean * surplus / slope;
	inside = (lanes_bits)(next > b->low) & (lanes_bits)(next < b->high);
	next = lanes_select(inside, next, 0.5 * (b->low + b->high));
	move = lanes_size(next - b->scale);
	above = (lanes_bits)(move <= 1e-15 * b->scale);
	b->scale = lanes_select(b->running, next, b->scale);
	b->running &= ~above;
}

/* The scale's score is (1 + shape) mean(y / (scale + shape y)) - 1, which
 * falls in the scale.  Newton on 1 over the mean, which is concave and nearly
 * straight, inside a bracket that always holds the root. */
LANES_CLONES static void best_scales(struct scales *out,
				     const struct sample *sample)
{
	lanes shape = lanes_load(out->shape), zero = lanes_all(0.0);
	struct brackets b;

	b.low = lanes_select((lanes_bits)(shape < 0.0), -shape, zero);
	b.high = (1.0 + shape) * sample->mean + b.low;
	b.scale = b.high;
	b.running = ~(lanes_bits)zero;
	for (int i = 0; i < SCALE_STEPS && lanes_any(b.running); i++)
		newton_step(&b, sample, shape);
	lanes_store(out->scale, b.scale);
	for (int i = 0; i < LANES; i++)
		out->converged[i] = !b.running[i];
}

static double log_likelihood(const struct sample *sample, double shape,
			     double scale)
{
	double logs = 0.0, ratio = 0.0; /* ratio: logs / shape */

	for (size_t k = 0; k < sample->n; k++) {
		double x = sample->values[k] / scale;

		if (shape == 0.0)
			ratio += x;
		else
			logs += elementary_log1p(shape * x);
	}
	if (shape != 0.0)
		ratio = logs / shape;
	return -((double)sample->n * elementary_log(scale) + logs + ratio);
}

/* Point i of four; its log-likelihood is not told yet. */
static struct point point_of(const struct scales *scales, int i)
{
	return (struct point){ .shape = scales->shape[i],
			       .scale = scales->scale[i],
			       .converged = scales->converged[i] };
}

static struct point profile_at(const struct sample *sample, double shape)
{
	struct scales four = { { shape, shape, shape, shape }, { 0.0 },
			       { false } };
	struct point out;

	best_scales(&four, sample);
	out = point_of(&four, 0);
	out.log_likelihood = log_likelihood(sample, shape, out.scale);
	return out;
}

/* (log(1 + u) - u / (1 + u)) / u^2; its series where the difference cancels. */
static double curved_part(double u)
{
	double sum = 0.0;

	if (fabs(u) > 0.02)
		return (elementary_log1p(u) - u / (1.0 + u)) / (u * u);
	for (int j = 9; j >= 0; j--)
		sum = ((double)j + 1.0) / ((double)j + 2.0) - u * sum;
	return sum;
}

/* Slope of the profile in the shape: at the best scale the scale's own part
 * is zero. */
static double profile_slope(const struct sample *sample,
			    const struct point *point)
{
	double sum = 0.0;

	for (size_t k = 0; k < sample->n; k++) {
		double x = sample->values[k] / point->scale;
		double u = point->shape * x;

		sum += x * x * curved_part(u) - x / (1.0 + u);
	}
	return sum;
}

static double grid_shape(size_t j)
{
	if (j + 1 == GRID)
		return PARETO_SHAPE_MAX;
	return PARETO_SHAPE_MIN + (PARETO_SHAPE_MAX - PARETO_SHAPE_MIN) *
					  (double)j / (double)(GRID - 1);
}

static void see_profile(struct profile *out, const struct sample *sample)
{
	for (size_t j = 0; j < GRID; j += LANES) {
		struct scales four = { .converged = { false } };

		for (size_t i = 0; i < LANES; i++)
			four.shape[i] = grid_shape(
				j + i < GRID ? j + i : GRID - 1);
		best_scales(&four, sample);
		for (size_t i = 0; i < LANES && j + i < GRID; i++)
			out->grid[j + i] = point_of(&four, (int)i);
	}
	out->best = 0;
	for (size_t j = 0; j < GRID; j++) {
		struct point *at = &out->grid[j];

		at->log_likelihood = log_likelihood(sample, at->shape,
						    at->scale);
		if (at->log_likelihood > out->grid[out->best].log_likelihood)
			out->best = j;
	}
}

/* Between which shapes the slope changes its sign. */
struct ends {
	double inside, outside;
	bool up;
};

static void halve(struct ends *ends, const struct sample *sample,
		  const struct point *middle)
{
	if ((profile_slope(sample, middle) > 0.0) == ends->up)
		ends->inside = middle->shape;
	else
		ends->outside = middle->shape;
}

/* Two halvings: the middle, and the middle of either half that may be left. */
static struct point halve_twice(struct ends *ends, const struct sample *sample)
{
	double middle = 0.5 * (ends->inside + ends->outside);
	struct scales four = { { middle, 0.5 * (middle + ends->outside),
				 0.5 * (ends->inside + middle), middle },
			       { 0.0 }, { false } };
	struct point first, second;

	best_scales(&four, sample);
	first = point_of(&four, 0);
	halve(ends, sample, &first);
	second = point_of(&four, ends->inside == middle ? 1 : 2);
	halve(ends, sample, &second);
	return second;
}

/* The maximum beside the best point of the grid, on the side it rises to.
 * The far end is no higher, so the slope changes its sign in between. */
static struct point climb(const struct profile *profile,
			  const struct sample *sample)
{
	struct point best = profile->grid[profile->best], now = best;
	struct ends ends = { .inside = best.shape };

	ends.up = profile_slope(sample, &best) > 0.0;
	if (profile->best == (ends.up ? GRID - 1 : 0))
		return best; /* the edge of the region */
	ends.outside = grid_shape(ends.up ? profile->best + 1
					  : profile->best - 1);
	for (int i = 0; i < CLIMB_STEPS / 2; i++)
		now = halve_twice(&ends, sample);
	now.log_likelihood = log_likelihood(sample, now.shape, now.scale);
	return now.log_likelihood >= best.log_likelihood ? now : best;
}

/* Where the profile crosses `level`, between a shape above it and one below. */
static double crossing(const struct sample *sample, double level, double inside,
		       double outside)
{
	for (int i = 0; i < INTERVAL_STEPS; i++) {
		double middle = 0.5 * (inside + outside);

		if (profile_at(sample, middle).log_likelihood >= level)
			inside = middle;
		else
			outside = middle;
	}
	return inside;
}

/* The outermost crossings: if the profile had two hills that are high enough,
 * both and what lies between them are in the interval. */
static void find_interval(struct pareto_fit *out, const struct profile *profile,
			  const struct sample *sample, const struct point *best)
{
	double level = best->log_likelihood - INTERVAL_DROP;
	size_t low = 0, high = GRID - 1;

	while (profile->grid[low].log_likelihood < level &&
	       profile->grid[low].shape < best->shape)
		low++;
	while (profile->grid[high].log_likelihood < level &&
	       profile->grid[high].shape > best->shape)
		high--;
	if (low > 0)
		out->shape_low = crossing(sample, level,
					  fmin(best->shape, grid_shape(low)),
					  grid_shape(low - 1));
	if (high + 1 < GRID)
		out->shape_high = crossing(sample, level,
					   fmax(best->shape, grid_shape(high)),
					   grid_shape(high + 1));
}

static void fit_sample(struct pareto_fit *out, const struct sample *sample,
		       bool interval)
{
	struct profile profile;
	struct point best;

	see_profile(&profile, sample);
	best = climb(&profile, sample);
	*out = (struct pareto_fit){.excesses = sample->n,
				   .shape = best.shape,
				   .scale = best.scale * sample->unit,
				   .converged = best.converged};
	out->log_likelihood = best.log_likelihood -
			      (double)sample->n * elementary_log(sample->unit);
	out->shape_low = PARETO_SHAPE_MIN;
	out->shape_high = PARETO_SHAPE_MAX;
	if (interval)
		find_interval(out, &profile, sample, &best);
}

static enum status check_excesses(const double *excesses, size_t n)
{
	bool equal = true;

	if (n < PARETO_EXCESSES_MIN)
		return E_INPUT;
	for (size_t i = 0; i < n; i++) {
		if (!(excesses[i] > 0.0 && excesses[i] < (double)INFINITY))
			return E_INPUT;
		equal = equal && excesses[i] == excesses[0];
	}
	return equal ? E_INPUT : OK;
}

/* Sorted, so that sums do not depend on the order they came in. */
static enum status take_sample(struct sample *out, const double *excesses,
			       size_t n, struct arena *arena)
{
	double *values = ARENA_NEW(arena, double, n);
	size_t *order = ARENA_NEW(arena, size_t, n);

	if (!values || !order || loss_sort(order, excesses, n, arena))
		return E_LIMIT;
	*out = (struct sample){values, n, 0.0, excesses[order[n - 1]]};
	for (size_t i = 0; i < n; i++) {
		values[i] = excesses[order[i]] / out->unit;
		out->mean += values[i];
	}
	out->mean /= (double)n;
	return OK;
}

/* Values and how many. */
struct whole {
	const double *values;
	size_t n;
};

static enum status fit_excesses(struct pareto_fit *out,
				const struct whole *all, bool interval,
				struct arena *arena)
{
	enum status status = check_excesses(all->values, all->n);
	size_t mark = arena_mark(arena);
	struct sample sample;

	if (!status)
		status = take_sample(&sample, all->values, all->n, arena);
	if (!status)
		fit_sample(out, &sample, interval);
	arena_reset(arena, mark);
	return status;
}

enum status pareto_fit_excesses(struct pareto_fit *out, const double *excesses,
				size_t n, struct arena *arena)
{
	return fit_excesses(out, &(struct whole){ excesses, n }, true, arena);
}

/* How many of n values are the tail; 0: too few. */
static size_t tail_size(size_t n)
{
	size_t size = (size_t)(PARETO_TAIL_SHARE * (double)n);
	size_t most = (size_t)(PARETO_TAIL_SHARE_MAX * (double)n);

	size = size > PARETO_TAIL_MIN ? size : PARETO_TAIL_MIN;
	size = size < most ? size : most;
	return size < PARETO_EXCESSES_MIN ? 0 : size;
}

/* The excesses over the value below the `size` largest; *n of them, fewer
 * where values tie with it. */
static enum status take_excesses(double *excesses, size_t *n, double *threshold,
				 const struct whole *all, struct arena *arena)
{
	size_t size = tail_size(all->n);
	size_t *order = ARENA_NEW(arena, size_t, all->n);

	if (!order || loss_sort(order, all->values, all->n, arena))
		return E_LIMIT;
	*threshold = all->values[order[all->n - size - 1]];
	*n = 0;
	for (size_t i = all->n - size; i < all->n; i++)
		if (all->values[order[i]] > *threshold)
			excesses[(*n)++] = all->values[order[i]] - *threshold;
	return OK;
}

static enum status fit_tail(struct pareto_fit *out, const struct whole *all,
			    bool interval, struct arena *arena)
{
	double *excesses = ARENA_NEW(arena, double, tail_size(all->n));
	double threshold;
	enum status status;
	size_t n;

	if (!excesses)
		return E_LIMIT;
	status = take_excesses(excesses, &n, &threshold, all, arena);
	if (!status)
		status = fit_excesses(out, &(struct whole){ excesses, n },
				      interval, arena);
	if (!status) {
		out->threshold = threshold;
		out->tail_share = (double)n / (double)all->n;
	}
	return status;
}

static enum status fit_whole(struct pareto_fit *out, const struct whole *all,
			     bool interval, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	enum status status;

	if (!tail_size(all->n))
		return E_INPUT;
	for (size_t i = 0; i < all->n; i++)
		if (!(fabs(all->values[i]) < (double)INFINITY))
			return E_INPUT;
	status = fit_tail(out, all, interval, arena);
	arena_reset(arena, mark);
	return status;
}

enum status pareto_fit_tail(struct pareto_fit *out, const double *values,
			    size_t n, struct arena *arena)
{
	return fit_whole(out, &(struct whole){ values, n }, true, arena);
}

enum status pareto_estimate_tail(struct pareto_fit *out, const double *values,
				 size_t n, struct arena *arena)
{
	return fit_whole(out, &(struct whole){ values, n }, false, arena);
}

double pareto_quantile(const struct pareto_fit *fit, double p)
{
	double depth; /* of p in the tail: exponential of mean 1 */

	if (!(p > 0.0 && p <= fit->tail_share))
		return (double)NAN;
	depth = -elementary_log(p / fit->tail_share);
	if (fit->shape != 0.0)
		depth = elementary_expm1(fit->shape * depth) / fit->shape;
	return fit->threshold + fit->scale * depth;
}

double pareto_shortfall(const struct pareto_fit *fit, double p)
{
	double quantile = pareto_quantile(fit, p);
	double beyond = quantile - fit->threshold;

	return quantile +
	       (fit->scale + fit->shape * beyond) / (1.0 - fit->shape);
}
