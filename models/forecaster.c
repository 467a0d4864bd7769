/* forecaster.c -- see forecaster.h. */
#include "models/forecaster.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/volatility/returns.h"

#define E6 1e6
#define E9 1e9
#define E12 1e12
#define E18 1e18
#define VARIANCE_MIN 1e-14 /* per bar: a standard deviation of 0.001 bp */
#define VARIANCE_MAX 4.0
#define VAR_LEVEL 0.01
#define YEAR_S 31536000.0
#define DEGREES_MIN 4.0
#define TAIL_NODES 64

/* Nearest integer, ties away from zero, clamped to +-4e18. */
static int64_t quantise(double value, double scale)
{
	double scaled = value * scale;

	if (scaled > 4e18)
		return 4000000000000000000;
	if (scaled < -4e18)
		return -4000000000000000000;
	return (int64_t)(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
}

static int64_t quantise_variance(double value)
{
	if (!(value > VARIANCE_MIN))
		value = VARIANCE_MIN;
	return quantise(value < VARIANCE_MAX ? value : VARIANCE_MAX, E18);
}

double forecaster_degrees(const struct volatility_state *state)
{
	return (double)state->nu_e6 / E6;
}

double forecaster_used_degrees(const struct volatility_state *state)
{
	double nu = forecaster_degrees(state);

	return nu < DEGREES_MIN ? DEGREES_MIN : nu;
}

void forecaster_store(struct volatility_state *v, const struct garch_fit *fit,
		      const struct ewma_fit *ewma)
{
	v->fitted = true;
	v->converged = fit->converged;
	v->mu_e12 = quantise(fit->mu, E12);
	v->omega_e18 = quantise(fit->omega, E18);
	v->alpha_e9 = quantise(fit->alpha, E9);
	v->beta_e9 = quantise(fit->beta, E9);
	v->nu_e6 = quantise(fit->nu, E6);
	v->decay_e6 = quantise(ewma->decay, E6);
	v->garch_variance_e18 = quantise_variance(fit->next_variance);
	v->ewma_variance_e18 = quantise_variance(ewma->next_variance);
}

/* Fits on bars[end - window .. end) of the series.  Returns that cannot be
 * fitted (constant, too many gaps) leave converged false: decide() holds. */
static enum status refit(struct asset_state *state, const struct bar *bars,
			 size_t count, const struct policy *policy,
			 struct arena *arena)
{
	static const struct garch_model model = { GARCH_STUDENT,
						  GARCH_START_FCP, true };
	size_t mark = arena_mark(arena), n;
	double *returns = ARENA_NEW(arena, double, count);
	struct garch_fit fit;
	struct ewma_fit ewma;
	enum status status;

	if (!returns)
		return E_LIMIT;
	n = series_returns(returns, bars, count, policy->bar_interval_s);
	status = garch_fit_series(&fit, &model, returns, n, arena);
	if (!status)
		status = ewma_fit_series(&ewma, returns, n);
	if (!status && policy->ewma_decay_ppm) {
		ewma.decay = (double)policy->ewma_decay_ppm / E6;
		ewma.next_variance = ewma_variance(returns, n, ewma.decay);
	}
	arena_reset(arena, mark);
	if (status == E_LIMIT)
		return status;
	if (status)
		state->volatility.converged = false;
	else
		forecaster_store(&state->volatility, &fit, &ewma);
	state->volatility.fitted_at = state->bar_count;
	return OK;
}

/* A one-bar VaR 99 hit is remembered in a ring of bits. */
static void score(struct asset_state *state, double ret)
{
	const struct volatility_state *v = &state->volatility;
	double nu = forecaster_degrees(v);
	double deviation = sqrt((double)v->garch_variance_e18 / E18 *
				(nu - 2.0) / nu);
	double quantile = (double)v->mu_e12 / E12 +
			  student_quantile(VAR_LEVEL, nu) * deviation;
	size_t at = (size_t)(state->bar_count % RECENT_FORECASTS);
	uint8_t bit = (uint8_t)(1u << at % 8);

	if (ret < quantile)
		state->exceeded[at / 8] |= bit;
	else
		state->exceeded[at / 8] &= (uint8_t)~bit;
	if (state->forecast_count < RECENT_FORECASTS)
		state->forecast_count++;
}

static void update_variances(struct volatility_state *v, double ret)
{
	double mu = (double)v->mu_e12 / E12, e = ret - mu;
	double decay = (double)v->decay_e6 / E6;
	double garch = (double)v->omega_e18 / E18 +
		       (double)v->alpha_e9 / E9 * e * e +
		       (double)v->beta_e9 / E9 *
			       ((double)v->garch_variance_e18 / E18);
	double ewma = decay * ((double)v->ewma_variance_e18 / E18) +
		      (1.0 - decay) * ret * ret;

	v->garch_variance_e18 = quantise_variance(garch);
	v->ewma_variance_e18 = quantise_variance(ewma);
}

static bool refit_due(const struct asset_state *state,
		      const struct policy *policy)
{
	uint64_t at = state->volatility.fitted_at;

	if (state->bar_count < policy->burn_in_bars)
		return false;
	return !at || state->bar_count - at >= policy->refit_bars;
}

static enum status feed(struct asset_state *state, const struct series *series,
			size_t index, const struct policy *policy,
			struct arena *arena)
{
	const struct bar *bar = &series->bars[index];
	struct decimal last = { state->last_close_mantissa,
				state->last_close_exponent };
	uint64_t window;
	double ret;

	if (state->volatility.fitted &&
	    bar_return(&ret, bar, state->last_open_time_s, last,
		       policy->bar_interval_s)) {
		score(state, ret);
		update_variances(&state->volatility, ret);
	}
	bar_chain(state->history, bar);
	state->bar_count++;
	state->last_open_time_s = bar->open_time_s;
	state->last_close_mantissa = bar->close.mantissa;
	state->last_close_exponent = bar->close.exponent;
	if (!refit_due(state, policy))
		return OK;
	window = state->bar_count < policy->window_bars ? state->bar_count
							: policy->window_bars;
	if (window > index + 1)
		return E_MISSING;
	return refit(state, bar + 1 - window, (size_t)window, policy, arena);
}

/* The bars that the state has seen must chain from the prefix to its digest. */
static enum status check_history(const struct asset_state *state,
				 const struct series *series)
{
	uint8_t history[HASH_SIZE];
	uint64_t known;

	if (series->first_index > state->bar_count)
		return E_AUTHENTIC; /* skips bars */
	known = state->bar_count - series->first_index;
	if (known > series->count)
		return E_AUTHENTIC; /* leaves out bars already used */
	memcpy(history, series->prefix, HASH_SIZE);
	for (uint64_t i = 0; i < known; i++)
		bar_chain(history, &series->bars[i]);
	return memcmp(history, state->history, HASH_SIZE) ? E_AUTHENTIC : OK;
}

enum status forecaster_advance(struct asset_state *state,
			       const struct series *series,
			       const struct policy *policy,
			       struct arena *arena)
{
	enum status status = check_history(state, series);

	for (uint64_t i = state->bar_count - series->first_index;
	     !status && i < series->count; i++)
		status = feed(state, series, (size_t)i, policy, arena);
	return status;
}

struct horizon_variance
forecaster_variance(const struct volatility_state *state, uint32_t steps)
{
	double omega = (double)state->omega_e18 / E18;
	double persistence = ((double)state->alpha_e9 +
			      (double)state->beta_e9) / E9;
	double h = (double)state->garch_variance_e18 / E18, sum = 0.0;

	for (uint32_t k = 0; k < steps; k++) {
		sum += h;
		h = omega + persistence * h;
	}
	return (struct horizon_variance){
		sum, (double)steps * ((double)state->ewma_variance_e18 / E18) };
}

uint32_t forecaster_bars(const struct policy *policy, uint32_t seconds)
{
	uint32_t bars = (seconds + policy->bar_interval_s - 1) /
			policy->bar_interval_s;

	return bars ? bars : 1;
}

double forecaster_used_variance(const struct volatility_state *state,
				const struct policy *policy,
				uint32_t floor_bps, uint32_t steps)
{
	struct horizon_variance v = forecaster_variance(state, steps);
	double floor = (double)floor_bps / 10000.0;
	double least = floor * floor * (double)steps *
		       (double)policy->bar_interval_s / YEAR_S;
	double used = v.garch > v.ewma ? v.garch : v.ewma;

	return used > least ? used : least;
}

double forecaster_fall(double deviation, double degrees, double confidence)
{
	double unit = sqrt((degrees - 2.0) / degrees);
	double quantile = student_quantile(1.0 - confidence, degrees) * unit;

	return 1.0 - elementary_exp(quantile * deviation);
}

/* Midpoints in u of p = (1 - confidence) u^2: closer where the tail is steep. */
double forecaster_shortfall(double deviation, double degrees, double confidence)
{
	double sum = 0.0;

	for (int i = 0; i < TAIL_NODES; i++) {
		double u = ((double)i + 0.5) / TAIL_NODES;
		double p = (1.0 - confidence) * u * u;

		sum += 2.0 * u * forecaster_fall(deviation, degrees, 1.0 - p);
	}
	return sum / TAIL_NODES;
}

/* P(hits >= count) under 1 % each, by the binomial sum. */
static double binomial_tail(uint32_t n, uint32_t count)
{
	double log_p = elementary_log(VAR_LEVEL);
	double log_q = elementary_log(1.0 - VAR_LEVEL), sum = 0.0;

	for (uint32_t k = count; k <= n; k++)
		sum += elementary_exp(
			elementary_lgamma((double)n + 1.0) -
			elementary_lgamma((double)k + 1.0) -
			elementary_lgamma((double)(n - k) + 1.0) +
			(double)k * log_p + (double)(n - k) * log_q);
	return sum;
}

bool forecaster_coverage_ok(const struct asset_state *state)
{
	uint32_t hits = 0;

	for (size_t i = 0; i < sizeof(state->exceeded); i++)
		for (int bit = 0; bit < 8; bit++)
			hits += state->exceeded[i] >> bit & 1u;
	return !hits || binomial_tail(state->forecast_count, hits) >= 1e-4;
}

enum status forecaster_residuals(struct residuals *out,
				 const struct asset_state *state,
				 const struct series *series,
				 const struct policy *policy,
				 struct arena *arena)
{
	struct volatility_state v = state->volatility;
	struct residuals made = { ARENA_NEW(arena, double, series->count),
				  ARENA_NEW(arena, uint8_t, series->count),
				  series->count };

	if (!made.values || !made.present)
		return E_LIMIT;
	for (size_t i = 1; i < series->count; i++) {
		const struct bar *before = &series->bars[i - 1];
		double ret;

		if (!bar_return(&ret, &series->bars[i], before->open_time_s,
				before->close, policy->bar_interval_s))
			continue;
		made.values[i] = (ret - (double)v.mu_e12 / E12) /
				 sqrt((double)v.garch_variance_e18 / E18);
		made.present[i] = 1;
		update_variances(&v, ret);
	}
	*out = made;
	return OK;
}
