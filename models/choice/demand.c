/* demand.c -- see demand.h. */
#include "models/choice/demand.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/loss/statistics.h"

#define DAY_S 86400.0
#define INTERVAL_MAX_S 604800
#define PPM 1e6
#define BPS 10000.0
#define PRIOR_ERROR 0.5   /* of the prior's elasticity */
#define ONE_SIDED 1.645   /* normal quantile of 95 % */
#define STEPS_TAIL 20     /* the largest twentieth of intervals */
#define STEPS_MANY 0.35   /* of movement; a normal's twentieth holds 0.147 */
#define DIFFUSE 1e6       /* variance before any observation */

/* y = level - elasticity rate + noise, in sqrt(days) units of noise. */
struct recursion {
	double level, slope;             /* of y on the rate */
	double p00, p01, p11;            /* covariance over noise variance */
	double squares, weight;          /* of residuals before the update */
	double rates, time;              /* for the mean rate */
	size_t count;
};

/* One interval: y a day at a rate, over `days`, whose noise falls with them. */
static void observe(struct recursion *r, double y, double rate, double days)
{
	double g0 = r->p00 + r->p01 * rate, g1 = r->p01 + r->p11 * rate;
	double noise = DEMAND_FORGETTING / days;
	double total = noise + g0 + g1 * rate;
	double residual = y - r->level - r->slope * rate;

	r->level += g0 / total * residual;
	r->slope += g1 / total * residual;
	r->p00 = (r->p00 - g0 * g0 / total) / DEMAND_FORGETTING;
	r->p01 = (r->p01 - g0 * g1 / total) / DEMAND_FORGETTING;
	r->p11 = (r->p11 - g1 * g1 / total) / DEMAND_FORGETTING;
	/* The sum of squares of what the fit leaves, updated exactly. */
	r->squares = DEMAND_FORGETTING *
		     (r->squares + residual * residual / total);
	r->weight = DEMAND_FORGETTING * r->weight + 1.0;
	r->rates += rate * days;
	r->time += days;
	r->count++;
}

static bool interval(double *change, double *days,
		     const struct usage_sample *from,
		     const struct usage_sample *to)
{
	int64_t seconds = to->time_s - from->time_s;

	if (!from->utilisation_ppm || !to->utilisation_ppm ||
	    from->utilisation_ppm > 1000000 || to->utilisation_ppm > 1000000 ||
	    seconds <= 0 || seconds > INTERVAL_MAX_S)
		return false;
	*days = (double)seconds / DAY_S;
	*change = elementary_log((double)to->utilisation_ppm /
				 (double)from->utilisation_ppm);
	return true;
}

static void take_prior(struct demand *out, const struct demand_prior *prior)
{
	out->estimated = false;
	out->elasticity = prior->elasticity;
	out->error = PRIOR_ERROR * prior->elasticity;
	out->equilibrium = prior->equilibrium;
	out->sigma = prior->sigma;
}

/* Share of all movement, per root of time, in the largest twentieth. */
static double share_in_steps(const double *moves, const size_t *order, size_t n)
{
	double all = 0.0, largest = 0.0;
	size_t first = n - n / STEPS_TAIL;

	for (size_t i = 0; i < n; i++) {
		all += moves[order[i]];
		if (i >= first)
			largest += moves[order[i]];
	}
	return all > 0.0 ? largest / all : 0.0;
}

static void read_off(struct demand *out, const struct recursion *r,
		     const struct demand_prior *prior)
{
	double variance = r->weight > 2.0 ? r->squares / (r->weight - 2.0)
					  : 0.0;

	take_prior(out, prior);
	if (r->count < DEMAND_SAMPLES_MIN || !(r->slope < 0.0) ||
	    !(variance > 0.0) || !(r->p11 < DIFFUSE / 10.0))
		return;
	out->estimated = true;
	out->elasticity = -r->slope;
	out->error = sqrt(variance * r->p11);
	out->equilibrium = r->level / out->elasticity;
	if (!(out->equilibrium > 0.0 && out->equilibrium < 1.0))
		out->equilibrium = r->rates / r->time;
	out->sigma = sqrt(variance);
}

enum status demand_fit(struct demand *out, const struct usage *usage,
		       const struct demand_prior *prior, struct arena *arena)
{
	size_t n = usage ? usage->count : 0, mark = arena_mark(arena);
	double *moves = ARENA_NEW(arena, double, n + 1);
	size_t *order = ARENA_NEW(arena, size_t, n + 1);
	struct recursion r = { .p00 = DIFFUSE, .p11 = DIFFUSE };
	enum status status;

	if (!moves || !order)
		return E_LIMIT;
	for (size_t i = 1; i < n; i++) {
		const struct usage_sample *at = &usage->samples[i];
		double change, days;

		if (!interval(&change, &days, &at[-1], at))
			continue;
		moves[r.count] = fabs(change) / sqrt(days);
		observe(&r, change / days,
			(double)at[-1].borrow_rate_bps / BPS, days);
	}
	status = loss_sort(order, moves, r.count, arena);
	if (!status) {
		read_off(out, &r, prior);
		out->step_share = share_in_steps(moves, order, r.count);
		out->moves_in_steps = r.count >= DEMAND_SAMPLES_MIN &&
				      out->step_share > STEPS_MANY;
		if (out->moves_in_steps)
			out->error *= 2.0;
	}
	arena_reset(arena, mark);
	return status;
}

double demand_cautious(const struct demand *demand)
{
	double low = demand->elasticity - ONE_SIDED * demand->error;

	return low > 0.1 * demand->elasticity ? low : 0.1 * demand->elasticity;
}
