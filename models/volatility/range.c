/* range.c -- see range.h. */
#include "models/volatility/range.h"

#include "models/elementary.h"

#define LOG_2 0x1.62e42fefa39efp-1

/* Logarithms of a bar's prices over its open. */
struct moves {
	double high, low, close;
};

static enum status moves_of(struct moves *out, const struct bar *bar)
{
	double open = decimal_to_double(bar->open);
	double high = decimal_to_double(bar->high);
	double low = decimal_to_double(bar->low);
	double close = decimal_to_double(bar->close);

	if (!(low > 0.0) || high < open || high < close || low > open ||
	    low > close)
		return E_INPUT;
	*out = (struct moves){ elementary_log(high / open),
			       elementary_log(low / open),
			       elementary_log(close / open) };
	return OK;
}

enum status range_variance(double *out, const struct bar *bar,
			   enum range_estimator estimator)
{
	struct moves m;
	enum status status = moves_of(&m, bar);
	double range;

	if (status)
		return status;
	range = m.high - m.low;
	switch (estimator) {
	case RANGE_PARKINSON:
		*out = range * range / (4.0 * LOG_2);
		return OK;
	case RANGE_GARMAN_KLASS:
		*out = 0.5 * range * range -
		       (2.0 * LOG_2 - 1.0) * m.close * m.close;
		return OK;
	case RANGE_ROGERS_SATCHELL:
		*out = m.high * (m.high - m.close) + m.low * (m.low - m.close);
		return OK;
	}
	return E_INPUT;
}

double range_bar_variance(const struct bar *bar, const struct bar *before)
{
	double previous = decimal_to_double(before->close), variance, jump;

	if (range_variance(&variance, bar, RANGE_GARMAN_KLASS)) {
		jump = elementary_log(decimal_to_double(bar->close) / previous);
		return jump * jump;
	}
	jump = elementary_log(decimal_to_double(bar->open) / previous);
	return variance + jump * jump;
}

/* Sum and sum of squares. */
struct moments {
	double sum, squares;
};

static void add(struct moments *m, double x)
{
	m->sum += x;
	m->squares += x * x;
}

static double variance_of(const struct moments *m, double n)
{
	return (m->squares - m->sum * m->sum / n) / (n - 1.0);
}

enum status range_yang_zhang(double *out, const struct bar *bars, size_t count)
{
	struct moments opens = { 0.0, 0.0 }, closes = { 0.0, 0.0 };
	double n = (double)count - 1.0, sum = 0.0, k;

	if (count < 3)
		return E_INPUT;
	for (size_t i = 1; i < count; i++) {
		double before = decimal_to_double(bars[i - 1].close), rs;
		struct moves m;
		enum status status = moves_of(&m, &bars[i]);

		if (status || !(before > 0.0) ||
		    range_variance(&rs, &bars[i], RANGE_ROGERS_SATCHELL))
			return E_INPUT;
		add(&opens, elementary_log(decimal_to_double(bars[i].open) /
					   before));
		add(&closes, m.close);
		sum += rs;
	}
	k = 0.34 / (1.34 + (n + 1.0) / (n - 1.0));
	*out = variance_of(&opens, n) + k * variance_of(&closes, n) +
	       (1.0 - k) * sum / n;
	return OK;
}
