/* decide_baselines.c -- what other rules would set: no change. */
#include "models/decide_work.h"

void decide_baselines(struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++)
		work->report.assets[i].baseline_count = 0;
}
