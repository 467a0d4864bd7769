/* dcc_fit.c -- a and b of the highest composite likelihood; see dcc.h.
 *
 * BFGS on unconstrained coordinates from the best point of a grid; all counts
 * and tolerances are fixed, so the same input gives the same bits. */
#include <math.h>
#include <string.h>

#include "models/dependence/dcc_internal.h"
#include "models/elementary.h"
#include "models/optimise.h"

/* Below the bound by more than the rounding of a + b. */
#define PERSISTENCE_TOP (DCC_PERSISTENCE_MAX - 1e-12)
#define ITERATIONS 100u
#define GRID_POINTS 12u
#define GRADIENT_TOLERANCE 1e-9 /* per pair and bar, unconstrained */
/* An edge of the region is approached without end. */
#define QUIET_GAIN 1e-12

/* a and b of the coordinates: logit of persistence, logit of a's share. */
struct mapping {
	double a, b;
	double persistence, share;
	double slopes[2]; /* of persistence and share, each by its own */
};

static struct mapping map(const double *x)
{
	double p = 1.0 / (1.0 + elementary_exp(-x[0]));
	double share = 1.0 / (1.0 + elementary_exp(-x[1]));
	double persistence = PERSISTENCE_TOP * p;

	return (struct mapping){ persistence * share,
				 persistence * (1.0 - share),
				 persistence,
				 share,
				 { persistence * (1.0 - p),
				   share * (1.0 - share) } };
}

static double evaluate(double *gradient, const void *context, const double *x)
{
	const struct dcc_data *data = context;
	struct mapping m = map(x);
	double n = (double)data->terms;
	struct dcc_value value;

	dcc_evaluate(&value, data, m.a, m.b);
	gradient[0] = -m.slopes[0] / n * (value.slope.by_a * m.share +
					  value.slope.by_b * (1.0 - m.share));
	gradient[1] = -m.slopes[1] / n * m.persistence *
		      (value.slope.by_a - value.slope.by_b);
	return -value.log_likelihood / n;
}

struct grid {
	const struct dcc_data *data;
	double values[GRID_POINTS];
};

static void point_of(double *x, size_t k)
{
	/* logits of 0.8, 0.95, 0.99, 0.997 and of 0.02, 0.06, 0.2 */
	static const double persistences[] = { 1.39, 2.94, 4.60, 5.81 };
	static const double shares[] = { -3.89, -2.75, -1.39 };

	x[0] = persistences[k / 3];
	x[1] = shares[k % 3];
}

static void try_points(void *context, size_t group)
{
	struct grid *grid = context;
	double *values = grid->values + group * DCC_MANY;
	double x[2], a[DCC_MANY], b[DCC_MANY];

	for (size_t k = 0; k < DCC_MANY; k++) {
		struct mapping m;

		point_of(x, group * DCC_MANY + k);
		m = map(x);
		a[k] = m.a;
		b[k] = m.b;
	}
	dcc_values(values, grid->data, a, b);
	for (size_t k = 0; k < DCC_MANY; k++)
		values[k] = -values[k] / (double)grid->data->terms;
}

/* The best point of a grid, as coordinates. */
static void choose_start(double *x, const struct dcc_data *data,
			 const struct parallel *parallel)
{
	struct grid grid = { .data = data };
	double best = (double)INFINITY;

	parallel_run(parallel, try_points, &grid, GRID_POINTS / DCC_MANY);
	for (size_t k = 0; k < GRID_POINTS; k++)
		if (grid.values[k] < best) {
			best = grid.values[k];
			point_of(x, k);
		}
}

/* b has no meaning where a is 0: a search that gained nothing over constant
 * correlation gives both as 0. */
static void search(struct dcc_fit *fit, const struct dcc_data *data,
		   const struct parallel *parallel)
{
	struct objective objective = { evaluate, data, 2, GRADIENT_TOLERANCE,
				       QUIET_GAIN };
	double a[DCC_MANY] = { 0.0 }, b[DCC_MANY] = { 0.0 };
	double values[DCC_MANY]; /* found, constant */
	struct optimum run;
	struct mapping m;

	memset(&run, 0, sizeof(run));
	choose_start(run.x, data, parallel);
	optimise_begin(&run, &objective);
	optimise_run(&run, &objective, ITERATIONS);
	m = map(run.x);
	a[0] = m.a;
	b[0] = m.b;
	dcc_values(values, data, a, b);
	fit->converged = run.converged;
	fit->iterations = run.iterations;
	if (values[0] > values[1]) {
		fit->a = m.a;
		fit->b = m.b;
	}
	fit->log_likelihood = fit->a > 0.0 ? values[0] : values[1];
}

enum status dcc_fit_table(struct dcc_fit *out,
			  const struct residual_table *table,
			  const double *target, struct arena *arena,
			  const struct parallel *parallel)
{
	size_t mark = arena_mark(arena);
	struct dcc_parameters at;
	struct dcc_data data;
	struct dcc_fit fit;
	enum status status = dcc_prepare(&data, table, target, arena);

	memset(&fit, 0, sizeof(fit));
	fit.converged = true;
	if (!status && table->assets > 1)
		search(&fit, &data, parallel);
	arena_reset(arena, mark);
	at = (struct dcc_parameters){ fit.a, fit.b, target };
	if (!status)
		status = dcc_filter(fit.next, table, &at);
	if (!status)
		*out = fit;
	return status;
}
