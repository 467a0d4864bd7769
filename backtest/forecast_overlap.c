/* forecast_overlap.c -- see forecast_overlap.h. */
#include "backtest/forecast_overlap.h"

#include <math.h>
#include <stdio.h>

#define NONE ((double)NAN)
#define LEVEL 0.95 /* of intervals */

/* Sums of blocks round: a share of none is 0, not some 1e-17 below. */
static void clamp_share(struct bootstrap_result *share)
{
	share->low = share->low > 0.0 ? share->low : 0.0;
	share->high = share->high < 1.0 ? share->high : 1.0;
}

static enum status resample(struct overlap_tests *out,
			    const struct forecast_series *s,
			    size_t n, const struct bootstrap_plan *plan,
			    struct arena *arena)
{
	const struct coverage_data at99 = { s->ret, s->var99, NULL, n,
					    FORECAST_P99 };
	const struct coverage_data at975 = { s->ret, s->var975, s->es975, n,
					     FORECAST_P975 };
	struct overlapping_test both;
	enum status status = coverage_overlapping_share(
		&out->share99, &at99, out->in_horizon, plan, arena);

	if (!status)
		status = coverage_overlapping(&both, &at975, out->in_horizon,
					      plan, arena);
	if (status)
		return status;
	out->share975 = both.share;
	out->z2 = both.z2;
	clamp_share(&out->share99);
	clamp_share(&out->share975);
	out->exceed = coverage_hits(&at99);
	out->exceed975 = coverage_hits(&at975);
	return OK;
}

void forecast_overlap_test(struct overlap_tests *out,
			   const struct forecast_set *set, enum forecaster who,
			   const struct rng_key *key)
{
	struct bootstrap_plan plan = { .key = key, .stream = OVERLAP_STREAM,
				       .replicates = OVERLAP_REPLICATES,
				       .level = LEVEL };
	struct arena *arena;
	struct forecast_series series;

	*out = (struct overlap_tests){ .in_horizon = set->in_horizon };
	if (set->in_horizon < 2)
		return;
	arena = arena_new(128 * set->all_count + 65536);
	if (!forecast_series_open(&series, set->all, set->all_count, who,
				  arena) &&
	    !resample(out, &series, set->all_count, &plan, arena))
		out->n = set->all_count;
	arena_free(arena);
	/* What never happened varies in no resample: no p. */
	out->share99.p = out->exceed ? out->share99.p : NONE;
	out->share975.p = out->exceed975 ? out->share975.p : NONE;
	out->z2.p = out->exceed975 ? out->z2.p : NONE;
}

bool overlap_counts(const struct overlap_tests *tests, double p)
{
	return p * (double)tests->n >= OVERLAP_FALLS_LEAST;
}

void overlap_words(char out[OVERLAP_WORDS_MAX],
		   const struct overlap_tests *tests, size_t apart)
{
	if (!tests->n)
		snprintf(out, OVERLAP_WORDS_MAX, "No forecasts overlap: "
			 "Kupiec's test counts.");
	else if (overlap_counts(tests, FORECAST_P99))
		snprintf(out, OVERLAP_WORDS_MAX, "Up to %zu forecasts begin "
			 "within a horizon: the block bootstrap of all %zu is "
			 "the test of coverage that counts; Kupiec's sees the "
			 "%zu that do not overlap.", tests->in_horizon,
			 tests->n, apart);
	else
		snprintf(out, OVERLAP_WORDS_MAX, "Up to %zu forecasts begin "
			 "within a horizon, but only %.1f falls beyond VaR 99 "
			 "are expected of all %zu: below %.0f the block "
			 "bootstrap rejects what is right too often, and "
			 "Kupiec's test of the %zu that do not overlap is the "
			 "one that counts.", tests->in_horizon,
			 FORECAST_P99 * (double)tests->n, tests->n,
			 OVERLAP_FALLS_LEAST, apart);
}
