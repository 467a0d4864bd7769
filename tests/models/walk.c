/* walk.c -- see walk.h. */
#include "tests/models/walk.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host/memory.h"
#include "models/ensemble/scores.h"
#include "models/volatility/ewma.h"

#define SCRATCH ((size_t)64 << 20)
#define ABSENT 1e3

static struct policy policy_of(uint32_t interval_s)
{
	struct policy policy;

	memset(&policy, 0, sizeof(policy));
	policy.bar_interval_s = interval_s;
	policy.window_bars = interval_s == 86400 ? 1000 : 2000;
	policy.burn_in_bars = interval_s == 86400 ? 500 : 1000;
	policy.refit_bars = interval_s == 86400 ? 30 : 168;
	return policy;
}

static double *column(size_t n)
{
	return memory_allocate(n + 1, sizeof(double));
}

static void make_room(struct walk *w)
{
	size_t n = w->file.count;

	w->times_s = memory_allocate(n + 1, sizeof(int64_t));
	w->returns = column(n);
	for (int i = 0; i < FORECASTERS; i++) {
		w->variance_loss[i] = column(n);
		w->tail_loss[i] = column(n);
	}
	for (int k = 0; k < 2; k++) {
		w->var99[k] = column(n);
		w->var975[k] = column(n);
		w->es975[k] = column(n);
	}
}

void walk_free(struct walk *w)
{
	memory_free(w->file.bars);
	memory_free(w->times_s);
	memory_free(w->returns);
	for (int i = 0; i < FORECASTERS; i++) {
		memory_free(w->variance_loss[i]);
		memory_free(w->tail_loss[i]);
	}
	for (int k = 0; k < 2; k++) {
		memory_free(w->var99[k]);
		memory_free(w->var975[k]);
		memory_free(w->es975[k]);
	}
}

static void keep(struct walk *w, const struct bar_score *s, int64_t time_s)
{
	size_t n = w->n++;

	w->times_s[n] = time_s;
	w->returns[n] = s->ret;
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		w->variance_loss[i][n] =
			s->present[i] ? qlike(s->range_variance, s->variance[i])
				      : ABSENT;
		w->tail_loss[i][n] =
			s->present[i] ? score_fz0(s->ret, s->tail[i].quantile,
						  s->tail[i].shortfall,
						  TAIL_PROBABILITY)
				      : ABSENT;
	}
	w->variance_loss[EXPERTS_COUNT][n] =
		qlike(s->range_variance, s->ensemble_variance);
	w->tail_loss[EXPERTS_COUNT][n] =
		score_fz0(s->ret, s->ensemble_tail.quantile,
			  s->ensemble_tail.shortfall, TAIL_PROBABILITY);
	w->var99[0][n] = s->var99;
	w->var99[1][n] = s->conformal_var99;
	w->var975[0][n] = s->ensemble_tail.quantile;
	w->var975[1][n] = s->conformal_tail.quantile;
	w->es975[0][n] = s->ensemble_tail.shortfall;
	w->es975[1][n] = s->conformal_tail.shortfall;
}

/* The bar alone, or with its window where a refit is due. */
static enum status feed(struct forecaster *f, const struct market_file *file,
			uint8_t (*prefix)[HASH_SIZE], size_t index,
			struct arena *arena)
{
	const struct asset_state *state = f->state;
	uint64_t fitted_at = state->volatility.fitted_at;
	size_t window = f->policy->window_bars, first = index;
	struct series series;
	bool due = state->bar_count + 1 >= f->policy->burn_in_bars &&
		   (!fitted_at || state->bar_count + 1 - fitted_at >=
					  f->policy->refit_bars);

	if (due)
		first = index + 1 > window ? index + 1 - window : 0;
	memset(&series, 0, sizeof(series));
	series.first_index = first;
	series.bars = file->bars + first;
	series.count = (uint32_t)(index + 1 - first);
	memcpy(series.prefix, prefix[first], HASH_SIZE);
	return forecaster_feed(f, &series, arena);
}

void walk_run(struct walk *out, const char *folder, const char *name)
{
	struct arena *arena = arena_new(SCRATCH);
	struct forecaster *f = memory_allocate(1, sizeof(*f));
	struct asset_state *state = memory_allocate(1, sizeof(*state));
	uint8_t(*prefix)[HASH_SIZE];
	struct policy policy;

	memset(out, 0, sizeof(*out));
	market_file_read(&out->file, folder, name);
	make_room(out);
	policy = policy_of(out->file.interval_s);
	prefix = memory_allocate(out->file.count + 1, HASH_SIZE);
	for (size_t i = 0; i < out->file.count; i++) {
		memcpy(prefix[i + 1], prefix[i], HASH_SIZE);
		bar_chain(prefix[i + 1], &out->file.bars[i]);
	}
	forecaster_open(f, state, &policy);
	for (size_t i = 0; i < out->file.count; i++) {
		struct bar_score score;

		if (forecaster_score(&score, f, &out->file.bars[i]))
			keep(out, &score, out->file.bars[i].open_time_s);
		if (feed(f, &out->file, prefix, i, arena)) {
			fprintf(stderr, "%s: bar %zu is refused\n", name, i);
			exit(2);
		}
	}
	memory_free(prefix);
	memory_free(state);
	memory_free(f);
	arena_free(arena);
}
