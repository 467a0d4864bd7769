/* walk.c -- see walk.h. */
#include "backtest/walk.h"

#include <math.h>
#include <string.h>

#include "backtest/disturbance.h"
#include "backtest/population.h"
#include "base/host/memory.h"
#include "models/elementary.h"

#define FAST_HOURS 24.0
#define SLOW_HOURS 2160.0 /* 90 days */
#define BPS 10000.0
#define AT_CAP 0.99
#define REST_HOURS 168

static int64_t time_of(const struct walk *walk, size_t hour)
{
	return walk->grid->plan->from_s + (int64_t)hour * PRICES_HOUR_S;
}

/* The variance of an hour by its range (Parkinson 1980). */
static double range_variance(double high, double low)
{
	double range = low > 0.0 ? elementary_log(high / low) : 0.0;

	return range * range / 2.772588722239781;
}

static void gauge_add(struct depth_gauge *gauge, size_t a, double variance)
{
	gauge->fast[a] += (variance - gauge->fast[a]) / FAST_HOURS;
	gauge->slow[a] += (variance - gauge->slow[a]) / SLOW_HOURS;
}

/* Depth of all books, by how wild the assets are, weighted with supply. */
static void gauge_read(struct depth_gauge *gauge,
		       const struct backtest_plan *plan)
{
	double wild = 0.0, all = 0.0, share;

	for (size_t a = 0; a < plan->asset_count; a++) {
		double ratio = gauge->slow[a] > 0.0
				       ? sqrt(gauge->fast[a] / gauge->slow[a])
				       : 1.0;

		if (plan->assets[a].stable)
			continue;
		wild += plan->assets[a].supply_usd * ratio;
		all += plan->assets[a].supply_usd;
	}
	wild = all > 0.0 ? wild / all : 1.0;
	share = wild > 1.0 ? elementary_pow(wild, -plan->depth_elasticity)
			   : 1.0;
	gauge->share = share > plan->depth_floor ? share : plan->depth_floor;
}

/* From the quarter before the range. */
static void gauge_begin(struct walk *walk)
{
	const struct backtest_plan *plan = walk->grid->plan;

	for (size_t a = 0; a < plan->asset_count; a++) {
		size_t end = walk->grid->first[a];
		size_t from = end > (size_t)SLOW_HOURS
				      ? end - (size_t)SLOW_HOURS
				      : 0;
		double sum = 0.0;

		for (size_t i = from; i < end; i++) {
			const struct bar *bar = &plan->assets[a].bars[i];

			sum += range_variance(decimal_to_double(bar->high),
					      decimal_to_double(bar->low));
		}
		walk->depth.slow[a] = end > from ? sum / (double)(end - from)
						 : 0.0;
		walk->depth.fast[a] = walk->depth.slow[a];
	}
	gauge_read(&walk->depth, plan);
}

static void view_accounts(struct walk *walk)
{
	size_t count = walk->market.borrower_count;

	walk->accounts = memory_allocate(count + 1, sizeof(*walk->accounts));
	walk->called = memory_allocate(count + 1, sizeof(*walk->called));
	for (size_t i = 0; i < count; i++)
		walk->accounts[i] = (struct engine_account){
			0, BORROWER_HOLDINGS,
			walk->market.borrowers[i].holdings };
	walk->arena = arena_new(
		loss_memory(count, count * BORROWER_HOLDINGS) +
		((size_t)walk->grid->plan->policy->window_bars +
		 walk->grid->plan->policy->refit_bars + 1000) * 64);
}

/* The same market at other thresholds. */
static void own_plan(struct walk *out, const struct walk_start *start)
{
	out->own_plan = *start->grid->plan;
	out->own_grid = *start->grid;
	out->own_grid.plan = &out->own_plan;
	out->grid = &out->own_grid;
	for (size_t a = 0; a < out->own_plan.asset_count; a++)
		parameters_shift(&out->own_plan.assets[a].start,
				 start->start_shift.bps[a]);
}

enum status walk_open(struct walk *out, const struct walk_start *start,
		      struct error *error)
{
	const struct backtest_plan *plan = &out->own_plan;
	double prices[ASSETS_MAX];
	enum status status;

	memset(out, 0, sizeof(*out));
	own_plan(out, start);
	out->setter = start->setter;
	out->record.shift = start->shift;
	out->forecasts = start->forecasts;
	out->record.setter = start->setter;
	run_reserve(&out->record,
		    start->grid->hours * PRICES_HOUR_S /
				    plan->policy->epoch_period_s + 1,
		    start->grid->hours);
	for (size_t a = 0; a < plan->asset_count; a++)
		prices[a] = prices_hour(start->grid, 0, a)->open;
	status = market_open(&out->market, plan, prices, error);
	if (status)
		return status;
	steward_open(&out->steward, plan);
	gauge_begin(out);
	view_accounts(out);
	out->carry.begun = true;
	for (size_t a = 0; a < plan->asset_count; a++)
		out->carry.answer_usd[a] = out->carry.seen_usd[a] = prices[a];
	decider_open(&out->decider, start->parallel);
	if (start->setter == SETTER_PLIMSOLL && !start->resumed)
		status = decider_genesis(&out->decider, start->grid, error);
	return status;
}

void walk_close(struct walk *walk)
{
	market_free(&walk->market);
	decider_free(&walk->decider);
	memory_free(walk->accounts);
	memory_free(walk->called);
	arena_free(walk->arena);
	run_record_free(&walk->record);
	walk->accounts = NULL;
	walk->called = NULL;
	walk->arena = NULL;
}

void forecasts_add(struct forecast_log *log,
		   const struct decision_record *record)
{
	if (log->count == log->capacity) {
		log->capacity = log->capacity * 2 + 64;
		log->volatility_bps =
			memory_resize(log->volatility_bps, log->capacity,
				      sizeof(*log->volatility_bps));
	}
	for (size_t a = 0; a < ASSETS_MAX; a++)
		log->volatility_bps[log->count][a] =
			record->assets[a].volatility_bps;
	log->count++;
}

/* The return over the policy's horizon: for scores, no setter sees it. */
static void note_realised(struct walk *walk, struct decision_record *record)
{
	const struct price_grid *grid = walk->grid;
	size_t hours = grid->plan->policy->horizon_s / PRICES_HOUR_S;
	size_t last = walk->hour + hours - 1;

	for (size_t a = 0; a < grid->plan->asset_count; a++) {
		double from = prices_hour(grid, walk->hour, a)->open;

		record->assets[a].realised =
			last < grid->hours
				? (float)(prices_hour(grid, last, a)->close /
						  from - 1.0)
				: NAN;
	}
}

static void settle_all(struct walk *walk)
{
	for (size_t i = 0; i < walk->market.borrower_count; i++)
		market_settle(&walk->market, &walk->market.borrowers[i]);
}

static enum status decide_now(struct walk *walk, struct error *error)
{
	const struct backtest_plan *plan = walk->grid->plan;
	static const uint32_t unknown[ASSETS_MAX];
	struct setter_view view = {
		walk->grid, &walk->market, &walk->steward, &walk->history,
		&walk->carry, walk->depth.share, time_of(walk, walk->hour),
		walk->hour, &walk->record.shift, unknown };
	uint32_t delay = plan->steward.submission_delay_s;
	enum status status = OK;

	if (walk->forecasts && walk->decisions < walk->forecasts->count)
		view.volatility_bps =
			walk->forecasts->volatility_bps[walk->decisions];
	settle_all(walk);
	if (walk->setter == SETTER_PLIMSOLL)
		status = setter_plimsoll(&walk->wish, &walk->decider, &view,
					 error);
	else
		setter_rule(&walk->wish, walk->setter, &view, walk->arena);
	if (status)
		return status;
	if (walk->setter == SETTER_PLIMSOLL && walk->forecasts)
		forecasts_add(walk->forecasts, &walk->wish.record);
	note_realised(walk, &walk->wish.record);
	*run_add_decision(&walk->record) = walk->wish.record;
	walk->decisions++;
	walk->waiting = true;
	walk->effect_hour = walk->hour +
			    (delay + PRICES_HOUR_S - 1) / PRICES_HOUR_S;
	return OK;
}

static void take_effect(struct walk *walk)
{
	struct decision_record *record =
		&walk->record.decisions[walk->record.decision_count - 1];
	const struct steward_order order = {
		walk->wish.tuples, walk->wish.count,
		walk->grid->plan->evidence, time_of(walk, walk->hour) };
	struct steward_outcome outcome = { 0 };

	for (size_t a = 0; walk->wish.at_once && a < walk->market.asset_count;
	     a++)
		walk->market.assets[a].values = walk->wish.direct[a];
	if (walk->wish.count)
		steward_apply(&outcome, &walk->steward, &walk->market, &order);
	record->applied = outcome.applied;
	record->queued = outcome.queued;
	record->confirmed = outcome.confirmed;
	record->refused = outcome.refused;
	for (size_t a = 0; a < walk->market.asset_count; a++)
		record->assets[a].after = walk->market.assets[a].values;
	walk->waiting = false;
}

static double raw_double(u128 raw)
{
	return (double)(uint64_t)(raw >> 64) * 0x1p64 + (double)(uint64_t)raw;
}

static void told(void *user, const struct loss_call *call)
{
	struct walk *walk = user;
	const struct market_asset *assets = walk->market.assets;
	struct engine_liquidation *sum = &walk->called[call->account];

	*run_add_liquidation(&walk->record) = (struct liquidation_record){
		.time_s = time_of(walk, walk->hour),
		.borrower = (uint32_t)call->account,
		.collateral = call->collateral,
		.debt = call->debt,
		.repaid_usd = raw_double(call->done.debt_repaid) /
			      assets[call->debt].unit * call->debt_usd,
		.seized_usd = raw_double(call->done.collateral_seized) /
			      assets[call->collateral].unit *
			      call->collateral_usd,
		.health = call->health,
		.price_ratio = call->collateral_usd / call->debt_usd };
	sum->debt_repaid += call->done.debt_repaid;
	sum->protocol_fee += call->done.protocol_fee;
	sum->deficit += call->done.deficit;
}

/* What liquidators did, into the market; each borrower once. */
static void adopt_calls(struct walk *walk, size_t first)
{
	const struct run_record *record = &walk->record;

	for (size_t i = first; i < record->liquidation_count; i++) {
		uint32_t who = record->liquidations[i].borrower;

		if (!walk->called[who].debt_repaid)
			continue;
		market_adopt(&walk->market, &walk->market.borrowers[who],
			     &walk->called[who]);
		memset(&walk->called[who], 0, sizeof(walk->called[who]));
	}
}

static void make_engine(struct loss_market *out, const struct walk *walk)
{
	const struct backtest_plan *plan = walk->grid->plan;
	const struct policy *policy = plan->policy;

	memset(out, 0, sizeof(*out));
	out->asset_count = plan->asset_count;
	out->engine.rule = ENGINE_AAVE_V3;
	out->engine.reserve_count = plan->asset_count;
	out->cost = ((double)policy->margin_bps +
		     (double)policy->gas_usd * BPS /
			     (double)policy->typical_liquidation_usd) / BPS;
	out->oracle = (struct loss_oracle){
		(double)policy->oracle_deviation_bps / BPS,
		(double)policy->oracle_heartbeat_s,
		(double)policy->liquidator_delay_s };
	for (size_t a = 0; a < plan->asset_count; a++) {
		const struct parameters *p = &walk->market.assets[a].values;
		struct liquidity_curve curve;
		u128 unit = 1;

		for (uint8_t d = 0; d < plan->assets[a].decimals; d++)
			unit *= 10;
		out->engine.reserves[a] = (struct engine_reserve){
			.price_e8 = 1, .unit = unit, .lt_bps = p->lt_bps,
			.lb_bps = p->lb_bps ? p->lb_bps : 10000,
			.protocol_fee_bps = plan->assets[a].protocol_fee_bps };
		disturbance_curve(&curve, plan, a, time_of(walk, walk->hour));
		out->has_curve[a] = !impact_prepare(
			&out->curves[a], &curve, 10000, 0,
			policy->recovery_half_life_s);
	}
}

static enum status let_prices_move(struct walk *walk,
				   struct loss_realised *out,
				   struct error *error)
{
	double prices[PRICES_STEPS * ASSETS_MAX];
	double said[PRICES_STEPS * ASSETS_MAX];
	struct loss_market market;
	size_t calls = walk->record.liquidation_count;
	struct loss_stretch stretch = {
		.market = &market,
		.account_count = walk->market.borrower_count,
		.accounts = walk->accounts,
		.step_count = PRICES_STEPS,
		.step_s = PRICES_STEP_S,
		.prices_usd = prices,
		.depth = walk->depth.share,
		.told = told,
		.user = walk };
	enum status status;

	settle_all(walk);
	prices_steps(prices, walk->grid, walk->hour);
	if (disturbance_oracle(said, walk->grid->plan, prices,
			       time_of(walk, walk->hour)))
		stretch.said_usd = said;
	make_engine(&market, walk);
	status = loss_realise(out, &walk->carry, &stretch, walk->arena);
	if (status)
		return error_set(error, status, "the liquidation engine "
				 "failed (%s)", status_name(status));
	for (size_t a = 0; a < walk->market.asset_count; a++) {
		const struct price_hour *hour =
			prices_hour(walk->grid, walk->hour, a);

		walk->market.assets[a].price_usd = walk->carry.seen_usd[a];
		walk->market.assets[a].market_usd = hour->close;
		gauge_add(&walk->depth, a,
			  range_variance(hour->high, hour->low));
	}
	gauge_read(&walk->depth, walk->grid->plan);
	adopt_calls(walk, calls);
	return OK;
}

/* Debts by the asset that backs them, and what they exceed it by, at the
 * market's prices. */
static void record_debts(struct hour_record *out, const struct walk *walk)
{

	for (size_t i = 0; i < walk->market.borrower_count; i++) {
		const struct borrower *who = &walk->market.borrowers[i];
		const struct market *m = &walk->market;
		double debt, collateral;

		if (!(who->borrowed_scaled > 0.0))
			continue;
		collateral = market_collateral(m, who) /
			     m->assets[who->collateral].unit *
			     prices_hour(walk->grid, walk->hour,
					 who->collateral)->close;
		debt = market_debt(m, who) / m->assets[who->debt].unit *
		       prices_hour(walk->grid, walk->hour, who->debt)->close;
		out->bad_debt_usd += debt > collateral ? debt - collateral : 0.0;
		out->backed_usd[who->collateral] += (float)debt;
	}
}

static bool is_at_cap(double raw, double unit, uint64_t cap)
{
	return cap && raw >= AT_CAP * (double)cap * unit;
}

static void record_asset(struct hour_record *out, const struct walk *walk,
			 size_t a)
{
	const struct market_asset *at = &walk->market.assets[a];
	const struct price_hour *hour = prices_hour(walk->grid, walk->hour, a);

	out->supplied[a] = (float)(at->supplied / at->unit);
	out->borrowed[a] = (float)(at->borrowed / at->unit);
	out->supplied_usd += at->supplied / at->unit * at->price_usd;
	out->borrowed_usd += at->borrowed / at->unit * at->price_usd;
	out->bad_debt_usd += at->deficit_usd;
	out->price_usd[a] = hour->present ? (float)hour->close : NAN;
	out->ltv[a] = at->frozen ? 0.0f
				 : (float)at->values.ltv_bps / 10000.0f;
	out->at_supply_cap += is_at_cap(at->supplied, at->unit,
					at->values.supply_cap);
	out->at_borrow_cap += is_at_cap(at->borrowed, at->unit,
					at->values.borrow_cap);
}

static void record_hour(struct walk *walk, double revenue_before,
			const struct loss_realised *losses)
{
	struct hour_record *out = run_add_hour(&walk->record);
	double revenue = 0.0;

	memset(out, 0, sizeof(*out));
	out->time_s = time_of(walk, walk->hour);
	record_debts(out, walk);
	out->liquidated_usd = losses->liquidated_usd;
	for (size_t a = 0; a < walk->market.asset_count; a++) {
		record_asset(out, walk, a);
		revenue += walk->market.assets[a].revenue_usd;
	}
	out->revenue_usd = revenue - revenue_before;
}

static double revenue_so_far(const struct walk *walk)
{
	double sum = 0.0;

	for (size_t a = 0; a < walk->market.asset_count; a++)
		sum += walk->market.assets[a].revenue_usd;
	return sum;
}

enum status walk_hour(struct walk *walk, struct error *error)
{
	const struct backtest_plan *plan = walk->grid->plan;
	int64_t time_s = time_of(walk, walk->hour);
	double revenue = revenue_so_far(walk);
	struct loss_realised losses = { 0 };
	enum status status = OK;

	if (time_s % CASE_USAGE_EVERY_S == 0)
		case_history_sample(&walk->history, &walk->market, time_s);
	/* What was decided an hour ago and more, before it is decided anew. */
	if (walk->waiting && walk->effect_hour <= walk->hour)
		take_effect(walk);
	if (time_s % plan->policy->epoch_period_s == 0)
		status = decide_now(walk, error);
	if (status)
		return status;
	if (walk->waiting && walk->effect_hour <= walk->hour)
		take_effect(walk);
	steward_thaw(&walk->steward, &walk->market, time_s,
		     plan->steward.thaw_after_s);
	market_accrue(&walk->market, PRICES_HOUR_S);
	population_act(&walk->market, time_s);
	status = let_prices_move(walk, &losses, error);
	if (status)
		return status;
	market_totals(&walk->market);
	record_hour(walk, revenue, &losses);
	if (++walk->hour % REST_HOURS == 0)
		prices_rest(walk->grid, walk->hour);
	return OK;
}
