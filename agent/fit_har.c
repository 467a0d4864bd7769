/* fit_har.c -- see fit_har.h. */
#include "agent/fit_har.h"

#include <math.h>
#include <stdio.h>

#include "agent/json_writer.h"
#include "models/ensemble/experts.h"

#define BYTES_EACH 128u
#define VARIANCE_FLOOR 1e-8 /* (1 bp)^2 */

static const char *const names[HAR_TERMS] = { "constant", "last", "middle",
					      "longest" };

static enum status explain(enum status status, const struct fit_input *input,
			   const struct har_design *design,
			   struct error *error)
{
	size_t least = design->longest + HAR_OBSERVATIONS_MIN;

	if (status == E_INPUT && input->n < least)
		return error_set(error, E_MISSING, "%zu returns; at least %zu "
				 "are needed", input->n, least);
	if (status == E_INPUT)
		return error_set(error, E_MALFORMED, "the variances are "
				 "constant, or not finite");
	return error_set(error, status, "the regression could not be solved");
}

static void put_terms(struct json_writer *w, const struct har_fit *fit)
{
	json_open_array(w, "params");
	for (int i = 0; i < HAR_TERMS; i++) {
		json_open_object(w, NULL);
		json_put_string(w, "name", names[i]);
		json_put_double(w, "estimate", fit->at[i]);
		json_open_object(w, "se");
		json_put_double(w, "ols", fit->se[i]);
		json_put_double(w, "robust", fit->se_robust[i]);
		json_close_object(w);
		json_close_object(w);
	}
	json_close_array(w);
}

static void print_json(const struct fit_input *input,
		       const struct har_design *design,
		       const struct har_fit *fit)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "model", design->logs ? "har-log" : "har");
	json_put_null(&w, "dist");
	json_put_null(&w, "init");
	json_put_integer(&w, "n", (int64_t)fit->n);
	json_put_null(&w, "loglik");
	json_put_bool(&w, "converged", true);
	json_put_integer(&w, "iterations", 0);
	put_terms(&w, fit);
	json_put_double(&w, "rSquared", fit->r_squared);
	json_put_double(&w, "smearing", fit->smearing);
	json_put_string(&w, "variances",
			input->ranges ? "garman-klass" : "squared returns");
	json_put_double(&w, "nextVariance", fit->next);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static void print_text(const struct fit_input *input,
		       const struct har_design *design,
		       const struct har_fit *fit)
{
	printf("har on %s of %s, means of 1, %zu and %zu bars: %zu rows, R "
	       "squared %.4f\n", design->logs ? "logarithms" : "levels",
	       input->ranges ? "Garman-Klass variances" : "squared returns",
	       design->middle, design->longest, fit->n, fit->r_squared);
	printf("%-9s %16s %14s %14s\n", "", "estimate", "se ols", "se robust");
	for (int i = 0; i < HAR_TERMS; i++)
		printf("%-9s %16.9g %14.6g %14.6g\n", names[i], fit->at[i],
		       fit->se[i], fit->se_robust[i]);
	printf("next volatility %.6g\n", sqrt(fit->next));
}

enum status fit_har(const struct fit_input *input, bool logs, bool json,
		    struct error *error)
{
	struct har_design design = experts_har_design(
		logs ? EXPERT_HAR_LOG : EXPERT_HAR, input->interval_s);
	struct arena *arena = arena_new((input->n + 512) * BYTES_EACH);
	struct har_fit fit;
	enum status status;

	for (size_t t = 0; t < input->n; t++)
		if (!(input->variances[t] > VARIANCE_FLOOR))
			input->variances[t] = VARIANCE_FLOOR;
	status = har_fit_series(&fit, &design, input->variances, input->n,
				arena);
	arena_free(arena);
	if (status)
		return explain(status, input, &design, error);
	if (json)
		print_json(input, &design, &fit);
	else
		print_text(input, &design, &fit);
	return OK;
}
