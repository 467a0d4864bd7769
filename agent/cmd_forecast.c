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

/* Sums over scored bars; NULL where nothing was scored. */
static void put_mean(struct json_writer *w, const char *key, int64_t sum_e6,
		     uint64_t scored)
{
	put_number(w, key, scored ? (double)sum_e6 / 1e6 / (double)scored
				  : (double)NAN);
}

static void put_expert(struct json_writer *w, const struct sheet *s, int i)
{
	const struct volatility_state *v = &s->report->state.volatility;
	const struct expert_state *e = &v->experts[i];

	json_open_object(w, NULL);
	json_put_string(w, "name", expert_name((enum expert)i));
	json_put_double(w, "weightVariance",
			(double)e->weight_variance_e9 / 1e9);
	json_put_double(w, "weightTail", (double)e->weight_tail_e9 / 1e9);
	put_mean(w, "loss", e->loss_variance_e6, v->scored);
	put_mean(w, "lossTail", e->loss_tail_e6, v->scored);
	put_number(w, "volatility",
		   sqrt(s->report->horizon.expert_variance[i]));
	json_put_bool(w, "converged", e->converged);
	json_close_object(w);
}

/* Loss of the ensemble beyond the best expert's and beyond the best sequence's
 * of experts (switches paid). */
struct regret {
	double expert, sequence;
};

static struct regret regret_of(const struct volatility_state *v, bool tail)
{
	double own = (double)(tail ? v->loss_tail_e6 : v->loss_variance_e6);
	struct regret r = { -(double)INFINITY, -(double)INFINITY };

	for (int i = 0; i < EXPERTS_COUNT; i++) {
		const struct expert_state *e = &v->experts[i];
		double loss = (double)(tail ? e->loss_tail_e6
					    : e->loss_variance_e6);
		double best = (double)(tail ? e->switching_tail_e6
					    : e->switching_variance_e6);

		if (e->fitted && own - loss > r.expert)
			r.expert = own - loss;
		if (e->fitted && own - best > r.sequence)
			r.sequence = own - best;
	}
	r.expert /= 1e6;
	r.sequence /= 1e6;
	return r;
}

static void put_regret(struct json_writer *w, const char *key,
		       const struct volatility_state *v, bool tail)
{
	struct regret r = regret_of(v, tail);

	json_open_object(w, key);
	put_mean(w, "loss", tail ? v->loss_tail_e6 : v->loss_variance_e6,
		 v->scored);
	put_number(w, "againstBestExpert", r.expert);
	put_number(w, "againstBestSequence", r.sequence);
	json_close_object(w);
}

static void put_experts(struct json_writer *w, const struct sheet *s)
{
	const struct volatility_state *v = &s->report->state.volatility;

	json_put_string(w, "combination", "mixture");
	json_put_bool(w, "floored", s->report->horizon.stretch > 1.0);
	json_put_integer(w, "scored", (int64_t)v->scored);
	json_open_array(w, "experts");
	for (int i = 0; i < EXPERTS_COUNT; i++)
		if (v->experts[i].fitted)
			put_expert(w, s, i);
	json_close_array(w);
	put_regret(w, "ensembleVariance", v, false);
	put_regret(w, "ensembleTail", v, true);
}

static void put_tail(struct json_writer *w, const char *key,
		     const struct tail_state *tail)
{
	if (!tail->fitted) {
		json_put_null(w, key);
		return;
	}
	json_open_object(w, key);
	json_put_double(w, "threshold", (double)tail->threshold_e9 / 1e9);
	json_put_double(w, "share", (double)tail->share_e9 / 1e9);
	json_put_double(w, "shape", (double)tail->shape_e9 / 1e9);
	json_put_double(w, "scale", (double)tail->scale_e9 / 1e9);
	json_close_object(w);
}

static void put_state(struct json_writer *w, const struct sheet *s)
{
	const struct forecast_report *r = s->report;
	const struct asset_state *state = &r->state;
	const struct volatility_state *v = &state->volatility;

	json_put_bool(w, "converged", v->converged);
	json_put_double(w, "degrees", forecaster_degrees(v));
	json_open_object(w, "coverage");
	json_put_integer(w, "forecasts", state->forecast_count);
	json_put_integer(w, "exceeded", forecaster_hits(state));
	json_put_bool(w, "ok", forecaster_coverage_ok(state));
	json_close_object(w);
	json_open_object(w, "conformal");
	json_put_double(w, "levelVar99", (double)v->level_e9[0] / 1e9);
	json_put_double(w, "levelVar975", (double)v->level_e9[1] / 1e9);
	json_put_double(w, "widening", r->horizon.widening);
	json_close_object(w);
	put_tail(w, "lowerTail", &v->lower);
	put_tail(w, "upperTail", &v->upper);
	if (r->has_excursion) {
		json_open_object(w, "excursion");
		json_put_double(w, "level", 0.999);
		json_put_integer(w, "bars", 1);
		json_put_double(w, "fall", r->worst_hour.fall);
		json_put_double(w, "rise", r->worst_hour.rise);
		json_close_object(w);
	}
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
	put_experts(&w, s);
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
	const struct volatility_state *v = &s->report->state.volatility;

	printf("%-14s %11s %10s %8s %10s %8s\n", "expert", "volatility",
	       "QLIKE", "weight", "FZ0", "weight");
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		const struct expert_state *e = &v->experts[i];
		double scored = v->scored ? (double)v->scored * 1e6 : (double)NAN;

		if (!e->fitted)
			continue;
		printf("%-14s %9.3f %% %10.5f %8.4f %10.5f %8.4f%s\n",
		       expert_name((enum expert)i),
		       100.0 * sqrt(s->report->horizon.expert_variance[i]),
		       (double)e->loss_variance_e6 / scored,
		       (double)e->weight_variance_e9 / 1e9,
		       (double)e->loss_tail_e6 / scored,
		       (double)e->weight_tail_e9 / 1e9,
		       e->converged ? "" : "  NOT CONVERGED");
	}
}

static void print_ensemble(const struct sheet *s)
{
	const struct forecast_report *r = s->report;
	const struct volatility_state *v = &r->state.volatility;
	struct regret variance = regret_of(v, false), tail = regret_of(v, true);

	if (v->scored)
		printf("ensemble: QLIKE %.5f, FZ0 %.5f over %llu bars; loss "
		       "beyond the best expert %.2f and %.2f in all, beyond the "
		       "best sequence %.2f and %.2f\n",
		       (double)v->loss_variance_e6 / 1e6 / (double)v->scored,
		       (double)v->loss_tail_e6 / 1e6 / (double)v->scored,
		       (unsigned long long)v->scored, variance.expert,
		       tail.expert, variance.sequence, tail.sequence);
	printf("conformal: VaR 99 is read at %.3f %%, falls are widened by "
	       "%.3f%s\n", (double)v->level_e9[0] / 1e7, r->horizon.widening,
	       r->horizon.stretch > 1.0 ? "; the policy's floor lies above the "
					  "forecast" : "");
	if (v->lower.fitted)
		printf("lower tail of residuals: shape %.3f, scale %.3f beyond "
		       "%.2f deviations\n", (double)v->lower.shape_e9 / 1e9,
		       (double)v->lower.scale_e9 / 1e9,
		       (double)v->lower.threshold_e9 / 1e9);
	if (r->has_excursion)
		printf("worst move within one bar, 99.9 %% of starts: fall %.3f "
		       "%%, rise %.3f %%\n", 100.0 * r->worst_hour.fall,
		       100.0 * r->worst_hour.rise);
}

static void print_text(const struct sheet *s)
{
	const struct forecast_report *r = s->report;
	const struct asset_state *state = &r->state;

	print_source(s);
	printf("next %s, mixture of the experts (about Student-t with %.2f "
	       "degrees of freedom); falls as a share of the price%s\n",
	       s->horizon, forecaster_degrees(&state->volatility),
	       r->replicates ? "; 90 % interval of the estimates" : "");
	print_share("volatility", r, r->point.deviation, r->low.deviation,
		    r->high.deviation);
	printf("annual   %9.3f %%\n", 100.0 * annual(s, r->point.deviation));
	print_levels(r);
	print_experts(s);
	print_ensemble(s);
	printf("1 %% VaR of the last %u bars exceeded %u times%s\n",
	       state->forecast_count, forecaster_hits(state),
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
