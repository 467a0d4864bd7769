/* experts_path.c -- what each expert says of the bars after the next; see
 * experts.h. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/ensemble/experts.h"

#define MEAN_SHOCK 0.79788456080286535588 /* EGARCH's centre, sqrt(2 / pi) */
#define PERSISTENCE_DEFAULT 0.98

static double persistence_of(const double *at, enum garch_family family)
{
	if (family == GARCH_POWER)
		return at[GARCH_BETA] +
		       at[GARCH_ALPHA] *
			       garch_power_moment(at[GARCH_GAMMA],
						  at[GARCH_DELTA]);
	return at[GARCH_ALPHA] + 0.5 * at[GARCH_GAMMA] + at[GARCH_BETA];
}

static void linear_path(double *out, size_t steps, double omega,
			double persistence)
{
	for (size_t k = 1; k < steps; k++)
		out[k] = omega + persistence * out[k - 1];
}

static void power_path(double *out, size_t steps, const double *at)
{
	double half = 0.5 * at[GARCH_DELTA];

	out[0] = elementary_pow(out[0], half);
	linear_path(out, steps, at[GARCH_OMEGA],
		    persistence_of(at, GARCH_POWER));
	for (size_t k = 0; k < steps; k++)
		out[k] = elementary_pow(out[k], 1.0 / half);
}

static void exponential_path(double *out, size_t steps, const double *at)
{
	double size = skewed_t_mean_size(at[GARCH_NU]), spread = 0.0;
	double level = elementary_log(out[0]), beta = at[GARCH_BETA];
	double noise = at[GARCH_ALPHA] * at[GARCH_ALPHA] * (1.0 - size * size) +
		       at[GARCH_GAMMA] * at[GARCH_GAMMA];

	for (size_t k = 1; k < steps; k++) {
		double log_v;

		level = at[GARCH_OMEGA] + beta * level +
			at[GARCH_ALPHA] * (size - MEAN_SHOCK);
		spread = noise + beta * beta * spread;
		log_v = level + 0.5 * spread;
		out[k] = elementary_exp(log_v < 30.0 ? log_v : 30.0);
	}
}

/* A window of ranges into which forecasts move. */
struct window {
	double at[RECENT_RANGES];
	size_t count;
};

static void push(struct window *w, double value)
{
	if (w->count == RECENT_RANGES) {
		memmove(w->at, w->at + 1,
			(RECENT_RANGES - 1) * sizeof(*w->at));
		w->count--;
	}
	w->at[w->count++] = value;
}

static void har_path(double *out, const struct experts_view *view,
		     enum expert expert, size_t steps)
{
	const struct expert_state *state = &view->state->experts[expert];
	struct har_design design = experts_har_design(expert, view->interval_s);
	struct window window = { .count = 0 };

	for (size_t i = 0; i < view->range_count; i++)
		push(&window, view->ranges[i]);
	for (size_t k = 1; k < steps; k++) {
		struct har_means means;

		push(&window, out[k - 1]);
		means = (struct har_means){ out[k - 1],
					    har_mean(window.at, window.count,
						     design.middle),
					    har_mean(window.at, window.count,
						     design.longest) };
		out[k] = experts_har_next(state, &design, &means);
	}
}

static void learned_path(double *out, const struct experts_view *view,
			 size_t steps)
{
	const struct expert_state *gjr = &view->state->experts[EXPERT_GJR_T];
	double at[EXPERT_VALUES], persistence = PERSISTENCE_DEFAULT;

	if (gjr->fitted) {
		experts_values(at, gjr);
		persistence = persistence_of(at, GARCH_GJR);
	}
	linear_path(out, steps, 1.0 - persistence, persistence);
}

void experts_path(double *out, const struct experts_view *view,
		  enum expert expert, size_t steps)
{
	const struct expert_state *state = &view->state->experts[expert];
	double at[EXPERT_VALUES];
	struct garch_model model;

	experts_values(at, state);
	out[0] = experts_variance(state);
	if (expert == EXPERT_HAR || expert == EXPERT_HAR_LOG)
		har_path(out, view, expert, steps);
	else if (expert == EXPERT_LEARNED)
		learned_path(out, view, steps);
	else if (!experts_garch(&model, expert))
		linear_path(out, steps, 0.0, 1.0);
	else if (model.family == GARCH_EXPONENTIAL)
		exponential_path(out, steps, at);
	else if (model.family == GARCH_POWER)
		power_path(out, steps, at);
	else
		linear_path(out, steps, at[GARCH_OMEGA],
			    persistence_of(at, model.family));
}
