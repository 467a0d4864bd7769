/* diebold_mariano.c -- see diebold_mariano.h. */
#include "backtest/scores/diebold_mariano.h"

#include <math.h>

#include "models/elementary.h"
#include "models/loss/statistics.h"
#include "models/volatility/diagnostics.h"

#define OBSERVATIONS_MAX 1000000u
#define VARIES_LEAST 1e-14 /* relative: below, differences are rounding */

/* d = a - b, and the largest of them; NaN where a loss is not finite. */
static double differences(double *d, const double *const losses[2], size_t n)
{
	double largest = 0.0;

	for (size_t t = 0; t < n; t++) {
		if (!(fabs(losses[0][t]) < 1e100 && fabs(losses[1][t]) < 1e100))
			return (double)NAN;
		d[t] = losses[0][t] - losses[1][t];
		largest = fabs(d[t]) > largest ? fabs(d[t]) : largest;
	}
	return largest;
}

static void judge(struct diebold_mariano *out, double n, double h)
{
	out->plain = out->mean / out->error;
	out->statistic = out->plain *
			 sqrt((n + 1.0 - 2.0 * h + h * (h - 1.0) / n) / n);
	out->p_better = student_cdf(out->statistic, n - 1.0);
	out->p_worse = student_cdf(-out->statistic, n - 1.0);
	out->p = 2.0 * student_cdf(-fabs(out->statistic), n - 1.0);
}

enum status diebold_mariano(struct diebold_mariano *out,
			    const double *const losses[2], size_t n,
			    size_t horizon, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct diebold_mariano result;
	double *d, largest;

	if (n < DIEBOLD_MARIANO_MIN || n > OBSERVATIONS_MAX || !horizon ||
	    horizon > n / 2)
		return E_INPUT;
	d = ARENA_NEW(arena, double, n);
	if (!d)
		return E_LIMIT;
	largest = differences(d, losses, n);
	result.mean = loss_mean(d, NULL, n);
	for (size_t t = 0; t < n; t++)
		d[t] -= result.mean;
	result.error = sqrt(long_run_squares(d, n, horizon - 1)) / (double)n;
	arena_reset(arena, mark);
	if (!(largest >= 0.0))
		return E_INPUT;
	if (!(result.error > VARIES_LEAST * largest))
		return E_CONVERGENCE;
	judge(&result, (double)n, (double)horizon);
	*out = result;
	return OK;
}
