/* decide_accounts.c -- who is near: what a cut alone would liquidate, whom the
 * contract should look at, who is affected. */
#include "models/decide_work.h"

#include <string.h>

static enum status is_liquidatable(bool *out, u128 *debt_e8,
				   const struct engine_account *account,
				   const struct engine_market *market)
{
	struct engine_totals totals;
	enum status status = engine_totals(&totals, account, market);

	if (!status) {
		*out = totals.health_e18 < ENGINE_HEALTH_ONE;
		*debt_e8 = totals.debt_e8;
	}
	return status;
}

enum status decide_cut_effect(struct cut_effect *out,
			      const struct decide_work *work,
			      const struct decide_parameters *at)
{
	struct engine_market now, cut;
	struct decide_parameters in_force, lowered;
	struct cut_effect effect = { 0, 0 };
	u128 debt_e8 = 0, sum_e8 = 0;

	decide_parameters_now(&in_force, work);
	lowered = in_force;
	for (size_t i = 0; i < work->asset_count; i++)
		if (at->lt_bps[i] < in_force.lt_bps[i])
			lowered.lt_bps[i] = at->lt_bps[i];
	decide_engine(&now, work, &in_force);
	decide_engine(&cut, work, &lowered);
	for (size_t i = 0; i < work->book.account_count; i++) {
		const struct engine_account *account =
			&work->book.accounts[i];
		bool before = false, after = false;
		enum status status =
			is_liquidatable(&after, &debt_e8, account, &cut);

		if (!status && after)
			status = is_liquidatable(&before, &debt_e8, account,
						 &now);
		if (status)
			return status;
		if (after && !before) {
			effect.accounts++;
			sum_e8 += debt_e8;
		}
	}
	sum_e8 = (sum_e8 + 99999999) / 100000000;
	effect.debt_usd = sum_e8 > UINT64_MAX ? UINT64_MAX : (uint64_t)sum_e8;
	*out = effect;
	return OK;
}

struct near {
	u128 health_e18;
	size_t account; /* index into the book */
};

/* Keeps the `most` lowest healths, ascending; ties by account order. */
static void keep_lowest(struct near *kept, size_t *count, size_t most,
			struct near candidate)
{
	size_t at = *count;

	if (at == most && candidate.health_e18 >= kept[at - 1].health_e18)
		return;
	if (at < most)
		(*count)++;
	else
		at--;
	for (; at > 0 && kept[at - 1].health_e18 > candidate.health_e18; at--)
		kept[at] = kept[at - 1];
	kept[at] = candidate;
}

/* The accounts of lowest health at least `least`, with debt. */
static enum status find_nearest(struct near *kept, size_t *count,
				const struct decide_work *work,
				const struct decide_parameters *at, u128 least)
{
	struct engine_market market;

	*count = 0;
	decide_engine(&market, work, at);
	for (size_t i = 0; i < work->book.account_count; i++) {
		struct engine_totals totals;
		enum status status = engine_totals(
			&totals, &work->book.accounts[i], &market);

		if (status)
			return status;
		if (totals.health_e18 >= least)
			keep_lowest(kept, count, PROBES_MAX,
				    (struct near){ totals.health_e18, i });
	}
	return OK;
}

enum status decide_probes(struct decide_work *work)
{
	struct decide_parameters now;
	struct near kept[PROBES_MAX];
	size_t count = 0;
	enum status status;

	decide_parameters_now(&now, work);
	status = find_nearest(kept, &count, work, &now, ENGINE_HEALTH_ONE);
	for (size_t i = 0; i < count && !status; i++)
		memcpy(work->attachment.probes[i],
		       work->book.addresses[kept[i].account], ADDRESS_SIZE);
	work->attachment.probe_count = status ? 0 : count;
	return status;
}

static uint32_t health_bps(u128 health_e18)
{
	u128 bps = health_e18 / 100000000000000u;

	return bps > 4000000000u ? 4000000000u : (uint32_t)bps;
}

enum status decide_affected(struct decide_work *work,
			    const struct decide_parameters *at)
{
	struct decide_parameters now;
	struct engine_market market;
	struct near kept[PROBES_MAX];
	size_t count = 0;
	enum status status = find_nearest(kept, &count, work, at, 0);

	decide_parameters_now(&now, work);
	decide_engine(&market, work, &now);
	for (size_t i = 0; i < count && !status; i++) {
		struct affected_report *out = &work->report.affected[i];
		size_t account = kept[i].account;
		struct engine_totals totals;

		status = engine_totals(&totals, &work->book.accounts[account],
				       &market);
		memcpy(out->account, work->book.addresses[account],
		       ADDRESS_SIZE);
		out->debt_usd = (uint64_t)work->book.debt_usd[account];
		out->health_then_bps = health_bps(kept[i].health_e18);
		if (!status)
			out->health_now_bps = health_bps(totals.health_e18);
	}
	work->report.affected_count = status ? 0 : count;
	return status;
}
