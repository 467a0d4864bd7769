/* seasonality.c -- see seasonality.h. */
#include "models/volatility/seasonality.h"

#include <stdbool.h>
#include <string.h>

#include "models/elementary.h"
#include "models/linalg.h"

#define DAY_S 86400
#define HARMONICS 3
#define SLOPES (SEASONALITY_TERMS - 1)
#define LOG_FACTOR_MAX 2.995732273553991 /* log 20 */

/* Cosine and sine of one, two, three turns a day; Saturday and Sunday. */
static void terms_at(double out[SEASONALITY_TERMS], int64_t time_s)
{
	int64_t second = time_s % DAY_S, day = time_s / DAY_S;
	double turn = (double)(second < 0 ? second + DAY_S : second) / DAY_S;

	for (int k = 1; k <= HARMONICS; k++) {
		double angle = turn * k;

		elementary_sincos_turn(&out[2 * k - 1], &out[2 * k - 2],
				       angle - (double)(int)angle);
	}
	/* 1970-01-01 was a Thursday: days 2 and 3 of each week */
	day = (day % 7 + 7) % 7;
	out[SLOPES - 1] = day == 2 || day == 3 ? 1.0 - 2.0 / 7.0 : -2.0 / 7.0;
	out[SLOPES] = 1.0;
}

static double log_factor(const struct seasonality *s, int64_t time_s)
{
	double terms[SEASONALITY_TERMS], sum = 0.0;

	terms_at(terms, time_s);
	for (int i = 0; i < SEASONALITY_TERMS; i++)
		sum += terms[i] * s->terms[i];
	if (sum > LOG_FACTOR_MAX)
		return LOG_FACTOR_MAX;
	return sum > -LOG_FACTOR_MAX ? sum : -LOG_FACTOR_MAX;
}

static bool is_none(const struct seasonality *season)
{
	for (int i = 0; i < SLOPES; i++)
		if (season->terms[i] != 0.0)
			return false;
	return true;
}

double seasonality_factor(const struct seasonality *season, int64_t time_s)
{
	return is_none(season) ? 1.0
			       : elementary_exp(log_factor(season, time_s));
}

void seasonality_level(struct seasonality *season)
{
	double sum = 0.0;

	season->terms[SLOPES] = 0.0;
	for (int64_t hour = 0; hour < 168; hour++)
		sum += elementary_exp(log_factor(season, hour * 3600));
	season->terms[SLOPES] = -elementary_log(sum / 168.0);
}

/* 1 - (k - 2) s^2 / |fit|^2 where the fit is worth anything, else 0. */
static double kept_share(const double *design, const double *terms,
			 const struct seasonal_data *data, double residual)
{
	double n = (double)data->n, explained = 0.0, noise;

	for (size_t t = 0; t < data->n; t++) {
		double fit = 0.0;

		for (size_t i = 0; i < SLOPES; i++)
			fit += design[i * data->n + t] * terms[i];
		explained += fit * fit;
	}
	noise = residual / (n - SEASONALITY_TERMS) * (SLOPES - 2);
	return explained > noise ? 1.0 - noise / explained : 0.0;
}

static enum status fill(double *design, double *target,
			const struct seasonal_data *data)
{
	for (size_t t = 0; t < data->n; t++) {
		double terms[SEASONALITY_TERMS];

		if (!(data->variances[t] > 0.0 && data->variances[t] < 1e100))
			return E_INPUT;
		terms_at(terms, data->times_s[t]);
		for (size_t i = 0; i < SEASONALITY_TERMS; i++)
			design[i * data->n + t] = terms[i];
		target[t] = elementary_log(data->variances[t]);
	}
	return OK;
}

static enum status fit_terms(struct seasonality *out,
			     const struct seasonal_data *data, double *design,
			     double *copy, double *target)
{
	struct least_squares fit = { data->n, SEASONALITY_TERMS, copy, target,
				     0.0 };
	double share;
	enum status status;

	memcpy(copy, design, data->n * SEASONALITY_TERMS * sizeof(*copy));
	status = linalg_least_squares(&fit);
	if (status)
		return status;
	share = kept_share(design, target, data, fit.residual);
	for (int i = 0; i < SLOPES; i++)
		out->terms[i] = share * target[i];
	seasonality_level(out);
	return OK;
}

enum status seasonality_fit(struct seasonality *out,
			    const struct seasonal_data *data,
			    struct arena *arena)
{
	size_t mark = arena_mark(arena), cells = data->n * SEASONALITY_TERMS;
	struct seasonality made;
	double *design, *copy, *target;
	enum status status = E_LIMIT;

	memset(&made, 0, sizeof(made));
	if (data->interval_s >= DAY_S ||
	    data->n < SEASONALITY_OBSERVATIONS_MIN) {
		*out = made;
		return OK;
	}
	design = ARENA_NEW(arena, double, cells);
	copy = ARENA_NEW(arena, double, cells);
	target = ARENA_NEW(arena, double, data->n);
	if (design && copy && target)
		status = fill(design, target, data);
	if (!status)
		status = fit_terms(&made, data, design, copy, target);
	arena_reset(arena, mark);
	if (!status)
		*out = made;
	return status;
}
