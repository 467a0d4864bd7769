/* incident_trial.c -- see incident_trial.h: the runs. */
#include "backtest/incident_trial.h"

#include <string.h>

#include "backtest/disturbance.h"
#include "base/host/memory.h"
#include "governance/limiter/limiter.h"

static uint32_t asset_bit(const struct backtest_plan *plan,
			  const struct tuple *tuple)
{
	for (size_t a = 0; a < plan->asset_count; a++)
		if (!memcmp(plan->policy->assets[a].asset, tuple->asset,
			    ADDRESS_SIZE))
			return 1u << a;
	return 0;
}

/* Members that were to move and moved in part, or alone. */
static bool is_half(const struct tuple *tuple, const struct walk *walk,
		    size_t asset)
{
	struct reserve asked;

	memset(&asked, 0, sizeof(asked));
	disturbance_reserve(&asked, walk->grid->plan, asset,
			    (int64_t)walk->wish.record.time_s);
	return tuple->new_values[0] != asked.cap_target_ratio_e18 ||
	       tuple->new_values[1] != asked.cap_target_time_s;
}

static void note_tuple(struct incident_decision *out, const struct walk *walk,
		       const struct tuple *tuple)
{
	uint32_t bit = asset_bit(walk->grid->plan, tuple);

	if (tuple->kind == KIND_FREEZE)
		out->freezing |= bit;
	else if (tuple->kind != KIND_PRICE_CAP &&
		 limiter_tuple_loosens(tuple))
		out->loosening |= bit;
	else if (tuple->kind != KIND_PRICE_CAP)
		out->tightening |= bit;
	if (tuple->kind != KIND_PRICE_CAP)
		return;
	out->caps_price = true;
	for (size_t a = 0; a < walk->market.asset_count; a++)
		if (bit >> a & 1 && is_half(tuple, walk, a))
			out->caps_half = true;
}

static void note_decision(struct incident_track *out, const struct walk *walk)
{
	struct incident_decision *made;

	out->decisions = memory_resize(out->decisions, out->count + 1,
				       sizeof(*out->decisions));
	made = &out->decisions[out->count++];
	memset(made, 0, sizeof(*made));
	for (size_t i = 0; i < walk->wish.count; i++)
		note_tuple(made, walk, &walk->wish.tuples[i]);
}

static enum status play_hours(struct incident_track *out, struct walk *walk,
			      struct error *error)
{
	enum status status = OK;

	out->open_usd = memory_allocate(walk->grid->hours, sizeof(double));
	while (!walk_is_over(walk) && !status) {
		size_t made = walk->decisions;

		status = walk_hour(walk, error);
		if (status)
			return status;
		if (walk->decisions > made)
			note_decision(out, walk);
		out->open_usd[walk->hour - 1] = incident_open_usd(walk);
	}
	return status;
}

static enum status play(struct incident_track *out,
			const struct incident_stage *stage, enum setter setter,
			const struct parallel *parallel, struct error *error)
{
	struct price_grid grid = { 0 };
	const struct walk_start start = { .grid = &grid, .setter = setter,
					  .parallel = parallel };
	struct walk *walk = memory_allocate(1, sizeof(*walk));
	enum status status = prices_open(&grid, &stage->plan, error);

	if (!status)
		status = walk_open(walk, &start, error);
	if (!status)
		status = play_hours(out, walk, error);
	if (!status) {
		out->run = walk->record;
		memset(&walk->record, 0, sizeof(walk->record));
		for (size_t d = 0; d < out->count; d++)
			out->decisions[d].record = out->run.decisions[d];
	}
	walk_close(walk);
	memory_free(walk);
	prices_free(&grid);
	return status;
}

static struct incident_stage *set(const struct incident *incident,
				  const struct incident_order *order, bool calm)
{
	struct incident_stage *out = memory_allocate(1, sizeof(*out));

	incident_stage_begin(out, order->seed);
	out->calm = calm;
	incident->design(out);
	if (order->unguarded && incident->unguard)
		incident->unguard(out);
	incident_stage_finish(out);
	return out;
}

enum status incident_play(struct incident_trial *out,
			  const struct incident *incident,
			  const struct incident_order *order,
			  struct error *error)
{
	struct incident_order bare = *order;
	enum status status;

	memset(out, 0, sizeof(*out));
	out->stage = set(incident, order, false);
	status = play(&out->plimsoll, out->stage, SETTER_PLIMSOLL,
		      order->parallel, error);
	if (!status)
		status = play(&out->unmoved, out->stage, SETTER_NO_CHANGE,
			      order->parallel, error);
	if (!status && incident->needs_calm) {
		out->calm_stage = set(incident, order, true);
		status = play(&out->calm, out->calm_stage, SETTER_PLIMSOLL,
			      order->parallel, error);
	}
	if (!status && incident->needs_bare) {
		bare.unguarded = true;
		out->bare_stage = set(incident, &bare, false);
		status = play(&out->bare, out->bare_stage, SETTER_PLIMSOLL,
			      order->parallel, error);
	}
	return status;
}

static void free_track(struct incident_track *track)
{
	run_record_free(&track->run);
	memory_free(track->decisions);
	memory_free(track->open_usd);
}

static void free_stage(struct incident_stage *stage)
{
	if (stage)
		incident_stage_free(stage);
	memory_free(stage);
}

void incident_trial_free(struct incident_trial *trial)
{
	free_track(&trial->plimsoll);
	free_track(&trial->unmoved);
	free_track(&trial->calm);
	free_track(&trial->bare);
	free_stage(trial->stage);
	free_stage(trial->calm_stage);
	free_stage(trial->bare_stage);
	memset(trial, 0, sizeof(*trial));
}
