/* cmd_fit.c -- plimsoll fit: a volatility model's estimates, standard errors
 * and diagnostics.  It parses, calls models/volatility and prints. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/command.h"
#include "agent/fit_dependence.h"
#include "agent/fit_depth.h"
#include "agent/fit_har.h"
#include "agent/fit_input.h"
#include "agent/fit_tail.h"
#include "agent/json_writer.h"
#include "models/volatility/diagnostics.h"
#include "models/volatility/ewma.h"
#include "models/volatility/garch.h"

#define LAGS 10
#define UNKNOWN ((double)NAN) /* shown as null */
#define BYTES_EACH 192u /* of arena, an observation */

enum fit_family { FAMILY_GARCH, FAMILY_GJR, FAMILY_EGARCH, FAMILY_APARCH,
		  FAMILY_HAR, FAMILY_HAR_LOG, FAMILY_EWMA, FAMILY_PARETO,
		  FAMILY_JUMPS, FAMILY_DEPEG, FAMILY_DEPENDENCE, FAMILY_DEPTH };

struct fit_request {
	enum fit_family family;
	struct garch_model model;
	const char *names[3]; /* model, dist, init as given */
};

/* Left-over autocorrelation of the residuals and of their squares. */
struct fit_diagnostics {
	struct test_result residuals, squares;
};

struct choice {
	const char *name;
	int value;
};

/* The option's value among choices (ended by a NULL name). */
static enum status read_choice(int *out, const char **text,
			       const struct invocation *invocation,
			       const struct choice *choices,
			       struct error *error)
{
	const char *name = *text;
	const char *value = option_or(invocation, name, choices[0].name);
	char known[160];
	size_t used = 0;

	for (const struct choice *c = choices; c->name; c++) {
		if (!strcmp(value, c->name)) {
			*out = c->value;
			*text = c->name;
			return OK;
		}
		used += (size_t)snprintf(known + used, sizeof(known) - used,
					 "%s%s", used ? " or " : "",
					 c->name);
	}
	return error_set(error, E_INPUT, "--%s %s is not known here; it is %s",
			 name, value, known);
}

static const struct choice families[] = { { "garch", FAMILY_GARCH },
					  { "gjr", FAMILY_GJR },
					  { "egarch", FAMILY_EGARCH },
					  { "aparch", FAMILY_APARCH },
					  { "har", FAMILY_HAR },
					  { "har-log", FAMILY_HAR_LOG },
					  { "ewma", FAMILY_EWMA },
					  { "pareto", FAMILY_PARETO },
					  { "jumps", FAMILY_JUMPS },
					  { "depeg", FAMILY_DEPEG },
					  { "dependence", FAMILY_DEPENDENCE },
					  { "depth", FAMILY_DEPTH },
					  { NULL, 0 } };
static const struct choice distributions[] = { { "normal", GARCH_NORMAL },
					       { "t", GARCH_STUDENT },
					       { "skewt", GARCH_SKEWED },
					       { NULL, 0 } };
static const struct choice starts[] = { { "fcp", GARCH_START_FCP },
					{ "backcast", GARCH_START_BACKCAST },
					{ NULL, 0 } };
static const struct choice means[] = { { "constant", 1 },
				       { "zero", 0 },
				       { NULL, 0 } };

static enum status read_request(struct fit_request *out,
				const struct invocation *invocation,
				struct error *error)
{
	const char *names[4] = { "model", "dist", "init", "mean" };
	const struct choice *tables[4] = { families, distributions, starts,
					   means };
	int values[4] = { 0 };

	for (int i = 0; i < 4; i++) {
		enum status status = read_choice(&values[i], &names[i],
						 invocation, tables[i], error);

		if (status)
			return status;
	}
	out->family = (enum fit_family)values[0];
	if (out->family <= FAMILY_APARCH)
		out->model.family = (enum garch_family)values[0];
	out->model.distribution = (enum garch_distribution)values[1];
	out->model.start = (enum garch_start)values[2];
	out->model.constant_mean = values[3] != 0;
	memcpy(out->names, names, sizeof(out->names));
	if (out->family > FAMILY_APARCH && option(invocation, "dist") &&
	    out->model.distribution != GARCH_NORMAL)
		return error_set(error, E_INPUT, "%s has no innovations: "
				 "--dist %s goes with garch, gjr, egarch or "
				 "aparch", out->names[0], out->names[1]);
	return OK;
}

static enum status explain(enum status status, const struct fit_input *input,
			   unsigned least, struct error *error)
{
	if (status == E_INPUT && input->n < least) {
		error_set(error, E_MISSING,
			  "%zu returns; at least %u are needed", input->n,
			  least);
		return error_hint(error, "Returns exist only between adjacent "
				  "bars: gaps cost them.");
	}
	if (status == E_INPUT) {
		error_set(error, E_MALFORMED, "the returns are constant, or "
			  "beyond 1e100");
		return error_hint(error, "A volatility model needs returns that "
				  "vary.");
	}
	return error_set(error, status, "the model could not be fitted");
}

static void diagnose(struct fit_diagnostics *out, const struct garch_fit *fit,
		     const struct fit_input *input, struct arena *arena)
{
	double *z = memory_allocate(input->n, sizeof(*z));
	struct garch_data data;

	*out = (struct fit_diagnostics){ { UNKNOWN, UNKNOWN },
					 { UNKNOWN, UNKNOWN } };
	if (!garch_prepare(&data, &fit->model, input->returns, input->n,
			   arena)) {
		(void)garch_likelihood(&data, fit->at);
		garch_residuals(z, &data);
		if (ljung_box(&out->residuals, z, input->n, LAGS))
			out->residuals = (struct test_result){ UNKNOWN,
							       UNKNOWN };
		for (size_t t = 0; t < input->n; t++)
			z[t] *= z[t];
		if (ljung_box(&out->squares, z, input->n, LAGS))
			out->squares = (struct test_result){ UNKNOWN, UNKNOWN };
	}
	memory_free(z);
}

static void put_number(struct json_writer *w, const char *key, double value)
{
	if (isfinite(value))
		json_put_double(w, key, value);
	else
		json_put_null(w, key);
}

static void put_parameter(struct json_writer *w, const struct garch_fit *fit,
			  size_t i)
{
	json_open_object(w, NULL);
	json_put_string(w, "name", garch_name((enum garch_slot)i));
	json_put_double(w, "estimate", fit->at[i]);
	json_open_object(w, "se");
	put_number(w, "hessian", fit->has_errors ? fit->se_hessian[i] : UNKNOWN);
	put_number(w, "opg", fit->has_errors ? fit->se_opg[i] : UNKNOWN);
	put_number(w, "robust", fit->has_errors ? fit->se_robust[i] : UNKNOWN);
	json_close_object(w);
	json_close_object(w);
}

static void put_input(struct json_writer *w, const struct fit_input *input)
{
	if (!*input->source)
		return;
	json_put_string(w, "source", input->source);
	json_put_bool(w, "synthetic", input->synthetic);
	json_put_integer(w, "bars", (int64_t)input->bars);
}

static void put_diagnostics(struct json_writer *w,
			    const struct fit_diagnostics *d)
{
	json_open_object(w, "diagnostics");
	json_put_integer(w, "lags", LAGS);
	put_number(w, "ljungBox", d->residuals.statistic);
	put_number(w, "ljungBoxP", d->residuals.p);
	put_number(w, "ljungBoxSquared", d->squares.statistic);
	put_number(w, "ljungBoxSquaredP", d->squares.p);
	json_close_object(w);
}

static void print_garch_json(const struct fit_request *request,
			     const struct fit_input *input,
			     const struct garch_fit *fit,
			     const struct fit_diagnostics *diagnostics)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "model", request->names[0]);
	json_put_string(&w, "dist", request->names[1]);
	json_put_string(&w, "init", request->names[2]);
	json_put_integer(&w, "n", (int64_t)input->n);
	json_put_double(&w, "loglik", fit->log_likelihood);
	json_put_bool(&w, "converged", fit->converged);
	json_put_integer(&w, "iterations", fit->iterations);
	json_open_array(&w, "params");
	for (size_t i = 0; i < GARCH_SLOTS; i++)
		if (garch_has(&fit->model, (enum garch_slot)i))
			put_parameter(&w, fit, i);
	json_close_array(&w);
	json_put_double(&w, "nextVariance", fit->next_variance);
	put_diagnostics(&w, diagnostics);
	put_input(&w, input);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static void print_source(const struct fit_input *input)
{
	if (*input->source)
		printf("%zu bars of source %s%s, ", input->bars, input->source,
		       input->synthetic ? " (SYNTHETIC)" : "");
	printf("%zu returns\n", input->n);
}

static bool on_the_edge(const struct garch_fit *fit)
{
	double alpha = fit->at[GARCH_ALPHA], beta = fit->at[GARCH_BETA];
	double edge = GARCH_PERSISTENCE_MAX - 1e-7;

	switch (fit->model.family) {
	case GARCH_PLAIN:
	case GARCH_GJR:
		return alpha + 0.5 * fit->at[GARCH_GAMMA] + beta > edge;
	case GARCH_EXPONENTIAL:
		return fabs(beta) > edge;
	case GARCH_POWER:
		break;
	}
	return beta + alpha * garch_power_moment(fit->at[GARCH_GAMMA],
						 fit->at[GARCH_DELTA]) > edge;
}

static void print_garch_text(const struct fit_request *request,
			     const struct fit_input *input,
			     const struct garch_fit *fit,
			     const struct fit_diagnostics *d)
{
	printf("%s(1,1), %s innovations, start %s: ", request->names[0],
	       request->names[1], request->names[2]);
	print_source(input);
	printf("log-likelihood %.7f, %s after %u iterations\n",
	       fit->log_likelihood,
	       fit->converged ? "converged" : "NOT CONVERGED", fit->iterations);
	printf("%-8s %16s %14s %14s %14s\n", "", "estimate", "se hessian",
	       "se opg", "se robust");
	for (int i = 0; i < GARCH_SLOTS; i++) {
		if (!garch_has(&fit->model, (enum garch_slot)i))
			continue;
		printf("%-8s %16.9g", garch_name((enum garch_slot)i),
		       fit->at[i]);
		if (fit->has_errors)
			printf(" %14.6g %14.6g %14.6g\n", fit->se_hessian[i],
			       fit->se_opg[i], fit->se_robust[i]);
		else
			printf(" %14s %14s %14s\n", "-", "-", "-");
	}
	if (on_the_edge(fit))
		printf("persistence lies on the edge of the stationary region: "
		       "standard errors say little\n");
	printf("next volatility %.6g; Ljung-Box(%d) of residuals p = %.4f, "
	       "of their squares p = %.4f\n", sqrt(fit->next_variance), LAGS,
	       d->residuals.p, d->squares.p);
}

static enum status fit_garch(const struct fit_request *request,
			     const struct fit_input *input, bool json,
			     struct error *error)
{
	struct garch_request order = { request->model, NULL, true };
	struct arena *arena = arena_new((input->n + 64) * BYTES_EACH);
	struct garch_fit fit;
	struct fit_diagnostics diagnostics;
	enum status status = garch_fit_series(&fit, &order, input->returns,
					      input->n, arena);

	if (!status)
		diagnose(&diagnostics, &fit, input, arena);
	arena_free(arena);
	if (status)
		return explain(status, input, GARCH_OBSERVATIONS_MIN, error);
	if (json)
		print_garch_json(request, input, &fit, &diagnostics);
	else
		print_garch_text(request, input, &fit, &diagnostics);
	if (!fit.converged)
		return error_set(error, E_CONVERGENCE, "the search for the "
				 "maximum ran out of iterations");
	return OK;
}

static void print_ewma_json(const struct fit_input *input,
			    const struct ewma_fit *fit)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "model", "ewma");
	json_put_null(&w, "dist");
	json_put_null(&w, "init");
	json_put_integer(&w, "n", (int64_t)input->n);
	json_put_null(&w, "loglik");
	json_put_bool(&w, "converged", true);
	json_put_integer(&w, "iterations", 0);
	json_open_array(&w, "params");
	json_open_object(&w, NULL);
	json_put_string(&w, "name", "decay");
	json_put_double(&w, "estimate", fit->decay);
	json_put_null(&w, "se");
	json_close_object(&w);
	json_close_array(&w);
	json_put_double(&w, "qlike", fit->loss);
	json_put_double(&w, "nextVariance", fit->next_variance);
	put_input(&w, input);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static enum status fit_ewma(const struct fit_input *input, bool json,
			    struct error *error)
{
	struct ewma_fit fit;
	enum status status = ewma_fit_series(&fit, input->returns, input->n);

	if (status)
		return explain(status, input, EWMA_OBSERVATIONS_MIN, error);
	if (json) {
		print_ewma_json(input, &fit);
		return OK;
	}
	printf("ewma: ");
	print_source(input);
	printf("decay %.3f (lowest QLIKE of a fixed grid: %.6f), next "
	       "volatility %.6g\n", fit.decay, fit.loss,
	       sqrt(fit.next_variance));
	return OK;
}

static enum status fit_family(const struct fit_request *request,
			      const struct fit_input *input, bool json,
			      struct error *error)
{
	switch (request->family) {
	case FAMILY_EWMA:
		return fit_ewma(input, json, error);
	case FAMILY_HAR:
	case FAMILY_HAR_LOG:
		return fit_har(input, request->family == FAMILY_HAR_LOG, json,
			       error);
	case FAMILY_PARETO:
		return fit_pareto(input, json, error);
	case FAMILY_JUMPS:
		return fit_jumps(input, json, error);
	case FAMILY_DEPEG:
		return fit_depeg(input, json, error);
	case FAMILY_DEPENDENCE: /* these read their own columns: run_fit */
	case FAMILY_DEPTH:
	case FAMILY_GARCH:
	case FAMILY_GJR:
	case FAMILY_EGARCH:
	case FAMILY_APARCH:
		break;
	}
	return fit_garch(request, input, json, error);
}

static enum status run_fit(const struct invocation *invocation,
			   struct error *error)
{
	struct fit_request request;
	struct fit_input input = { 0 };
	enum status status = read_request(&request, invocation, error);

	if (!status && request.family == FAMILY_DEPENDENCE)
		return fit_dependence(invocation, error);
	if (!status && request.family == FAMILY_DEPTH)
		return fit_depth(invocation, error);
	if (!status)
		status = fit_input_read(&input, invocation, error);
	if (!status)
		status = fit_family(&request, &input, want_json(invocation),
				    error);
	fit_input_free(&input);
	return status;
}

static const struct option_spec options[] = {
	FIT_INPUT_OPTIONS,
	{ "model", "NAME", "garch (default), gjr, egarch, aparch, har, har-log, "
			   "ewma; pareto (both tails), jumps, depeg (a price "
			   "that should be 1); dependence, depth (of --columns)" },
	{ "columns", "A,B,...", "columns of the file, for --model dependence; "
				"DEPTH,VOLATILITY for depth" },
	{ "dist", "NAME", "innovations: normal (default), t or skewt" },
	{ "init", "RULE", "variance before the first return: fcp (default; the "
			  "mean square) or backcast" },
	{ "mean", "NAME", "constant (default) or zero" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "", "", "estimates, log-likelihood, three kinds of standard errors",
	  "  plimsoll fit --csv returns.csv --column return_pct --dist t\n"
	  "  plimsoll fit --csv prices.csv.gz --column close --prices --json\n"
	  "  plimsoll fit --csv prices.csv.gz --column close --prices --model "
	  "gjr --dist skewt\n"
	  "  plimsoll fit --asset ETH --model har\n"
	  "  plimsoll fit --csv days.csv --model depth --columns "
	  "depth,volatility\n",
	  options, 0, 0, run_fit },
	{ 0 },
};

const struct command_group commands_fit = {
	"fit", "fit a volatility model to returns", verbs
};
