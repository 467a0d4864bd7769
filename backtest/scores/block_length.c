/* block_length.c -- how long blocks should be; see bootstrap.h. */
#include "backtest/scores/bootstrap.h"

#include <math.h>
#include <stdbool.h>

#include "models/elementary.h"
#include "models/loss/statistics.h"

#define SMALL_RUN 5u
#define VARIES_LEAST 1e-26 /* of the mean's square: below, rounding */
#define LAGS_MAX 3200u /* sqrt(BOOTSTRAP_STEPS_MAX) and the run, rounded up */

static double covariance_at(const double *x, size_t n, double mean, size_t lag)
{
	double sum = 0.0;

	for (size_t t = lag; t < n; t++)
		sum += (x[t] - mean) * (x[t - lag] - mean);
	return sum / (double)n;
}

/* Least whole number at or above the square root. */
static size_t root_above(size_t n)
{
	size_t root = (size_t)sqrt((double)n);

	while (root * root < n)
		root++;
	return root;
}

static double log10_of(size_t n)
{
	return elementary_log((double)n) / elementary_log(10.0);
}

/* Number of lags that count: twice the last large correlation before a run of
 * small ones, twice the last of all where no run comes.  Covariances are filled
 * as far as that. */
static size_t lags_of(double *covariances, const double *x, size_t n,
		      double mean)
{
	double bound = 2.0 * sqrt(log10_of(n) / (double)n) * covariances[0];
	size_t most = root_above(n) + SMALL_RUN, small = 0, large = 0, lag = 0;

	most = most < n - 1 ? most : n - 1;
	most = most < LAGS_MAX - 1 ? most : LAGS_MAX - 1;
	while (lag < most && small < SMALL_RUN) {
		bool is_large;

		lag++;
		covariances[lag] = covariance_at(x, n, mean, lag);
		is_large = fabs(covariances[lag]) >= bound;
		small = is_large ? 0 : small + 1;
		large = is_large ? lag : large;
	}
	large = large ? large : 1;
	most = 2 * large < most ? 2 * large : most;
	while (lag < most) {
		lag++;
		covariances[lag] = covariance_at(x, n, mean, lag);
	}
	return most;
}

static double window(double share)
{
	return share <= 0.5 ? 1.0 : 2.0 * (1.0 - share);
}

double bootstrap_block_length(const double *x, size_t n,
			      enum bootstrap_blocks blocks)
{
	double covariances[LAGS_MAX], mean, spread, slope = 0.0;
	double most = 3.0 * sqrt((double)n), scale, length;
	size_t lags;

	mean = loss_mean(x, NULL, n);
	covariances[0] = n ? covariance_at(x, n, mean, 0) : 0.0;
	if (n < BOOTSTRAP_STEPS_MIN ||
	    !(covariances[0] > VARIES_LEAST * mean * mean))
		return 1.0;
	lags = lags_of(covariances, x, n, mean);
	spread = covariances[0];
	for (size_t k = 1; k <= lags; k++) {
		double w = 2.0 * window((double)k / (double)lags) *
			   covariances[k];

		spread += w;
		slope += w * (double)k;
	}
	scale = (blocks == BOOTSTRAP_CIRCULAR ? 4.0 / 3.0 : 2.0) * spread *
		spread;
	most = most < (double)n / 3.0 ? most : (double)n / 3.0;
	length = scale > 0.0 ? elementary_pow(2.0 * slope * slope / scale *
					      (double)n, 1.0 / 3.0) : most;
	length = length < most ? length : most;
	return length > 1.0 ? length : 1.0;
}
