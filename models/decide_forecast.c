/* decide_forecast.c -- what prices may do: variances, falls, simulated paths
 * and the named ones beside them. */
#include "models/decide_work.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/loss/statistics.h"
#include "models/paths.h"
#include "models/tails/margin.h"
#include "models/volatility/garch.h"

#define YEAR_S 31536000.0
#define DAY_S 86400u
/* Half of the pairs see the market factor this much lower over the horizon:
 * the mean of what lies beyond its 97.5 % quantile is 2.3. */
#define TILT 2.0
#define PERSISTENCE_MAX 0.9999
#define MARGIN_BYTES_EACH 96u /* residual, presence and margin_build's */
#define START_MAX 25.0 /* variance now over the long run's */
#define DEVIATION_MOST 20.0 /* of a log return over the horizon */
#define FALL_MOST (1.0 - 0x1p-20) /* of a price; all of it is no share */

static uint32_t to_bps(double share)
{
	double bps = share * 10000.0 + 0.5;

	return bps >= 4e9 ? 4000000000u : bps > 0.0 ? (uint32_t)bps : 0;
}

static uint32_t annual_bps(double variance, double seconds)
{
	return to_bps(sqrt(variance * YEAR_S / seconds));
}

/* After a bar hundreds of deviations wide a fall may round to the whole price:
 * the tightest that can be answered, not a case that cannot be decided. */
static double bounded_fall(double fall)
{
	return fall < FALL_MOST ? fall : FALL_MOST;
}

/* The same for a deviation: beyond, a price is gone within a step anyway. */
static double bounded_deviation(double deviation)
{
	return deviation < DEVIATION_MOST ? deviation : DEVIATION_MOST;
}

/* No forecast counts below the policy's floor, nor below the median of the
 * last year's weeks: a quiet month must not loosen what a usual one forbids. */
static uint32_t floor_of(const struct asset_work *asset,
			 const struct policy *policy)
{
	uint32_t median = forecaster_median_bps(&asset->state->volatility,
						policy);
	uint32_t floor = asset->policy->volatility_floor_bps;

	return median > floor ? median : floor;
}

static void report_forecast(struct asset_report *out,
			    const struct asset_work *asset,
			    const struct horizon_forecast *horizon,
			    double seconds)
{
	out->volatility_bps = annual_bps(asset->deviation * asset->deviation,
					 seconds);
	out->garch_bps = annual_bps(horizon->expert_variance[EXPERT_GJR_T],
				    seconds);
	out->ewma_bps = annual_bps(horizon->expert_variance[EXPERT_EWMA],
				   seconds);
	out->degrees_e3 = (uint32_t)(
		1000.0 * forecaster_degrees(&asset->state->volatility));
	out->gap_bps = to_bps(asset->risk.gap);
}

static void forecast_asset(struct decide_work *work, size_t i)
{
	const struct policy *policy = &work->policy;
	struct asset_work *asset = &work->assets[i];
	struct asset_report *out = &work->report.assets[i];
	uint32_t floor_bps = floor_of(asset, policy);
	uint32_t bars = forecaster_bars(policy, policy->horizon_s);
	double seconds = (double)bars * (double)policy->bar_interval_s;
	struct horizon_forecast horizon, lag;

	forecaster_horizon(&horizon, asset->forecaster, bars, floor_bps);
	forecaster_horizon(&lag, asset->forecaster,
			   forecaster_bars(policy, policy->oracle_lag_s),
			   floor_bps);
	asset->deviation =
		bounded_deviation(sqrt(horizon.used) * horizon.widening);
	asset->risk.gap = bounded_fall(forecaster_fall(
		&lag, (double)policy->gap_quantile_ppm / 1e6));
	out->median_bps = forecaster_median_bps(&asset->state->volatility,
						policy);
	report_forecast(out, asset, &horizon, seconds);
}

/* Without proven history: the policy's prior, as a normal move. */
static void assume_asset(struct decide_work *work, size_t i)
{
	const struct policy *policy = &work->policy;
	struct asset_work *asset = &work->assets[i];
	double annual = (double)asset->policy->volatility_prior_bps / 10000.0;
	double lag = annual * sqrt((double)policy->oracle_lag_s / YEAR_S);

	asset->deviation = annual * sqrt((double)policy->horizon_s / YEAR_S);
	asset->risk.gap = bounded_fall(
		1.0 - elementary_exp(
			      lag *
			      normal_quantile(
				      1.0 - (double)policy->gap_quantile_ppm /
						    1e6)));
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

void decide_use(struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct reserve *r = work->assets[i].reserve;

		work->assets[i].risk.supply_use =
			tokens_in_use(r->supplied, r->decimals);
		work->assets[i].risk.borrow_use =
			tokens_in_use(r->borrowed, r->decimals);
	}
}

/* Where no depth is proven: all of the trusted depth sold leaves nothing. */
static void assumed_quotes(struct liquidity_curve *out,
			   const struct asset_policy *policy)
{
	uint64_t size = policy->depth_ceiling_usd ? policy->depth_ceiling_usd
						  : 1;

	memset(out, 0, sizeof(*out));
	out->count = 1;
	out->points[0] = (struct curve_point){ size, 10000 };
}

static bool believes(const struct decide_work *work, size_t i)
{
	return work->view == VIEW_EVERYTHING || decide_proven(work, i);
}

static enum status prepare_curve(struct decide_work *work, size_t i)
{
	struct asset_work *asset = &work->assets[i];
	struct liquidity_curve assumed;
	uint64_t depth = (uint64_t)asset->policy->liquidity_share_bps *
			 work->policy.stress_depth_bps / 10000;
	enum status status;

	assumed_quotes(&assumed, asset->policy);
	status = impact_prepare(
		&asset->curve, believes(work, i) ? asset->quotes : &assumed,
		depth ? (uint32_t)depth : 1, asset->policy->depth_ceiling_usd,
		work->policy.recovery_half_life_s);
	asset->has_curve = !status;
	if (status)
		work->detail = "a liquidity curve is out of range";
	work->report.assets[i].impact_bps =
		to_bps(impact_of(&asset->curve,
				 (double)work->policy.stressed_size_usd));
	return status;
}

/* The GJR-t expert's recursion in units of the mean variance over the horizon:
 * where it stands now and how it comes back. */
static void make_filter(struct path_filter *out, const struct asset_work *asset,
			size_t bars)
{
	const struct expert_state *e =
		&asset->state->volatility.experts[EXPERT_GJR_T];
	double alpha = (double)e->values_e12[GARCH_ALPHA] / 1e12;
	double gamma = (double)e->values_e12[GARCH_GAMMA] / 1e12;
	double beta = (double)e->values_e12[GARCH_BETA] / 1e12;
	double omega = (double)e->values_e12[GARCH_OMEGA] / 1e12;
	double rho = alpha + 0.5 * gamma + beta, power = 1.0, sum = 0.0;
	double start, longrun;

	*out = (struct path_filter){ 1.0, 1.0, 0.0, 0.0, 0.0 };
	if (!e->fitted || !(rho > 0.0 && rho < PERSISTENCE_MAX) ||
	    !(omega > 0.0))
		return;
	start = (double)e->variance_e9 / 1e9 / (omega / (1.0 - rho));
	start = start < 1.0 / START_MAX ? 1.0 / START_MAX : start;
	start = start > START_MAX ? START_MAX : start;
	for (size_t k = 0; k < bars; k++, power *= rho)
		sum += power;
	longrun = 1.0 / (1.0 + (start - 1.0) * sum / (double)bars);
	*out = (struct path_filter){ start * longrun, longrun * (1.0 - rho),
				     alpha, gamma, beta };
}

/* The t variate as it is: x at the points s = x / sqrt(1 + x^2), the ends a
 * little inside. */
static void plain_margin(struct path_margin *out)
{
	for (size_t k = 0; k <= PATH_MARGIN_CELLS; k++) {
		double s = 2.0 * (double)k / PATH_MARGIN_CELLS - 1.0;
		double most = 1.0 - 0.25 / PATH_MARGIN_CELLS;

		s = s > most ? most : s < -most ? -most : s;
		out->value[k] = s / sqrt(1.0 - s * s);
	}
}

struct path_inputs {
	struct decide_dependence dependence;
	struct margin_law laws[ASSETS_MAX];
	bool has_law[ASSETS_MAX];
	double *sorted[ASSETS_MAX]; /* residuals, the laws' */
	struct path_margin margins[ASSETS_MAX];
	struct path_filter filters[ASSETS_MAX];
	double deviation[ASSETS_MAX], weights[ASSETS_MAX];
};

/* The market factor is what hurts the book: collateral times deviation. */
static void weigh_factor(struct path_inputs *in, const struct decide_work *work)
{
	double most = 0.0;

	for (size_t i = 0; i < work->asset_count; i++) {
		const struct asset_work *asset = &work->assets[i];

		in->weights[i] = asset->deviation * asset->risk.price_usd *
				 (double)(asset->reserve->lt_bps
						  ? asset->risk.supply_use
						  : 0);
		most = in->weights[i] > most ? in->weights[i] : most;
	}
	for (size_t i = 0; i < work->asset_count; i++)
		in->weights[i] = most > 0.0 ? in->weights[i] / most : 1.0;
}

/* The empirical law of an asset's residuals, where they are to be believed. */
static enum status fit_margin(struct decide_work *work, size_t i,
			      struct arena *scratch)
{
	const struct asset_work *asset = &work->assets[i];
	struct path_inputs *in = work->paths.inputs;
	struct residuals residuals;
	struct margin_request request = { .degrees = 0 };
	enum status status;

	in->has_law[i] = false;
	status = forecaster_residuals(&residuals, asset->state, asset->series,
				      &work->policy, scratch);
	if (status || !believes(work, i))
		return status == E_LIMIT ? status : OK;
	request.residuals = residuals.values;
	request.present = residuals.present;
	request.count = residuals.count;
	status = margin_fit(&in->laws[i], in->sorted[i], &request, scratch);
	in->has_law[i] = !status;
	return status == E_LIMIT ? status : OK;
}

/* The maps of all margins; the t variate's own where residuals are few or not
 * to be believed. */
static enum status map_margins(struct path_inputs *in,
			       const struct decide_work *work)
{
	struct margin_cells *cells =
		ARENA_NEW(work->arena, struct margin_cells, 1);
	bool measured;

	if (!cells)
		return E_LIMIT;
	measured = !margin_measure(cells, in->dependence.degrees);
	for (size_t i = 0; i < work->asset_count; i++)
		if (measured && in->has_law[i])
			margin_map(&in->margins[i], &in->laws[i], cells);
		else
			plain_margin(&in->margins[i]);
	return OK;
}

static size_t most_bars(const struct decide_work *work)
{
	size_t most = 0;

	for (size_t i = 0; i < work->asset_count; i++)
		if (work->assets[i].series->count > most)
			most = work->assets[i].series->count;
	return most;
}

static enum status begin_inputs(struct path_inputs *in,
				struct decide_work *work)
{
	work->paths.inputs = in;
	for (size_t i = 0; i < work->asset_count; i++) {
		in->sorted[i] = arena_room(work->arena,
					   work->assets[i].series->count,
					   sizeof(double));
		if (!in->sorted[i])
			return E_LIMIT;
	}
	return OK;
}

static enum status make_inputs(struct path_inputs *in, struct decide_work *work,
			       size_t steps, size_t bars)
{
	enum status status = begin_inputs(in, work);

	if (!status)
		status = decide_dependence(
			&in->dependence, work, fit_margin,
			most_bars(work) * MARGIN_BYTES_EACH + 4096);
	if (!status)
		status = map_margins(in, work);
	for (size_t i = 0; i < work->asset_count && !status; i++) {
		if (believes(work, i))
			make_filter(&in->filters[i], &work->assets[i], bars);
		else
			in->filters[i] = (struct path_filter){ 1.0, 1.0, 0.0,
							       0.0, 0.0 };
		in->deviation[i] = work->assets[i].deviation /
				   sqrt((double)steps);
	}
	weigh_factor(in, work);
	return status;
}

static enum status allocate(struct path_output *out,
			    const struct path_design *d, struct arena *arena)
{
	size_t cells = d->path_count * d->asset_count;

	*out = (struct path_output){
		.ratios = arena_room(arena, cells * d->step_count,
				     sizeof(double)),
		.minimum = ARENA_NEW(arena, double, cells),
		.weights = ARENA_NEW(arena, double, d->path_count),
		.factors = ARENA_NEW(arena, double, d->path_count),
		.low = ARENA_NEW(arena, double, cells),
		.high = ARENA_NEW(arena, double, cells) };
	return out->ratios && out->minimum && out->weights && out->factors &&
			       out->low && out->high
		       ? OK
		       : E_LIMIT;
}

/* Steps of a bar when a step is a part of one, else 1. */
static size_t steps_of_bar(const struct policy *policy)
{
	return policy->step_s < policy->bar_interval_s &&
			       !(policy->bar_interval_s % policy->step_s)
		       ? policy->bar_interval_s / policy->step_s
		       : 1;
}

static void keep_paths(struct decide_work *work, const struct path_output *out,
		       const struct path_design *design)
{
	work->paths.minimum = out->minimum;
	work->paths.weights = out->weights;
	work->paths.factors = out->factors;
	work->paths.paths = (struct loss_paths){
		.path_count = design->path_count,
		.step_count = design->step_count,
		.asset_count = design->asset_count,
		.step_s = (double)work->policy.step_s,
		.ratios = out->ratios,
		.low = out->low,
		.high = out->high };
}

static enum status make_paths(struct decide_work *work)
{
	const struct policy *policy = &work->policy;
	struct path_inputs *in = ARENA_NEW(work->arena, struct path_inputs, 1);
	struct path_design design = {
		.path_count = policy->path_count,
		.step_count = policy->horizon_s / policy->step_s,
		.asset_count = work->asset_count,
		.minimum_steps = DAY_S / policy->step_s,
		.bar_steps = steps_of_bar(policy),
		.tilt = TILT };
	struct path_output out;
	size_t bytes = design.path_count * design.step_count *
		       design.asset_count * sizeof(double);
	enum status status;

	if (bytes > PATH_BYTES_MAX) {
		work->detail = "the policy asks for too many paths and steps";
		return E_LIMIT;
	}
	status = in ? allocate(&out, &design, work->arena)
				: E_LIMIT;

	if (!status)
		status = make_inputs(in, work, design.step_count,
				     design.step_count / design.bar_steps);
	if (status)
		return status;
	design.degrees = in->dependence.degrees;
	design.factor = in->dependence.factor;
	design.deviation = in->deviation;
	design.margins = in->margins;
	design.filters = in->filters;
	design.factor_weights = in->weights;
	memcpy(design.seed, work->seed, HASH_SIZE);
	keep_paths(work, &out, &design);
	return paths_generate(&out, &design, work->parallel);
}

/* Falls read from the paths: lowest within a day, and at the horizon. */
static enum status read_falls(struct decide_work *work, size_t i,
			      struct arena *scratch)
{
	const struct loss_paths *paths = &work->paths.paths;
	struct asset_report *report = &work->report.assets[i];
	size_t n = paths->path_count;
	double *falls = ARENA_NEW(scratch, double, n);
	size_t *order = ARENA_NEW(scratch, size_t, n);
	struct loss_sample sample = { n, falls, work->paths.weights, NULL,
				      order };
	uint32_t level = 1000000 - work->policy.ltv_touch_ppm;
	enum status status;

	if (!falls || !order)
		return E_LIMIT;
	for (size_t p = 0; p < n; p++)
		falls[p] = 1.0 -
			   work->paths.minimum[p * paths->asset_count + i];
	status = loss_sort(order, falls, n, scratch);
	if (!status) {
		work->assets[i].risk.touch =
			bounded_fall(loss_var(&sample, level).value);
		for (size_t p = 0; p < n; p++)
			falls[p] = 1.0 -
				   paths->ratios[((p + 1) * paths->step_count -
						  1) * paths->asset_count + i];
		status = loss_sort(order, falls, n, scratch);
	}
	if (!status) {
		report->var99_bps = to_bps(loss_var(&sample, 990000).value);
		report->es975_bps = to_bps(loss_es(&sample, 975000).value);
		work->var975[i] = bounded_fall(loss_var(&sample, 975000).value);
		report->touch_bps = to_bps(work->assets[i].risk.touch);
	}
	return status;
}

enum status decide_forecast(struct decide_work *work)
{
	enum status status = OK;

	for (size_t i = 0; i < work->asset_count && !status; i++) {
		struct asset_work *asset = &work->assets[i];

		asset->risk = (struct asset_risk){
			.lt_loss_bps = 10000,
			.price_usd = (double)asset->reserve->price_e8 * 1e-8 };
		if (believes(work, i))
			forecast_asset(work, i);
		else
			assume_asset(work, i);
		work->report.assets[i].authenticated = decide_proven(work, i);
		status = prepare_curve(work, i);
	}
	decide_use(work);
	if (!status)
		status = make_paths(work);
	if (!status)
		status = decide_scenarios(work);
	if (!status)
		status = decide_each_asset(
			work, work->paths.paths.path_count * 24 + 4096,
			read_falls);
	return status ? status : decide_allocate_losses(work);
}
