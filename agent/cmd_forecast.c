/* cmd_forecast.c -- plimsoll forecast: volatility, VaR and ES of one asset.
 * It parses and prints; the numbers are agent/forecast_run.h's. */
#include <math.h>
#include <stdio.h>

#include "agent/command.h"
#include "agent/forecast_input.h"
#include "agent/forecast_run.h"
#include "agent/json_writer.h"
#include "agent/threads.h"
#include "base/time.h"

#define HORIZON_DEFAULT "24h"
#define HORIZON_MAX_S 2592000
#define YEAR_S 31536000.0

/* What is printed. */
struct sheet {
	const struct forecast_input *input;
	const struct forecast_report *report;
	const char *horizon;   /* as given */
	double seconds;        /* of whole bars */
	char as_of[TIME_TEXT_MAX]; /* "" without a clock */
};

static const char *const level_names[FORECAST_LEVELS] = { "0.95", "0.975",
							  "0.99" };
static const char *const expert_names[EXPERT_COUNT] = { "garch-t", "ewma",
							"garch-normal" };

static enum status read_horizon(uint32_t *out,
				const struct invocation *invocation,
				struct error *error)
{
	const char *text = option_or(invocation, "horizon", HORIZON_DEFAULT);
	int64_t seconds;

	if (duration_parse(&seconds, bytes_of_string(text)) || seconds < 60 ||
	    seconds > HORIZON_MAX_S)
		return error_set(error, E_USAGE, "--horizon %s: 1m to 30d, such "
				 "as 24h", text);
	*out = (uint32_t)seconds;
	return OK;
}

static void fill_sheet(struct sheet *out, const struct forecast_input *input)
{
	uint32_t interval_s = input->policy.bar_interval_s;
	size_t count = input->stored.count;

	out->input = input;
	out->seconds = (double)out->report->steps * (double)interval_s;
	out->as_of[0] = 0;
	if (input->has_clock)
		time_format(out->as_of,
			    input->stored.bars[count - 1].open_time_s +
				    (int64_t)interval_s);
}

static double annual(const struct sheet *s, double deviation)
{
	return deviation * sqrt(YEAR_S / s->seconds);
}

static unsigned hits(const struct asset_state *state)
{
	unsigned count = 0;

	for (size_t i = 0; i < sizeof(state->exceeded); i++)
		for (int bit = 0; bit < 8; bit++)
			count += state->exceeded[i] >> bit & 1u;
	return count;
}

static void put_text(struct json_writer *w, const char *key, const char *text)
{
	if (*text)
		json_put_string(w, key, text);
	else
		json_put_null(w, key);
}

static void put_number(struct json_writer *w, const char *key, double value)
{
	if (isfinite(value))
		json_put_double(w, key, value);
	else
		json_put_null(w, key);
}

static void put_levels(struct json_writer *w, const char *key,
		       const double *values)
{
	json_open_object(w, key);
	for (int i = 0; i < FORECAST_LEVELS; i++)
		json_put_double(w, level_names[i], values[i]);
	json_close_object(w);
}

static void put_pair(struct json_writer *w, const char *key, double low,
		     double high)
{
	json_open_array(w, key);
	json_put_double(w, NULL, low);
	json_put_double(w, NULL, high);
	json_close_array(w);
}

static void put_interval(struct json_writer *w,
			 const struct forecast_report *r)
{
	if (!r->replicates) {
		json_put_null(w, "interval");
		return;
	}
	json_open_object(w, "interval");
	json_put_double(w, "confidence", 0.9);
	json_put_string(w, "of", "estimation, by filtered residual bootstrap");
	json_put_integer(w, "replicates", (int64_t)r->replicates);
	put_pair(w, "volatility", r->low.deviation, r->high.deviation);
	json_open_object(w, "var");
	for (int i = 0; i < FORECAST_LEVELS; i++)
		put_pair(w, level_names[i], r->low.var[i], r->high.var[i]);
	json_close_object(w);
	json_open_object(w, "es");
	for (int i = 0; i < FORECAST_LEVELS; i++)
		put_pair(w, level_names[i], r->low.es[i], r->high.es[i]);
	json_close_object(w);
	json_close_object(w);
}

static void put_experts(struct json_writer *w, const struct forecast_report *r)
{
	json_put_string(w, "combination", "largest");
	json_put_bool(w, "floored", r->floored);
	json_put_integer(w, "scored", (int64_t)r->scored);
	json_open_array(w, "experts");
	for (int i = 0; i < EXPERT_COUNT; i++) {
		const struct expert_report *e = &r->experts[i];

		json_open_object(w, NULL);
		json_put_string(w, "name", expert_names[i]);
		json_put_double(w, "weightVariance", e->used ? 1.0 : 0.0);
		json_put_double(w, "weightTail", e->used ? 1.0 : 0.0);
		put_number(w, "loss", e->loss);
		put_number(w, "volatility", e->deviation);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_state(struct json_writer *w, const struct sheet *s)
{
	const struct asset_state *state = &s->report->state;

	json_put_bool(w, "converged", state->volatility.converged);
	json_put_double(w, "degrees",
			forecaster_used_degrees(&state->volatility));
	json_open_object(w, "coverage");
	json_put_integer(w, "forecasts", state->forecast_count);
	json_put_integer(w, "exceeded", hits(state));
	json_put_bool(w, "ok", forecaster_coverage_ok(state));
	json_close_object(w);
	json_put_integer(w, "bars", (int64_t)state->bar_count);
	json_put_hex(w, "history", state->history, HASH_SIZE);
}

static void print_json(const struct sheet *s)
{
	const struct forecast_report *r = s->report;
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	put_text(&w, "asset", s->input->stored.asset);
	put_text(&w, "quote", s->input->stored.quote);
	put_text(&w, "source", s->input->stored.source);
	json_put_bool(&w, "synthetic", s->input->stored.synthetic);
	put_text(&w, "asOf", s->as_of);
	json_put_string(&w, "horizon", s->horizon);
	json_put_integer(&w, "horizonSeconds", (int64_t)s->seconds);
	json_put_double(&w, "volatility", r->point.deviation);
	json_put_double(&w, "annualVolatility", annual(s, r->point.deviation));
	put_levels(&w, "var", r->point.var);
	put_levels(&w, "es", r->point.es);
	put_interval(&w, r);
	put_experts(&w, r);
	put_state(&w, s);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static void print_source(const struct sheet *s)
{
	const struct stored_bars *stored = &s->input->stored;

	if (!s->input->has_clock) {
		printf("%zu bars of a file\n", stored->count);
		return;
	}
	printf("%s/%s of source %s%s: %zu bars, as of %s\n", stored->asset,
	       stored->quote, stored->source,
	       stored->synthetic ? " (SYNTHETIC)" : "", stored->count,
	       s->as_of);
}

static void print_share(const char *name, const struct forecast_report *r,
			double value, double low, double high)
{
	printf("%-8s %9.3f %%", name, 100.0 * value);
	if (r->replicates)
		printf("   %9.3f to %.3f %%", 100.0 * low, 100.0 * high);
	putchar('\n');
}

static void print_levels(const struct forecast_report *r)
{
	char name[16];

	for (int i = 0; i < FORECAST_LEVELS; i++) {
		snprintf(name, sizeof(name), "VaR %.3g",
			 100.0 * forecast_levels[i]);
		print_share(name, r, r->point.var[i], r->low.var[i],
			    r->high.var[i]);
		snprintf(name, sizeof(name), "ES %.3g",
			 100.0 * forecast_levels[i]);
		print_share(name, r, r->point.es[i], r->low.es[i],
			    r->high.es[i]);
	}
}

static void print_experts(const struct sheet *s)
{
	const struct forecast_report *r = s->report;

	printf("%-13s %12s %14s %8s\n", "expert", "volatility", "QLIKE",
	       "weight");
	for (int i = 0; i < EXPERT_COUNT; i++) {
		const struct expert_report *e = &r->experts[i];

		printf("%-13s %10.3f %%", expert_names[i], 100.0 * e->deviation);
		if (r->scored)
			printf(" %14.6f", e->loss);
		else
			printf(" %14s", "-");
		printf(" %8d\n", e->used);
	}
	printf("QLIKE of %zu one-bar forecasts; decide() takes the larger of "
	       "garch-t and ewma%s\n", r->scored,
	       r->floored ? ", here the policy's floor above both" : "");
}

static void print_text(const struct sheet *s)
{
	const struct forecast_report *r = s->report;
	const struct asset_state *state = &r->state;

	print_source(s);
	printf("next %s, Student-t with %.2f degrees of freedom; falls as a "
	       "share of the price%s\n", s->horizon,
	       forecaster_used_degrees(&state->volatility),
	       r->replicates ? "; 90 % interval of the estimates" : "");
	print_share("volatility", r, r->point.deviation, r->low.deviation,
		    r->high.deviation);
	printf("annual   %9.3f %%\n", 100.0 * annual(s, r->point.deviation));
	print_levels(r);
	print_experts(s);
	printf("1 %% VaR of the last %u bars exceeded %u times%s\n",
	       state->forecast_count, hits(state),
	       forecaster_coverage_ok(state) ? ""
					     : ": TOO OFTEN, decide() would HOLD");
}

static enum status show(const struct forecast_input *input,
			const struct forecast_order *order,
			const struct invocation *invocation,
			struct error *error)
{
	struct parallel parallel = threads_parallel(0);
	struct forecast_report report;
	struct sheet sheet = { .report = &report,
			       .horizon = option_or(invocation, "horizon",
						    HORIZON_DEFAULT) };
	enum status status = forecast_run(&report, order, &parallel, error);

	if (status)
		return status;
	fill_sheet(&sheet, input);
	if (want_json(invocation))
		print_json(&sheet);
	else
		print_text(&sheet);
	return report.state.volatility.converged
		       ? OK
		       : error_set(error, E_CONVERGENCE, "the newest fit did "
				   "not converge: decide() would HOLD");
}

static enum status run_forecast(const struct invocation *invocation,
				struct error *error)
{
	struct forecast_input input = { 0 };
	struct forecast_order order;
	uint32_t horizon_s = 0;
	enum status status = read_horizon(&horizon_s, invocation, error);

	if (status)
		return status;
	status = forecast_input_read(&input, invocation, error);
	order = (struct forecast_order){ input.stored.bars, input.stored.count,
					 &input.policy, input.floor_bps,
					 horizon_s };
	if (!status)
		status = show(&input, &order, invocation, error);
	forecast_input_free(&input);
	return status;
}

static const struct option_spec options[] = {
	{ "asset", "A", "stored bars of A" },
	{ "quote", "Q", "only bars in units of Q" },
	{ "source", "S", "only bars of source S" },
	{ "bars", "N", "fold the newest N bars (default 8760)" },
	{ "csv", "FILE", "a CSV file with a header line (.gz too, - for standard "
			 "input) instead of the store" },
	{ "column", "NAME", "its column of log returns, a row a bar" },
	{ "percent", NULL, "the column holds log returns in percent" },
	{ "prices", NULL, "the column holds prices" },
	{ "interval", "SECONDS", "length of a bar (default 3600)" },
	{ "horizon", "TIME", "1m to 30d (default 24h), whole bars" },
	{ "policy", "FILE", "window, refits, burn-in and floor of this policy.ini "
			    "(default: those of the presets, no floor)" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "", "", "volatility, VaR and ES with intervals, the experts' weights",
	  "  plimsoll forecast --asset ETH --horizon 24h\n"
	  "  plimsoll forecast --asset ETH --quote USDT --source binance "
	  "--policy policy.ini --json\n"
	  "  plimsoll forecast --csv prices.csv.gz --column close --prices\n",
	  options, 0, 0, run_forecast },
	{ 0 },
};

const struct command_group commands_forecast = {
	"forecast", "what one asset's price may do", verbs
};
