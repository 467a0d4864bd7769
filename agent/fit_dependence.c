/* fit_dependence.c -- see fit_dependence.h. */
#include "agent/fit_dependence.h"

#include <stdio.h>
#include <string.h>

#include "agent/fit_columns.h"
#include "agent/json_writer.h"
#include "base/host/memory.h"
#include "models/dependence/dcc.h"
#include "models/dependence/nonlinear_shrinkage.h"
#include "models/dependence/t_copula.h"

#define WORST_SHARE 0.05
#define BYTES_EACH 64u /* of arena, a value */

/* Everything that is printed; what could not be estimated is absent. */
struct dependence {
	const struct fit_columns *columns;
	struct correlation_estimate linear, stressed;
	double nonlinear[LINALG_ORDER_MAX * LINALG_ORDER_MAX];
	struct dcc_fit dcc;
	struct copula_fit copula;
	bool has_nonlinear, has_dcc, has_copula, has_stressed;
};

static enum status estimate(struct dependence *out,
			    const struct residual_table *table,
			    struct error *error)
{
	const struct correlation_stress stress = { 0, WORST_SHARE };
	struct arena *arena = arena_new((table->count + 1024) * table->assets *
					BYTES_EACH);
	enum status status = correlation_estimate(&out->linear, table->columns,
						  table->assets, table->count);

	if (!status && !out->linear.pairs)
		status = E_MISSING;
	out->has_nonlinear = !status &&
			     !nonlinear_shrinkage(out->nonlinear, table);
	out->has_dcc = !status && !dcc_fit_table(&out->dcc, table,
						 out->linear.matrix, arena, NULL);
	out->has_copula = !status && !t_copula_fit(&out->copula, table,
						   out->linear.matrix, arena);
	out->has_stressed = !status && !correlation_stressed(&out->stressed,
							     table, &stress);
	arena_free(arena);
	if (status == E_MISSING)
		return error_set(error, status,
				 "no two columns have 50 common rows");
	return status ? error_set(error, status, "the correlation could not be "
				  "estimated (%s)", status_name(status))
		      : OK;
}

static void put_matrix(struct json_writer *w, const char *key,
		       const double *matrix, size_t n)
{
	json_open_array(w, key);
	for (size_t i = 0; i < n; i++) {
		json_open_array(w, NULL);
		for (size_t j = 0; j < n; j++)
			json_put_double(w, NULL, matrix[j * n + i]);
		json_close_array(w);
	}
	json_close_array(w);
}

static void put_moving(struct json_writer *w, const struct dependence *d)
{
	if (d->has_dcc) {
		json_open_object(w, "dcc");
		json_put_double(w, "a", d->dcc.a);
		json_put_double(w, "b", d->dcc.b);
		json_put_double(w, "loglik", d->dcc.log_likelihood);
		json_put_bool(w, "converged", d->dcc.converged);
		put_matrix(w, "next", d->dcc.next, d->columns->assets);
		json_close_object(w);
	}
	if (d->has_copula) {
		json_open_object(w, "tCopula");
		json_put_double(w, "degrees", d->copula.degrees);
		json_put_double(w, "low", d->copula.low);
		json_put_double(w, "high", d->copula.high);
		json_put_integer(w, "rows", (int64_t)d->copula.bars);
		json_close_object(w);
	}
}

static void print_json(const struct dependence *d)
{
	struct text text = { 0 };
	struct json_writer w;
	size_t n = d->columns->assets;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "model", "dependence");
	json_put_integer(&w, "n", (int64_t)d->columns->rows);
	json_open_array(&w, "columns");
	for (size_t i = 0; i < n; i++)
		json_put_string(&w, NULL, d->columns->names[i]);
	json_close_array(&w);
	json_put_double(&w, "shrinkage", d->linear.intensity);
	put_matrix(&w, "correlation", d->linear.matrix, n);
	if (d->has_nonlinear)
		put_matrix(&w, "nonlinear", d->nonlinear, n);
	put_moving(&w, d);
	if (d->has_stressed)
		put_matrix(&w, "stressed", d->stressed.matrix, n);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static void print_matrix(const char *title, const struct dependence *d,
			 const double *matrix)
{
	size_t n = d->columns->assets;

	printf("%s\n", title);
	for (size_t i = 0; i < n; i++) {
		printf("  %-12.12s", d->columns->names[i]);
		for (size_t j = 0; j < n; j++)
			printf(" %7.4f", matrix[j * n + i]);
		putchar('\n');
	}
}

static void print_text(const struct dependence *d)
{
	char title[96];

	snprintf(title, sizeof(title), "correlation of GJR-t residuals, shrunk "
		 "by %.4f towards its mean", d->linear.intensity);
	print_matrix(title, d, d->linear.matrix);
	if (d->has_nonlinear)
		print_matrix("nonlinear shrinkage, common rows", d,
			     d->nonlinear);
	if (d->has_dcc) {
		snprintf(title, sizeof(title), "DCC(1,1): a %.5f, b %.5f%s; "
			 "after the last row", d->dcc.a, d->dcc.b,
			 d->dcc.converged ? "" : " NOT CONVERGED");
		print_matrix(title, d, d->dcc.next);
	}
	if (d->has_stressed)
		print_matrix("where the first column falls most (5 %)", d,
			     d->stressed.matrix);
	if (d->has_copula)
		printf("t copula: %.2f degrees of freedom (95 %%: %.2f to "
		       "%.2f) on %zu common rows\n", d->copula.degrees,
		       d->copula.low, d->copula.high, d->copula.bars);
}

enum status fit_dependence(const struct invocation *invocation,
			   struct error *error)
{
	struct fit_columns columns;
	struct residual_column of[LINALG_ORDER_MAX];
	struct dependence *d = memory_allocate(1, sizeof(*d));
	enum status status = fit_columns_read(&columns, invocation, error);

	if (!status)
		status = fit_columns_standardise(&columns, error);
	for (size_t i = 0; i < columns.assets; i++)
		of[i] = (struct residual_column){ columns.values[i],
						  columns.present[i] };
	d->columns = &columns;
	if (!status)
		status = estimate(d,
				  &(struct residual_table){ of, columns.assets,
							    columns.rows },
				  error);
	if (!status && want_json(invocation))
		print_json(d);
	else if (!status)
		print_text(d);
	memory_free(d);
	fit_columns_free(&columns);
	return status;
}
