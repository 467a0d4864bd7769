/* summary.c -- see summary.h. */
#include "backtest/summary.h"

#include <string.h>

#include "backtest/score_input.h"
#include "base/host/memory.h"
#include "models/decide.h"

#define HOUR_S 3600.0
#define STREAMS_A_RUN 64u /* of the bootstraps' counters */
#define REACTION_STREAM 32u

struct arena *summary_arena(size_t hours, uint32_t replicates)
{
	return arena_new(160 * hours + 64 * (size_t)replicates + 65536);
}

struct bootstrap_plan summary_bootstrap(const struct backtest_plan *plan,
					const struct rng_key *key,
					const struct summary_options *options)
{
	return (struct bootstrap_plan){
		.key = key,
		.replicates = options->replicates ? options->replicates
						  : SUMMARY_REPLICATES,
		.blocks = BOOTSTRAP_STATIONARY,
		.block_least = (double)plan->policy->horizon_s / HOUR_S,
		.level = SUMMARY_LEVEL, .parallel = options->parallel };
}

const struct run_summary *summary_run(const struct backtest_summary *summary,
				      enum setter setter)
{
	for (size_t i = 0; i < summary->run_count; i++)
		if (summary->runs[i].setter == setter)
			return &summary->runs[i];
	return NULL;
}

static void count_decisions(struct run_summary *out,
			    const struct run_record *run)
{
	for (size_t i = 0; i < run->decision_count; i++) {
		const struct decision_record *d = run_decision(run, i);

		out->outcomes[d->outcome <= OUTCOME_FREEZE ? d->outcome : 0]++;
		out->applied += d->applied;
		out->queued += d->queued;
		out->confirmed += d->confirmed;
		out->refused += d->refused;
	}
}

static void look_at_hours(struct run_summary *out, const struct run_record *run,
			  size_t asset_count)
{
	for (size_t h = 0; h < run->hour_count; h++) {
		const struct hour_record *hour = run_hour(run, h);

		out->bad_debt_usd = hour->bad_debt_usd;
		if (hour->bad_debt_usd > out->bad_debt_peak_usd)
			out->bad_debt_peak_usd = hour->bad_debt_usd;
		for (size_t a = 0; a < asset_count; a++) {
			double ltv = (double)hour->ltv[a];

			out->ltv_mean[a] += ltv / (double)run->hour_count;
			if (!h || ltv < out->ltv_low[a])
				out->ltv_low[a] = ltv;
			if (!h || ltv > out->ltv_high[a])
				out->ltv_high[a] = ltv;
		}
	}
}

static void test_forecasts(struct run_summary *out,
			   const struct backtest_plan *plan,
			   const struct run_record *run,
			   const struct rng_key *key)
{
	for (size_t a = 0; a < plan->asset_count; a++) {
		struct forecast_set set;

		forecast_set_collect(&set, plan, run, a);
		forecast_tests_run(out->tests[a], &set, key);
		out->derived[a] = set.derived;
		forecast_set_free(&set);
	}
}

/* Reactions of one run, crisis by crisis, and their mean. */
static void score_reactions(struct backtest_summary *summary, size_t index,
			    struct bootstrap_plan plan, struct arena *arena)
{
	struct reaction reactions[SUMMARY_CRISES_MAX];
	struct run_summary *out = &summary->runs[index];

	for (size_t c = 0; c < summary->crisis_count; c++)
		reactions[c] = summary->crises[c].runs[index].reaction;
	plan.stream += REACTION_STREAM;
	plan.block_least = 0.0;
	out->has_reaction = reaction_summarise(&out->reaction, reactions,
					       summary->crisis_count, &plan,
					       arena) == OK;
}

static enum status score_run(struct backtest_summary *summary, size_t index,
			     struct bootstrap_plan plan, struct error *error)
{
	const struct backtest_record *record = summary->record;
	const struct run_record *run = &record->runs[index];
	struct run_summary *out = &summary->runs[index];
	struct score_input input;
	struct arena *arena;
	enum status status = score_input_open(&input, record->plan, run, error);

	if (status)
		return status;
	arena = summary_arena(run->hour_count, plan.replicates);
	plan.stream = STREAMS_A_RUN * (uint32_t)(run->setter + 1);
	status = decision_scores(&out->scores, &input.run, &plan, arena);
	if (status)
		status = error_set(error, status, "run %s cannot be scored",
				   setter_name(run->setter));
	for (size_t c = 0; c < summary->crisis_count && !status; c++)
		summary_crisis_run(&summary->crises[c].runs[index],
				   &summary->crises[c], run, &input);
	if (!status)
		score_reactions(summary, index, plan, arena);
	arena_free(arena);
	score_input_free(&input);
	run_rest(run);
	return status;
}

static enum status summarise_run(struct backtest_summary *summary,
				 size_t index,
				 const struct summary_options *options,
				 struct error *error)
{
	const struct backtest_record *record = summary->record;
	const struct run_record *run = &record->runs[index];
	struct rng_key key = rng_key_of(record->plan->seed);
	struct run_summary *out = &summary->runs[index];

	if (run->hour_count != record->runs[0].hour_count)
		return error_set(error, E_INPUT, "run %s has %zu hours, run %s "
				 "has %zu", setter_name(run->setter),
				 run->hour_count,
				 setter_name(record->runs[0].setter),
				 record->runs[0].hour_count);
	out->setter = run->setter;
	out->shift = run->shift;
	count_decisions(out, run);
	look_at_hours(out, run, record->plan->asset_count);
	test_forecasts(out, record->plan, run, &key);
	return score_run(summary, index,
			 summary_bootstrap(record->plan, &key, options), error);
}

static void identify(struct backtest_summary *out)
{
	uint8_t hash[HASH_SIZE];

	hex_encode(out->run_id, out->record->input_digest, 16);
	model_hash(hash);
	hex_encode(out->model_id, hash, 8);
	for (size_t a = 0; a < out->record->plan->asset_count; a++)
		out->synthetic = out->synthetic ||
				 out->record->plan->assets[a].synthetic;
}

enum status summary_new(struct backtest_summary **out,
			const struct backtest_record *record,
			const struct summary_options *options,
			struct error *error)
{
	struct backtest_summary *summary;
	enum status status = OK;

	if (!record->run_count)
		return error_set(error, E_INPUT, "the record has no run");
	summary = memory_allocate(1, sizeof(*summary));
	summary->record = record;
	summary->run_count = record->run_count;
	identify(summary);
	summary_crises(summary);
	for (size_t i = 0; i < record->run_count && !status; i++)
		status = summarise_run(summary, i, options, error);
	if (status)
		summary_free(summary);
	else
		*out = summary;
	return status;
}

void summary_free(struct backtest_summary *summary)
{
	memory_free(summary);
}
