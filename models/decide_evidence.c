/* decide_evidence.c -- what was proven to the caller, and the class that makes
 * (security.md): A everything to policy's coverage, B something, C nothing. */
#include "models/decide_work.h"

static bool managed(const struct asset_work *asset)
{
	return asset->policy != NULL;
}

bool decide_proven(const struct decide_work *work, size_t i)
{
	const struct authenticity *p = work->proven;

	return p && p->market && p->prices[i] && p->bars[i] && p->depth[i];
}

/* Share of debt that proven positions hold, in millionths. */
static uint32_t proven_coverage_ppm(const struct decide_work *work)
{
	double known = 0.0, all = 0.0;

	if (!work->proven->positions)
		return 0;
	for (uint32_t i = 0; i < work->in.position_count; i++) {
		const struct position *position = &work->in.positions[i];

		if (!work->proven->positions[i])
			continue;
		for (uint8_t h = 0; h < position->count; h++) {
			const struct holding *at = &position->holdings[h];
			const struct reserve *r =
				work->assets[at->reserve].reserve;
			double total = (double)r->borrowed;

			if (total > 0.0)
				known += (double)at->borrowed / total;
		}
	}
	for (size_t i = 0; i < work->asset_count; i++)
		all += work->assets[i].reserve->borrowed ? 1.0 : 0.0;
	return all > 0.0 ? (uint32_t)(known / all * 1e6) : 1000000;
}

uint8_t decide_class(const struct decide_work *work)
{
	const struct authenticity *p = work->proven;
	bool all = true, any = false;

	if (!p || !p->market)
		return EVIDENCE_C;
	for (size_t i = 0; i < work->asset_count; i++) {
		if (!managed(&work->assets[i]))
			continue;
		all = all && decide_proven(work, i);
		any = any || (p->prices[i] && p->bars[i]);
	}
	if (!any)
		return EVIDENCE_C;
	return all && proven_coverage_ppm(work) +
				      work->policy.coverage_tolerance_ppm >=
			      1000000
		       ? EVIDENCE_A
		       : EVIDENCE_B;
}

/* Two targets where the classes differ in what they may do: with everything
 * proven they are the same, with nothing proven there is only one, and a
 * development policy admits class C for everything. */
bool decide_needs_two_views(const struct decide_work *work)
{
	return !work->policy.development && decide_class(work) == EVIDENCE_B;
}

uint32_t decide_proven_ppm(const struct decide_work *work)
{
	const struct authenticity *p = work->proven;
	uint64_t sum = 0;

	if (!p || !p->market || !work->asset_count)
		return 0;
	for (size_t i = 0; i < work->asset_count; i++)
		sum += (p->prices[i] ? 1u : 0u) + (p->bars[i] ? 1u : 0u) +
		       (p->depth[i] ? 1u : 0u);
	sum = sum * 1000000 / (3 * work->asset_count);
	return (uint32_t)((2 * 1000000 + 3 * sum +
			   proven_coverage_ppm(work)) / 6);
}
