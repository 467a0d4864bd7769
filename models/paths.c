/* paths.c -- see paths.h. */
#include "models/paths.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/rng.h"

#define STREAM_NORMAL 0u
#define STREAM_SCALE 0x100u
#define STREAM_BRIDGE 0x200u
#define TASK_PATHS 64u /* even: twins share a task */

struct generation {
	const struct path_output *out;
	const struct path_design *design;
	struct rng_key key;
};

/* sqrt((nu - 2) / chi-square), the same for a path and its twin. */
static double draw_scale(const struct generation *g, uint32_t pair,
			 uint32_t step)
{
	unsigned half = g->design->degrees / 2;
	double sum = 0.0;

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

static void draw_step(double *moves, const struct generation *g, uint32_t pair,
		      uint32_t step)
{
	const struct path_design *d = g->design;
	double z[PATHS_ASSETS_MAX + 1], scale = draw_scale(g, pair, step);

	for (size_t a = 0; a < d->asset_count; a += 2) {
		struct rng_counter counter = { pair, step,
					       STREAM_NORMAL + (uint32_t)a / 2 };

		rng_normals(z + a, &g->key, &counter);
	}
	for (size_t a = 0; a < d->asset_count; a++) {
		double sum = 0.0;

		for (size_t k = 0; k <= a; k++)
			sum += d->factor[k * d->asset_count + a] * z[k];
		moves[a] = sum * scale * d->deviation[a];
	}
}

/* Lowest point of a bridge from `from` to `to` with variance `variance`. */
static double bridge_minimum(double from, double to, double variance, double u)
{
	double gap = to - from;

	return 0.5 * (from + to -
		      sqrt(gap * gap - 2.0 * variance * elementary_log(u)));
}

static void walk(const struct generation *g, uint32_t path)
{
	const struct path_design *d = g->design;
	double level[PATHS_ASSETS_MAX] = { 0.0 };
	double lowest[PATHS_ASSETS_MAX] = { 0.0 };
	double sign = path & 1u ? -1.0 : 1.0;

	for (uint32_t step = 0; step < d->step_count; step++) {
		double moves[PATHS_ASSETS_MAX];
		double *ratios = g->out->ratios +
				 ((size_t)path * d->step_count + step) *
					 d->asset_count;

		draw_step(moves, g, path / 2, step);
		for (size_t a = 0; a < d->asset_count; a++) {
			double before = level[a], u[2], low, sd = d->deviation[a];
			struct rng_counter counter = {
				path, step, STREAM_BRIDGE + (uint32_t)a };

			level[a] += sign * moves[a] - 0.5 * sd * sd;
			ratios[a] = elementary_exp(level[a]);
			if (step >= d->minimum_steps)
				continue;
			rng_uniforms(u, &g->key, &counter);
			low = bridge_minimum(before, level[a], sd * sd, u[0]);
			lowest[a] = low < lowest[a] ? low : lowest[a];
		}
	}
	for (size_t a = 0; a < d->asset_count; a++)
		g->out->minimum[(size_t)path * d->asset_count + a] =
			elementary_exp(lowest[a]);
}

static void run_task(void *context, size_t task)
{
	const struct generation *g = context;
	size_t first = task * TASK_PATHS, end = first + TASK_PATHS;

	if (end > g->design->path_count)
		end = g->design->path_count;
	for (size_t path = first; path < end; path++)
		walk(g, (uint32_t)path);
}

enum status paths_generate(const struct path_output *out,
			   const struct path_design *design,
			   const struct parallel *parallel)
{
	struct generation g = { out, design, rng_key_of(design->seed) };

	if (!design->path_count || design->path_count % 2 ||
	    design->path_count > UINT32_MAX || !design->step_count ||
	    design->step_count > UINT32_MAX || design->degrees % 2 ||
	    design->degrees < 4 || design->degrees > 200 ||
	    !design->asset_count || design->asset_count > PATHS_ASSETS_MAX)
		return E_INPUT;
	parallel_run(parallel, run_task, &g,
		     (design->path_count + TASK_PATHS - 1) / TASK_PATHS);
	return OK;
}
