/* optimise.c -- see optimise.h. */
#include "models/optimise.h"

#include <math.h>
#include <string.h>

#define N OPTIMISE_VARIABLES_MAX
#define HALVINGS_MAX 30
#define QUIET_STEPS 4
#define ENOUGH_DECREASE 1e-4 /* of what the slope promises */

static double dot(const double *a, const double *b, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static void forget_curvature(struct optimum *o, size_t n)
{
	memset(o->inverse, 0, sizeof(o->inverse));
	for (size_t i = 0; i < n; i++)
		o->inverse[i][i] = 1.0;
	o->fresh = true;
}

/* s: the step taken, y: the change of gradient. */
static void learn_curvature(struct optimum *o, const double *s,
			    const double *y, size_t n)
{
	double sy = dot(s, y, n), hy[N], yhy;

	if (!(sy > 1e-14))
		return;
	if (o->fresh) /* the first step tells the scale: equation 6.20 */
		for (size_t i = 0; i < n; i++)
			o->inverse[i][i] = sy / dot(y, y, n);
	for (size_t i = 0; i < n; i++)
		hy[i] = dot(o->inverse[i], y, n);
	yhy = dot(y, hy, n);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			o->inverse[i][j] += (1.0 + yhy / sy) * s[i] * s[j] / sy -
					    (hy[i] * s[j] + s[i] * hy[j]) / sy;
}

static double evaluate(double *gradient, const struct objective *objective,
		       const double *x)
{
	double value = objective->evaluate(gradient, objective->context, x);

	return value == value ? value : (double)INFINITY;
}

static double first_step(const double *direction, size_t n)
{
	double largest = 0.0;

	for (size_t i = 0; i < n; i++)
		if (fabs(direction[i]) > largest)
			largest = fabs(direction[i]);
	return largest > 1.0 ? 1.0 / largest : 1.0; /* no leap beyond 1 */
}

/* Backtracking to enough decrease; false when no step is better. */
static bool line_search(struct optimum *o, const struct objective *objective,
			const double *direction, double slope)
{
	size_t n = objective->count;
	double step = first_step(direction, n);

	for (int k = 0; k < HALVINGS_MAX; k++, step *= 0.5) {
		double x[N], gradient[N], moved[N], change[N], value;

		for (size_t i = 0; i < n; i++)
			x[i] = o->x[i] + step * direction[i];
		value = evaluate(gradient, objective, x);
		if (!(value <= o->value + ENOUGH_DECREASE * step * slope))
			continue;
		for (size_t i = 0; i < n; i++) {
			moved[i] = x[i] - o->x[i];
			change[i] = gradient[i] - o->gradient[i];
		}
		memcpy(o->x, x, n * sizeof(*x));
		memcpy(o->gradient, gradient, n * sizeof(*x));
		o->value = value;
		learn_curvature(o, moved, change, n);
		return true;
	}
	return false;
}

static bool is_flat(const struct optimum *o, const struct objective *objective)
{
	for (size_t i = 0; i < objective->count; i++)
		if (!(fabs(o->gradient[i]) < objective->gradient_tolerance))
			return false;
	return true;
}

void optimise_begin(struct optimum *search, const struct objective *objective)
{
	search->value = evaluate(search->gradient, objective, search->x);
	search->iterations = 0;
	search->quiet = 0;
	search->converged = false;
	forget_curvature(search, objective->count);
}

/* One step along the quasi-Newton direction.  Where that fails, the curvature
 * is forgotten; where even steepest descent fails, this is the minimum. */
static void iterate(struct optimum *o, const struct objective *objective)
{
	double direction[N], slope, before = o->value;
	size_t n = objective->count;

	for (size_t i = 0; i < n; i++)
		direction[i] = -dot(o->inverse[i], o->gradient, n);
	slope = dot(direction, o->gradient, n);
	if (slope < 0.0 && line_search(o, objective, direction, slope)) {
		o->fresh = false;
		o->quiet = before - o->value < objective->quiet_gain
				   ? o->quiet + 1
				   : 0;
	} else if (o->fresh) {
		o->converged = true;
	} else {
		forget_curvature(o, n);
	}
}

void optimise_run(struct optimum *search, const struct objective *objective,
		  unsigned iterations)
{
	for (unsigned i = 0; i < iterations && !search->converged; i++) {
		if (is_flat(search, objective) ||
		    search->quiet == QUIET_STEPS) {
			search->converged = true;
			return;
		}
		iterate(search, objective);
		search->iterations++;
	}
}
