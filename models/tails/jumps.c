/* jumps.c -- see jumps.h. */
#include "models/tails/jumps.h"

#include <math.h>

#include "models/elementary.h"

#define SIDE 0.025 /* of the interval, each side */
#define SIDE_DEVIATIONS 1.959963984540054
#define EXACT_EVENTS_MAX 499 /* chi_square_tail takes 1000 degrees */
#define HALVINGS 80

/* Mean of a Poisson variable of which `events - 1` or fewer have probability
 * `p`: half the chi-square value with 2 events degrees and upper tail p. */
static double exact_mean(double events, double p)
{
	double low = 0.0, high = 2.0 * events + 20.0 * sqrt(events) + 20.0;

	for (int i = 0; i < HALVINGS; i++) {
		double middle = 0.5 * (low + high);

		if (chi_square_tail(middle, 2.0 * events) > p)
			low = middle;
		else
			high = middle;
	}
	return 0.25 * (low + high);
}

/* The same for many events by the cube root of a chi-square variable, relative
 * error below 2e-6 from 500 events on; Wilson and Hilferty (1931), PNAS 17. */
static double cube_root_mean(double events, double deviations)
{
	double root =
		1.0 - 1.0 / (9.0 * events) + deviations / (3.0 * sqrt(events));

	return events * root * root * root;
}

static double low_mean(size_t events)
{
	double n = (double)events;

	if (!events)
		return 0.0;
	return events <= EXACT_EVENTS_MAX ? exact_mean(n, 1.0 - SIDE)
					  : cube_root_mean(n, -SIDE_DEVIATIONS);
}

static double high_mean(size_t events)
{
	double n = (double)events + 1.0;

	return events < EXACT_EVENTS_MAX ? exact_mean(n, SIDE)
					 : cube_root_mean(n, SIDE_DEVIATIONS);
}

static enum status check_residuals(const double *residuals, size_t n,
				   double threshold)
{
	if (!n || !(threshold > 0.0 && threshold < (double)INFINITY))
		return E_INPUT;
	for (size_t i = 0; i < n; i++)
		if (!(fabs(residuals[i]) < (double)INFINITY))
			return E_INPUT;
	return OK;
}

/* Another size of a mean of `count`: no sum that could overflow. */
static void count_jump(size_t *count, double *mean, double size)
{
	*count += 1;
	*mean += (size - *mean) / (double)*count;
}

enum status jump_estimate(struct jump_estimate *out, const double *residuals,
			  size_t n, double threshold)
{
	enum status status = check_residuals(residuals, n, threshold);
	struct jump_estimate found = {0};
	size_t events;

	if (status)
		return status;
	for (size_t i = 0; i < n; i++) {
		if (residuals[i] > threshold)
			count_jump(&found.up, &found.mean_up, residuals[i]);
		else if (residuals[i] < -threshold)
			count_jump(&found.down, &found.mean_down,
				   -residuals[i]);
	}
	events = found.up + found.down;
	found.intensity = (double)events / (double)n;
	found.low = low_mean(events) / (double)n;
	found.high = high_mean(events) / (double)n;
	*out = found;
	return OK;
}
