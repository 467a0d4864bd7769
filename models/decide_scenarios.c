/* decide_scenarios.c -- beside the simulated paths: how much depth each leaves,
 * and the named stress paths. */
#include "models/decide_work.h"

#include <string.h>

#include "models/liquidity/depth.h"
#include "models/loss/scenarios.h"

/* Wilder paths find thinner books; the named ones say their own depth. */
static enum status make_depth(struct decide_work *work)
{
	struct loss_paths *paths = &work->paths.paths;
	double *depth = ARENA_NEW(work->arena, double, paths->path_count);
	double deviation[ASSETS_MAX];
	struct depth_law law = {
		(double)work->policy.depth_elasticity_ppm / 1e6,
		(double)work->policy.depth_floor_ppm / 1e6, deviation };

	if (!depth)
		return E_LIMIT;
	for (size_t i = 0; i < work->asset_count; i++)
		deviation[i] = work->assets[i].deviation;
	depth_shares(depth, paths, &law, work->parallel);
	paths->depth = depth;
	return OK;
}

/* The named stress paths, each scaled to this market. */
static enum status make_scenarios(struct decide_work *work)
{
	struct path_work *p = &work->paths;
	size_t n = scenario_count(), assets = work->asset_count;
	size_t each = p->paths.step_count * assets;
	double *ratios = ARENA_NEW(work->arena, double, n * each);
	double *depth = ARENA_NEW(work->arena, double, n);
	double deviation[ASSETS_MAX];
	uint8_t stable[ASSETS_MAX];
	struct scenario_request request = {
		p->paths.step_count, assets, p->paths.step_s,
		(double)work->policy.horizon_s, deviation, stable };

	if (!ratios || !depth)
		return E_LIMIT;
	for (size_t i = 0; i < assets; i++) {
		deviation[i] = work->assets[i].deviation;
		stable[i] = work->assets[i].policy->stable;
	}
	for (size_t s = 0; s < n; s++) {
		const struct scenario *scenario = scenario_at(s);
		char *name = work->report.scenarios[s].name;

		scenario_ratios(ratios + s * each, scenario, &request);
		depth[s] = scenario->depth;
		strncpy(name, scenario->name, BINDING_MAX - 1);
		memcpy(p->constraint_names[s], "a-", 2);
		strncpy(p->constraint_names[s] + 2, scenario->name,
			BINDING_MAX - 3);
	}
	work->report.scenario_count = n;
	p->scenarios = p->paths;
	p->scenarios.path_count = n;
	p->scenarios.ratios = ratios;
	p->scenarios.depth = depth;
	p->scenarios.low = p->scenarios.high = NULL;
	return OK;
}

enum status decide_scenarios(struct decide_work *work)
{
	enum status status = make_depth(work);

	return status ? status : make_scenarios(work);
}
