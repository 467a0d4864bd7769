/* depth.c -- see depth.h. */
#include "models/liquidity/depth.h"

#include <math.h>

#include "models/elementary.h"
#include "models/volatility/diagnostics.h"
#include "models/volatility/lanes.h"

#define PATHS_EACH 256 /* of a task */

/* Logs of positive finite numbers and their mean; false for others, and where
 * all are equal. */
static bool take_logs(double *out, double *mean, const double *in, size_t n)
{
	double sum = 0.0;
	bool varies = false;

	for (size_t t = 0; t < n; t++) {
		if (!(in[t] > 0.0 && isfinite(in[t])))
			return false;
		out[t] = elementary_log(in[t]);
		varies = varies || out[t] < out[0] || out[t] > out[0];
		sum += out[t];
	}
	*mean = sum / (double)n;
	return varies;
}

/* floor(3/4 n^(1/3)), in integers: a cube root may fall short of its own. */
static size_t lags_of(size_t n)
{
	size_t lags = 0;

	while (64 * (lags + 1) * (lags + 1) * (lags + 1) <= 27 * n)
		lags++;
	return lags;
}

/* x and y as logs; the slope's errors are worked in over y. */
static void regress(struct depth_fit *out, double *y, const double *x)
{
	double squares = 0.0, products = 0.0;

	for (size_t t = 0; t < out->n; t++) {
		double from = x[t] - out->log_volatility;

		squares += from * from;
		products += from * (y[t] - out->log_depth);
	}
	out->elasticity = -products / squares;
	for (size_t t = 0; t < out->n; t++) {
		double from = x[t] - out->log_volatility;

		y[t] = from * (y[t] - out->log_depth + out->elasticity * from);
	}
	out->error = sqrt(long_run_squares(y, out->n, out->lags)) / squares;
}

enum status depth_elasticity_fit(struct depth_fit *out, const double *depth,
				 const double *volatility, size_t n,
				 struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct depth_fit fit = { .n = n, .lags = lags_of(n) };
	double *x = ARENA_NEW(arena, double, n);
	double *y = ARENA_NEW(arena, double, n);
	enum status status = OK;

	if (n < DEPTH_PAIRS_MIN)
		status = E_INPUT;
	else if (!x || !y)
		status = E_LIMIT;
	else if (!take_logs(x, &fit.log_volatility, volatility, n) ||
		 !take_logs(y, &fit.log_depth, depth, n))
		status = E_INPUT;
	if (!status) {
		regress(&fit, y, x);
		*out = fit;
	}
	arena_reset(arena, mark);
	return status;
}

/* What a task needs; weights make the sum over a path the mean over assets,
 * and `four` holds those of four steps, as lanes. */
struct shares_work {
	double *shares;
	const struct loss_paths *paths;
	const struct depth_law *law;
	double weights[ASSETS_MAX];
	lanes four[ASSETS_MAX];
	bool silent; /* no asset says anything */
};

LANES_INLINE double move_of(double now, double before)
{
	double apart = now - before;

	return apart * apart / (now * before);
}

LANES_INLINE lanes moves_of(lanes now, lanes before)
{
	lanes apart = now - before;

	return apart * apart / (now * before);
}

/* Steps [from, to) one value after the other; the first is from a ratio of 1.
 */
static double slow_steps(const struct shares_work *w, const double *ratios,
			 size_t from, size_t to)
{
	size_t assets = w->paths->asset_count;
	double sum = 0.0;

	for (size_t k = from * assets; k < to * assets; k++)
		sum += w->weights[k % assets] *
		       move_of(ratios[k], k < assets ? 1.0 : ratios[k - assets]);
	return sum;
}

/* Four steps are as many lanes as there are assets, and begin with the same
 * asset: their weights fall into place. */
LANES_CLONES
static void sum_paths(struct shares_work *w, double *sums, size_t first,
		      size_t last)
{
	size_t steps = w->paths->step_count, assets = w->paths->asset_count;
	size_t groups = steps ? (steps - 1) / LANES : 0;

	for (size_t path = first; path < last; path++) {
		const double *ratios = w->paths->ratios + path * steps * assets;
		const double *at = ratios + assets;
		lanes sum = lanes_all(0.0);

		for (size_t g = 0; g < groups; g++)
			for (size_t k = 0; k < assets; k++, at += LANES)
				sum += w->four[k] *
				       moves_of(lanes_load(at),
						lanes_load(at - assets));
		sums[path] = lanes_sum(sum) +
			     slow_steps(w, ratios, 0, steps ? 1 : 0) +
			     slow_steps(w, ratios, 1 + groups * LANES, steps);
	}
}

static double share_of(const struct depth_law *law, double squared)
{
	double share;

	if (!isfinite(squared))
		return law->floor;
	if (squared <= 1.0)
		return 1.0;
	share = elementary_exp(-0.5 * law->elasticity *
			       elementary_log(squared));
	return share > law->floor ? share : law->floor;
}

static void share_some(void *context, size_t task)
{
	struct shares_work *w = context;
	size_t first = task * PATHS_EACH, last = first + PATHS_EACH;

	if (last > w->paths->path_count)
		last = w->paths->path_count;
	sum_paths(w, w->shares, first, last);
	for (size_t path = first; path < last; path++)
		w->shares[path] = share_of(w->law, w->shares[path]);
}

static void weigh(struct shares_work *w)
{
	size_t assets = w->paths->asset_count, speaking = 0;

	for (size_t i = 0; i < assets; i++)
		speaking += w->law->deviation[i] > 0.0;
	for (size_t i = 0; i < assets; i++) {
		double d = w->law->deviation[i];

		w->weights[i] = d > 0.0 ? 1.0 / (d * d * (double)speaking)
					: 0.0;
	}
	for (size_t k = 0; k < assets; k++)
		for (size_t lane = 0; lane < LANES; lane++)
			w->four[k][lane] =
				w->weights[(k * LANES + lane) % assets];
	w->silent = !speaking;
}

void depth_shares(double *shares, const struct loss_paths *paths,
		  const struct depth_law *law, const struct parallel *parallel)
{
	struct shares_work work = { .shares = shares, .paths = paths,
				    .law = law };

	weigh(&work);
	if (work.silent || !(law->elasticity > 0.0)) {
		for (size_t path = 0; path < paths->path_count; path++)
			shares[path] = 1.0;
		return;
	}
	parallel_run(parallel, share_some, &work,
		     (paths->path_count + PATHS_EACH - 1) / PATHS_EACH);
}
