/* compare.c -- see compare.h. */
#include "backtest/compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backtest/plan_codec.h"
#include "backtest/score_input.h"
#include "base/host/json_writer.h"

#define STREAM 0x2000u /* apart from those of summaries */

/* What both must share: all of a plan but the policy and the steward. */
static void common_digest(uint8_t out32[HASH_SIZE],
			  const struct backtest_plan *plan)
{
	struct backtest_plan *common = memory_allocate(1, sizeof(*common));

	*common = *plan;
	common->policy_bytes = bytes_of("", 0);
	memset(&common->steward, 0, sizeof(common->steward));
	plan_digest(out32, common);
	memory_free(common);
}

static enum status differ(struct error *error, const char *what)
{
	error_set(error, E_INPUT, "the two backtests are of different %s", what);
	return error_hint(error, "A difference means something only over the "
			  "same history: run both with the same plan.");
}

static bool same_symbols(const struct backtest_plan *a,
			 const struct backtest_plan *b)
{
	if (a->asset_count != b->asset_count)
		return false;
	for (size_t i = 0; i < a->asset_count; i++)
		if (strcmp(a->assets[i].symbol, b->assets[i].symbol) != 0)
			return false;
	return true;
}

enum status compare_check(const struct backtest_record *const records[2],
			  struct error *error)
{
	const struct backtest_plan *a = records[0]->plan, *b = records[1]->plan;
	uint8_t digests[2][HASH_SIZE];

	if (memcmp(records[0]->input_digest, records[1]->input_digest,
		   HASH_SIZE) == 0)
		return OK;
	if (a->from_s != b->from_s || a->to_s != b->to_s)
		return differ(error, "times");
	if (!same_symbols(a, b))
		return differ(error, "assets");
	if (memcmp(a->seed, b->seed, HASH_SIZE) != 0)
		return differ(error, "seeds");
	common_digest(digests[0], a);
	common_digest(digests[1], b);
	if (memcmp(digests[0], digests[1], HASH_SIZE) != 0)
		return differ(error, "prices, borrowers or first parameters");
	return OK;
}

static enum status find_run(const struct run_record **out,
			    const struct backtest_record *record,
			    enum setter setter, struct error *error)
{
	for (size_t i = 0; i < record->run_count; i++)
		if (record->runs[i].setter == setter) {
			*out = &record->runs[i];
			return OK;
		}
	return error_set(error, E_MISSING, "the record has no run of %s",
			 setter_name(setter));
}

static bool same_states(const struct scored_run *a, const struct scored_run *b)
{
	for (size_t i = 0; i < a->steps * a->assets; i++)
		if (memcmp(a->states[i].values, b->states[i].values,
			   sizeof(a->states[i].values)) != 0)
			return false;
	return true;
}

static enum status score(struct run_comparison *out,
			 const struct score_input inputs[2],
			 const struct bootstrap_plan *plan, struct arena *arena)
{
	const struct scored_run *const runs[2] = { &inputs[0].run,
						   &inputs[1].run };
	struct decision_scores each;
	enum status status = decision_scores_difference(&out->difference, runs,
							plan, arena);

	for (size_t r = 0; r < 2 && !status; r++) {
		status = decision_scores(&each, runs[r], plan, arena);
		for (int k = 0; k < DECISION_SCORES && !status; k++)
			out->values[r][k] = each.figures[k].exists
				? each.figures[k].result.value : (double)NAN;
	}
	out->same_changes = !status && same_states(runs[0], runs[1]);
	return status;
}

/* Both inputs are open. */
static enum status compare_inputs(struct run_comparison *out,
				  const struct score_input inputs[2],
				  const struct backtest_plan *plan,
				  const struct summary_options *options,
				  struct error *error)
{
	struct rng_key key = rng_key_of(plan->seed);
	struct bootstrap_plan resample = summary_bootstrap(plan, &key, options);
	struct arena *arena = summary_arena(inputs[0].run.steps,
					    resample.replicates);
	enum status status;

	resample.stream = STREAM;
	status = score(out, inputs, &resample, arena);
	arena_free(arena);
	return status ? error_set(error, E_INPUT, "the two runs are not of the "
				  "same hours") : OK;
}

enum status compare_runs(struct run_comparison *out,
			 const struct backtest_record *const records[2],
			 const enum setter setters[2],
			 const struct summary_options *options,
			 struct error *error)
{
	const struct run_record *runs[2] = { NULL, NULL };
	struct score_input inputs[2] = { { .states = NULL }, { .states = NULL } };
	struct run_comparison result = { .setters = { setters[0], setters[1] } };
	enum status status = compare_check(records, error);

	for (size_t r = 0; r < 2 && !status; r++)
		status = find_run(&runs[r], records[r], setters[r], error);
	for (size_t r = 0; r < 2 && !status; r++)
		status = score_input_open(&inputs[r], records[r]->plan, runs[r],
					  error);
	if (!status)
		status = compare_inputs(&result, inputs, records[0]->plan,
					options, error);
	for (size_t r = 0; r < 2; r++)
		score_input_free(&inputs[r]);
	if (!status)
		*out = result;
	return status;
}

void compare_text(struct text *out, const struct run_comparison *comparison,
		  const char *const names[2])
{
	text_add_format(out, "a: %s of %s\nb: %s of %s\n%-20s %14s %14s %14s "
			"%14s %14s %7s\n", setter_name(comparison->setters[0]),
			names[0], setter_name(comparison->setters[1]), names[1],
			"score", "a", "b", "a - b", "from", "to", "p");
	for (int k = 0; k < DECISION_SCORES; k++) {
		const struct decision_figure *figure =
			&comparison->difference.figures[k];
		const enum decision_score score = (enum decision_score)k;

		if (!figure->exists) {
			text_add_format(out, "%-20s %14s\n",
					decision_score_name(score),
					"cannot be had");
			continue;
		}
		text_add_format(out, "%-20s %14.6g %14.6g %14.6g %14.6g %14.6g "
				"%7.4f  %s\n", decision_score_name(score),
				comparison->values[0][k],
				comparison->values[1][k], figure->result.value,
				figure->result.low, figure->result.high,
				figure->result.p, decision_score_unit(score));
	}
	text_add_format(out, "from and to: %.0f %% of resamples in blocks, both "
			"runs at the same hours; p: of no difference\n",
			100.0 * SUMMARY_LEVEL);
	if (comparison->same_changes)
		text_add_string(out, "both set the same parameters at all "
				"hours\n");
}
