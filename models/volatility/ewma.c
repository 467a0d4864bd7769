/* ewma.c -- see ewma.h. */
#include "models/volatility/ewma.h"

#include <math.h>
#include <stdbool.h>

#include "models/elementary.h"

#define WARM_UP 20u
#define SQUARE_FLOOR 1e-8 /* (1 bp)^2 */

static double first_variance(const double *returns, size_t n)
{
	size_t count = n < WARM_UP ? n : WARM_UP;
	double sum = 0.0;

	for (size_t t = 0; t < count; t++)
		sum += returns[t] * returns[t];
	return sum / (double)count;
}

double ewma_variance(const double *returns, size_t n, double decay)
{
	double v = first_variance(returns, n);

	for (size_t t = 0; t < n; t++)
		v = decay * v + (1.0 - decay) * returns[t] * returns[t];
	return v;
}

double qlike(double squared_return, double variance)
{
	double x = squared_return > SQUARE_FLOOR ? squared_return
						 : SQUARE_FLOOR;
	double ratio = x / (variance > SQUARE_FLOOR ? variance : SQUARE_FLOOR);

	return ratio - elementary_log(ratio) - 1.0;
}

static double mean_loss(const double *returns, size_t n, double decay)
{
	double v = first_variance(returns, n), sum = 0.0;

	for (size_t t = 0; t < n; t++) {
		double square = returns[t] * returns[t];

		if (t >= WARM_UP)
			sum += qlike(square, v);
		v = decay * v + (1.0 - decay) * square;
	}
	return sum / (double)(n - WARM_UP);
}

static enum status check_returns(const double *returns, size_t n)
{
	bool constant = true;

	if (n < EWMA_OBSERVATIONS_MIN)
		return E_INPUT;
	for (size_t t = 0; t < n; t++) {
		if (!(fabs(returns[t]) < 1e100))
			return E_INPUT;
		constant = constant && returns[t] == returns[0];
	}
	return constant ? E_INPUT : OK;
}

enum status ewma_fit_series(struct ewma_fit *out, const double *returns,
			    size_t n)
{
	static const double decays[] = { 0.80, 0.82, 0.84, 0.86, 0.88, 0.90,
					 0.92, 0.94, 0.96, 0.98, 0.99, 0.995 };
	struct ewma_fit best = { 0.0, 0.0, 0.0 };

	enum status status = check_returns(returns, n);

	if (status)
		return status;
	for (size_t i = 0; i < sizeof(decays) / sizeof(decays[0]); i++) {
		double loss = mean_loss(returns, n, decays[i]);

		if (!i || loss < best.loss)
			best = (struct ewma_fit){ decays[i], 0.0, loss };
	}
	best.next_variance = ewma_variance(returns, n, best.decay);
	*out = best;
	return OK;
}
