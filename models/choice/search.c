/* search.c -- see search.h. */
#include "models/choice/search.h"

#define SCALE_ROUNDS 12       /* 2^-12 of the way from lowest to top */
#define EXCHANGE_STEP_MAX 512u /* basis points, a power of two */

struct walk {
	const struct search_problem *problem;
	const struct search_rules *rules;
	struct search_point best, lowest, top;
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

/* Asks for a point; true makes it the best so far. */
static bool take(struct walk *w, const struct search_point *point)
{
	bool allowed = false;

	if (spent(w))
		return false;
	w->evaluations++;
	w->status = w->rules->allowed(&allowed, w->rules->context, point);
	if (w->status || !allowed)
		return false;
	w->best = *point;
	return true;
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

/* As far along the straight line to the top as is allowed. */
static void scale(struct walk *w)
{
	uint32_t low = 0, high = 1u << SCALE_ROUNDS;
	struct search_point from = w->best;

	while (high - low > 1 && !spent(w)) {
		uint32_t middle = low + (high - low) / 2;
		struct search_point point = from;

		for (size_t a = 0; a < w->problem->count; a++) {
			uint32_t limit;

			if (!moves(w, a))
				continue;
			limit = highest(w, a, point.lb_bps[a]);
			point.lt_bps[a] += (uint32_t)(
				(uint64_t)(limit - point.lt_bps[a]) * middle >>
				SCALE_ROUNDS);
		}
		if (take(w, &point))
			low = middle;
		else
			high = middle;
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
	uint32_t low = w->best.lt_bps[asset], high = to + 1;

	while (high - low > 1 && !spent(w)) {
		struct search_point point = w->best;

		point.lt_bps[asset] = low + (high - low) / 2;
		if (take(w, &point))
			low = point.lt_bps[asset];
		else
			high = point.lt_bps[asset];
	}
}

/* One asset's best threshold over its bonuses, the others fixed. */
static bool improve(struct walk *w, size_t asset)
{
	const struct search_range *range = &w->problem->ranges[asset];
	bool improved = false;

	for (uint32_t i = 0; i < range->lb_count && !spent(w); i++) {
		struct search_point point = w->best;
		uint32_t limit = highest(w, asset, level(w, asset, i));
		uint32_t span[2] = { range->lt_lowest_bps, limit };

		if (limit < range->lt_lowest_bps)
			continue;
		point.lb_bps[asset] = level(w, asset, i);
		point.lt_bps[asset] = least_better(
			w, asset, span, worth(w, asset, w->best.lt_bps[asset]));
		if (point.lt_bps[asset] > limit || !take(w, &point))
			continue;
		climb(w, asset, limit);
		improved = true;
	}
	return improved;
}

/* What one asset gives up for another. */
struct trade {
	size_t down, up;
	uint32_t step;                 /* threshold that `down` loses */
	uint32_t down_lb_bps, up_lb_bps; /* bonuses taken */
};

/* `down` gives up a step or changes its bonus; `up` must gain more than that
 * is worth. */
static bool exchange(struct walk *w, const struct trade *t)
{
	struct search_point point = w->best;
	uint32_t limit = highest(w, t->up, t->up_lb_bps);
	uint32_t span[2] = { w->problem->ranges[t->up].lt_lowest_bps, limit };
	uint32_t floor = w->problem->ranges[t->down].lt_lowest_bps;
	uint32_t ceiling = highest(w, t->down, t->down_lb_bps);
	uint32_t *lowered = &point.lt_bps[t->down];
	double lost = worth(w, t->down, *lowered);

	if (*lowered < floor + t->step || ceiling < floor || limit < span[0])
		return false;
	*lowered -= t->step;
	*lowered = *lowered < ceiling ? *lowered : ceiling;
	point.lb_bps[t->down] = t->down_lb_bps;
	point.lb_bps[t->up] = t->up_lb_bps;
	lost -= worth(w, t->down, *lowered);
	point.lt_bps[t->up] =
		least_better(w, t->up, span,
			     worth(w, t->up, point.lt_bps[t->up]) + lost);
	if (point.lt_bps[t->up] > limit || !take(w, &point))
		return false;
	climb(w, t->up, limit);
	return true;
}

/* Both assets of a trade, at every bonus of either. */
static bool exchange_pair(struct walk *w, struct trade t)
{
	uint32_t downs = w->problem->ranges[t.down].lb_count;
	uint32_t ups = w->problem->ranges[t.up].lb_count;
	bool improved = false;

	for (uint32_t i = 0; i < downs * ups && !spent(w); i++) {
		t.down_lb_bps = level(w, t.down, i / ups);
		t.up_lb_bps = level(w, t.up, i % ups);
		improved |= exchange(w, &t);
	}
	return improved;
}

static bool exchange_all(struct walk *w)
{
	size_t n = w->problem->count;
	bool improved = false, last = false;

	for (uint32_t step = EXCHANGE_STEP_MAX; !last; step /= 2) {
		last = !step;
		for (size_t down = 0; down < n; down++)
			for (size_t up = 0; up < n && !spent(w); up++)
				if (up != down && moves(w, up) &&
				    moves(w, down))
					improved |= exchange_pair(
						w, (struct trade){ down, up,
								   step, 0, 0 });
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
	feasible = take(&w, &w.top);
	result->bound = !feasible;
	if (!feasible) {
		feasible = take(&w, &w.lowest) || take(&w, &generous);
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
