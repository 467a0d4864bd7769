/* decide_losses.c -- losses of the book at given parameters: every simulated
 * path, or those that can lose, and the named stress paths. */
#include "models/decide_work.h"

#include <math.h>
#include <string.h>

#include "models/loss/statistics.h"

static uint64_t up_usd(double value)
{
	uint64_t whole;

	if (!(value > 0.0))
		return 0;
	if (value >= 1e15)
		return 1000000000000000u;
	whole = (uint64_t)value;
	return (double)whole < value ? whole + 1 : whole;
}

static struct loss_figure figure(struct estimate estimate)
{
	return (struct loss_figure){ up_usd(estimate.value),
				     up_usd(estimate.error) };
}

static void set_market(struct loss_market *market,
		       const struct decide_work *work,
		       const struct decide_parameters *at)
{
	const struct policy *policy = &work->policy;

	*market = (struct loss_market){
		.asset_count = work->asset_count,
		.cost = bonus_costs(policy),
		.oracle = { (double)policy->oracle_deviation_bps / 10000.0,
			    (double)policy->oracle_heartbeat_s,
			    (double)policy->liquidator_delay_s },
		.relever = (double)policy->relever_share_ppm / 1e6 };
	decide_engine(&market->engine, work, at);
	for (size_t i = 0; i < work->asset_count; i++) {
		market->curves[i] = work->assets[i].curve;
		market->has_curve[i] = work->assets[i].has_curve;
		market->threshold_now_bps[i] =
			work->assets[i].reserve->lt_bps;
	}
}

static enum status allocate(struct loss_result *result,
			    const struct loss_paths *paths,
			    struct arena *arena)
{
	size_t n = paths->path_count;

	result->loss_usd = ARENA_NEW(arena, double, n);
	result->liquidated_usd = ARENA_NEW(arena, double, n);
	result->asset_loss_usd =
		ARENA_NEW(arena, double, n * paths->asset_count);
	result->liquidated_accounts = NULL;
	return result->loss_usd && result->liquidated_usd &&
			       result->asset_loss_usd
		       ? OK
		       : E_LIMIT;
}

static enum status allocate_reach(struct loss_reach *reach,
				  const struct loss_paths *paths,
				  struct arena *arena)
{
	size_t cells = paths->path_count * paths->asset_count;

	reach->low_usd = ARENA_NEW(arena, double, cells);
	reach->high_usd = ARENA_NEW(arena, double, cells);
	return reach->low_usd && reach->high_usd ? OK : E_LIMIT;
}

enum status decide_allocate_losses(struct decide_work *work)
{
	struct path_work *p = &work->paths;
	enum status status = allocate(&p->result, &p->paths, work->arena);

	if (!status)
		status = allocate(&p->scenario_result, &p->scenarios,
				  work->arena);
	if (!status)
		status = allocate_reach(&p->reach, &p->paths, work->arena);
	if (!status)
		status = allocate_reach(&p->scenario_reach, &p->scenarios,
					work->arena);
	p->tail = ARENA_NEW(work->arena, uint32_t, p->paths.path_count);
	p->can_matter = ARENA_NEW(work->arena, uint8_t, p->paths.path_count);
	p->tail_count = 0;
	return !status && (!p->tail || !p->can_matter) ? E_LIMIT : status;
}

/* Paths that are not walked hold no loss. */
static void clear(const struct loss_result *result,
		  const struct loss_paths *paths)
{
	size_t n = paths->path_count;

	memset(result->loss_usd, 0, n * sizeof(double));
	memset(result->liquidated_usd, 0, n * sizeof(double));
	memset(result->asset_loss_usd, 0,
	       n * paths->asset_count * sizeof(double));
}

static void read_figures(struct decide_loss_summary *out,
			 const struct loss_sample *sample,
			 const struct decide_work *work)
{
	const struct loss_result *result = &work->paths.result;
	struct estimate es = loss_es(sample, 975000);

	out->es_upper_usd = es.value + 2.0 * es.error;
	out->figures.var95 = figure(loss_var(sample, 950000));
	out->figures.var99 = figure(loss_var(sample, 990000));
	out->figures.es975 = figure(es);
	out->figures.es99 = figure(loss_es(sample, 990000));
	out->figures.liquidated_mean_usd = up_usd(loss_mean(
		result->liquidated_usd, sample->weights, sample->count));
	for (size_t i = 0; i < work->asset_count; i++) {
		struct estimate share =
			loss_share(sample, result->asset_loss_usd + i,
				   work->asset_count, 975000);

		out->asset_es_usd[i] = share.value;
		out->asset_error_usd[i] = share.error;
	}
}

static enum status summarise(struct decide_loss_summary *out,
			     const struct decide_work *work)
{
	const struct path_work *p = &work->paths;
	size_t n = p->paths.path_count, mark = arena_mark(work->arena);
	size_t *order = ARENA_NEW(work->arena, size_t, n);
	struct loss_sample sample = { n, p->result.loss_usd, p->weights,
				      p->factors, order };
	enum status status =
		order ? loss_sort(order, p->result.loss_usd, n, work->arena)
		      : E_LIMIT;

	if (!status)
		read_figures(out, &sample, work);
	arena_reset(work->arena, mark);
	return status;
}

/* Simulated or named paths through the cascade. */
static enum status simulate(struct decide_work *work,
			    const struct decide_parameters *at,
			    const struct loss_paths *paths, double enough_usd)
{
	struct path_work *p = &work->paths;
	bool named = paths->ratios == p->scenarios.ratios;
	size_t mark = arena_mark(work->arena);
	struct loss_market *market =
		ARENA_NEW(work->arena, struct loss_market, 1);
	struct loss_run run = { work->parallel, work->arena,
				named ? &p->scenario_reach : &p->reach,
				enough_usd };
	enum status status = market ? OK : E_LIMIT;

	if (!status) {
		set_market(market, work, at);
		status = simulate_losses(named ? &p->scenario_result
					       : &p->result,
					 market, &work->book.losses, paths,
					 &run);
	}
	arena_reset(work->arena, mark);
	return status;
}

enum status decide_losses(struct decide_loss_summary *out,
			  struct decide_work *work,
			  const struct decide_parameters *at,
			  double enough_usd)
{
	enum status status;

	work->report.cascade_evaluations++;
	status = simulate(work, at, &work->paths.paths, 0.0);
	if (!status)
		status = simulate(work, at, &work->paths.scenarios, enough_usd);
	if (!status)
		status = summarise(out, work);
	for (size_t s = 0; s < work->paths.scenarios.path_count; s++)
		out->scenario_usd[s] = work->paths.scenario_result.loss_usd[s];
	return status;
}

enum status decide_screen(struct decide_loss_summary *out,
			  struct decide_work *work,
			  const struct decide_parameters *at)
{
	struct path_work *p = &work->paths;
	struct loss_paths paths = p->paths;
	enum status status;

	paths.only = p->tail;
	paths.only_count = p->tail_count;
	clear(&p->result, &p->paths);
	status = simulate(work, at, &paths, 0.0);
	return status ? status : summarise(out, work);
}

enum status decide_screen_all(struct decide_loss_summary *out,
			      struct decide_work *work,
			      const struct decide_parameters *at,
			      double enough_usd)
{
	const struct path_work *p = &work->paths;
	enum status status;

	work->report.screened_evaluations++;
	status = decide_screen(out, work, at);

	if (!status)
		status = simulate(work, at, &p->scenarios, enough_usd);
	for (size_t s = 0; s < p->scenarios.path_count; s++)
		out->scenario_usd[s] = p->scenario_result.loss_usd[s];
	return status;
}

enum status decide_screen_scenarios(struct decide_loss_summary *out,
				    struct decide_work *work,
				    const struct decide_parameters *at,
				    const struct decide_scenarios_list *list)
{
	const struct path_work *p = &work->paths;
	struct loss_paths paths = p->scenarios;
	enum status status;

	paths.only = list->at;
	paths.only_count = list->count;
	status = simulate(work, at, &paths,
			  (double)work->policy.scenario_budget_usd);
	for (size_t k = 0; k < list->count; k++)
		out->scenario_usd[list->at[k]] =
			p->scenario_result.loss_usd[list->at[k]];
	return status;
}

/* One named path at one point, with room of its own. */
struct lone_walk {
	const struct decide_work *work;
	const struct decide_parameters *at;
	struct loss_paths paths;
	struct loss_reach reach;
	double *usd;
	struct arena arena;
	enum status status;
};

static void walk_alone(void *context, size_t i)
{
	struct lone_walk *walk = (struct lone_walk *)context + i;
	const struct decide_work *work = walk->work;
	struct loss_run run = { NULL, &walk->arena, &walk->reach,
				(double)work->policy.scenario_budget_usd };
	struct loss_market *market =
		ARENA_NEW(&walk->arena, struct loss_market, 1);
	struct loss_result result;

	walk->status = market ? allocate(&result, &walk->paths, &walk->arena)
			      : E_LIMIT;
	if (walk->status)
		return;
	set_market(market, work, walk->at);
	walk->status = simulate_losses(&result, market, &work->book.losses,
				       &walk->paths, &run);
	*walk->usd = result.loss_usd[walk->paths.only[0]];
}

/* Room for a walk; what is known of how far prices went comes along. */
static enum status begin_alone(struct lone_walk *out, struct decide_work *work,
			       const uint32_t *scenario)
{
	const struct path_work *p = &work->paths;
	const struct loss_book *book = &work->book.losses;
	size_t cells = p->scenarios.path_count * p->scenarios.asset_count;
	size_t bytes = sizeof(struct loss_market) + 4096 +
		       (cells + 2 * p->scenarios.path_count) * sizeof(double) +
		       loss_memory_of_one(book->account_count,
					  book->holding_count);
	void *room = arena_room(work->arena, bytes, 1);

	out->work = work;
	out->paths = p->scenarios;
	out->paths.only = scenario;
	out->paths.only_count = 1;
	if (!room || allocate_reach(&out->reach, &p->scenarios, work->arena))
		return E_LIMIT;
	memcpy(out->reach.low_usd, p->scenario_reach.low_usd,
	       cells * sizeof(double));
	memcpy(out->reach.high_usd, p->scenario_reach.high_usd,
	       cells * sizeof(double));
	arena_init(&out->arena, room, bytes);
	return OK;
}

/* The first walk's reach is the one that is kept. */
static void keep_reach(const struct path_work *p, const struct lone_walk *walk)
{
	size_t cells = p->scenarios.path_count * p->scenarios.asset_count;

	memcpy(p->scenario_reach.low_usd, walk->reach.low_usd,
	       cells * sizeof(double));
	memcpy(p->scenario_reach.high_usd, walk->reach.high_usd,
	       cells * sizeof(double));
}

enum status decide_screen_two(double usd[2], struct decide_work *work,
			      const struct decide_parameters at[2],
			      uint32_t scenario)
{
	size_t mark = arena_mark(work->arena);
	struct lone_walk walks[2];
	enum status status = OK;

	memset(walks, 0, sizeof(walks));
	for (size_t i = 0; i < 2 && !status; i++) {
		walks[i].at = &at[i];
		walks[i].usd = &usd[i];
		status = begin_alone(&walks[i], work, &scenario);
	}
	if (!status)
		parallel_run(work->parallel, walk_alone, walks, 2);
	if (!status)
		status = walks[0].status;
	if (!status)
		keep_reach(&work->paths, &walks[0]);
	if (walks[1].status)
		usd[1] = (double)NAN;
	arena_reset(work->arena, mark);
	return status;
}
