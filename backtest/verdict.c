/* verdict.c -- see verdict.h. */
#include "backtest/verdict.h"

#include <stdio.h>
#include <string.h>

static void judge(struct verdict *out, const struct backtest_plan *plan,
		  const struct forecast_tests *test, size_t asset)
{
	out->tested = true;
	out->worst = test->light.zone > out->worst ? test->light.zone
						   : out->worst;
	out->assets[out->count].asset = (uint8_t)asset;
	out->assets[out->count].zone = test->light.zone;
	snprintf(out->assets[out->count].reason, VERDICT_REASON_MAX,
		 "%s is %s: %zu of %zu falls were beyond VaR 99 (yellow from "
		 "%zu, red from %zu)", plan->assets[asset].symbol,
		 traffic_zone_name(test->light.zone), test->exceed, test->n,
		 test->light.yellow_from, test->light.red_from);
	out->count++;
}

void verdict_of(struct verdict *out, const struct backtest_summary *summary)
{
	const struct backtest_plan *plan = summary->record->plan;
	const struct run_summary *own = summary_run(summary, SETTER_PLIMSOLL);

	memset(out, 0, sizeof(*out));
	for (size_t a = 0; own && a < plan->asset_count; a++)
		if (own->tests[a][FORECASTER_OWN].n)
			judge(out, plan, &own->tests[a][FORECASTER_OWN], a);
}

enum status verdict_check(const struct verdict *verdict,
			  enum traffic_zone fail_on, struct error *error)
{
	char rest[sizeof(error->hint)] = "";
	const char *first = NULL;
	enum status status;

	if (!verdict->tested)
		return error_set(error, E_MISSING,
				 "no forecast of plimsoll's could be tested");
	for (size_t i = 0; i < verdict->count; i++) {
		size_t used = strlen(rest);

		if (verdict->assets[i].zone < fail_on)
			continue;
		if (!first)
			first = verdict->assets[i].reason;
		else
			snprintf(rest + used, sizeof(rest) - used, "%s%s.",
				 used ? " " : "", verdict->assets[i].reason);
	}
	if (!first)
		return OK;
	status = error_set(error, E_REFUSED, "%s", first);
	return *rest ? error_hint(error, "%s", rest) : status;
}

enum status verdict_parse(enum traffic_zone *out, const char *word,
			  struct error *error)
{
	if (strcmp(word, "yellow") == 0)
		*out = TRAFFIC_YELLOW;
	else if (strcmp(word, "red") == 0)
		*out = TRAFFIC_RED;
	else
		return error_set(error, E_USAGE,
				 "--fail-on takes yellow or red, not %s", word);
	return OK;
}
