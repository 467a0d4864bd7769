/* experts_fit.c -- every expert's fit on one window; see experts.h. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/ensemble/experts.h"
#include "models/tails/degrees.h"
#include "models/tails/generalised_pareto.h"
#include "models/volatility/ewma.h"

#define LOWEST_SHARE 0.5 /* of the lowest variance that the fit saw */

static enum status fit_garch(struct expert_state *state,
			     const struct experts_window *w,
			     const struct garch_model *model,
			     struct arena *arena)
{
	double warm[EXPERT_VALUES];
	struct garch_request request = { *model, state->fitted ? warm : NULL,
					 false };
	struct garch_fit fit;
	enum status status;

	experts_values(warm, state);
	status = garch_fit_series(&fit, &request, w->returns, w->n, arena);
	state->converged = !status && fit.converged;
	if (!status) {
		experts_set_lowest(state, LOWEST_SHARE * fit.lowest_variance);
		experts_store(state, fit.at, fit.next_variance);
	}
	return status == E_LIMIT ? status : OK;
}

/* Degrees of freedom of returns over the deviations that were forecast. */
static double degrees_of(const double *returns, const double *variances,
			 size_t n, struct arena *arena)
{
	double *z = ARENA_NEW(arena, double, n), degrees;

	if (!z)
		return 5.0;
	for (size_t t = 0; t < n; t++)
		z[t] = returns[t] / sqrt(variances[t]);
	return degrees_fit(&degrees, z, n) ? 5.0 : degrees;
}

static enum status fit_ewma(struct expert_state *state,
			    const struct experts_window *w,
			    struct arena *arena)
{
	size_t mark = arena_mark(arena);
	double *variances = ARENA_NEW(arena, double, w->n);
	double at[EXPERT_VALUES] = { 0.0 }, v;
	struct ewma_fit fit;

	if (!variances)
		return E_LIMIT;
	state->converged = !ewma_fit_series(&fit, w->returns, w->n);
	if (!state->converged)
		return OK;
	if (w->policy->ewma_decay_ppm)
		fit.decay = (double)w->policy->ewma_decay_ppm / 1e6;
	v = 1.0; /* scaled returns */
	for (size_t t = 0; t < w->n; t++) {
		variances[t] = v > 1e-6 ? v : 1e-6;
		v = fit.decay * v +
		    (1.0 - fit.decay) * w->returns[t] * w->returns[t];
	}
	at[0] = fit.decay;
	at[EXPERT_NU] = degrees_of(w->returns, variances, w->n, arena);
	experts_store(state, at, v);
	arena_reset(arena, mark);
	return OK;
}

/* HAR's one-bar forecasts in the sample, for the degrees of freedom. */
static double har_degrees(const struct har_fit *fit,
			  const struct har_design *design,
			  const struct experts_window *w, struct arena *arena)
{
	double *variances = ARENA_NEW(arena, double, w->n);
	double middle = 0.0, longest = 0.0;
	size_t first = design->longest;

	if (!variances)
		return 5.0;
	for (size_t t = 0; t + 1 < w->n; t++) {
		struct har_means means;

		middle += w->ranges[t] - (t >= design->middle
						  ? w->ranges[t - design->middle]
						  : 0.0);
		longest += w->ranges[t] -
			   (t >= first ? w->ranges[t - first] : 0.0);
		if (t + 1 < first)
			continue;
		means = (struct har_means){ w->ranges[t],
					    middle / (double)design->middle,
					    longest / (double)first };
		if (!(means.middle > 1e-9))
			means.middle = 1e-9;
		if (!(means.longest > 1e-9))
			means.longest = 1e-9;
		variances[t + 1] = har_forecast(fit, design, &means);
	}
	return degrees_of(w->returns + first, variances + first, w->n - first,
			  arena);
}

static enum status fit_har(struct expert_state *state, enum expert expert,
			   const struct experts_window *w, struct arena *arena)
{
	struct har_design design =
		experts_har_design(expert, w->policy->bar_interval_s);
	size_t mark = arena_mark(arena);
	double at[EXPERT_VALUES];
	struct har_fit fit;
	enum status status = har_fit_series(&fit, &design, w->ranges, w->n,
					    arena);

	state->converged = !status;
	if (status)
		return status == E_LIMIT ? status : OK;
	memcpy(at, fit.at, sizeof(fit.at));
	at[4] = fit.smearing;
	at[5] = fit.low;
	at[7] = fit.high;
	at[EXPERT_NU] = har_degrees(&fit, &design, w, arena);
	experts_store(state, at, fit.next);
	arena_reset(arena, mark);
	return OK;
}

static enum status fit_tail(struct pareto_fit *out, const double *values,
			    size_t n, double sign, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	double *turned = ARENA_NEW(arena, double, n);
	enum status status = E_LIMIT;

	for (size_t t = 0; turned && t < n; t++)
		turned[t] = sign * values[t];
	if (turned)
		status = pareto_estimate_tail(out, turned, n, arena);
	arena_reset(arena, mark);
	return status;
}

static enum status fit_historical(struct expert_state *state,
				  const struct experts_window *w,
				  struct arena *arena)
{
	double at[EXPERT_VALUES] = { 0.0 }, squares = 0.0;
	struct pareto_fit tail;
	enum status status = fit_tail(&tail, w->returns, w->n, -1.0, arena);

	state->converged = !status;
	if (status)
		return status == E_LIMIT ? status : OK;
	for (size_t t = 0; t < w->n; t++)
		squares += w->returns[t] * w->returns[t];
	squares /= (double)w->n;
	if (!(squares > 0.0))
		return OK;
	at[0] = tail.threshold / sqrt(squares);
	at[1] = tail.tail_share;
	at[2] = tail.shape;
	at[3] = tail.scale / sqrt(squares);
	experts_store(state, at, squares);
	return OK;
}

static void store_tail(struct tail_state *out, const struct pareto_fit *fit)
{
	out->fitted = true;
	out->threshold_e9 = (int64_t)(fit->threshold * 1e9);
	out->share_e9 = (int64_t)(fit->tail_share * 1e9);
	out->shape_e9 = (int64_t)(fit->shape * 1e9);
	out->scale_e9 = (int64_t)(fit->scale * 1e9);
}

/* Both tails of the GJR-t expert's standardised residuals. */
static enum status fit_tails(struct volatility_state *v,
			     const struct experts_window *w,
			     struct arena *arena)
{
	const struct expert_state *gjr = &v->experts[EXPERT_GJR_T];
	size_t mark = arena_mark(arena);
	double at[EXPERT_VALUES], *z = ARENA_NEW(arena, double, w->n);
	struct garch_data data;
	struct garch_model model;
	struct pareto_fit fit;
	enum status status = z ? OK : E_LIMIT;

	if (!gjr->fitted || !gjr->converged || w->n < GARCH_OBSERVATIONS_MIN)
		return OK;
	experts_garch(&model, EXPERT_GJR_T);
	experts_values(at, gjr);
	if (!status)
		status = garch_prepare(&data, &model, w->returns, w->n, arena);
	if (!status) {
		(void)garch_likelihood(&data, at);
		garch_residuals(z, &data);
		if (!fit_tail(&fit, z, w->n, -1.0, arena))
			store_tail(&v->lower, &fit);
		if (!fit_tail(&fit, z, w->n, 1.0, arena))
			store_tail(&v->upper, &fit);
	}
	arena_reset(arena, mark);
	return status;
}

static enum status fit_one(struct volatility_state *v, enum expert expert,
			   const struct experts_window *w, struct arena *arena)
{
	struct expert_state *state = &v->experts[expert];
	struct garch_model model;

	if (experts_garch(&model, expert))
		return fit_garch(state, w, &model, arena);
	if (expert == EXPERT_EWMA)
		return fit_ewma(state, w, arena);
	if (expert == EXPERT_HISTORICAL)
		return fit_historical(state, w, arena);
	return fit_har(state, expert, w, arena);
}

/* A recursion with the parameters it has through the window. */
static enum status hold_garch(struct expert_state *state,
			      const struct experts_window *w,
			      const struct garch_model *model,
			      struct arena *arena)
{
	size_t mark = arena_mark(arena);
	double at[EXPERT_VALUES], lowest;
	struct garch_data data;
	struct garch_point point;
	enum status status = garch_prepare(&data, model, w->returns, w->n,
					   arena);

	if (!status) {
		experts_values(at, state);
		garch_evaluate(&point, &data, at);
		lowest = data.variance[0];
		for (size_t t = 1; t < w->n; t++)
			if (data.variance[t] < lowest)
				lowest = data.variance[t];
		experts_set_lowest(state, LOWEST_SHARE * lowest);
		experts_set_variance(state, point.next_variance);
	}
	arena_reset(arena, mark);
	return status == E_LIMIT ? status : OK;
}

/* HAR's forecast is read from the ranges by who knows them. */
static enum status hold_one(struct volatility_state *v, enum expert expert,
			    const struct experts_window *w,
			    struct arena *arena)
{
	struct expert_state *state = &v->experts[expert];
	struct garch_model model;
	double squares = 0.0;

	if (experts_garch(&model, expert))
		return hold_garch(state, w, &model, arena);
	if (expert != EXPERT_HISTORICAL)
		return OK;
	for (size_t t = 0; t < w->n; t++)
		squares += w->returns[t] * w->returns[t];
	experts_set_variance(state, squares / (double)w->n);
	return OK;
}

bool experts_quick(enum expert expert)
{
	return expert == EXPERT_EWMA || expert == EXPERT_GARCH_NORMAL ||
	       expert == EXPERT_GJR_T;
}

enum status experts_fit(struct volatility_state *v,
			const struct experts_window *w, struct arena *arena)
{
	enum status status = OK;

	for (int i = 0; i < EXPERTS_COUNT && !status; i++)
		if (experts_quick((enum expert)i))
			status = fit_one(v, (enum expert)i, w, arena);
	for (int i = 0; i < EXPERTS_COUNT && !status; i++) {
		bool held = w->quick_alone && v->experts[i].fitted &&
			    v->experts[EXPERT_GJR_T].converged;

		if (i == EXPERT_LEARNED || experts_quick((enum expert)i))
			continue;
		status = held ? hold_one(v, (enum expert)i, w, arena)
			      : fit_one(v, (enum expert)i, w, arena);
	}
	return status ? status : fit_tails(v, w, arena);
}
