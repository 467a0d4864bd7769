/* forecast.c -- see forecast.h. */
#include "models/volatility/forecast.h"

static bool steps_ok(unsigned steps)
{
	return steps && steps <= FORECAST_STEPS_MAX;
}

enum status forecast_garch(struct return_forecast *out,
			   const struct garch_fit *fit, unsigned steps)
{
	double v = fit->next_variance, sum = 0.0;
	double persistence = fit->at[GARCH_ALPHA] + 0.5 * fit->at[GARCH_GAMMA] +
			     fit->at[GARCH_BETA];

	if (!steps_ok(steps) || fit->model.family == GARCH_EXPONENTIAL ||
	    fit->model.family == GARCH_POWER)
		return E_INPUT;
	for (unsigned k = 0; k < steps; k++) {
		sum += v;
		v = fit->at[GARCH_OMEGA] + persistence * v;
	}
	*out = (struct return_forecast){ (double)steps * fit->at[GARCH_MU],
					 sum, fit->at[GARCH_NU] };
	return OK;
}

enum status forecast_ewma(struct return_forecast *out,
			  const struct ewma_fit *fit, double degrees,
			  unsigned steps)
{
	if (!steps_ok(steps) || !(degrees == 0.0 || degrees > 2.0))
		return E_INPUT;
	*out = (struct return_forecast){
		0.0, (double)steps * fit->next_variance, degrees };
	return OK;
}
