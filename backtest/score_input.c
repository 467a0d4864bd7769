/* score_input.c -- see score_input.h. */
#include "backtest/score_input.h"

#include <string.h>

#include "base/host/memory.h"
#include "base/host/spool.h"

#define HOUR_S 3600
#define BPS 10000.0

static void set_values(uint64_t values[RUN_VALUES],
		       const struct parameters *in_force)
{
	values[RUN_LTV] = in_force->ltv_bps;
	values[RUN_LT] = in_force->lt_bps;
	values[RUN_LB] = in_force->lb_bps;
	values[RUN_SUPPLY_CAP] = in_force->supply_cap;
	values[RUN_BORROW_CAP] = in_force->borrow_cap;
	values[RUN_OPTIMAL] = in_force->optimal_bps;
	values[RUN_BASE] = in_force->base_bps;
	values[RUN_SLOPE1] = in_force->slope1_bps;
	values[RUN_SLOPE2] = in_force->slope2_bps;
}

/* The hour's usable LTV over the decisions' word: 0 where LTV is not means
 * that the reserve was frozen. */
static void set_usable(uint64_t values[RUN_VALUES], double usable)
{
	if (usable > 0.0)
		values[RUN_LTV] = (uint64_t)(usable * BPS + 0.5);
	else
		values[RUN_FROZEN] = values[RUN_LTV] > 0;
}

/* What one asset was worth at the start of an hour: the close of the hour
 * before; without one the last that is known, at first the first. */
static void fill_prices(struct run_asset *states, size_t stride,
			const struct run_record *run, size_t asset)
{
	double last = 0.0;

	for (size_t h = 0; h < run->hour_count && !(last > 0.0); h++)
		last = (double)run_hour(run, h)->price_usd[asset];
	last = last > 0.0 ? last : 1.0;
	for (size_t h = 0; h < run->hour_count; h++) {
		double close = (double)run_hour(run, h)->price_usd[asset];

		states[h * stride + asset].price = last;
		last = close > 0.0 ? close : last;
	}
}

/* Parameters by the decisions: what one found takes the place of what the one
 * before left, since queued values came into force in between. */
static void fill_parameters(struct run_asset *states,
			    const struct backtest_plan *plan,
			    const struct run_record *run, size_t asset)
{
	struct parameters in_force = plan->assets[asset].start;
	size_t next = 0;

	for (size_t h = 0; h < run->hour_count; h++) {
		struct run_asset *state =
			&states[h * plan->asset_count + asset];
		int64_t end = run_hour(run, h)->time_s + HOUR_S;

		while (next < run->decision_count &&
		       run->decisions[next].time_s < end)
			in_force = run->decisions[next++].assets[asset].after;
		if (next < run->decision_count &&
		    run->decisions[next].time_s == end)
			in_force = run->decisions[next].assets[asset].before;
		set_values(state->values, &in_force);
		set_usable(state->values, (double)run_hour(run, h)->ltv[asset]);
		state->values[RUN_RESERVE_FACTOR] =
			plan->assets[asset].reserve_factor_bps;
	}
}

/* Amounts; a record that tells none says nothing of caps either. */
static void fill_amounts(struct run_asset *states, size_t stride,
			 const struct run_record *run, size_t asset)
{
	bool told = false;

	for (size_t h = 0; h < run->hour_count; h++) {
		struct run_asset *state = &states[h * stride + asset];

		state->supplied = (double)run_hour(run, h)->supplied[asset];
		state->borrowed = (double)run_hour(run, h)->borrowed[asset];
		state->debt_usd = (double)run_hour(run, h)->backed_usd[asset];
		told = told || state->supplied > 0.0 || state->borrowed > 0.0;
	}
	for (size_t h = 0; !told && h < run->hour_count; h++)
		states[h * stride + asset].values[RUN_SUPPLY_CAP] =
			states[h * stride + asset].values[RUN_BORROW_CAP] = 0;
}

static void fill_flows(struct score_input *out, const struct run_record *run)
{
	double before = 0.0;

	for (size_t h = 0; h < run->hour_count; h++) {
		out->bad_debt_usd[h] = run_hour(run, h)->bad_debt_usd - before;
		before = run_hour(run, h)->bad_debt_usd;
		out->revenue_usd[h] = run_hour(run, h)->revenue_usd;
	}
}

/* A health of 1 or a hair above is one at the threshold. */
static void fill_liquidations(struct score_input *out,
			      const struct run_record *run)
{
	for (size_t i = 0; i < run->liquidation_count; i++) {
		const struct liquidation_record *from = run_liquidation(run, i);

		out->liquidations[i] = (struct run_liquidation){
			.time_s = from->time_s, .collateral = from->collateral,
			.debt = from->debt, .price = from->price_ratio,
			.health = from->health > 1.0 ? 1.0 : from->health,
			.value_usd = from->seized_usd };
	}
}

static enum status check_hours(const struct run_record *run,
			       struct error *error)
{
	if (run->hour_count < 2)
		return error_set(error, E_INPUT, "run %s has fewer than two "
				 "hours", setter_name(run->setter));
	for (size_t h = 1; h < run->hour_count; h++)
		if (run_hour(run, h)->time_s != run->hours[h - 1].time_s + HOUR_S)
			return error_set(error, E_INPUT, "run %s: hour %zu does "
					 "not follow the one before",
					 setter_name(run->setter), h);
	return OK;
}

enum status score_input_open(struct score_input *out,
			     const struct backtest_plan *plan,
			     const struct run_record *run, struct error *error)
{
	enum status status = check_hours(run, error);
	size_t hours = run->hour_count, assets = plan->asset_count;

	if (status)
		return status;
	memset(out, 0, sizeof(*out));
	out->bad_debt_usd = memory_allocate(hours, sizeof(double));
	out->revenue_usd = memory_allocate(hours, sizeof(double));
	out->states = spool_allocate(hours * assets, sizeof(*out->states));
	out->liquidations = memory_allocate(run->liquidation_count,
					    sizeof(*out->liquidations));
	for (size_t a = 0; a < assets; a++) {
		fill_prices(out->states, assets, run, a);
		fill_parameters(out->states, plan, run, a);
		fill_amounts(out->states, assets, run, a);
	}
	fill_flows(out, run);
	fill_liquidations(out, run);
	out->run = (struct scored_run){
		.first_s = run->hours[0].time_s, .step_s = HOUR_S,
		.steps = hours, .assets = assets,
		.bad_debt_usd = out->bad_debt_usd,
		.revenue_usd = out->revenue_usd, .states = out->states,
		.liquidations = out->liquidations,
		.liquidation_count = run->liquidation_count };
	if (run_check(&out->run) == OK)
		return OK;
	score_input_free(out);
	return error_set(error, E_INPUT, "run %s: a figure of an hour or of a "
			 "liquidation is out of range",
			 setter_name(run->setter));
}

void score_input_free(struct score_input *input)
{
	memory_free(input->bad_debt_usd);
	memory_free(input->revenue_usd);
	spool_free(input->states);
	memory_free(input->liquidations);
	memset(input, 0, sizeof(*input));
}
