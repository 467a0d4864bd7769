/* forecaster_judge.c -- losses of a bar, and what follows from them: weights,
 * sums, conformal levels, hits; see forecaster_internal.h. */
#include <math.h>

#include "models/elementary.h"
#include "models/ensemble/conformal.h"
#include "models/ensemble/experts.h"
#include "models/ensemble/scores.h"
#include "models/ensemble/weights.h"
#include "models/forecaster_internal.h"
#include "models/volatility/ewma.h"

#define LOSS_MAX 1e9
#define SUM_MAX 4000000000000000000

static void add(int64_t *sum, double loss)
{
	if (!(loss < LOSS_MAX))
		loss = LOSS_MAX;
	if (!(loss > -LOSS_MAX))
		loss = -LOSS_MAX;
	if (*sum < SUM_MAX && *sum > -SUM_MAX)
		*sum += (int64_t)(loss * 1e6);
}

/* One set of weights through one bar. */
struct weighing {
	double weights[EXPERTS_COUNT], best[EXPERTS_COUNT];
	double losses[EXPERTS_COUNT];
	const struct weight_rule *rule;
};

static void weigh(struct weighing *w, const bool *present)
{
	double prior[EXPERTS_COUNT];

	for (int i = 0; i < EXPERTS_COUNT; i++)
		prior[i] = present[i] ? experts_prior((enum expert)i) : 0.0;
	weights_update(w->weights, w->losses, prior, EXPERTS_COUNT, w->rule);
	weights_switching(w->best, w->losses, present, EXPERTS_COUNT, w->rule);
}

static void judge_variance(struct volatility_state *v,
			   const struct bar_score *s)
{
	struct weighing w = { .rule = &weight_rule_variance };

	for (int i = 0; i < EXPERTS_COUNT; i++) {
		struct expert_state *e = &v->experts[i];

		w.weights[i] = (double)e->weight_variance_e9 / 1e9;
		w.best[i] = (double)e->switching_variance_e6 / 1e6;
		w.losses[i] = s->present[i] ? qlike(s->range_variance,
						    s->variance[i])
					    : 0.0;
		if (s->present[i])
			add(&e->loss_variance_e6, w.losses[i]);
	}
	weigh(&w, s->present);
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		v->experts[i].weight_variance_e9 = (int64_t)(w.weights[i] * 1e9);
		v->experts[i].switching_variance_e6 =
			(int64_t)(w.best[i] * 1e6);
	}
	add(&v->loss_variance_e6,
	    qlike(s->range_variance, s->ensemble_variance));
}

/* Scores of the tail are taken relative to the ensemble's own shortfall, so
 * that they have no unit; differences between experts stay what they are. */
static void judge_tail(struct volatility_state *v, const struct bar_score *s)
{
	struct weighing w = { .rule = &weight_rule_tail };
	double es = s->ensemble_tail.shortfall, level;

	level = elementary_log(es < -1e-6 ? -es : 1e-6);
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		struct expert_state *e = &v->experts[i];

		w.weights[i] = (double)e->weight_tail_e9 / 1e9;
		w.best[i] = (double)e->switching_tail_e6 / 1e6;
		w.losses[i] = s->present[i]
				      ? score_fz0(s->ret, s->tail[i].quantile,
						  s->tail[i].shortfall,
						  TAIL_PROBABILITY) - level
				      : 0.0;
		if (s->present[i])
			add(&e->loss_tail_e6, w.losses[i]);
	}
	weigh(&w, s->present);
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		v->experts[i].weight_tail_e9 = (int64_t)(w.weights[i] * 1e9);
		v->experts[i].switching_tail_e6 = (int64_t)(w.best[i] * 1e6);
	}
	add(&v->loss_tail_e6,
	    score_fz0(s->ret, s->ensemble_tail.quantile, es,
		      TAIL_PROBABILITY) - level);
}

static double next_level(int64_t level_e9, double nominal, bool miss)
{
	return conformal_next((double)level_e9 / 1e9, nominal, miss);
}

/* Hits of the VaR that is used are remembered in a ring of bits. */
static void remember_hit(struct asset_state *state, bool hit)
{
	size_t at = (size_t)(state->bar_count % RECENT_FORECASTS);
	uint8_t bit = (uint8_t)(1u << at % 8);

	if (hit)
		state->exceeded[at / 8] |= bit;
	else
		state->exceeded[at / 8] &= (uint8_t)~bit;
	if (state->forecast_count < RECENT_FORECASTS)
		state->forecast_count++;
}

void forecaster_judge(struct forecaster *f, const struct bar_score *s)
{
	struct volatility_state *v = &f->state->volatility;
	bool miss = s->ret < s->conformal_var99;
	bool miss_tail = s->ret < s->conformal_tail.quantile;

	judge_variance(v, s);
	judge_tail(v, s);
	v->level_e9[0] = (int64_t)(next_level(v->level_e9[0], VAR_PROBABILITY,
					      miss) * 1e9);
	v->level_e9[1] = (int64_t)(next_level(v->level_e9[1], TAIL_PROBABILITY,
					      miss_tail) * 1e9);
	v->scored++;
	remember_hit(f->state, miss);
}
