/* forecaster_state.c -- the state's integers as the numbers they stand for, and
 * what is derived from them; see forecaster_internal.h. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/ensemble/experts.h"
#include "models/forecaster_internal.h"
#include "models/learned/features.h"
#include "models/learned/shipped.h"

#define RING_UNIT 2048.0 /* of a nat */
#define SCALE_LEAST 1e-6
#define SCALE_MOST 1.0

struct seasonality forecaster_season(const struct volatility_state *state)
{
	struct seasonality season;

	_Static_assert(SEASONALITY_TERMS == SEASONAL_TERMS,
		       "the state keeps every term");
	for (int i = 0; i < SEASONALITY_TERMS; i++)
		season.terms[i] = (double)state->season_e9[i] / 1e9;
	return season;
}

double forecaster_scale(const struct volatility_state *state)
{
	double scale = (double)state->scale_e12 / 1e12;

	if (!(scale > SCALE_LEAST))
		return SCALE_LEAST;
	return scale < SCALE_MOST ? scale : SCALE_MOST;
}

void forecaster_ring_push(struct volatility_state *v, double variance)
{
	double nats = elementary_log(variance / RANGE_FLOOR);
	double code = nats * RING_UNIT + 0.5;
	uint32_t kept = code < 0.0 ? 0 : code > 65535.0 ? 65535 : (uint32_t)code;

	if (v->range_count == RECENT_RANGES)
		memmove(v->ranges, v->ranges + 2, 2 * (RECENT_RANGES - 1));
	else
		v->range_count++;
	v->ranges[2 * v->range_count - 2] = (uint8_t)(kept >> 8);
	v->ranges[2 * v->range_count - 1] = (uint8_t)kept;
}

void forecaster_ring_read(struct forecaster *f)
{
	const struct volatility_state *v = &f->state->volatility;
	double scale = forecaster_scale(v);
	double unit = RANGE_FLOOR / (scale * scale);

	f->range_count = v->range_count;
	for (size_t i = 0; i < v->range_count; i++) {
		unsigned code = (unsigned)v->ranges[2 * i] << 8 |
				v->ranges[2 * i + 1];

		f->ranges[i] = unit * elementary_exp((double)code / RING_UNIT);
	}
}

static void set_har(struct forecaster *f, enum expert expert)
{
	struct expert_state *state = &f->state->volatility.experts[expert];
	struct har_design design =
		experts_har_design(expert, f->policy->bar_interval_s);
	struct har_means means = { har_mean(f->ranges, f->range_count, 1),
				   har_mean(f->ranges, f->range_count,
					    design.middle),
				   har_mean(f->ranges, f->range_count,
					    design.longest) };

	if (state->fitted)
		experts_set_variance(state,
				     experts_har_next(state, &design, &means));
}

void forecaster_features(double *x, const struct forecaster *f, int64_t time_s)
{
	const struct volatility_state *v = &f->state->volatility;
	struct feature_source source = {
		f->ranges, f->range_count, (double)v->last_return_e9 / 1e9,
		(double)v->jumps_e9 / 1e9,
		experts_variance(&v->experts[EXPERT_EWMA]),
		experts_variance(&v->experts[EXPERT_GJR_T]), time_s };

	features_of(x, &source);
}

static void set_learned(struct forecaster *f, int64_t time_s)
{
	struct volatility_state *v = &f->state->volatility;
	double x[NETWORK_INPUTS], at[EXPERT_VALUES] = { 0.0 }, deviation;
	struct network_output out;

	forecaster_features(x, f, time_s);
	network_run(&out, learned_network(), x);
	deviation = sqrt(out.variance);
	at[0] = out.lower / deviation;
	at[1] = out.upper / deviation;
	at[EXPERT_NU] = LEARNED_NU;
	experts_store(&v->experts[EXPERT_LEARNED], at, out.variance);
	v->experts[EXPERT_LEARNED].converged = true;
}

void forecaster_set_ranged(struct forecaster *f, int64_t time_s)
{
	set_har(f, EXPERT_HAR);
	set_har(f, EXPERT_HAR_LOG);
	if (f->range_count)
		set_learned(f, time_s);
}

void forecaster_tables(struct forecaster *f)
{
	const struct volatility_state *v = &f->state->volatility;

	for (int i = 0; i < EXPERTS_COUNT; i++)
		if (v->experts[i].fitted)
			experts_table(&f->tables[i], &v->experts[i],
				      (enum expert)i);
}

void forecaster_refilter(struct forecaster *f, const double *returns, size_t n)
{
	struct volatility_state *v = &f->state->volatility;

	for (int i = 0; i < EXPERTS_COUNT; i++) {
		struct expert_state *e = &v->experts[i];

		if (!e->fitted || i == EXPERT_HISTORICAL)
			continue;
		experts_set_variance(e, 1.0);
		for (size_t t = 0; t < n; t++)
			experts_step(e, (enum expert)i, returns[t]);
	}
	forecaster_tables(f);
	forecaster_ring_read(f);
	forecaster_set_ranged(f, f->state->last_open_time_s +
					 (int64_t)f->policy->bar_interval_s);
}
