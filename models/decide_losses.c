/* decide_losses.c -- the book and its losses: distribution at given
 * parameters, and what a cut alone would liquidate. */
#include "models/decide_work.h"

#include <string.h>

#include "models/loss/statistics.h"

static uint64_t up_usd(double value)
{
	uint64_t whole;

	if (!(value > 0.0))
		return 0;
	if (value >= 1e15)
		return 1000000000000000u;
	whole = (uint64_t)value;
	return (double)whole < value ? whole + 1 : whole;
}

static struct loss_figure figure(struct estimate estimate)
{
	return (struct loss_figure){ up_usd(estimate.value),
				     up_usd(estimate.error) };
}

static u128 unit_of(uint8_t decimals)
{
	u128 unit = 1;

	for (uint8_t i = 0; i < decimals; i++)
		unit *= 10;
	return unit;
}

static void set_engine(struct engine_market *out,
		       const struct decide_work *work)
{
	memset(out, 0, sizeof(*out));
	out->rule = ENGINE_AAVE_V3;
	out->reserve_count = work->asset_count;
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct reserve *reserve = work->assets[i].reserve;

		out->reserves[i] = (struct engine_reserve){
			.price_e8 = reserve->price_e8,
			.unit = unit_of(reserve->decimals),
			.lt_bps = reserve->lt_bps,
			.lb_bps = reserve->lb_bps ? reserve->lb_bps : 10000,
			.protocol_fee_bps = reserve->protocol_fee_bps };
	}
}

static void set_market(struct loss_market *market,
		       const struct decide_work *work,
		       const struct decide_parameters *at)
{
	*market = (struct loss_market){ .asset_count = work->asset_count,
					.cost = bonus_costs(&work->policy) };
	set_engine(&market->engine, work);
	for (size_t i = 0; i < work->asset_count; i++) {
		market->engine.reserves[i].lt_bps = at->lt_bps[i];
		market->engine.reserves[i].lb_bps = at->lb_bps[i] ? at->lb_bps[i]
							   : 10000;
		market->curves[i] = work->assets[i].curve;
		market->has_curve[i] = work->assets[i].has_curve;
	}
}

static enum status allocate(struct loss_result *result,
			    const struct decide_work *work)
{
	size_t paths = work->paths.path_count;

	result->liquidated_accounts = NULL;
	result->loss_usd = ARENA_NEW(work->arena, double, paths);
	result->liquidated_usd = ARENA_NEW(work->arena, double, paths);
	result->asset_loss_usd =
		ARENA_NEW(work->arena, double, paths * work->asset_count);
	return result->loss_usd && result->liquidated_usd &&
			       result->asset_loss_usd
		       ? OK
		       : E_LIMIT;
}

static enum status summarise(struct decide_loss_summary *out,
			     const struct decide_work *work,
			     const struct loss_result *result)
{
	size_t n = work->paths.path_count;
	size_t *order = ARENA_NEW(work->arena, size_t, n);
	struct loss_sample sample = { .count = n, .losses = result->loss_usd,
				      .order = order };
	struct estimate es;
	enum status status;

	if (!order)
		return E_LIMIT;
	status = loss_sort(order, result->loss_usd, n, work->arena);
	if (status)
		return status;
	es = loss_es(&sample, 975000);
	out->es_upper_usd = es.value + 2.0 * es.error;
	out->figures.var95 = figure(loss_var(&sample, 950000));
	out->figures.var99 = figure(loss_var(&sample, 990000));
	out->figures.es975 = figure(es);
	out->figures.es99 = figure(loss_es(&sample, 990000));
	out->figures.liquidated_mean_usd =
		up_usd(loss_mean(result->liquidated_usd, NULL, n));
	for (size_t i = 0; i < work->asset_count; i++)
		out->asset_es_usd[i] = up_usd(
			loss_share(&sample, result->asset_loss_usd + i,
				   work->asset_count, 975000).value);
	return OK;
}

enum status decide_losses(struct decide_loss_summary *out,
			  struct decide_work *work,
			  const struct decide_parameters *at)
{
	size_t mark = arena_mark(work->arena);
	struct loss_market *market = ARENA_NEW(work->arena, struct loss_market,
					       1);
	struct loss_run run = { work->parallel, work->arena };
	struct loss_result result;
	enum status status = market ? allocate(&result, work) : E_LIMIT;

	if (!status) {
		set_market(market, work, at);
		status = simulate_losses(&result, market, &work->book,
					 &work->paths, &run);
	}
	if (!status)
		status = summarise(out, work, &result);
	arena_reset(work->arena, mark);
	return status;
}

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
	struct cut_effect effect = { 0, 0 };
	u128 debt_e8 = 0, sum_e8 = 0;

	set_engine(&now, work);
	set_engine(&cut, work);
	for (size_t i = 0; i < work->asset_count; i++)
		if (at->lt_bps[i] < cut.reserves[i].lt_bps)
			cut.reserves[i].lt_bps = at->lt_bps[i];
	for (size_t i = 0; i < work->book.account_count; i++) {
		bool before = false, after = false;
		enum status status = is_liquidatable(
			&after, &debt_e8, &work->book.accounts[i], &cut);

		if (!status && after)
			status = is_liquidatable(&before, &debt_e8,
						 &work->book.accounts[i], &now);
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

struct probe {
	u128 health_e18;
	size_t account; /* index into the book */
};

/* Keeps the PROBES_MAX lowest healths, ascending; ties by account order. */
static void keep_lowest(struct probe *probes, size_t *count,
			struct probe candidate)
{
	size_t at = *count;

	if (at == PROBES_MAX &&
	    candidate.health_e18 >= probes[at - 1].health_e18)
		return;
	if (at < PROBES_MAX)
		(*count)++;
	else
		at--;
	for (; at > 0 && probes[at - 1].health_e18 > candidate.health_e18; at--)
		probes[at] = probes[at - 1];
	probes[at] = candidate;
}

enum status decide_probes(struct decide_work *work)
{
	struct engine_market now;
	struct probe probes[PROBES_MAX];
	size_t count = 0;

	set_engine(&now, work);
	for (size_t i = 0; i < work->book.account_count; i++) {
		struct engine_totals totals;
		enum status status = engine_totals(
			&totals, &work->book.accounts[i], &now);

		if (status)
			return status;
		if (totals.health_e18 >= ENGINE_HEALTH_ONE)
			keep_lowest(probes, &count,
				    (struct probe){ totals.health_e18, i });
	}
	for (size_t i = 0; i < count; i++)
		memcpy(work->attachment.probes[i],
		       work->book_accounts[probes[i].account], ADDRESS_SIZE);
	work->attachment.probe_count = count;
	return OK;
}
