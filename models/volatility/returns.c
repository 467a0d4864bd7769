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
