/* population_draw.c -- who the borrowers of a plan are: sizes, use, what they
 * borrow, how often they look.
 *
 * Figures marked (C) are those of `make check-models`, section population,
 * which prints them beside these constants; the others are assumptions. */
#include "backtest/population.h"
#include "backtest/population_internal.h"
#include "models/elementary.h"

#define BPS 1e4
#define MILLION 1e6

const struct population_traits population_traits = {
	.size_log_sd = 2.29,    /* (C) 1,000 accounts above 1 ETH */
	.size_z_max = 3.70,     /* (C) the largest of them */
	/* (C) on real hours drawn borrowers then change their positions as often
	 * as five users did, once in 3.3 days: most looks change nothing */
	.attention_days = 0.5,
	.attention_log_sd = 0.57, /* (C) of days between changes, the five */
	.use_levels = { 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99 },
	/* (C) debt mostly the parent, 263 accounts; mostly other, 737 */
	.use_loop = { 0.152, 0.324, 0.455, 0.682, 0.847, 0.948, 0.992, 1.011,
		      1.092 },
	.use_other = { 0.060, 0.202, 0.260, 0.381, 0.548, 0.715, 0.883, 0.943,
		       1.015 },
	.borrowed_against = 0.6,
	.utilisation_share = 0.9,
	.appetite_max = 0.99, /* who is above got there by price or interest */
};

double population_use(bool loops, double p)
{
	const struct population_traits *t = &population_traits;
	const double *use = loops ? t->use_loop : t->use_other;
	const double *at = t->use_levels;
	double value = use[POPULATION_LEVELS - 1];

	if (p <= at[0])
		return use[0];
	for (size_t i = 1; i < POPULATION_LEVELS; i++)
		if (p < at[i]) {
			value = use[i - 1] + (use[i] - use[i - 1]) *
				(p - at[i - 1]) / (at[i] - at[i - 1]);
			break;
		}
	return value < t->appetite_max ? value : t->appetite_max;
}

static bool borrowable(const struct backtest_plan *plan, size_t asset)
{
	return asset < plan->policy->asset_count &&
	       plan->policy->assets[asset].borrowable &&
	       plan->assets[asset].supply_usd > 0.0;
}

/* Dollars borrowed against what is volatile, volatile against dollars. */
static double debt_weight(const struct backtest_plan *plan, size_t collateral,
			  size_t debt)
{
	const struct plan_asset *c = &plan->assets[collateral];
	const struct plan_asset *d = &plan->assets[debt];

	if (debt == collateral || !borrowable(plan, debt) ||
	    c->stable == d->stable)
		return 0.0;
	return d->supply_usd;
}

static double debt_weights(const struct backtest_plan *plan, size_t collateral)
{
	double sum = 0.0;

	for (size_t d = 0; d < plan->asset_count; d++)
		sum += debt_weight(plan, collateral, d);
	return sum;
}

/* u in (0, 1) among the weights. */
static uint8_t debt_at(const struct backtest_plan *plan, size_t collateral,
		       double u)
{
	double left = u * debt_weights(plan, collateral);
	size_t last = collateral;

	for (size_t d = 0; d < plan->asset_count; d++) {
		double weight = debt_weight(plan, collateral, d);

		if (weight <= 0.0)
			continue;
		last = d;
		left -= weight;
		if (left < 0.0)
			break;
	}
	return (uint8_t)last;
}

static bool has_loops(const struct backtest_plan *plan, size_t collateral)
{
	size_t parent = plan->assets[collateral].parent;

	return parent != collateral && plan->population.loop_ppm > 0 &&
	       borrowable(plan, parent);
}

static bool has_others(const struct backtest_plan *plan, size_t collateral)
{
	if (plan->assets[collateral].stable && !plan->population.short_ppm)
		return false;
	return debt_weights(plan, collateral) > 0.0;
}

static bool has_borrowers(const struct backtest_plan *plan, size_t collateral)
{
	const struct plan_asset *asset = &plan->assets[collateral];

	return asset->start.lt_bps > 0 && asset->supply_usd > 0.0 &&
	       (has_loops(plan, collateral) || has_others(plan, collateral));
}

size_t population_count(const struct backtest_plan *plan)
{
	size_t groups = 0;

	for (size_t i = 0; i < plan->asset_count; i++)
		groups += has_borrowers(plan, i);
	return groups * plan->population.borrowers;
}

/* One of each n-th part of the distribution, so that few borrowers have its
 * shape too; relative sizes, ascending with i. */
static double relative_size(double u, size_t i, size_t n)
{
	const struct population_traits *t = &population_traits;
	double z = normal_quantile(((double)i + u) / (double)n);

	z = z > t->size_z_max ? t->size_z_max : z;
	z = z < -t->size_z_max ? -t->size_z_max : z;
	return elementary_exp(t->size_log_sd * z);
}

/* From the largest down: taken while the share taken is below `share`. */
static bool take(double *taken, double *seen, double weight, double share)
{
	bool out = *taken + weight / 2.0 < share * (*seen + weight);

	*seen += weight;
	*taken += out ? weight : 0.0;
	return out;
}

/* Nobody above `share` of all: what the largest have too much is not there.
 * Sizes ascend; with k of them at the bound, bound = share * (rest + k bound).
 * Where so few must have more all are alike. */
static void bound_sizes(struct borrower *group, size_t n, double share)
{
	double rest = 0.0, bound;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		rest += group[i].size_usd;
	bound = rest / (double)n;
	if ((double)n * share <= 1.0)
		k = n;
	while (k < n) {
		bound = share * rest / (1.0 - (double)k * share);
		if (group[n - 1 - k].size_usd <= bound)
			break;
		rest -= group[n - 1 - k++].size_usd;
	}
	for (size_t i = n - k; i < n; i++)
		group[i].size_usd = bound;
}

static void choose_loops(struct borrower *group, size_t n,
			 const struct backtest_plan *plan, size_t collateral)
{
	double taken = 0.0, seen = 0.0, share = 0.0;
	uint8_t parent = plan->assets[collateral].parent;

	if (has_loops(plan, collateral))
		share = has_others(plan, collateral)
				? plan->population.loop_ppm / MILLION : 1.0;
	for (size_t i = n; i-- > 0;)
		if (take(&taken, &seen, group[i].size_usd, share))
			group[i].debt = parent;
}

static double wanted_debt(const struct borrower *who,
			  const struct backtest_plan *plan)
{
	const struct parameters *start = &plan->assets[who->collateral].start;

	return who->size_usd * who->appetite * start->ltv_bps / BPS;
}

/* Loopers and others apart, so that neither is what following means. */
static void choose_followers(struct borrower *group, size_t n,
			     const struct backtest_plan *plan, bool loops)
{
	double taken = 0.0, seen = 0.0;
	double share = plan->population.follow_ppm / MILLION;

	for (size_t i = n; i-- > 0;) {
		struct borrower *who = &group[i];
		uint8_t parent = plan->assets[who->collateral].parent;

		if ((who->debt == parent) == loops)
			who->follows = take(&taken, &seen,
					    wanted_debt(who, plan), share);
	}
}

static double attention_of(double u)
{
	const struct population_traits *t = &population_traits;
	double hours = 24.0 * t->attention_days *
		       elementary_exp(t->attention_log_sd * normal_quantile(u));

	return hours > 2.0 ? 1.0 / hours : 0.5;
}

static void draw_sizes(struct borrower *group, size_t n, size_t first,
		       const struct rng_key *key)
{
	for (size_t i = 0; i < n; i++) {
		double u[2];

		draw_pair(u, key, (uint32_t)(first + i), 0, DRAW_SIZE);
		group[i].size_usd = relative_size(u[0], i, n);
	}
}

/* Health: the same debt as use of LTV, seen from LT. */
static void draw_wishes(struct borrower *group, size_t n, size_t first,
			const struct backtest_plan *plan)
{
	struct rng_key key = rng_key_of(plan->seed);

	for (size_t i = 0; i < n; i++) {
		struct borrower *who = &group[i];
		const struct plan_asset *asset = &plan->assets[who->collateral];
		double u[2], v[2], ltv;

		draw_pair(u, &key, (uint32_t)(first + i), 0, DRAW_SIZE);
		draw_pair(v, &key, (uint32_t)(first + i), 0, DRAW_KIND);
		who->appetite = population_use(who->debt == asset->parent, u[1]);
		ltv = asset->start.ltv_bps ? asset->start.ltv_bps
					   : 0.9 * asset->start.lt_bps;
		who->health = asset->start.lt_bps / (ltv * who->appetite);
		who->attention = attention_of(v[1]);
		who->idle_log = elementary_log1p(-who->attention);
	}
}

static void draw_group(struct borrower *group, size_t first, size_t collateral,
		       const struct backtest_plan *plan)
{
	struct rng_key key = rng_key_of(plan->seed);
	size_t n = plan->population.borrowers;

	for (size_t i = 0; i < n; i++) {
		double v[2];

		draw_pair(v, &key, (uint32_t)(first + i), 0, DRAW_KIND);
		group[i] = (struct borrower){
			.collateral = (uint8_t)collateral, .block = -1,
			.debt = debt_at(plan, collateral, v[0]),
			.lt_bps = plan->assets[collateral].start.lt_bps };
	}
	draw_sizes(group, n, first, &key);
	if (plan->population.largest_ppm)
		bound_sizes(group, n, plan->population.largest_ppm / MILLION);
	choose_loops(group, n, plan, collateral);
	draw_wishes(group, n, first, plan);
	choose_followers(group, n, plan, false);
	choose_followers(group, n, plan, true);
}

/* Sizes of a group add up to their share of the collateral's supply. */
static void scale_group(struct borrower *group, size_t collateral,
			const struct backtest_plan *plan)
{
	const struct plan_asset *asset = &plan->assets[collateral];
	double share = asset->stable ? plan->population.short_ppm / MILLION
				     : population_traits.borrowed_against;
	double sum = 0.0;

	for (size_t i = 0; i < plan->population.borrowers; i++)
		sum += group[i].size_usd;
	for (size_t i = 0; i < plan->population.borrowers; i++)
		group[i].size_usd *= share * asset->supply_usd / sum;
}

/* No debt asset begins above nine tenths of its kink: what its lenders bring
 * bounds how much is borrowed against anything. */
static void fit_to_supply(struct borrower *borrowers, size_t count,
			  const struct backtest_plan *plan)
{
	double wanted[ASSETS_MAX] = { 0.0 }, factor[ASSETS_MAX];

	for (size_t i = 0; i < count; i++)
		wanted[borrowers[i].debt] += wanted_debt(&borrowers[i], plan);
	for (size_t d = 0; d < plan->asset_count; d++) {
		const struct plan_asset *asset = &plan->assets[d];
		double room = asset->supply_usd * asset->start.optimal_bps /
			      BPS * population_traits.utilisation_share;

		factor[d] = wanted[d] > room ? room / wanted[d] : 1.0;
	}
	for (size_t i = 0; i < count; i++)
		borrowers[i].size_usd *= factor[borrowers[i].debt];
}

void population_draw(struct borrower *borrowers,
		     const struct backtest_plan *plan)
{
	size_t first = 0;

	for (size_t c = 0; c < plan->asset_count; c++) {
		if (!has_borrowers(plan, c) || !plan->population.borrowers)
			continue;
		draw_group(borrowers + first, first, c, plan);
		scale_group(borrowers + first, c, plan);
		first += plan->population.borrowers;
	}
	fit_to_supply(borrowers, first, plan);
}
