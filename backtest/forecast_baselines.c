/* forecast_baselines.c -- see forecast_baselines.h. */
#include "backtest/forecast_baselines.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/loss/statistics.h"

#define DAY_S 86400
#define DECAY_A_DAY 0.94

const char *forecaster_name(enum forecaster forecaster)
{
	switch (forecaster) {
	case FORECASTER_OWN: return "plimsoll";
	case FORECASTER_HISTORICAL: return "historical-simulation";
	case FORECASTER_EWMA: return "ewma-0.94";
	case FORECASTERS_COUNT: break;
	}
	return "?";
}

void forecast_history_open(struct forecast_history *out,
			   const struct backtest_plan *plan, size_t asset)
{
	const struct plan_asset *from = &plan->assets[asset];
	int64_t interval = (int64_t)plan->policy->bar_interval_s;
	double decay = elementary_pow(DECAY_A_DAY, (double)interval / DAY_S);

	*out = (struct forecast_history){ .plan = plan,
					  .count = from->bar_count };
	out->closed_s = memory_allocate(out->count, sizeof(*out->closed_s));
	out->close = memory_allocate(out->count, sizeof(*out->close));
	out->variance = memory_allocate(out->count, sizeof(*out->variance));
	out->arena = arena_new(64 * (size_t)plan->policy->window_bars + 4096);
	for (size_t i = 0; i < out->count; i++) {
		double ret;

		out->closed_s[i] = from->bars[i].open_time_s + interval;
		out->close[i] = decimal_to_double(from->bars[i].close);
		if (!i)
			continue;
		ret = elementary_log(out->close[i] / out->close[i - 1]);
		out->variance[i] = i == 1 ? ret * ret
					  : decay * out->variance[i - 1] +
						    (1.0 - decay) * ret * ret;
	}
}

void forecast_history_free(struct forecast_history *history)
{
	memory_free(history->closed_s);
	memory_free(history->close);
	memory_free(history->variance);
	arena_free(history->arena);
	memset(history, 0, sizeof(*history));
}

/* How many closes are known by a time. */
static size_t known(const struct forecast_history *from, int64_t time_s)
{
	size_t low = 0, high = from->count;
	int64_t until = time_s - (int64_t)from->plan->embargo_s;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (from->closed_s[middle] <= until)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Falls over the horizon that ended at the last `window` closes. */
static size_t recent_falls(double *falls, const struct forecast_history *from,
			   size_t end)
{
	size_t window = from->plan->policy->window_bars, count = 0;
	size_t begin = end > window ? end - window : 0, back = 0;
	int64_t horizon = (int64_t)from->plan->policy->horizon_s;

	for (size_t i = begin; i < end; i++) {
		int64_t start = from->closed_s[i] - horizon;

		if (from->closed_s[0] > start)
			continue;
		while (from->closed_s[back + 1] <= start)
			back++; /* stays below i: the horizon is positive */
		falls[count++] = 1.0 - from->close[i] / from->close[back];
	}
	return count;
}

enum status forecast_historical(struct fall_forecast *out,
				const struct forecast_history *from,
				int64_t time_s)
{
	size_t window = from->plan->policy->window_bars;
	size_t mark = arena_mark(from->arena);
	double *falls = ARENA_NEW(from->arena, double, window);
	size_t *order = ARENA_NEW(from->arena, size_t, window);
	struct loss_sample sample = { 0, falls, NULL, NULL, order };
	enum status status = falls && order ? OK : E_LIMIT;

	if (!status) {
		sample.count = recent_falls(falls, from, known(from, time_s));
		status = sample.count < FORECAST_RETURNS_LEAST
				 ? E_MISSING
				 : loss_sort(order, falls, sample.count,
					     from->arena);
	}
	if (!status)
		*out = (struct fall_forecast){
			.var99 = loss_var(&sample, 990000).value,
			.var975 = loss_var(&sample, 975000).value,
			.es975 = loss_es(&sample, 975000).value };
	arena_reset(from->arena, mark);
	return status;
}

static double normal_fall(double deviation, double p)
{
	return 1.0 - elementary_exp(deviation * normal_quantile(p));
}

enum status forecast_ewma(struct fall_forecast *out,
			  const struct forecast_history *from, int64_t time_s)
{
	const struct policy *policy = from->plan->policy;
	size_t end = known(from, time_s);
	double bars = (double)policy->horizon_s / (double)policy->bar_interval_s;
	double deviation;

	if (end < FORECAST_RETURNS_LEAST + 1)
		return E_MISSING;
	deviation = sqrt(from->variance[end - 1] * bars);
	*out = (struct fall_forecast){
		.var99 = normal_fall(deviation, 0.01),
		.var975 = normal_fall(deviation, 0.025),
		.es975 = 1.0 - elementary_exp(0.5 * deviation * deviation) *
				       normal_cdf(normal_quantile(0.025) -
						  deviation) / 0.025 };
	return OK;
}
