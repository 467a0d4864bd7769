/* setter_rules.c -- see setters.h: the baselines, through the same steward; the
 * DAO's history; and the bound of one who knows the future. */
#include <string.h>

#include "backtest/setters.h"
#include "case/report.h"
#include "models/choice/baselines.h"
#include "models/choice/reach.h"
#include "models/tails/excursions.h"

#define EXCURSION_LEVEL 0.999
#define ROOM_BPS 300u        /* between LTV and LT, where a rule has one value */
#define FORESEEN_HOURS 168u  /* thresholds move slowly: a week */
#define FORESEEN_TOUCH 24u   /* a borrower at the maximum lives a day */
#define BPS 10000.0

static uint32_t within(double value, uint32_t floor, uint32_t ceiling)
{
	if (!(value > (double)floor))
		return floor;
	return value < (double)ceiling ? (uint32_t)value : ceiling;
}

/* LTV below LT, and Aave's own rule of both.  The policy's bounds are
 * plimsoll's: a rule is judged as it is. */
static void bound(struct parameters *p)
{
	uint32_t most = (uint32_t)((10000u * 10000u - 5000u) / p->lb_bps);

	p->lt_bps = within(p->lt_bps, 1, most < 10000 ? most : 10000);
	p->ltv_bps = within(p->ltv_bps, 0, p->lt_bps);
}

static uint32_t moved(uint32_t value, int32_t shift)
{
	int64_t at = (int64_t)value + shift;

	return at < 0 ? 0 : (uint32_t)at;
}

void parameters_shift(struct parameters *p, int32_t shift_bps)
{
	uint32_t most = p->lb_bps ? (uint32_t)((10000u * 10000u - 5000u) /
					       p->lb_bps)
				  : 10000;

	if (!p->lt_bps || !shift_bps)
		return;
	p->lt_bps = moved(p->lt_bps, shift_bps);
	p->lt_bps = p->lt_bps > most ? most : p->lt_bps ? p->lt_bps : 1;
	p->ltv_bps = moved(p->ltv_bps, shift_bps);
	if (p->ltv_bps > p->lt_bps)
		p->ltv_bps = p->lt_bps;
}

static uint64_t whole_tokens(double raw, double unit)
{
	double tokens = raw / unit;

	return tokens < 1.0 ? 1 : tokens > 1e18 ? (uint64_t)1e18
						: (uint64_t)tokens + 1;
}

static double sold_at_bonus(const struct setter_view *view, size_t a)
{
	const struct backtest_plan *plan = view->grid->plan;
	double bonus = (double)view->market->assets[a].values.lb_bps / BPS -
		       1.0;
	struct impact_curve curve;

	if (impact_prepare(&curve, &plan->assets[a].curve, 10000,
			   plan->policy->assets[a].depth_ceiling_usd, 1))
		return 0.0;
	return impact_capacity(&curve, bonus) * view->depth;
}

static double worst_hour(const struct setter_view *view, size_t a,
			 struct arena *arena)
{
	struct case_bars window = case_bars_at(view->grid, a, view->time_s);
	const struct excursion_design design = {
		window.bars, window.count, PRICES_HOUR_S, 1 };
	size_t mark = arena_mark(arena);
	struct excursion out;
	enum status status = excursion_quantile(&out, &design,
						EXCURSION_LEVEL, arena);

	arena_reset(arena, mark);
	return status ? -1.0 : out.fall;
}

static struct parameters by_baseline(enum baseline_kind kind,
				     const struct setter_view *view, size_t a,
				     struct arena *arena)
{
	const struct market_asset *at = &view->market->assets[a];
	struct parameters p = at->values;
	struct baseline all[BASELINES_COUNT];
	const struct baseline_request request = {
		.ltv_bps = p.ltv_bps, .lt_bps = p.lt_bps, .lb_bps = p.lb_bps,
		.supply_cap = p.supply_cap, .borrow_cap = p.borrow_cap,
		.supply_use = whole_tokens(at->supplied, at->unit),
		.borrow_use = whole_tokens(at->borrowed, at->unit),
		.optimal_bps = p.optimal_bps,
		.circulating_tokens = view->grid->plan->policy->assets[a]
						   .circulating_tokens,
		.price_usd = at->price_usd,
		.volatility = (double)view->volatility_bps[a] / BPS,
		.liquidity_usd = sold_at_bonus(view, a),
		.excursion = worst_hour(view, a, arena) };

	baselines_compute(all, &request);
	p.ltv_bps = all[kind].ltv_bps;
	p.lt_bps = all[kind].lt_bps;
	p.supply_cap = all[kind].supply_cap;
	p.borrow_cap = all[kind].borrow_cap;
	/* SmartLTV speaks of where liquidation begins. */
	if (kind == BASELINE_SMART_LTV) {
		p.lt_bps = all[kind].ltv_bps;
		p.ltv_bps = p.lt_bps > ROOM_BPS ? p.lt_bps - ROOM_BPS : 0;
	}
	return p;
}

/* Largest fall from a close to any low of the `hours` after it, of starts in
 * [from, to). */
static double foreseen_fall(const struct setter_view *view, size_t a,
			    size_t starts, size_t hours)
{
	const struct price_grid *grid = view->grid;
	double worst = 0.0;

	for (size_t s = view->hour; s < view->hour + starts; s++) {
		double from, low;

		if (s >= grid->hours)
			break;
		from = low = prices_hour(grid, s, a)->open;
		for (size_t h = s; h < s + hours && h < grid->hours; h++)
			if (prices_hour(grid, h, a)->low < low)
				low = prices_hour(grid, h, a)->low;
		if (1.0 - low / from > worst)
			worst = 1.0 - low / from;
	}
	return worst;
}

/* The policy's own constraints b and d with what will come for what is
 * forecast. */
static struct parameters foreseen(const struct setter_view *view, size_t a)
{
	const struct policy *policy = view->grid->plan->policy;
	struct parameters p = view->market->assets[a].values;
	size_t lag = 1 + policy->oracle_lag_s / PRICES_HOUR_S;
	double gap = foreseen_fall(view, a, FORESEEN_HOURS, lag);
	double touch = foreseen_fall(view, a, 1, FORESEEN_TOUCH);
	struct impact_curve curve;
	double impact = 1.0, left;

	if (!impact_prepare(&curve, &view->grid->plan->assets[a].curve,
			    policy->stress_depth_bps, 0, 1))
		impact = impact_of(&curve, (double)policy->stressed_size_usd);
	left = (1.0 - gap) * (1.0 - impact) *
	       (1.0 - (double)policy->margin_bps / BPS);
	p.lt_bps = within(left * BPS * BPS / (double)p.lb_bps, 0, 10000);
	p.ltv_bps = within((double)p.lt_bps * (1.0 - touch), 0, p.lt_bps);
	return p;
}

/* What the DAO had set by then. */
static struct parameters by_history(const struct setter_view *view, size_t a)
{
	const struct backtest_plan *plan = view->grid->plan;
	struct parameters p = plan->assets[a].start;
	uint32_t *const narrow[COMPONENTS_COUNT] = {
		[COMPONENT_LTV] = &p.ltv_bps, [COMPONENT_LT] = &p.lt_bps,
		[COMPONENT_LB] = &p.lb_bps,
		[COMPONENT_OPTIMAL] = &p.optimal_bps,
		[COMPONENT_BASE] = &p.base_bps,
		[COMPONENT_SLOPE1] = &p.slope1_bps,
		[COMPONENT_SLOPE2] = &p.slope2_bps };

	for (size_t i = 0; i < plan->change_count; i++) {
		const struct plan_change *change = &plan->changes[i];

		if (change->asset != a || change->time_s > view->time_s ||
		    change->component >= COMPONENTS_COUNT)
			continue;
		if (change->component == COMPONENT_SUPPLY_CAP)
			p.supply_cap = change->value;
		else if (change->component == COMPONENT_BORROW_CAP)
			p.borrow_cap = change->value;
		else
			*narrow[change->component] = moved(
				(uint32_t)change->value,
				change->component == COMPONENT_LTV ||
						change->component ==
							COMPONENT_LT
					? view->shift->bps[a]
					: 0);
	}
	return p;
}

static struct parameters target_of(enum setter setter,
				   const struct setter_view *view, size_t a,
				   struct arena *arena)
{
	switch (setter) {
	case SETTER_SMART_LTV:
		return by_baseline(BASELINE_SMART_LTV, view, a, arena);
	case SETTER_EXCURSION:
		return by_baseline(BASELINE_EXCURSION, view, a, arena);
	case SETTER_CAPS:
		return by_baseline(BASELINE_GAUNTLET_CAPS, view, a, arena);
	case SETTER_DAO:
		return by_history(view, a);
	case SETTER_FORESIGHT:
		return foreseen(view, a);
	case SETTER_PLIMSOLL:
	case SETTER_NO_CHANGE:
	case SETTERS_COUNT:
		break;
	}
	return view->market->assets[a].values;
}

struct wanted {
	const struct setter_view *view;
	size_t asset;
	const struct reserve *reserve;
};

/* As far toward the target as the limiter lets a whole tuple go. */
static void add_tuple(struct setter_wish *out, const struct wanted *wanted,
		      uint8_t kind, const u128 values[2][3])
{
	const struct setter_view *view = wanted->view;
	struct reach_query query = {
		.reserve = wanted->reserve, .steward = &view->steward->state,
		.kind = kind, .evidence = view->grid->plan->evidence,
		.now_s = (uint64_t)view->time_s };
	struct reach reach;

	memcpy(query.current, values[0], 3 * sizeof(u128));
	memcpy(query.target, values[1], 3 * sizeof(u128));
	if (!memcmp(query.current, query.target, sizeof(query.current)))
		return;
	reach_tuple(&reach, &query);
	if (reach.moves && out->count < TUPLES_MAX)
		out->tuples[out->count++] = reach.tuple;
}

static bool loosens_any(const struct parameters *from,
			const struct parameters *to)
{
	return to->ltv_bps > from->ltv_bps || to->lt_bps > from->lt_bps ||
	       to->supply_cap > from->supply_cap ||
	       to->borrow_cap > from->borrow_cap;
}

static bool tightens_any(const struct parameters *from,
			 const struct parameters *to)
{
	return loosens_any(to, from);
}

/* A group has one direction: what is too loose is tightened first. */
static void one_direction(struct parameters *to, const struct parameters *from)
{
	if (!tightens_any(from, to) || !loosens_any(from, to))
		return;
	to->ltv_bps = to->ltv_bps < from->ltv_bps ? to->ltv_bps
						  : from->ltv_bps;
	to->lt_bps = to->lt_bps < from->lt_bps ? to->lt_bps : from->lt_bps;
	to->supply_cap = to->supply_cap < from->supply_cap ? to->supply_cap
							   : from->supply_cap;
	to->borrow_cap = to->borrow_cap < from->borrow_cap ? to->borrow_cap
							   : from->borrow_cap;
}

static void add_asset(struct setter_wish *out, const struct setter_view *view,
		      size_t a, const struct parameters *target)
{
	const struct parameters *now = &view->market->assets[a].values;
	struct reserve reserve = { 0 };
	struct wanted wanted = { view, a, &reserve };
	struct parameters to = *target;

	one_direction(&to, now);
	steward_reserve(&reserve, view->steward, view->market, a);
	memcpy(reserve.asset, view->grid->plan->policy->assets[a].asset,
	       ADDRESS_SIZE);
	add_tuple(out, &wanted, KIND_COLLATERAL, (const u128[2][3]){
		{ now->ltv_bps, now->lt_bps, now->lb_bps },
		{ to.ltv_bps, to.lt_bps, to.lb_bps } });
	add_tuple(out, &wanted, KIND_SUPPLY_CAP, (const u128[2][3]){
		{ now->supply_cap }, { to.supply_cap } });
	add_tuple(out, &wanted, KIND_BORROW_CAP, (const u128[2][3]){
		{ now->borrow_cap }, { to.borrow_cap } });
}

void setter_rule(struct setter_wish *out, enum setter setter,
		 const struct setter_view *view, struct arena *arena)
{
	const struct backtest_plan *plan = view->grid->plan;

	memset(out, 0, sizeof(*out));
	out->record.time_s = view->time_s;
	out->at_once = setter == SETTER_DAO || setter == SETTER_FORESIGHT;
	for (size_t a = 0; a < plan->asset_count; a++) {
		const struct asset_policy *policy = &plan->policy->assets[a];
		struct parameters target = target_of(setter, view, a, arena);

		/* The others keep what the start had, shifted already. */
		if (setter == SETTER_SMART_LTV || setter == SETTER_EXCURSION ||
		    setter == SETTER_FORESIGHT)
			parameters_shift(&target, view->shift->bps[a]);
		if (setter != SETTER_DAO && policy->collateral &&
		    setter != SETTER_NO_CHANGE)
			bound(&target);
		out->record.assets[a].before = view->market->assets[a].values;
		out->record.assets[a].target = target;
		out->direct[a] = target;
		if (!out->at_once && setter != SETTER_NO_CHANGE)
			add_asset(out, view, a, &target);
	}
	out->record.tuples = (uint32_t)out->count;
	out->record.outcome = out->count || out->at_once ? OUTCOME_UPDATE
							 : OUTCOME_HOLD;
}
