/* prices.c -- see prices.h. */
#include "backtest/prices.h"

#include "backtest/backtest.h"
#include "base/host/spool.h"
#include "base/time.h"

#define STABLE_WICK 0.05 /* beyond an hour's open and close */
#define FILL_REST_HOURS 4096 /* a megabyte of cells of six assets */

static enum status check_times(const struct backtest_plan *plan,
			       struct error *error)
{
	if (plan->policy->bar_interval_s != PRICES_HOUR_S)
		return error_set(error, E_USAGE, "the policy's bars are of "
				 "%u s; a backtest steps by the hour",
				 plan->policy->bar_interval_s);
	if (plan->from_s % PRICES_HOUR_S || plan->to_s % PRICES_HOUR_S ||
	    plan->from_s >= plan->to_s)
		return error_set(error, E_USAGE,
				 plan->from_s >= plan->to_s
					 ? "the time range is empty: it ends "
					   "before it begins"
					 : "the time range is not of whole "
					   "hours");
	if (plan->policy->epoch_period_s % PRICES_HOUR_S)
		return error_set(error, E_USAGE, "the policy's epoch_period_s "
				 "is %u; a backtest decides at whole hours",
				 plan->policy->epoch_period_s);
	if (plan->steward.submission_delay_s > plan->policy->epoch_period_s)
		return error_set(error, E_USAGE, "submission_delay_s is longer "
				 "than the policy's epoch_period_s: no "
				 "decision would ever take effect");
	return OK;
}

static enum status refuse(const struct plan_asset *asset, const char *what,
			  struct error *error)
{
	char first[TIME_TEXT_MAX] = "-", last[TIME_TEXT_MAX] = "-";

	if (asset->bar_count) {
		time_format(first, asset->bars[0].open_time_s);
		time_format(last, asset->bars[asset->bar_count - 1]
						  .open_time_s +
					  PRICES_HOUR_S);
	}
	error_set(error, E_MISSING, "%s (%s) %s", asset->symbol, asset->series,
		  what);
	return error_hint(error, "Its %zu bars are from %s to %s; choose "
			  "--timerange inside, with the policy's burn-in "
			  "before it, or `plimsoll import` more.",
			  asset->bar_count, first, last);
}

static enum status check_asset(const struct price_grid *grid, size_t a,
			       struct error *error)
{
	const struct backtest_plan *plan = grid->plan;
	const struct plan_asset *asset = &plan->assets[a];
	const struct bar *bars = asset->bars;

	if (!asset->bar_count || bars[0].open_time_s > plan->from_s)
		return refuse(asset, "has no bars at the start of the range",
			      error);
	if (bars[asset->bar_count - 1].open_time_s + PRICES_HOUR_S <
	    plan->to_s)
		return refuse(asset, "has no bars at the end of the range",
			      error);
	if (grid->first[a] < plan->policy->burn_in_bars)
		return refuse(asset, "has fewer bars before the range than the "
				     "policy's burn_in_bars", error);
	return OK;
}

/* The first bar that opens at or after a time. */
void bars_rest(const struct plan_asset *asset, size_t end)
{
	if (asset->spooled)
		spool_rest(asset->bars, end * sizeof(*asset->bars));
}

static size_t first_from(const struct plan_asset *asset, int64_t time_s)
{
	size_t low = 0, high = asset->bar_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (asset->bars[middle].open_time_s < time_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A stable coin's wick on one venue within an hour (USDC at 0.2 on 2021-12-04,
 * between two hours at 0.998) is no price that an oracle of several venues
 * would have followed; a peg that is lost closes lower too. */
static void cut_wick(struct price_hour *hour)
{
	double low = hour->open < hour->close ? hour->open : hour->close;
	double high = hour->open < hour->close ? hour->close : hour->open;

	if (hour->low < low * (1.0 - STABLE_WICK))
		hour->low = low * (1.0 - STABLE_WICK);
	if (hour->high > high * (1.0 + STABLE_WICK))
		hour->high = high * (1.0 + STABLE_WICK);
}

static struct price_hour hour_of(const struct plan_asset *asset,
				 const struct bar *bar)
{
	struct price_hour hour = { decimal_to_double(bar->open),
				   decimal_to_double(bar->high),
				   decimal_to_double(bar->low),
				   decimal_to_double(bar->close), true };

	if (asset->stable)
		cut_wick(&hour);
	return hour;
}

static void fill(struct price_grid *grid, size_t a)
{
	const struct backtest_plan *plan = grid->plan;
	const struct plan_asset *asset = &plan->assets[a];
	size_t n = plan->asset_count, at = grid->first[a];
	double last = at ? decimal_to_double(asset->bars[at - 1].close) : 0.0;

	for (size_t h = 0; h < grid->hours; h++) {
		int64_t time_s = plan->from_s + (int64_t)h * PRICES_HOUR_S;
		struct price_hour *cell =
			&grid->cells[h * n + a];

		if (h % FILL_REST_HOURS == 0) {
			spool_rest(grid->cells, h * n * sizeof(*cell));
			bars_rest(asset, at);
		}
		*cell = (struct price_hour){ last, last, last, last, false };
		while (at < asset->bar_count &&
		       asset->bars[at].open_time_s < time_s)
			at++; /* not on the hour */
		if (at < asset->bar_count &&
		    asset->bars[at].open_time_s == time_s)
			*cell = hour_of(asset, &asset->bars[at++]);
		last = cell->close;
	}
	bars_rest(asset, at);
}

enum status prices_open(struct price_grid *out,
			const struct backtest_plan *plan, struct error *error)
{
	struct price_grid grid = { .plan = plan };
	enum status status = check_times(plan, error);

	for (size_t a = 0; a < plan->asset_count && !status; a++) {
		grid.first[a] = first_from(&plan->assets[a], plan->from_s);
		status = check_asset(&grid, a, error);
	}
	if (status)
		return status;
	grid.hours = (size_t)((plan->to_s - plan->from_s) / PRICES_HOUR_S);
	grid.cells = spool_allocate(grid.hours * plan->asset_count,
				    sizeof(*grid.cells));
	for (size_t a = 0; a < plan->asset_count; a++)
		fill(&grid, a);
	prices_rest(&grid, grid.hours);
	*out = grid;
	return OK;
}

void prices_free(struct price_grid *grid)
{
	spool_free(grid->cells);
	grid->cells = NULL;
}

void prices_rest(const struct price_grid *grid, size_t hour)
{
	spool_rest(grid->cells,
		   hour * grid->plan->asset_count * sizeof(*grid->cells));
	for (size_t a = 0; a < grid->plan->asset_count; a++)
		bars_rest(&grid->plan->assets[a],
			  grid->plan->assets[a].bar_count);
}

void prices_steps(double *out, const struct price_grid *grid, size_t hour)
{
	size_t n = grid->plan->asset_count;

	for (size_t a = 0; a < n; a++) {
		const struct price_hour *h = prices_hour(grid, hour, a);
		bool rose = h->close >= h->open;

		out[a] = rose ? h->low : h->high;
		out[n + a] = rose ? h->high : h->low;
		out[2 * n + a] = h->close;
	}
}

size_t prices_count(const struct price_grid *grid, size_t asset,
		    int64_t time_s)
{
	return first_from(&grid->plan->assets[asset],
			  time_s - PRICES_HOUR_S + 1);
}

static size_t missing_hours(const struct plan_asset *asset, int64_t from_s,
			    int64_t to_s)
{
	size_t there = 0;

	for (size_t i = first_from(asset, from_s);
	     i < asset->bar_count && asset->bars[i].open_time_s < to_s; i++)
		there += asset->bars[i].open_time_s % PRICES_HOUR_S == 0;
	return (size_t)((to_s - from_s) / PRICES_HOUR_S) - there;
}

size_t backtest_holes(const struct backtest_plan *plan, size_t asset)
{
	return missing_hours(&plan->assets[asset], plan->from_s, plan->to_s);
}

size_t backtest_holes_before(const struct backtest_plan *plan, size_t asset)
{
	const struct plan_asset *at = &plan->assets[asset];
	int64_t from_s = plan->from_s -
			 (int64_t)plan->policy->window_bars * PRICES_HOUR_S;
	int64_t first_s = at->bar_count ? at->bars[0].open_time_s
					: plan->from_s;

	/* On the hour, as the range is. */
	first_s += (PRICES_HOUR_S - first_s % PRICES_HOUR_S) % PRICES_HOUR_S;
	from_s = first_s > from_s ? first_s : from_s;
	return from_s < plan->from_s ? missing_hours(at, from_s, plan->from_s)
				     : 0;
}
