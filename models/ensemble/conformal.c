/* conformal.c -- see conformal.h. */
#include "models/ensemble/conformal.h"

double conformal_next(double level, double nominal, bool miss)
{
	double next = level + CONFORMAL_STEP * (nominal - (miss ? 1.0 : 0.0)) *
				      nominal / (1.0 - nominal);
	double low = nominal / CONFORMAL_SPAN, high = nominal * CONFORMAL_SPAN;

	if (!(next > low))
		return low;
	return next < high ? next : high;
}

double conformal_fall(const struct conformal_choice *choice)
{
	double fall = choice->at_level;

	if (choice->cap > choice->nominal && fall > choice->cap)
		fall = choice->cap;
	if (choice->widen_only && fall < choice->nominal)
		fall = choice->nominal;
	return fall;
}
