/* returns.c -- see returns.h. */
#include "models/volatility/returns.h"

#include "models/elementary.h"

bool bar_return(double *out, const struct bar *bar, int64_t previous_open_s,
		struct decimal previous_close, uint32_t interval_s)
{
	double before = decimal_to_double(previous_close);

	if (bar->open_time_s - previous_open_s != (int64_t)interval_s ||
	    !(before > 0.0))
		return false;
	*out = elementary_log(decimal_to_double(bar->close) / before);
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
