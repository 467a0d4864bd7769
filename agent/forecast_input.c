/* forecast_input.c -- see forecast_input.h. */
#include "agent/forecast_input.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/cluster.h"
#include "agent/fit_input.h"
#include "agent/policy_file.h"
#include "models/elementary.h"

#define BARS_DEFAULT 8760
#define DEVIATION_MAX 0.2 /* of a bar's return: above, the unit is doubtful */

/* The forecaster's members as policy.def presets them. */
static void preset_policy(struct policy *out)
{
	memset(out, 0, sizeof(*out));
#define POLICY(member, minimum, maximum, preset, meaning) out->member = preset;
#include "case/policy.def"
}

void forecast_input_preset(struct forecast_input *out)
{
	preset_policy(&out->policy);
}

static void take_floor(struct forecast_input *out,
		       const struct policy *policy, const char *asset)
{
	for (size_t i = 0; asset && i < policy->asset_count; i++)
		if (!strcmp(policy->assets[i].symbol, asset))
			out->floor_bps = policy->assets[i].volatility_floor_bps;
}

static enum status read_policy(struct forecast_input *out,
			       const struct invocation *invocation,
			       struct error *error)
{
	static struct policy_document document;
	const char *path = option(invocation, "policy");
	long long interval;
	enum status status = OK;

	preset_policy(&out->policy);
	if (path) {
		status = policy_file_read(&document, path, error);
		if (status)
			return status;
		out->policy = document.policy;
		take_floor(out, &document.policy,
			   option_at(invocation, "asset", 0));
	}
	status = option_integer(&interval, invocation, "interval",
				out->policy.bar_interval_s, error);
	if (!status && (interval < 60 || interval > 86400))
		status = error_set(error, E_USAGE,
				   "--interval takes 60 to 86400 seconds");
	if (!status && path && interval != out->policy.bar_interval_s)
		status = error_set(error, E_USAGE, "--interval %lld is not the "
				   "policy's bar_interval_s = %u", interval,
				   out->policy.bar_interval_s);
	if (!status)
		out->policy.bar_interval_s = (uint32_t)interval;
	return status;
}

static enum status check_unit(const struct fit_input *input,
			      struct error *error)
{
	double squares = 0.0;

	for (size_t i = 0; i < input->n; i++)
		squares += input->returns[i] * input->returns[i];
	if (squares <= DEVIATION_MAX * DEVIATION_MAX * (double)input->n)
		return OK;
	error_set(error, E_RANGE, "these returns move by %.3g a bar: log "
		  "returns as fractions are expected",
		  sqrt(squares / (double)input->n));
	return error_hint(error, "--percent reads percent, --prices reads "
			  "prices.");
}

/* Closing prices that have these returns; the first is 1. */
static enum status make_bars(struct forecast_input *out,
			     const struct fit_input *input,
			     struct error *error)
{
	struct stored_bars *made = &out->stored;
	double level = 0.0;

	made->bars = memory_allocate(input->n + 1, sizeof(*made->bars));
	for (size_t i = 0; i <= input->n; i++) {
		struct decimal close;
		char text[32];

		level += i ? input->returns[i - 1] : 0.0;
		snprintf(text, sizeof(text), "%.16e", elementary_exp(level));
		if (decimal_parse(&close, bytes_of_string(text)))
			return error_set(error, E_RANGE, "after return %zu the "
					 "price has moved beyond 10^30", i);
		made->bars[i] = (struct bar){
			(int64_t)i * out->policy.bar_interval_s, close, close,
			close, close };
		made->count = i + 1;
	}
	return OK;
}

/* Candles of a file as they are; times must rise. */
static enum status take_candles(struct forecast_input *out,
				struct fit_input *input, struct error *error)
{
	for (size_t i = 1; i < input->bars; i++)
		if (input->candles[i].open_time_s <=
		    input->candles[i - 1].open_time_s)
			return error_set(error, E_MALFORMED, "candle %zu does "
					 "not open after the one before",
					 i + 1);
	out->stored.bars = input->candles;
	out->stored.count = input->bars;
	out->has_clock = input->has_clock;
	input->candles = NULL;
	return OK;
}

static enum status read_file(struct forecast_input *out,
			     const struct invocation *invocation,
			     struct error *error)
{
	bool prices = option_flag(invocation, "prices");
	bool percent = option_flag(invocation, "percent");
	struct fit_input input;
	enum status status;

	if (prices && percent)
		return error_set(error, E_USAGE,
				 "--prices and --percent exclude each other");
	status = fit_input_read(&input, invocation, error);
	for (size_t i = 0; !status && percent && i < input.n; i++)
		input.returns[i] /= 100.0;
	if (!status && !prices)
		status = check_unit(&input, error);
	if (!status && input.candles)
		status = take_candles(out, &input, error);
	else if (!status)
		status = make_bars(out, &input, error);
	fit_input_free(&input);
	return status;
}

static enum status read_store(struct forecast_input *out,
			      const struct invocation *invocation,
			      struct error *error)
{
	struct database *database = NULL;
	struct bars_query query = {
		.asset = option_at(invocation, "asset", 0),
		.quote = option(invocation, "quote"),
		.source = option(invocation, "source"),
		.interval_s = out->policy.bar_interval_s };
	long long bars;
	enum status status = option_integer(&bars, invocation, "bars",
					    BARS_DEFAULT, error);

	if (!status && (bars < 2 || bars > BARS_MAX))
		status = error_set(error, E_USAGE, "--bars takes 2 to %u",
				   BARS_MAX);
	if (status)
		return status;
	query.limit = (size_t)bars;
	status = database_open_home(&database, home(invocation), error);
	if (!status)
		status = bars_load(&out->stored, database, &query, error);
	if (database)
		database_close(database);
	out->has_clock = true;
	return status;
}

static enum status check_count(const struct forecast_input *input,
			       struct error *error)
{
	if (input->stored.count >= input->policy.burn_in_bars)
		return OK;
	error_set(error, E_MISSING, "%zu bars; the first fit needs %u",
		  input->stored.count, input->policy.burn_in_bars);
	return error_hint(error, "Import more history, or lower burn_in_bars "
			  "in the --policy.");
}

enum status forecast_input_read(struct forecast_input *out,
				const struct invocation *invocation,
				struct error *error)
{
	bool file = option_at(invocation, "csv", 0) != NULL;
	bool stored = option_at(invocation, "asset", 0) != NULL;
	enum status status;

	memset(out, 0, sizeof(*out));
	if (file == stored) {
		error_set(error, E_USAGE, "give %s --csv FILE %s --asset A",
			  file ? "one of" : "either", file ? "and" : "or");
		return error_hint(error,
				  "`plimsoll forecast --help` has examples.");
	}
	status = read_policy(out, invocation, error);
	if (!status)
		status = file ? read_file(out, invocation, error)
			      : read_store(out, invocation, error);
	return status ? status : check_count(out, error);
}

void forecast_input_free(struct forecast_input *input)
{
	stored_bars_free(&input->stored);
}
