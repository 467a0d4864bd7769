/* limiter_size.c -- direction and size of a move, bands, token buckets.
 * Not here: what follows from them (limiter.c). */
#include "base/wide.h"
#include "governance/limiter/internal.h"

enum sense { SENSE_NONE, SENSE_LOWER, SENSE_HIGHER };

/* Where tighter lies; an e-mode's id has no direction (it may not change). */
static const uint8_t senses[KINDS_COUNT + 1][TUPLE_VALUES_MAX] = {
	[KIND_COLLATERAL] = { SENSE_LOWER, SENSE_LOWER, SENSE_NONE },
	[KIND_SUPPLY_CAP] = { SENSE_LOWER },
	[KIND_BORROW_CAP] = { SENSE_LOWER },
	[KIND_RATES] = { SENSE_LOWER, SENSE_HIGHER, SENSE_HIGHER,
			 SENSE_HIGHER },
	[KIND_EMODE] = { SENSE_NONE, SENSE_LOWER, SENSE_LOWER, SENSE_NONE },
	[KIND_PRICE_CAP] = { SENSE_LOWER, SENSE_NONE, SENSE_LOWER },
	[KIND_FREEZE] = { SENSE_HIGHER },
	[KIND_RESERVE_FACTOR] = { SENSE_NONE },
};

bool limiter_is_cap(uint8_t kind)
{
	return kind == KIND_SUPPLY_CAP || kind == KIND_BORROW_CAP;
}

bool limiter_below(uint8_t kind, u128 a, u128 b)
{
	if (limiter_is_cap(kind) && a == 0)
		return false;
	if (limiter_is_cap(kind) && b == 0)
		return true;
	return a < b;
}

u128 limiter_distance(u128 a, u128 b)
{
	return a > b ? a - b : b - a;
}

enum limiter_direction limiter_move(uint8_t kind, uint8_t index, u128 from,
				    u128 to)
{
	if (kind > KINDS_COUNT || index >= TUPLE_VALUES_MAX ||
	    senses[kind][index] == SENSE_NONE)
		return LIMITER_UNDIRECTED;
	bool down = limiter_below(kind, to, from);

	return down == (senses[kind][index] == SENSE_LOWER) ? LIMITER_TIGHTER :
							      LIMITER_LOOSER;
}

bool limiter_tuple_loosens(const struct tuple *tuple)
{
	uint8_t count = kind_value_count(tuple->kind);
	bool tightens = false;

	for (uint8_t i = 0; i < count; i++) {
		u128 from = tuple->old_values[i], to = tuple->new_values[i];

		if (from == to)
			continue;
		enum limiter_direction way =
			limiter_move(tuple->kind, i, from, to);
		if (way == LIMITER_LOOSER)
			return true;
		tightens = tightens || way == LIMITER_TIGHTER;
	}
	return !tightens;
}

static u128 scaled_size(const struct limiter_step *step, u128 scale)
{
	bool infinite = limiter_is_cap(step->kind) &&
			(step->from == 0 || step->to == 0);
	u128 distance = limiter_distance(step->from, step->to);
	u128 larger = step->from > step->to ? step->from : step->to;

	if (!step->relative)
		return infinite || distance > LIMITER_U128_MAX / scale ?
		       LIMITER_U128_MAX : distance * scale;
	if (infinite)
		return LIMITER_BPS * scale;
	u128 size = 0;

	/* distance <= larger, so only 0 of 0 does not fit: no move, size 0. */
	return multiply_divide(&size, distance, LIMITER_BPS * scale, larger,
			       ROUND_UP) == OK ? size : 0;
}

u128 limiter_size(const struct limiter_step *step)
{
	return scaled_size(step, 1);
}

u128 limiter_size_e18(const struct limiter_step *step)
{
	return scaled_size(step, LIMITER_UNIT_E18);
}

u128 limiter_level(const struct bucket *bucket, uint64_t capacity,
		   uint32_t window_s, uint64_t now_s)
{
	u128 full = capacity * LIMITER_UNIT_E18;
	u128 level = bucket->level_e18, recharge = 0;

	if (bucket->updated_s == 0)
		return full;
	if (window_s != 0 && now_s > bucket->updated_s) {
		uint64_t elapsed_s = now_s - bucket->updated_s;

		if (elapsed_s >= window_s ||
		    multiply_divide(&recharge, full, elapsed_s, window_s,
				    ROUND_DOWN) != OK)
			return full;
	}
	return level >= full || recharge >= full - level ? full :
							   level + recharge;
}

uint64_t limiter_step_limit(const struct component_limit *limit,
			    enum limiter_direction way)
{
	switch (way) {
	case LIMITER_TIGHTER:
		return limit->step_tighten;
	case LIMITER_LOOSER:
		return limit->step_loosen;
	case LIMITER_UNDIRECTED:
		break;
	}
	return limit->step_tighten < limit->step_loosen ? limit->step_tighten :
							  limit->step_loosen;
}

/* floor and ceiling are finite numbers; only a cap's 0 is infinite. */
static bool above(uint8_t kind, u128 value, u128 bound)
{
	return (limiter_is_cap(kind) && value == 0) || value > bound;
}

static bool under(uint8_t kind, u128 value, u128 bound)
{
	return !(limiter_is_cap(kind) && value == 0) && value < bound;
}

bool limiter_band_admits(const struct component_limit *limit,
			 const struct limiter_step *step)
{
	uint8_t kind = step->kind;
	bool low = under(kind, step->to, limit->floor);
	bool high = above(kind, step->to, limit->ceiling);

	if (!low && !high)
		return true;
	if (under(kind, step->from, limit->floor))
		return !high && limiter_below(kind, step->from, step->to);
	if (above(kind, step->from, limit->ceiling))
		return !low && limiter_below(kind, step->to, step->from);
	return false;
}
