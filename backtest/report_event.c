/* report_event.c -- decisions and comparisons as JSON: report_json.h and
 * compare.h. */
#include "backtest/compare.h"
#include "backtest/report_json.h"
#include "crypto/hex.h"

static void put_cap(struct json_writer *json, const char *key, uint64_t cap)
{
	json_put_u128(json, key, cap);
}

static void put_parameters(struct json_writer *json, const char *key,
			   const struct parameters *p)
{
	json_open_object(json, key);
	json_put_integer(json, "ltv", p->ltv_bps);
	json_put_integer(json, "lt", p->lt_bps);
	json_put_integer(json, "lb", p->lb_bps);
	put_cap(json, "supplyCap", p->supply_cap);
	put_cap(json, "borrowCap", p->borrow_cap);
	json_put_integer(json, "optimal", p->optimal_bps);
	json_put_integer(json, "base", p->base_bps);
	json_put_integer(json, "slope1", p->slope1_bps);
	json_put_integer(json, "slope2", p->slope2_bps);
	json_close_object(json);
}

static void put_binding(struct json_writer *json,
			const struct decision_asset *asset)
{
	static const char *const keys[4] = { "ltv", "lt", "supplyCap",
					     "borrowCap" };

	json_open_object(json, "binding");
	for (size_t i = 0; i < 4; i++)
		if (*asset->binding[i])
			json_put_string(json, keys[i], asset->binding[i]);
	json_close_object(json);
}

static void put_asset(struct json_writer *json, const char *symbol,
		      const struct decision_asset *asset)
{
	json_open_object(json, NULL);
	json_put_string(json, "asset", symbol);
	put_parameters(json, "before", &asset->before);
	put_parameters(json, "target", &asset->target);
	put_parameters(json, "after", &asset->after);
	put_binding(json, asset);
	json_put_integer(json, "volatilityBps", asset->volatility_bps);
	report_put_number(json, "var99", (double)asset->var99);
	report_put_number(json, "var975", (double)asset->var975);
	report_put_number(json, "es975", (double)asset->es975);
	report_put_number(json, "realised", (double)asset->realised);
	json_close_object(json);
}

static void put_reasons(struct json_writer *json, uint64_t reasons)
{
	json_open_array(json, "reasons");
	for (int i = 0; i < REASONS_COUNT; i++)
		if (reasons >> i & 1)
			json_put_string(json, NULL,
					reason_name((enum reason)i));
	json_close_array(json);
}

void report_event_json(struct text *out, const struct backtest_plan *plan,
		       enum setter setter,
		       const struct decision_record *decision)
{
	const char *outcome = outcome_name(decision->outcome);
	char digest[HASH_TEXT_MAX];
	struct json_writer json;

	json_writer_init(&json, out);
	json_open_object(&json, NULL);
	json_put_string(&json, "setter", setter_name(setter));
	report_put_time(&json, "time", decision->time_s);
	if (outcome)
		json_put_string(&json, "outcome", outcome);
	else
		json_put_null(&json, "outcome");
	put_reasons(&json, decision->reasons);
	hex_encode_prefixed(digest, decision->digest, HASH_SIZE);
	json_put_string(&json, "digest", digest);
	json_put_integer(&json, "tuples", decision->tuples);
	json_put_integer(&json, "applied", decision->applied);
	json_put_integer(&json, "queued", decision->queued);
	json_put_integer(&json, "confirmed", decision->confirmed);
	json_put_integer(&json, "refused", decision->refused);
	report_put_usd(&json, "es975Usd", decision->es975_usd);
	json_open_array(&json, "assets");
	for (size_t a = 0; a < plan->asset_count; a++)
		put_asset(&json, plan->assets[a].symbol, &decision->assets[a]);
	json_close_array(&json);
	json_close_object(&json);
	text_add_string(out, "\n");
}

static void put_side(struct json_writer *json, const char *key,
		     const struct run_comparison *comparison, size_t side,
		     const char *name)
{
	json_open_object(json, key);
	json_put_string(json, "setter",
			setter_name(comparison->setters[side]));
	json_put_string(json, "of", name);
	json_open_object(json, "values");
	for (int k = 0; k < DECISION_SCORES; k++)
		report_put_score(json, (enum decision_score)k,
				 comparison->values[side][k]);
	json_close_object(json);
	json_close_object(json);
}

void compare_json(struct text *out, const struct run_comparison *comparison,
		  const char *const names[2])
{
	struct json_writer json;

	json_writer_init(&json, out);
	json_open_object(&json, NULL);
	put_side(&json, "a", comparison, 0, names[0]);
	put_side(&json, "b", comparison, 1, names[1]);
	json_put_bool(&json, "sameParameters", comparison->same_changes);
	report_put_number(&json, "level", SUMMARY_LEVEL);
	json_open_object(&json, "differences");
	for (int k = 0; k < DECISION_SCORES; k++)
		report_put_figure(&json, (enum decision_score)k,
				  &comparison->difference.figures[k], true);
	json_close_object(&json);
	json_close_object(&json);
	text_add_string(out, "\n");
}
