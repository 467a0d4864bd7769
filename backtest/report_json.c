/* report_json.c -- see report_json.h. */
#include "backtest/report_json.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

#include "backtest/verdict.h"
#include "base/time.h"
#include "crypto/hex.h"

#define FORMAT_VERSION 1

void report_put_number(struct json_writer *json, const char *key, double value)
{
	if (value - value == 0.0)
		json_put_double(json, key, value);
	else
		json_put_null(json, key);
}

void report_put_usd(struct json_writer *json, const char *key, double usd)
{
	char words[400]; /* the largest double has 309 digits */

	snprintf(words, sizeof(words), "%.2f", usd);
	if (usd - usd == 0.0)
		json_put_string(json, key, words);
	else
		json_put_null(json, key);
}

void report_put_time(struct json_writer *json, const char *key, int64_t time_s)
{
	char words[TIME_TEXT_MAX];

	time_format(words, time_s);
	json_put_string(json, key, words);
}

static void put_hash(struct json_writer *json, const char *key,
		     const uint8_t hash[HASH_SIZE])
{
	char words[HASH_TEXT_MAX];

	hex_encode_prefixed(words, hash, HASH_SIZE);
	json_put_string(json, key, words);
}

void report_score_key(char out[REPORT_KEY_MAX], enum decision_score score)
{
	size_t size = 0;

	for (const char *name = decision_score_name(score);
	     *name && size < REPORT_KEY_MAX - 1; name++) {
		bool next = *name == '-' && name[1];

		name += next;
		out[size++] = next ? (char)toupper((unsigned char)*name)
				   : *name;
	}
	out[size] = 0;
}

static bool is_money(enum decision_score score)
{
	return decision_score_unit(score)[0] == 'U'; /* USD */
}

void report_put_score(struct json_writer *json, enum decision_score score,
		      double value)
{
	char key[REPORT_KEY_MAX];

	report_score_key(key, score);
	if (is_money(score))
		report_put_usd(json, key, value);
	else
		report_put_number(json, key, value);
}

void report_put_figure(struct json_writer *json, enum decision_score score,
		       const struct decision_figure *figure, bool with_p)
{
	void (*const put)(struct json_writer *, const char *, double) =
		is_money(score) ? report_put_usd : report_put_number;
	char key[REPORT_KEY_MAX];

	report_score_key(key, score);
	if (!figure->exists) {
		json_put_null(json, key);
		return;
	}
	json_open_object(json, key);
	json_put_string(json, "unit", decision_score_unit(score));
	put(json, "value", figure->result.value);
	put(json, "low", figure->result.low);
	put(json, "high", figure->result.high);
	put(json, "error", figure->result.error);
	if (with_p)
		report_put_number(json, "p", figure->result.p);
	report_put_number(json, "blockHours", figure->result.block);
	json_close_object(json);
}

static void put_plan(struct json_writer *json,
		     const struct backtest_plan *plan)
{
	report_put_time(json, "from", plan->from_s);
	report_put_time(json, "to", plan->to_s);
	json_put_integer(json, "horizonS", plan->policy->horizon_s);
	json_put_integer(json, "periodS", plan->policy->epoch_period_s);
	json_put_integer(json, "embargoS", plan->embargo_s);
	put_hash(json, "seed", plan->seed);
	json_put_string(json, "evidence", (char[2]){
			evidence_letter(plan->evidence) });
	json_put_bool(json, "evidenceSupposed", true);
	json_open_array(json, "assets");
	for (size_t a = 0; a < plan->asset_count; a++) {
		const struct plan_asset *asset = &plan->assets[a];

		json_open_object(json, NULL);
		json_put_string(json, "asset", asset->symbol);
		json_put_string(json, "series", asset->series);
		json_put_bool(json, "synthetic", asset->synthetic);
		json_put_bool(json, "stable", asset->stable);
		json_put_integer(json, "bars", (int64_t)asset->bar_count);
		report_put_usd(json, "supplyUsd", asset->supply_usd);
		json_close_object(json);
	}
	json_close_array(json);
}

static void put_verdict(struct json_writer *json,
			const struct backtest_summary *summary)
{
	struct verdict verdict;

	verdict_of(&verdict, summary);
	json_open_object(json, "verdict");
	if (verdict.tested)
		json_put_string(json, "trafficLight",
				traffic_zone_name(verdict.worst));
	else
		json_put_null(json, "trafficLight");
	json_open_array(json, "reasons");
	for (size_t i = 0; i < verdict.count; i++)
		json_put_string(json, NULL, verdict.assets[i].reason);
	json_close_array(json);
	json_close_object(json);
}

/* The baseline that did better: lower pinball loss. */
static const struct forecast_tests *
best_baseline(const struct forecast_tests tests[FORECASTERS_COUNT])
{
	return tests[FORECASTER_HISTORICAL].pinball <=
			       tests[FORECASTER_EWMA].pinball
		       ? &tests[FORECASTER_HISTORICAL]
		       : &tests[FORECASTER_EWMA];
}

static void put_tests(struct json_writer *json, const struct forecast_tests *t)
{
	json_put_integer(json, "n", (int64_t)t->n);
	json_put_integer(json, "exceed", (int64_t)t->exceed);
	report_put_number(json, "pofLr", t->pof.statistic);
	report_put_number(json, "pofP", t->pof.p);
	report_put_number(json, "indLr", t->independence.statistic);
	report_put_number(json, "indP", t->independence.p);
	report_put_number(json, "ccLr", t->conditional.statistic);
	report_put_number(json, "ccP", t->conditional.p);
	json_put_bool(json, "exactP", t->exact);
	report_put_number(json, "dq", t->quantile.statistic);
	report_put_number(json, "dqP", t->quantile.p);
	json_put_integer(json, "exceed975", (int64_t)t->exceed975);
	report_put_number(json, "z1", t->z1.statistic);
	report_put_number(json, "z1P", t->z1.p);
	report_put_number(json, "z2", t->z2.statistic);
	report_put_number(json, "z2P", t->z2.p);
	report_put_number(json, "pinball", t->pinball);
	report_put_number(json, "fz0", t->fz0);
	json_put_string(json, "trafficLight", traffic_zone_name(t->light.zone));
}

static void put_blocks(struct json_writer *json, const char *key,
		       const struct bootstrap_result *result)
{
	json_open_object(json, key);
	report_put_number(json, "value", result->value);
	report_put_number(json, "low", result->low);
	report_put_number(json, "high", result->high);
	report_put_number(json, "p", result->p);
	report_put_number(json, "blockForecasts", result->block);
	json_close_object(json);
}

/* All forecasts where they overlap: tests by block bootstrap. */
static void put_overlap(struct json_writer *json,
			const struct overlap_tests *overlap)
{
	if (!overlap->n) {
		json_put_null(json, "overlapping");
		return;
	}
	json_open_object(json, "overlapping");
	json_put_integer(json, "n", (int64_t)overlap->n);
	json_put_integer(json, "inHorizon", (int64_t)overlap->in_horizon);
	json_put_integer(json, "exceed", (int64_t)overlap->exceed);
	json_put_integer(json, "exceed975", (int64_t)overlap->exceed975);
	put_blocks(json, "share99", &overlap->share99);
	put_blocks(json, "share975", &overlap->share975);
	put_blocks(json, "z2", &overlap->z2);
	json_close_object(json);
}

static void put_coverage(struct json_writer *json,
			 const struct forecast_tests *tests)
{
	char words[OVERLAP_WORDS_MAX];

	put_overlap(json, &tests->overlap);
	json_put_string(json, "coverageBy",
			overlap_counts(&tests->overlap, FORECAST_P99)
				? "block-bootstrap" : "kupiec");
	overlap_words(words, &tests->overlap, tests->n);
	json_put_string(json, "coverageWhy", words);
}

/* A row of v_backtest_summary and more. */
static void put_forecast(struct json_writer *json,
			 const struct backtest_summary *summary, size_t asset,
			 enum forecaster who)
{
	const struct run_summary *own = summary_run(summary, SETTER_PLIMSOLL);
	const struct forecast_tests *tests = own->tests[asset];
	const struct forecast_tests *rival =
		who == FORECASTER_OWN ? best_baseline(tests) : &tests[who];

	json_open_object(json, NULL);
	json_put_string(json, "runId", summary->run_id);
	json_put_string(json, "modelId",
			who == FORECASTER_OWN ? summary->model_id
					      : forecaster_name(who));
	json_put_string(json, "forecaster", forecaster_name(who));
	json_put_string(json, "asset",
			summary->record->plan->assets[asset].symbol);
	put_tests(json, &tests[who]);
	put_coverage(json, &tests[who]);
	report_put_number(json, "baselinePinball", rival->pinball);
	report_put_number(json, "baselineFz0", rival->fz0);
	/* Statistics of plimsoll's loss less the baseline's. */
	report_put_number(json, "dm", rival->dm.statistic);
	report_put_number(json, "dmP", rival->dm.p);
	report_put_number(json, "dmFz0", rival->dm_fz0.statistic);
	report_put_number(json, "dmFz0P", rival->dm_fz0.p);
	json_put_bool(json, "var975Derived",
		      who == FORECASTER_OWN && own->derived[asset]);
	json_close_object(json);
}

static void put_forecasts(struct json_writer *json,
			  const struct backtest_summary *summary)
{
	const struct run_summary *own = summary_run(summary, SETTER_PLIMSOLL);

	json_open_array(json, "forecasts");
	for (size_t a = 0; own && a < summary->record->plan->asset_count; a++)
		for (int f = 0; f < FORECASTERS_COUNT && own->tests[a][0].n; f++)
			put_forecast(json, summary, a, (enum forecaster)f);
	json_close_array(json);
}

static void put_reaction_mean(struct json_writer *json,
			      const struct run_summary *run)
{
	if (!run->has_reaction) {
		json_put_null(json, "reaction");
		return;
	}
	json_open_object(json, "reaction");
	json_put_integer(json, "crises", (int64_t)run->reaction.crises);
	json_put_integer(json, "made", (int64_t)run->reaction.made);
	json_put_integer(json, "never", (int64_t)run->reaction.never);
	json_put_integer(json, "ahead", (int64_t)run->reaction.ahead);
	report_put_number(json, "meanS", run->reaction.mean.value);
	report_put_number(json, "lowS", run->reaction.mean.low);
	report_put_number(json, "highS", run->reaction.mean.high);
	json_close_object(json);
}

static void put_run(struct json_writer *json,
		    const struct backtest_summary *summary, size_t index)
{
	const struct run_summary *run = &summary->runs[index];
	const struct run_record *record = &summary->record->runs[index];

	json_open_object(json, NULL);
	json_put_string(json, "setter", setter_name(run->setter));
	json_put_integer(json, "decisions", (int64_t)record->decision_count);
	json_put_integer(json, "updates", run->outcomes[OUTCOME_UPDATE]);
	json_put_integer(json, "holds", run->outcomes[OUTCOME_HOLD]);
	json_put_integer(json, "freezes", run->outcomes[OUTCOME_FREEZE]);
	json_put_integer(json, "applied", run->applied);
	json_put_integer(json, "queued", run->queued);
	json_put_integer(json, "confirmed", run->confirmed);
	json_put_integer(json, "refused", run->refused);
	json_put_integer(json, "hours", (int64_t)record->hour_count);
	report_put_usd(json, "badDebtEndUsd", run->bad_debt_usd);
	report_put_usd(json, "badDebtPeakUsd", run->bad_debt_peak_usd);
	json_open_object(json, "scores");
	for (int k = 0; k < DECISION_SCORES; k++)
		report_put_figure(json, (enum decision_score)k,
				  &run->scores.figures[k], false);
	json_close_object(json);
	json_put_integer(json, "unjudgedLiquidations",
			 (int64_t)run->scores.unjudged);
	put_reaction_mean(json, run);
	json_open_array(json, "usableLtv");
	for (size_t a = 0; a < summary->record->plan->asset_count; a++) {
		json_open_object(json, NULL);
		json_put_string(json, "asset",
				summary->record->plan->assets[a].symbol);
		report_put_number(json, "mean", run->ltv_mean[a]);
		report_put_number(json, "low", run->ltv_low[a]);
		report_put_number(json, "high", run->ltv_high[a]);
		json_put_integer(json, "shiftBps", run->shift.bps[a]);
		json_close_object(json);
	}
	json_close_array(json);
	json_close_object(json);
}

static const char *reaction_word(enum reaction_kind kind)
{
	switch (kind) {
	case REACTION_NO_CRISIS: return "no-fall";
	case REACTION_NEVER: return "never";
	case REACTION_MADE: return "made";
	}
	return "?";
}

static void put_crisis_run(struct json_writer *json, enum setter setter,
			   const struct crisis_run *run)
{
	json_open_object(json, NULL);
	json_put_string(json, "setter", setter_name(setter));
	report_put_usd(json, "badDebtUsd", run->bad_debt_usd);
	report_put_usd(json, "liquidatedUsd", run->liquidated_usd);
	report_put_number(json, "ltvBefore", run->ltv_before);
	report_put_number(json, "ltvLow", run->ltv_low);
	report_put_number(json, "ltvEnd", run->ltv_end);
	json_put_integer(json, "freezes", run->freezes);
	json_put_string(json, "reaction", reaction_word(run->reaction.kind));
	if (run->reaction.kind != REACTION_NO_CRISIS) {
		report_put_time(json, "fallAt", run->reaction.start_s);
		json_put_integer(json, "afterS", run->reaction.after_s);
		json_put_bool(json, "ahead", run->reaction.ahead);
	}
	json_close_object(json);
}

static void put_crisis(struct json_writer *json,
		       const struct backtest_summary *summary,
		       const struct crisis_summary *crisis)
{
	json_open_object(json, NULL);
	json_put_string(json, "id", crisis->window->id);
	json_put_string(json, "name", crisis->window->name);
	report_put_time(json, "from", crisis_from(crisis->window));
	report_put_time(json, "to", crisis_to(crisis->window));
	json_put_string(json, "happened", crisis->window->happened);
	json_put_string(json, "should", crisis->window->should);
	json_open_array(json, "falls");
	for (size_t a = 0; a < summary->record->plan->asset_count; a++) {
		if (crisis->falls[a] < 0.0)
			continue;
		json_open_object(json, NULL);
		json_put_string(json, "asset",
				summary->record->plan->assets[a].symbol);
		report_put_number(json, "fall", crisis->falls[a]);
		json_close_object(json);
	}
	json_close_array(json);
	json_open_array(json, "runs");
	for (size_t r = 0; r < summary->run_count; r++)
		put_crisis_run(json, summary->runs[r].setter, &crisis->runs[r]);
	json_close_array(json);
	json_close_object(json);
}

void report_json(struct text *out, const struct report_input *input)
{
	const struct backtest_summary *summary = input->summary;
	struct json_writer json;

	json_writer_init(&json, out);
	json_open_object(&json, NULL);
	json_put_integer(&json, "formatVersion", FORMAT_VERSION);
	json_put_string(&json, "runId", summary->run_id);
	json_put_string(&json, "modelId", summary->model_id);
	put_hash(&json, "inputDigest", summary->record->input_digest);
	json_put_bool(&json, "synthetic", summary->synthetic);
	if (input->command)
		json_put_string(&json, "command", input->command);
	put_plan(&json, summary->record->plan);
	put_verdict(&json, summary);
	put_forecasts(&json, summary);
	json_open_array(&json, "runs");
	for (size_t r = 0; r < summary->run_count; r++)
		put_run(&json, summary, r);
	json_close_array(&json);
	json_open_array(&json, "crises");
	for (size_t c = 0; c < summary->crisis_count; c++)
		put_crisis(&json, summary, &summary->crises[c]);
	json_close_array(&json);
	json_close_object(&json);
	text_add_string(out, "\n");
}
