/* paths.c -- designs judged and cut into tasks; see paths.h.  The walk itself
 * is in paths_walk.c. */
#include "models/paths.h"

#include <math.h>

#include "models/paths_internal.h"

#define TASK_PAIRS 32u
#define FINITE_MAX 1e6 /* of margins, filters and weights of the market */

static enum status check_sizes(const struct path_design *d)
{
	if (!d->path_count || d->path_count % 2 || d->path_count > UINT32_MAX)
		return E_INPUT;
	if (!d->step_count || d->step_count > UINT32_MAX ||
	    d->bar_steps > PATHS_BAR_STEPS_MAX)
		return E_INPUT;
	if (!d->asset_count || d->asset_count > PATHS_ASSETS_MAX)
		return E_INPUT;
	if (d->degrees && (d->degrees % 2 || d->degrees < 4 ||
			   d->degrees > 200))
		return E_INPUT;
	return fabs(d->tilt) <= PATHS_TILT_MAX ? OK : E_INPUT;
}

static bool is_sane(double value)
{
	return value >= 0.0 && value <= FINITE_MAX;
}

static enum status check_margin(const struct path_margin *margin)
{
	for (size_t i = 0; i <= PATH_MARGIN_CELLS; i++) {
		if (!(fabs(margin->value[i]) <= FINITE_MAX))
			return E_INPUT;
		if (i && margin->value[i] < margin->value[i - 1])
			return E_INPUT;
	}
	return OK;
}

static enum status check_filter(const struct path_filter *filter)
{
	bool sane = is_sane(filter->start) && is_sane(filter->omega) &&
		    is_sane(filter->alpha) && is_sane(filter->beta) &&
		    is_sane(filter->alpha + filter->gamma);

	return sane ? OK : E_INPUT;
}

/* Deviations after stress, in reach of exp. */
static enum status prepare_asset(struct generation *g, size_t a)
{
	const struct path_design *d = g->design;
	const struct path_stress *s = d->stress;

	g->deviation[a] = d->deviation[a] * (s ? s->volatility : 1.0);
	if (!(g->deviation[a] >= 0.0 && g->deviation[a] < 1e3))
		return E_INPUT;
	if (s && s->jump && !(fabs(s->jump[a]) < 700.0))
		return E_INPUT;
	if (d->margins && check_margin(&d->margins[a]))
		return E_INPUT;
	if (d->filters && check_filter(&d->filters[a]))
		return E_INPUT;
	for (size_t k = 0; k <= a; k++)
		g->rows[a][k] = d->factor[k * d->asset_count + a];
	return OK;
}

/* The market's normal is w . z~ / |L' w| = v . z with v = L' w / |L' w|. */
static enum status prepare_market(struct generation *g)
{
	const struct path_design *d = g->design;
	double direction[PATHS_ASSETS_MAX] = { 0.0 }, square = 0.0, length;
	size_t pairs = d->path_count / 2;

	g->odd_share = (double)(pairs / 2) / (double)pairs;
	for (size_t k = 0; k < d->asset_count; k++) {
		for (size_t a = k; a < d->asset_count; a++) {
			double w = d->factor_weights ? d->factor_weights[a]
						     : 1.0;

			if (!(fabs(w) <= FINITE_MAX))
				return E_INPUT;
			g->market[a] = w;
			direction[k] += g->rows[a][k] * w;
		}
		square += direction[k] * direction[k];
	}
	length = sqrt(square);
	if (!(length > 0.0))
		return E_INPUT;
	for (size_t a = 0; a < d->asset_count; a++) {
		double along = 0.0;

		for (size_t k = 0; k <= a; k++)
			along += g->rows[a][k] * direction[k] / length;
		g->market[a] /= length;
		g->shift[a] = -d->tilt * along / sqrt((double)d->step_count);
	}
	return OK;
}

static enum status prepare(struct generation *g)
{
	const struct path_design *d = g->design;
	enum status status = check_sizes(d);

	for (size_t a = 0; !status && a < d->asset_count; a++)
		status = prepare_asset(g, a);
	if (!status && (d->tilt != 0.0 || g->out->factors))
		status = prepare_market(g);
	if (!status && d->degrees)
		scale_table_build(&g->scale, d->degrees);
	return status;
}

static void run_task(void *context, size_t task)
{
	const struct generation *g = context;
	size_t pairs = g->design->path_count / 2;
	size_t first = task * TASK_PAIRS, end = first + TASK_PAIRS;

	for (size_t pair = first; pair < end && pair < pairs; pair += LANES)
		paths_walk(g, (uint32_t)pair);
}

enum status paths_generate(const struct path_output *out,
			   const struct path_design *design,
			   const struct parallel *parallel)
{
	struct generation g = { .out = out, .design = design };
	enum status status = prepare(&g);

	if (status)
		return status;
	g.key = rng_key_of(design->seed);
	g.bar_steps = design->bar_steps ? design->bar_steps : 1;
	parallel_run(parallel, run_task, &g,
		     (design->path_count / 2 + TASK_PAIRS - 1) / TASK_PAIRS);
	return OK;
}
