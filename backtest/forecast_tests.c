/* forecast_tests.c -- see forecast_tests.h. */
#include "backtest/forecast_tests.h"

#include <math.h>
#include <string.h>

#include "backtest/scores/exact_coverage.h"
#include "models/ensemble/scores.h"

#define NONE ((double)NAN)

/* A forecaster's forecasts and their losses. */
struct tested {
	size_t n;
	struct forecast_series s;
	double *pinball, *fz0;
};

static enum status open_tested(struct tested *out,
			       const struct forecast_set *set,
			       enum forecaster who, struct arena *arena)
{
	struct forecast_series *s = &out->s;
	enum status status = forecast_series_open(s, set->points, set->count,
						  who, arena);

	if (status)
		return status;
	out->n = set->count;
	out->pinball = ARENA_NEW(arena, double, set->count);
	out->fz0 = ARENA_NEW(arena, double, set->count);
	if (!out->pinball || !out->fz0)
		return E_LIMIT;
	for (size_t i = 0; i < set->count; i++) {
		out->pinball[i] = score_pinball(s->ret[i], s->var99[i],
						FORECAST_P99);
		out->fz0[i] = score_fz0(s->ret[i], s->var975[i], s->es975[i],
					FORECAST_P975);
	}
	return OK;
}

static double mean(const double *x, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return sum / (double)n;
}

/* Exact p while that is affordable, else chi-square's. */
static void test_ratios(struct forecast_tests *out,
			const struct coverage_data *data, struct arena *arena)
{
	struct exact_coverage exact;

	out->exact = exact_coverage(&exact, data, arena) == OK;
	if (out->exact) {
		out->pof = exact.kupiec;
		out->independence = exact.independence;
		out->conditional = exact.conditional;
		return;
	}
	if (coverage_kupiec(&out->pof, data))
		out->pof.p = NONE;
	if (coverage_independence(&out->independence, data))
		out->independence.p = NONE;
	if (coverage_christoffersen(&out->conditional, data))
		out->conditional.p = NONE;
}

static void test_shortfall(struct forecast_tests *out,
			   const struct coverage_data *data,
			   const struct rng_key *key)
{
	const struct shortfall_null null = { .key = key,
					     .draws = FORECAST_DRAWS };
	struct shortfall_test test;

	out->z1 = out->z2 = (struct test_result){ NONE, NONE };
	if (shortfall_test(&test, data, &null))
		return;
	out->z2 = (struct test_result){ test.z2, test.z2_p };
	if (test.has_z1)
		out->z1 = (struct test_result){ test.z1, test.z1_p };
}

static void test_one(struct forecast_tests *out, const struct tested *tested,
		     const struct rng_key *key, struct arena *arena)
{
	const struct forecast_series *s = &tested->s;
	size_t n = tested->n;
	struct coverage_data at99 = { s->ret, s->var99, NULL, n, FORECAST_P99 };
	struct coverage_data at975 = { s->ret, s->var975, s->es975, n,
				       FORECAST_P975 };

	out->n = n;
	out->exceed = coverage_hits(&at99);
	out->exceed975 = coverage_hits(&at975);
	test_ratios(out, &at99, arena);
	if (coverage_dynamic_quantile(&out->quantile, &at99, arena))
		out->quantile = (struct test_result){ NONE, NONE };
	test_shortfall(out, &at975, key);
	out->pinball = mean(tested->pinball, n);
	out->fz0 = mean(tested->fz0, n);
	if (traffic_light(&out->light, out->exceed, n, FORECAST_P99))
		out->light = (struct traffic_light){ .probability = NONE };
}

static struct test_result compare(const double *own, const double *other,
				  size_t n, struct arena *arena)
{
	const double *const losses[2] = { own, other };
	struct diebold_mariano dm;

	if (diebold_mariano(&dm, losses, n, 1, arena))
		return (struct test_result){ NONE, NONE };
	return (struct test_result){ dm.statistic, dm.p };
}

static void test_all(struct forecast_tests *out, const struct forecast_set *set,
		     const struct rng_key *key, struct arena *arena)
{
	struct tested series[FORECASTERS_COUNT];

	for (int f = 0; f < FORECASTERS_COUNT; f++) {
		if (open_tested(&series[f], set, (enum forecaster)f, arena))
			return; /* the arena is made for it */
		test_one(&out[f], &series[f], key, arena);
		forecast_overlap_test(&out[f].overlap, set, (enum forecaster)f,
				      key);
		out[f].dm = out[f].dm_fz0 = (struct test_result){ NONE, NONE };
	}
	for (int f = 1; f < FORECASTERS_COUNT; f++) {
		out[f].dm = compare(series[0].pinball, series[f].pinball,
				    set->count, arena);
		out[f].dm_fz0 = compare(series[0].fz0, series[f].fz0,
					set->count, arena);
	}
}

void forecast_tests_run(struct forecast_tests *out,
			const struct forecast_set *set,
			const struct rng_key *key)
{
	struct arena *arena = arena_new(512 * set->count + 65536);

	memset(out, 0, FORECASTERS_COUNT * sizeof(*out));
	if (set->count)
		test_all(out, set, key, arena);
	arena_free(arena);
}

const char *forecast_dm_mark(const struct test_result *dm)
{
	if (!(dm->p < FORECAST_LEVEL))
		return "";
	return dm->statistic < 0.0 ? "+" : "-";
}
