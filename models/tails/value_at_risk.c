/* value_at_risk.c -- see value_at_risk.h. */
#include "models/tails/value_at_risk.h"

#include <math.h>

#include "models/elementary.h"

static struct tail_risk normal_risk(double p, double mean, double deviation)
{
	double q = normal_quantile(p);

	return (struct tail_risk){ -(mean + deviation * q),
				   deviation * normal_density(q) / p - mean };
}

static struct tail_risk student_risk(double p, double mean, double deviation,
				     double nu)
{
	double scale = deviation * sqrt((nu - 2.0) / nu);
	double q = student_quantile(p, nu);
	double density = elementary_exp(student_log_density(q, nu));

	return (struct tail_risk){
		-(mean + scale * q),
		scale * ((nu + q * q) / (nu - 1.0)) * density / p - mean };
}

enum status tail_risk_of(struct tail_risk *out,
			 const struct return_forecast *forecast, double level)
{
	double p = 1.0 - level, nu = forecast->degrees, deviation;

	if (!(level >= 0.5 && level < 1.0) ||
	    !(forecast->variance >= 0.0 && forecast->variance < 1e100) ||
	    !(fabs(forecast->mean) < 1e100) || !(nu == 0.0 || nu > 2.0))
		return E_INPUT;
	deviation = sqrt(forecast->variance);
	*out = nu == 0.0 ? normal_risk(p, forecast->mean, deviation)
			 : student_risk(p, forecast->mean, deviation, nu);
	return OK;
}
