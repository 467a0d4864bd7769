/* search.c -- see search.h. */
#include "models/choice/search.h"

#define SCALE_ROUNDS 12       /* 2^-12 of the way from lowest to top */
#define RUNGS 16u             /* parts of that way, where the lowest is refused */
#define RUNG ((1u << SCALE_ROUNDS) / RUNGS)
#define EXCHANGE_STEP_MAX 512u /* basis points, a power of two */

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

/* So many 2^-SCALE_ROUNDS of the way from a point to the top. */
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
					     SCALE_ROUNDS);
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
	struct bracket b = { 0, 1u << SCALE_ROUNDS };
	struct search_point from = w->best, point, next;

	while (b.high - b.low > 1 && !spent(w)) {
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

/* Largest allowed threshold of one asset from an allowed one up. */
static void climb(struct walk *w, size_t asset, uint32_t to)
{
	struct bracket b = { w->best.lt_bps[asset], to + 1 };

	while (b.high - b.low > 1 && !spent(w)) {
		struct search_point point = w->best, next = w->best;

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
			climb(w, asset, highest(w, asset, point.lb_bps[asset]));
			improved = true;
			after = now + 1;
			found = find_better(&next, w, asset, &after);
		}
		now = after;
		point = next;
	}
	return improved;
}

/* What one asset gives up for another, and where in the order of all trades. */
struct trade {
	size_t down, up;
	uint32_t step;   /* threshold that `down` loses */
	uint32_t bonus;  /* of all pairs of bonuses of the two */
	bool over;       /* there is none */
};

static void next_trade(struct trade *t, const struct walk *w)
{
	size_t n = w->problem->count;

	if (++t->bonus < w->problem->ranges[t->down].lb_count *
				 w->problem->ranges[t->up].lb_count)
		return;
	t->bonus = 0;
	if (++t->up < n)
		return;
	t->up = 0;
	if (++t->down < n)
		return;
	t->down = 0;
	t->over = !t->step;
	t->step /= 2;
}

/* `down` gives up a step or changes its bonus; `up` must gain more than that
 * is worth.  False: nothing of that kind can pay. */
static bool trade_point(struct search_point *out, const struct walk *w,
			const struct trade *t)
{
	const struct search_range *ups = &w->problem->ranges[t->up];
	uint32_t down_lb = level(w, t->down, t->bonus / ups->lb_count);
	uint32_t up_lb = level(w, t->up, t->bonus % ups->lb_count);
	uint32_t limit = highest(w, t->up, up_lb);
	uint32_t span[2] = { ups->lt_lowest_bps, limit };
	uint32_t floor = w->problem->ranges[t->down].lt_lowest_bps;
	uint32_t ceiling = highest(w, t->down, down_lb);
	uint32_t *lowered = &out->lt_bps[t->down];
	double lost;

	*out = w->best;
	lost = worth(w, t->down, *lowered);
	if (*lowered < floor + t->step || ceiling < floor || limit < span[0])
		return false;
	*lowered -= t->step;
	*lowered = *lowered < ceiling ? *lowered : ceiling;
	out->lb_bps[t->down] = down_lb;
	out->lb_bps[t->up] = up_lb;
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

/* Both assets of every trade, at every bonus of either. */
static bool exchange_all(struct walk *w)
{
	struct trade now = { .step = EXCHANGE_STEP_MAX };
	struct search_point point = w->best, next_point = w->best;
	bool improved = false, found = find_trade(&point, w, &now);

	while (found && !spent(w)) {
		struct trade next = now;

		next_trade(&next, w);
		found = find_trade(&next_point, w, &next);
		if (take(w, &point, found ? &next_point : NULL)) {
			climb(w, now.up,
			      highest(w, now.up, point.lb_bps[now.up]));
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
	bool improved = true;

	scale(w);
	while (improved && !spent(w)) {
		improved = false;
		for (size_t a = 0; a < w->problem->count; a++)
			improved |= moves(w, a) && improve(w, a);
		improved |= exchange_all(w);
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
