/* decide_forecast.c -- what prices may do: variances, falls, paths, the book
 * that they will hit. */
#include "models/decide_work.h"

#include <math.h>
#include <string.h>

#include "models/forecaster.h"
#include "models/loss/statistics.h"
#include "models/paths.h"

#define YEAR_S 31536000.0
#define DAY_S 86400u

static uint32_t to_bps(double share)
{
	double bps = share * 10000.0 + 0.5;

	return bps >= 4e9 ? 4000000000u : bps > 0.0 ? (uint32_t)bps : 0;
}

static uint32_t annual_bps(double variance, double seconds)
{
	return to_bps(sqrt(variance * YEAR_S / seconds));
}

static void forecast_asset(struct decide_work *work, size_t i)
{
	const struct policy *policy = &work->policy;
	struct asset_work *asset = &work->assets[i];
	struct asset_report *out = &work->report.assets[i];
	uint32_t floor_bps = asset->policy->volatility_floor_bps;
	uint32_t bars = forecaster_bars(policy, policy->horizon_s);
	double seconds = (double)bars * (double)policy->bar_interval_s;
	struct horizon_forecast horizon, lag;

	forecaster_horizon(&horizon, asset->forecaster, bars, floor_bps);
	forecaster_horizon(&lag, asset->forecaster,
			   forecaster_bars(policy, policy->oracle_lag_s),
			   floor_bps);
	asset->deviation = sqrt(horizon.used) * horizon.widening;
	asset->risk.price_usd = (double)asset->reserve->price_e8 * 1e-8;
	asset->risk.gap = forecaster_fall(
		&lag, (double)policy->gap_quantile_ppm / 1e6);
	asset->risk.lt_loss_bps = 10000;
	out->volatility_bps = annual_bps(asset->deviation * asset->deviation,
					 seconds);
	out->garch_bps = annual_bps(horizon.expert_variance[EXPERT_GJR_T],
				    seconds);
	out->ewma_bps = annual_bps(horizon.expert_variance[EXPERT_EWMA],
				   seconds);
	out->degrees_e3 = (uint32_t)(
		1000.0 * forecaster_degrees(&asset->state->volatility));
	out->gap_bps = to_bps(asset->risk.gap);
}

/* Whole tokens in use, rounded up, at least 1. */
static uint64_t tokens_in_use(u128 raw, uint8_t decimals)
{
	u128 unit = 1, whole;

	for (uint8_t i = 0; i < decimals; i++)
		unit *= 10;
	whole = raw / unit + (raw % unit ? 1 : 0);
	if (!whole)
		return 1;
	return whole > UINT64_MAX ? UINT64_MAX : (uint64_t)whole;
}

static enum status prepare_curve(struct decide_work *work, size_t i)
{
	struct asset_work *asset = &work->assets[i];
	uint64_t depth = (uint64_t)asset->policy->liquidity_share_bps *
			 work->policy.stress_depth_bps / 10000;
	enum status status = impact_prepare(
		&asset->curve, asset->quotes, depth ? (uint32_t)depth : 1,
		asset->policy->depth_ceiling_usd,
		work->policy.recovery_half_life_s);

	asset->has_curve = !status;
	if (status)
		work->detail = "a liquidity curve is out of range";
	asset->risk.supply_use = tokens_in_use(asset->reserve->supplied,
					       asset->reserve->decimals);
	asset->risk.borrow_use = tokens_in_use(asset->reserve->borrowed,
					       asset->reserve->decimals);
	work->report.assets[i].impact_bps =
		to_bps(impact_of(&asset->curve,
				 (double)work->policy.stressed_size_usd));
	return status;
}

static enum status make_paths(struct decide_work *work)
{
	const struct policy *policy = &work->policy;
	struct decide_dependence dependence;
	double deviation[ASSETS_MAX];
	struct path_design design = {
		.path_count = policy->path_count,
		.step_count = policy->horizon_s / policy->step_s,
		.asset_count = work->asset_count,
		.minimum_steps = DAY_S / policy->step_s,
		.factor = dependence.factor, .deviation = deviation };
	size_t cells = design.path_count * design.asset_count;
	struct path_output out = {
		.ratios = ARENA_NEW(work->arena, double,
				    cells * design.step_count),
		.minimum = ARENA_NEW(work->arena, double, cells) };
	enum status status;

	if (!out.ratios || !out.minimum)
		return E_LIMIT;
	status = decide_dependence(&dependence, work);
	if (status)
		return status;
	design.degrees = dependence.degrees;
	for (size_t i = 0; i < work->asset_count; i++)
		deviation[i] = work->assets[i].deviation /
			       sqrt((double)design.step_count);
	memcpy(design.seed, work->seed, HASH_SIZE);
	work->path_minimum = out.minimum;
	work->paths = (struct loss_paths){ .path_count = design.path_count,
					   .step_count = design.step_count,
					   .asset_count = design.asset_count,
					   .step_s = (double)policy->step_s,
					   .ratios = out.ratios };
	return paths_generate(&out, &design, work->parallel);
}

/* Falls read from the paths: lowest within a day, and at the horizon. */
static enum status read_falls(struct decide_work *work, size_t i)
{
	const struct loss_paths *paths = &work->paths;
	struct asset_report *report = &work->report.assets[i];
	size_t n = paths->path_count, mark = arena_mark(work->arena);
	double *falls = ARENA_NEW(work->arena, double, n);
	size_t *order = ARENA_NEW(work->arena, size_t, n);
	struct loss_sample sample = { .count = n, .losses = falls,
				      .order = order };
	uint32_t level = 1000000 - work->policy.ltv_touch_ppm;
	enum status status;

	if (!falls || !order)
		return E_LIMIT;
	for (size_t p = 0; p < n; p++)
		falls[p] = 1.0 - work->path_minimum[p * paths->asset_count + i];
	status = loss_sort(order, falls, n, work->arena);
	if (!status) {
		work->assets[i].risk.touch =
			loss_var(&sample, level).value;
		for (size_t p = 0; p < n; p++)
			falls[p] = 1.0 -
				   paths->ratios[((p + 1) * paths->step_count -
						  1) * paths->asset_count + i];
		status = loss_sort(order, falls, n, work->arena);
	}
	if (!status) {
		report->var99_bps = to_bps(loss_var(&sample, 990000).value);
		report->es975_bps = to_bps(loss_es(&sample, 975000).value);
		report->touch_bps = to_bps(work->assets[i].risk.touch);
	}
	arena_reset(work->arena, mark);
	return status;
}

static bool has_debt(const struct position *position)
{
	for (uint8_t i = 0; i < position->count; i++)
		if (position->holdings[i].borrowed)
			return true;
	return false;
}

static enum status add_account(struct decide_work *work,
			       struct engine_account *out,
			       const struct position *position)
{
	out->emode = position->emode;
	out->count = position->count;
	out->holdings = ARENA_NEW(work->arena, struct engine_holding,
				  position->count);
	if (!out->holdings)
		return E_LIMIT;
	for (uint8_t i = 0; i < position->count; i++) {
		const struct holding *from = &position->holdings[i];

		out->holdings[i] = (struct engine_holding){
			from->reserve, from->collateral, from->supplied,
			from->borrowed };
	}
	work->book.holding_count += position->count;
	return OK;
}

static enum status make_book(struct decide_work *work)
{
	uint32_t n = work->in.position_count;
	struct engine_account *accounts =
		ARENA_NEW(work->arena, struct engine_account, n);
	const uint8_t **addresses = ARENA_NEW(work->arena, const uint8_t *, n);
	size_t count = 0;
	enum status status = accounts && addresses ? OK : E_LIMIT;

	for (uint32_t i = 0; i < n && !status; i++) {
		const struct position *position = &work->in.positions[i];

		if (!has_debt(position))
			continue;
		addresses[count] = position->account;
		status = add_account(work, &accounts[count++], position);
	}
	work->book.account_count = count;
	work->book.accounts = accounts;
	work->book_accounts = addresses;
	return status;
}

enum status decide_forecast(struct decide_work *work)
{
	enum status status = OK;

	for (size_t i = 0; i < work->asset_count && !status; i++) {
		forecast_asset(work, i);
		status = prepare_curve(work, i);
	}
	if (!status)
		status = make_paths(work);
	for (size_t i = 0; i < work->asset_count && !status; i++)
		status = read_falls(work, i);
	return status ? status : make_book(work);
}
