/* experts.c -- see experts.h. */
#include "models/ensemble/experts.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"

#define E9 1e9
#define E12 1e12
#define VARIANCE_MIN 1e-6 /* of the scale's square */
#define VARIANCE_MAX 4e9
#define DAY_S 86400

bool experts_garch(struct garch_model *out, enum expert expert)
{
	int index = (int)expert - (int)EXPERT_GARCH_NORMAL;

	if (expert < EXPERT_GARCH_NORMAL || expert > EXPERT_APARCH_SKEWT)
		return false;
	*out = (struct garch_model){
		(enum garch_family)(index / GARCH_DISTRIBUTIONS),
		(enum garch_distribution)(index % GARCH_DISTRIBUTIONS),
		GARCH_START_FCP, true };
	return true;
}

double experts_prior(enum expert expert)
{
	struct garch_model model;

	return experts_garch(&model, expert)
		       ? 1.0 / (GARCH_FAMILIES * GARCH_DISTRIBUTIONS)
		       : 1.0;
}

static int64_t quantise(double value, double scale)
{
	double scaled = value * scale;

	if (!(scaled > -4e18))
		return -4000000000000000000;
	if (scaled > 4e18)
		return 4000000000000000000;
	return (int64_t)(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
}

void experts_values(double at[EXPERT_VALUES], const struct expert_state *state)
{
	for (int i = 0; i < EXPERT_VALUES; i++)
		at[i] = (double)state->values_e12[i] / E12;
}

void experts_set_variance(struct expert_state *state, double variance)
{
	if (!(variance > VARIANCE_MIN))
		variance = VARIANCE_MIN;
	if (variance > VARIANCE_MAX)
		variance = VARIANCE_MAX;
	state->variance_e9 = quantise(variance, E9);
	if (state->variance_e9 < state->lowest_e9)
		state->variance_e9 = state->lowest_e9;
}

double experts_variance(const struct expert_state *state)
{
	double variance = (double)state->variance_e9 / E9;

	/* a state from outside may say anything */
	return variance > VARIANCE_MIN ? variance : VARIANCE_MIN;
}

void experts_set_lowest(struct expert_state *state, double variance)
{
	state->lowest_e9 = quantise(variance < VARIANCE_MAX ? variance : 0.0,
				    E9);
}

void experts_store(struct expert_state *state, const double at[EXPERT_VALUES],
		   double variance)
{
	for (int i = 0; i < EXPERT_VALUES; i++)
		state->values_e12[i] = quantise(at[i], E12);
	experts_set_variance(state, variance);
	state->fitted = true;
}

void experts_step(struct expert_state *state, enum expert expert, double ret)
{
	double at[EXPERT_VALUES], v = experts_variance(state);
	struct garch_model model;

	experts_values(at, state);
	if (experts_garch(&model, expert))
		experts_set_variance(state, garch_next(&model, at, v,
						       ret - at[GARCH_MU]));
	else if (expert == EXPERT_EWMA)
		experts_set_variance(state,
				     at[0] * v + (1.0 - at[0]) * ret * ret);
}

struct har_design experts_har_design(enum expert expert, uint32_t interval_s)
{
	bool days = interval_s >= DAY_S;

	return (struct har_design){ days ? 5 : 24, days ? 22 : 168,
				    expert == EXPERT_HAR_LOG };
}

double experts_har_next(const struct expert_state *state,
			const struct har_design *design,
			const struct har_means *means)
{
	double at[EXPERT_VALUES];
	struct har_fit fit = { .n = 0 };

	experts_values(at, state);
	memcpy(fit.at, at, sizeof(fit.at));
	fit.smearing = at[4];
	fit.low = at[5];
	fit.high = at[7];
	return har_forecast(&fit, design, means);
}

void experts_table(struct tail_table *out, const struct expert_state *state,
		   enum expert expert)
{
	double at[EXPERT_VALUES];
	struct garch_model model;
	struct skewed_t law;

	experts_values(at, state);
	if (expert == EXPERT_HISTORICAL) {
		struct pareto_tail tail = { at[0], at[1], at[2], at[3] };

		tail_table_of_pareto(out, &tail);
		return;
	}
	law = skewed_t_of(at[EXPERT_NU], experts_garch(&model, expert)
						 ? at[GARCH_LAMBDA]
						 : 0.0);
	tail_table_of_law(out, &law);
}

/* The learned expert says where its 1 % quantile lies; its table is that of a
 * Student-t with LEARNED_NU degrees, whose 1 % quantile this is. */
#define LEARNED_QUANTILE 2.6064635679069545

double experts_tail_scale(const struct expert_state *state, enum expert expert)
{
	double distance = -(double)state->values_e12[0] / E12;

	if (expert != EXPERT_LEARNED)
		return 1.0;
	return distance > 0.1 && distance < 100.0 ? distance / LEARNED_QUANTILE
						  : 1.0;
}
