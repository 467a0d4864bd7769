/* scores.c -- see scores.h. */
#include "models/ensemble/scores.h"

#include "models/elementary.h"

#define SHORTFALL_LEAST 1e-6

double score_fz0(double ret, double var, double es, double p)
{
	double score;

	if (!(es < -SHORTFALL_LEAST))
		es = -SHORTFALL_LEAST;
	score = var / es + elementary_log(-es) - 1.0;
	if (ret <= var)
		score += (var - ret) / (-p * es);
	return score;
}

double score_pinball_slope(double value, double quantile, double p)
{
	return value < quantile ? 1.0 - p : -p;
}

double score_pinball(double value, double quantile, double p)
{
	return score_pinball_slope(value, quantile, p) * (quantile - value);
}
