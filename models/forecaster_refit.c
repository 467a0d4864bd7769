/* forecaster_refit.c -- a window of bars to season, scale and experts; see
 * forecaster_internal.h. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/ensemble/experts.h"
#include "models/forecaster_internal.h"
#include "models/volatility/range.h"
#include "models/volatility/returns.h"

#define RATIO_LOW 0.01
#define RATIO_HIGH 5.0
#define YEAR_S 31536000.0
#define SCALE_FLOOR 1e-5 /* a tenth of a basis point */

/* Returns of the window with their range variances and times. */
struct window {
	double *returns, *ranges, *factors; /* [n] */
	int64_t *times_s;
	size_t n;
};

static enum status read_window(struct window *w, const struct bar *bars,
			       size_t count, uint32_t interval_s,
			       struct arena *arena)
{
	w->returns = ARENA_NEW(arena, double, count);
	w->ranges = ARENA_NEW(arena, double, count);
	w->factors = ARENA_NEW(arena, double, count);
	w->times_s = ARENA_NEW(arena, int64_t, count);
	w->n = 0;
	if (!w->returns || !w->ranges || !w->factors || !w->times_s)
		return E_LIMIT;
	for (size_t i = 1; i < count; i++) {
		const struct bar *before = &bars[i - 1];

		if (!bar_return(&w->returns[w->n], &bars[i],
				before->open_time_s, before->close, interval_s))
			continue;
		w->ranges[w->n] = range_bar_variance(&bars[i], before);
		w->times_s[w->n++] = bars[i].open_time_s;
	}
	return OK;
}

/* Mean square return over mean range variance: what a range misses or adds. */
static double range_ratio(const struct window *w)
{
	double squares = 0.0, ranges = 0.0, ratio;

	for (size_t t = 0; t < w->n; t++) {
		squares += w->returns[t] * w->returns[t];
		ranges += w->ranges[t];
	}
	ratio = ranges > 0.0 ? squares / ranges : 1.0;
	if (!(ratio > RATIO_LOW))
		return RATIO_LOW;
	return ratio < RATIO_HIGH ? ratio : RATIO_HIGH;
}

static void scale_ranges(struct window *w, double ratio)
{
	for (size_t t = 0; t < w->n; t++) {
		w->ranges[t] *= ratio;
		if (!(w->ranges[t] > RANGE_FLOOR))
			w->ranges[t] = RANGE_FLOOR;
	}
}

static enum status fit_season(struct volatility_state *v, struct window *w,
			      uint32_t interval_s, struct arena *arena)
{
	struct seasonal_data data = { w->times_s, w->ranges, w->n, interval_s };
	struct seasonality season;
	enum status status = seasonality_fit(&season, &data, arena);

	if (status == E_LIMIT)
		return status;
	if (status)
		memset(&season, 0, sizeof(season));
	for (int i = 0; i < SEASONAL_TERMS; i++)
		v->season_e9[i] = (int64_t)(season.terms[i] * 1e9);
	season = forecaster_season(v);
	for (size_t t = 0; t < w->n; t++)
		w->factors[t] = seasonality_factor(&season, w->times_s[t]);
	return OK;
}

/* Season and scale out of both columns; the newest ranges into the ring. */
static void standardise(struct volatility_state *v, struct window *w)
{
	double squares = 0.0, scale;
	size_t kept = w->n < RECENT_RANGES ? w->n : RECENT_RANGES;

	for (size_t t = 0; t < w->n; t++)
		squares += w->returns[t] * w->returns[t] / w->factors[t];
	scale = w->n ? sqrt(squares / (double)w->n) : 0.0;
	v->scale_e12 = (int64_t)((scale > SCALE_FLOOR ? scale : SCALE_FLOOR) *
				 1e12);
	scale = forecaster_scale(v);
	v->range_count = 0;
	memset(v->ranges, 0, sizeof(v->ranges));
	for (size_t t = w->n - kept; t < w->n; t++)
		forecaster_ring_push(v, w->ranges[t] / w->factors[t]);
	for (size_t t = 0; t < w->n; t++) {
		w->returns[t] /= scale * sqrt(w->factors[t]);
		w->ranges[t] /= scale * scale * w->factors[t];
	}
	if (w->n)
		v->last_return_e9 = (int64_t)(w->returns[w->n - 1] * 1e9);
}

/* The prior's weights and nominal levels before anything was scored. */
static void begin_weights(struct volatility_state *v)
{
	double all = 0.0;

	for (int i = 0; i < EXPERTS_COUNT; i++)
		all += v->experts[i].fitted ? experts_prior((enum expert)i)
					    : 0.0;
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		struct expert_state *e = &v->experts[i];

		e->weight_variance_e9 =
			e->fitted ? (int64_t)(1e9 / all *
					      experts_prior((enum expert)i))
				  : 0;
		e->weight_tail_e9 = e->weight_variance_e9;
	}
	v->level_e9[0] = (int64_t)(VAR_PROBABILITY * 1e9);
	v->level_e9[1] = (int64_t)(TAIL_PROBABILITY * 1e9);
}

/* Experts that hold most of the weight must have found their maximum. */
static bool mostly_converged(const struct volatility_state *v)
{
	int64_t all = 0, good = 0;

	for (int i = 0; i < EXPERTS_COUNT; i++) {
		const struct expert_state *e = &v->experts[i];

		if (!e->fitted || i == EXPERT_LEARNED)
			continue;
		all += e->weight_variance_e9;
		good += e->converged ? e->weight_variance_e9 : 0;
	}
	return all > 0 && good >= all / 2;
}

/* The newest refit_bars bars' annual deviation, in front of the year's. */
static void remember_volatility(struct volatility_state *v,
				const struct window *w,
				const struct policy *policy)
{
	size_t n = w->n < policy->refit_bars ? w->n : policy->refit_bars;
	double sum = 0.0, bps;

	if (!n)
		return;
	for (size_t t = w->n - n; t < w->n; t++)
		sum += w->ranges[t];
	bps = sqrt(sum / (double)n * YEAR_S / (double)policy->bar_interval_s) *
	      10000.0;
	memmove(&v->yearly_bps[1], &v->yearly_bps[0],
		sizeof(v->yearly_bps) - sizeof(v->yearly_bps[0]));
	v->yearly_bps[0] = bps < 4e9 ? (uint32_t)bps : 4000000000u;
	if (v->yearly_count < YEARLY_VOLATILITIES)
		v->yearly_count++;
}

/* Fits are counted from the burn-in on, by bars alone: whoever folds the same
 * bars fits the same experts at the same one. */
static bool quick_alone(const struct forecaster *f)
{
	const struct policy *policy = f->policy;
	uint64_t bars = f->state->bar_count;

	return policy->refit_others_every > 1 && f->state->volatility.fitted &&
	       bars > policy->burn_in_bars &&
	       (bars - policy->burn_in_bars) / policy->refit_bars %
			       policy->refit_others_every;
}

static enum status fit_window(struct forecaster *f, struct window *w,
			      struct arena *arena)
{
	struct volatility_state *v = &f->state->volatility;
	struct experts_window window = { w->returns, w->ranges, w->n,
					 f->policy, quick_alone(f) };
	double ratio = range_ratio(w);
	enum status status;

	v->range_ratio_e9 = (int64_t)(ratio * 1e9);
	scale_ranges(w, ratio);
	remember_volatility(v, w, f->policy);
	status = fit_season(v, w, f->policy->bar_interval_s, arena);
	if (status)
		return status;
	standardise(v, w);
	status = experts_fit(v, &window, arena);
	if (status)
		return status;
	forecaster_ring_read(f);
	forecaster_set_ranged(f, f->state->last_open_time_s +
					 (int64_t)f->policy->bar_interval_s);
	return OK;
}

/* A first fit that found no expert leaves fitted false: decide() holds. */
enum status forecaster_refit(struct forecaster *f, const struct bar *bars,
			     size_t count, struct arena *arena)
{
	struct volatility_state *v = &f->state->volatility;
	size_t mark = arena_mark(arena);
	struct window w;
	enum status status = read_window(&w, bars, count,
					 f->policy->bar_interval_s, arena);

	if (!status)
		status = fit_window(f, &w, arena);
	arena_reset(arena, mark);
	if (status)
		return status;
	v->fitted_at = f->state->bar_count;
	if (!v->fitted)
		begin_weights(v);
	v->converged = mostly_converged(v);
	v->fitted = v->fitted || v->converged;
	forecaster_tables(f);
	return OK;
}

enum status forecaster_window(struct scaled_window *out,
			      const struct forecaster *f,
			      const struct bar *bars, size_t count,
			      struct arena *arena)
{
	const struct volatility_state *v = &f->state->volatility;
	struct seasonality season = forecaster_season(v);
	double scale = forecaster_scale(v);
	struct window w;
	enum status status = read_window(&w, bars, count,
					 f->policy->bar_interval_s, arena);

	if (status)
		return status;
	scale_ranges(&w, (double)v->range_ratio_e9 / 1e9);
	for (size_t t = 0; t < w.n; t++) {
		double factor = seasonality_factor(&season, w.times_s[t]);

		w.returns[t] /= scale * sqrt(factor);
		w.ranges[t] /= scale * scale * factor;
	}
	*out = (struct scaled_window){ w.returns, w.ranges, w.n };
	return OK;
}
