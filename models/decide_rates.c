/* decide_rates.c -- rate curves: every asset keeps its own. */
#include "models/decide_work.h"

enum status decide_rates(struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++)
		work->assets[i].has_rates = false;
	return OK;
}
