/* forecaster.c -- the fold: what a bar does to a state; see forecaster.h. */
#include "models/forecaster.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/ensemble/experts.h"
#include "models/forecaster_internal.h"
#include "models/volatility/range.h"
#include "models/volatility/returns.h"

#define LARGE_MOVE 3.0   /* deviations */
#define JUMP_MEMORY 0.99 /* a bar */

void forecaster_open(struct forecaster *out, struct asset_state *state,
		     const struct policy *policy)
{
	memset(out, 0, sizeof(*out));
	out->state = state;
	out->policy = policy;
	if (!state->volatility.fitted)
		return;
	forecaster_tables(out);
	forecaster_ring_read(out);
}

/* The close before, as a bar. */
static struct bar bar_before(const struct asset_state *state)
{
	struct decimal close = { state->last_close_mantissa,
				 state->last_close_exponent };

	return (struct bar){ state->last_open_time_s, close, close, close,
			     close };
}

/* Return, and range variance on the scale of squared returns. */
struct realised {
	double ret, variance;
};

static bool realise(struct realised *out, const struct forecaster *f,
		    const struct bar *bar)
{
	struct bar before = bar_before(f->state);
	double ratio = (double)f->state->volatility.range_ratio_e9 / 1e9;

	if (!bar_return(&out->ret, bar, before.open_time_s, before.close,
			f->policy->bar_interval_s))
		return false;
	out->variance = range_bar_variance(bar, &before) * ratio;
	if (!(out->variance > RANGE_FLOOR))
		out->variance = RANGE_FLOOR;
	return true;
}

/* A bar after a gap has no return, but if it has a range, its own move says
 * how the market moves now. */
static bool realise_alone(struct realised *out, const struct forecaster *f,
			  const struct bar *bar)
{
	double open = decimal_to_double(bar->open);
	double close = decimal_to_double(bar->close);

	if (range_variance(&out->variance, bar, RANGE_GARMAN_KLASS) ||
	    !(out->variance > 0.0))
		return false;
	out->ret = elementary_log(close / open);
	out->variance *= (double)f->state->volatility.range_ratio_e9 / 1e9;
	if (!(out->variance > RANGE_FLOOR))
		out->variance = RANGE_FLOOR;
	return true;
}

bool forecaster_score(struct bar_score *out, const struct forecaster *f,
		      const struct bar *bar)
{
	const struct volatility_state *v = &f->state->volatility;
	struct realised realised;
	struct mixture mixture;
	size_t at = 0;

	if (!v->fitted || !realise(&realised, f, bar))
		return false;
	memset(out, 0, sizeof(*out));
	out->ret = realised.ret;
	out->range_variance = realised.variance;
	forecaster_mixture(&mixture, f, bar->open_time_s);
	for (size_t i = 0; i < EXPERTS_COUNT; i++) {
		const struct mixture_member *m = &mixture.members[at];

		out->present[i] = v->experts[i].fitted;
		if (!out->present[i])
			continue;
		out->variance[i] = m->deviation * m->deviation;
		out->tail[i] = member_tail(m, TAIL_PROBABILITY);
		at++;
	}
	if (!at)
		return false;
	out->ensemble_variance = mixture_variance(&mixture);
	out->ensemble_tail = mixture_tail(&mixture, TAIL_PROBABILITY);
	out->var99 = mixture_tail(&mixture, VAR_PROBABILITY).quantile;
	out->conformal_var99 =
		mixture_tail(&mixture, (double)v->level_e9[0] / 1e9).quantile;
	out->conformal_tail =
		mixture_tail(&mixture, (double)v->level_e9[1] / 1e9);
	return true;
}

/* Recursions and ring after a bar. */
static void update(struct forecaster *f, const struct bar *bar,
		   const struct realised *realised)
{
	struct volatility_state *v = &f->state->volatility;
	struct seasonality season = forecaster_season(v);
	double factor = seasonality_factor(&season, bar->open_time_s);
	double ret = realised->ret / (forecaster_scale(v) * sqrt(factor));
	double gjr = experts_variance(&v->experts[EXPERT_GJR_T]);
	double large = fabs(ret) > LARGE_MOVE * sqrt(gjr) ? 1.0 : 0.0;

	for (int i = 0; i < EXPERTS_COUNT; i++)
		if (v->experts[i].fitted)
			experts_step(&v->experts[i], (enum expert)i, ret);
	v->jumps_e9 = (int64_t)(JUMP_MEMORY * (double)v->jumps_e9 +
				(1.0 - JUMP_MEMORY) * large * 1e9);
	if (!(fabs(ret) < 9e9))
		ret = ret < 0.0 ? -9e9 : 9e9;
	v->last_return_e9 = (int64_t)(ret * 1e9);
	forecaster_ring_push(v, realised->variance / factor);
	forecaster_ring_read(f);
	forecaster_set_ranged(f, bar->open_time_s +
					 (int64_t)f->policy->bar_interval_s);
}

static bool refit_due(const struct asset_state *state,
		      const struct policy *policy)
{
	uint64_t at = state->volatility.fitted_at;

	if (state->bar_count < policy->burn_in_bars)
		return false;
	return !at || state->bar_count - at >= policy->refit_bars;
}

static void take(struct asset_state *state, const struct bar *bar)
{
	bar_chain(state->history, bar);
	state->bar_count++;
	state->last_open_time_s = bar->open_time_s;
	state->last_close_mantissa = bar->close.mantissa;
	state->last_close_exponent = bar->close.exponent;
}

static enum status feed(struct forecaster *f, const struct series *series,
			size_t index, struct arena *arena)
{
	const struct bar *bar = &series->bars[index];
	struct asset_state *state = f->state;
	struct realised realised;
	struct bar_score score;
	uint64_t window;

	if (forecaster_score(&score, f, bar))
		forecaster_judge(f, &score);
	if (state->volatility.fitted &&
	    (realise(&realised, f, bar) || realise_alone(&realised, f, bar)))
		update(f, bar, &realised);
	take(state, bar);
	if (!refit_due(state, f->policy))
		return OK;
	window = state->bar_count < f->policy->window_bars
			 ? state->bar_count
			 : f->policy->window_bars;
	if (window > index + 1)
		return E_MISSING;
	return forecaster_refit(f, bar + 1 - window, (size_t)window, arena);
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

enum status forecaster_feed(struct forecaster *f, const struct series *series,
			    struct arena *arena)
{
	enum status status = check_history(f->state, series);

	for (uint64_t i = f->state->bar_count - series->first_index;
	     !status && i < series->count; i++)
		status = feed(f, series, (size_t)i, arena);
	return status;
}

enum status forecaster_advance(struct asset_state *state,
			       const struct series *series,
			       const struct policy *policy,
			       struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct forecaster *f = ARENA_NEW(arena, struct forecaster, 1);
	enum status status = E_LIMIT;

	if (f) {
		forecaster_open(f, state, policy);
		status = forecaster_feed(f, series, arena);
	}
	arena_reset(arena, mark);
	return status;
}
