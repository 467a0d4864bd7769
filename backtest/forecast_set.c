/* forecast_set.c -- see forecast_set.h. */
#include "backtest/forecast_set.h"

double quantile_of_shortfall(double var99, double es975)
{
	/* VaR 99 and VaR 97.5 over ES 97.5 of Student's t. */
	static const double ratios[][2] = {
		{ 0.862614, 0.576029 }, { 0.901008, 0.631490 },
		{ 0.938248, 0.695231 }, { 0.965148, 0.751474 },
		{ 0.980409, 0.790401 }, { 0.991133, 0.823748 },
		{ 0.995100, 0.838379 },
	};
	const size_t last = sizeof(ratios) / sizeof(ratios[0]) - 1;
	double ratio = var99 / es975, part;
	size_t i = 0;

	if (!(ratio > ratios[0][0]))
		return es975 * ratios[0][1];
	if (ratio >= ratios[last][0])
		return es975 * ratios[last][1];
	while (ratios[i + 1][0] < ratio)
		i++;
	part = (ratio - ratios[i][0]) / (ratios[i + 1][0] - ratios[i][0]);
	return es975 *
	       (ratios[i][1] + part * (ratios[i + 1][1] - ratios[i][1]));
}

/* The record's own forecast and what came, where it has both. */
static bool own_point(struct forecast_point *out, bool *derived,
		      const struct decision_asset *asset)
{
	double var975 = (double)asset->var975;
	struct fall_forecast *own = &out->forecast[FORECASTER_OWN];

	out->ret = (double)asset->realised;
	if (!(asset->var99 > 0.0f) || !(asset->es975 > 0.0f) ||
	    out->ret != out->ret)
		return false;
	*own = (struct fall_forecast){ .var99 = (double)asset->var99,
				       .es975 = (double)asset->es975 };
	*derived = *derived || !(var975 > 0.0);
	own->var975 = var975 > 0.0 ? var975 : quantile_of_shortfall(own->var99,
								   own->es975);
	own->var975 = own->var975 < own->es975 ? own->var975 : own->es975;
	return true;
}

static bool baseline_points(struct forecast_point *out,
			    const struct forecast_history *history)
{
	return !forecast_historical(&out->forecast[FORECASTER_HISTORICAL],
				    history, out->time_s) &&
	       !forecast_ewma(&out->forecast[FORECASTER_EWMA], history,
			      out->time_s);
}

static void collect_all(struct forecast_set *out,
			const struct backtest_plan *plan,
			const struct run_record *run, size_t asset)
{
	struct forecast_history history;

	out->all = memory_allocate(run->decision_count, sizeof(*out->all));
	forecast_history_open(&history, plan, asset);
	for (size_t i = 0; i < run->decision_count; i++) {
		const struct decision_record *from = &run->decisions[i];
		struct forecast_point *to = &out->all[out->all_count];

		*to = (struct forecast_point){ .decision = i,
					       .time_s = from->time_s };
		out->all_count +=
			own_point(to, &out->derived, &from->assets[asset]) &&
			baseline_points(to, &history);
	}
	forecast_history_free(&history);
}

static void keep_apart(struct forecast_set *out, int64_t horizon_s)
{
	int64_t free_from = INT64_MIN; /* the last horizon's end */

	out->points = memory_allocate(out->all_count, sizeof(*out->points));
	for (size_t i = 0; i < out->all_count; i++) {
		if (out->all[i].time_s < free_from)
			continue;
		out->points[out->count++] = out->all[i];
		free_from = out->all[i].time_s + horizon_s;
	}
}

static size_t most_in_horizon(const struct forecast_set *set, int64_t horizon_s)
{
	size_t most = 0;

	for (size_t i = 0, end = 0; i < set->all_count; i++) {
		while (end < set->all_count &&
		       set->all[end].time_s < set->all[i].time_s + horizon_s)
			end++;
		most = end - i > most ? end - i : most;
	}
	return most;
}

void forecast_set_collect(struct forecast_set *out,
			  const struct backtest_plan *plan,
			  const struct run_record *run, size_t asset)
{
	int64_t horizon_s = (int64_t)plan->policy->horizon_s;

	*out = (struct forecast_set){ 0 };
	collect_all(out, plan, run, asset);
	keep_apart(out, horizon_s);
	out->in_horizon = most_in_horizon(out, horizon_s);
}

void forecast_set_free(struct forecast_set *set)
{
	memory_free(set->points);
	memory_free(set->all);
	*set = (struct forecast_set){ 0 };
}

enum status forecast_series_open(struct forecast_series *out,
				 const struct forecast_point *points, size_t n,
				 enum forecaster who, struct arena *arena)
{
	double **const columns[] = { &out->ret, &out->var99, &out->var975,
				     &out->es975 };

	for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++) {
		*columns[c] = ARENA_NEW(arena, double, n);
		if (!*columns[c])
			return E_LIMIT;
	}
	for (size_t i = 0; i < n; i++) {
		const struct fall_forecast *f = &points[i].forecast[who];

		out->ret[i] = points[i].ret;
		out->var99[i] = -f->var99;
		out->var975[i] = -f->var975;
		out->es975[i] = -f->es975;
	}
	return OK;
}
