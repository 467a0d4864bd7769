/* limiter_range.c -- how far one component may move now: bisection over the
 * same size, band and bucket functions that give the verdict. */
#include "governance/limiter/internal.h"

struct reach {
	const struct component_limit *limit;
	uint8_t kind, index;
	bool relative;
	u128 from;
	u128 tighten_e18, loosen_e18; /* bucket levels now */
};

static bool passes(const struct reach *reach, u128 to)
{
	struct limiter_step step = { reach->kind, reach->relative, reach->from,
				     to };
	enum limiter_direction way =
		limiter_move(reach->kind, reach->index, reach->from, to);
	u128 size_e18 = limiter_size_e18(&step);

	if (to == reach->from)
		return true;
	return limiter_band_admits(reach->limit, &step) &&
	       limiter_size(&step) <= limiter_step_limit(reach->limit, way) &&
	       (way == LIMITER_LOOSER || size_e18 <= reach->tighten_e18) &&
	       (way == LIMITER_TIGHTER || size_e18 <= reach->loosen_e18);
}

/* Largest offset <= most such that from +- offset passes.  What passes is an
 * interval that begins at the value in force, so bisection finds its end. */
static u128 farthest(const struct reach *reach, u128 most, bool up)
{
	u128 low = 0;

	while (low < most) {
		u128 middle = low + (most - low) / 2 + (most - low) % 2;
		u128 to = up ? reach->from + middle : reach->from - middle;

		if (passes(reach, to))
			low = middle;
		else
			most = middle - 1;
	}
	return low;
}

/* From an infinite cap every finite one costs the same: only the band tells. */
static void from_infinite(struct limiter_range *out, const struct reach *reach)
{
	u128 lowest = reach->limit->floor ? reach->limit->floor : 1;

	*out = (struct limiter_range){ 0, 0 };
	if (passes(reach, lowest))
		out->lowest = lowest;
}

void limiter_reachable_range(struct limiter_range *out,
			     const struct tuple_state *state, uint8_t index,
			     u128 current, uint64_t now_s)
{
	const struct kind_limit *limit = &state->limit;
	bool cap = limiter_is_cap(state->kind);

	*out = (struct limiter_range){ current, current };
	if (!limit->set || index >= limit->count ||
	    (state->kind == KIND_EMODE && index == 0))
		return;
	const struct component_limit *component = &limit->components[index];
	struct reach reach = {
		.limit = component,
		.kind = state->kind,
		.index = index,
		.relative = limit->relative,
		.from = current,
		.tighten_e18 = limiter_level(&state->tighten[index],
					     component->allowance_tighten,
					     limit->window_s, now_s),
		.loosen_e18 = limiter_level(&state->loosen[index],
					    component->allowance_loosen,
					    limit->window_s, now_s),
	};

	if (cap && current == 0) {
		from_infinite(out, &reach);
		return;
	}
	out->lowest = current - farthest(&reach, cap ? current - 1 : current,
					 false);
	out->highest = current + farthest(&reach, LIMITER_U128_MAX - current,
					  true);
}
