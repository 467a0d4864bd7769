/* fit_depth.c -- see fit_depth.h. */
#include "agent/fit_depth.h"

#include <stdio.h>

#include "agent/fit_columns.h"
#include "agent/json_writer.h"
#include "base/host/memory.h"
#include "models/elementary.h"
#include "models/liquidity/depth.h"

#define BYTES_EACH 16u
#define NORMAL_95 1.959964

/* The rows that have both, moved to the front. */
static size_t pair_up(struct fit_columns *c)
{
	size_t n = 0;

	for (size_t t = 0; t < c->rows; t++) {
		if (!c->present[0][t] || !c->present[1][t])
			continue;
		c->values[0][n] = c->values[0][t];
		c->values[1][n++] = c->values[1][t];
	}
	return n;
}

static enum status explain(enum status status, size_t n, struct error *error)
{
	if (status == E_INPUT && n < DEPTH_PAIRS_MIN)
		return error_set(error, E_MISSING, "%zu rows with both; at "
				 "least %d are needed", n, DEPTH_PAIRS_MIN);
	if (status == E_INPUT)
		return error_set(error, E_MALFORMED, "a depth or a volatility "
				 "that is not above 0, or a constant column");
	return error_set(error, status, "the elasticity could not be estimated");
}

static void print_json(const struct depth_fit *fit)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "model", "depth");
	json_put_integer(&w, "n", (int64_t)fit->n);
	json_put_double(&w, "elasticity", fit->elasticity);
	json_put_double(&w, "se", fit->error);
	json_put_integer(&w, "lags", (int64_t)fit->lags);
	json_put_double(&w, "depth", elementary_exp(fit->log_depth));
	json_put_double(&w, "volatility", elementary_exp(fit->log_volatility));
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static void print_text(const struct depth_fit *fit)
{
	double reach = NORMAL_95 * fit->error;

	printf("elasticity of depth to volatility %.4f, standard error %.4f "
	       "(Newey-West, %zu lags), 95 %%: %.4f to %.4f; %zu rows\n",
	       fit->elasticity, fit->error, fit->lags, fit->elasticity - reach,
	       fit->elasticity + reach, fit->n);
	printf("depth %.6g at volatility %.6g; at twice that %.1f %% of it is "
	       "left\n", elementary_exp(fit->log_depth),
	       elementary_exp(fit->log_volatility),
	       100.0 * elementary_pow(2.0, -fit->elasticity));
}

static enum status read_columns(struct fit_columns *out,
				const struct invocation *invocation,
				struct error *error)
{
	enum status status;

	if (option_flag(invocation, "prices"))
		return error_set(error, E_USAGE, "--model depth takes depths "
				 "and volatilities, not --prices");
	status = fit_columns_read(out, invocation, error);
	if (!status && out->assets != 2)
		status = error_set(error, E_USAGE, "--model depth takes two "
				   "columns: --columns DEPTH,VOLATILITY");
	return status;
}

enum status fit_depth(const struct invocation *invocation, struct error *error)
{
	struct fit_columns columns = { 0 };
	struct depth_fit fit;
	enum status status = read_columns(&columns, invocation, error);

	if (!status) {
		size_t n = pair_up(&columns);
		struct arena *arena = arena_new((n + 64) * BYTES_EACH);

		status = depth_elasticity_fit(&fit, columns.values[0],
					      columns.values[1], n, arena);
		arena_free(arena);
		if (status)
			status = explain(status, n, error);
	}
	if (!status && want_json(invocation))
		print_json(&fit);
	else if (!status)
		print_text(&fit);
	fit_columns_free(&columns);
	return status;
}
