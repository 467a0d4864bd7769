/* returns.c -- see returns.h. */
#include "models/volatility/returns.h"

#include "models/elementary.h"

bool bar_return(double *out, const struct bar *bar, int64_t previous_open_s,
		struct decimal previous_close, uint32_t interval_s)
{
	double before = decimal_to_double(previous_close);
	double after = decimal_to_double(bar->close);

	if (bar->open_time_s - previous_open_s != (int64_t)interval_s ||
	    !(before > 0.0) || !(after > 0.0))
		return false;
	*out = elementary_log(after / before);
	return true;
}

size_t series_returns(double *out, const struct bar *bars, size_t count,
		      uint32_t interval_s)
{
	size_t n = 0;

	for (size_t i = 1; i < count; i++)
		if (bar_return(&out[n], &bars[i], bars[i - 1].open_time_s,
			       bars[i - 1].close, interval_s))
			n++;
	return n;
}

static enum status check_prices(const struct price_series *p)
{
	if (!p->interval_s)
		return E_INPUT;
	for (size_t i = 0; i < p->count; i++) {
		if (!(p->closes[i] > 0.0 && p->closes[i] < 1e300))
			return E_INPUT;
		if (i && p->times_s[i] <= p->times_s[i - 1])
			return E_INPUT;
	}
	return OK;
}

enum status log_returns(struct return_series *out,
			const struct price_series *prices)
{
	enum status status = check_prices(prices);

	if (status)
		return status;
	out->n = 0;
	for (size_t i = 1; i < prices->count; i++) {
		if (prices->times_s[i] - prices->times_s[i - 1] !=
		    (int64_t)prices->interval_s)
			continue;
		out->returns[out->n] = elementary_log(prices->closes[i] /
						      prices->closes[i - 1]);
		if (out->index)
			out->index[out->n] = i;
		out->n++;
	}
	return OK;
}
