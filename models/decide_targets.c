/* decide_targets.c -- what the models want: closed forms, and the point of the
 * lattice that is worth most within the loss budgets. */
#include "models/decide_work.h"

#include <string.h>

#include "models/loss/statistics.h"

#define TAIL_SHARE 0.05 /* of the weight of all paths: twice that of ES 97.5 */
#define LOWER_ROUNDS 5
#define LOWER_SHARE 98 /* per cent of a threshold kept a round */
#define RUNGS 16u       /* between the floors and what is in force */
#define WORTH_A_CUT 0.99 /* of what the rung above exceeds its budgets */
#define RUNGS_IN_VAIN 4u /* one below the other, that avoid nothing more */
/* Steps of holdings along paths that the search may spend, of which a core does
 * some 5e7 a second; the most and the fewest screened evaluations. */
#define SEARCH_WORK 5e5
#define SEARCH_MOST 200u
#define SEARCH_LEAST 24u
#define SEARCH_ROUNDS 6 /* where a point exceeds what was not asked */

/** What a basis point of LTV is worth, and the budgets that refuse points. */
struct choice {
	struct decide_work *work;
	double worth[ASSETS_MAX]; /* per bps of LTV */
	bool moves[ASSETS_MAX];
	struct decide_budgets budgets;
};

static bool is_managed(const struct asset_work *asset)
{
	return asset->policy && asset->policy->collateral &&
	       asset->has_curve && asset->reserve->lt_bps;
}

static enum status closed_forms(struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++) {
		struct asset_work *asset = &work->assets[i];
		enum status status;

		if (!asset->policy || !asset->has_curve)
			continue;
		status = choose_targets(&asset->targets, &work->policy,
					asset->policy, &asset->curve,
					&asset->risk);
		if (status) {
			work->detail = "an asset's risk figures are not shares";
			return status;
		}
	}
	return OK;
}

static double usd_of(const struct asset_work *asset, u128 raw)
{
	double tokens = (double)(uint64_t)(raw >> 64) * 0x1p64 +
			(double)(uint64_t)raw;

	for (uint8_t i = 0; i < asset->reserve->decimals; i++)
		tokens /= 10.0;
	return tokens * asset->risk.price_usd;
}

/* Yearly interest that the protocol keeps, at today's rates. */
static double protocol_revenue_usd(const struct decide_work *work)
{
	double sum = 0.0;

	for (size_t i = 0; i < work->asset_count; i++) {
		const struct asset_work *asset = &work->assets[i];
		const struct reserve *r = asset->reserve;
		const struct usage *usage = asset->usage;
		double rate = usage && usage->count
				      ? usage->samples[usage->count - 1]
						.borrow_rate_bps
				      : (double)r->base_bps +
						(double)r->slope1_bps;

		sum += usd_of(asset, r->borrowed) * rate / 10000.0 *
		       (double)r->reserve_factor_bps / 10000.0;
	}
	return sum;
}

/* Borrowing power is collateral times LTV.  Revenue follows it as far as debt
 * follows its limits, so both are linear in each asset's LTV. */
static void weigh(struct choice *c)
{
	const struct decide_work *work = c->work;
	const struct policy *policy = &work->policy;
	double backing = 0.0, revenue = protocol_revenue_usd(work);
	double relever = (double)policy->relever_share_ppm / 1e6;

	for (size_t i = 0; i < work->asset_count; i++)
		if (is_managed(&work->assets[i]))
			backing += usd_of(&work->assets[i],
					  work->assets[i].reserve->supplied) *
				   (double)work->assets[i].reserve->lt_bps;
	for (size_t i = 0; i < work->asset_count; i++) {
		double usd = usd_of(&work->assets[i],
				    work->assets[i].reserve->supplied);

		c->worth[i] = (double)policy->weight_borrowing_power_ppm *
			      usd / 10000.0;
		if (backing > 0.0)
			c->worth[i] += (double)policy->weight_revenue_ppm *
				       relever * revenue * usd / backing;
		/* A lattice without worth still has a best point. */
		c->worth[i] += 1e-6;
	}
}

static uint32_t highest(void *context, size_t i, uint32_t lb_bps)
{
	const struct choice *c = context;
	const struct asset_work *asset = &c->work->assets[i];

	return largest_threshold(&c->work->policy, asset->policy, &asset->risk,
				 asset->targets.stressed_impact, lb_bps);
}

static double worth(void *context, size_t i, uint32_t lt_bps)
{
	const struct choice *c = context;
	const struct asset_work *asset = &c->work->assets[i];

	/* The threshold's own worth breaks ties between equal LTVs. */
	return c->worth[i] *
	       ((double)largest_ltv(asset->policy, &asset->risk, lt_bps) +
		1e-6 * (double)lt_bps);
}

static void parameters_of(struct decide_parameters *out,
			  const struct decide_work *work,
			  const struct search_point *point)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < work->asset_count; i++) {
		out->lt_bps[i] = point->lt_bps[i];
		out->lb_bps[i] = point->lb_bps[i];
	}
}

static enum status allowed(bool *out, void *context,
			   const struct search_point *point,
			   const struct search_point *next)
{
	struct choice *c = context;
	struct decide_parameters at, then;

	parameters_of(&at, c->work, point);
	if (!next)
		return decide_screen_budgets(out, &c->budgets, &at, NULL);
	parameters_of(&then, c->work, next);
	return decide_screen_budgets(out, &c->budgets, &at, &then);
}

/* The paths that lost most in the last full evaluation, those that its expected
 * shortfall of 97.5 % is made of and as many again, join the tail. */
static enum status collect_tail(struct decide_work *work)
{
	struct path_work *p = &work->paths;
	size_t n = p->paths.path_count, mark = arena_mark(work->arena), k = n;
	const double *loss_usd = p->result.loss_usd;
	size_t *order = ARENA_NEW(work->arena, size_t, n);
	double room = TAIL_SHARE * (double)n;
	enum status status = order ? loss_sort(order, loss_usd, n, work->arena)
				   : E_LIMIT;

	for (; !status && k > 0 && room > 0.0 && loss_usd[order[k - 1]] > 0.0;
	     k--) {
		p->can_matter[order[k - 1]] = 1;
		room -= p->weights[order[k - 1]];
	}
	p->tail_count = 0;
	for (uint32_t path = 0; path < n && !status; path++)
		if (p->can_matter[path])
			p->tail[p->tail_count++] = path;
	arena_reset(work->arena, mark);
	return status;
}

static void range_of(struct search_range *out, const struct choice *c,
		     size_t i)
{
	const struct asset_work *asset = &c->work->assets[i];
	const struct asset_policy *policy = asset->policy;
	const struct policy *market = &c->work->policy;
	uint32_t least = least_bonus(market, policy,
				     asset->targets.stressed_impact);
	uint32_t step = market->lb_step_bps;

	*out = (struct search_range){ policy->lt_floor_bps, least, step, 0 };
	if (!c->moves[i])
		return;
	if (least > policy->lb_ceiling_bps) { /* (c) cannot be met: the most */
		out->lb_first_bps = policy->lb_ceiling_bps;
		out->lb_count = 1;
	} else {
		out->lb_count = (policy->lb_ceiling_bps - least) / step + 1;
	}
}

/* An asset whose closed forms leave no threshold keeps what is in force. */
static void set_problem(struct search_problem *out, struct choice *c)
{
	struct decide_work *work = c->work;
	size_t asked = c->budgets.scenarios.count +
		       (c->budgets.simulated ? work->paths.tail_count : 0);
	double each = (double)work->book.losses.holding_count *
		      (double)work->paths.paths.step_count * (double)asked;
	double most = SEARCH_WORK / (each + 1.0);

	memset(out, 0, sizeof(*out));
	out->count = work->asset_count;
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct asset_work *asset = &work->assets[i];
		const struct target *t = asset->targets.components;

		c->moves[i] = is_managed(asset) && !t[COMPONENT_LT].conflict;
		out->fixed.lt_bps[i] = asset->reserve->lt_bps;
		out->fixed.lb_bps[i] = asset->reserve->lb_bps;
		range_of(&out->ranges[i], c, i);
	}
	out->evaluations_max = most > SEARCH_MOST    ? SEARCH_MOST
			       : most < SEARCH_LEAST ? SEARCH_LEAST
						     : (uint32_t)most;
}

/* The point with its thresholds a little lower where they move. */
static void lower(struct search_point *point, const struct choice *c)
{
	for (size_t i = 0; i < c->work->asset_count; i++) {
		uint32_t less = point->lt_bps[i] * LOWER_SHARE / 100;
		uint32_t floor = c->moves[i] ? c->work->assets[i]
						       .policy->lt_floor_bps
					     : 0;

		if (c->moves[i])
			point->lt_bps[i] = less > floor ? less : floor;
	}
}

/* Does a point hold over every path?  What it exceeds is asked from then on, on
 * the paths that lost there too; *more: some of that was not asked before. */
static enum status verify(bool *holds, bool *more, struct choice *c,
			  const struct search_point *point)
{
	struct decide_loss_summary losses;
	struct decide_parameters at;
	size_t before = c->work->paths.tail_count;
	enum status status;

	parameters_of(&at, c->work, point);
	status = decide_losses(&losses, c->work, &at,
			       (double)c->work->policy.scenario_budget_usd);
	if (status)
		return status;
	*holds = decide_within_budgets(&c->budgets, &losses);
	*more = decide_ask_also(&c->budgets, &losses);
	if (*holds)
		return OK;
	status = collect_tail(c->work);
	*more |= c->budgets.simulated && c->work->paths.tail_count > before;
	return status;
}

/* A point found over the tail alone, lowered until it holds over every path. */
static enum status lower_until(bool *holds, struct choice *c,
			       struct search_point *point)
{
	enum status status = OK;
	bool more;

	for (int round = 0; round < LOWER_ROUNDS && !*holds && !status; round++) {
		lower(point, c);
		status = verify(holds, &more, c, point);
	}
	return status;
}

/* What bound each asset: its own budget or the market's, whichever refused. */
static void take_point(struct choice *c, const struct search_point *point,
		       bool feasible)
{
	struct decide_work *work = c->work;

	for (size_t i = 0; i < work->asset_count; i++) {
		struct asset_risk *risk = &work->assets[i].risk;

		if (!c->moves[i])
			continue;
		risk->lb_bps = point->lb_bps[i];
		risk->loss_name = c->budgets.refused;
		risk->loss_infeasible = !feasible;
		if (point->lt_bps[i] < highest(c, i, point->lb_bps[i]))
			risk->lt_loss_bps = point->lt_bps[i];
	}
}

/* Losses in force, which the report tells. */
static enum status judge_in_force(struct decide_work *work)
{
	struct decide_loss_summary losses;
	struct decide_parameters at;
	enum status status;

	decide_parameters_now(&at, work);
	status = decide_losses(&losses, work, &at, 0.0);
	if (!status)
		status = collect_tail(work);
	if (status)
		return status;
	work->paths.now = losses;
	work->report.before = losses.figures;
	for (size_t i = 0; i < work->asset_count; i++) {
		work->report.assets[i].loss_usd =
			(uint64_t)losses.asset_es_usd[i];
		work->report.assets[i].loss_error_usd =
			(uint64_t)losses.asset_error_usd[i];
	}
	for (size_t s = 0; s < work->paths.scenarios.path_count; s++)
		work->report.scenarios[s].before_usd =
			(uint64_t)losses.scenario_usd[s];
	if (work->view == VIEW_EVERYTHING)
		decide_emergency(work, &losses);
	return OK;
}

static void point_of_closed_forms(struct search_point *out,
				  const struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct asset_work *asset = &work->assets[i];
		const struct target *t = asset->targets.components;
		bool free = is_managed(asset) && !t[COMPONENT_LT].conflict;

		out->lt_bps[i] = free ? (uint32_t)t[COMPONENT_LT].value
				      : asset->reserve->lt_bps;
		out->lb_bps[i] = free ? (uint32_t)t[COMPONENT_LB].value
				      : asset->reserve->lb_bps;
	}
}

/* A rung of the way from the floors to what is in force, or to the top where
 * that is lower. */
static void rung_of(struct search_point *out, struct choice *c,
		    const struct search_result *result, uint32_t rung)
{
	*out = result->top;
	for (size_t i = 0; i < c->work->asset_count; i++) {
		const struct asset_work *asset = &c->work->assets[i];
		uint32_t from, to = out->lt_bps[i];

		if (!c->moves[i])
			continue;
		from = asset->policy->lt_floor_bps;
		if (asset->reserve->lt_bps < to)
			to = asset->reserve->lt_bps;
		out->lt_bps[i] = to > from ? from + (to - from) * rung / RUNGS
					   : from;
	}
}

/* Where every point is refused: the rung that exceeds its budgets least, by
 * enough to be worth a cut.  Lower is not always better: a threshold below where
 * all stand liquidates them at once; and what is lost at any threshold is none
 * of the thresholds' making. */
static enum status find_least(struct search_result *result, struct choice *c)
{
	double budget_usd = (double)c->work->policy.scenario_budget_usd;
	uint32_t vain = 0;
	double least = 0.0;
	enum status status = OK;

	for (uint32_t rung = RUNGS + 1;
	     rung-- > 0 && vain <= RUNGS_IN_VAIN; vain++) {
		struct search_point point;
		struct decide_parameters at;
		struct decide_loss_summary losses;
		double excess;

		rung_of(&point, c, result, rung);
		parameters_of(&at, c->work, &point);
		status = decide_screen_all(&losses, c->work, &at,
					   least * budget_usd);
		if (status)
			break;
		excess = decide_budget_excess(&c->budgets, &losses);
		if (rung < RUNGS && !(excess < least * WORTH_A_CUT))
			continue;
		least = excess;
		result->point = point;
		vain = 0;
	}
	return status;
}

/* The best point for what is asked, and again where it exceeds more than that.
 * What is found last stays, also where nothing is found after it. */
static enum status find_point(bool *holds, struct search_result *result,
			      struct choice *c)
{
	const struct search_rules rules = { c, highest, worth, allowed };
	struct search_problem *problem =
		ARENA_NEW(c->work->arena, struct search_problem, 1);
	enum status status = problem ? OK : E_LIMIT;
	bool more = true;

	*holds = false;
	for (int round = 0; round < SEARCH_ROUNDS && more && !status; round++) {
		struct search_result found;

		more = false;
		set_problem(problem, c);
		status = search_lattice(&found, problem, &rules);
		if (!status)
			status = decide_name_refusal(&c->budgets);
		if (status || (round && !found.feasible))
			break;
		*result = found;
		if (found.feasible)
			status = verify(holds, &more, c, &found.point);
	}
	return status;
}

static enum status search(struct choice *c)
{
	struct search_result result;
	enum status status;
	bool holds;

	weigh(c);
	status = find_point(&holds, &result, c);
	if (!status && result.feasible && !holds)
		status = lower_until(&holds, c, &result.point);
	if (!status && !holds)
		status = find_least(&result, c);
	if (!status)
		take_point(c, &result.point, holds);
	return status;
}

enum status decide_targets(struct decide_work *work)
{
	struct choice choice = { .work = work,
				.budgets = { .work = work,
					     .refused = "a-loss" } };
	struct search_point top;
	bool top_allowed = false, more;
	enum status status = closed_forms(work);

	if (status)
		return status;
	point_of_closed_forms(&top, work);
	status = judge_in_force(work);
	if (!status)
		status = verify(&top_allowed, &more, &choice, &top);
	if (status || top_allowed)
		return status;
	status = search(&choice);
	return status ? status : closed_forms(work);
}
