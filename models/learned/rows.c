/* rows.c -- see rows.h. */
#include "models/learned/rows.h"

#include <math.h>
#include <string.h>

#include "models/forecaster_internal.h"

static bool add(struct learned_rows *rows, const struct forecaster *f,
		const struct bar *bar)
{
	struct bar_score score;
	struct seasonality season;
	double scale, unit;
	size_t at = rows->n;

	if (!forecaster_score(&score, f, bar))
		return true;
	if (at == rows->room)
		return false;
	season = forecaster_season(&f->state->volatility);
	scale = forecaster_scale(&f->state->volatility);
	unit = scale * scale * seasonality_factor(&season, bar->open_time_s);
	forecaster_features(rows->x + at * NETWORK_INPUTS, f,
			    bar->open_time_s);
	rows->variance[at] = score.range_variance / unit;
	rows->returns[at] = score.ret / sqrt(unit);
	rows->unit[at] = unit;
	for (size_t i = 0; i < EXPERTS_COUNT; i++)
		rows->expert_variance[at * EXPERTS_COUNT + i] =
			score.present[i] ? score.variance[i] : 0.0;
	rows->n++;
	return true;
}

/* The bar at `index` alone, or with its window where a refit is due. */
static enum status feed(struct forecaster *f, const struct series *all,
			size_t index, const uint8_t prefix[][HASH_SIZE],
			struct arena *arena)
{
	struct asset_state before = *f->state;
	size_t window = f->policy->window_bars;
	struct series one = *all;
	enum status status;

	one.first_index = index;
	one.bars = all->bars + index;
	one.count = 1;
	memcpy(one.prefix, prefix[index], HASH_SIZE);
	status = forecaster_feed(f, &one, arena);
	if (status != E_MISSING)
		return status;
	*f->state = before;
	forecaster_open(f, f->state, f->policy);
	one.first_index = index + 1 > window ? index + 1 - window : 0;
	one.bars = all->bars + one.first_index;
	one.count = (uint32_t)(index + 1 - one.first_index);
	memcpy(one.prefix, prefix[one.first_index], HASH_SIZE);
	return forecaster_feed(f, &one, arena);
}

enum status learned_rows_add(struct learned_rows *rows,
			     const struct series *series,
			     const struct policy *policy, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct asset_state *state = ARENA_NEW(arena, struct asset_state, 1);
	struct forecaster *f = ARENA_NEW(arena, struct forecaster, 1);
	uint8_t(*prefix)[HASH_SIZE] = arena_allocate(
		arena, (size_t)series->count + 1, HASH_SIZE);
	enum status status = state && f && prefix ? OK : E_LIMIT;

	for (size_t i = 0; !status && i < series->count; i++) {
		memcpy(prefix[i + 1], prefix[i], HASH_SIZE);
		bar_chain(prefix[i + 1], &series->bars[i]);
	}
	if (!status)
		forecaster_open(f, state, policy);
	for (size_t i = 0; !status && i < series->count; i++) {
		if (!add(rows, f, &series->bars[i]))
			status = E_LIMIT;
		else
			status = feed(f, series, i,
				      (const uint8_t(*)[HASH_SIZE])prefix,
				      arena);
	}
	arena_reset(arena, mark);
	return status;
}
