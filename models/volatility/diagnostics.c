/* diagnostics.c -- see diagnostics.h. */
#include "models/volatility/diagnostics.h"

#include <math.h>

#include "models/elementary.h"

enum status ljung_box(struct test_result *out, const double *x, size_t n,
		      size_t lags)
{
	double mean = 0.0, variance = 0.0, sum = 0.0, size = (double)n;

	if (!lags || lags > n / 2 || lags > 1000)
		return E_INPUT;
	for (size_t t = 0; t < n; t++)
		mean += x[t] / size;
	for (size_t t = 0; t < n; t++)
		variance += (x[t] - mean) * (x[t] - mean);
	if (!(variance > 0.0 && variance < 1e200))
		return E_INPUT;
	for (size_t k = 1; k <= lags; k++) {
		double r = 0.0;

		for (size_t t = k; t < n; t++)
			r += (x[t] - mean) * (x[t - k] - mean);
		r /= variance;
		sum += r * r / (size - (double)k);
	}
	out->statistic = size * (size + 2.0) * sum;
	out->p = chi_square_tail(out->statistic, (double)lags);
	return OK;
}

double long_run_squares(const double *u, size_t n, size_t lags)
{
	double all = 0.0;

	for (size_t lag = 0; lag <= lags; lag++) {
		double sum = 0.0;

		for (size_t t = lag; t < n; t++)
			sum += u[t] * u[t - lag];
		all += (lag ? 2.0 : 1.0) * sum *
		       (1.0 - (double)lag / (double)(lags + 1));
	}
	return all > 0.0 ? all : 0.0;
}
