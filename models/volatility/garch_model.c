/* garch_model.c -- names, room, start rule, one step: what all recursions
 * share; see garch.h. */
#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/volatility/garch_internal.h"
#include "models/volatility/lanes.h"

#define BACKCAST_DECAY 0.94
#define BACKCAST_OBSERVATIONS 75

bool garch_has(const struct garch_model *model, enum garch_slot slot)
{
	switch (slot) {
	case GARCH_MU:
		return model->constant_mean;
	case GARCH_OMEGA:
	case GARCH_ALPHA:
	case GARCH_BETA:
		return true;
	case GARCH_GAMMA:
		return model->family != GARCH_PLAIN;
	case GARCH_DELTA:
		return model->family == GARCH_POWER;
	case GARCH_NU:
		return model->distribution != GARCH_NORMAL;
	case GARCH_LAMBDA:
		return model->distribution == GARCH_SKEWED;
	case GARCH_SLOTS:
		break;
	}
	return false;
}

size_t garch_count(const struct garch_model *model)
{
	size_t count = 0;

	for (int slot = 0; slot < GARCH_SLOTS; slot++)
		count += garch_has(model, (enum garch_slot)slot);
	return count;
}

const char *garch_name(enum garch_slot slot)
{
	static const char *const names[] = { "mu", "omega", "alpha1", "gamma1",
					     "beta1", "delta", "nu",
					     "lambda" };

	return names[slot];
}

static double variance_of(const double *returns, size_t n)
{
	double sum = 0.0, squares = 0.0, mean;

	for (size_t t = 0; t < n; t++)
		sum += returns[t];
	mean = sum / (double)n;
	for (size_t t = 0; t < n; t++)
		squares += (returns[t] - mean) * (returns[t] - mean);
	return squares / (double)n;
}

enum status garch_prepare(struct garch_data *out,
			  const struct garch_model *model,
			  const double *returns, size_t n, struct arena *arena)
{
	size_t padded = lanes_padded(n), mark = arena_mark(arena);
	struct garch_data data = { .model = *model, .returns = returns, .n = n };
	bool levels = model->family == GARCH_EXPONENTIAL ||
		      model->family == GARCH_POWER;

	if (!n)
		return E_INPUT;
	data.variance = ARENA_NEW(arena, double, padded);
	data.slope = ARENA_NEW(arena, double, padded);
	data.residual = ARENA_NEW(arena, double, padded);
	if (levels) {
		data.level = ARENA_NEW(arena, double, padded);
		data.shock = ARENA_NEW(arena, double, padded);
	}
	if (!data.variance || !data.slope || !data.residual ||
	    (levels && (!data.level || !data.shock))) {
		arena_reset(arena, mark);
		return E_LIMIT;
	}
	data.floor = GARCH_FLOOR * variance_of(returns, n);
	garch_start_of(&data);
	*out = data;
	return OK;
}

void garch_start_of(struct garch_data *data)
{
	double sum = 0.0, squares = 0.0, weight = 1.0, weights = 0.0;
	bool fcp = data->model.start == GARCH_START_FCP;
	double decay = fcp ? 1.0 : BACKCAST_DECAY;
	size_t n = fcp || data->n < BACKCAST_OBSERVATIONS
			   ? data->n
			   : BACKCAST_OBSERVATIONS;

	for (size_t t = 0; t < n; t++, weight *= decay) {
		sum += weight * data->returns[t];
		weights += weight;
	}
	data->mean = sum / weights;
	weight = 1.0;
	for (size_t t = 0; t < n; t++, weight *= decay) {
		double e = data->returns[t] - data->mean;

		squares += weight * e * e;
	}
	data->spread = squares / weights;
}

struct garch_presample garch_presample_of(const struct garch_data *data,
					  double mu)
{
	double away = data->mean - mu;

	return (struct garch_presample){ data->spread + away * away,
					 -2.0 * away };
}

double garch_next(const struct garch_model *model, const double *at, double h,
		  double e)
{
	double gamma = at[GARCH_GAMMA], z, power;

	switch (model->family) {
	case GARCH_PLAIN:
		gamma = 0.0;
		break;
	case GARCH_GJR:
		break;
	case GARCH_EXPONENTIAL:
		z = e / sqrt(h);
		return elementary_exp(
			at[GARCH_OMEGA] +
			at[GARCH_ALPHA] * (fabs(z) - EGARCH_MEAN_SHOCK) +
			gamma * z + at[GARCH_BETA] * elementary_log(h));
	case GARCH_POWER:
		power = 0.5 * at[GARCH_DELTA];
		return elementary_pow(
			at[GARCH_OMEGA] +
				at[GARCH_ALPHA] *
					elementary_pow(fabs(e) - gamma * e,
						       at[GARCH_DELTA]) +
				at[GARCH_BETA] * elementary_pow(h, power),
			1.0 / power);
	}
	return at[GARCH_OMEGA] +
	       (at[GARCH_ALPHA] + (e < 0.0 ? gamma : 0.0)) * e * e +
	       at[GARCH_BETA] * h;
}
