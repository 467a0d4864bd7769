/* coverage.c -- see coverage.h. */
#include "models/tails/coverage.h"

#include <math.h>

#include "models/elementary.h"
#include "models/linalg.h"

#define HIT_LAGS 4
#define COLUMNS (HIT_LAGS + 2)
#define OBSERVATIONS_MIN 50

bool coverage_is_hit(const struct coverage_data *d, size_t t)
{
	return d->returns[t] < d->quantile[t];
}

size_t coverage_hits(const struct coverage_data *d)
{
	size_t hits = 0;

	for (size_t t = 0; t < d->n; t++)
		hits += coverage_is_hit(d, t);
	return hits;
}

enum status coverage_check(const struct coverage_data *d)
{
	if (!d->n || !(d->p > 0.0 && d->p < 1.0))
		return E_INPUT;
	for (size_t t = 0; t < d->n; t++)
		if (!(fabs(d->returns[t]) < 1e100) ||
		    !(fabs(d->quantile[t]) < 1e100))
			return E_INPUT;
	return OK;
}

/* count log(share), 0 where the count is 0. */
static double log_part(double count, double share)
{
	return count > 0.0 ? count * elementary_log(share) : 0.0;
}

/* Log-likelihood of hits among n at a probability. */
static double bernoulli(double hits, double n, double p)
{
	return log_part(hits, p) + log_part(n - hits, 1.0 - p);
}

double coverage_kupiec_ratio(double hits, double n, double p)
{
	double ratio = 2.0 * (bernoulli(hits, n, hits / n) -
			      bernoulli(hits, n, p));

	return ratio > 0.0 ? ratio : 0.0;
}

static double unconditional(const struct coverage_data *d)
{
	return coverage_kupiec_ratio((double)coverage_hits(d), (double)d->n,
				     d->p);
}

enum status coverage_kupiec(struct test_result *out,
			    const struct coverage_data *d)
{
	enum status status = coverage_check(d);

	if (status)
		return status;
	out->statistic = unconditional(d);
	out->p = chi_square_tail(out->statistic, 1.0);
	return OK;
}

double coverage_independence_ratio(const double pairs[4])
{
	double calm = pairs[0] + pairs[1], hit = pairs[2] + pairs[3];
	double all = pairs[1] + pairs[3], ratio;

	if (!(calm > 0.0 && hit > 0.0))
		return 0.0;
	ratio = 2.0 * (bernoulli(pairs[1], calm, pairs[1] / calm) +
		       bernoulli(pairs[3], hit, pairs[3] / hit) -
		       bernoulli(all, calm + hit, all / (calm + hit)));
	return ratio > 0.0 ? ratio : 0.0;
}

static double independence(const struct coverage_data *d)
{
	double pairs[4] = { 0.0 };

	for (size_t t = 1; t < d->n; t++)
		pairs[2 * coverage_is_hit(d, t - 1) + coverage_is_hit(d, t)] +=
			1.0;
	return coverage_independence_ratio(pairs);
}

enum status coverage_independence(struct test_result *out,
				  const struct coverage_data *d)
{
	enum status status = coverage_check(d);

	if (status)
		return status;
	out->statistic = independence(d);
	out->p = chi_square_tail(out->statistic, 1.0);
	return OK;
}

enum status coverage_christoffersen(struct test_result *out,
				    const struct coverage_data *d)
{
	enum status status = coverage_check(d);

	if (status)
		return status;
	out->statistic = unconditional(d) + independence(d);
	out->p = chi_square_tail(out->statistic, 2.0);
	return OK;
}

enum status coverage_dynamic_quantile(struct test_result *out,
				      const struct coverage_data *d,
				      struct arena *arena)
{
	size_t rows = d->n > HIT_LAGS ? d->n - HIT_LAGS : 0;
	size_t mark = arena_mark(arena);
	double *design, *target, total = 0.0;
	struct least_squares fit = { rows, COLUMNS, NULL, NULL, 0.0 };
	enum status status = coverage_check(d);

	if (status || d->n < OBSERVATIONS_MIN)
		return E_INPUT;
	design = ARENA_NEW(arena, double, rows * COLUMNS);
	target = ARENA_NEW(arena, double, rows);
	if (!design || !target) {
		arena_reset(arena, mark);
		return E_LIMIT;
	}
	for (size_t r = 0; r < rows; r++) {
		size_t t = r + HIT_LAGS;

		target[r] = (coverage_is_hit(d, t) ? 1.0 : 0.0) - d->p;
		total += target[r] * target[r];
		design[r] = 1.0;
		for (size_t k = 1; k <= HIT_LAGS; k++)
			design[k * rows + r] = coverage_is_hit(d, t - k) ? 1.0 : 0.0;
		design[(COLUMNS - 1) * rows + r] = d->quantile[t];
	}
	fit.design = design;
	fit.target = target;
	status = linalg_least_squares(&fit);
	arena_reset(arena, mark);
	if (status)
		return status;
	out->statistic = (total - fit.residual) / (d->p * (1.0 - d->p));
	if (!(out->statistic > 0.0))
		out->statistic = 0.0;
	out->p = chi_square_tail(out->statistic, (double)COLUMNS);
	return OK;
}

enum status coverage_shortfall_check(const struct coverage_data *d)
{
	enum status status = coverage_check(d);

	if (status || !d->shortfall)
		return E_INPUT;
	for (size_t t = 0; t < d->n; t++)
		if (!(d->shortfall[t] < 0.0 && d->shortfall[t] > -1e100))
			return E_INPUT;
	return OK;
}

double coverage_shortfall_part(const struct coverage_data *d, size_t t)
{
	return coverage_is_hit(d, t) ? d->returns[t] / d->shortfall[t] : 0.0;
}

enum status coverage_shortfall(struct test_result *out,
			       const struct coverage_data *d)
{
	double sum = 0.0, squares = 0.0, n = (double)d->n, mean, deviation;
	enum status status = coverage_shortfall_check(d);

	if (status || d->n < OBSERVATIONS_MIN)
		return E_INPUT;
	for (size_t t = 0; t < d->n; t++) {
		double x = coverage_shortfall_part(d, t) / d->p;

		sum += x;
		squares += x * x;
	}
	mean = sum / n;
	deviation = sqrt((squares / n - mean * mean) / n);
	out->statistic = 1.0 - mean;
	out->p = deviation > 0.0 ? normal_cdf(out->statistic / deviation) : 1.0;
	return OK;
}
