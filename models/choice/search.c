/* search.c -- see search.h. */
#include "models/choice/search.h"

#define SCALE_BITS 12         /* 2^-12 of the way from lowest to top ... */
#define SCALE_ENOUGH 256u      /* ... and so many of them are not halved */
#define RUNGS 16u             /* parts of that way, where the lowest is refused */
#define RUNG ((1u << SCALE_BITS) / RUNGS)
#define EXCHANGE_STEP_MAX 512u /* basis points, a power of two */

/** How finely a pass looks: the first finds the region with few questions, the
 *  last the best point of it. */
struct pass {
	uint32_t resolution_bps;
	bool bonuses; /* all of them, not only those of the best point */
};
static const struct pass rough = { 64, false }, fine = { 1, true };

struct walk {
	const struct search_problem *problem;
	const struct search_rules *rules;
	struct search_point best, lowest, top;
	bool taken; /* was the last point? */
	uint32_t evaluations;
	enum status status;
};

static bool moves(const struct walk *w, size_t asset)
{
	return w->problem->ranges[asset].lb_count > 0;
}

static uint32_t level(const struct walk *w, size_t asset, uint32_t index)
{
	const struct search_range *range = &w->problem->ranges[asset];

	return range->lb_first_bps + index * range->lb_step_bps;
}

static uint32_t highest(const struct walk *w, size_t asset, uint32_t lb_bps)
{
	return w->rules->highest(w->rules->context, asset, lb_bps);
}

static double worth(const struct walk *w, size_t asset, uint32_t lt_bps)
{
	return w->rules->worth(w->rules->context, asset, lt_bps);
}

static bool spent(const struct walk *w)
{
	return w->status || w->evaluations >= w->problem->evaluations_max;
}

/* Asks for a point; true makes it the best so far.  `next` is likely to be
 * asked then, or NULL. */
static bool take(struct walk *w, const struct search_point *point,
		 const struct search_point *next)
{
	w->taken = false;
	if (spent(w))
		return false;
	w->evaluations++;
	w->status = w->rules->allowed(&w->taken, w->rules->context, point,
				      next);
	w->taken = w->taken && !w->status;
	if (w->taken)
		w->best = *point;
	return w->taken;
}

/* The bonus with the highest worth by closed forms alone; the least of equals.
 * E_INPUT: no bonus admits the lowest threshold. */
static enum status find_top(struct walk *w, size_t asset)
{
	const struct search_range *range = &w->problem->ranges[asset];
	double best = 0.0;
	bool found = false;

	for (uint32_t i = 0; i < range->lb_count; i++) {
		uint32_t lt = highest(w, asset, level(w, asset, i));
		double value;

		if (lt < range->lt_lowest_bps)
			continue;
		value = worth(w, asset, lt);
		if (found && value <= best)
			continue;
		found = true;
		best = value;
		w->top.lt_bps[asset] = lt;
		w->top.lb_bps[asset] = level(w, asset, i);
	}
	w->lowest.lt_bps[asset] = range->lt_lowest_bps;
	w->lowest.lb_bps[asset] = w->top.lb_bps[asset];
	return found ? OK : E_INPUT;
}

/* The lowest thresholds with every asset's largest bonus: most incentive. */
static struct search_point largest_bonuses(const struct walk *w)
{
	struct search_point point = w->lowest;

	for (size_t a = 0; a < w->problem->count; a++)
		for (uint32_t i = 0;
		     moves(w, a) && i < w->problem->ranges[a].lb_count; i++)
			if (highest(w, a, level(w, a, i)) >= point.lt_bps[a])
				point.lb_bps[a] = level(w, a, i);
	return point;
}

/* A bracket that is halved: low is allowed, high is not. */
struct bracket {
	uint32_t low, high;
};

static uint32_t middle_of(struct bracket b)
{
	return b.low + (b.high - b.low) / 2;
}

static struct bracket half_of(struct bracket b, bool allowed)
{
	return allowed ? (struct bracket){ middle_of(b), b.high }
		       : (struct bracket){ b.low, middle_of(b) };
}

/* Of what comes next the likeliest: what came last comes again. */
static uint32_t next_middle(const struct walk *w, struct bracket b)
{
	return middle_of(half_of(b, w->taken));
}

/* So many 2^-SCALE_BITS of the way from a point to the top. */
static void scale_point(struct search_point *out, const struct walk *w,
			const struct search_point *from, uint32_t share)
{
	*out = *from;
	for (size_t a = 0; a < w->problem->count; a++) {
		uint32_t limit;

		if (!moves(w, a))
			continue;
		limit = highest(w, a, out->lb_bps[a]);
		out->lt_bps[a] += (uint32_t)((uint64_t)(limit -
							out->lt_bps[a]) *
						     share >>
					     SCALE_BITS);
	}
}

/* The highest allowed rung between the lowest point and the top. */
static bool find_rung(struct walk *w)
{
	for (uint32_t rung = RUNGS - 1; rung && !spent(w); rung--) {
		struct search_point point, next;

		scale_point(&point, w, &w->lowest, rung * RUNG);
		scale_point(&next, w, &w->lowest, (rung - 1) * RUNG);
		if (take(w, &point, rung > 1 ? &next : NULL))
			return true;
	}
	return false;
}

/* As far along the straight line to the top as is allowed. */
static void scale(struct walk *w)
{
	struct bracket b = { 0, 1u << SCALE_BITS };
	struct search_point from = w->best, point, next;

	while (b.high - b.low > SCALE_ENOUGH && !spent(w)) {
		scale_point(&point, w, &from, middle_of(b));
		scale_point(&next, w, &from, next_middle(w, b));
		b = half_of(b, take(w, &point, &next));
	}
}

/* Least threshold in (from, to] worth more than `value`; to + 1: none. */
static uint32_t least_better(const struct walk *w, size_t asset,
			     const uint32_t span[2], double value)
{
	uint32_t low = span[0], high = span[1] + 1;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (worth(w, asset, middle) > value)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Largest allowed threshold of one asset from an allowed one up.  Most assets
 * are bound by their closed forms alone: the end is asked first. */
static void climb(struct walk *w, size_t asset, const struct pass *pass)
{
	uint32_t to = highest(w, asset, w->best.lb_bps[asset]);
	struct bracket b = { w->best.lt_bps[asset], to };
	struct search_point point = w->best, next = w->best;

	if (to <= b.low)
		return;
	point.lt_bps[asset] = to;
	next.lt_bps[asset] = middle_of(b);
	if (take(w, &point, &next))
		return;
	while (b.high - b.low > pass->resolution_bps && !spent(w)) {
		point = next = w->best;
		point.lt_bps[asset] = middle_of(b);
		next.lt_bps[asset] = next_middle(w, b);
		b = half_of(b, take(w, &point, &next));
	}
}

/* The first point from bonus *i on that is worth more than the best. */
static bool find_better(struct search_point *out, const struct walk *w,
			size_t asset, uint32_t *i)
{
	const struct search_range *range = &w->problem->ranges[asset];

	for (; *i < range->lb_count; ++*i) {
		uint32_t limit = highest(w, asset, level(w, asset, *i));
		uint32_t span[2] = { range->lt_lowest_bps, limit };

		if (limit < range->lt_lowest_bps)
			continue;
		*out = w->best;
		out->lb_bps[asset] = level(w, asset, *i);
		out->lt_bps[asset] = least_better(
			w, asset, span, worth(w, asset, w->best.lt_bps[asset]));
		if (out->lt_bps[asset] <= limit)
			return true;
	}
	return false;
}

/* One asset's best threshold over its bonuses, the others fixed. */
static bool improve(struct walk *w, size_t asset)
{
	struct search_point point = w->best, next = w->best;
	uint32_t now = 0;
	bool improved = false, found = find_better(&point, w, asset, &now);

	while (found && !spent(w)) {
		uint32_t after = now + 1;

		found = find_better(&next, w, asset, &after);
		if (take(w, &point, found ? &next : NULL)) {
			climb(w, asset, &fine);
			improved = true;
			after = now + 1;
			found = find_better(&next, w, asset, &after);
		}
		now = after;
		point = next;
	}
	return improved;
}

/* The assets that may move, those first whose way up is worth most. */
static size_t by_gain(size_t *order, const struct walk *w)
{
	double gain[ASSETS_MAX];
	size_t count = 0;

	for (size_t a = 0; a < w->problem->count; a++) {
		size_t at = count;

		if (!moves(w, a))
			continue;
		gain[a] = worth(w, a, highest(w, a, w->best.lb_bps[a])) -
			  worth(w, a, w->best.lt_bps[a]);
		for (; at > 0 && gain[order[at - 1]] < gain[a]; at--)
			order[at] = order[at - 1];
		order[at] = a;
		count++;
	}
	return count;
}

/* What one asset gives up for another, and where in the order of all trades. */
struct trade {
	size_t down, up;
	uint32_t step;   /* threshold that `down` loses */
	uint32_t bonus;  /* of all pairs of bonuses of the two */
	bool over;       /* there is none */
	const struct pass *pass;
};

/* Pairs of bonuses that the trade may try. */
static uint32_t pairs_of(const struct trade *t, const struct walk *w)
{
	const struct search_range *ranges = w->problem->ranges;

	return t->pass->bonuses
		       ? ranges[t->down].lb_count * ranges[t->up].lb_count
		       : 1;
}

static void next_trade(struct trade *t, const struct walk *w)
{
	size_t n = w->problem->count;

	if (++t->bonus < pairs_of(t, w))
		return;
	t->bonus = 0;
	if (++t->up < n)
		return;
	t->up = 0;
	if (++t->down < n)
		return;
	t->down = 0;
	t->over = t->step <= (t->pass->bonuses ? 0 : t->pass->resolution_bps);
	t->step /= 2;
}

/* The bonuses of the trade: those of the best point, or the pair's. */
static void bonuses_of(struct search_point *point, const struct walk *w,
		       const struct trade *t)
{
	uint32_t ups = w->problem->ranges[t->up].lb_count;

	if (!t->pass->bonuses)
		return;
	point->lb_bps[t->down] = level(w, t->down, t->bonus / ups);
	point->lb_bps[t->up] = level(w, t->up, t->bonus % ups);
}

/* `down` gives up a step or changes its bonus; `up` must gain more than that
 * is worth.  False: nothing of that kind can pay. */
static bool trade_point(struct search_point *out, const struct walk *w,
			const struct trade *t)
{
	uint32_t floor = w->problem->ranges[t->down].lt_lowest_bps;
	uint32_t *lowered = &out->lt_bps[t->down], limit, ceiling;
	uint32_t span[2] = { w->problem->ranges[t->up].lt_lowest_bps, 0 };
	double lost;

	*out = w->best;
	bonuses_of(out, w, t);
	ceiling = highest(w, t->down, out->lb_bps[t->down]);
	span[1] = limit = highest(w, t->up, out->lb_bps[t->up]);
	lost = worth(w, t->down, *lowered);
	if (*lowered < floor + t->step || ceiling < floor || limit < span[0])
		return false;
	*lowered -= t->step;
	*lowered = *lowered < ceiling ? *lowered : ceiling;
	lost -= worth(w, t->down, *lowered);
	out->lt_bps[t->up] =
		least_better(w, t->up, span,
			     worth(w, t->up, out->lt_bps[t->up]) + lost);
	return out->lt_bps[t->up] <= limit;
}

/* The first trade from *t on that can pay. */
static bool find_trade(struct search_point *out, const struct walk *w,
		       struct trade *t)
{
	for (; !t->over; next_trade(t, w))
		if (t->up != t->down && moves(w, t->up) && moves(w, t->down) &&
		    trade_point(out, w, t))
			return true;
	return false;
}

/* Both assets of every trade, at every bonus of either in a fine pass. */
static bool exchange_all(struct walk *w, const struct pass *pass)
{
	struct trade now = { .step = EXCHANGE_STEP_MAX, .pass = pass };
	struct search_point point = w->best, next_point = w->best;
	bool improved = false, found = find_trade(&point, w, &now);

	while (found && !spent(w)) {
		struct trade next = now;

		next_trade(&next, w);
		found = find_trade(&next_point, w, &next);
		if (take(w, &point, found ? &next_point : NULL)) {
			climb(w, now.up, pass);
			improved = true;
			next = now;
			next_trade(&next, w);
			found = find_trade(&next_point, w, &next);
		}
		now = next;
		point = next_point;
	}
	return improved;
}

static void ascend(struct walk *w)
{
	size_t order[ASSETS_MAX], count;
	bool improved = true;

	scale(w);
	count = by_gain(order, w);
	for (size_t k = 0; k < count; k++)
		climb(w, order[k], &rough);
	(void)exchange_all(w, &rough);
	while (improved && !spent(w)) {
		improved = false;
		for (size_t k = 0; k < count; k++)
			improved |= improve(w, order[k]);
		improved |= exchange_all(w, &fine);
	}
}

enum status search_lattice(struct search_result *result,
			   const struct search_problem *problem,
			   const struct search_rules *rules)
{
	struct walk w = { .problem = problem, .rules = rules,
			  .best = problem->fixed, .lowest = problem->fixed,
			  .top = problem->fixed };
	struct search_point generous;
	bool feasible;

	for (size_t a = 0; a < problem->count; a++)
		if (moves(&w, a) && find_top(&w, a))
			return E_INPUT;
	generous = largest_bonuses(&w);
	feasible = take(&w, &w.top, &w.lowest);
	result->bound = !feasible;
	if (!feasible) {
		feasible = take(&w, &w.lowest, &generous) ||
			   take(&w, &generous, NULL) || find_rung(&w);
		if (feasible)
			ascend(&w);
	}
	if (w.status)
		return w.status;
	result->feasible = feasible;
	result->evaluations = w.evaluations;
	result->point = feasible ? w.best : w.lowest;
	result->top = w.top;
	return OK;
}
