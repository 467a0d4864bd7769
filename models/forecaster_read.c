/* forecaster_read.c -- what a state says of the bars to come; see
 * forecaster.h. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/ensemble/conformal.h"
#include "models/ensemble/experts.h"
#include "models/forecaster_internal.h"
#include "models/volatility/returns.h"

#define YEAR_S 31536000.0
#define DEGREES_MIN 4.0
#define DEGREES_MAX 200.0
#define WIDENING_MAX 10.0

static double mean_of(const struct expert_state *state, enum expert expert)
{
	struct garch_model model;

	return experts_garch(&model, expert)
		       ? (double)state->values_e12[GARCH_MU] / 1e12
		       : 0.0;
}

static void add_member(struct mixture *out, const struct forecaster *f,
		       enum expert expert, double mean, double deviation)
{
	const struct expert_state *e = &f->state->volatility.experts[expert];

	out->members[out->count++] = (struct mixture_member){
		mean, deviation, experts_tail_scale(e, expert),
		(double)e->weight_variance_e9 / 1e9,
		(double)e->weight_tail_e9 / 1e9, &f->tables[expert] };
}

/* Weights as integers sum to a little less than 1. */
static void normalise(struct mixture *m)
{
	double variance = 0.0, tail = 0.0;

	for (size_t i = 0; i < m->count; i++) {
		variance += m->members[i].weight_variance;
		tail += m->members[i].weight_tail;
	}
	for (size_t i = 0; i < m->count; i++) {
		m->members[i].weight_variance =
			variance > 0.0
				? m->members[i].weight_variance / variance
				: 1.0 / (double)m->count;
		m->members[i].weight_tail =
			tail > 0.0 ? m->members[i].weight_tail / tail
				   : 1.0 / (double)m->count;
	}
}

void forecaster_mixture(struct mixture *out, const struct forecaster *f,
			int64_t time_s)
{
	const struct volatility_state *v = &f->state->volatility;
	struct seasonality season = forecaster_season(v);
	double scale = forecaster_scale(v) *
		       sqrt(seasonality_factor(&season, time_s));

	out->count = 0;
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		const struct expert_state *e = &v->experts[i];

		if (e->fitted)
			add_member(out, f, (enum expert)i,
				   scale * mean_of(e, (enum expert)i),
				   scale * sqrt(experts_variance(e)));
	}
	normalise(out);
}

uint32_t forecaster_bars(const struct policy *policy, uint32_t seconds)
{
	uint32_t bars = (seconds + policy->bar_interval_s - 1) /
			policy->bar_interval_s;

	return bars ? bars : 1;
}

/* Season factors of the next bars, then one expert's variances. */
struct horizon_work {
	double factors[EXPERT_STEPS_MAX], path[EXPERT_STEPS_MAX];
	size_t steps;
	double roots; /* sum of the factors' square roots: of the mean */
};

static void prepare_factors(struct horizon_work *w, const struct forecaster *f)
{
	struct seasonality season = forecaster_season(&f->state->volatility);
	int64_t time_s = f->state->last_open_time_s;

	w->roots = 0.0;
	for (size_t k = 0; k < w->steps; k++) {
		time_s += (int64_t)f->policy->bar_interval_s;
		w->factors[k] = seasonality_factor(&season, time_s);
		w->roots += sqrt(w->factors[k]);
	}
}

static double expert_sum(struct horizon_work *w, const struct forecaster *f,
			 enum expert expert)
{
	struct experts_view view = { &f->state->volatility, f->ranges,
				     f->range_count,
				     f->policy->bar_interval_s };
	double sum = 0.0;

	experts_path(w->path, &view, expert, w->steps);
	for (size_t k = 0; k < w->steps; k++)
		sum += w->factors[k] * w->path[k];
	return sum;
}

/* Where recent misses ask for a lower quantile than the mixture's. */
static double widening_of(const struct forecaster *f)
{
	const struct volatility_state *v = &f->state->volatility;
	double level = (double)v->level_e9[0] / 1e9, share;
	struct conformal_choice choice = { .widen_only = true };
	struct mixture m;

	forecaster_mixture(&m, f, f->state->last_open_time_s +
					  (int64_t)f->policy->bar_interval_s);
	if (!m.count || !(level > 1e-5 && level < 0.3))
		return 1.0;
	choice.nominal = -mixture_tail(&m, VAR_PROBABILITY).quantile;
	choice.at_level = -mixture_tail(&m, level).quantile;
	if (v->lower.fitted) {
		struct pareto_tail tail = { (double)v->lower.threshold_e9 / 1e9,
					    (double)v->lower.share_e9 / 1e9,
					    (double)v->lower.shape_e9 / 1e9,
					    (double)v->lower.scale_e9 / 1e9 };
		struct tail_table table;

		tail_table_of_pareto(&table, &tail);
		choice.cap = -sqrt(mixture_variance(&m)) *
			     tail_quantile(&table,
					   elementary_log(VAR_PROBABILITY /
							  CONFORMAL_SPAN));
	}
	share = choice.nominal > 0.0 ? conformal_fall(&choice) / choice.nominal
				     : 1.0;
	return share < WIDENING_MAX ? share : WIDENING_MAX;
}

void forecaster_horizon(struct horizon_forecast *out,
			const struct forecaster *f, uint32_t steps,
			uint32_t floor_bps)
{
	const struct volatility_state *v = &f->state->volatility;
	double scale = forecaster_scale(v), floor = (double)floor_bps / 10000.0;
	struct horizon_work work;

	memset(out, 0, sizeof(*out));
	work.steps = steps < EXPERT_STEPS_MAX ? steps : EXPERT_STEPS_MAX;
	out->steps = steps;
	prepare_factors(&work, f);
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		const struct expert_state *e = &v->experts[i];
		double sum;

		out->expert_variance[i] = (double)NAN;
		if (!e->fitted)
			continue;
		sum = scale * scale * expert_sum(&work, f, (enum expert)i);
		out->expert_variance[i] = sum;
		add_member(&out->mixture, f, (enum expert)i,
			   scale * work.roots * mean_of(e, (enum expert)i),
			   sqrt(sum));
	}
	normalise(&out->mixture);
	out->variance = mixture_variance(&out->mixture);
	out->widening = widening_of(f);
	out->used = floor * floor * (double)steps *
		    (double)f->policy->bar_interval_s / YEAR_S;
	if (out->variance > out->used)
		out->used = out->variance;
	out->stretch = out->variance > 0.0 ? sqrt(out->used / out->variance)
					   : 1.0;
}

uint32_t forecaster_median_bps(const struct volatility_state *v,
			       const struct policy *policy)
{
	double period_s = (double)policy->refit_bars *
			  (double)policy->bar_interval_s;
	uint32_t sorted[YEARLY_VOLATILITIES], n = v->yearly_count;
	double periods = YEAR_S / period_s + 1.0;

	if (periods < (double)n)
		n = (uint32_t)periods;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = i;

		for (; at > 0 && sorted[at - 1] > v->yearly_bps[i]; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = v->yearly_bps[i];
	}
	return n ? sorted[n / 2] : 0;
}

double forecaster_fall(const struct horizon_forecast *h, double confidence)
{
	double q = mixture_tail(&h->mixture, 1.0 - confidence).quantile *
		   h->stretch * h->widening;

	return q < 0.0 ? 1.0 - elementary_exp(q) : 0.0;
}

double forecaster_shortfall(const struct horizon_forecast *h, double confidence)
{
	double es = mixture_tail(&h->mixture, 1.0 - confidence).shortfall *
		    h->stretch * h->widening;

	return es < 0.0 ? 1.0 - elementary_exp(es) : 0.0;
}

double forecaster_degrees(const struct volatility_state *v)
{
	double sum = 0.0, weights = 0.0;

	for (int i = 0; i < EXPERTS_COUNT; i++) {
		const struct expert_state *e = &v->experts[i];
		double weight = (double)e->weight_tail_e9, heavy;
		double nu = (double)e->values_e12[EXPERT_NU] / 1e12;

		if (!e->fitted)
			continue;
		heavy = nu > 2.0 ? 1.0 / nu : 0.0;
		if (i == EXPERT_HISTORICAL)
			heavy = (double)e->values_e12[2] / 1e12;
		sum += weight * (heavy > 0.0 ? heavy : 0.0);
		weights += weight;
	}
	if (!(sum * DEGREES_MAX > weights))
		return DEGREES_MAX;
	return weights / sum > DEGREES_MIN ? weights / sum : DEGREES_MIN;
}

/* P(hits >= count) under 1 % each, by the binomial sum. */
static double binomial_tail(uint32_t n, uint32_t count)
{
	double log_p = elementary_log(VAR_PROBABILITY);
	double log_q = elementary_log(1.0 - VAR_PROBABILITY), sum = 0.0;

	for (uint32_t k = count; k <= n; k++)
		sum += elementary_exp(
			elementary_lgamma((double)n + 1.0) -
			elementary_lgamma((double)k + 1.0) -
			elementary_lgamma((double)(n - k) + 1.0) +
			(double)k * log_p + (double)(n - k) * log_q);
	return sum;
}

unsigned forecaster_hits(const struct asset_state *state)
{
	unsigned hits = 0;

	for (size_t i = 0; i < sizeof(state->exceeded); i++)
		for (int bit = 0; bit < 8; bit++)
			hits += state->exceeded[i] >> bit & 1u;
	return hits;
}

bool forecaster_coverage_ok(const struct asset_state *state)
{
	unsigned hits = forecaster_hits(state);

	return !hits || binomial_tail(state->forecast_count, hits) >= 1e-4;
}

enum status forecaster_residuals(struct residuals *out,
				 const struct asset_state *state,
				 const struct series *series,
				 const struct policy *policy,
				 struct arena *arena)
{
	const struct volatility_state *v = &state->volatility;
	struct expert_state gjr = v->experts[EXPERT_GJR_T];
	struct seasonality season = forecaster_season(v);
	struct residuals made = { ARENA_NEW(arena, double, series->count),
				  ARENA_NEW(arena, uint8_t, series->count),
				  series->count };

	if (!made.values || !made.present)
		return E_LIMIT;
	for (size_t i = 1; i < series->count && gjr.fitted; i++) {
		const struct bar *bar = &series->bars[i];
		double ret, factor;

		if (!bar_return(&ret, bar, bar[-1].open_time_s, bar[-1].close,
				policy->bar_interval_s))
			continue;
		factor = seasonality_factor(&season, bar->open_time_s);
		ret /= forecaster_scale(v) * sqrt(factor);
		made.values[i] = (ret - mean_of(&gjr, EXPERT_GJR_T)) /
				 sqrt(experts_variance(&gjr));
		made.present[i] = 1;
		experts_step(&gjr, EXPERT_GJR_T, ret);
	}
	*out = made;
	return OK;
}
