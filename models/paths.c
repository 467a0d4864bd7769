/* paths.c -- see paths.h. */
#include "models/paths.h"

#include <math.h>

#include "models/elementary.h"
#include "models/rng.h"

#define STREAM_NORMAL 0u
#define STREAM_SCALE 0x100u
#define STREAM_BRIDGE 0x200u
#define TASK_PAIRS 32u

struct generation {
	const struct path_output *out;
	const struct path_design *design;
	struct rng_key key;
	double deviation[PATHS_ASSETS_MAX]; /* stressed */
};

/* Twins: level and lowest of each, by log price. */
struct twins {
	uint32_t pair;
	double level[2][PATHS_ASSETS_MAX];
	double lowest[2][PATHS_ASSETS_MAX];
};

/* One step's moves and their scale, the same for both twins. */
struct moves {
	uint32_t step;
	double scale;
	double by[PATHS_ASSETS_MAX];
};

/* sqrt((nu - 2) / chi-square); 1 for normal steps. */
static double draw_scale(const struct generation *g, uint32_t pair,
			 uint32_t step)
{
	unsigned half = g->design->degrees / 2;
	double sum = 0.0;

	if (!half)
		return 1.0;
	for (uint32_t i = 0; i < half; i += 2) {
		double u[2];
		struct rng_counter counter = { pair, step,
					       STREAM_SCALE + i / 2 };

		rng_uniforms(u, &g->key, &counter);
		sum -= elementary_log(u[0]);
		if (i + 1 < half)
			sum -= elementary_log(u[1]);
	}
	return sqrt(((double)g->design->degrees - 2.0) / (2.0 * sum));
}

static void draw_moves(struct moves *moves, const struct generation *g,
		       uint32_t pair, uint32_t step)
{
	const struct path_design *d = g->design;
	double z[PATHS_ASSETS_MAX + 1];

	moves->step = step;
	moves->scale = draw_scale(g, pair, step);
	for (size_t a = 0; a < d->asset_count; a += 2) {
		struct rng_counter counter = { pair, step,
					       STREAM_NORMAL + (uint32_t)a / 2 };

		rng_normals(z + a, &g->key, &counter);
	}
	for (size_t a = 0; a < d->asset_count; a++) {
		double sum = 0.0;

		for (size_t k = 0; k <= a; k++)
			sum += d->factor[k * d->asset_count + a] * z[k];
		moves->by[a] = sum * moves->scale * g->deviation[a];
	}
}

/* Lowest point of a bridge from `from` to `to` with variance `variance`. */
static double bridge_minimum(double from, double to, double variance, double u)
{
	double gap = to - from;

	return 0.5 * (from + to -
		      sqrt(gap * gap - 2.0 * variance * elementary_log(u)));
}

/* Level before the step: today's or the last, with the jump if it is now. */
static double start_of_step(const struct path_design *d, double level,
			    size_t step, size_t asset)
{
	const struct path_stress *s = d->stress;

	return s && s->jump && s->jump_step == step ? level + s->jump[asset]
						    : level;
}

/* The lowest log price within a step that began at `before`. */
static void lower(const struct generation *g, struct twins *t, int twin,
		  const double *before, const struct moves *moves)
{
	double u[2] = { 0.0, 0.0 };

	for (size_t a = 0; a < g->design->asset_count; a++) {
		double sd = moves->scale * g->deviation[a], low;
		struct rng_counter counter = { 2 * t->pair + (uint32_t)twin,
					       moves->step,
					       STREAM_BRIDGE + (uint32_t)a / 2 };

		if (a % 2 == 0)
			rng_uniforms(u, &g->key, &counter);
		low = bridge_minimum(before[a], t->level[twin][a], sd * sd,
				     u[a % 2]);
		if (low < t->lowest[twin][a])
			t->lowest[twin][a] = low;
	}
}

static void advance(const struct generation *g, struct twins *t, int twin,
		    const struct moves *moves)
{
	const struct path_design *d = g->design;
	double before[PATHS_ASSETS_MAX];

	for (size_t a = 0; a < d->asset_count; a++) {
		double sd = g->deviation[a];
		double move = twin ? -moves->by[a] : moves->by[a];

		before[a] = start_of_step(d, t->level[twin][a],
					  moves->step, a);
		t->level[twin][a] = before[a] + (move - 0.5 * sd * sd);
	}
	if (g->out->minimum && moves->step < d->minimum_steps)
		lower(g, t, twin, before, moves);
}

/* Prices over today's at the end of a step, where they are wanted. */
static void store_ratios(const struct generation *g, const struct twins *t,
			 size_t step)
{
	const struct path_design *d = g->design;
	size_t kept = d->terminal_only ? 1 : d->step_count;
	size_t at = d->terminal_only ? 0 : step;

	if (!g->out->ratios || (d->terminal_only && step + 1 < d->step_count))
		return;
	for (size_t twin = 0; twin < 2; twin++) {
		size_t path = 2 * (size_t)t->pair + twin;
		double *out = g->out->ratios +
			      (path * kept + at) * d->asset_count;

		for (size_t a = 0; a < d->asset_count; a++)
			out[a] = elementary_exp(t->level[twin][a]);
	}
}

static void walk(const struct generation *g, uint32_t pair)
{
	const struct path_design *d = g->design;
	struct twins t = { pair, { { 0.0 } }, { { 0.0 } } };

	for (uint32_t step = 0; step < d->step_count; step++) {
		struct moves moves;

		draw_moves(&moves, g, pair, step);
		advance(g, &t, 0, &moves);
		advance(g, &t, 1, &moves);
		store_ratios(g, &t, step);
	}
	for (size_t twin = 0; g->out->minimum && twin < 2; twin++)
		for (size_t a = 0; a < d->asset_count; a++)
			g->out->minimum[(2 * (size_t)pair + twin) *
						d->asset_count + a] =
				elementary_exp(t.lowest[twin][a]);
}

static void run_task(void *context, size_t task)
{
	const struct generation *g = context;
	size_t pairs = g->design->path_count / 2;
	size_t first = task * TASK_PAIRS, end = first + TASK_PAIRS;

	for (size_t pair = first; pair < end && pair < pairs; pair++)
		walk(g, (uint32_t)pair);
}

static enum status check_sizes(const struct path_design *d)
{
	if (!d->path_count || d->path_count % 2 || d->path_count > UINT32_MAX)
		return E_INPUT;
	if (!d->step_count || d->step_count > UINT32_MAX)
		return E_INPUT;
	if (!d->asset_count || d->asset_count > PATHS_ASSETS_MAX)
		return E_INPUT;
	if (d->degrees && (d->degrees % 2 || d->degrees < 4 ||
			   d->degrees > 200))
		return E_INPUT;
	return OK;
}

/* Deviations after stress, in reach of exp. */
static enum status prepare(struct generation *g)
{
	const struct path_design *d = g->design;
	const struct path_stress *s = d->stress;

	for (size_t a = 0; a < d->asset_count; a++) {
		g->deviation[a] = d->deviation[a] * (s ? s->volatility : 1.0);
		if (!(g->deviation[a] >= 0.0 && g->deviation[a] < 1e3))
			return E_INPUT;
		if (s && s->jump && !(fabs(s->jump[a]) < 700.0))
			return E_INPUT;
	}
	return OK;
}

enum status paths_generate(const struct path_output *out,
			   const struct path_design *design,
			   const struct parallel *parallel)
{
	struct generation g = { out, design, rng_key_of(design->seed),
				{ 0.0 } };
	enum status status = check_sizes(design);

	if (!status)
		status = prepare(&g);
	if (!status)
		parallel_run(parallel, run_task, &g,
			     (design->path_count / 2 + TASK_PAIRS - 1) /
				     TASK_PAIRS);
	return status;
}
