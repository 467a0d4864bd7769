/* features.c -- see features.h. */
#include "models/learned/features.h"

#include <math.h>

#include "models/elementary.h"
#include "models/volatility/har.h"

#define DAY_S 86400
#define VARIANCE_LEAST 1e-6

static double log_variance(double variance)
{
	return elementary_log(variance > VARIANCE_LEAST ? variance
							: VARIANCE_LEAST);
}

static double largest_of_last(const struct feature_source *s, size_t newest)
{
	size_t n = newest < s->count ? newest : s->count;
	double largest = VARIANCE_LEAST;

	for (size_t i = s->count - n; i < s->count; i++)
		largest = s->ranges[i] > largest ? s->ranges[i] : largest;
	return largest;
}

static void circle(double *x, int64_t part, int64_t whole)
{
	elementary_sincos_turn(&x[1], &x[0], (double)part / (double)whole);
	x[0] *= 0.5;
	x[1] *= 0.5;
}

void features_of(double x[NETWORK_INPUTS], const struct feature_source *s)
{
	static const size_t spans[] = { 1, 4, 24, 72, 168 };
	int64_t second = (s->time_s % DAY_S + DAY_S) % DAY_S;
	int64_t day = ((s->time_s - second) / DAY_S % 7 + 7) % 7;
	double day_mean = har_mean(s->ranges, s->count, 24);

	for (int i = 0; i < 5; i++)
		x[i] = log_variance(har_mean(s->ranges, s->count, spans[i]));
	x[5] = log_variance(largest_of_last(s, 24)) - x[2];
	x[6] = s->last_return /
	       sqrt(day_mean > VARIANCE_LEAST ? day_mean : VARIANCE_LEAST);
	x[7] = fabs(x[6]);
	x[8] = 10.0 * s->jumps;
	x[9] = log_variance(s->ewma);
	x[10] = log_variance(s->gjr);
	circle(x + 11, second, DAY_S);
	circle(x + 13, day, 7);
	x[15] = day == 2 || day == 3 ? 1.0 : 0.0; /* 1970-01-01: a Thursday */
}
