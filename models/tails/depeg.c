/* depeg.c -- see depeg.h. */
#include "models/tails/depeg.h"

#include <math.h>

#include "models/elementary.h"
#include "models/loss/statistics.h"

#define LOG_2 0.69314718055994531
#define NORMAL_QUARTILE 0.67448975019608171 /* median of |normal| */
#define DEVIATION_MIN 1e-6
#define MOVING_SHARE 0.1
#define ROUNDS 3
#define STEPS_MAX 100000u

/* x at every bar, and its extremes. */
struct path {
	double *x; /* [n] */
	size_t n;
	double lowest, highest;
};

/* Means and centred sums of a step d against where it starts, x. */
struct sums {
	size_t n;
	double x, d, xx, xd, dd;
};

static double innovation(const struct depeg_fit *fit, const double *x)
{
	return x[1] - x[0] - fit->pull * (fit->level - x[0]);
}

static bool is_jump(const struct depeg_fit *fit, const double *x)
{
	return fabs(innovation(fit, x)) >
	       DEPEG_JUMP_DEVIATIONS * fit->deviation;
}

/* Means first, then squares about them; of the steps that `fit`, of the round
 * before, does not call jumps. */
static struct sums sum_quiet_steps(const struct path *path,
				   const struct depeg_fit *fit)
{
	struct sums sums = {0};

	for (size_t t = 0; t + 1 < path->n; t++) {
		if (is_jump(fit, path->x + t))
			continue;
		sums.n++;
		sums.x += path->x[t];
		sums.d += path->x[t + 1] - path->x[t];
	}
	sums.x /= (double)sums.n;
	sums.d /= (double)sums.n;
	for (size_t t = 0; t + 1 < path->n; t++) {
		double x = path->x[t] - sums.x;
		double d = path->x[t + 1] - path->x[t] - sums.d;

		if (is_jump(fit, path->x + t))
			continue;
		sums.xx += x * x;
		sums.xd += x * d;
		sums.dd += d * d;
	}
	return sums;
}

/* Sum of squared innovations. */
static double squares_left(const struct sums *sums, double pull, double level)
{
	double mean = sums->d - pull * (level - sums->x);

	return (double)sums->n * mean * mean + sums->dd +
	       2.0 * pull * sums->xd + pull * pull * sums->xx;
}

static double share_of(double value)
{
	return fmax(0.0, fmin(1.0, value));
}

/* The pull that fits best when the level is given. */
static double pull_towards(const struct sums *sums, double level)
{
	double distance = level - sums->x, n = (double)sums->n;
	double squares = n * distance * distance + sums->xx;

	if (!(squares > 0.0))
		return 0.0;
	return share_of((n * sums->d * distance - sums->xd) / squares);
}

/* Least squares over 0 <= pull <= 1 and levels that were seen: a trend without
 * return would put the level anywhere.  Outside, the best lies on an edge. */
static void fit_pull(struct depeg_fit *fit, const struct sums *sums,
		     const struct path *path)
{
	double high_pull = pull_towards(sums, path->highest);
	double low_pull = pull_towards(sums, path->lowest);

	fit->level = sums->x;
	fit->pull = 0.0;
	if (sums->xx <= (double)sums->n * DEVIATION_MIN * DEVIATION_MIN)
		return; /* it stood still: nothing to see */
	fit->pull = share_of(-sums->xd / sums->xx);
	if (fit->pull > 0.0)
		fit->level = sums->x + sums->d / fit->pull;
	if (fit->pull > 0.0 && fit->level >= path->lowest &&
	    fit->level <= path->highest)
		return;
	fit->pull = low_pull;
	fit->level = path->lowest;
	if (squares_left(sums, high_pull, path->highest) <
	    squares_left(sums, low_pull, path->lowest)) {
		fit->pull = high_pull;
		fit->level = path->highest;
	}
	if (fit->pull == 0.0)
		fit->level = sums->x;
}

static void fit_round(struct depeg_fit *fit, const struct path *path)
{
	struct sums sums = sum_quiet_steps(path, fit);
	double squares;

	fit_pull(fit, &sums, path);
	squares = squares_left(&sums, fit->pull, fit->level);
	fit->deviation = fmax(DEVIATION_MIN,
			      sqrt(fmax(squares, 0.0) / (double)(sums.n - 2)));
}

/* A first deviation that jumps cannot move: the median size of the steps.  A
 * feed that repeats its price makes steps of nothing; they do not count as
 * long as there are others enough. */
static enum status first_deviation(double *out, const struct path *path,
				   struct arena *arena)
{
	double *sizes = ARENA_NEW(arena, double, path->n);
	size_t *order = ARENA_NEW(arena, size_t, path->n);
	size_t moving = 0;

	if (!sizes || !order)
		return E_LIMIT;
	for (size_t t = 0; t + 1 < path->n; t++) {
		double size = fabs(path->x[t + 1] - path->x[t]);

		if (size > DEVIATION_MIN)
			sizes[moving++] = size;
	}
	*out = DEVIATION_MIN;
	if ((double)moving < MOVING_SHARE * (double)path->n)
		return OK;
	if (loss_sort(order, sizes, moving, arena))
		return E_LIMIT;
	*out = sizes[order[moving / 2]] / NORMAL_QUARTILE;
	return OK;
}

static void measure_jumps(struct depeg_fit *fit, const struct path *path)
{
	double squares = 0.0;

	fit->jumps = 0;
	for (size_t t = 0; t + 1 < path->n; t++) {
		double size = innovation(fit, path->x + t), apart;

		if (!is_jump(fit, path->x + t))
			continue;
		apart = size - fit->jump_mean;
		fit->jumps++;
		fit->jump_mean += apart / (double)fit->jumps;
		squares += apart * (size - fit->jump_mean);
	}
	if (fit->jumps > 1)
		fit->jump_deviation = sqrt(squares / (double)(fit->jumps - 1));
	fit->jump_intensity = (double)fit->jumps / (double)(path->n - 1);
}

static enum status take_path(struct path *out,
			     const struct depeg_series *series,
			     struct arena *arena)
{
	double *x = ARENA_NEW(arena, double, series->n);

	if (!x)
		return E_LIMIT;
	*out = (struct path){x, series->n, 1e300, -1e300};
	for (size_t t = 0; t < series->n; t++) {
		double value = series->redemption ? series->redemption[t] : 1.0;
		double ratio = series->market[t] / value;

		if (!(series->market[t] > 0.0 && value > 0.0 &&
		      value < (double)INFINITY && ratio > 0.0 &&
		      ratio < (double)INFINITY))
			return E_INPUT;
		x[t] = elementary_log(ratio);
		out->lowest = fmin(out->lowest, x[t]);
		out->highest = fmax(out->highest, x[t]);
	}
	return OK;
}

static enum status fit_series(struct depeg_fit *out,
			      const struct depeg_series *series,
			      struct arena *arena)
{
	struct depeg_fit fit = {.n = series->n};
	struct path path;
	enum status status = take_path(&path, series, arena);

	if (!status)
		status = first_deviation(&fit.deviation, &path, arena);
	if (status)
		return status;
	fit.lowest = path.lowest;
	for (int round = 0; round < ROUNDS; round++)
		fit_round(&fit, &path);
	measure_jumps(&fit, &path);
	if (fit.pull > 0.0 && fit.pull < 1.0)
		fit.half_life = -LOG_2 / elementary_log1p(-fit.pull);
	*out = fit;
	return OK;
}

enum status depeg_fit_series(struct depeg_fit *out,
			     const struct depeg_series *series,
			     struct arena *arena)
{
	size_t mark = arena_mark(arena);
	enum status status;

	if (series->n < DEPEG_OBSERVATIONS_MIN)
		return E_INPUT;
	status = fit_series(out, series, arena);
	arena_reset(arena, mark);
	return status;
}

/* 1 + kept + kept^2 + ... of `steps` terms, kept = 1 - pull. */
static double geometric_sum(double pull, double steps)
{
	if (pull <= 0.0)
		return steps;
	if (pull >= 1.0)
		return 1.0;
	return -elementary_expm1(steps * elementary_log1p(-pull)) / pull;
}

enum status depeg_forecast(struct depeg_forecast *out,
			   const struct depeg_fit *fit, double now,
			   unsigned steps)
{
	double rate = fit->jump_intensity, drift = rate * fit->jump_mean;
	double calm = (1.0 - rate) * fit->deviation * fit->deviation;
	double jumps = rate * (fit->jump_mean * fit->jump_mean +
			       fit->jump_deviation * fit->jump_deviation) -
		       drift * drift;
	double closed, first, second;

	if (!steps || steps > STEPS_MAX || !(fabs(now) < (double)INFINITY))
		return E_INPUT;
	first = geometric_sum(fit->pull, (double)steps);
	/* the squares shrink by (1 - pull)^2 = 1 - pull (2 - pull) a bar */
	second = geometric_sum(fit->pull * (2.0 - fit->pull), (double)steps);
	closed = fit->pull * first; /* share of the distance by then */
	*out = (struct depeg_forecast){
		.mean = now + closed * (fit->level - now) + drift * first,
		.variance = (calm + jumps) * second,
		.jump_variance = jumps * second,
	};
	return OK;
}
